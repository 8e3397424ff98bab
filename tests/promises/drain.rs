//! Promise 8: SIGTERM drops reads, gives a write in flight its time, and puts runs back for others, all within 30 s.

use std::time::Instant;

use serde_json::json;

use crate::flows::{MAIN, room};
use crate::moment::Target;
use crate::scene::{self, Ending};

/// How a drain is met.
struct Drained {
    target: Target,
    /// How long the service takes over it.
    delay_ms: u64,
    /// `worker.drain`.
    patience: &'static str,
    /// The exit comes not before and not after so many seconds.
    within: (f64, f64),
}

async fn drain(case: Drained) {
    let _room = room().await;
    let Drained { target, delay_ms, patience, within } = case;
    let mut world = scene::world().await;
    world.set("drain: 5s", &format!("drain: {patience}"));
    let daemon = world.daemon("first").await;
    world.sandbox.plant(target.fault(&json!({"delay_ms": delay_ms}))).await;
    let run = world.sync(&[]);
    world.sandbox.hit().await;
    let log = world.folder().join("first.log");
    let begun = Instant::now();
    let status = daemon.drain().await;
    let took = begun.elapsed().as_secs_f64();
    let log = std::fs::read_to_string(log).expect("a log");
    assert!(status.success(), "{target:?}: {status}\n{log}");
    assert!((within.0..within.1).contains(&took), "{target:?} took {took} s\n{log}");

    // It waits for another daemon as if it had never been touched.
    let shown = world.show(&run).expect("a record");
    assert_eq!(
        (&shown["status"], &shown["attempts"]),
        (&json!("実行待ち"), &json!(0)),
        "{target:?}: {shown}"
    );
    let _heir = world.daemon("second").await;
    let ending = Ending::of(MAIN, &world, &run).await;
    ending.is_clean(MAIN, &format!("{target:?}")).await;
    assert_eq!(world.state(&run, "crashes").as_deref(), Some("0"), "{target:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn drain_drops_reads_and_gives_a_write_in_flight_its_time() {
    scene::clean(MAIN).await;
    let members = |method| Target::new(method, "/kaonavi/api/v2.0/members", 0);
    let cases = [
        Drained { target: members("GET"), delay_ms: 20_000, patience: "20s", within: (0.0, 4.0) },
        Drained {
            target: Target::new("GET", "/kaonavi/api/v2.0/tasks", 1),
            delay_ms: 20_000,
            patience: "20s",
            within: (0.0, 4.0),
        },
        Drained { target: members("POST"), delay_ms: 3_000, patience: "20s", within: (2.0, 7.0) },
        Drained { target: members("PATCH"), delay_ms: 3_000, patience: "20s", within: (2.0, 7.0) },
        // Longer than it gets: it stays an intent.
        Drained { target: members("POST"), delay_ms: 120_000, patience: "20s", within: (19.0, 30.0) },
    ];
    let cases: Vec<_> = cases.into_iter().map(|case| tokio::spawn(drain(case))).collect();
    for case in cases {
        case.await.expect("a case holds");
    }
}
