//! 本人情報: what is compared, written, kept, cleared and rejected.

use super::*;

/// One person on both sides with one item each; what is written.
fn one(item: &str, value: &str, held: &str) -> Vec<String> {
    World::new().source("A1", &[(item, value)]).held("A1", &[(item, held)]).written()
}

#[test]
fn only_what_differs_is_written() {
    let world = World::new()
        .source("A1", &[("氏", "山田"), ("名", "太郎"), ("電話番号", "090-2"), ("生年月日", "1980-01-02")])
        .held("A1", &[("氏名", "山田 太郎"), ("電話番号", "090-1"), ("生年月日", "1980-01-02")]);
    assert_eq!(world.written(), ["A1 電話番号=090-2"]);
    assert_eq!(world.items("A1"), ["電話番号"]);
    assert_eq!(world.outcomes(), ["A1 updated"]);
}

#[test]
fn values_that_are_the_same_in_another_spelling_stay() {
    for (item, value, held) in [
        ("電話番号", "090-1111-2222", "09011112222"),
        ("郵便番号", "１００−０００１", "1000001"),
        ("生年月日", "令和元年5月1日", "2019/05/01"),
        ("月額", "３００，０００", "300000.0"),
        ("資格", "簿記、衛生管理者", "衛生管理者\u{1f}簿記"),
        ("適用月", "2024年4月", "2024-04"),
        ("性別", "男性", "男性"),
        ("備考", "  ", ""),
    ] {
        assert_eq!(one(item, value, held), [""; 0], "{item} {value} {held}");
    }
}

#[test]
fn values_are_sent_in_the_destinations_spelling() {
    for (item, value, sent) in [
        ("生年月日", "R6.4.1", "2024-04-01"),
        ("月額", "1,234", "1234"),
        ("資格", "衛生管理者，簿記,簿記", "衛生管理者+簿記"),
        ("資格", "1級、2級", "1級、2級"),
        ("適用月", "令和6年4月", "2024-04"),
        ("性別", "女性", "女性"),
        ("電話番号", "０９０-1", "０９０-1"),
    ] {
        assert_eq!(one(item, value, ""), [format!("A1 {item}={sent}")], "{item} {value}");
    }
}

#[test]
fn a_name_is_the_business_name_where_there_is_one() {
    let legal = [("氏", "山田"), ("名", "花子"), ("氏(カナ)", "ヤマダ"), ("名(カナ)", "ハナコ")];
    let business = [("ビジネスネーム氏", "佐藤"), ("ビジネスネーム名", "花子")];
    let name = |cells: &[(&str, &str)]| World::new().source("A1", cells).held("A1", &[]).written();
    assert_eq!(name(&legal), ["A1 氏名=山田　花子 フリガナ=ヤマダ　ハナコ"]);
    assert_eq!(name(&[&legal[..2], &business[..]].concat()), ["A1 氏名=佐藤　花子"]);
    assert_eq!(name(&[("氏", "山田")]), ["A1 氏名=山田"], "one filled part needs no separator");
    let hidden = [("ビジネスネーム氏", ABSENT), ("氏", "山田"), ("名", "花子")];
    assert_eq!(name(&hidden), [""; 0], "there may be a business name that this login can't see");
    assert_eq!(name(&[("氏", ABSENT), ("名", "花子")]), [""; 0], "half a name is none");
}

#[test]
fn a_blank_keeps_unless_told_to_clear() {
    assert_eq!(one("電話番号", "", "090"), [""; 0]);
    let both = World::new().source("A1", &[]).held("A1", &[("電話番号", "090"), ("備考", "x")]);
    let clear = both.clone().policy(|policy| policy.blank = BlankPolicy::Clear);
    assert_eq!(clear.written(), ["A1 電話番号=∅ 備考=∅"]);
    let one = both.map("電話番号", |line| line.blank = Some(BlankPolicy::Clear));
    assert_eq!(one.written(), ["A1 電話番号=∅"]);
}

#[test]
fn absent_is_not_blank() {
    let world = World::new()
        .source("A1", &[("電話番号", ABSENT), ("退職年月日", ABSENT)])
        .held("A1", &[("電話番号", "090"), ("退職日", "2027-03-31")])
        .policy(|policy| policy.blank = BlankPolicy::Clear);
    assert_eq!(world.written(), [""; 0]);
}

#[test]
fn a_withdrawn_resignation_clears_the_day_of_leaving() {
    assert_eq!(
        World::new().source("A1", &[]).held("A1", &[("退職日", "2027-03-31")]).written(),
        ["A1 退職日=∅"]
    );
    let kept = World::new()
        .source("A1", &[])
        .held("A1", &[("退職日", "2027-03-31")])
        .map("退職日", |line| line.blank = Some(BlankPolicy::Keep));
    assert_eq!(kept.written(), [""; 0], "its own mapping wins");
}

#[test]
fn an_address_is_one_value() {
    let world = |city: &str, building: &str| {
        World::new()
            .source("A1", &[("郵便番号", "100-0001"), ("市区町村", city), ("建物名", building)])
            .held("A1", &[("郵便番号", "1000001"), ("市区町村", "千代田区"), ("建物名", "旧ビル")])
            .written()
    };
    assert_eq!(world("千代田区", ""), [""; 0], "nothing changed, so the blank keeps");
    assert_eq!(world("港区", ""), ["A1 市区町村=港区 建物名=∅"]);
    assert_eq!(world("港区", ABSENT), ["A1 市区町村=港区"], "what can't be seen isn't cleared");
    assert_eq!(world("港区", "新ビル"), ["A1 市区町村=港区 建物名=新ビル"]);
}

#[test]
fn a_name_and_its_kana_are_one_value() {
    let world = World::new()
        .source("A1", &[("氏", "鈴木"), ("名", "花子")])
        .held("A1", &[("氏名", "山田　花子"), ("フリガナ", "ヤマダ　ハナコ")]);
    assert_eq!(world.written(), ["A1 氏名=鈴木　花子 フリガナ=∅"]);
}

#[test]
fn every_bad_value_is_a_line_in_mapping_order_and_holds_the_person_back() {
    let world = World::new()
        .source(
            "A1",
            &[
                ("適用月", "四月"),
                ("資格", "簿記、忍者"),
                ("月額", "三十万"),
                ("電話番号", "012345678901234567890"),
                ("生年月日", "不明"),
                ("性別", "女"),
                ("市区町村", "港区"),
            ],
        )
        .held("A1", &[])
        .source("A2", &[("市区町村", "港区")])
        .held("A2", &[]);
    assert_eq!(
        world.outcomes(),
        [
            "A1 rejected E_MASTER 性別 E_DATE 生年月日 E_LENGTH 電話番号 E_NUMBER 月額 E_MASTER 資格 E_DATE 適用月",
            "A2 updated"
        ]
    );
    assert_eq!(world.written(), ["A2 市区町村=港区"]);
    let message = &world.plan().outcomes[0].problems[0].message;
    assert_eq!(
        message,
        "社員番号:”A1”の性別の値が存在しません。マスター項目に設定された値を指定してください。"
    );
}

#[test]
fn a_value_that_left_its_master_is_an_error_even_where_it_is_held() {
    let world = World::new().source("A1", &[("性別", "女")]).held("A1", &[("性別", "女")]);
    assert_eq!(world.outcomes(), ["A1 rejected E_MASTER 性別"]);
    let dates = World::new().source("A1", &[("生年月日", "不明")]).held("A1", &[("生年月日", "不明")]);
    assert_eq!(dates.outcomes(), [""; 0], "what isn't sent needs no spelling");
}

#[test]
fn a_value_map_translates_before_anything_else() {
    let world = World::new()
        .source("A1", &[("性別", "女")])
        .held("A1", &[])
        .map("性別", |line| line.value_map = [("女".to_owned(), "女性".to_owned())].into());
    assert_eq!(world.written(), ["A1 性別=女性"]);
    let same = world.clone().policy(|policy| policy.blank = BlankPolicy::Clear);
    assert_eq!(same.written(), ["A1 性別=女性"]);
}

#[test]
fn on_error_item_writes_the_rest_but_no_half_address() {
    let world = World::new()
        .source("A1", &[("性別", "女"), ("電話番号", "090"), ("市区町村", "港区"), ("郵便番号", "100-0001")])
        .held("A1", &[])
        .policy(|policy| policy.on_error = OnError::Item);
    assert_eq!(world.written(), ["A1 郵便番号=100-0001 市区町村=港区 電話番号=090"]);
    assert_eq!(world.outcomes(), ["A1 rejected E_MASTER 性別"]);
    assert_eq!(world.items("A1"), ["郵便番号", "市区町村", "電話番号"], "what was still written");
    let half = world.item("本人", "市区町村", |item| item.max_length = Some(1));
    assert_eq!(half.written(), ["A1 電話番号=090"]);
}

#[test]
fn on_error_run_stops_the_run() {
    let world = World::new()
        .source("A1", &[("性別", "女")])
        .held("A1", &[])
        .policy(|policy| policy.on_error = OnError::Run);
    assert_eq!(world.plan().failure.map(|failure| failure.code), Some("F_BAD_VALUE"));
    let fine = World::new().policy(|policy| policy.on_error = OnError::Run);
    assert_eq!(fine.select(|selection| selection.employees = vec!["X".to_owned()]).plan().failure, None);
}

#[test]
fn lengths_are_counted_in_characters_and_cut_only_if_told() {
    let long = "あ".repeat(21);
    assert_eq!(one("備考", &"あ".repeat(20), "").len(), 1);
    let world = World::new().source("A1", &[("備考", &long)]).held("A1", &[]);
    assert_eq!(world.outcomes(), ["A1 rejected E_LENGTH 備考"]);
    let cut = world.policy(|policy| policy.overlong = Overlong::Truncate);
    assert_eq!(cut.written(), [format!("A1 備考={}", "あ".repeat(20))]);
    let again = World::new()
        .source("A1", &[("備考", &long)])
        .held("A1", &[("備考", &"あ".repeat(20))])
        .policy(|policy| policy.overlong = Overlong::Truncate);
    assert_eq!(again.written(), [""; 0]);
}

#[test]
fn a_required_item_is_needed_on_creation_and_never_cleared() {
    let required = |world: World| world.item(ItemRef::BASIC, "性別", |item| item.required = true);
    let new = required(World::new().source("A1", &[("氏", "山田")]));
    assert_eq!(new.outcomes(), ["A1 rejected E_REQUIRED 性別"]);
    let absent = required(World::new().source("A1", &[("性別", ABSENT)]));
    assert_eq!(absent.outcomes(), ["A1 rejected E_REQUIRED 性別"]);
    let known = required(World::new().source("A1", &[("氏", "山田")]).held("A1", &[("性別", "男性")]));
    assert_eq!(known.written(), ["A1 氏名=山田"]);
    let cleared = known.policy(|policy| policy.blank = BlankPolicy::Clear);
    assert_eq!(cleared.outcomes(), ["A1 rejected E_REQUIRED 性別"]);
}

#[test]
fn a_required_item_of_a_sheet_is_needed_only_where_a_record_is_made() {
    let required = |world: World| world.item("本人", "市区町村", |item| item.required = true);
    let elsewhere = required(World::new().source("A1", &[("氏", "山田")]));
    assert_eq!(elsewhere.written(), ["A1 + 氏名=山田"]);
    let first = required(World::new().source("A1", &[("電話番号", "090")]).held("A1", &[]));
    assert_eq!(first.outcomes(), ["A1 rejected E_REQUIRED 市区町村"]);
    let more =
        required(World::new().source("A1", &[("電話番号", "090")]).held("A1", &[("市区町村", "港区")]));
    assert_eq!(more.written(), ["A1 電話番号=090"]);
}

#[test]
fn a_required_item_that_nothing_feeds_refuses_creations() {
    let mut world =
        World::new().source("A1", &[("氏", "山田")]).source("A2", &[("氏", "佐藤")]).held("A2", &[]);
    world.layout.sheets[0].items.push(LayoutItem {
        name: "等級".to_owned(),
        id: 5,
        required: true,
        ..LayoutItem::default()
    });
    assert_eq!(world.outcomes(), ["A1 rejected E_REQUIRED 等級", "A2 updated"]);
}

#[test]
fn a_mynumber_never_leaves() {
    let world =
        |note: &str| World::new().source("A1", &[("備考", note), ("電話番号", "090")]).held("A1", &[]);
    for note in ["123456789018", "1234-5678-9018", "１２３４　５６７８　９０１８"] {
        let plan = world(note).plan();
        assert!(plan.writes.is_empty(), "{note}");
        assert_eq!(plan.outcomes[0].problems[0].code, "E_MYNUMBER");
        assert!(!plan.outcomes[0].problems[0].message.contains(note), "the value is not told");
    }
    assert_eq!(world("123456789017").written().len(), 1, "a wrong check digit is some other number");
    let item = world("123456789018").policy(|policy| policy.on_error = OnError::Item);
    assert_eq!(item.written(), [""; 0], "the person is rejected whatever the policy");
    let exempt = world("123456789018").map("備考", |line| line.allow_mynumber = true);
    assert_eq!(exempt.written(), ["A1 電話番号=090 備考=123456789018"]);
    let held = World::new().source("A1", &[("備考", "123456789018")]).held("A1", &[("備考", "123456789018")]);
    assert_eq!(held.outcomes(), [""; 0], "nothing goes out");
}

#[test]
fn a_mynumber_of_a_dependant_holds_the_person_back() {
    let world = World::new()
        .source("A1", &[("電話番号", "090")])
        .dependant(&[("氏", "123456789018"), ("続柄", "子")])
        .held("A1", &[]);
    assert_eq!(world.written(), [""; 0]);
    assert_eq!(world.outcomes(), ["A1 rejected E_MYNUMBER 氏名"]);
}

#[test]
fn only_chosen_items_are_written_and_a_creation_carries_its_name() {
    let world = World::new()
        .source("A1", &[("氏", "山田"), ("電話番号", "090"), ("備考", "x")])
        .held("A1", &[])
        .source("A2", &[("氏", "佐藤"), ("電話番号", "080"), ("備考", "x")])
        .select(|selection| selection.items = vec!["電話番号".to_owned()]);
    assert_eq!(world.written(), ["A1 電話番号=090", "A2 + 氏名=佐藤 電話番号=080"]);
    let exact = world.clone().select(|selection| selection.items = vec!["本人/備考".to_owned()]);
    assert_eq!(exact.written(), ["A1 備考=x", "A2 + 氏名=佐藤 備考=x"]);
}

#[test]
fn an_item_that_the_destination_does_not_show_is_left_alone() {
    let world = World::new().source("A1", &[("電話番号", "090")]).held("A1", &[("電話番号", ABSENT)]);
    assert_eq!(world.written(), [""; 0]);
}
