//! The layout that every tenant of the sandbox starts with.
//!
//! The ten standard items, three custom fields of the basic information that no link touches, the two sheets
//! that the labour link fills and two sheets that it has to leave alone. Value lists equal those of the
//! labour service (`reference/officestation-api.md` §4.8).

use sha2::{Digest, Sha256};

use super::layout::{Field, Kind, Layout, Records, Sheet, Text};

/// The single-record sheet that the labour link fills.
pub(super) const SELF_SHEET: &str = "オフィスステーション_本人情報";
/// The multi-record sheet that the labour link fills.
pub(super) const DEPENDENTS_SHEET: &str = "オフィスステーション_扶養家族情報";
/// A multi-record sheet that no link touches.
pub(super) const HISTORY_SHEET: &str = "所属・役職履歴";
/// A single-record sheet that no link touches.
pub(super) const INTERVIEW_SHEET: &str = "面談メモ";

/// Keys of the standard items; the place in this list is the id under which a value is kept.
pub(super) const KEYS: [&str; 10] = [
    "code",
    "name",
    "name_kana",
    "mail",
    "entered_date",
    "retired_date",
    "gender",
    "birthday",
    "department",
    "sub_departments",
];

/// Names of [`KEYS`] in a Japanese tenant.
const JAPANESE: [&str; 10] = [
    "社員番号",
    "氏名",
    "フリガナ",
    "メールアドレス",
    "入社日",
    "退職日",
    "性別",
    "生年月日",
    "所属",
    "兼務情報",
];

/// Names of [`KEYS`] in an English tenant.
const ENGLISH: [&str; 10] = [
    "Employee Number",
    "Name",
    "Name (Kana)",
    "Mail Address",
    "Entered Date",
    "Retired Date",
    "Gender",
    "Birthday",
    "Department",
    "Sub Departments",
];

/// The language of a tenant: it names the standard items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Japanese,
    English,
}

/// The place of a standard key among [`KEYS`], which is the id its value is kept under.
pub(super) fn key_id(key: &str) -> Option<u32> {
    KEYS.iter().zip(0..).find_map(|(known, id)| (*known == key).then_some(id))
}

/// The name of the standard item `key` in `language`.
pub(super) fn standard_name(key: &str, language: Language) -> Option<&'static str> {
    let names = match language {
        Language::Japanese => &JAPANESE,
        Language::English => &ENGLISH,
    };
    KEYS.iter().position(|known| *known == key).map(|place| names[place])
}

const GENDER: &[&str] = &["男性", "女性"];
const SAME_ADDRESS: &[&str] = &["現在住所と同じ", "現在住所と異なる"];
const CATEGORY: &[&str] =
    &["役員", "正社員", "契約社員", "パート・アルバイト", "派遣社員", "嘱託", "業務委託", "その他"];
const CATEGORY_DETAIL: &[&str] = &["総合職", "一般職"];
const DISABILITY: &[&str] = &["該当しない", "一般障害者", "特別障害者", "同居特別障害者"];
const WIDOW: &[&str] = &["該当しない", "寡婦", "ひとり親"];
const STUDENT: &[&str] = &["該当しない", "該当する"];
const TOGETHER: &[&str] = &["同居", "別居"];
const RELATIONSHIP: &[&str] = &[
    "夫",
    "妻",
    "夫(未届)",
    "妻(未届)",
    "父",
    "母",
    "子",
    "兄",
    "姉",
    "弟",
    "妹",
    "祖父",
    "祖母",
    "孫",
    "義父",
    "義母",
    "配偶者の子",
    "その他",
];
const GRADE: &[&str] = &["G1", "G2", "G3", "G4", "G5"];
const LICENCE: &[&str] = &["簿記2級", "衛生管理者", "TOEIC800点以上", "普通自動車免許"];

/// What a new item is.
#[derive(Clone, Copy)]
enum Make {
    Text(usize),
    Area(usize),
    Date,
    MustDate,
    Choice(&'static [&'static str]),
    Boxes(&'static [&'static str]),
    Formula,
    File,
}

/// Names and makes of the items of one place.
type Items = &'static [(&'static str, Make)];

const BASIC_CUSTOM: Items =
    &[("等級", Make::Choice(GRADE)), ("資格", Make::Boxes(LICENCE)), ("勤続表示", Make::Formula)];

const SELF_ITEMS: Items = &[
    ("郵便番号", Make::Text(250)),
    ("都道府県", Make::Text(250)),
    ("市区町村", Make::Text(250)),
    ("丁目・番地", Make::Text(250)),
    ("建物名・部屋番号等", Make::Text(250)),
    ("都道府県(フリガナ)", Make::Text(250)),
    ("市区町村(フリガナ)", Make::Text(250)),
    ("丁目・番地(フリガナ)", Make::Text(250)),
    ("建物名・部屋番号等(フリガナ)", Make::Text(250)),
    ("住民票住所区分", Make::Choice(SAME_ADDRESS)),
    ("住民票郵便番号", Make::Text(250)),
    ("住民票都道府県", Make::Text(250)),
    ("住民票市区町村", Make::Text(250)),
    ("住民票丁目・番地", Make::Text(250)),
    ("住民票建物名・部屋番号等", Make::Text(250)),
    ("電話番号", Make::Text(20)),
    ("携帯電話番号", Make::Text(20)),
    ("社員区分", Make::Choice(CATEGORY)),
    ("社員区分詳細", Make::Choice(CATEGORY_DETAIL)),
    ("役職", Make::Text(250)),
    ("部署メモ", Make::Text(250)),
    ("ビジネスネーム", Make::Text(250)),
    ("ビジネスネーム(カナ)", Make::Text(250)),
    ("緊急連絡先氏名", Make::Text(250)),
    ("緊急連絡先続柄", Make::Text(250)),
    ("緊急連絡先電話番号", Make::Text(250)),
    ("緊急連絡先住所", Make::Text(250)),
    ("健康保険番号", Make::Text(250)),
    ("健康保険資格取得日", Make::Date),
    ("健康保険資格喪失日", Make::Date),
    ("厚生年金番号", Make::Text(250)),
    ("厚生年金資格取得日", Make::Date),
    ("厚生年金資格喪失日", Make::Date),
    ("雇用保険番号", Make::Text(250)),
    ("雇用保険資格取得日", Make::Date),
    ("雇用保険資格喪失日", Make::Date),
    ("障害者", Make::Choice(DISABILITY)),
    ("寡婦・ひとり親", Make::Choice(WIDOW)),
    ("勤労学生", Make::Choice(STUDENT)),
];

const DEPENDENT_ITEMS: Items = &[
    ("氏名", Make::Text(250)),
    ("フリガナ", Make::Text(250)),
    ("続柄", Make::Choice(RELATIONSHIP)),
    ("性別", Make::Choice(GENDER)),
    ("生年月日", Make::Date),
    ("同居/別居", Make::Choice(TOGETHER)),
    ("職業", Make::Text(250)),
    ("扶養になった日(税法上)", Make::Date),
    ("扶養を外れた日(税法上)", Make::Date),
    ("扶養になった日(健康保険)", Make::Date),
    ("扶養を外れた日(健康保険)", Make::Date),
    ("障害者区分", Make::Choice(DISABILITY)),
];

const HISTORY_ITEMS: Items = &[("発令日", Make::MustDate), ("所属名", Make::Text(250))];
const INTERVIEW_ITEMS: Items = &[("本文", Make::Area(5_000)), ("添付", Make::File)];

const SHEETS: [(&str, Records, Items); 4] = [
    (HISTORY_SHEET, Records::Multiple, HISTORY_ITEMS),
    (SELF_SHEET, Records::Single, SELF_ITEMS),
    (INTERVIEW_SHEET, Records::Single, INTERVIEW_ITEMS),
    (DEPENDENTS_SHEET, Records::Multiple, DEPENDENT_ITEMS),
];

/// The starting layout of the tenant with this consumer key.
pub(super) fn layout(consumer_key: &str) -> Layout {
    let (first_sheet, first_field) = first_ids(consumer_key);
    let mut layout = Layout {
        standard: KEYS.iter().zip(0..).map(|(key, id)| standard_field(id, key)).collect(),
        custom: Vec::new(),
        sheets: Vec::new(),
        next_field: first_field,
        next_sheet: first_sheet,
    };
    layout.custom = fields(BASIC_CUSTOM, &mut layout.next_field);
    for (name, records, items) in SHEETS {
        let sheet = Sheet {
            id: layout.next_sheet,
            name: Text::Borrowed(name),
            records,
            fields: fields(items, &mut layout.next_field),
        };
        layout.sheets.push(sheet);
        layout.next_sheet += 1;
    }
    layout
}

/// Where the ids of sheets and of items start. Each tenant has its own: a client that keeps ids of another
/// tenant, or in its configuration, is found out.
fn first_ids(consumer_key: &str) -> (u32, u32) {
    let digest = Sha256::digest(consumer_key.as_bytes());
    let number = |at: usize| u32::from(u16::from_le_bytes([digest[at], digest[at + 1]]));
    (1_000 + number(0) % 8_000, 20_000 + number(2) * 10)
}

fn fields(items: Items, next: &mut u32) -> Vec<Field> {
    items
        .iter()
        .map(|(name, make)| {
            let id = *next;
            *next += 1;
            custom_field(id, name, *make)
        })
        .collect()
}

fn custom_field(id: u32, name: &'static str, make: Make) -> Field {
    let (kind, max_length, choices): (_, _, &[&'static str]) = match make {
        Make::Text(max) => (Kind::TextBox, Some(max), &[]),
        Make::Area(max) => (Kind::TextArea, Some(max), &[]),
        Make::Date | Make::MustDate => (Kind::Date, None, &[]),
        Make::Choice(list) => (Kind::PullDown, None, list),
        Make::Boxes(list) => (Kind::CheckBox, None, list),
        Make::Formula => (Kind::Formula, None, &[]),
        Make::File => (Kind::File, None, &[]),
    };
    Field {
        id,
        key: "",
        name: Text::Borrowed(name),
        required: matches!(make, Make::MustDate),
        kind,
        max_length,
        choices: choices.iter().copied().map(Text::Borrowed).collect(),
    }
}

fn standard_field(id: u32, key: &'static str) -> Field {
    let (kind, max_length, choices): (_, _, &[&'static str]) = match key {
        "code" => (Kind::TextBox, Some(50), &[]),
        "entered_date" | "retired_date" | "birthday" => (Kind::Date, None, &[]),
        "gender" => (Kind::PullDown, None, GENDER),
        "department" => (Kind::Department, None, &[]),
        "sub_departments" => (Kind::SubDepartments, None, &[]),
        _ => (Kind::TextBox, Some(100), &[]),
    };
    Field {
        id,
        key,
        name: Text::Borrowed(standard_name(key, Language::Japanese).unwrap_or(key)),
        required: key == "code",
        kind,
        max_length,
        choices: choices.iter().copied().map(Text::Borrowed).collect(),
    }
}
