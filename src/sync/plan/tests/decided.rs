//! Holds that somebody decided.

use super::*;
use Verdict::{Approved, Rejected};

const TARO: [(&str, &str); 2] = [("氏(カナ)", "ヤマダタロウ"), ("生年月日", "1980-01-02")];

/// B1, whose フリガナ and 生年月日 are those of A1 and A2.
fn twins() -> World {
    let held = [("フリガナ", "ヤマダ タロウ"), ("生年月日", "1980-01-02")];
    World::new().source("B1", &TARO).held("A1", &held).held("A2", &held)
}

/// Whom B1 is held for, and whether somebody wants to hear no more of it.
fn held_for(world: &World) -> Option<(String, bool)> {
    let plan = world.plan();
    let hold = plan.outcomes[0].problems.first()?.hold.clone()?;
    assert_eq!((plan.outcomes[0].outcome, plan.counts.held), (Outcome::Held, 1));
    assert!(plan.writes.is_empty());
    Some((hold.other, hold.silenced))
}

fn approved(plan: &Plan) -> Vec<(&str, &str)> {
    plan.approved.iter().map(|pair| (&*pair.code, &*pair.other)).collect()
}

#[test]
fn an_approved_person_is_created_like_everybody() {
    let world = World::new()
        .source("11", &[("氏", "山田")])
        .held("000011", &[])
        .decided(&[("11", "000011", Approved)]);
    assert_eq!(world.written(), ["11 + 氏名=山田"]);
    let plan = world.plan();
    assert_eq!((plan.counts.created, plan.counts.held), (1, 0));
    assert_eq!((approved(&plan), plan.approved[0].kind), (vec![("11", "000011")], "H_NEAR_DUPLICATE"));
}

#[test]
fn an_approval_is_bound_to_both_codes() {
    let elsewhere = [("B1", "A3", Approved), ("B2", "A1", Approved), ("A1", "B1", Approved)];
    assert_eq!(held_for(&twins().decided(&elsewhere)), Some(("A1".to_owned(), false)));
    assert_eq!(approved(&twins().decided(&elsewhere).plan()), []);
}

#[test]
fn the_next_one_still_holds_if_only_one_is_approved() {
    let world = twins().decided(&[("B1", "A1", Approved)]);
    assert_eq!(held_for(&world), Some(("A2".to_owned(), false)));
    assert_eq!(approved(&world.plan()), [("B1", "A1")]);
    let both = twins().decided(&[("B1", "A1", Approved), ("B1", "A2", Approved)]);
    assert_eq!(both.outcomes(), ["B1 created"]);
    assert_eq!(approved(&both.plan()), [("B1", "A1"), ("B1", "A2")]);
}

#[test]
fn a_rejected_pair_stays_held_and_is_silenced() {
    assert_eq!(held_for(&twins().decided(&[("B1", "A1", Rejected)])), Some(("A1".to_owned(), true)));
    let second = twins().decided(&[("B1", "A2", Rejected)]);
    assert_eq!(held_for(&second), Some(("A2".to_owned(), true)), "who is A2 is not asked about A1");
    let split = twins().decided(&[("B1", "A1", Approved), ("B1", "A2", Rejected)]);
    assert_eq!(held_for(&split), Some(("A2".to_owned(), true)));
}

#[test]
fn a_resumed_run_rests_on_the_same_approvals() {
    let created = Intended { create: true, items: vec!["基本情報/氏名".to_owned()], dependents: false };
    let decided = [("B1", "A1", Approved), ("B1", "A2", Approved)];
    let clean = twins().decided(&decided).plan();
    let resumed = twins()
        .held("B1", &[("フリガナ", "ヤマダタロウ"), ("生年月日", "1980-01-02")])
        .earlier("B1", created)
        .decided(&decided)
        .plan();
    assert_eq!(resumed.outcomes[0].outcome, Outcome::Created);
    assert_eq!(resumed.approved, clean.approved);
    assert_eq!(resumed.counts, clean.counts);
}

#[test]
fn approvals_of_people_who_are_known_are_not_met() {
    let world = twins().held("B1", &[]).decided(&[("B1", "A1", Approved), ("B1", "A2", Approved)]);
    assert_eq!(approved(&world.plan()), []);
}

#[test]
fn a_bad_value_is_told_beside_a_silenced_hold() {
    let world = World::new().source("11", &[("氏", "山田"), ("性別", "女")]).held("000011", &[]);
    let world = world.policy(|policy| policy.on_error = OnError::Item).decided(&[("11", "000011", Rejected)]);
    let plan = world.plan();
    let silenced: Vec<(&str, bool)> =
        plan.outcomes[0].problems.iter().map(|problem| (problem.code, problem.is_silenced())).collect();
    assert_eq!(silenced, [("E_MASTER", false), ("H_NEAR_DUPLICATE", true)]);
}
