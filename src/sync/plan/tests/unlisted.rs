//! Values that a master lacks.

use super::*;

/// The values that a check shows, a line an item: `性別 2: 女×1 男×1`.
fn shown(world: &World) -> Vec<String> {
    let rules = world.rules();
    let show = |found: &Unlisted| {
        let values: Vec<String> = found.values.iter().map(|(value, n)| format!("{value}×{n}")).collect();
        format!("{} {}: {}", rules.get(found.rule).target.item, found.people, values.join(" "))
    };
    unlisted(&world.input(&rules)).iter().map(show).collect()
}

#[test]
fn values_are_counted_by_person_and_only_in_scope() {
    let world = World::new()
        .source("A1", &[("性別", "男")])
        .source("A2", &[("性別", "女")])
        .source("A3", &[("性別", "男")])
        .source("A4", &[("性別", "女性")])
        .source("A5", &[("性別", "")])
        .source("A6", &[("性別", ABSENT)])
        .source("A7", &[("性別", "他"), ("退職年月日", "2026-11-20")]);
    assert_eq!(shown(&world), ["性別 3: 女×1 男×2"]);
    let mapped = world.map("性別", |line| {
        line.value_map =
            [("男", "男性"), ("女", "Ｆ")].map(|(from, to)| (from.to_owned(), to.to_owned())).into();
    });
    assert_eq!(shown(&mapped), ["性別 1: Ｆ×1"], "a value counts as its translation");
}

#[test]
fn what_the_destination_holds_makes_no_difference() {
    let world = World::new().source("A1", &[("性別", "男")]).held("A1", &[("性別", "男")]);
    assert_eq!(shown(&world), ["性別 1: 男×1"]);
}

#[test]
fn check_boxes_are_looked_at_value_by_value() {
    let world =
        World::new().source("A1", &[("資格", "簿記、英検、漢検")]).source("A2", &[("資格", "1級、2級")]);
    assert_eq!(shown(&world), ["資格 1: 漢検×1 英検×1"]);
}

#[test]
fn a_person_counts_once_for_several_dependants() {
    let world = World::new()
        .source("A1", &[])
        .dependant(&[("続柄", "孫")])
        .dependant(&[("続柄", "孫")])
        .dependant(&[("続柄", "子")]);
    assert_eq!(shown(&world), ["続柄 1: 孫×1"]);
}

#[test]
fn a_list_of_the_source_is_held_against_the_master_after_its_translation() {
    let world = World::new().map("性別", |line| {
        line.value_map = [("男".to_owned(), "男性".to_owned())].into();
    });
    let rules = world.rules();
    let rule = |item: &str| rules.own().iter().find(|rule| rule.target.item == item).unwrap();
    assert_eq!(unlisted_of(rule("性別"), ["男", "女", "女性", "女"]), ["女"]);
    assert_eq!(unlisted_of(rule("備考"), ["何でも"]), Vec::<String>::new());
}
