//! What a link may change in its mapping.

use super::{accepted, refused, with_link};
use renkei::config::Config;
use renkei::job::Flow;
use renkei::sync::{BlankPolicy, ItemMapping, Mapping, Source, Text};

const SELF_SHEET: &str = "オフィスステーション_本人情報";

fn mapping(lines: &str) -> Config {
    accepted(&with_link(&format!("    mapping:\n      officestation-to-kaonavi:\n{lines}")))
}

fn periodic(config: &Config) -> &Mapping {
    &config.links["acme"].flows[&Flow::OfficeStationToKaonavi].periodic.mapping
}

fn spot(config: &Config) -> &Mapping {
    &config.links["acme"].flows[&Flow::OfficeStationToKaonavi].spot.mapping
}

fn item<'a>(mapping: &'a Mapping, name: &str) -> Option<&'a ItemMapping> {
    mapping.self_items.iter().chain(&mapping.dependents).find(|line| line.target.to_string() == name)
}

#[test]
fn a_value_map_alone_keeps_what_feeds_the_item() {
    let config = mapping("        self: { 基本情報/性別: { value_map: { 男: 男性, 女: 女性 } } }\n");
    let line = item(periodic(&config), "基本情報/性別").unwrap();
    assert_eq!(line.source, Source::Item("性別".into()));
    assert_eq!(line.value_map["女"], "女性");
}

#[test]
fn a_list_is_joined_with_a_full_width_space_or_the_given_separator() {
    let config = mapping(
        "        self:\n          基本情報/氏名: [氏, 名]\n          人事/住所: { from: [都道府県, 市区町村], separator: \"\" }\n",
    );
    let join = |items: [&str; 2], separator: &str| Source::Join {
        items: items.map(str::to_owned).to_vec(),
        separator: separator.into(),
    };
    let name = item(periodic(&config), "基本情報/氏名").unwrap();
    assert_eq!((&name.source, name.text), (&join(["氏", "名"], "\u{3000}"), Text::Name));
    assert_eq!(name.group.as_deref(), Some("name"));
    assert_eq!(periodic(&config).self_items.last().unwrap().source, join(["都道府県", "市区町村"], ""));
}

#[test]
fn a_changed_line_keeps_its_place_and_a_new_one_comes_last() {
    let config = mapping(
        "        self:\n          人事/電話: 電話番号\n          基本情報/フリガナ: [氏(カナ), 名(カナ)]\n",
    );
    let lines = &periodic(&config).self_items;
    assert_eq!(lines[1].target.to_string(), "基本情報/フリガナ");
    let last = lines.last().unwrap();
    assert_eq!((last.target.to_string().as_str(), last.text), ("人事/電話", Text::Digits));
}

#[test]
fn null_unlinks_and_every_setting_is_read() {
    let config = mapping(&format!(
        "        self:\n          {SELF_SHEET}/部署メモ: null\n          基本情報/メモ: {{ from: 備考, blank: clear, compare: kana, group: memo, allow_mynumber: true, guard_exempt: true }}\n"
    ));
    assert_eq!(item(periodic(&config), &format!("{SELF_SHEET}/部署メモ")), None);
    let line = item(periodic(&config), "基本情報/メモ").unwrap();
    assert_eq!(
        (line.blank, line.text, line.group.as_deref()),
        (Some(BlankPolicy::Clear), Text::Kana, Some("memo"))
    );
    assert!(line.allow_mynumber && line.guard_exempt);
}

#[test]
fn spot_differs_only_where_it_says_so() {
    let config = mapping(&format!(
        "        self: {{ 基本情報/メールアドレス: null }}\n        spot: {{ self: {{ {SELF_SHEET}/役職: null }} }}\n"
    ));
    let position = format!("{SELF_SHEET}/役職");
    assert!(item(periodic(&config), &position).is_some() && item(spot(&config), &position).is_none());
    for mapping in [periodic(&config), spot(&config)] {
        assert_eq!(item(mapping, "基本情報/メールアドレス"), None);
    }
}

#[test]
fn sheets_rename_both_directions_in_one_line() {
    let config = accepted(&with_link(
        "    sheets: { オフィスステーション_本人情報: 人事情報, オフィスステーション_扶養家族情報: 家族 }\n    mapping: { officestation-to-kaonavi: { dependents: { 家族/職業: null } } }\n",
    ));
    assert!(item(periodic(&config), "人事情報/電話番号").is_some());
    assert!(item(periodic(&config), "家族/同居/別居").is_some());
    let back = &config.links["acme"].flows[&Flow::KaonaviToOfficeStation].spot.mapping;
    assert_eq!(item(back, "電話番号").unwrap().source, Source::Item("人事情報/電話番号".into()));
}

#[test]
fn what_is_never_linked_is_refused_each_with_its_place() {
    insta::assert_snapshot!(refused(&with_link(&format!(
        "    mapping:
      officestation-to-kaonavi:
        self:
          基本情報/所属: 部署メモ
          給与口座/銀行名: 備考
          基本情報/通勤手当: 備考
          所属・役職履歴/所属名: 部署メモ
          基本情報/個人番号: 備考
          基本情報/年齢: 備考
          基本情報/社員番号: 従業員番号
          氏名: 氏名
          基本情報/資格: 制服サイズ
          基本情報/メモ: マイナンバー
          基本情報/口座: 振込口座
          {SELF_SHEET}/役職: 役職名
          {SELF_SHEET}/連絡先: [電話番号, 氏名]
          {SELF_SHEET}/部署: null
          {SELF_SHEET}/新しい項目: {{ blank: keep }}
          {SELF_SHEET}/別の項目: []
          {SELF_SHEET}/住民票住所区分: {{ blank: delete, compare: exact }}
          オフィスステーション_扶養家族情報/続柄: 備考
        dependents:
          面談メモ/続柄: 続柄
          オフィスステーション_扶養家族情報/続柄: 間柄
      kaonavi-to-officestation:
        self:
          標準報酬月額: 基本情報/備考
          従業員番号: 基本情報/社員番号
          制服サイズ: 基本情報/資格
          備考: 備考
          役職: 基本情報/年齢
          部署メモ: 基本情報/所属
        dependents:
          続柄: オフィスステーション_扶養家族情報/続柄
"
    ))));
}

#[test]
fn a_renamed_sheet_goes_by_its_new_name_alone() {
    insta::assert_snapshot!(refused(&with_link(
        "    sheets: { オフィスステーション_本人情報: 人事情報, オフィスステーション_家族情報: 家族 }
    mapping: { officestation-to-kaonavi: { self: { オフィスステーション_本人情報/役職: null } } }
"
    )));
}

/// `gender_source` is what brings 性別 into the table.
fn clinic(mapping: &str) -> String {
    format!(
        "links:\n  clinic:\n    kind: hrmos-mediment\n    hrmos: {{ company: demo, secret_key: x }}\n    \
         mediment: {{ base_url: \"https://mediment.example.jp\", consumer_key: k, consumer_secret: s }}\n    \
         flows: {{ hrmos-to-mediment-employees: {{ gender_source: \"field:sex\" }} }}\n    mapping:\n{mapping}"
    )
}

#[test]
fn of_a_fixed_table_only_words_can_be_translated() {
    let config = accepted(&clinic(
        "      hrmos-to-mediment-employees: { self: { 性別: { value_map: { 男: 男性, 女: 女性 } } } }\n",
    ));
    let mapping = &config.links["clinic"].flows[&Flow::HrmosToMedimentEmployees].periodic.mapping;
    assert_eq!(item(mapping, "性別").unwrap().value_map["男"], "男性");
    insta::assert_snapshot!(refused(&clinic(
        "      hrmos-to-mediment-employees: { self: { 性別: 性, セイ: null, 部門: { value_map: { a: b } } }, dependents: { 氏名: 氏 } }
      hrmos-to-mediment-attendance: { self: { 実労働時間: { from: 総労働時間, value_map: { a: b } } } }
"
    )));
}
