//! The public items of OfficeStation by the names that a mapping uses (`reference/officestation-api.md` §4.5–4.6).
//!
//! The JSON key of each stands in `services/officestation/wire.rs`; a test there holds the two tables to each other. Items that a customer
//! added, マイナンバー, 口座, 通勤 and 履歴 are no items of a link, so they have no row here.

use crate::sync::Text;

/// One item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The name in mappings, unique in its table.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The most characters that it takes; none for dates, numbers and choices.
    pub max: Option<usize>,
    /// Must be there when an employee is created.
    pub required: bool,
    /// The API takes it: 従業員番号 on creation alone and 標準報酬月額 never do, nor does anything of a dependant.
    pub writable: bool,
    /// The category of the ledger.
    pub group: Group,
}

/// What an item holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 従業員番号.
    Code,
    /// Free text.
    Text,
    /// A name of a person.
    Name,
    /// Full-width katakana.
    Kana,
    /// Digits and hyphens.
    Phone,
    /// `NNN-NNNN`.
    PostalCode,
    /// One of the 47 names.
    Prefecture,
    /// A mail address.
    Mail,
    /// `YYYY-MM-DD`.
    Date,
    /// An integer.
    Number,
    /// One of a list that the service serves.
    Choice,
}

/// The category of the ledger that an item stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// 基本情報.
    Basic,
    /// ビジネスネーム.
    BusinessName,
    /// 連絡先.
    Contact,
    /// 現住所.
    Address,
    /// 住民票住所.
    ResidentAddress,
    /// 雇用.
    Employment,
    /// 社会保険・労働保険.
    Insurance,
    /// 税.
    Tax,
    /// 緊急連絡先.
    Emergency,
    /// 扶養家族.
    Dependent,
}

impl Kind {
    /// How sameness of two of its values is judged (`DESIGN` §6 "Same or not").
    pub fn text(self) -> Text {
        match self {
            Kind::Name => Text::Name,
            Kind::Kana => Text::Kana,
            Kind::Phone | Kind::PostalCode => Text::Digits,
            Kind::Code
            | Kind::Text
            | Kind::Prefecture
            | Kind::Mail
            | Kind::Date
            | Kind::Number
            | Kind::Choice => Text::Plain,
        }
    }
}

const fn item(name: &'static str, kind: Kind, max: usize, group: Group) -> Item {
    let max = if max == 0 { None } else { Some(max) };
    Item { name, kind, max, required: false, writable: true, group }
}

const fn required(item: Item) -> Item {
    Item { required: true, ..item }
}

const fn read_only(item: Item) -> Item {
    Item { writable: false, ..item }
}

use Group::{
    Address, Basic, BusinessName, Contact, Dependent, Emergency, Employment, Insurance, ResidentAddress, Tax,
};
use Kind::{Choice, Code, Date, Kana, Mail, Name, Number, Phone, PostalCode, Prefecture};

/// The key, 社員番号 in Kaonavi. No mapping names it: a link never rewrites it.
pub const KEY: &str = "従業員番号";

/// The items of an employee.
pub const SELF: &[Item] = &[
    required(item(KEY, Code, 20, Basic)),
    required(item("氏", Name, 50, Basic)),
    required(item("名", Name, 50, Basic)),
    required(item("氏(カナ)", Kana, 50, Basic)),
    required(item("名(カナ)", Kana, 50, Basic)),
    item("ビジネスネーム氏", Name, 50, BusinessName),
    item("ビジネスネーム名", Name, 50, BusinessName),
    item("ビジネスネーム氏(カナ)", Kana, 50, BusinessName),
    item("ビジネスネーム名(カナ)", Kana, 50, BusinessName),
    required(item("性別", Choice, 0, Basic)),
    required(item("生年月日", Date, 0, Basic)),
    item("メールアドレス", Mail, 256, Contact),
    item("電話番号", Phone, 20, Contact),
    item("携帯電話番号", Phone, 20, Contact),
    item("郵便番号", PostalCode, 8, Address),
    item("都道府県", Prefecture, 0, Address),
    item("市区町村", Kind::Text, 100, Address),
    item("丁目・番地", Kind::Text, 100, Address),
    item("建物名・部屋番号等", Kind::Text, 100, Address),
    item("都道府県(フリガナ)", Kana, 100, Address),
    item("市区町村(フリガナ)", Kana, 100, Address),
    item("丁目・番地(フリガナ)", Kana, 100, Address),
    item("建物名・部屋番号等(フリガナ)", Kana, 100, Address),
    item("住民票住所区分", Choice, 0, ResidentAddress),
    item("住民票郵便番号", PostalCode, 8, ResidentAddress),
    item("住民票都道府県", Prefecture, 0, ResidentAddress),
    item("住民票市区町村", Kind::Text, 100, ResidentAddress),
    item("住民票丁目・番地", Kind::Text, 100, ResidentAddress),
    item("住民票建物名・部屋番号等", Kind::Text, 100, ResidentAddress),
    item("社員区分", Choice, 0, Employment),
    item("社員区分適用開始日", Date, 0, Employment),
    item("社員区分詳細", Choice, 0, Employment),
    item("役職", Kind::Text, 50, Employment),
    item("部署メモ", Kind::Text, 100, Employment),
    item("出向労働者", Choice, 0, Employment),
    item("入社年月日", Date, 0, Employment),
    item("退職年月日", Date, 0, Employment),
    item("離職等年月日", Date, 0, Employment),
    item("退職理由", Kind::Text, 100, Employment),
    item("健康保険番号", Kind::Text, 20, Insurance),
    item("健康保険資格取得日", Date, 0, Insurance),
    item("健康保険資格喪失日", Date, 0, Insurance),
    item("厚生年金番号", Kind::Text, 20, Insurance),
    item("厚生年金資格取得日", Date, 0, Insurance),
    item("厚生年金資格喪失日", Date, 0, Insurance),
    item("雇用保険番号", Kind::Text, 20, Insurance),
    item("雇用保険資格取得日", Date, 0, Insurance),
    item("雇用保険資格喪失日", Date, 0, Insurance),
    read_only(item("標準報酬月額", Number, 0, Insurance)),
    item("障害者", Choice, 0, Tax),
    item("寡婦・ひとり親", Choice, 0, Tax),
    item("勤労学生", Choice, 0, Tax),
    item("緊急連絡先氏", Name, 100, Emergency),
    item("緊急連絡先名", Name, 100, Emergency),
    item("緊急連絡先続柄", Choice, 0, Emergency),
    item("緊急連絡先電話番号", Phone, 20, Emergency),
    item("緊急連絡先住所", Kind::Text, 100, Emergency),
    item("備考", Kind::Text, 1000, Basic),
];

/// The items of a dependant. The API only reads them.
pub const DEPENDENTS: &[Item] = &[
    read_only(item("氏", Name, 50, Dependent)),
    read_only(item("名", Name, 50, Dependent)),
    read_only(item("氏(カナ)", Kana, 50, Dependent)),
    read_only(item("名(カナ)", Kana, 50, Dependent)),
    read_only(item("続柄", Choice, 0, Dependent)),
    read_only(item("性別", Choice, 0, Dependent)),
    read_only(item("生年月日", Date, 0, Dependent)),
    read_only(item("同居/別居", Choice, 0, Dependent)),
    read_only(item("職業", Kind::Text, 50, Dependent)),
    read_only(item("年間収入", Number, 0, Dependent)),
    read_only(item("扶養になった日(税法上)", Date, 0, Dependent)),
    read_only(item("扶養を外れた日(税法上)", Date, 0, Dependent)),
    read_only(item("扶養になった日(健康保険)", Date, 0, Dependent)),
    read_only(item("扶養を外れた日(健康保険)", Date, 0, Dependent)),
    read_only(item("障害者区分", Choice, 0, Dependent)),
];

/// The item of an employee with this name.
pub fn own(name: &str) -> Option<&'static Item> {
    SELF.iter().find(|item| item.name == name)
}

/// The item of a dependant with this name.
pub fn dependent(name: &str) -> Option<&'static Item> {
    DEPENDENTS.iter().find(|item| item.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_stands_once_in_its_table() {
        for table in [SELF, DEPENDENTS] {
            let names: BTreeSet<&str> = table.iter().map(|item| item.name).collect();
            assert_eq!(names.len(), table.len());
        }
        assert_eq!((SELF.len(), DEPENDENTS.len()), (58, 15));
    }

    #[test]
    fn an_employee_is_created_with_seven_items() {
        let required: Vec<&str> = SELF.iter().filter(|item| item.required).map(|item| item.name).collect();
        assert_eq!(required, [KEY, "氏", "名", "氏(カナ)", "名(カナ)", "性別", "生年月日"]);
    }
}
