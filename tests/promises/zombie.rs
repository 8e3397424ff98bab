//! Promise 1 for a daemon that isn't dead: frozen past its lease and woken again, it finds its run in other hands and keeps its own off.

use std::time::Duration;

use crate::moment::{Moment, Target};
use crate::scene::{self, Ending};
use crate::support::{PATIENCE, eventually};

/// Freezes the daemon while the answer to `target` is on its way, lets another one end the run, and wakes it.
async fn freeze_at(target: Target) {
    let moment = Moment::Unanswered(target);
    let world = scene::world().await;
    let zombie = world.daemon("zombie").await;
    moment.prepare(&world).await;
    let run = world.sync(&[]);
    moment.freeze(&world, &zombie).await;
    let heir = world.daemon("heir").await;
    let mut ending = Ending::of(&world, &run).await;
    assert_eq!(ending.attempts(), 2, "{target:?}");
    ending.is_clean(&format!("{target:?}")).await;

    let (writes, record) = (world.sandbox.writes().await, world.hash(&run));
    zombie.signal("CONT");
    eventually("the zombie to see that its run is gone", PATIENCE, || async {
        zombie.log().contains("this attempt stops").then_some(())
    })
    .await;
    // It may do the next job, and nothing of the last one comes in between.
    assert!(heir.drain().await.success());
    let next = world.run(&[]).await;
    assert_eq!(next["status"], "完了", "{next}");
    assert_eq!(world.sandbox.writes().await, writes, "{target:?}: the zombie wrote");
    assert_eq!(world.hash(&run), record, "{target:?}: the zombie touched the record");
    assert_eq!(world.sandbox.members().await, ending.members, "{target:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_least_once_with_one_effect_a_zombie_writes_nothing_more_and_cannot_finish() {
    scene::clean().await;
    let cases = [
        // It has read the old state and is about to plan,
        Target::new("GET", "/kaonavi/api/v2.0/members", 0),
        // has created people and doesn't know it,
        Target::new("POST", "/kaonavi/api/v2.0/members", 0),
        // is about to go on to the next write,
        Target::new("GET", "/kaonavi/api/v2.0/tasks", 0),
        // and is about to finish.
        Target::new("GET", "/kaonavi/api/v2.0/tasks", 3),
    ];
    let cases: Vec<_> = cases.into_iter().map(|target| tokio::spawn(freeze_at(target))).collect();
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
    let mut ending = Ending::of(&world, &run).await;
    assert_eq!(ending.attempts(), 1, "its lease was still its own");
    assert_eq!(world.state(&run, "crashes").as_deref(), Some("0"));
    ending.is_clean("the run").await;
}
