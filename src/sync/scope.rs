//! Who is linked: a person's class by 入社日 and 退職日 (`reference/officestation-kaonavi-link.md` §3).

use chrono::NaiveDate;

use super::date::parse_date;
use super::{Cell, ItemRef, Source, TodoRoles};

/// What a person is on the day of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 入社予定者: joins tomorrow or later.
    Joining,
    /// 現職者: everybody else, also who has neither date.
    Active,
    /// 退職者: left yesterday or earlier.
    Retired,
}

/// The class of a person with these dates. Who is both is 退職者.
pub fn classify(hire: Option<NaiveDate>, retire: Option<NaiveDate>, today: NaiveDate) -> Class {
    if retire.is_some_and(|day| day < today) {
        Class::Retired
    } else if hire.is_some_and(|day| day > today) {
        Class::Joining
    } else {
        Class::Active
    }
}

/// Which classes a flow links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// 入社予定者 and 現職者.
    #[default]
    Working,
    /// 退職者 too.
    Everyone,
}

impl Scope {
    /// True if people of this class are linked.
    pub fn includes(self, class: Class) -> bool {
        match self {
            Scope::Working => class != Class::Retired,
            Scope::Everyone => true,
        }
    }
}

/// The columns that play a part of their own, mapped or not, and who is in scope. A flow gives them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// Whom the flow links.
    pub scope: Scope,
    /// How somebody of the source is found in the destination.
    pub matching: Matching,
    /// Which guards the flow asks.
    pub guarded: Guarded,
    /// The source's side.
    pub source: SourceRoles,
    /// The destination's side.
    pub destination: DestinationRoles,
    /// 要対応 that the flow looks for.
    pub todo: TodoRoles,
}

/// How somebody of the source is found in the destination.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Matching {
    /// By 社員番号 alone.
    #[default]
    Code,
    /// By 社員番号, or by 氏名 and メールアドレス together (`reference/mediment.md` D1).
    Identity(Box<IdentityRoles>),
}

/// What tells who somebody is, on both sides, and what becomes of whom the destination doesn't know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityRoles {
    /// The source's columns.
    pub source: IdentityItems,
    /// The destination's columns.
    pub destination: IdentityItems,
    /// What becomes of somebody whom the destination doesn't know.
    pub unknown: Unknown,
    /// Whether doubt about who somebody is holds the person (E05, E23).
    pub doubt: Doubt,
}

/// The columns that tell who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdentityItems {
    /// 社員番号.
    pub number: String,
    /// 姓 and 名.
    pub name: [String; 2],
    /// The kana of 名: a marriage doesn't change it.
    pub first_kana: String,
    /// メールアドレス.
    pub mail: String,
    /// 入社日.
    pub hire: String,
}

impl IdentityItems {
    /// True if people are found by this column: nobody may be created without it, or would be created again.
    pub(super) fn tells(&self, column: &str) -> bool {
        [&self.number, &self.name[0], &self.name[1], &self.mail].into_iter().any(|item| item == column)
    }
}

/// What becomes of somebody whom the destination doesn't know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Created, unless a day of leaving is registered.
    Create(FutureLeaver),
    /// 対象外 with this reason: the flow creates nobody.
    Skip(&'static str),
}

/// What somebody unknown with a day of leaving that is still to come is (`reference/mediment.md` E08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FutureLeaver {
    /// 対象外 like everybody with a 退職年月日: the requirement's words.
    #[default]
    Skip,
    /// Created.
    Create,
}

/// What doubt about who somebody is does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Doubt {
    /// The person is held until somebody decides.
    #[default]
    Hold,
    /// Nothing: the requirement to the letter (`strict_seed`).
    Ignore,
}

/// Which guards a flow asks (`DESIGN` §6 "Safety").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Guarded {
    /// All.
    #[default]
    Changes,
    /// Only whether both sides were read whole: monthly rows are new in every month.
    Reading,
}

/// The source items that play a part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceRoles {
    /// 入社年月日: scope, and who counts as a joiner for the creation guard.
    pub hire: Option<String>,
    /// 退職年月日: scope.
    pub retire: Option<String>,
    /// A column of the flow's own that says why somebody is 対象外, in the words of [`exclusion`]; blank for everybody else.
    pub excluded: Option<String>,
    /// フリガナ: near-duplicates.
    pub kana: Option<Source>,
    /// 生年月日: near-duplicates.
    pub birthday: Option<Source>,
}

/// Why a flow itself leaves somebody out: attendance that can't be sent (`reference/mediment.md` T04, T09, T13). `None` for any other word.
pub fn exclusion(word: &str) -> Option<&'static str> {
    ["no_monthly_row", "no_data", "not_closed"].into_iter().find(|known| *known == word)
}

/// The destination items that play a part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DestinationRoles {
    /// The destination's name in lines for staff.
    pub service: &'static str,
    /// What it takes for a key, where that is to be checked before somebody is created.
    pub key: Option<KeyRole>,
    /// 退職日: a blank source clears it unless its mapping says otherwise (a withdrawn resignation).
    pub retire: Option<ItemRef>,
    /// A blank source keeps these whatever policy and mapping say: 退職年月日 of OfficeStation.
    pub kept: Vec<ItemRef>,
    /// 入社年月日 and 退職年月日, where the destination refuses a day of leaving before the day of joining.
    pub span: Option<[ItemRef; 2]>,
    /// 氏名: sent with every creation, also where a job names other items.
    pub name: Option<ItemRef>,
    /// フリガナ: near-duplicates. Each is a form of a person's kana, in parts that are joined.
    pub kana: Vec<Vec<ItemRef>>,
    /// 生年月日: near-duplicates.
    pub birthday: Option<ItemRef>,
    /// Names that the destination keeps in two parts, if it does.
    pub names: Option<NameRoles>,
}

/// The destination's key, 従業員番号.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRole {
    /// The item as lines name it.
    pub item: String,
    /// The longest key in characters.
    pub max_length: usize,
}

/// The items of names that the destination keeps in two parts, 氏 and 名 (`DESIGN` §6 "Same or not").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRoles {
    /// 氏 and 名.
    pub legal: [ItemRef; 2],
    /// Their kana.
    pub legal_kana: [ItemRef; 2],
    /// ビジネスネーム.
    pub business: [ItemRef; 2],
    /// Its kana.
    pub business_kana: [ItemRef; 2],
    /// Names in two parts that play no such part (緊急連絡先).
    pub others: Vec<[ItemRef; 2]>,
}

impl NameRoles {
    /// What has to be known of a person before any name is written.
    pub(super) fn held(&self) -> impl Iterator<Item = &ItemRef> {
        self.legal.iter().chain(&self.business)
    }

    /// The other part of a name.
    pub(super) fn partner(&self, item: &ItemRef) -> Option<&ItemRef> {
        let pairs = [&self.legal, &self.legal_kana, &self.business, &self.business_kana];
        pairs.into_iter().chain(&self.others).find_map(|[last, first]| {
            if item == last { Some(first) } else { (item == first).then_some(last) }
        })
    }
}

/// The day in a cell; `None` if it holds none or no day.
pub(super) fn day(cell: Cell<'_>) -> Option<NaiveDate> {
    parse_date(cell.text()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<NaiveDate> {
        parse_date(text)
    }

    #[test]
    fn the_days_of_joining_and_leaving_are_working_days() {
        let today = date("2026-11-21").unwrap();
        let class = |hire: &str, retire: &str| classify(date(hire), date(retire), today);
        assert_eq!(class("2026-11-21", ""), Class::Active);
        assert_eq!(class("2026-11-22", ""), Class::Joining);
        assert_eq!(class("2015-04-01", "2026-11-21"), Class::Active);
        assert_eq!(class("2015-04-01", "2026-11-20"), Class::Retired);
        assert_eq!(class("", ""), Class::Active);
        assert_eq!(class("2026-12-01", "2026-11-01"), Class::Retired, "退職者 wins where both hold");
    }
}
