//! §5.2: an entry that is no valid job never stops anything. It becomes a run with a sentence that helps, and stays out of mail and log.

use serde_json::{Value, json};

use crate::scene;

const FLOW: &str = "officestation-to-kaonavi";

/// A bad job: what is added, the word in `renkei:rejected` and the metrics, the run's link, and the sentence.
struct Bad {
    words: Vec<Vec<u8>>,
    reason: &'static str,
    link: Option<&'static str>,
    sentence: &'static str,
}

fn bad(words: &[&str], reason: &'static str, link: Option<&'static str>, sentence: &'static str) -> Bad {
    Bad { words: words.iter().map(|word| word.as_bytes().to_vec()).collect(), reason, link, sentence }
}

fn bad_jobs() -> Vec<Bad> {
    let huge = "xyzzy".repeat(1024);
    let mut jobs = vec![
        bad(
            &["link", "acmee", "flow", FLOW],
            "link",
            None,
            "連携”acmee”は設定にありません(”acme”のことでしょうか)。",
        ),
        bad(
            &["link", "acme", "flow", FLOW, "month", "2026-10"],
            "month",
            Some("acme"),
            "officestation-to-kaonaviではmonthを指定できません(monthを省いてください)。",
        ),
        bad(
            &["link", "acme", "flow", FLOW, "requested_by", &huge],
            "too_large",
            Some("acme"),
            "ジョブが大きすぎます(5168バイト、4096バイト以内に分けてください)。",
        ),
        bad(
            &["link", "acme", "flow", "officestation-to-kaonavy"],
            "flow",
            Some("acme"),
            "フロー”officestation-to-kaonavy”はありません(”officestation-to-kaonavi”のことでしょうか)。",
        ),
        bad(
            &["link", "acme", "flow", FLOW, "run", "1-1"],
            "run",
            Some("acme"),
            "”run”に指定された実行は存在しません。新しいジョブには”run”を指定しないでください。",
        ),
        bad(
            &["link", "acme", "flow", FLOW, "xyzzy", "plugh"],
            "unknown_field",
            Some("acme"),
            "ジョブの項目”xyzzy”は使えません",
        ),
    ];
    let rubbish = |words: &[&[u8]], link| Bad {
        words: words.iter().map(|word| word.to_vec()).collect(),
        reason: "not_utf8",
        link,
        sentence: "UTF-8",
    };
    jobs.push(rubbish(&[b"\x80\x81\xfe\xff", b"\x01\x02\xc3\x28"], None));
    jobs.push(rubbish(
        &[b"link", b"acme", b"flow", FLOW.as_bytes(), b"requested_by", b"\xff\xfexyzzy"],
        Some("acme"),
    ));
    jobs
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_jobs_become_runs_that_say_what_is_wrong_and_the_next_good_job_runs() {
    let world = scene::world().await;
    let daemon = world.daemon("daemon").await;
    let jobs = bad_jobs();
    let mut runs = Vec::new();
    for job in &jobs {
        let mut words: Vec<&[u8]> = vec![b"XADD", b"renkei:jobs", b"*"];
        words.extend(job.words.iter().map(Vec::as_slice));
        runs.push(world.redis.cli_raw(&words));
    }
    let good = world.run(&[]).await;
    assert_eq!(good["status"], "完了", "{good}");

    for (job, run) in jobs.iter().zip(&runs) {
        let shown = world.ended(run).await;
        let ended = (&shown["status"], &shown["reason"]["code"], &shown["link"]);
        assert_eq!(ended, (&json!("異常終了"), &json!("F_JOB"), &json!(job.link)), "{shown}");
        let message = shown["reason"]["message"].as_str().expect("a sentence");
        assert!(message.contains(job.sentence), "{message}");
        assert!(message.chars().count() < 300, "{message}");
    }
    let (code, stdout, _) = world.renkei(&["history", "--status", "異常終了", "--format", "json"]);
    let listed: Vec<Value> = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((code, listed.len()), (0, jobs.len()));

    // What an operator sees in redis-cli: the reason and the first bytes of each.
    let rejected = world.redis.cli(&["XRANGE", "renkei:rejected", "-", "+"]);
    assert_eq!(world.redis.ask::<usize>(&["XLEN", "renkei:rejected"]), jobs.len());
    for job in &jobs {
        assert!(rejected.lines().any(|line| line == job.reason), "{} in {rejected}", job.reason);
        let counted = format!("renkei_jobs_rejected_total{{reason=\"{}\"}}", job.reason);
        assert!(daemon.metrics().await.contains(&counted), "{counted}");
    }
    assert!(rejected.lines().all(|line| line.len() <= 256), "{rejected}");

    world.outbox_is_empty().await;
    assert_eq!(world.sandbox.mails().await.len(), 1, "only the good job's");
    let log = daemon.log();
    assert_eq!(log.matches("a job was refused").count(), jobs.len(), "{log}");
    for content in ["acmee", "xyzzy", "plugh", "kaonavy", "2026-10", "\u{fffd}"] {
        assert!(!log.contains(content), "{content} in {log}");
    }
}
