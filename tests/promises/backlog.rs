//! Promises 4 and 7: a backlog, most of it rubbish, is worked off from the start of the daemon on, and what it leaves is bounded.
//! `benches/backlog.rs` does the same with 50,000 jobs.

use std::time::Duration;

use crate::support::backlog::{Backlog, work_off};

#[tokio::test(flavor = "multi_thread")]
async fn bounded_a_backlog_is_worked_off_and_what_it_leaves_goes_by_itself() {
    let backlog = Backlog { invalid: 4_000, valid: 1_000, tenants: 50, limit: Duration::from_secs(600) };
    let (world, took) = work_off(backlog).await;
    println!("{backlog:?} took {took:?}");
    assert_eq!(world.sandbox.mails().await.len(), 0);
    assert_eq!(world.redis.ask::<usize>(&["XLEN", "renkei:rejected"]), 4_000);
    // Every key ends by itself, is bounded by its script or is swept by the hour.
    let swept = ["renkei:runs", "renkei:rejected", "renkei:meta", "renkei:jobs", "renkei:mail"];
    let keys: Vec<String> = world.redis.ask(&["KEYS", "*"]);
    let commands: Vec<Vec<&str>> = keys.iter().map(|key| vec!["PTTL", key.as_str()]).collect();
    let lives: Vec<i64> = world.redis.ask_all(&commands);
    let endless: Vec<&String> = keys
        .iter()
        .zip(lives)
        .filter(|(key, life)| *life < 0 && !swept.contains(&key.as_str()) && !key.starts_with("renkei:runs:"))
        .map(|(key, _)| key)
        .collect();
    assert!(endless.is_empty(), "{endless:?}");
}
