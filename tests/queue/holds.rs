//! Holds: what the end of a run opens, keeps and closes, and who may change a pair.

use std::collections::BTreeMap;

use renkei::queue::{Closes, End, Found, Held, KeptPair, MetPair};
use serde_json::{Value, json};

use crate::bed::{Bed, Worker, end};

const FLOW: &str = "officestation-to-kaonavi";
const BACK: &str = "kaonavi-to-officestation";
const DAY: u64 = 24 * 3600;

fn found(day: &str, met: &[(&str, &str)], closes: Closes) -> Found {
    let pair = |(code, other): &(&str, &str)| MetPair {
        kind: "H_NEAR_DUPLICATE".to_owned(),
        code: (*code).to_owned(),
        other: (*other).to_owned(),
    };
    Found {
        flow: FLOW.to_owned(),
        day: day.to_owned(),
        forget_before: "2025-10-18".to_owned(),
        met: met.iter().map(pair).collect(),
        closes,
    }
}

/// Ends a run that found this.
async fn finish(bed: &Bed, worker: &mut Worker, found: Found) {
    bed.job().await;
    let (claim, _) = bed.start(worker, &[]).await;
    let end = End { holds: Some(found), ..end() };
    assert_eq!(bed.queue.finish(&claim, &end).await.expect("redis answers"), Held::Yes);
}

/// All pairs as `code other` with the value.
async fn kept(bed: &Bed) -> BTreeMap<String, Value> {
    let holds = bed.queue.holds("acme").await.expect("redis answers");
    let value = |pair: &KeptPair| serde_json::from_str(&pair.value).unwrap_or_else(|_| json!(pair.value));
    holds.iter().map(|pair| (format!("{} {}", pair.code, pair.other), value(pair))).collect()
}

/// Puts a pair there as it stands.
fn put(bed: &Bed, flow: &str, code: &str, other: &str, value: &str) {
    let field = format!("{flow}\u{1f}{code}\u{1f}{other}");
    bed.redis.ask::<u64>(&["HSET", "renkei:holds:acme", &field, value]);
}

fn value(since: &str, last: &str) -> Value {
    json!({"kind": "H_NEAR_DUPLICATE", "since": since, "last": last})
}

fn decided(last: &str) -> Value {
    json!({
        "kind": "H_NEAR_DUPLICATE", "since": "2026-11-01", "last": last,
        "decision": {"verdict": "approved", "by": "佐藤/人事", "at": "2026-11-02T09:00:00.000+09:00", "note": null}
    })
}

#[tokio::test]
async fn a_pair_that_is_met_again_keeps_its_first_day_and_its_decision() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    finish(&bed, &mut worker, found("2026-11-21", &[("11", "000011"), ("B1", "-")], Closes::Everybody)).await;
    assert_eq!(
        kept(&bed).await,
        BTreeMap::from([
            ("11 000011".to_owned(), value("2026-11-21", "2026-11-21")),
            ("B1 -".to_owned(), value("2026-11-21", "2026-11-21")),
        ])
    );
    let left: u64 = bed.redis.ask(&["TTL", "renkei:holds:acme"]);
    assert!((400 * DAY..=401 * DAY).contains(&left), "{left}");
    put(&bed, FLOW, "B1", "-", &decided("2026-11-02").to_string());
    finish(&bed, &mut worker, found("2026-11-25", &[("11", "000011"), ("B1", "-")], Closes::Everybody)).await;
    assert_eq!(
        kept(&bed).await,
        BTreeMap::from([
            ("11 000011".to_owned(), value("2026-11-21", "2026-11-25")),
            ("B1 -".to_owned(), decided("2026-11-25")),
        ])
    );
}

#[tokio::test]
async fn only_a_run_that_would_have_met_a_pair_closes_it() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let open = value("2026-11-01", "2026-11-01").to_string();
    for code in ["A", "B", "C"] {
        put(&bed, FLOW, code, "1", &open);
    }
    put(&bed, BACK, "X", "1", &open);
    put(&bed, FLOW, "D", "1", &decided("2026-11-02").to_string());
    let left = async || kept(&bed).await.into_keys().collect::<Vec<_>>().join(",");
    finish(&bed, &mut worker, found("2026-11-21", &[], Closes::Nobody)).await;
    assert_eq!(left().await, "A 1,B 1,C 1,D 1,X 1");
    let named = Closes::Named(vec!["A".to_owned(), "B".to_owned(), "Z".to_owned()]);
    finish(&bed, &mut worker, found("2026-11-21", &[("B", "1")], named)).await;
    assert_eq!(left().await, "B 1,C 1,D 1,X 1");
    finish(&bed, &mut worker, found("2026-11-21", &[("C", "2")], Closes::Everybody)).await;
    assert_eq!(left().await, "C 2,D 1,X 1", "the other flow's is not its to close");
    finish(&bed, &mut worker, found("2026-11-21", &[], Closes::Everybody)).await;
    assert_eq!(left().await, "D 1,X 1", "a decision is kept");
}

#[tokio::test]
async fn what_was_met_four_hundred_days_ago_is_forgotten() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    for (code, last) in [("A", "2025-10-17"), ("B", "2025-10-18")] {
        put(&bed, FLOW, code, "1", &decided(last).to_string());
        put(&bed, BACK, code, "2", &value(last, last).to_string());
    }
    finish(&bed, &mut worker, found("2026-11-22", &[], Closes::Nobody)).await;
    assert_eq!(kept(&bed).await.into_keys().collect::<Vec<_>>(), ["B 1", "B 2"]);
}

#[tokio::test]
async fn a_value_that_was_broken_by_hand_keeps_no_run_from_its_end() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    for (code, broken) in
        [("A", "rubbish"), ("B", "[1]"), ("C", "3"), ("D", r#"{"last":{},"since":7}"#), ("E", "null")]
    {
        put(&bed, FLOW, code, "1", broken);
    }
    bed.redis.ask::<u64>(&["HSET", "renkei:holds:acme", "no pair", "{}"]);
    finish(&bed, &mut worker, found("2026-11-21", &[("A", "1")], Closes::Nobody)).await;
    let kept = kept(&bed).await;
    assert_eq!(kept["A 1"], value("2026-11-21", "2026-11-21"));
    bed.assert_idle();
}

#[tokio::test]
async fn a_caller_that_comes_too_late_changes_no_hold_and_one_that_asks_again_changes_nothing_more() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    bed.job().await;
    let (claim, _) = bed.start(&mut worker, &[]).await;
    let mut stale = claim.clone();
    stale.epoch = 0;
    let end = |day| End { holds: Some(found(day, &[("11", "000011")], Closes::Everybody)), ..end() };
    assert_eq!(bed.queue.finish(&stale, &end("2026-11-20")).await.expect("redis answers"), Held::Lost);
    assert!(!bed.exists("renkei:holds:acme"));
    for day in ["2026-11-21", "2026-11-22"] {
        assert_eq!(bed.queue.finish(&claim, &end(day)).await.expect("redis answers"), Held::Yes);
        assert_eq!(kept(&bed).await["11 000011"], value("2026-11-21", "2026-11-21"));
    }
}

#[tokio::test]
async fn pairs_change_together_and_only_as_they_were_read() {
    let bed = Bed::new().await;
    for code in ["A", "B"] {
        put(&bed, FLOW, code, "1", "old");
    }
    let mut read = bed.queue.holds("acme").await.expect("redis answers");
    read.sort_by(|left, right| left.code.cmp(&right.code));
    let changes: Vec<(KeptPair, String)> = read.into_iter().map(|pair| (pair, "new".to_owned())).collect();
    put(&bed, FLOW, "B", "1", "changed meanwhile");
    assert!(!bed.queue.change_holds("acme", &changes).await.expect("redis answers"));
    assert_eq!(kept(&bed).await["A 1"], "old");
    assert!(bed.queue.change_holds("acme", &changes[..1]).await.expect("redis answers"));
    assert_eq!(kept(&bed).await["A 1"], "new");
    assert!(!bed.queue.change_holds("acme", &changes[..1]).await.expect("redis answers"), "only once");
    let left: i64 = bed.redis.ask(&["TTL", "renkei:holds:acme"]);
    assert!(left > 0, "it is bounded");
}

#[tokio::test]
async fn a_run_without_holds_leaves_no_key() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    finish(&bed, &mut worker, found("2026-11-21", &[], Closes::Everybody)).await;
    assert!(!bed.exists("renkei:holds:acme"));
}
