use super::*;
use crate::sync::{BlankPolicy, ItemRef, Source};

fn rule(kind: Kind) -> Rule {
    Rule {
        form: Form::Any,
        target: ItemRef::new("", "x"),
        column: "x".to_owned(),
        id: 1,
        resource: 0,
        kind,
        required: false,
        max_length: None,
        source: Source::Item("x".to_owned()),
        value_map: [("簿".to_owned(), "簿記".to_owned())].into(),
        text: Text::Plain,
        blank: BlankPolicy::Keep,
        group: None,
        allow_mynumber: false,
        guard_exempt: false,
        selected: true,
    }
}

fn multi() -> Rule {
    rule(Kind::Multi(["簿記", "衛生管理者", "1級、2級"].map(str::to_owned).to_vec()))
}

#[test]
fn several_values_are_told_apart() {
    for (value, values) in [
        ("簿記", "簿記"),
        ("簿記、衛生管理者", "簿記\u{1f}衛生管理者"),
        ("簿記, 衛生管理者", "簿記\u{1f}衛生管理者"),
        ("簿記\u{1f}衛生管理者", "簿記\u{1f}衛生管理者"),
        ("簿、衛生管理者", "簿記\u{1f}衛生管理者"),
        ("簿記、簿記、", "簿記"),
        ("1級、2級", "1級、2級"),
    ] {
        assert_eq!(convert(&multi(), Overlong::Error, value).as_deref(), Ok(values), "{value}");
    }
    assert_eq!(convert(&multi(), Overlong::Error, "簿記、忍者"), Err(Bad::Master));
    assert_eq!(convert(&multi(), Overlong::Error, "、"), Err(Bad::Master));
}

#[test]
fn several_values_are_compared_as_a_set() {
    let rule = multi();
    assert!(same(&rule, "簿記\u{1f}衛生管理者", "衛生管理者\u{1f}簿記"));
    assert!(!same(&rule, "簿記", "衛生管理者\u{1f}簿記"));
    assert!(!same(&rule, "簿記\u{1f}衛生管理者", "簿記"));
}

#[test]
fn a_cut_never_leaves_a_blank() {
    let text = Rule { max_length: Some(2), ..rule(Kind::Text) };
    assert_eq!(convert(&text, Overlong::Truncate, "あいう").as_deref(), Ok("あい"));
    assert_eq!(convert(&text, Overlong::Truncate, "あ いう").as_deref(), Ok("あ"));
    assert_eq!(convert(&text, Overlong::Truncate, "  いう"), Err(Bad::Length(2)));
}

#[test]
fn texts_and_numbers_are_searched_for_numbers_that_must_not_leave() {
    assert_eq!(check_outgoing(&rule(Kind::Text), "123456789018"), Err(Bad::MyNumber));
    assert_eq!(check_outgoing(&rule(Kind::Number), "123456789018"), Err(Bad::MyNumber));
    assert_eq!(check_outgoing(&rule(Kind::Number), "123456789017"), Ok(()));
    let master = Kind::Select(vec!["123456789018".to_owned()]);
    assert_eq!(check_outgoing(&rule(master), "123456789018"), Ok(()));
    let allowed = Rule { allow_mynumber: true, ..rule(Kind::Number) };
    assert_eq!(check_outgoing(&allowed, "123456789018"), Ok(()));
}
