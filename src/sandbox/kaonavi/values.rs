//! Whether a value may be written to an item, and the form in which it is kept (`reference/kaonavi-api.md`
//! §8.3).

use std::borrow::Cow;

use chrono::NaiveDate;
use serde_json::Value;

use super::layout::{Field, Kind};
use super::problems::{Place, Problems};

/// Which forms of a date are accepted on write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dates {
    /// `YYYY-MM-DD` only.
    Strict,
    /// `YYYY/MM/DD` too.
    Lenient,
}

/// Reads a value that has to be a string; `null` is refused.
pub(super) fn text<'a>(value: &'a Value, place: &Place<'_>, problems: &mut Problems) -> Option<&'a str> {
    let text = value.as_str();
    if text.is_none() {
        problems.add(place, "文字列で指定してください。");
    }
    text
}

/// Checks one value; blank is always fine here. Returns the form to keep.
pub(super) fn check<'a>(field: &Field, value: &'a str, dates: Dates) -> Result<Cow<'a, str>, String> {
    let name = &field.name;
    if field.kind.read_only() {
        return Err(format!("{name}は更新できません。"));
    }
    if value.is_empty() {
        return Ok(Cow::Borrowed(value));
    }
    match field.kind {
        Kind::Date => {
            date(value, dates).ok_or_else(|| format!("{name}には有効な日付を指定してください。「{value}」"))
        }
        Kind::PullDown | Kind::CheckBox if !field.choices.iter().any(|choice| choice == value) => {
            Err(format!("選択された{name}は正しくありません。「{value}」"))
        }
        _ => {
            if let Some(max) = field.max_length
                && value.chars().count() > max
            {
                return Err(format!("{name}は、{max}文字以下で指定してください。"));
            }
            if field.key == "mail" && !is_mail_address(value) {
                return Err(format!("{name}には、有効なメールアドレスを指定してください。「{value}」"));
            }
            Ok(Cow::Borrowed(value))
        }
    }
}

fn date(value: &str, dates: Dates) -> Option<Cow<'_, str>> {
    let digits = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = value.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    if value.len() != 10 {
        return None;
    }
    let separator = value.get(4..5)?;
    if value.get(7..8)? != separator {
        return None;
    }
    let year = i32::try_from(digits(0..4)?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(5..7)?, digits(8..10)?)?;
    match (separator, dates) {
        ("-", _) => Some(Cow::Borrowed(value)),
        ("/", Dates::Lenient) => Some(Cow::Owned(value.replace('/', "-"))),
        _ => None,
    }
}

/// The layout does not tell that the service looks at this, so a client meets a refusal it could not foresee.
fn is_mail_address(value: &str) -> bool {
    let parts: Vec<&str> = value.split('@').collect();
    parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && !value.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_in_two_forms_and_are_kept_in_one() {
        assert_eq!(date("2026-02-28", Dates::Strict).as_deref(), Some("2026-02-28"));
        assert_eq!(date("2026/02/28", Dates::Lenient).as_deref(), Some("2026-02-28"));
        for bad in
            ["2026-02-29", "2026-2-28", "2026-02/28", "20260228", "2026/02/28 ", "令和8年2月28", "+026-02-28"]
        {
            assert_eq!(date(bad, Dates::Lenient), None, "{bad}");
        }
        assert_eq!(date("2026/02/28", Dates::Strict), None);
    }

    #[test]
    fn an_address_has_one_at_sign_and_no_spaces() {
        assert!(is_mail_address("sato@example.jp"));
        for bad in ["sato", "@example.jp", "sato@", "a@b@c", "sa to@example.jp"] {
            assert!(!is_mail_address(bad), "{bad}");
        }
    }
}
