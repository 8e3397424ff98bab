//! Promise 1 for a daemon that isn't dead: frozen past its lease and woken again, it finds its run in other hands and keeps its own off.

use std::time::Duration;

use crate::flows::{FLOWS, Flow, MAIN, room};
use crate::moment::{Moment, Target};
use crate::scene::{self, Ending};
use crate::support::{PATIENCE, eventually};

/// Freezes the daemon while the answer to `target` is on its way, lets another one end the run, and wakes it.
async fn freeze_at(flow: &'static Flow, target: Target) {
    let _room = room().await;
    let what = format!("{}: {target:?}", flow.name);
    let moment = Moment::Unanswered(target);
    let world = flow.world().await;
    let zombie = world.daemon("zombie").await;
    moment.prepare(&world).await;
    let run = flow.add(&world, &[]);
    moment.freeze(&world, &zombie).await;
    let heir = world.daemon("heir").await;
    let mut ending = Ending::of(flow, &world, &run).await;
    assert_eq!(ending.attempts(), 2, "{what}");
    ending.is_clean(flow, &what).await;

    let (writes, record) = (world.sandbox.writes_of(flow.destination()).await, world.hash(&run));
    zombie.signal("CONT");
    eventually("the zombie to see that its run is gone", PATIENCE, || async {
        zombie.log().contains("this attempt stops").then_some(())
    })
    .await;
    // It may do the next job, and nothing of the last one comes in between.
    assert!(heir.drain().await.success());
    let next = flow.add(&world, &[]);
    let next = world.ended(&next).await;
    assert_eq!(next["status"], "完了", "{what}: {next}");
    let written = world.sandbox.writes_of(flow.destination()).await;
    assert_eq!(written, writes, "{what}: the zombie wrote");
    assert_eq!(world.hash(&run), record, "{what}: the zombie touched the record");
    assert_eq!(flow.state(&world).await, ending.state, "{what}");
}

/// It has read the old state and is about to plan, or has written and doesn't know it.
#[tokio::test(flavor = "multi_thread")]
async fn at_least_once_with_one_effect_a_zombie_writes_nothing_more_and_cannot_finish() {
    let tasks = |n| Target::new("GET", "/kaonavi/api/v2.0/tasks", n);
    let mut cases: Vec<(&'static Flow, Target)> = Vec::new();
    for flow in &FLOWS {
        scene::clean(flow).await;
        cases.extend(flow.reads.last().map(|read| (flow, *read)));
        cases.extend(flow.writes.iter().map(|write| (flow, *write)));
    }
    // It is about to go on to the next write, and to finish.
    cases.extend([(MAIN, tasks(0)), (MAIN, tasks(3))]);
    let cases: Vec<_> =
        cases.into_iter().map(|(flow, target)| tokio::spawn(freeze_at(flow, target))).collect();
    for case in cases {
        case.await.expect("a case holds");
    }
}

/// A laptop's lid, a paused machine: nobody was there to take over.
#[tokio::test(flavor = "multi_thread")]
async fn at_least_once_with_one_effect_a_daemon_that_slept_alone_goes_on() {
    let moment = Moment::Unanswered(Target::new("GET", "/kaonavi/api/v2.0/tasks", 0));
    let world = scene::world().await;
    let daemon = world.daemon("daemon").await;
    moment.prepare(&world).await;
    let run = world.sync(&[]);
    moment.freeze(&world, &daemon).await;
    // Twice the lease: it must be over by the clocks of the daemon and of Redis.
    tokio::time::sleep(Duration::from_secs(6)).await;
    daemon.signal("CONT");
    let mut ending = Ending::of(MAIN, &world, &run).await;
    assert_eq!(ending.attempts(), 1, "its lease was still its own");
    assert_eq!(world.state(&run, "crashes").as_deref(), Some("0"));
    ending.is_clean(MAIN, "the run").await;
}
