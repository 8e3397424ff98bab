//! Numbers in one spelling, as decimal text: no float ever touches a salary.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The number in its shortest spelling: no thousands separators, full-width digits, leading zeros, nor zeros after the last
/// decimal; `None` if the text is no decimal number.
pub(super) fn number(text: &str) -> Option<Cow<'_, str>> {
    if is_shortest(text) {
        return Some(Cow::Borrowed(text));
    }
    let plain: String = text.trim().nfkc().filter(|c| *c != ',').collect();
    let (negative, digits) = match plain.strip_prefix(['-', '−']) {
        Some(digits) => (true, digits),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(decimals) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let decimals = decimals.trim_end_matches('0');
    let mut number = String::with_capacity(plain.len());
    if negative && !(whole.is_empty() && decimals.is_empty()) {
        number.push('-');
    }
    number.push_str(if whole.is_empty() { "0" } else { whole });
    if !decimals.is_empty() {
        number.push('.');
        number.push_str(decimals);
    }
    Some(Cow::Owned(number))
}

/// True for `0` and integers without a leading zero: nearly every number of a run.
fn is_shortest(text: &str) -> bool {
    text == "0"
        || (text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() && !text.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        for (text, spelling) in [
            ("300000", "300000"),
            ("300,000", "300000"),
            ("３００，０００", "300000"),
            ("1,234.50", "1234.5"),
            ("-0.0", "0"),
            ("−5", "-5"),
            ("+7", "7"),
            ("007", "7"),
            ("0.10", "0.1"),
            (" 12 ", "12"),
            ("0", "0"),
        ] {
            assert_eq!(number(text).as_deref(), Some(spelling), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_guessed() {
        for text in ["", "-", "1.2.3", "1.", ".5", "12円", "1e5", "一", "NaN", "1 000"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
