//! What no mapping may name (`DESIGN` §6, `reference/officestation-kaonavi-link.md` §6).

use crate::sync::ItemRef;

/// Words that stand for a category which is never linked, wherever they stand in the name of a sheet or an item.
const CATEGORIES: [(&str, &str); 8] = [
    ("マイナンバー", "マイナンバー"),
    ("個人番号", "マイナンバー"),
    ("口座", "口座情報"),
    ("通勤", "通勤経路・通勤費"),
    ("履歴", "履歴情報"),
    ("所属", "所属(主務/兼務)"),
    ("兼務", "所属(主務/兼務)"),
    ("主務", "所属(主務/兼務)"),
];

/// Basic items of Kaonavi that it works out itself.
const CALCULATED: [&str; 4] = ["年齢", "勤続年数", "勤続年月", "勤続月数"];

/// Why the name of a sheet or an item is not linked, if so.
pub(super) fn category(name: &str) -> Option<String> {
    let (_, category) = CATEGORIES.iter().find(|(word, _)| name.contains(word))?;
    Some(format!("`{name}` is not linked: {category} is left out of this link"))
}

/// Why an item of Kaonavi is not linked, if so.
pub(super) fn kaonavi(item: &ItemRef) -> Option<String> {
    if let Some(reason) = category(&item.sheet).or_else(|| category(&item.item)) {
        return Some(reason);
    }
    if item.sheet == ItemRef::BASIC && CALCULATED.contains(&item.item.as_str()) {
        return Some(format!("`{item}` is read-only: Kaonavi works it out itself"));
    }
    (item.sheet == ItemRef::BASIC && item.item == "社員番号")
        .then(|| format!("`{item}` is the key: it is matched with 従業員番号 and never rewritten"))
}

/// Why a sheet cannot take the place of one of the default mapping, if so.
pub(super) fn sheet(name: &str) -> Option<String> {
    if name.trim().is_empty() || name.contains('/') {
        return Some(format!("`{name}` cannot be used as the name of a sheet here"));
    }
    (name == ItemRef::BASIC)
        .then(|| format!("`{name}` stands for Kaonavi's basic items"))
        .or_else(|| category(name))
}
