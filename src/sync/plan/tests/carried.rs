//! 扶養家族情報: what isn't mapped, and what can't be seen, stays although rows are replaced as a whole.

use super::*;

const WIFE: [(&str, &str); 4] = [("氏", "山田"), ("名", "花"), ("続柄", "妻"), ("生年月日", "1991-05-05")];
const SON: [(&str, &str); 4] = [("氏", "山田"), ("名", "一"), ("続柄", "子"), ("生年月日", "2016-01-02")];

fn with<'a>(cells: &[(&'a str, &'a str)], item: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = cells.iter().filter(|(name, _)| *name != item).copied();
    others.chain([(item, value)]).collect()
}

/// A1 of the destination with a wife and a son, and a column that somebody added.
fn family() -> World {
    let held = |name, kind, born, job| [("氏名", name), ("続柄", kind), ("生年月日", born), ("職業", job)];
    World::new()
        .source("A1", &[])
        .unmapped("職業", Kind::Text)
        .held("A1", &[])
        .held_dependant(&held("山田　花", "妻", "1991-05-05", "会社員"))
        .held_dependant(&held("山田　一", "子", "2016-01-02", "学生"))
}

#[test]
fn what_is_not_mapped_is_no_change() {
    let world = family().dependant(&WIFE).dependant(&SON);
    assert_eq!(world.written(), [""; 0]);
    assert_eq!(world.plan().counts.unchanged, 1);
}

#[test]
fn what_is_not_mapped_goes_back_with_its_row() {
    let world = family().dependant(&WIFE).dependant(&with(&SON, "生年月日", "2016-01-03"));
    assert_eq!(
        world.written(),
        [
            "A1 [氏名=山田　花 続柄=妻 生年月日=1991-05-05 職業=会社員 / 氏名=山田　一 続柄=子 生年月日=2016-01-03 職業=学生]"
        ]
    );
    assert_eq!(world.items("A1"), ["生年月日"], "what is carried is no change");
    let items: Vec<String> = world.plan().measures.items.into_iter().map(|item| item.item).collect();
    assert_eq!(items, ["生年月日"]);
}

#[test]
fn the_row_is_found_by_name_and_birthday_wherever_it_stands() {
    let swapped = family().dependant(&SON).dependant(&WIFE);
    assert_eq!(
        swapped.written(),
        [
            "A1 [氏名=山田　一 続柄=子 生年月日=2016-01-02 職業=学生 / 氏名=山田　花 続柄=妻 生年月日=1991-05-05 職業=会社員]"
        ]
    );
    let gone = family().dependant(&with(&SON, "氏", "山 田"));
    assert_eq!(gone.written(), ["A1 [氏名=山田　一 続柄=子 生年月日=2016-01-02 職業=学生]"]);
    let born = [("氏", "山田"), ("名", "二"), ("続柄", "子"), ("生年月日", "2026-01-02")];
    let more = family().dependant(&born).dependant(&SON).dependant(&with(&WIFE, "氏", "佐藤"));
    assert_eq!(
        more.written(),
        [
            "A1 [氏名=山田　二 続柄=子 生年月日=2026-01-02 / 氏名=山田　一 続柄=子 生年月日=2016-01-02 職業=学生 / \
          氏名=佐藤　花 続柄=妻 生年月日=1991-05-05 職業=会社員]"
        ],
        "a new name is known by its birthday"
    );
}

#[test]
fn somebody_else_at_the_same_place_inherits_nothing() {
    let other = [("氏", "山田"), ("名", "二"), ("続柄", "子"), ("生年月日", "2020-03-03")];
    assert_eq!(
        family().dependant(&WIFE).dependant(&other).written(),
        [
            "A1 [氏名=山田　花 続柄=妻 生年月日=1991-05-05 職業=会社員 / 氏名=山田　二 続柄=子 生年月日=2020-03-03]"
        ]
    );
}

#[test]
fn without_a_mapped_name_the_place_counts_and_what_is_the_same() {
    let nameless = |mut world: World| {
        world.mapping.dependents.retain(|line| line.target.item == "続柄");
        world.written()
    };
    let changed = family().dependant(&with(&WIFE, "続柄", "夫")).dependant(&SON);
    assert_eq!(
        nameless(changed),
        [
            "A1 [続柄=夫 氏名=山田　花 生年月日=1991-05-05 職業=会社員 / 続柄=子 氏名=山田　一 生年月日=2016-01-02 職業=学生]"
        ]
    );
    let gone = family().dependant(&SON);
    assert_eq!(nameless(gone), ["A1 [続柄=子 氏名=山田　一 生年月日=2016-01-02 職業=学生]"]);
}

#[test]
fn rows_alike_are_told_apart_by_their_order() {
    let held = |job| [("氏名", "山田　一"), ("生年月日", "2016-01-02"), ("職業", job)];
    let world = World::new()
        .source("A1", &[])
        .unmapped("職業", Kind::Text)
        .held("A1", &[])
        .held_dependant(&held("学生"))
        .held_dependant(&held("未就学"))
        .dependant(&SON)
        .dependant(&SON);
    assert_eq!(
        world.written(),
        [
            "A1 [氏名=山田　一 続柄=子 生年月日=2016-01-02 職業=学生 / 氏名=山田　一 続柄=子 生年月日=2016-01-02 職業=未就学]"
        ]
    );
}

#[test]
fn a_row_of_nothing_that_is_mapped_stays() {
    let world = family().held_dependant(&[("職業", "無職")]);
    let gone = world.clone().dependant(&WIFE);
    let wife = "氏名=山田　花 続柄=妻 生年月日=1991-05-05 職業=会社員";
    assert_eq!(gone.written(), [format!("A1 [{wife} / 職業=無職]")]);
    let none = world.policy(|policy| policy.dependents_empty = DependentsEmpty::Clear);
    assert_eq!(none.written(), ["A1 [職業=無職]"]);
}

#[test]
fn a_required_item_that_is_not_mapped_is_needed_only_where_it_is_blank() {
    let required =
        |world: World| world.item("扶養", "職業", |item| item.required = true).dependant(&WIFE).outcomes();
    assert_eq!(required(family()), ["A1 updated"]);
    let other = family().dependant(&[("氏", "山田"), ("名", "二"), ("生年月日", "2020-03-03")]);
    assert_eq!(required(other), ["A1 rejected E_DEPENDENT 職業"]);
}

#[test]
fn what_can_not_be_written_is_not_carried() {
    let mut world = family().item("扶養", "職業", |item| item.read_only = true).dependant(&WIFE);
    let written = ["A1 [氏名=山田　花 続柄=妻 生年月日=1991-05-05]"];
    assert_eq!(world.written(), written);
    world = world.item("扶養", "職業", |item| (item.read_only, item.kind) = (false, Kind::Other));
    assert_eq!(world.written(), written);
}

#[test]
fn a_number_that_must_not_leave_is_not_carried() {
    let world = World::new()
        .source("A1", &[("電話番号", "090")])
        .unmapped("職業", Kind::Number)
        .held("A1", &[])
        .held_dependant(&[("氏名", "山田　一"), ("職業", "123456789018")])
        .dependant(&SON);
    assert_eq!(world.written(), [""; 0]);
    assert_eq!(world.outcomes(), ["A1 rejected E_MYNUMBER 職業"]);
}

#[test]
fn what_can_not_be_seen_stays_with_its_row_when_rows_go() {
    let gone = family().dependant(&with(&SON, "続柄", ABSENT));
    assert_eq!(gone.written(), ["A1 [氏名=山田　一 続柄=子 生年月日=2016-01-02 職業=学生]"]);
}

#[test]
fn what_can_not_be_seen_is_not_erased_where_the_row_is_unknown() {
    let hidden = with(&[("氏", "佐藤"), ("名", "一")], "続柄", ABSENT);
    let world = family().dependant(&hidden);
    assert_eq!(world.written(), [""; 0]);
    let plan = world.plan();
    assert_eq!((plan.counts.unchanged, plan.dependents_kept), (1, 0));
}

#[test]
fn rows_of_which_nothing_is_seen_clear_nothing() {
    let hidden = [("氏", ABSENT), ("名", ABSENT), ("続柄", ABSENT), ("生年月日", ABSENT)];
    for rows in 1..4 {
        let world = (0..rows).fold(family(), |world, _| world.dependant(&hidden));
        let world = world.policy(|policy| policy.dependents_empty = DependentsEmpty::Clear);
        assert_eq!(world.written(), [""; 0], "{rows} rows");
        assert_eq!(world.plan().counts.unchanged, 1);
    }
    let partly = family().dependant(&WIFE).dependant(&SON).dependant(&hidden);
    assert_eq!(partly.written(), [""; 0], "a row of nothing is no third one");
    let nobody = World::new().source("A1", &[]).dependant(&hidden).held("A1", &[]);
    assert_eq!(nobody.written(), [""; 0]);
}
