//! People of HRMOS勤怠 who claim to be one and the same, or who get what somebody else had (`reference/mediment.md` D1.4, E20, E23).

use super::identity::{Clinic, HANAKO, people};
use super::*;

const ICHI: &str = "鈴木|一|ハジメ|h@example.com||2019-04-01|";

#[test]
fn a_number_or_a_name_that_two_people_share_is_nobodys() {
    let both = ["A1 rejected E_CONFLICT", "A1 rejected E_CONFLICT"];
    let hanako = HANAKO.strip_prefix("A1|").unwrap();
    let found = |number: &str, rest: &str| format!("{number}|{rest}");
    let (z9, z8) = (found("Z9", hanako), found("Z8", ICHI));
    let same_number = [HANAKO.to_owned(), found("A1", ICHI)];
    let source: Vec<&str> = same_number.iter().map(String::as_str).collect();
    assert_eq!(Clinic::new(&source, &[&z9, &z8]).shown(), both, "both known by name and mail");
    assert_eq!(Clinic::new(&source, &[&z9]).shown(), both, "one known, one new");
    let moved = "A1|山田|花子|ハナコ|new@example.com|本社|2020-04-01|";
    let twin = "A2|山田|花子|ハナコ|new@example.com|本社|2020-04-01|";
    let shown = Clinic::new(&[moved, twin], &[HANAKO]).shown();
    assert_eq!(shown, ["A1 rejected E_CONFLICT", "A2 rejected E_CONFLICT"], "the same name and new mail");
}

#[test]
fn who_left_yields_to_who_works_here_now() {
    let old = "A1|山田|花子|ハナコ|hanako@example.com|本社|2015-04-01|2018-03-31";
    let first = Clinic::new(&[old, HANAKO], &["B9|林|四|||||"]);
    assert_eq!(
        first.shown(),
        ["A1 created", "rehired 1"].map(|line| line.replace("rehired", "retired_unknown"))
    );
    let second = Clinic::new(&[old, HANAKO], &["B9|林|四|||||", HANAKO]);
    assert_eq!(second.shown(), ["rehired 1"], "the second run writes nothing");
    let mut resumed = second.clone();
    resumed.earlier.people.insert("A1".to_owned(), Intended { create: true, ..Intended::default() });
    assert_eq!(resumed.shown(), ["A1 created", "rehired 1"]);
}

#[test]
fn a_reused_number_is_held_and_the_day_of_leaving_of_its_first_owner_arrives() {
    let left = "A1|山田|花子|ハナコ|hanako@example.com|本社|2020-04-01|2026-10-31";
    let reused = "A1|鈴木|一|ハジメ|h@example.com||2026-11-16|";
    let clinic = Clinic::new(&[left, reused], &[HANAKO]);
    assert_eq!(clinic.shown(), ["A1 updated 退職日=2026-10-31", "A1 held H_NUMBER_REUSED"]);
    let twice = Clinic::new(&[left, reused, "A1|林|四|ヨ|y@example.com||2026-11-16|"], &[HANAKO]);
    assert_eq!(twice.shown().iter().filter(|line| line.ends_with("E_CONFLICT")).count(), 2);
}

#[test]
fn a_mail_address_is_judged_by_what_is_held_when_the_run_is_over() {
    let handed_on = "A2|佐藤|次|ツギ|hanako@example.com||2026-11-01|";
    let moved = "A1|山田|花子|ハナコ|new@example.com|本社|2020-04-01|";
    let clean = Clinic::new(&[moved, handed_on], &[HANAKO]);
    assert_eq!(clean.shown(), ["A1 updated メールアドレス=new@example.com", "A2 created"]);
    let mut numberless = Clinic::new(
        &["|山田|花子|ハナコ|home@example.com|||", "A2|山田|太郎|タロウ|home@example.com|||"],
        &["B9|林|四|||||"],
    );
    assert_eq!(numberless.shown(), ["(ID:0) created", "A2 created"]);
    numberless.destination =
        people(&["B9|林|四|||||", "|山田|花子|ハナコ|home@example.com|||"], |_, number| {
            number.to_owned()
        });
    numberless.earlier.people.insert("(ID:0)".to_owned(), Intended { create: true, ..Intended::default() });
    assert_eq!(numberless.shown(), ["(ID:0) created", "A2 created"], "resumed");
}
