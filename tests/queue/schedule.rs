//! Ticks: one job however many daemons.

use renkei::queue::{Queue, Ticked};

use crate::bed::{Bed, another_queue};

const FLOW: &str = "officestation-to-kaonavi";

fn jobs(count: usize) -> Vec<Vec<(&'static str, String)>> {
    vec![vec![("link", "acme".to_owned()), ("flow", FLOW.to_owned())]; count]
}

async fn tick(queue: &Queue, ms: u64, count: usize) -> Ticked {
    queue.tick("acme", FLOW, ms, &jobs(count)).await.expect("redis answers")
}

#[tokio::test]
async fn a_fleet_fires_a_tick_once() {
    let bed = Bed::new().await;
    let queues: Vec<Queue> = (0..8).map(|_| another_queue(&bed.redis, |_| {})).collect();
    let answers = futures::future::join_all(queues.iter().map(|queue| tick(queue, 1000, 1))).await;
    let fired = answers.iter().filter(|answer| matches!(answer, Ticked::Fired(_))).count();
    assert_eq!((fired, bed.open_entries()), (1, 1), "{answers:?}");
    assert_eq!(tick(&bed.queue, 999, 1).await, Ticked::Old);
    assert_eq!(bed.queue.last_tick("acme", FLOW).await.expect("redis answers"), Some(1000));
}

#[tokio::test]
async fn a_tick_is_skipped_while_a_run_of_the_last_one_is_open() {
    let bed = Bed::new().await;
    let Ticked::Fired(runs) = tick(&bed.queue, 1000, 2).await else { panic!("it is the first tick") };
    // Nobody read the jobs yet, then one runs, then both ended.
    assert_eq!(tick(&bed.queue, 2000, 2).await, Ticked::Skipped);
    let mut worker = bed.worker();
    let (first, _) = bed.start(&mut worker, &[]).await;
    let (second, _) = bed.start(&mut worker, &[]).await;
    assert_eq!([&first.run, &second.run], [&runs[0], &runs[1]]);
    bed.finish(&first).await;
    assert_eq!(tick(&bed.queue, 3000, 2).await, Ticked::Skipped);
    assert_eq!(tick(&bed.queue, 3000, 2).await, Ticked::Old);
    bed.finish(&second).await;
    assert!(matches!(tick(&bed.queue, 4000, 2).await, Ticked::Fired(_)));
}

#[tokio::test]
async fn a_tick_without_jobs_is_a_starting_point() {
    let bed = Bed::new().await;
    assert_eq!(bed.queue.last_tick("acme", FLOW).await.expect("redis answers"), None);
    assert_eq!(tick(&bed.queue, 1000, 0).await, Ticked::Fired(Vec::new()));
    assert_eq!(bed.queue.last_tick("acme", FLOW).await.expect("redis answers"), Some(1000));
    assert_eq!(bed.open_entries(), 0);
}
