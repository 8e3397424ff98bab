//! One run from its job to its end, and callers that come too late.

use renkei::queue::{Back, Begun, End, Held, Record, TodoList, todo_field};

use crate::bed::{Bed, Expect, LEASE, end, pairs};

const KAONAVI: &str = "kaonavi:0123";
const OFFICE: &str = "officestation:4567";

#[tokio::test]
async fn a_job_becomes_a_run_that_holds_its_accounts() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, earlier) = bed.start(&mut worker, &[OFFICE, KAONAVI]).await;
    assert_eq!((&claim.run, claim.epoch, claim.attempt), (&run, 1, 1));
    assert_eq!(earlier.intents, "");

    let hash = bed.run(&run);
    assert_eq!(hash["status"], "実行中");
    assert_eq!(hash["link"], "acme");
    assert_eq!(hash["attempts"], "1");
    assert_eq!(hash["started_at"], earlier.started_at);
    assert!(hash["enqueued_at"].ends_with("+09:00"));
    for account in [OFFICE, KAONAVI] {
        let lock: String = bed.redis.ask(&["HGET", &format!("renkei:lock:{account}"), "run"]);
        assert_eq!(lock, run.as_str());
    }
    for index in ["renkei:runs", "renkei:runs:acme"] {
        let score: String = bed.redis.ask(&["ZSCORE", index, run.as_str()]);
        assert_eq!(score, claim.enqueued_ms.to_string());
    }
    let job = bed.queue.job_of(&run).await.expect("redis answers").expect("the run is there");
    assert_eq!(job, pairs(&[("link", "acme"), ("flow", "officestation-to-kaonavi")]));
}

#[tokio::test]
async fn a_finished_run_leaves_nothing_open_and_is_kept_for_its_time() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    let record = Record {
        fields: pairs(&[("intents", "[1]")]),
        people: vec![pairs(&[("code", "A1"), ("outcome", "created")])],
    };
    assert_eq!(bed.queue.record(&claim, &record).await.expect("redis answers"), Held::Yes);
    let mail = Some(pairs(&[("run", run.as_str()), ("subject", "s")]));
    let end = End { mail, ..end() };
    assert_eq!(bed.queue.finish(&claim, &end).await.expect("redis answers"), Held::Yes);

    bed.assert_idle();
    assert_eq!(bed.status(&run), "完了");
    assert!(!bed.run(&run).contains_key("intents"));
    let day = 24 * 3600;
    let left: i64 = bed.redis.ask(&["TTL", &bed.queue.keys().run(&run)]);
    assert!((399 * day..=400 * day).contains(&left), "{left}");
    let left: i64 = bed.redis.ask(&["TTL", &bed.queue.keys().people(&run)]);
    assert!((89 * day..=90 * day).contains(&left), "{left}");
    assert_eq!(bed.redis.ask::<usize>(&["XLEN", "renkei:mail"]), 1);
}

#[tokio::test]
async fn promise_2_one_end_a_finish_that_is_sent_twice_mails_once() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    let end = End { mail: Some(pairs(&[("subject", "s")])), ..end() };
    for _ in 0..2 {
        assert_eq!(bed.queue.finish(&claim, &end).await.expect("redis answers"), Held::Yes);
    }
    assert_eq!(bed.redis.ask::<usize>(&["XLEN", "renkei:mail"]), 1);
    bed.assert_idle();
}

#[tokio::test]
async fn a_run_without_people_has_no_people_key() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[]).await;
    bed.finish(&claim).await;
    assert!(!bed.exists(&bed.queue.keys().people(&run)));
}

#[tokio::test]
async fn many_people_are_recorded_in_their_order() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[]).await;
    let people = (0..1201).map(|n| pairs(&[("code", &n.to_string()), ("outcome", "updated")])).collect();
    let record = Record { fields: Vec::new(), people };
    assert_eq!(bed.queue.record(&claim, &record).await.expect("redis answers"), Held::Yes);
    bed.finish(&claim).await;
    let key = bed.queue.keys().people(&run);
    let entries: redis::streams::StreamRangeReply = bed.redis.ask(&["XRANGE", &key, "-", "+"]);
    let codes: Vec<usize> = entries.ids.iter().filter_map(|entry| entry.get("code")).collect();
    assert_eq!(codes, (0..1201).collect::<Vec<_>>());
}

#[tokio::test]
async fn people_of_an_earlier_attempt_are_not_kept() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    for attempt in ["first", "second"] {
        let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
        let record = Record { fields: Vec::new(), people: vec![pairs(&[("code", attempt)])] };
        bed.queue.record(&claim, &record).await.expect("redis answers");
        match attempt {
            "first" => bed.queue.put_back(&claim, &Back::Drain).await.expect("redis answers"),
            _ => bed.finish(&claim).await,
        };
    }
    let key = bed.queue.keys().people(&run);
    let entries: redis::streams::StreamRangeReply = bed.redis.ask(&["XRANGE", &key, "-", "+"]);
    let codes: Vec<String> = entries.ids.iter().filter_map(|entry| entry.get("code")).collect();
    assert_eq!(codes, ["second"]);
    bed.assert_idle();
}

#[tokio::test]
async fn a_begin_that_is_sent_twice_is_one_attempt() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let delivery = worker.next().await;
    let (first, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    let (second, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    assert_eq!((first.epoch, second.epoch, second.attempt), (1, 1, 1));
    assert_eq!(bed.run(&run)["crashes"], "0");
    assert_eq!(bed.finish(&second).await, Held::Yes);
}

#[tokio::test]
async fn a_stolen_lease_cannot_change_the_run() {
    let bed = Bed::brief().await;
    let mut first = bed.worker();
    let run = bed.job().await;
    let delivery = first.next().await;
    let (stale, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    // Nobody renews, so the second worker takes the entry over.
    let mut second = bed.worker();
    let (owner, _) = bed.start(&mut second, &[KAONAVI]).await;
    assert_eq!((&owner.run, owner.epoch, owner.attempt), (&run, 2, 2));

    let before = bed.run(&run);
    let record = Record { fields: pairs(&[("intents", "x")]), people: vec![pairs(&[("code", "A")])] };
    assert_eq!(bed.queue.renew(&stale).await.expect("redis answers"), Held::Lost);
    assert_eq!(bed.queue.record(&stale, &record).await.expect("redis answers"), Held::Lost);
    let retry = Back::Retry { after: LEASE, fields: pairs(&[("reason.code", "x")]) };
    for back in [Back::Drain, retry, Back::Crash { fields: Vec::new() }] {
        assert_eq!(bed.queue.put_back(&stale, &back).await.expect("redis answers"), Held::Lost);
    }
    assert_eq!(bed.finish(&stale).await, Held::Lost);
    assert!(matches!(bed.begin(&delivery, &[KAONAVI]).await, Begun::Ended));
    assert_eq!(bed.run(&run), before);

    assert_eq!(bed.queue.renew(&owner).await.expect("redis answers"), Held::Yes);
    assert_eq!(bed.finish(&owner).await, Held::Yes);
    bed.assert_idle();
}

#[tokio::test]
async fn a_job_that_names_an_ended_run_is_only_acknowledged() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    bed.finish(&claim).await;
    let before = bed.run(&run);
    bed.enqueue(&[("link", "acme"), ("flow", "officestation-to-kaonavi"), ("run", run.as_str())]).await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[KAONAVI]).await, Begun::Ended));
    assert_eq!(bed.run(&run), before);
    bed.assert_idle();
}

#[tokio::test]
async fn a_job_cannot_hijack_a_run_that_is_carried_by_another_entry() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    bed.enqueue(&[("link", "acme"), ("flow", "officestation-to-kaonavi"), ("run", run.as_str())]).await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[KAONAVI]).await, Begun::Ended));
    assert_eq!(bed.finish(&claim).await, Held::Yes);
    bed.assert_idle();
}

#[tokio::test]
async fn a_job_that_names_no_run_is_unknown_and_stays_until_it_is_rejected() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.enqueue(&[("link", "acme"), ("flow", "officestation-to-kaonavi"), ("run", "1-1")]).await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[KAONAVI]).await, Begun::Unknown));
    assert_eq!(bed.open_entries(), 1);
}

#[tokio::test]
async fn depth_counts_work_by_state() {
    let bed = Bed::with(|settings| settings.concurrency = 2).await;
    let mut worker = bed.worker();
    for _ in 0..4 {
        bed.job().await;
    }
    let first = worker.next().await;
    bed.begin(&first, &[KAONAVI]).await.started();
    let second = worker.next().await;
    assert!(matches!(bed.begin(&second, &[KAONAVI]).await, Begun::Waiting { .. }));
    let depth = bed.queue.depth().await.expect("redis answers");
    assert_eq!((depth.ready, depth.running, depth.waiting, depth.delayed), (2, 1, 1, 0));
}

#[tokio::test]
async fn the_oldest_job_is_one_that_could_start_and_has_not() {
    let bed = Bed::with(|settings| settings.concurrency = 2).await;
    let old = |age_ms: u64| {
        let (seconds, _): (u64, u64) = bed.redis.ask(&["TIME"]);
        let id = format!("{}-0", seconds * 1000 - age_ms);
        bed.redis.ask::<()>(&["XADD", "renkei:jobs", &id, "link", "acme"]);
    };
    let oldest = async || bed.queue.depth().await.expect("redis answers").oldest_ms;
    assert_eq!(oldest().await, 0);
    for age in [9_000_000, 8_000_000, 7_000_000] {
        old(age);
    }
    assert!(oldest().await >= 9_000_000);
    let mut worker = bed.worker();
    let first = worker.next().await;
    let (claim, _) = bed.begin(&first, &[KAONAVI]).await.started();
    let second = worker.next().await;
    // Two are in the worker's hands, the third waits for a slot.
    let third = oldest().await;
    assert!((7_000_000..8_000_000).contains(&third), "{third}");
    // In line for an account is not on the stream.
    assert!(matches!(bed.begin(&second, &[KAONAVI]).await, Begun::Waiting { .. }));
    drop(second);
    let _third = worker.next().await;
    assert_eq!(oldest().await, 0);
    assert_eq!(bed.finish(&claim).await, Held::Yes);
}

#[tokio::test]
async fn an_entry_id_beyond_all_times_is_a_run_like_any_other() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let id = "18446744073709551614-18446744073709551615";
    bed.redis.ask::<()>(&["XADD", "renkei:jobs", id, "link", "acme"]);
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    assert_eq!(claim.run.as_str(), id);
    assert_eq!(bed.finish(&claim).await, Held::Yes);
    bed.assert_idle();
}

fn left(month: &str, value: Option<&str>, oldest: &str) -> TodoList {
    let field = todo_field("hrmos-to-mediment-attendance", Some(month));
    TodoList { field, value: value.map(str::to_owned), forget_before: oldest.to_owned() }
}

#[tokio::test]
async fn what_a_run_leaves_to_do_is_kept_with_its_end_and_old_months_are_forgotten() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let lists = async || {
        let mut lists = bed.queue.todo_lists("acme").await.expect("redis answers");
        lists.sort();
        lists.into_iter().map(|(field, list)| format!("{field} {list}")).collect::<Vec<_>>()
    };
    for (todo, expected) in [
        (Some(left("2025-10", Some("a"), "2025-10")), &["hrmos-to-mediment-attendance:2025-10 a"][..]),
        (None, &["hrmos-to-mediment-attendance:2025-10 a"]),
        (
            Some(left("2026-10", Some("b"), "2025-10")),
            &["hrmos-to-mediment-attendance:2025-10 a", "hrmos-to-mediment-attendance:2026-10 b"],
        ),
        (
            Some(left("2026-11", Some("c"), "2025-11")),
            &["hrmos-to-mediment-attendance:2026-10 b", "hrmos-to-mediment-attendance:2026-11 c"],
        ),
        (Some(left("2026-10", None, "2025-11")), &["hrmos-to-mediment-attendance:2026-11 c"]),
        (
            Some(left("2026-01", Some("d"), "2026-08")),
            &["hrmos-to-mediment-attendance:2026-01 d", "hrmos-to-mediment-attendance:2026-11 c"],
        ),
        (Some(left("2026-10", None, "2026-08")), &["hrmos-to-mediment-attendance:2026-11 c"]),
    ] {
        bed.job().await;
        let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
        let mail = Some(pairs(&[("subject", "s")]));
        let end = End { todo, mail, ..end() };
        assert_eq!(bed.queue.finish(&claim, &end).await.expect("redis answers"), Held::Yes);
        assert_eq!(lists().await, expected);
    }
    assert_eq!(bed.redis.ask::<usize>(&["XLEN", "renkei:mail"]), 7, "the mail's fields are where they were");
    let day = 24 * 3600;
    let ttl: i64 = bed.redis.ask(&["TTL", &bed.queue.keys().todo("acme")]);
    assert!((400 * day..=401 * day).contains(&ttl), "{ttl}");
    bed.assert_idle();
}

#[tokio::test]
async fn a_caller_that_lost_the_run_leaves_no_list() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let (mut stale, _) = bed.start(&mut worker, &[KAONAVI]).await;
    stale.epoch -= 1;
    let end = End { todo: Some(left("2026-10", Some("a"), "2025-10")), ..end() };
    assert_eq!(bed.queue.finish(&stale, &end).await.expect("redis answers"), Held::Lost);
    assert_eq!(bed.queue.todo_lists("acme").await.expect("redis answers"), []);
}
