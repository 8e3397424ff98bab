//! What an explanation shows of a cell.

use unicode_normalization::UnicodeNormalization;

use super::model::{Seen, Values};
use crate::sync::Cell;
use crate::sync::fold::is_hyphen;

/// How many digits a マイナンバー has.
const DIGITS: usize = 12;
const MASK: &str = "************";

impl Seen {
    pub(super) fn of(cell: Cell<'_>, values: Values) -> Self {
        match cell {
            Cell::Absent => Seen::Absent,
            Cell::Blank => Seen::Blank,
            Cell::Text(text) => Seen::Text((values == Values::Shown).then(|| shown(text))),
        }
    }
}

/// A text as it may be shown.
pub(super) fn shown(text: &str) -> String {
    if may_hold_mynumber(text) { MASK.to_owned() } else { text.replace(Cell::SEPARATOR, "、") }
}

/// True if twelve digits or more stand together in a text, in any width and with spaces or hyphens between them or not. Wider than
/// what stops a value from being sent: here a mistyped number, or one with something before or after it, must not be seen either.
fn may_hold_mynumber(text: &str) -> bool {
    let folded: String = text.nfkc().filter(|c| !c.is_whitespace() && !is_hyphen(*c)).collect();
    folded.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_may_be_a_mynumber_is_masked() {
        for text in [
            "123456789018",
            "123456789017",
            "１２３４５６７８９０１８",
            "1234-5678-9018",
            "1234 5678 9018",
            "番号は1234 5678 9018です",
            "簿記\u{1f}123456789018",
            "123456789018 2026年",
        ] {
            assert_eq!(shown(text), MASK, "{text}");
        }
    }

    #[test]
    fn other_texts_are_shown_as_they_are() {
        for text in ["山田　太郎", "090-1234-5678", "12345678901", "2026-11-21", "300000"] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("簿記\u{1f}衛生管理者"), "簿記、衛生管理者");
    }

    #[test]
    fn a_hidden_text_is_only_known_to_be_there() {
        assert_eq!(Seen::of(Cell::Text("山田"), Values::Hidden), Seen::Text(None));
        assert_eq!(Seen::of(Cell::Text("山田"), Values::Shown), Seen::Text(Some("山田".to_owned())));
        assert_eq!(Seen::of(Cell::Blank, Values::Shown), Seen::Blank);
    }
}
