//! The mapping that a link has unless it says otherwise (`reference/officestation-kaonavi-link.md` §7).
//!
//! The flows towards mediment follow the requirement's fixed tables (`mediment.rs`).

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::Sheets;
use crate::config::items::officestation;
use crate::job::Flow;
use crate::sync::{ItemMapping, ItemRef, Mapping, Source, Text};

/// The single-record sheet of 本人情報 in Kaonavi.
pub const SELF_SHEET: &str = "オフィスステーション_本人情報";
/// The multi-record sheet of 扶養家族情報 in Kaonavi.
pub const DEPENDENTS_SHEET: &str = "オフィスステーション_扶養家族情報";

/// Between 氏 and 名: one full-width space.
pub(super) const SPACE: &str = "\u{3000}";

const BUSINESS_NAME: [&str; 2] = ["ビジネスネーム氏", "ビジネスネーム名"];
const BUSINESS_KANA: [&str; 2] = ["ビジネスネーム氏(カナ)", "ビジネスネーム名(カナ)"];
const NAME: [&str; 2] = ["氏", "名"];
const KANA: [&str; 2] = ["氏(カナ)", "名(カナ)"];

/// Items of one group are one value.
const GROUPS: [(&str, &[&str]); 4] = [
    ("name", &["氏名", "フリガナ", "氏", "名", "氏(カナ)", "名(カナ)"]),
    (
        "business name",
        &[
            "ビジネスネーム",
            "ビジネスネーム(カナ)",
            "ビジネスネーム氏",
            "ビジネスネーム名",
            "ビジネスネーム氏(カナ)",
            "ビジネスネーム名(カナ)",
        ],
    ),
    (
        "address",
        &[
            "郵便番号",
            "都道府県",
            "市区町村",
            "丁目・番地",
            "建物名・部屋番号等",
            "都道府県(フリガナ)",
            "市区町村(フリガナ)",
            "丁目・番地(フリガナ)",
            "建物名・部屋番号等(フリガナ)",
        ],
    ),
    (
        "resident address",
        &[
            "住民票郵便番号",
            "住民票都道府県",
            "住民票市区町村",
            "住民票丁目・番地",
            "住民票建物名・部屋番号等",
        ],
    ),
];

/// Kaonavi's basic items and the OfficeStation items that feed them.
const BASIC: &[(&str, &str)] = &[
    ("氏名", "氏名"),
    ("フリガナ", "フリガナ"),
    ("メールアドレス", "メールアドレス"),
    ("入社日", "入社年月日"),
    ("退職日", "退職年月日"),
    ("性別", "性別"),
    ("生年月日", "生年月日"),
];

/// The items of [`SELF_SHEET`], each fed by OfficeStation's item of that name.
const SHEET: &[&str] = &[
    "郵便番号",
    "都道府県",
    "市区町村",
    "丁目・番地",
    "建物名・部屋番号等",
    "都道府県(フリガナ)",
    "市区町村(フリガナ)",
    "丁目・番地(フリガナ)",
    "建物名・部屋番号等(フリガナ)",
    "住民票住所区分",
    "住民票郵便番号",
    "住民票都道府県",
    "住民票市区町村",
    "住民票丁目・番地",
    "住民票建物名・部屋番号等",
    "電話番号",
    "携帯電話番号",
    "社員区分",
    "社員区分詳細",
    "役職",
    "部署メモ",
    "ビジネスネーム",
    "ビジネスネーム(カナ)",
    "緊急連絡先氏名",
    "緊急連絡先続柄",
    "緊急連絡先電話番号",
    "緊急連絡先住所",
    "健康保険番号",
    "健康保険資格取得日",
    "健康保険資格喪失日",
    "厚生年金番号",
    "厚生年金資格取得日",
    "厚生年金資格喪失日",
    "雇用保険番号",
    "雇用保険資格取得日",
    "雇用保険資格喪失日",
    "障害者",
    "寡婦・ひとり親",
    "勤労学生",
];

/// The items of [`DEPENDENTS_SHEET`], each fed by the dependant's item of that name.
const DEPENDENTS: &[&str] = &[
    "氏名",
    "フリガナ",
    "続柄",
    "性別",
    "生年月日",
    "同居/別居",
    "職業",
    "扶養になった日(税法上)",
    "扶養を外れた日(税法上)",
    "扶養になった日(健康保険)",
    "扶養を外れた日(健康保険)",
    "障害者区分",
];

/// The default mapping of a flow, on sheets that may have been renamed. Links without changes share one: there may be thousands.
pub(super) fn shared(flow: Flow, sheets: &Sheets) -> Arc<Mapping> {
    static SHARED: LazyLock<BTreeMap<Flow, Arc<Mapping>>> = LazyLock::new(|| {
        let sheets = Sheets::default();
        Flow::ALL.into_iter().map(|flow| (flow, Arc::new(mapping(flow, &sheets)))).collect()
    });
    match SHARED.get(&flow) {
        Some(shared) if *sheets == Sheets::default() => Arc::clone(shared),
        Some(_) | None => Arc::new(mapping(flow, sheets)),
    }
}

/// The default mapping of a flow, made anew.
fn mapping(flow: Flow, sheets: &Sheets) -> Mapping {
    match flow {
        Flow::OfficeStationToKaonavi => Mapping {
            self_items: towards_kaonavi(sheets),
            dependents: DEPENDENTS
                .iter()
                .filter_map(|item| {
                    let source = dependent_source(item)?;
                    Some(line(
                        ItemRef::new(sheets.dependents.as_str(), *item),
                        source,
                        text_of_dependent(item),
                    ))
                })
                .collect(),
        },
        Flow::KaonaviToOfficeStation => {
            Mapping { self_items: towards_officestation(sheets), dependents: Vec::new() }
        }
        Flow::HrmosToMedimentEmployees | Flow::HrmosToMedimentAttendance => Mapping::default(),
    }
}

fn towards_kaonavi(sheets: &Sheets) -> Vec<ItemMapping> {
    let basic = BASIC.iter().map(|(item, source)| (ItemRef::BASIC, *item, *source));
    let sheet = SHEET.iter().map(|item| (sheets.own.as_str(), *item, *item));
    basic
        .chain(sheet)
        .filter_map(|(sheet, item, source)| {
            Some(line(ItemRef::new(sheet, item), own_source(source)?, text_of_own(source)))
        })
        .collect()
}

/// The same rows turned round. 氏名 and the other joined names feed both of their parts: the flow splits them.
fn towards_officestation(sheets: &Sheets) -> Vec<ItemMapping> {
    let basic = BASIC.iter().map(|(item, target)| (ItemRef::new(ItemRef::BASIC, *item), *target));
    let sheet = SHEET.iter().map(|item| (ItemRef::new(sheets.own.as_str(), *item), *item));
    let parts = |name: &'static str| match joined(name) {
        Some(parts) => parts.to_vec(),
        None => vec![name],
    };
    basic
        .chain(sheet)
        .flat_map(|(source, name)| parts(name).into_iter().map(move |part| (source.clone(), part)))
        .map(|(source, target)| {
            line(ItemRef::new("", target), Source::Item(source.to_string()), text_of_own(target))
        })
        .collect()
}

fn line(target: ItemRef, source: Source, text: Text) -> ItemMapping {
    let group = GROUPS.iter().find(|(_, items)| items.contains(&target.item.as_str()));
    ItemMapping {
        group: group.map(|(name, _)| (*name).to_owned()),
        target,
        source,
        value_map: BTreeMap::new(),
        text,
        blank: None,
        allow_mynumber: false,
        guard_exempt: false,
        create_only: false,
    }
}

/// The parts of a name that OfficeStation keeps apart. 氏名 and フリガナ stand for the legal name here.
fn joined(name: &str) -> Option<[&'static str; 2]> {
    match name {
        "氏名" => Some(NAME),
        "フリガナ" => Some(KANA),
        "ビジネスネーム" => Some(BUSINESS_NAME),
        "ビジネスネーム(カナ)" => Some(BUSINESS_KANA),
        "緊急連絡先氏名" => Some(["緊急連絡先氏", "緊急連絡先名"]),
        _ => None,
    }
}

/// The names that a mapping may use although OfficeStation has no such item.
pub(super) const VIRTUAL: [&str; 5] =
    ["氏名", "フリガナ", "ビジネスネーム", "ビジネスネーム(カナ)", "緊急連絡先氏名"];

fn join(items: [&str; 2]) -> Source {
    Source::Join { items: items.map(str::to_owned).to_vec(), separator: SPACE.to_owned() }
}

/// What a name means as a source of an employee's items: 氏名 and フリガナ are the ビジネスネーム's where that is filled.
pub fn own_source(name: &str) -> Option<Source> {
    let prefer = |preferred: [&str; 2], otherwise: [&str; 2]| Source::Prefer {
        when_filled: BUSINESS_NAME.map(str::to_owned).to_vec(),
        preferred: Box::new(join(preferred)),
        otherwise: Box::new(join(otherwise)),
    };
    match name {
        "氏名" => Some(prefer(BUSINESS_NAME, NAME)),
        "フリガナ" => Some(prefer(BUSINESS_KANA, KANA)),
        _ => match joined(name) {
            Some(parts) => Some(join(parts)),
            None => officestation::own(name).map(|item| Source::Item(item.name.to_owned())),
        },
    }
}

/// The same for a dependant, who has no ビジネスネーム.
pub(super) fn dependent_source(name: &str) -> Option<Source> {
    match name {
        "氏名" => Some(join(NAME)),
        "フリガナ" => Some(join(KANA)),
        _ => officestation::dependent(name).map(|item| Source::Item(item.name.to_owned())),
    }
}

/// How sameness of values of an employee's item, or of a joined name, is judged.
pub(super) fn text_of_own(name: &str) -> Text {
    let name = joined(name).map_or(name, |[first, _]| first);
    officestation::own(name).map_or(Text::Plain, |item| item.kind.text())
}

/// The same for a dependant's.
pub(super) fn text_of_dependent(name: &str) -> Text {
    let name = joined(name).map_or(name, |[first, _]| first);
    officestation::dependent(name).map_or(Text::Plain, |item| item.kind.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::Mapping;

    fn lines(mapping: &Mapping) -> String {
        let line = |item: &ItemMapping| {
            let group = item.group.as_deref().map(|group| format!(" [{group}]")).unwrap_or_default();
            let source = match &item.source {
                Source::Prefer { .. } => "ビジネスネーム, else legal".to_owned(),
                Source::Item(_) | Source::Join { .. } => item.source.items().join(" + "),
            };
            format!("{} <- {source} {:?}{group}", item.target, item.text)
        };
        mapping.self_items.iter().chain(&mapping.dependents).map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_default_of_officestation_to_kaonavi_is_the_documented_table() {
        insta::assert_snapshot!(lines(&mapping(Flow::OfficeStationToKaonavi, &Sheets::default())));
    }

    #[test]
    fn the_default_of_kaonavi_to_officestation_is_the_same_turned_round() {
        let mapping = mapping(Flow::KaonaviToOfficeStation, &Sheets::default());
        insta::assert_snapshot!(lines(&mapping));
        for item in &mapping.self_items {
            assert!(
                officestation::own(&item.target.item).is_some_and(|item| item.writable),
                "{}",
                item.target
            );
        }
    }

    #[test]
    fn a_blank_kana_of_a_business_name_never_shows_the_legal_one() {
        let Some(Source::Prefer { when_filled, preferred, .. }) = own_source("フリガナ") else {
            panic!()
        };
        assert_eq!(when_filled, BUSINESS_NAME);
        assert_eq!(preferred.items(), BUSINESS_KANA);
    }
}
