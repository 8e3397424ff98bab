//! HRMOS勤怠 and mediment once more: runs that go on after a crash, and runs about some items.

use super::identity::{Clinic, HANAKO};
use super::*;

#[test]
fn a_resumed_first_run_into_nothing_is_no_more_suspicious_than_its_first_attempt() {
    let new: Vec<String> =
        (10..60).map(|n| format!("A{n}|山田|花子||a{n}@example.com||2020-04-01|")).collect();
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    let clean = Clinic::new(&new, &[]);
    let mut resumed = Clinic::new(&new, &new[..20]);
    for code in 10..30 {
        let created = Intended { create: true, ..Intended::default() };
        resumed.earlier.people.insert(format!("A{code}"), created);
    }
    for clinic in [clean, resumed] {
        let measures = clinic.plan().1.measures;
        assert_eq!((measures.creations, measures.destination, measures.matched), (50, 0, 0));
        assert_eq!(guard(&measures, &GuardLimits::default(), None), []);
    }
}

#[test]
fn a_person_is_created_with_what_people_are_found_by_whatever_items_are_chosen() {
    let clinic = Clinic::new(
        &[HANAKO, "A2|佐藤|次|ツギ|t@example.com|本社|2020-04-01|"],
        &["A2|佐藤|次||||2021-04-01|"],
    );
    let (_, plan) =
        clinic.plan_of(&Selection { items: vec!["入社日".to_owned()], ..Selection::default() });
    let items = |place: usize| plan.writes[place].own.iter().count();
    assert_eq!(
        (plan.writes[0].create, items(0)),
        (true, 5),
        "社員番号, 姓, 名, メールアドレス and the chosen one"
    );
    assert_eq!((plan.writes[1].create, items(1)), (false, 1));
}

#[test]
fn a_resumed_run_tells_the_approval_that_its_creation_rests_on() {
    let other = "Z9|佐藤|花子|ハナコ|hanako@example.com|本社|2020-04-01|";
    let mut clinic = Clinic::new(&[HANAKO], &[other]);
    clinic.decisions = [("A1", "Z9", Verdict::Approved)].into_iter().collect();
    let clean = clinic.plan().1;
    clinic.destination = Clinic::new(&[], &[other, HANAKO]).destination;
    assert_eq!(clinic.plan().1.approved, [], "who is known rests on none");
    clinic.earlier.people.insert("A1".to_owned(), Intended { create: true, ..Intended::default() });
    let resumed = clinic.plan().1;
    assert_eq!((resumed.approved, resumed.counts), (clean.approved, clean.counts));
}
