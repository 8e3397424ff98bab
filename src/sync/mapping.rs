//! Which destination item is fed by which source items, by name.

use std::collections::BTreeMap;
use std::fmt;

/// A named field of a service. In Kaonavi `sheet/item`, the basic items under `基本情報`; elsewhere the sheet is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemRef {
    /// The sheet's name, `基本情報` for Kaonavi's basic items, empty for services without sheets.
    pub sheet: String,
    /// The item's bare name: what mail and history show.
    pub item: String,
}

impl ItemRef {
    /// The name of the sheet that stands for Kaonavi's basic items.
    pub const BASIC: &'static str = "基本情報";

    /// An item of a sheet.
    pub fn new(sheet: impl Into<String>, item: impl Into<String>) -> Self {
        ItemRef { sheet: sheet.into(), item: item.into() }
    }

    /// True if a name stands for the item: its bare name, or `sheet/item`.
    pub fn is_named(&self, name: &str) -> bool {
        let in_sheet = || name.strip_prefix(self.sheet.as_str())?.strip_prefix('/');
        name == self.item || (!self.sheet.is_empty() && in_sheet() == Some(self.item.as_str()))
    }
}

impl fmt::Display for ItemRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sheet.is_empty() {
            f.write_str(&self.item)
        } else {
            write!(f, "{}/{}", self.sheet, self.item)
        }
    }
}

/// What feeds a destination item. Items are source column names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// One item as it is.
    Item(String),
    /// The filled ones of several items with a separator between them (氏 + 名).
    Join {
        /// The items in order.
        items: Vec<String>,
        /// What stands between two filled ones.
        separator: String,
    },
    /// `preferred` if any item of `when_filled` is filled, else `otherwise`: 氏名 is the ビジネスネーム where there is one, and
    /// then フリガナ is its kana even if that is blank (a legal name is not to be exposed by a link, `DESIGN` §6).
    Prefer {
        /// The items that decide.
        when_filled: Vec<String>,
        /// Used if one of them is filled.
        preferred: Box<Source>,
        /// Used if none is.
        otherwise: Box<Source>,
    },
}

impl Source {
    /// Every source item that it reads, in order, each once.
    pub fn items(&self) -> Vec<&str> {
        let mut items = Vec::new();
        self.collect(&mut items);
        items
    }

    fn collect<'a>(&'a self, items: &mut Vec<&'a str>) {
        let mut add = |item: &'a str| {
            if !items.contains(&item) {
                items.push(item);
            }
        };
        match self {
            Source::Item(item) => add(item),
            Source::Join { items: parts, .. } => parts.iter().map(String::as_str).for_each(add),
            Source::Prefer { when_filled, preferred, otherwise } => {
                when_filled.iter().map(String::as_str).for_each(&mut add);
                preferred.collect(items);
                otherwise.collect(items);
            }
        }
    }
}

/// How two texts are found to be the same although they differ (`DESIGN` §6 "Same or not").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Text {
    /// Equal only if equal.
    #[default]
    Plain,
    /// Equal after NFKC without spaces.
    Name,
    /// Equal in full-width katakana without spaces.
    Kana,
    /// Equal without hyphens: 電話番号, 郵便番号.
    Digits,
    /// Equal after NFKC whatever the case: メールアドレス.
    Mail,
}

/// What a blank source item does to the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlankPolicy {
    /// The destination keeps its value.
    #[default]
    Keep,
    /// The destination's value is cleared.
    Clear,
}

/// One line of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemMapping {
    /// The destination item.
    pub target: ItemRef,
    /// What feeds it.
    pub source: Source,
    /// Source value → destination value, applied before anything else; empty by default.
    pub value_map: BTreeMap<String, String>,
    /// How sameness is judged.
    pub text: Text,
    /// Overrides the flow's policy for this item.
    pub blank: Option<BlankPolicy>,
    /// The items of one group are one value (an address; a name with its kana): if one part changes, blank parts are cleared.
    pub group: Option<String>,
    /// A 12-digit value with a valid check digit is allowed here (`DESIGN` §6 マイナンバー).
    pub allow_mynumber: bool,
    /// Only people who are created get the item: 氏名 where the requirement's table doesn't list it.
    pub create_only: bool,
    /// A change of many people in this item does not trip the item guard (事業所, 所属部署1).
    pub guard_exempt: bool,
}

/// The mapping of one flow. The key (社員番号) is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// 本人情報: basic items and single-record sheets, in mapping order (the order of error lines).
    pub self_items: Vec<ItemMapping>,
    /// 扶養家族情報: items of one multi-record sheet.
    pub dependents: Vec<ItemMapping>,
}

impl Mapping {
    /// Every source item that 本人情報 reads, each once; [`Rules::source_items`](super::Rules::source_items) adds what a plan needs beside.
    pub fn source_items(&self) -> Vec<&str> {
        unique(self.self_items.iter().flat_map(|line| line.source.items()))
    }

    /// Every destination item in mapping order, 本人情報 first.
    pub fn targets(&self) -> impl Iterator<Item = &ItemRef> {
        self.self_items.iter().chain(&self.dependents).map(|line| &line.target)
    }
}

/// Each of them once, in order.
pub(super) fn unique<T: PartialEq>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut unique = Vec::new();
    for one in all {
        if !unique.contains(&one) {
            unique.push(one);
        }
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_goes_by_its_bare_name_and_by_its_sheets() {
        let row = ItemRef::new("扶養", "同居/別居");
        for name in ["同居/別居", "扶養/同居/別居"] {
            assert!(row.is_named(name), "{name}");
        }
        for name in ["別居", "本人/同居/別居", "扶養同居/別居", "扶養/", "/同居/別居", ""]
        {
            assert!(!row.is_named(name), "{name}");
        }
        let bare = ItemRef::new("", "氏");
        assert!(bare.is_named("氏") && !bare.is_named("/氏"));
    }
}
