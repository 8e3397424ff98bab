//! Promise 6: one run per account, first come first served, and a waiting run holds no slot.

use std::collections::HashMap;

use renkei::job::RunId;
use renkei::queue::{Back, Begun, Claim, Held};

use crate::bed::{Bed, Expect, Worker, pairs, until};

const X: &str = "kaonavi:0001";
const Y: &str = "kaonavi:0002";

#[tokio::test]
async fn promise_6_a_second_run_of_an_account_waits_without_a_slot() {
    let bed = Bed::with(|settings| settings.concurrency = 1).await;
    let mut worker = bed.worker();
    let first = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[X, Y]).await;
    let second = bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[Y]).await, Begun::Waiting { run } if run == second));
    drop(delivery);
    assert_eq!(bed.status(&second), "実行待ち");
    assert_eq!(bed.run(&second)["waiting_for"], first.as_str());
    assert_eq!(bed.redis.ask::<Vec<String>>(&["ZRANGE", "renkei:waiting", "0", "-1"]), [second.as_str()]);
    assert!(worker.comes_nothing().await);

    assert_eq!(bed.finish(&claim).await, Held::Yes);
    let (claim, _) = bed.start(&mut worker, &[Y]).await;
    assert_eq!((&claim.run, claim.attempt), (&second, 1));
    assert!(!bed.run(&second).contains_key("waiting_for"));
    bed.finish(&claim).await;
    bed.assert_idle();
}

#[tokio::test]
async fn runs_of_different_accounts_run_side_by_side() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    bed.job().await;
    bed.start(&mut worker, &[X]).await;
    bed.start(&mut worker, &[Y]).await;
}

#[tokio::test]
async fn a_run_locks_all_its_accounts_or_none() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    bed.start(&mut worker, &[Y]).await;
    bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X, Y]).await, Begun::Waiting { .. }));
    assert!(!bed.exists("renkei:lock:kaonavi:0001"));
    // A newer run that wants only the free one of the two stands behind the older.
    bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
}

#[tokio::test]
async fn a_newer_job_earlier_on_the_stream_does_not_overtake_a_promoted_run() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let (first, _) = bed.start(&mut worker, &[X]).await;
    let second = bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    // The third job is on the stream before the second run is promoted behind it.
    let third = bed.job().await;
    let newer = worker.next().await;
    bed.finish(&first).await;
    assert!(matches!(bed.begin(&newer, &[X]).await, Begun::Waiting { run } if run == third));
    drop((delivery, newer));
    for expected in [second, third] {
        let (claim, _) = bed.start(&mut worker, &[X]).await;
        assert_eq!(claim.run, expected);
        bed.finish(&claim).await;
    }
    bed.assert_idle();
}

#[tokio::test]
async fn a_drained_and_a_retried_run_keep_their_place() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let oldest = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    let newer = bed.job().await;
    let early = worker.next().await;
    assert_eq!(bed.queue.put_back(&claim, &Back::Drain).await.expect("redis answers"), Held::Yes);
    assert!(matches!(bed.begin(&early, &[X]).await, Begun::Waiting { run } if run == newer));
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    assert_eq!((&claim.run, claim.attempt), (&oldest, 1));

    // While it waits for its next attempt the newer one may go; then it is first in line again.
    let retry = Back::Retry { after: std::time::Duration::from_secs(3600), fields: Vec::new() };
    bed.queue.put_back(&claim, &retry).await.expect("redis answers");
    let (going, _) = bed.start(&mut worker, &[X]).await;
    assert_eq!(going.run, newer);
    assert!(bed.queue.hasten(&oldest).await.expect("redis answers"));
    let newest = bed.job().await;
    for _ in 0..2 {
        let delivery = worker.next().await;
        assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    }
    bed.finish(&going).await;
    for expected in [oldest, newest] {
        let (claim, _) = bed.start(&mut worker, &[X]).await;
        assert_eq!(claim.run, expected);
        bed.finish(&claim).await;
    }
    bed.assert_idle();
}

#[tokio::test]
async fn a_lock_past_its_lease_holds_while_its_run_is_to_be_taken_over_and_not_longer() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    bed.redis.ask::<i64>(&["HSET", "renkei:lock:kaonavi:0001", "until", "1"]);
    bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    bed.redis.ask::<i64>(&["XACK", "renkei:jobs", "workers", &claim.entry]);
    let (second, _) = bed.start(&mut worker, &[X]).await;
    assert_ne!(second.run, claim.run);
}

#[tokio::test]
async fn a_promoted_run_whose_entry_was_lost_is_promoted_again() {
    let bed = Bed::with(|settings| settings.concurrency = 1).await;
    let mut worker = bed.worker();
    bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    let waiting = bed.job().await;
    let holder = worker.next().await;
    assert!(matches!(bed.begin(&holder, &[X]).await, Begun::Waiting { .. }));
    bed.finish(&claim).await;
    let entry = bed.run(&waiting)["entry"].clone();
    assert_ne!(entry, "");
    bed.redis.ask::<i64>(&["XDEL", "renkei:jobs", &entry]);
    drop(holder);
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    assert_eq!(claim.run, waiting);
}

#[tokio::test]
async fn a_run_whose_record_is_gone_does_not_block_its_line() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    let mut waiting = Vec::new();
    for _ in 0..2 {
        waiting.push(bed.job().await);
        let delivery = worker.next().await;
        assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    }
    bed.redis.ask::<i64>(&["DEL", &bed.queue.keys().run(&waiting[0])]);
    bed.finish(&claim).await;
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    assert_eq!(claim.run, waiting[1]);
}

#[tokio::test]
async fn a_run_whose_account_changed_while_it_waited_leaves_the_line_of_the_former_one() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let (holder, _) = bed.start(&mut worker, &[X]).await;
    let moved = bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    let second = bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    bed.finish(&holder).await;

    // A reload gave the link another account before the run came back.
    let (moved_claim, _) = bed.start(&mut worker, &[Y]).await;
    assert_eq!(moved_claim.run, moved);
    let (second_claim, _) = bed.start(&mut worker, &[X]).await;
    assert_eq!(second_claim.run, second);
    for claim in [moved_claim, second_claim] {
        bed.finish(&claim).await;
    }
    bed.assert_idle();
}

#[tokio::test]
async fn a_run_whose_account_changed_can_wait_in_the_line_of_the_new_one() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let mut holders = Vec::new();
    for account in [X, Y] {
        bed.job().await;
        holders.push(bed.start(&mut worker, &[account]).await.0);
    }
    let moved = bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    bed.finish(&holders[0]).await;
    let back = worker.next().await;
    assert!(matches!(bed.begin(&back, &[Y]).await, Begun::Waiting { .. }));
    assert!(!bed.exists("renkei:waiting:kaonavi:0001"));
    let line: Vec<String> = bed.redis.ask(&["ZRANGE", "renkei:waiting:kaonavi:0002", "0", "-1"]);
    assert_eq!(line, [moved.as_str()]);
    bed.finish(&holders[1]).await;
    let (claim, _) = bed.start(&mut worker, &[Y]).await;
    assert_eq!(claim.run, moved);
    bed.finish(&claim).await;
    bed.assert_idle();
}

#[tokio::test]
async fn a_run_that_has_no_place_in_a_line_is_put_out_of_it() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let ended = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    bed.finish(&claim).await;
    let elsewhere = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[Y]).await;
    let retry = Back::Retry { after: std::time::Duration::from_secs(3600), fields: Vec::new() };
    bed.queue.put_back(&claim, &retry).await.expect("redis answers");
    // One ended, one waits for another account, one is unknown: an older release left them behind.
    for (place, ghost) in [("1", ended.as_str()), ("2", elsewhere.as_str()), ("3", "1-1")] {
        bed.redis.ask::<i64>(&["ZADD", "renkei:waiting:kaonavi:0001", place, ghost]);
    }
    let run = bed.job().await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    assert_eq!(claim.run, run);
    bed.finish(&claim).await;
    assert_eq!(bed.status(&elsewhere), "再試行待ち");
    assert!(!bed.exists("renkei:waiting:kaonavi:0001"));
}

#[tokio::test]
async fn a_call_of_promote_moves_at_most_100_runs() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let account = |n: usize| format!("kaonavi:{n:04}");
    let mut claims = Vec::new();
    for n in 0..150 {
        bed.job().await;
        claims.push(bed.start(&mut worker, &[&account(n)]).await.0);
    }
    for claim in &claims {
        let retry = Back::Retry { after: std::time::Duration::from_secs(3600), fields: Vec::new() };
        bed.queue.put_back(claim, &retry).await.expect("redis answers");
    }
    worker.stop.send_replace(true);
    until("the consumer left", || worker.task.is_finished()).await;
    for claim in &claims {
        bed.redis.ask::<i64>(&["ZADD", "renkei:delayed", "1", claim.run.as_str()]);
    }
    for expected in [100, 50, 0] {
        let promoted = bed.queue.promote().await.expect("redis answers");
        assert_eq!(promoted, expected);
    }
    assert_eq!(bed.open_entries(), 150);
}

/// A queue of many runs over few accounts, worked on in an order that a seed decides.
#[tokio::test]
async fn promise_6_each_account_is_served_in_the_order_of_arrival() {
    for seed in [1_u64, 7, 42] {
        let bed = Bed::with(|settings| settings.concurrency = 3).await;
        let mut worker = bed.worker();
        let accounts = ["a:1", "b:2", "c:3", "d:4"];
        let mut random = seed;
        let mut dice = move |sides: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(random >> 33).expect("31 bits fit") % sides
        };
        let mut wants: HashMap<RunId, Vec<&str>> = HashMap::new();
        let mut arrivals = Vec::new();
        for _ in 0..60 {
            let run = bed.job().await;
            let (one, other) = (dice(4), dice(4));
            let mut both = vec![accounts[one], accounts[other]];
            both.dedup();
            wants.insert(run.clone(), both);
            arrivals.push(run);
        }
        let started = work_off(&bed, &mut worker, &wants, &mut dice).await;
        assert_eq!(started.len(), arrivals.len());
        for account in accounts {
            let of = |runs: &[RunId]| -> Vec<RunId> {
                runs.iter().filter(|run| wants[*run].contains(&account)).cloned().collect()
            };
            assert_eq!(of(&started), of(&arrivals), "account {account}, seed {seed}");
        }
        bed.assert_idle();
    }
}

/// Begins what comes and ends one running attempt now and then, by drain, retry or finish; says which runs started
/// first in which order.
async fn work_off(
    bed: &Bed,
    worker: &mut Worker,
    wants: &HashMap<RunId, Vec<&str>>,
    dice: &mut impl FnMut(usize) -> usize,
) -> Vec<RunId> {
    let (mut started, mut finished): (Vec<RunId>, usize) = (Vec::new(), 0);
    let mut running: Vec<Claim> = Vec::new();
    while finished < wants.len() {
        let wait = std::time::Duration::from_millis(if running.is_empty() { 2000 } else { 5 });
        if let Ok(Some(delivery)) = tokio::time::timeout(wait, worker.backend.next()).await {
            let run: RunId = delivery.field("run").unwrap_or(&delivery.entry).parse().expect("a run id");
            if let Begun::Started(claim, _) = bed.begin(&delivery, &wants[&run]).await {
                if !started.contains(&claim.run) {
                    started.push(claim.run.clone());
                }
                running.push(claim);
            }
        }
        if running.is_empty() || dice(3) == 0 {
            continue;
        }
        let claim = running.swap_remove(dice(running.len()));
        if dice(6) == 0 {
            bed.queue.put_back(&claim, &Back::Drain).await.expect("redis answers");
        } else {
            finished += 1;
            bed.finish(&claim).await;
        }
    }
    started
}

#[tokio::test]
async fn a_waiting_run_comes_back_with_all_its_fields() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[X]).await;
    let odd = "氏名,\"引用\"\\ 😀";
    let run = bed.enqueue(&[("link", "acme"), ("flow", "f"), ("items", odd), ("requested_by", "")]).await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[X]).await, Begun::Waiting { .. }));
    bed.finish(&claim).await;
    let back = worker.next().await;
    let fields: Vec<(String, String)> = back
        .fields
        .iter()
        .map(|(name, value)| {
            (String::from_utf8_lossy(name).into_owned(), String::from_utf8_lossy(value).into_owned())
        })
        .collect();
    let expected =
        [("link", "acme"), ("flow", "f"), ("items", odd), ("requested_by", ""), ("run", run.as_str())];
    assert_eq!(fields, pairs(&expected));
    bed.begin(&back, &[X]).await.started();
}
