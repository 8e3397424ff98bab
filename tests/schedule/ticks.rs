//! What fires and what doesn't.

use chrono::NaiveDate;
use renkei::job::{Job, Trigger};
use renkei::telemetry::metrics;

use crate::stage::{FLOW, Stage, acme, clinic, configured, tick, until};

#[tokio::test]
async fn a_new_link_makes_up_for_nothing_and_fires_its_next_tick() {
    let stage = Stage::at("2026-11-22 06:10:00");
    let scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [""; 0]);
    stage.turn("2026-11-23 05:59:59.999");
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [""; 0]);
    stage.turn("2026-11-23 06:00:00");
    stage.ticked("acme", FLOW, "2026-11-23 06:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-23 06:00:00")]);
}

#[tokio::test]
async fn after_downtime_the_last_missed_tick_fires_within_catch_up() {
    let stage = Stage::at("2026-11-22 11:59:00");
    stage.stored("acme", FLOW, "2026-11-18 06:00:00").await;
    let scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
}

#[tokio::test]
async fn a_tick_later_than_catch_up_does_not_fire_and_the_next_one_does() {
    let stage = Stage::at("2026-11-22 12:00:01");
    stage.stored("acme", FLOW, "2026-11-18 06:00:00").await;
    let scheduler = stage.scheduler(acme("0 6 * * *"));
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [""; 0]);
    stage.turn("2026-11-23 06:00:00.250");
    stage.ticked("acme", FLOW, "2026-11-23 06:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-23 06:00:00")]);
}

#[tokio::test]
async fn catch_up_is_each_flows_own() {
    let stage = Stage::at("2026-11-22 06:31:00");
    stage.stored("acme", FLOW, "2026-11-18 06:00:00").await;
    let half_an_hour =
        format!("schedule: {{ {FLOW}: \"0 6 * * *\" }}\n    flows: {{ {FLOW}: {{ catch_up: 30m }} }}");
    let scheduler = stage.scheduler(configured(&half_an_hour));
    scheduler.looked().await;
    assert_eq!(stage.work_off(), [""; 0]);
}

#[tokio::test]
async fn a_tick_is_stored_and_counted_as_skipped_while_the_last_run_is_open() {
    let counted = metrics::install().expect("nobody else installs them in this process");
    let stage = Stage::at("2026-11-22 05:00:00");
    let schedulers = [stage.scheduler(acme("0 * * * *")), stage.scheduler(acme("0 * * * *"))];
    stage.ticked("acme", FLOW, "2026-11-22 05:00:00").await;
    stage.turn("2026-11-22 06:00:00");
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    // Its job is still on the stream.
    stage.turn("2026-11-22 07:00:00");
    stage.ticked("acme", FLOW, "2026-11-22 07:00:00").await;
    for scheduler in &schedulers {
        scheduler.looked().await;
    }
    until("the count of skipped ticks", || counted.render().contains("renkei_ticks_skipped_total 1\n")).await;
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
    // Its run has ended.
    stage.turn("2026-11-22 08:00:00");
    stage.ticked("acme", FLOW, "2026-11-22 08:00:00").await;
    assert_eq!(stage.work_off(), [tick("2026-11-22 08:00:00")]);
}

#[tokio::test]
async fn attendance_adds_a_valid_periodic_job_for_each_month_oldest_first() {
    let stage = Stage::at("2026-12-05 06:00:00");
    let config = clinic(
        "schedule: { hrmos-to-mediment-attendance: \"0 7 5 * *\" }\n    \
         flows: { hrmos-to-mediment-attendance: { months: 3 } }",
    );
    stage.stored("clinic", "hrmos-to-mediment-attendance", "2026-11-05 07:00:00").await;
    let _scheduler = stage.scheduler(config.clone());
    stage.turn("2026-12-05 07:00:00");
    stage.ticked("clinic", "hrmos-to-mediment-attendance", "2026-12-05 07:00:00").await;
    assert_eq!(stage.each("month"), ["2026-09", "2026-10", "2026-11"]);
    let today = NaiveDate::from_ymd_opt(2026, 12, 5).expect("a day");
    for fields in stage.jobs() {
        let fields: Vec<_> = fields.into_iter().map(|(n, v)| (n.into_bytes(), v.into_bytes())).collect();
        let job = Job::parse(&fields, &config, today).expect("a valid job");
        assert_eq!((job.trigger(), job.link.as_str()), (Trigger::Periodic, "clinic"));
    }
}

#[tokio::test]
async fn a_clock_that_goes_back_fires_nothing_twice() {
    let stage = Stage::at("2026-11-22 05:00:00");
    let scheduler = stage.scheduler(acme("*/10 * * * *"));
    stage.ticked("acme", FLOW, "2026-11-22 05:00:00").await;
    stage.turn("2026-11-22 06:00:10");
    stage.ticked("acme", FLOW, "2026-11-22 06:00:00").await;
    let mut fired = stage.work_off();
    for again in ["2026-11-22 05:20:00", "2026-11-22 05:59:59", "2026-11-22 06:00:00"] {
        stage.turn(again);
        scheduler.looked().await;
        fired.extend(stage.work_off());
    }
    stage.turn("2026-11-22 06:10:00");
    stage.ticked("acme", FLOW, "2026-11-22 06:10:00").await;
    fired.extend(stage.work_off());
    assert_eq!(fired, [tick("2026-11-22 06:00:00"), tick("2026-11-22 06:10:00")]);
}
