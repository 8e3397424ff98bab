//! Dead workers and panics: fast recovery, no poison.

use renkei::queue::{Back, Begun, Held};

use crate::bed::{Bed, Expect, LEASE, end, pairs};

const KAONAVI: &str = "kaonavi:0123";

#[tokio::test]
async fn promise_3_the_job_of_a_dead_worker_runs_again_under_the_same_id() {
    let bed = Bed::brief().await;
    let mut dead = bed.worker();
    let run = bed.job().await;
    let (_, _) = bed.start(&mut dead, &[KAONAVI]).await;
    drop(dead);
    let mut alive = bed.worker();
    let delivery = alive.next().await;
    assert!(delivery.taken_over);
    let (claim, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    assert_eq!((&claim.run, claim.attempt), (&run, 2));
    assert_eq!(bed.run(&run)["crashes"], "1");
    assert_eq!(bed.finish(&claim).await, Held::Yes);
    bed.assert_idle();
}

#[tokio::test]
async fn promise_4_a_job_whose_attempts_crashed_three_times_is_handed_over_for_its_end() {
    let bed = Bed::brief().await;
    let run = bed.job().await;
    for attempt in 1..=3 {
        let mut dying = bed.worker();
        let (claim, _) = bed.start(&mut dying, &[KAONAVI]).await;
        assert_eq!(claim.attempt, attempt);
    }
    let mut last = bed.worker();
    let delivery = last.next().await;
    let Begun::Crashed(claim, _) = bed.begin(&delivery, &[KAONAVI]).await else { panic!("it isn't poison") };
    assert_eq!((&claim.run, claim.attempt), (&run, 3));
    assert!(matches!(bed.begin(&delivery, &[KAONAVI]).await, Begun::Crashed(..)));
    assert_eq!(bed.queue.finish(&claim, &end()).await.expect("redis answers"), Held::Yes);
    bed.assert_idle();
}

#[tokio::test]
async fn an_entry_that_was_read_but_never_begun_is_no_crash() {
    let bed = Bed::brief().await;
    let run = bed.job().await;
    for _ in 0..4 {
        let mut dying = bed.worker();
        dying.next().await;
    }
    let mut alive = bed.worker();
    let (claim, _) = bed.start(&mut alive, &[KAONAVI]).await;
    assert_eq!((claim.epoch, claim.attempt), (1, 1));
    assert_eq!(bed.run(&run)["crashes"], "0");
}

#[tokio::test]
async fn promise_4_the_third_panic_leaves_the_run_with_its_owner() {
    let bed = Bed::brief().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    for crash in 1..=3 {
        let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
        assert_eq!(claim.attempt, crash);
        let held =
            bed.queue.put_back(&claim, &Back::Crash { fields: Vec::new() }).await.expect("redis answers");
        if crash < 3 {
            assert_eq!((held, bed.status(&run)), (Held::Yes, "実行待ち".to_owned()));
        } else {
            assert_eq!((held, bed.status(&run)), (Held::Poisoned, "実行中".to_owned()));
            assert_eq!(bed.finish(&claim).await, Held::Yes);
        }
    }
    bed.assert_idle();
}

#[tokio::test]
async fn an_attempt_that_ends_by_itself_forgets_the_crashes() {
    let bed = Bed::brief().await;
    let run = bed.job().await;
    let mut dying = bed.worker();
    bed.start(&mut dying, &[KAONAVI]).await;
    drop(dying);
    let mut alive = bed.worker();
    let (claim, _) = bed.start(&mut alive, &[KAONAVI]).await;
    assert_eq!(bed.run(&run)["crashes"], "1");
    let back = Back::Retry { after: LEASE * 100, fields: pairs(&[("reason.code", "F_TIMEOUT")]) };
    bed.queue.put_back(&claim, &back).await.expect("redis answers");
    assert_eq!(bed.run(&run)["crashes"], "0");
}

#[tokio::test]
async fn a_held_lease_outlives_its_length() {
    let bed = Bed::brief().await;
    let mut first = bed.worker();
    bed.job().await;
    let delivery = first.next().await;
    let (claim, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    let lease = bed.queue.hold(&claim);
    let mut second = bed.worker();
    let taken = tokio::time::timeout(LEASE * 3, second.backend.next()).await;
    assert!(taken.is_err(), "a renewed entry was taken over");
    assert!(lease.may_write(LEASE / 4));
    assert!(!lease.may_write(LEASE * 2));
    assert_eq!(bed.finish(&claim).await, Held::Yes);
}

#[tokio::test]
async fn an_owner_learns_that_it_lost_its_run() {
    let bed = Bed::brief().await;
    let mut first = bed.worker();
    let run = bed.job().await;
    let delivery = first.next().await;
    let (claim, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    let lease = bed.queue.hold(&claim);
    bed.redis.ask::<i64>(&["HINCRBY", &bed.queue.keys().run(&run), "epoch", "1"]);
    tokio::time::timeout(LEASE * 3, lease.lost()).await.expect("the next renewal tells");
    assert!(lease.is_lost());
    assert!(!lease.may_write(LEASE / 100));
}
