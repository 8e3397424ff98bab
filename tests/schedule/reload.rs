//! A new configuration counts at once.

use std::sync::Arc;

use crate::stage::{FLOW, Stage, acme, configured, tick};

#[tokio::test]
async fn a_changed_schedule_fires_at_its_new_time_and_not_for_a_time_before_the_change() {
    let stage = Stage::at("2026-11-22 05:00:00");
    let scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.ticked("acme", FLOW, "2026-11-21 06:00:00").await;
    stage.turn("2026-11-22 06:00:00");
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
    stage.turn("2026-11-22 12:00:00");
    scheduler.config.send_replace(Arc::new(acme("0 9 * * *")));
    // The starting point is stored for the whole fleet.
    stage.ticked("acme", FLOW, "2026-11-22 09:00:00").await;
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [""; 0]);
    stage.turn("2026-11-23 06:00:00");
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [""; 0]);
    stage.turn("2026-11-23 09:00:00");
    stage.ticked("acme", FLOW, "2026-11-23 09:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-23 09:00:00")]);
}

#[tokio::test]
async fn a_schedule_that_is_gone_fires_no_more_and_one_that_comes_fires() {
    let stage = Stage::at("2026-11-22 05:00:00");
    let scheduler = stage.scheduler(configured(""));
    scheduler.looked().await;
    assert_eq!(stage.redis.ask::<Vec<String>>(&["KEYS", "renkei:schedule:*"]), [""; 0]);
    scheduler.config.send_replace(Arc::new(acme("0 6 * * *")));
    stage.ticked("acme", FLOW, "2026-11-21 06:00:00").await;
    stage.turn("2026-11-22 06:00:00");
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
    scheduler.config.send_replace(Arc::new(configured("")));
    stage.turn("2026-11-23 06:00:00");
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [""; 0]);
}

#[tokio::test]
async fn a_reload_that_changes_something_else_loses_no_tick() {
    let stage = Stage::at("2026-11-22 05:00:00");
    let scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.ticked("acme", FLOW, "2026-11-21 06:00:00").await;
    stage.turn("2026-11-22 06:00:00");
    scheduler.config.send_replace(Arc::new(acme("0  6 * * *")));
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
}
