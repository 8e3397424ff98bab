//! Idempotency keys.

use renkei::queue::Begun;

use crate::bed::{Bed, Expect};

const JOB: [(&str, &str); 3] = [("link", "acme"), ("flow", "officestation-to-kaonavi"), ("key", "nightly")];

#[tokio::test]
async fn a_second_job_with_the_key_is_a_run_that_did_nothing() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let first = bed.enqueue(&JOB).await;
    let (claim, _) = bed.start(&mut worker, &["kaonavi:1"]).await;
    let second = bed.enqueue(&JOB).await;
    let delivery = worker.next().await;
    let Begun::Duplicate { run, of } = bed.begin(&delivery, &["kaonavi:1"]).await else {
        panic!("it is a duplicate")
    };
    assert_eq!((&run, &of), (&second, &first));
    let hash = bed.run(&second);
    assert_eq!((&*hash["status"], &*hash["duplicate_of"]), ("完了", first.as_str()));
    for count in ["target", "created", "rejected", "dependents.updated"] {
        assert_eq!(hash[&format!("counts.{count}")], "0");
    }
    let left: i64 = bed.redis.ask(&["TTL", &bed.queue.keys().run(&second)]);
    assert!((86_000..=86_400).contains(&left), "{left}");
    bed.finish(&claim).await;
    bed.assert_idle();
}

#[tokio::test]
async fn a_redelivered_job_meets_its_own_key_and_goes_on() {
    let bed = Bed::brief().await;
    let mut dying = bed.worker();
    let run = bed.enqueue(&JOB).await;
    bed.start(&mut dying, &["kaonavi:1"]).await;
    drop(dying);
    let mut worker = bed.worker();
    let delivery = worker.next().await;
    let (claim, _) = bed.begin(&delivery, &["kaonavi:1"]).await.started();
    assert_eq!((&claim.run, claim.attempt), (&run, 2));
}

#[tokio::test]
async fn a_key_is_free_again_when_it_expired() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.enqueue(&JOB).await;
    let (claim, _) = bed.start(&mut worker, &[]).await;
    bed.finish(&claim).await;
    let left: i64 = bed.redis.ask(&["TTL", "renkei:once:nightly"]);
    assert!((86_000..=86_400).contains(&left), "{left}");
    bed.redis.ask::<i64>(&["DEL", "renkei:once:nightly"]);
    let second = bed.enqueue(&JOB).await;
    assert_eq!(bed.start(&mut worker, &[]).await.0.run, second);
}
