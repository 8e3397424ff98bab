//! How a destination without layouts wants its texts written: OfficeStation's items (`reference/officestation-api.md` §4.5, §4.7 and
//! `reference/officestation-kaonavi-link.md` §8).
//!
//! What the service would convert by itself is converted here, so that what is sent is what will be read the next time and a value that
//! says the same is not sent again and again.

use std::borrow::Cow;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::fold::is_hyphen;

/// How a text has to be written for the destination to take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// In any way.
    #[default]
    Any,
    /// Without spaces at its ends.
    Trimmed,
    /// Full-width katakana and spaces.
    Kana,
    /// Full-width katakana, digits, hyphens and spaces.
    AddressKana,
    /// Digits and hyphens.
    Phone,
    /// `NNN-NNNN`.
    PostalCode,
    /// One of the 47 names; an address is cut to the name it begins with.
    Prefecture,
    /// A mail address.
    Mail,
    /// A day that is not after this one, which is the day of the run.
    NotAfter(NaiveDate),
    /// A number that is not below zero.
    NotNegative,
}

/// The value in this form, as far as that can be had without guessing; `None` if it is none of the values that there are.
pub(super) fn written(form: Form, value: &str) -> Option<Cow<'_, str>> {
    let trimmed = value.trim();
    Some(match form {
        Form::Any => Cow::Borrowed(value),
        Form::Trimmed | Form::Mail | Form::NotAfter(_) | Form::NotNegative => Cow::Borrowed(trimmed),
        Form::Kana => katakana(trimmed),
        Form::AddressKana => match katakana(trimmed) {
            text if text.chars().any(is_wide_sign) => Cow::Owned(text.chars().map(narrow).collect()),
            text => text,
        },
        Form::Phone | Form::PostalCode if fits(form, trimmed) => Cow::Borrowed(trimmed),
        Form::Phone => Cow::Owned(signs(trimmed)),
        Form::PostalCode => Cow::Owned(postal_code(trimmed)),
        Form::Prefecture => Cow::Borrowed(*PREFECTURES.iter().find(|name| trimmed.starts_with(**name))?),
    })
}

/// True if the destination takes a text of this form; its length is another matter.
pub(super) fn fits(form: Form, value: &str) -> bool {
    match form {
        Form::Any | Form::Trimmed | Form::Prefecture | Form::NotAfter(_) => true,
        Form::Kana => value.chars().all(|c| is_katakana(c) || is_space(c)),
        Form::AddressKana => {
            value.chars().all(|c| is_katakana(c) || is_space(c) || c.is_ascii_digit() || c == '-')
        }
        Form::Phone => value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'),
        Form::PostalCode => value.split_once('-').is_some_and(|(area, town)| {
            let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
            digits(area, 3) && digits(town, 4)
        }),
        Form::Mail => is_mail(value),
        Form::NotNegative => !value.starts_with('-'),
    }
}

/// Full-width katakana: hiragana and half-width katakana are turned into them, everything else stays.
fn katakana(text: &str) -> Cow<'_, str> {
    let other = |c: char| is_hiragana(c) || is_half_width(c);
    if !text.chars().any(other) {
        return Cow::Borrowed(text);
    }
    let mut full = String::with_capacity(text.len());
    let mut half = String::new();
    for c in text.chars() {
        if is_half_width(c) {
            half.push(c);
            continue;
        }
        // A run of them, so that a voicing mark joins the letter before it.
        full.extend(half.drain(..).nfkc());
        full.push(if is_hiragana(c) { char::from_u32(u32::from(c) + 0x60).unwrap_or(c) } else { c });
    }
    full.extend(half.nfkc());
    Cow::Owned(full)
}

fn is_hiragana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ゝ' | 'ゞ')
}

fn is_half_width(c: char) -> bool {
    ('\u{ff65}'..='\u{ff9f}').contains(&c)
}

fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヶ' | 'ー' | '・' | 'ヽ' | 'ヾ')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{3000}')
}

/// A digit or hyphen that isn't ASCII. `ー` is a letter of kana and stays.
fn is_wide_sign(c: char) -> bool {
    ('０'..='９').contains(&c) || (is_hyphen(c) && c != '-' && c != 'ー') || c == '－'
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        c if is_wide_sign(c) => '-',
        c => c,
    }
}

/// Half-width, every hyphen an ASCII one, without spaces.
fn signs(text: &str) -> String {
    let narrow = text.nfkc().filter(|c| !c.is_whitespace());
    narrow.map(|c| if is_hyphen(c) { '-' } else { c }).collect()
}

fn postal_code(text: &str) -> String {
    let code = signs(text.trim_start_matches(|c: char| c == '〒' || c.is_whitespace()));
    match code.len() {
        7 if code.bytes().all(|byte| byte.is_ascii_digit()) => format!("{}-{}", &code[..3], &code[3..]),
        _ => code,
    }
}

fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@').filter(|(name, host)| !name.is_empty() && !host.contains('@'));
    text.bytes().all(|byte| byte.is_ascii_graphic())
        && parts.is_some_and(|(_, host)| host.contains('.') && host.split('.').all(|label| !label.is_empty()))
}

/// 氏 and 名 of a name that is written with a space, which may be ASCII or ideographic: split at the first one.
pub(super) fn split_name(name: &str) -> Option<(&str, &str)> {
    let (last, first) = name.trim().split_once(is_space)?;
    let first = first.trim_start();
    (!first.is_empty()).then_some((last, first))
}

/// 都道府県.
const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// True if a key is one that OfficeStation takes: `^[0-9A-Za-z_-]+$`.
pub(super) fn is_key(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_the_destination_wants_them() {
        for (form, value, expected) in [
            (Form::Any, " 東京 ", " 東京 "),
            (Form::Trimmed, " 東京　", "東京"),
            (Form::Kana, "やまだ", "ヤマダ"),
            (Form::Kana, "ﾔﾏﾀﾞ", "ヤマダ"),
            (Form::Kana, "ゔぁん ﾍﾞﾙｸ", "ヴァン ベルク"),
            (Form::Kana, "Smith", "Smith"),
            (Form::AddressKana, "ちよだく１－２", "チヨダク1-2"),
            (Form::AddressKana, "タワー１−１０", "タワー1-10"),
            (Form::Phone, "０３（１）２", "03(1)2"),
            (Form::Phone, "０３ー１２３４ー５６７８", "03-1234-5678"),
            (Form::PostalCode, "〒１０００００１", "100-0001"),
            (Form::PostalCode, "100-0001", "100-0001"),
            (Form::PostalCode, "10-1", "10-1"),
            (Form::Prefecture, "大阪府吹田市", "大阪府"),
            (Form::Mail, " a@example.jp ", "a@example.jp"),
        ] {
            assert_eq!(written(form, value).as_deref(), Some(expected), "{form:?} {value}");
        }
        assert_eq!(written(Form::Prefecture, "おおさか"), None);
    }

    #[test]
    fn what_the_destination_would_refuse_is_known_before() {
        for (form, value, expected) in [
            (Form::Kana, "ヤマダ　タロウ", true),
            (Form::Kana, "山田", false),
            (Form::AddressKana, "タワー1-10", true),
            (Form::AddressKana, "ABCビル", false),
            (Form::Phone, "03-1234-5678", true),
            (Form::Phone, "03(1)2", false),
            (Form::PostalCode, "1000001", false),
            (Form::Mail, "a@example.jp", true),
            (Form::Mail, "a@b@example.jp", false),
            (Form::Mail, "a@localhost", false),
            (Form::Mail, "山田@example.jp", false),
        ] {
            assert_eq!(fits(form, value), expected, "{form:?} {value}");
        }
    }

    #[test]
    fn a_name_is_split_at_its_first_space() {
        for (name, expected) in [
            ("山田　太郎", Some(("山田", "太郎"))),
            ("山田 太郎", Some(("山田", "太郎"))),
            (" 山田 　太郎 ", Some(("山田", "太郎"))),
            ("ジョン ポール スミス", Some(("ジョン", "ポール スミス"))),
            ("山田太郎", None),
            ("山田 ", None),
        ] {
            assert_eq!(split_name(name), expected, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_written_value_is_written_already(value in "[ -~ぁ-ん０-９ｦ-ﾟ−－ー〒　]{0,12}") {
            for form in [Form::Trimmed, Form::Kana, Form::AddressKana, Form::Phone, Form::PostalCode, Form::Mail] {
                let once = written(form, &value).unwrap().into_owned();
                let twice = written(form, &once).unwrap().into_owned();
                proptest::prop_assert_eq!(&once, &twice, "{:?}", form);
            }
        }
    }
}
