//! A tripwire for マイナンバー: a 個人番号 must never leave by a link (`DESIGN` §6).

use unicode_normalization::UnicodeNormalization;

use super::fold::is_hyphen;

/// True if a text is a valid 個人番号: twelve digits, in any width, with spaces or hyphens between them or not, whose last is the
/// check digit of the others.
pub(super) fn is_mynumber(text: &str) -> bool {
    // Nearly every text is ruled out by its length alone: 12 digits take 12 to 36 bytes, their separators as many again.
    if !(12..=96).contains(&text.len()) {
        return false;
    }
    let mut digits = [0u32; 12];
    let mut count = 0;
    for c in text.nfkc().filter(|c| !c.is_whitespace() && !is_hyphen(*c)) {
        let (Some(digit), Some(place)) = (c.to_digit(10), digits.get_mut(count)) else { return false };
        *place = digit;
        count += 1;
    }
    count == 12 && check_digit(&digits[..11]) == digits[11]
}

/// The check digit of eleven digits (総務省令 第85号 第5条): each times 2…7, 2…6 from the last one on, the sum taken from 11.
fn check_digit(digits: &[u32]) -> u32 {
    let weights = (2..=7).chain(2..=6);
    let sum: u32 = digits.iter().rev().zip(weights).map(|(digit, weight)| digit * weight).sum();
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_number_is_seen_in_every_spelling() {
        for text in [
            "123456789018",
            "１２３４５６７８９０１８",
            "1234-5678-9018",
            "1234 5678 9018",
            " 1234　5678－9018 ",
        ] {
            assert!(is_mynumber(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_pass() {
        for text in [
            "123456789017",
            "12345678901",
            "1234567890180",
            "09012345678",
            "A23456789018",
            "",
            "東京都港区一丁目2番",
        ] {
            assert!(!is_mynumber(text), "{text}");
        }
    }

    #[test]
    fn one_digit_of_ten_is_the_check_digit() {
        let valid = (0..10).filter(|digit| is_mynumber(&format!("98765432109{digit}"))).count();
        assert_eq!(valid, 1);
    }
}
