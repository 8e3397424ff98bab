use super::*;
use crate::sync::plan::{layout, mapping, roles};

fn resolved(mapping: &Mapping, layout: &Layout, selection: &Selection) -> Result<Rules, Failure> {
    resolve(mapping, &Policy::default(), layout, &roles(), selection)
}

fn refusal(mapping: &Mapping, layout: &Layout, selection: &Selection) -> (&'static str, String) {
    let failure = resolved(mapping, layout, selection).unwrap_err();
    (failure.code, failure.message)
}

fn items(items: &[&str]) -> Selection {
    Selection { items: items.iter().map(ToString::to_string).collect(), ..Selection::default() }
}

#[test]
fn rules_stand_in_mapping_order_and_resources_in_the_order_of_writing() {
    let mut mapping = mapping();
    mapping.self_items.rotate_left(6);
    let rules = resolved(&mapping, &layout(), &Selection::default()).unwrap();
    let order: Vec<&str> = rules.own().iter().map(|rule| rule.target.item.as_str()).collect();
    assert_eq!(order[..2], ["郵便番号", "市区町村"]);
    assert_eq!(rules.dependents().len(), 3);
    let resources: Vec<_> = rules.resources().iter().map(|r| (r.kind, r.id, r.rules.len())).collect();
    assert_eq!(
        resources,
        [(ResourceKind::Basic, 0, 6), (ResourceKind::Single, 10, 8), (ResourceKind::Multi, 20, 3)]
    );
    for (place, resource) in rules.resources().iter().enumerate() {
        for &rule in &resource.rules {
            assert_eq!(rules.get(rule).resource, place);
            assert_eq!(rules.get(rule).target.sheet, resource.sheet);
        }
    }
    let phone = rules.own().iter().find(|rule| rule.column == "本人/電話番号").unwrap();
    assert_eq!((phone.id, phone.max_length, phone.selected), (4, Some(20), true));
}

#[test]
fn two_sheets_or_items_of_one_name_stop_the_run() {
    let mut sheets = layout();
    let other = LayoutSheet { id: 30, name: "面談".to_owned(), ..LayoutSheet::default() };
    sheets.sheets.extend([other.clone(), other.clone()]);
    let expected = ("F_DUP_SHEET", "同じ名称のシート”面談”が存在するため連携できません。".to_owned());
    assert_eq!(refusal(&mapping(), &sheets, &Selection::default()), expected);
    let mut basic = layout();
    basic.sheets[0].items.push(LayoutItem { name: "氏名".to_owned(), id: 9, ..LayoutItem::default() });
    let expected = "シート”基本情報”に同名の項目”氏名”が存在するため連携できません。".to_owned();
    assert_eq!(refusal(&mapping(), &basic, &Selection::default()), ("F_DUP_ITEM", expected));
}

#[test]
fn names_that_are_not_mapped_may_repeat_if_told() {
    let mut sheets = layout();
    let other = LayoutSheet { id: 30, name: "面談".to_owned(), ..LayoutSheet::default() };
    sheets.sheets.extend([other.clone(), other]);
    let policy = Policy { duplicate_names: NameScope::Mapped, ..Policy::default() };
    assert!(resolve(&mapping(), &policy, &sheets, &roles(), &Selection::default()).is_ok());
    sheets.sheets[1].items.push(LayoutItem { name: "備考".to_owned(), ..LayoutItem::default() });
    let failure = resolve(&mapping(), &policy, &sheets, &roles(), &Selection::default()).unwrap_err();
    assert_eq!(failure.code, "F_DUP_ITEM");
}

#[test]
fn a_mapped_item_that_is_gone_stops_the_run() {
    let mut gone = layout();
    gone.sheets[0].items.retain(|item| item.name != "性別");
    let expected = "連携項目に設定された”基本情報/性別”が存在しません。".to_owned();
    assert_eq!(refusal(&mapping(), &gone, &Selection::default()), ("F_CONFIG", expected));
    let mut gone = layout();
    gone.sheets.pop();
    let expected = "連携項目に設定された”扶養/氏名”が存在しません。".to_owned();
    assert_eq!(refusal(&mapping(), &gone, &Selection::default()), ("F_CONFIG", expected));
    let own = Selection { datasets: vec![DataSet::Own], ..Selection::default() };
    assert!(resolved(&mapping(), &gone, &own).is_ok(), "what isn't linked needn't be there");
}

#[test]
fn what_no_link_can_write_stops_the_run() {
    let mut fixed = layout();
    fixed.sheets[0].items[3].read_only = true;
    let expected = "連携項目に設定された”基本情報/性別”は更新できない項目です。".to_owned();
    assert_eq!(refusal(&mapping(), &fixed, &Selection::default()), ("F_CONFIG", expected));
    let mut department = mapping();
    department.self_items[2].target.item = "所属".to_owned();
    assert_eq!(refusal(&department, &layout(), &Selection::default()).0, "F_CONFIG");
}

#[test]
fn data_sets_keep_to_their_kind_of_sheet() {
    let mut rows = layout();
    rows.sheets[2].multi = false;
    assert_eq!(refusal(&mapping(), &rows, &Selection::default()).0, "F_CONFIG");
    let mut own = layout();
    own.sheets[1].multi = true;
    assert_eq!(refusal(&mapping(), &own, &Selection::default()).0, "F_CONFIG");
}

#[test]
fn an_english_tenant_stops_the_run() {
    let mut english = layout();
    for item in &mut english.sheets[0].items {
        item.name = "Name".to_owned();
    }
    assert_eq!(refusal(&mapping(), &english, &Selection::default()).0, "F_LANG");
    english.sheets[0].items[1].name = "氏名".to_owned();
    assert_ne!(refusal(&mapping(), &english, &Selection::default()).0, "F_LANG");
}

#[test]
fn an_item_that_is_not_mapped_can_not_be_chosen() {
    let expected = ("F_CONFIG", "”血液型”は連携項目に設定されていません。".to_owned());
    assert_eq!(refusal(&mapping(), &layout(), &items(&["電話番号", "血液型"])), expected);
    let rows = Selection { datasets: vec![DataSet::Dependents], ..items(&["電話番号"]) };
    assert_eq!(refusal(&mapping(), &layout(), &rows).0, "F_CONFIG", "not in the chosen data set");
}

#[test]
fn a_bare_name_chooses_every_item_of_the_name() {
    let rules = resolved(&mapping(), &layout(), &items(&["生年月日"])).unwrap();
    assert!(rules.has(DataSet::Own) && rules.has(DataSet::Dependents));
    let one = resolved(&mapping(), &layout(), &items(&["基本情報/生年月日"])).unwrap();
    assert!(one.has(DataSet::Own) && !one.has(DataSet::Dependents));
    let chosen: Vec<(&str, bool)> =
        one.own().iter().map(|rule| (rule.target.item.as_str(), rule.selected)).collect();
    assert_eq!(chosen, [("氏名", false), ("生年月日", true)]);
    let rows = resolved(&mapping(), &layout(), &items(&["続柄"])).unwrap();
    assert!(!rows.has(DataSet::Own) && rows.own().is_empty());
    assert_eq!(rows.dependents().len(), 3);
}

#[test]
fn rules_say_what_must_be_read_beyond_what_is_chosen() {
    let rules = resolved(&mapping(), &layout(), &items(&["電話番号"])).unwrap();
    assert_eq!(
        rules.source_items(),
        [
            "ビジネスネーム氏",
            "ビジネスネーム名",
            "氏",
            "名",
            "電話番号",
            "入社年月日",
            "退職年月日",
            "氏(カナ)",
            "名(カナ)",
            "生年月日"
        ]
    );
    let targets: Vec<String> = rules.targets().iter().map(ToString::to_string).collect();
    assert_eq!(targets, ["基本情報/氏名", "本人/電話番号", "基本情報/フリガナ", "基本情報/生年月日"]);
    assert!(rules.dependent_targets().is_empty() && rules.source_dependent_items().is_empty());
}

#[test]
fn a_part_that_the_layout_does_not_have_is_not_read() {
    let mut renamed = layout();
    renamed.sheets[0].items[2].name = "ふりがな".to_owned();
    let mut mapping = mapping();
    mapping.self_items[1].target.item = "ふりがな".to_owned();
    let rules = resolved(&mapping, &renamed, &items(&["電話番号"])).unwrap();
    assert_eq!(rules.roles().destination.kana, Vec::<Vec<ItemRef>>::new());
    let targets: Vec<String> = rules.targets().iter().map(ToString::to_string).collect();
    assert_eq!(targets, ["基本情報/氏名", "本人/電話番号", "基本情報/生年月日"]);
}
