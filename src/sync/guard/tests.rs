use super::*;
use crate::sync::ItemMeasure;

/// A full run in which nothing is unusual.
fn calm() -> Measures {
    Measures {
        full: true,
        read: 1000,
        in_scope: 1000,
        destination: 1000,
        matched: 1000,
        ..Measures::default()
    }
}

fn trips(measures: &Measures, last: Option<u64>) -> Vec<&'static str> {
    guard(measures, &GuardLimits::default(), last).iter().map(|trip| trip.guard).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn a_calm_run_trips_nothing() {
    assert_eq!(trips(&calm(), Some(1000)), NONE);
    assert_eq!(trips(&calm(), None), NONE);
}

#[test]
fn of_a_run_about_some_people_only_the_reading_is_measured() {
    let measures = Measures { full: false, read: 0, creations: 900, ..calm() };
    assert_eq!(trips(&measures, Some(1000)), NONE);
    assert_eq!(trips(&Measures { incomplete: Some(3), ..measures }, Some(1000)), ["incomplete_read"]);
}

#[test]
fn an_empty_source_trips() {
    let measures = Measures { read: 0, in_scope: 0, ..calm() };
    assert_eq!(trips(&measures, None), ["source_empty"]);
    assert_eq!(trips(&measures, Some(1000)), ["source_empty"]);
}

#[test]
fn a_source_under_70_percent_and_5_fewer_trips() {
    let of = |in_scope, last| trips(&Measures { in_scope, ..calm() }, Some(last));
    assert_eq!(of(700, 1000), NONE);
    assert_eq!(of(699, 1000), ["source_shrunk"]);
    assert_eq!(of(6, 10), NONE, "four fewer");
    assert_eq!(of(5, 10), ["source_shrunk"]);
    assert_eq!(of(1, 5), NONE);
    assert_eq!(of(2000, 1000), NONE);
}

#[test]
fn a_read_that_is_not_provably_complete_trips() {
    assert_eq!(trips(&Measures { incomplete: Some(1), ..calm() }, None), ["incomplete_read"]);
}

#[test]
fn more_than_20_creations_and_a_tenth_trip() {
    let of = |creations, joiners, destination| {
        trips(&Measures { destination, creations, joiners, ..calm() }, Some(1000))
    };
    assert_eq!(of(20, 0, 100), NONE);
    assert_eq!(of(21, 0, 100), ["creations"]);
    assert_eq!(of(21, 0, 210), NONE, "a tenth is not more than a tenth");
    assert_eq!(of(21, 0, 209), ["creations"]);
    assert_eq!(of(30, 30, 100), NONE, "joiners count only above 30 %");
    assert_eq!(of(31, 31, 100), ["creations"]);
    assert_eq!(of(31, 11, 110), NONE, "the others are 20");
    assert_eq!(of(900, 0, 0), NONE, "an empty destination needs no force");
}

#[test]
fn more_than_20_changed_and_30_percent_trip() {
    let of = |changed, people, exempt| {
        let item = ItemMeasure { item: "役職".to_owned(), changed, cleared: 0, people, exempt };
        trips(&Measures { items: vec![item], ..calm() }, None)
    };
    assert_eq!(of(30, 100, false), NONE);
    assert_eq!(of(31, 100, false), ["item_changed"]);
    assert_eq!(of(20, 20, false), NONE);
    assert_eq!(of(21, 21, false), ["item_changed"]);
    assert_eq!(of(100, 100, true), NONE);
}

#[test]
fn more_than_10_cleared_and_5_percent_trip() {
    let of = |cleared, people| {
        let item = ItemMeasure { item: "役職".to_owned(), changed: 0, cleared, people, exempt: false };
        trips(&Measures { items: vec![item], ..calm() }, None)
    };
    assert_eq!(of(10, 10), NONE);
    assert_eq!(of(11, 11), ["item_cleared"]);
    assert_eq!(of(50, 1000), NONE);
    assert_eq!(of(51, 1000), ["item_cleared"]);
}

#[test]
fn rows_under_70_percent_and_10_fewer_trip() {
    let of = |rows_before, rows_after| trips(&Measures { rows_before, rows_after, ..calm() }, None);
    assert_eq!(of(100, 70), NONE);
    assert_eq!(of(100, 69), ["dependents_rows"]);
    assert_eq!(of(10, 1), NONE, "nine fewer");
    assert_eq!(of(10, 0), ["dependents_rows"]);
}

#[test]
fn an_item_that_no_record_has_trips() {
    let measures = Measures { absent: vec![("氏".to_owned(), 1000)], ..calm() };
    assert_eq!(trips(&measures, None), ["item_absent"]);
}

#[test]
fn a_failure_tells_what_is_unusual_and_how_to_go_on() {
    assert_eq!(guard_failure(&[]), None);
    let measures = Measures { creations: 25, destination: 100, in_scope: 10, ..calm() };
    let failure = guard_failure(&guard(&measures, &GuardLimits::default(), Some(1000))).unwrap();
    assert_eq!(failure.code, "F_GUARD");
    assert_eq!(
        failure.message,
        "前回から減った対象者の数が通常と大きく異なるため、何も更新せずに中止しました(990件/上限300件)。\
         新規追加の件数が通常と大きく異なるため、何も更新せずに中止しました(25件/上限20件)。"
    );
    assert!(failure.remedy.contains("force"));
}
