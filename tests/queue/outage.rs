//! Promise 5: Redis may go away.

use std::time::Duration;

use renkei::queue::{Held, QueueError};

use crate::bed::{Bed, Expect, LEASE, another_queue, brief, new_run, until};

const KAONAVI: &str = "kaonavi:0123";

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_restart_of_redis_is_waited_out_and_is_no_crash() {
    let mut bed = Bed::brief().await;
    let mut worker = bed.worker();
    let mut other = bed.worker();
    let run = bed.job().await;
    let (mine, delivery) = tokio::select! {
        delivery = worker.next() => (true, delivery),
        delivery = other.next() => (false, delivery),
    };
    let (claim, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    let lease = bed.queue.hold(&claim);
    bed.redis.stop();
    let mut up = bed.queue.up();
    up.wait_for(|up| !*up).await.expect("the queue is there");
    // Away for longer than the lease: no write may begin.
    until("the lease lapsed", || lease.left() == Duration::ZERO).await;
    assert!(!lease.may_write(Duration::from_millis(1)));
    bed.redis.restart();
    up.wait_for(|up| *up).await.expect("the queue is there");
    until("a renewal went through", || lease.may_write(LEASE / 4)).await;

    // Neither worker took it over, and both go on.
    tokio::time::sleep(LEASE * 2).await;
    let taken = if mine { other.comes_nothing().await } else { worker.comes_nothing().await };
    assert!(taken, "the run was taken over");
    assert!(!lease.is_lost());
    assert_eq!(bed.run(&run)["crashes"], "0");
    assert_eq!(bed.finish(&claim).await, Held::Yes);
    drop(delivery);
    bed.job().await;
    tokio::select! { _ = worker.next() => {}, _ = other.next() => {} }
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_finish_waits_until_redis_is_back() {
    let mut bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let delivery = worker.next().await;
    let (claim, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    bed.redis.kill();
    let queue = bed.queue.clone();
    let finish = tokio::spawn(async move { queue.finish(&claim, &crate::bed::end()).await });
    bed.queue.up().wait_for(|up| !*up).await.expect("the queue is there");
    assert!(!finish.is_finished());
    bed.redis.restart();
    assert_eq!(finish.await.expect("no panic").expect("redis answers"), Held::Yes);
    assert_eq!(bed.status(&run), "完了");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_after_a_flush_the_group_is_made_again() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let delivery = worker.next().await;
    let (lost, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    bed.redis.ask::<()>(&["FLUSHALL"]);
    assert_eq!(bed.finish(&lost).await, Held::Lost);
    drop(delivery);
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    assert_eq!(claim.run, run);
    bed.finish(&claim).await;
    assert_eq!(bed.redis.ask::<String>(&["HGET", "renkei:meta", "schema"]), "1");
    bed.assert_idle();
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_group_that_was_destroyed_delivers_its_open_entries_again() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let delivery = worker.next().await;
    let (before, _) = bed.begin(&delivery, &[KAONAVI]).await.started();
    bed.redis.ask::<i64>(&["XGROUP", "DESTROY", "renkei:jobs", "workers"]);
    drop(delivery);
    let (claim, _) = bed.start(&mut worker, &[KAONAVI]).await;
    assert_eq!((&claim.run, claim.epoch), (&run, 2));
    assert_eq!(bed.run(&run)["crashes"], "0");
    assert_eq!(bed.finish(&before).await, Held::Lost);
    assert_eq!(bed.finish(&claim).await, Held::Yes);
}

/// A state of the server in which it refuses writes, and how it ends.
async fn waits_out(set: &[&str], unset: &[&str]) {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let delivery = worker.next().await;
    bed.redis.ask::<()>(set);
    let (queue, job) = (bed.queue.clone(), delivery.clone());
    let begin = tokio::spawn(async move { queue.begin(&job, &new_run(&job, &[KAONAVI])).await });
    let down = async { bed.queue.up().wait_for(|up| !*up).await.map(|_| ()) };
    tokio::time::timeout(Duration::from_secs(20), down)
        .await
        .expect("it is noticed")
        .expect("the queue is there");
    assert!(!begin.is_finished());
    bed.redis.ask::<()>(unset);
    let (claim, _) = begin.await.expect("no panic").expect("redis answers").started();
    assert_eq!((&claim.run, claim.attempt), (&run, 1));
    assert_eq!(bed.finish(&claim).await, Held::Yes);
    drop(delivery);
    let next = bed.job().await;
    assert_eq!(bed.start(&mut worker, &[KAONAVI]).await.0.run, next);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_full_redis_is_waited_out() {
    waits_out(&["CONFIG", "SET", "maxmemory", "1"], &["CONFIG", "SET", "maxmemory", "0"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_failover_is_waited_out() {
    // Port 1 answers nobody: a replica without its primary still refuses writes.
    waits_out(&["REPLICAOF", "127.0.0.1", "1"], &["REPLICAOF", "NO", "ONE"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_redis_that_is_away_at_the_start_is_waited_for() {
    let mut bed = Bed::new().await;
    bed.redis.stop();
    let queue = another_queue(&bed.redis, brief);
    assert!(queue.check().await.expect_err("redis is away").is_outage());
    let ready = tokio::spawn(async move { queue.wait_ready().await });
    bed.redis.restart();
    ready.await.expect("no panic").expect("redis is there");
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_its_version() {
    let bed = Bed::new().await;
    bed.redis.ask::<i64>(&["HSET", "renkei:meta", "schema", "2"]);
    let error = another_queue(&bed.redis, brief).wait_ready().await.expect_err("it is newer");
    assert!(matches!(&error, QueueError::Schema { found, known: 1 } if found == "2"), "{error}");
}
