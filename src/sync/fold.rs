//! Texts reduced to what matters when two are compared. Nothing here is ever written to a service.

use unicode_normalization::UnicodeNormalization;

use super::Text;

/// True if a text holds nothing but spaces: it says no more than a blank.
pub(super) fn is_blank(text: &str) -> bool {
    // Printable ASCII settles it; other texts are settled by their first character too, but it has to be decoded.
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.chars().all(char::is_whitespace)
}

/// A code without ASCII and ideographic spaces at its ends (`reference/officestation-kaonavi-link.md` §4).
pub(super) fn trim_code(code: &str) -> &str {
    code.trim_matches([' ', '\t', '\r', '\n', '\u{3000}'])
}

/// True if two texts that differ are the same under a rule.
pub(super) fn same(mode: Text, left: &str, right: &str) -> bool {
    match mode {
        Text::Plain => left == right,
        // Most names that differ at all differ only in their space, which is cheap to see.
        Text::Name => spaceless(left).eq(spaceless(right)) || name(left).eq(name(right)),
        Text::Kana => kana(left).eq(kana(right)),
        Text::Digits => digits(left).eq(digits(right)),
        Text::Mail => mail(left) == mail(right),
    }
}

fn spaceless(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !c.is_whitespace())
}

/// NFKC without spaces.
fn name(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkc().filter(|c| !c.is_whitespace())
}

/// Full-width katakana without spaces. NFKC widens half-width katakana and joins their voicing marks.
pub(super) fn kana(text: &str) -> impl Iterator<Item = char> + '_ {
    name(text).map(|c| match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        other => other,
    })
}

/// NFKC without hyphens and spaces.
fn digits(text: &str) -> impl Iterator<Item = char> + '_ {
    name(text).filter(|c| !is_hyphen(*c))
}

/// NFKC without spaces at the ends, in lower case: what two spellings of a mail address share (`reference/mediment.md` D0).
pub(super) fn mail(text: &str) -> String {
    let text: String = text.nfkc().flat_map(char::to_lowercase).collect();
    text.trim().to_owned()
}

/// NFKC of a 社員番号 without spaces at the ends; case and leading zeros count (`reference/mediment.md` D0).
pub(super) fn number(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

/// NFKC of the parts of a name without any space.
pub(super) fn whole_name(parts: [&str; 2]) -> String {
    parts.into_iter().flat_map(name).collect()
}

/// The characters that people type for a hyphen, after NFKC.
pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | '─')
}

/// A code up to leading zeros, width and case: what near-duplicates share (`DESIGN` §6).
pub(super) fn code(text: &str) -> String {
    let folded: String = name(text).flat_map(char::to_lowercase).collect();
    let bare = folded.trim_start_matches('0');
    if bare.is_empty() && !folded.is_empty() { "0".to_owned() } else { bare.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_under_their_rule_and_no_other() {
        for (mode, left, right, expected) in [
            (Text::Plain, "山田 太郎", "山田　太郎", false),
            (Text::Name, "山田 太郎", "山田　太郎", true),
            (Text::Name, "山田太郎", "山田　太郎", true),
            (Text::Name, "ＡＢＣ株式会社", "ABC株式会社", true),
            (Text::Name, "山田 太郎", "山田 次郎", false),
            (Text::Name, "Smith", "smith", false),
            (Text::Kana, "やまだ たろう", "ヤマダタロウ", true),
            (Text::Kana, "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ　タロウ", true),
            (Text::Kana, "ヴァイオレット", "ゔぁいおれっと", true),
            (Text::Kana, "ヤマダ", "ヤマタ", false),
            (Text::Digits, "090-1111-2222", "09011112222", true),
            (Text::Digits, "１００−０００１", "100-0001", true),
            (Text::Digits, "100ー0001", "1000001", true),
            (Text::Digits, "100-0001", "100-0002", false),
            (Text::Mail, "Hanako@Example.com", "hanako@example.com ", true),
            (Text::Mail, "hanako@example.com", "hanako@example.jp", false),
        ] {
            assert_eq!(same(mode, left, right), expected, "{mode:?} {left} {right}");
        }
    }

    #[test]
    fn codes_fold_their_zeros_width_and_case() {
        assert_eq!(code("000011"), code("11"));
        assert_eq!(code("Ａ０００１"), code("a0001"));
        assert_ne!(code("A0001"), code("A1"), "only leading zeros");
        assert_eq!(code("000"), "0");
        assert_ne!(code("0"), code(""));
    }

    #[test]
    fn codes_lose_spaces_at_their_ends_only() {
        assert_eq!(trim_code("　A 1 "), "A 1");
    }
}
