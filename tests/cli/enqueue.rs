//! `renkei enqueue`.

use crate::json;
use crate::support::world::World;

const JOB: [&str; 3] = ["enqueue", "acme", "officestation-to-kaonavi"];

fn with<'a>(further: &[&'a str]) -> Vec<&'a str> {
    [&JOB[..], further].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_run_is_told_by_the_exit_code() {
    let mut world = World::new(30, "").await;
    let daemon = world.daemon("daemon").await;
    let (code, stdout, stderr) = world.renkei(&with(&["--wait", "--employees", "A0003"]));
    assert_eq!((code, stdout.contains("完了")), (0, true), "{stderr}");
    let (code, stdout, stderr) =
        world.renkei(&with(&["--wait", "--format", "json", "--requested-by", "sato"]));
    assert_eq!(code, 3, "A0002 is rejected: {stderr}");
    let run = json(&stdout);
    assert_eq!((run["status"].as_str(), run["requested_by"].as_str()), (Some("完了"), Some("sato")));
    daemon.kill();
    world.config = world.config.replace("password: demo-password", "password: wrong");
    let _daemon = world.daemon("locked-out").await;
    let (code, stdout, _) = world.renkei(&with(&["--wait"]));
    assert_eq!((code, stdout.contains("異常終了")), (5, true), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_waiting_it_prints_the_id_of_the_run() {
    let world = World::new(20, "").await;
    let (code, stdout, stderr) = world.renkei(&with(&["--dry-run", "--force", "--key", "k1"]));
    assert_eq!(code, 0, "{stderr}");
    let fields = world.redis.cli(&["XRANGE", "renkei:jobs", stdout.trim(), stdout.trim()]);
    for word in ["acme", "officestation-to-kaonavi", "dry_run", "force", "key", "k1"] {
        assert!(fields.contains(word), "{fields}");
    }
    let (code, stdout, _) = world.renkei(&with(&["--format", "json"]));
    assert_eq!((code, json(&stdout).as_object().map(serde_json::Map::len)), (0, Some(1)));
    assert!(json(&stdout)["run"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_second_job_with_a_key_waits_for_the_first() {
    let world = World::new(30, "").await;
    let _daemon = world.daemon("daemon").await;
    let (_, first, _) = world.renkei(&with(&["--key", "k1", "--format", "json"]));
    let (code, second, stderr) = world.renkei(&with(&["--key", "k1", "--wait", "--format", "json"]));
    assert_eq!(code, 3, "{stderr}");
    assert_eq!(json(&second)["id"], json(&first)["run"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_the_daemon_would_refuse_is_not_added() {
    let world = World::new(20, "").await;
    for (args, part) in [
        (vec!["enqueue", "acmee", "officestation-to-kaonavi"], "acme"),
        (vec!["enqueue", "acme", "hrmos-to-mediment-employees"], "hrmos-to-mediment-employees"),
        (with(&["--month", "2020-01"]), "month"),
        (with(&["--items", "性別別"]), "性別"),
        (with(&["--datasets", "family"]), "dependents"),
        (vec!["enqueue", "acme", "kaonavi-to-officestation", "--datasets", "dependents"], "扶養家族情報"),
    ] {
        let (code, stdout, stderr) = world.renkei(&args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.contains(part), "{args:?}: {stderr}");
    }
    assert_eq!(world.redis.cli(&["EXISTS", "renkei:jobs"]), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_away_is_a_failure_that_names_it() {
    let mut world = World::new(20, "").await;
    world.redis.stop();
    for args in [&JOB[..], &["history"], &["history", "show", "1-0"], &["retry", "1-0"]] {
        let (code, stdout, stderr) = world.renkei(args);
        assert_eq!((code, stdout.as_str()), (1, ""), "{args:?}");
        assert!(stderr.contains("failed to reach Redis at unix://"), "{args:?}: {stderr}");
    }
}
