//! However many daemons, each tick is one job.

use chrono::TimeDelta;

use crate::stage::{FLOW, Stage, acme, tick, time, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schedulers_whose_clocks_differ_fire_every_tick_once() {
    let stage = Stage::at("2026-11-22 05:59:30");
    let schedulers: Vec<_> = [-5, 0, 0, 4]
        .into_iter()
        .map(|fast| stage.scheduler_with(acme("* * * * *"), TimeDelta::seconds(fast)))
        .collect();
    stage.ticked("acme", FLOW, "2026-11-22 05:59:00").await;
    let (mut fired, mut expected) = (Vec::new(), Vec::new());
    let begin = time("2026-11-22 06:00:00");
    for minute in 0..120 {
        let at = begin + TimeDelta::minutes(minute);
        let text = (at + TimeDelta::hours(9)).format("%Y-%m-%d %H:%M:%S").to_string();
        // All clocks pass the tick, the slowest as well.
        stage.turn_to(at);
        stage.turn_to(at + TimeDelta::seconds(10));
        stage.ticked("acme", FLOW, &text).await;
        fired.extend(stage.work_off());
        expected.push(tick(&text));
    }
    for scheduler in &schedulers {
        scheduler.looked().await;
    }
    fired.extend(stage.work_off());
    assert_eq!(fired, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schedulers_that_start_together_make_up_for_a_tick_once() {
    let stage = Stage::at("2026-11-22 10:00:00");
    stage.stored("acme", FLOW, "2026-11-20 06:00:00").await;
    let schedulers: Vec<_> = (0..6).map(|_| stage.scheduler(acme("0 6 * * *"))).collect();
    for scheduler in &schedulers {
        scheduler.looked().await;
    }
    assert_eq!(stage.work_off(), [tick("2026-11-22 06:00:00")]);
}

#[tokio::test]
async fn a_scheduler_stops_when_it_is_told_to_and_when_nobody_could_tell_it() {
    let stage = Stage::at("2026-11-22 10:00:00");
    let mut told = stage.scheduler(acme("0 6 * * *"));
    let mut left = stage.scheduler(acme("0 6 * * *"));
    told.stop.send_replace(true);
    left.stop = tokio::sync::watch::Sender::new(false);
    for scheduler in [&mut told, &mut left] {
        until("the scheduler's end", || scheduler.task.is_finished()).await;
        (&mut scheduler.task).await.expect("it ended by itself");
    }
}
