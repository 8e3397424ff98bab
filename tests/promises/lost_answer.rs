//! Promise 1 without any death: a service does what it was asked and its answer is lost. What may not be repeated is looked for first.

use futures::future::join_all;
use serde_json::json;

use crate::flows::{FLOWS, Flow, room};
use crate::moment::Target;
use crate::scene::{self, Ending};

async fn lose(flow: &'static Flow, write: Target) {
    scene::clean(flow).await;
    let _room = room().await;
    let mut world = flow.world().await;
    // What shows isn't waited for.
    world.set("settle: 2s", "settle: 120s");
    world.sandbox.plant(write.fault(&json!({"lose_answer": true}))).await;
    let _daemon = world.daemon("daemon").await;
    let run = flow.add(&world, &[]);
    let mut ending = Ending::of(flow, &world, &run).await;
    let attempts = ending.attempts();
    ending.is_clean(flow, &format!("the answer to {write:?} is lost")).await;
    world.sandbox.hit().await;
    assert!(attempts <= 2, "{}: {write:?}: {attempts} attempts", flow.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_least_once_with_one_effect_a_lost_answer_to_a_write() {
    let cases = FLOWS.iter().flat_map(|flow| flow.writes.iter().map(move |write| lose(flow, *write)));
    let cases: Vec<_> = cases.map(tokio::spawn).collect();
    for case in join_all(cases).await {
        case.expect("a case holds");
    }
}
