//! The quota gate, shared by all daemons.

use std::time::Duration;

use renkei::queue::gate::{Gate, Limit, Pass};

use crate::bed::{Bed, another_queue};

const UPDATES: Limit = Limit { class: Some("update"), count: 5, window: Duration::from_secs(60) };
const ALL: Limit = Limit { class: None, count: 7, window: Duration::from_secs(3600) };

async fn pass(gate: &Gate, account: &str, class: &str, limits: &[Limit]) -> Pass {
    gate.pass("kaonavi", account, class, limits).await.expect("redis answers")
}

#[tokio::test]
async fn two_daemons_share_one_quota() {
    let bed = Bed::new().await;
    let gates = [Gate::Redis(bed.queue.clone()), Gate::Redis(another_queue(&bed.redis, |_| {}))];
    for n in 0..5 {
        assert_eq!(pass(&gates[n % 2], "a", "update", &[UPDATES]).await, Pass::Go);
    }
    for gate in &gates {
        let Pass::Wait(wait) = pass(gate, "a", "update", &[UPDATES]).await else {
            panic!("the sixth passed")
        };
        assert!(wait > Duration::from_secs(50) && wait <= Duration::from_secs(60), "{wait:?}");
    }
    assert_eq!(pass(&gates[0], "b", "update", &[UPDATES]).await, Pass::Go);
}

#[tokio::test]
async fn every_request_counts_for_the_limit_of_all() {
    let bed = Bed::new().await;
    let gate = Gate::Redis(bed.queue.clone());
    let limits = [UPDATES, ALL];
    for _ in 0..5 {
        assert_eq!(pass(&gate, "a", "update", &limits).await, Pass::Go);
    }
    for _ in 0..2 {
        assert!(
            matches!(pass(&gate, "a", "update", &limits).await, Pass::Wait(wait) if wait <= UPDATES.window)
        );
        assert_eq!(pass(&gate, "a", "read", &limits).await, Pass::Go);
    }
    assert!(matches!(pass(&gate, "a", "read", &limits).await, Pass::Wait(wait) if wait > UPDATES.window));
}

#[tokio::test]
async fn the_gate_opens_when_the_wait_it_told_is_over_and_forgets_in_the_end() {
    let bed = Bed::new().await;
    let gate = Gate::Redis(bed.queue.clone());
    let quick = [Limit { class: None, count: 2, window: Duration::from_millis(400) }];
    for _ in 0..2 {
        assert_eq!(pass(&gate, "a", "read", &quick).await, Pass::Go);
    }
    let Pass::Wait(wait) = pass(&gate, "a", "read", &quick).await else { panic!("the third passed") };
    tokio::time::sleep(wait + Duration::from_millis(2)).await;
    assert_eq!(pass(&gate, "a", "read", &quick).await, Pass::Go);
    crate::bed::until("the times expire", || !bed.exists("renkei:gate:kaonavi:a")).await;
}
