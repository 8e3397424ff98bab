//! The consumer: slots, drain, names, signs of life.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use renkei::queue::{Backend, Consumer, Settings};
use tokio::sync::watch;

use crate::bed::{Bed, Expect, until};

fn consumers(bed: &Bed) -> Vec<String> {
    let rows: Vec<std::collections::HashMap<String, redis::Value>> =
        bed.redis.ask(&["XINFO", "CONSUMERS", "renkei:jobs", "workers"]);
    rows.iter().map(|row| redis::from_redis_value_ref(&row["name"]).expect("a name")).collect()
}

#[tokio::test]
async fn nothing_is_read_ahead_of_free_slots() {
    let bed = Bed::with(|settings| settings.concurrency = 2).await;
    let mut worker = bed.worker();
    for _ in 0..5 {
        bed.job().await;
    }
    let first = worker.next().await;
    let _second = worker.next().await;
    assert!(worker.comes_nothing().await);
    let depth = bed.queue.depth().await.expect("redis answers");
    assert_eq!((depth.ready, depth.running), (3, 2));
    let clone = first.clone();
    drop(first);
    assert!(worker.comes_nothing().await, "a clone still holds the slot");
    drop(clone);
    worker.next().await;
}

#[tokio::test]
async fn promise_8_a_stopped_consumer_gives_back_what_was_not_begun_at_once() {
    let bed = Bed::with(|settings: &mut Settings| settings.concurrency = 3).await;
    let mut stopping = bed.worker();
    for _ in 0..3 {
        bed.job().await;
    }
    let begun = stopping.next().await;
    let (claim, _) = bed.begin(&begun, &["kaonavi:1"]).await.started();
    let not_begun = stopping.next().await;
    stopping.stop.send_replace(true);
    // One is in the worker's hands, one still in the backend.
    drop(not_begun);
    drop(stopping.next().await);
    // The lease is 15 s: only a release brings them sooner.
    let mut other = bed.worker();
    let start = std::time::Instant::now();
    for _ in 0..2 {
        assert!(other.next().await.taken_over);
    }
    assert!(start.elapsed().as_secs() < 10);
    assert!(!stopping.task.is_finished(), "it waits for the run that is in hand");
    bed.finish(&claim).await;
    drop(begun);
    until("the consumer left", || stopping.task.is_finished()).await;
    assert!(!consumers(&bed).contains(&stopping.name));
    assert!(stopping.backend.next().await.is_none());
}

#[tokio::test]
async fn names_are_unique_and_dead_ones_disappear() {
    let bed = Bed::brief().await;
    let (dead, alive) = (bed.worker(), bed.worker());
    assert_ne!(dead.name, alive.name);
    for name in ["a-long-gone", "b-with-work"] {
        bed.redis.ask::<i64>(&["XGROUP", "CREATECONSUMER", "renkei:jobs", "workers", name]);
    }
    bed.job().await;
    let gone = dead.name.clone();
    drop(dead);
    until("dead names are deleted", || {
        let names = consumers(&bed);
        names.contains(&alive.name) && !names.contains(&gone) && !names.contains(&"a-long-gone".to_owned())
    })
    .await;
}

/// A consumer that counts its beats.
fn beating(bed: &Bed) -> (Backend, Arc<AtomicUsize>, watch::Sender<bool>) {
    let (consumer, backend) = Consumer::new(&bed.queue, "test");
    let beats = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&beats);
    let consumer = consumer.with_beat(Arc::new(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    }));
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(consumer.run(stopped));
    (backend, beats, stop)
}

async fn beats_on(beats: &AtomicUsize, when: &str) {
    let before = beats.load(Ordering::Relaxed);
    until(&format!("it beats {when}"), || beats.load(Ordering::Relaxed) >= before + 3).await;
}

#[tokio::test]
async fn a_consumer_beats_without_jobs_with_all_slots_taken_and_without_redis() {
    let mut bed = Bed::with(|settings| settings.concurrency = 1).await;
    let (mut backend, beats, _stop) = beating(&bed);
    beats_on(&beats, "without jobs").await;
    bed.job().await;
    let delivery = backend.next().await.expect("the consumer runs");
    beats_on(&beats, "with all slots taken").await;
    drop(delivery);
    bed.redis.stop();
    let up = bed.queue.up();
    until("redis is missed", || !*up.borrow()).await;
    beats_on(&beats, "without redis").await;
    bed.redis.restart();
    until("redis is back", || *up.borrow()).await;
    beats_on(&beats, "with redis again").await;
}

#[tokio::test]
async fn a_consumer_whose_deliveries_nobody_takes_is_stuck_and_shows_it() {
    let bed = Bed::with(|settings| settings.concurrency = 1).await;
    let (mut backend, beats, _stop) = beating(&bed);
    beats_on(&beats, "without jobs").await;
    bed.job().await;
    // A beat comes every second at the latest, so that three seconds without one tell.
    let end = Instant::now() + Duration::from_secs(20);
    let (mut last, mut since) = (beats.load(Ordering::Relaxed), Instant::now());
    while since.elapsed() < Duration::from_secs(3) {
        assert!(Instant::now() < end, "it beats on");
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = beats.load(Ordering::Relaxed);
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    let _delivery = backend.next().await.expect("the consumer runs");
    beats_on(&beats, "after somebody took it").await;
}
