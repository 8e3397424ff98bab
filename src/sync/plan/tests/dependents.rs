//! 扶養家族情報: rows are compared and replaced as a whole.

use super::*;

fn child(born: &str) -> [(&str, &str); 4] {
    [("氏", "山田"), ("名", "一"), ("続柄", "子"), ("生年月日", born)]
}

fn held_child(born: &str) -> [(&str, &str); 3] {
    [("氏名", "山田 一"), ("続柄", "子"), ("生年月日", born)]
}

#[test]
fn rows_that_are_the_same_are_not_written() {
    let world = World::new()
        .source("A1", &[])
        .dependant(&child("2016/1/2"))
        .held("A1", &[])
        .held_dependant(&held_child("2016-01-02"));
    assert_eq!(world.written(), [""; 0]);
    assert_eq!(world.plan().counts.unchanged, 1);
}

#[test]
fn one_changed_cell_replaces_all_rows_in_order() {
    let world = World::new()
        .source("A1", &[])
        .dependant(&child("2016-01-02"))
        .dependant(&[("氏", "山田"), ("名", "花"), ("続柄", "妻")])
        .held("A1", &[])
        .held_dependant(&held_child("2016-01-02"))
        .held_dependant(&[("氏名", "山田　花"), ("続柄", "子")]);
    assert_eq!(
        world.written(),
        ["A1 [氏名=山田 一 続柄=子 生年月日=2016-01-02 / 氏名=山田　花 続柄=妻]"],
        "the destination's form of what is the same stays"
    );
    assert_eq!(world.items("A1"), ["続柄"]);
    let plan = world.plan();
    assert_eq!((plan.counts.updated, plan.counts.dependents.updated), (1, 1));
}

#[test]
fn fewer_rows_and_another_order_are_a_change() {
    let base = World::new().source("A1", &[]).dependant(&[("氏", "妻"), ("続柄", "妻")]);
    let fewer = base
        .clone()
        .held("A1", &[])
        .held_dependant(&[("氏名", "妻"), ("続柄", "妻")])
        .held_dependant(&[("氏名", "子"), ("続柄", "子")]);
    assert_eq!(fewer.written(), ["A1 [氏名=妻 続柄=妻]"]);
    assert_eq!(fewer.items("A1"), ["氏名", "続柄"]);
    let order = base
        .dependant(&[("氏", "子"), ("続柄", "子")])
        .held("A1", &[])
        .held_dependant(&[("氏名", "子"), ("続柄", "子")])
        .held_dependant(&[("氏名", "妻"), ("続柄", "妻")]);
    assert_eq!(order.written(), ["A1 [氏名=妻 続柄=妻 / 氏名=子 続柄=子]"]);
}

#[test]
fn from_some_to_none_only_if_told() {
    let world = World::new().source("A1", &[]).held("A1", &[]).held_dependant(&held_child("2016-01-02"));
    assert_eq!(world.written(), [""; 0]);
    assert_eq!(world.plan().dependents_kept, 1);
    let clear = world.policy(|policy| policy.dependents_empty = DependentsEmpty::Clear);
    assert_eq!(clear.written(), ["A1 []"]);
    assert_eq!(clear.items("A1"), ["氏名", "続柄", "生年月日"]);
    let none = World::new()
        .source("A1", &[])
        .held("A1", &[])
        .policy(|policy| policy.dependents_empty = DependentsEmpty::Clear);
    assert_eq!(none.written(), [""; 0]);
}

#[test]
fn a_bad_dependant_does_not_hold_back_the_parent() {
    let world = World::new()
        .source("A1", &[("電話番号", "090")])
        .dependant(&child("2016-01-02"))
        .dependant(&[("氏", "山田"), ("続柄", "長男"), ("生年月日", "いつか")])
        .held("A1", &[]);
    assert_eq!(world.written(), ["A1 電話番号=090"]);
    assert_eq!(world.outcomes(), ["A1 rejected E_DEPENDENT 続柄 E_DEPENDENT 生年月日"]);
    assert_eq!(world.items("A1"), ["電話番号"]);
    let plan = world.plan();
    assert_eq!(plan.counts.dependents.rejected, 1);
    let lines: Vec<&str> = plan.outcomes[0].problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        lines,
        [
            "社員番号:”A1”の扶養家族情報(2件目)の続柄の値が存在しません。マスター項目に設定された値を指定してください。",
            "社員番号:”A1”の扶養家族情報(2件目)の生年月日の日付の形式が正しくありません。"
        ]
    );
}

#[test]
fn a_bad_parent_does_not_hold_back_the_dependants() {
    let world = World::new().source("A1", &[("性別", "女")]).dependant(&child("2016-01-02")).held("A1", &[]);
    assert_eq!(world.written(), ["A1 [氏名=山田　一 続柄=子 生年月日=2016-01-02]"]);
    assert_eq!(world.outcomes(), ["A1 rejected E_MASTER 性別"]);
    assert_eq!(world.plan().counts.dependents.updated, 1);
}

#[test]
fn rows_have_no_half_written_form() {
    let world = World::new()
        .source("A1", &[])
        .dependant(&[("氏", "山田"), ("続柄", "長男")])
        .held("A1", &[])
        .policy(|policy| policy.on_error = OnError::Item);
    assert_eq!(world.written(), [""; 0]);
    assert_eq!(world.outcomes(), ["A1 rejected E_DEPENDENT 続柄"]);
}

#[test]
fn a_required_item_is_needed_in_every_row() {
    let world = World::new().source("A1", &[]).dependant(&[("氏", "山田")]).held("A1", &[]).item(
        "扶養",
        "続柄",
        |item| item.required = true,
    );
    assert_eq!(world.outcomes(), ["A1 rejected E_DEPENDENT 続柄"]);
}

#[test]
fn a_new_person_brings_the_dependants_along() {
    let world = World::new().source("A1", &[("氏", "山田")]).dependant(&child("2016-01-02"));
    assert_eq!(world.written(), ["A1 + 氏名=山田 [氏名=山田　一 続柄=子 生年月日=2016-01-02]"]);
    let rejected = World::new().source("A1", &[("性別", "女")]).dependant(&child("2016-01-02"));
    assert_eq!(rejected.written(), [""; 0], "nobody is there to belong to");
}

#[test]
fn dependants_alone_create_nobody() {
    let world = World::new()
        .source("A1", &[("氏", "山田")])
        .dependant(&child("2016-01-02"))
        .select(|selection| selection.datasets = vec![DataSet::Dependents]);
    assert_eq!(world.written(), [""; 0]);
    let plan = world.plan();
    assert_eq!((plan.counts.target, plan.skipped["not_in_destination"]), (0, 1));
}

#[test]
fn a_data_set_that_is_not_chosen_is_left_alone() {
    let world =
        World::new().source("A1", &[("電話番号", "090")]).dependant(&child("2016-01-02")).held("A1", &[]);
    let own = world.clone().select(|selection| selection.datasets = vec![DataSet::Own]);
    assert_eq!(own.written(), ["A1 電話番号=090"]);
    let rows = world.clone().select(|selection| selection.datasets = vec![DataSet::Dependents]);
    assert_eq!(rows.written(), ["A1 [氏名=山田　一 続柄=子 生年月日=2016-01-02]"]);
    let one = world.select(|selection| selection.items = vec!["続柄".to_owned()]);
    assert_eq!(one.written(), rows.written(), "one item of a row is the whole row");
}

#[test]
fn rows_of_blanks_are_no_dependants() {
    let world = World::new().source("A1", &[]).dependant(&[]).held("A1", &[]);
    assert_eq!(world.written(), [""; 0]);
}

#[test]
fn what_a_login_can_not_see_of_a_dependant_stays() {
    let world = World::new()
        .source("A1", &[])
        .dependant(&[("氏", "山田"), ("名", "一"), ("続柄", "妻"), ("生年月日", ABSENT)])
        .held("A1", &[])
        .held_dependant(&held_child("2016-01-02"));
    assert_eq!(world.written(), ["A1 [氏名=山田 一 続柄=妻 生年月日=2016-01-02]"]);
}

#[test]
fn a_number_that_must_not_leave_is_seen_in_what_goes_out_again() {
    let mut world = World::new()
        .source("A1", &[("電話番号", "090")])
        .dependant(&[("氏", "山田"), ("名", "一"), ("続柄", "妻"), ("生年月日", ABSENT)])
        .held("A1", &[])
        .held_dependant(&[("氏名", "山田 一"), ("続柄", "子"), ("生年月日", "123456789018")])
        .item("扶養", "生年月日", |item| item.kind = Kind::Text);
    assert_eq!(world.written(), [""; 0]);
    assert_eq!(world.outcomes(), ["A1 rejected E_MYNUMBER 生年月日"]);
    world.mapping.dependents[2].allow_mynumber = true;
    assert_eq!(world.written(), ["A1 電話番号=090 [氏名=山田 一 続柄=妻 生年月日=123456789018]"]);
}
