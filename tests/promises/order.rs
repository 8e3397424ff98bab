//! Promise 6: one run per account, first come first served, and a run that waits holds no slot.

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use crate::scene;
use crate::support::world::World;

fn time(value: &Value) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(value.as_str().expect("a time")).expect("RFC 3339")
}

/// Start and end of each run, which must be in order and not overlap.
async fn spans(world: &World, runs: &[String]) -> Vec<(DateTime<FixedOffset>, DateTime<FixedOffset>)> {
    let mut spans = Vec::new();
    for run in runs {
        let shown = world.ended(run).await;
        assert_eq!(shown["status"], "完了", "{shown}");
        spans.push((time(&shown["started_at"]), time(&shown["finished_at"])));
    }
    for pair in spans.windows(2) {
        assert!(pair[0].0 <= pair[0].1 && pair[0].1 <= pair[1].0, "{spans:?}");
    }
    spans
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_per_account_in_order_and_a_waiting_run_holds_no_slot() {
    let mut world = scene::world().await;
    world.set("worker:\n", "worker:\n  concurrency: 1\n");
    world.link("other", 2);
    let held = json!({"service": "officestation", "match": {"path": "/officestation/api/v1/employees"}, "action": {"delay_ms": 5_000}});
    world.sandbox.plant(held).await;
    let _first = world.daemon("first").await;
    let running = world.sync(&[]);
    world.sandbox.hit().await;
    // One slot is taken. Another daemon's only slot has to see the waiting run and the other tenant's.
    let _second = world.daemon("second").await;
    let waiting = world.sync(&[]);
    let other = world.xadd(&["link", "other", "flow", "officestation-to-kaonavi"]);
    assert_eq!(world.ended(&other).await["status"], "完了");
    assert_eq!(world.state(&running, "status").as_deref(), Some("実行中"), "it is still held");
    let shown = world.show(&waiting).expect("a record");
    assert_eq!((&shown["status"], &shown["waiting_for"]), (&json!("実行待ち"), &json!(running)), "{shown}");

    let mut runs = vec![running, waiting];
    runs.extend((0..4).map(|_| world.sync(&[])));
    let spans = spans(&world, &runs).await;
    let journal = world.sandbox.look("requests?service=kaonavi&tenant=demo-key").await;
    let journal = journal.as_array().expect("requests");
    assert!(journal.len() > 6 * runs.len(), "{}", journal.len());
    for request in journal {
        let at = time(&request["at"]);
        let within = spans.iter().filter(|(start, end)| *start <= at && at <= *end).count();
        assert_eq!(within, 1, "{request} belongs to one run of {spans:?}");
    }
}

/// Two daemons with many slots, and everything at once.
#[tokio::test(flavor = "multi_thread")]
async fn one_run_per_account_for_many_runs_of_some_accounts() {
    let mut world = World::new(20, "").await;
    for number in 2..=4 {
        world.link(&format!("link{number}"), number);
    }
    let links = ["acme", "link2", "link3", "link4"];
    let mut runs: Vec<Vec<String>> = vec![Vec::new(); links.len()];
    for _ in 0..6 {
        for (link, runs) in links.iter().zip(&mut runs) {
            runs.push(world.xadd(&["link", link, "flow", "officestation-to-kaonavi", "employees", "A0001"]));
        }
    }
    let _first = world.daemon("first").await;
    let _second = world.daemon("second").await;
    for runs in &runs {
        spans(&world, runs).await;
    }
}
