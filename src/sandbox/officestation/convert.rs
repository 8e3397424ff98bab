//! What the service makes of a value before it checks it (`reference/officestation-api.md` §4.7).

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::rules::Kind;
use crate::sandbox::people::PREFECTURES;

/// The value as the service would keep it: without surrounding spaces, kana full-width, an address in 都道府県
/// cut to its prefecture, `YYYY/MM/DD` as `YYYY-MM-DD`.
pub(super) fn convert(kind: Kind, value: &str) -> String {
    let value = value.trim();
    match kind {
        Kind::Kana | Kind::AddressKana => widen_kana(value),
        Kind::Prefecture => prefecture(value),
        Kind::Date | Kind::PastDate => iso_date(value),
        _ => value.to_owned(),
    }
}

/// Half-width katakana become full-width ones; a sound mark joins the letter before it. Other characters stay.
fn widen_kana(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut half = String::new();
    for c in value.chars() {
        if ('\u{ff65}'..='\u{ff9f}').contains(&c) {
            half.push(c);
        } else {
            out.extend(half.drain(..).nfkc());
            out.push(c);
        }
    }
    out.extend(half.nfkc());
    out
}

fn prefecture(value: &str) -> String {
    let found = PREFECTURES.iter().find(|name| value.starts_with(**name));
    found.map_or_else(|| value.to_owned(), ToString::to_string)
}

fn iso_date(value: &str) -> String {
    let day = NaiveDate::parse_from_str(value, "%Y/%m/%d").ok().filter(|_| value.len() == 10);
    day.map_or_else(|| value.to_owned(), |day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_kana_become_full_width() {
        assert_eq!(convert(Kind::Kana, " ﾔﾏﾀﾞ ﾀﾛｰ "), "ヤマダ タロー");
        assert_eq!(convert(Kind::AddressKana, "ﾁﾖﾀﾞｸ1-1"), "チヨダク1-1");
    }

    #[test]
    fn an_address_is_cut_to_its_prefecture_and_dates_become_iso() {
        assert_eq!(convert(Kind::Prefecture, "大阪府吹田市"), "大阪府");
        assert_eq!(convert(Kind::Prefecture, "おおさか"), "おおさか");
        assert_eq!(convert(Kind::Date, "2026/11/21"), "2026-11-21");
        assert_eq!(convert(Kind::Date, "2026/13/21"), "2026/13/21");
        assert_eq!(convert(Kind::Text, "\u{3000}東京 "), "東京");
    }
}
