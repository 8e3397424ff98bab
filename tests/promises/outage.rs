//! Promise 5: Redis may go away, in the middle of a run or with all its data, and the daemon goes on.

use std::time::Duration;

use serde_json::json;

use crate::flows::{FLOWS, Flow, MAIN, room};
use crate::moment::Target;
use crate::scene::{self, Ending};
use crate::support::world::World;
use crate::support::{PATIENCE, eventually};

/// Stops Redis for ten seconds while the service has `target`.
async fn without_redis_at(flow: &'static Flow, target: Target) {
    let _room = room().await;
    let what = format!("{}: without redis at {target:?}", flow.name);
    let mut world = flow.world().await;
    let daemon = world.daemon("daemon").await;
    world.sandbox.plant(target.fault(&json!({"delay_ms": 1_000}))).await;
    let run = flow.add(&world, &[]);
    // Somebody without errors, so that the one mail is the first run's.
    let next = flow.add(&world, &["employees", "A0001"]);
    world.sandbox.hit().await;
    world.becomes(&next, "status", "実行待ち").await;
    world.redis.stop();
    let ready = || async {
        world.sandbox.client().get(format!("{}/readyz", daemon.http)).send().await.expect("readyz")
    };
    eventually("readyz to tell it", PATIENCE, || async { (ready().await.status() == 503).then_some(()) })
        .await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    world.redis.restart();

    let ending = Ending::of(flow, &world, &run).await;
    ending.is_clean(flow, &what).await;
    assert_eq!(world.state(&run, "crashes").as_deref(), Some("0"), "{what}: an outage is no crash");
    let next = world.ended(&next).await;
    assert_eq!((&next["status"], &next["counts"]["updated"]), (&json!("完了"), &json!(0)), "{what}: {next}");
    let log = daemon.log();
    assert_eq!(log.matches("failed to reach redis").count(), 1, "{what}: {log}");
    assert_eq!(log.matches("redis is back").count(), 1, "{what}: {log}");
    assert!(!log.contains("ERROR"), "{what}: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_go_away_for_ten_seconds_of_a_run() {
    let tasks = |n| Target::new("GET", "/kaonavi/api/v2.0/tasks", n);
    let mut cases: Vec<(&'static Flow, Target)> = Vec::new();
    for flow in &FLOWS {
        scene::clean(flow).await;
        let ends = [flow.reads.last(), flow.writes.first()];
        cases.extend(ends.into_iter().flatten().map(|target| (flow, *target)));
    }
    cases.extend([(MAIN, tasks(0)), (MAIN, tasks(1))]);
    let cases: Vec<_> =
        cases.into_iter().map(|(flow, target)| tokio::spawn(without_redis_at(flow, target))).collect();
    for case in cases {
        case.await.expect("a case holds");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_go_away_with_all_its_data_while_the_daemon_is_idle() {
    let world = World::new(20, "").await;
    let daemon = world.daemon("daemon").await;
    assert_eq!(world.run(&[]).await["status"], "完了");
    world.outbox_is_empty().await;
    for _ in 0..2 {
        assert_eq!(world.redis.cli(&["FLUSHALL"]), "OK");
        let mails = world.sandbox.mails().await.len();
        let run = world.run(&[]).await;
        assert_eq!(run["status"], "完了", "{run}");
        world.mails(mails + 1).await;
    }
    let log = daemon.log();
    assert!(!log.contains("ERROR"), "{log}");
    assert!(daemon.drain().await.success());
}
