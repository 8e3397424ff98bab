//! Runs in 再試行待ち.

use std::time::Duration;

use renkei::queue::{Back, Held};

use crate::bed::{Bed, pairs};

const KAONAVI: &str = "kaonavi:0123";

#[tokio::test]
async fn a_failed_attempt_is_repeated_when_it_is_due() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, first) = bed.start(&mut worker, &[KAONAVI]).await;
    let record = renkei::queue::Record { fields: pairs(&[("intents", "[{}]")]), people: Vec::new() };
    bed.queue.record(&claim, &record).await.expect("redis answers");
    let fields = pairs(&[("next_attempt_at", "2026-11-22T10:00:00.000+09:00")]);
    let back = Back::Retry { after: Duration::from_millis(400), fields };
    assert_eq!(bed.queue.put_back(&claim, &back).await.expect("redis answers"), Held::Yes);
    let hash = bed.run(&run);
    assert_eq!((&*hash["status"], &*hash["entry"]), ("再試行待ち", ""));
    assert!(hash.contains_key("next_attempt_at"));
    assert_eq!(bed.open_entries(), 0);
    assert!(!bed.exists("renkei:lock:kaonavi:0123"));

    let (claim, earlier) = bed.start(&mut worker, &[KAONAVI]).await;
    assert_eq!((&claim.run, claim.attempt, claim.epoch), (&run, 2, 2));
    assert_eq!((&*earlier.intents, &earlier.started_at), ("[{}]", &first.started_at));
    assert!(!bed.run(&run).contains_key("next_attempt_at"));
    bed.finish(&claim).await;
    bed.assert_idle();
}

#[tokio::test]
async fn a_run_is_not_repeated_before_it_is_due_unless_hastened() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    assert!(!bed.queue.hasten(&run).await.expect("redis answers"), "it isn't waiting for an attempt");
    let back = Back::Retry { after: Duration::from_secs(3600), fields: Vec::new() };
    bed.queue.put_back(&claim, &back).await.expect("redis answers");
    assert!(worker.comes_nothing().await);
    assert!(bed.queue.hasten(&run).await.expect("redis answers"));
    assert_eq!(bed.start(&mut worker, &[KAONAVI]).await.0.run, run);
}

#[tokio::test]
async fn promise_8_a_drained_attempt_is_not_counted() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    assert_eq!(bed.queue.put_back(&claim, &Back::Drain).await.expect("redis answers"), Held::Yes);
    let hash = bed.run(&run);
    assert_eq!((&*hash["status"], &*hash["attempts"], &*hash["crashes"]), ("実行待ち", "0", "0"));
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    assert_eq!((&claim.run, claim.attempt, claim.epoch), (&run, 1, 2));
}
