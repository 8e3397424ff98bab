//! Redis goes away and comes back.

use crate::stage::{FLOW, Stage, acme, tick, until};

#[tokio::test]
async fn a_tick_of_an_outage_fires_once_when_redis_is_back() {
    let mut stage = Stage::at("2026-11-22 05:00:00");
    let schedulers = [stage.scheduler(acme("0 6 * * *")), stage.scheduler(acme("0 6 * * *"))];
    stage.ticked("acme", FLOW, "2026-11-21 06:00:00").await;
    stage.redis.stop();
    stage.turn("2026-11-22 06:00:00");
    // They turn by themselves, so that nobody takes them for stuck.
    for scheduler in &schedulers {
        scheduler.turned().await;
    }
    stage.redis.restart();
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    for scheduler in &schedulers {
        scheduler.looked().await;
    }
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
}

#[tokio::test]
async fn a_tick_of_an_outage_longer_than_catch_up_does_not_fire() {
    let mut stage = Stage::at("2026-11-22 05:00:00");
    let scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.ticked("acme", FLOW, "2026-11-21 06:00:00").await;
    stage.redis.stop();
    stage.turn("2026-11-22 06:00:00");
    scheduler.looked().await;
    stage.turn("2026-11-22 12:30:00");
    stage.redis.restart();
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [""; 0]);
    stage.turn("2026-11-23 06:00:00");
    stage.ticked("acme", FLOW, "2026-11-23 06:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-23 06:00:00")]);
}

#[tokio::test]
async fn a_redis_that_forgot_everything_costs_no_tick() {
    let stage = Stage::at("2026-11-22 05:00:00");
    let _scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.ticked("acme", FLOW, "2026-11-21 06:00:00").await;
    let _: String = stage.redis.ask(&["FLUSHALL"]);
    stage.turn("2026-11-22 06:00:00");
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
}

#[tokio::test]
async fn a_scheduler_that_starts_before_redis_waits_for_it() {
    let mut stage = Stage::at("2026-11-22 05:00:00");
    stage.stored("acme", FLOW, "2026-11-21 06:00:00").await;
    stage.redis.stop();
    let scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.turn("2026-11-22 06:00:00");
    scheduler.looked().await;
    stage.redis.restart();
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
}

#[tokio::test]
async fn a_scheduler_stops_while_redis_is_away() {
    let mut stage = Stage::at("2026-11-22 05:00:00");
    let mut scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.ticked("acme", FLOW, "2026-11-21 06:00:00").await;
    stage.redis.stop();
    stage.turn("2026-11-22 06:00:00");
    scheduler.looked().await;
    scheduler.stop.send_replace(true);
    until("the scheduler's end", || scheduler.task.is_finished()).await;
    (&mut scheduler.task).await.expect("it ended by itself");
}
