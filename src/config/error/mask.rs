//! What excerpts must not show, blacked out.
//!
//! Everything is hidden but what is known to be harmless: the values of the keys in [`names`], and where a secret's reference points to.
//! A misspelt key's value, a comment, an anchor, a value without a key: all hidden. It works on text, not on YAML, for it must also
//! hold for a file that cannot be parsed; where it misreads one, it hides too much.
//!
//! Every character is replaced by one of as many bytes, so that lines, columns and offsets stay what they are.

mod names;
mod scan;
#[cfg(test)]
mod tests;

use std::ops::Range;

/// A text without what must not be shown.
#[derive(Debug)]
pub(super) struct Masked {
    /// The text, as long as it was.
    pub(super) text: String,
    /// The bytes that were replaced, in order.
    hidden: Vec<Range<usize>>,
}

impl Masked {
    pub(super) fn new(text: &str) -> Self {
        let hidden = scan::hidden(text);
        let mut masked = String::with_capacity(text.len());
        let mut shown = 0;
        for range in &hidden {
            masked.push_str(&text[shown..range.start]);
            masked.extend(text[range.clone()].chars().map(star));
            shown = range.end;
        }
        masked.push_str(&text[shown..]);
        Masked { text: masked, hidden }
    }

    /// True if what stands at a byte is hidden.
    pub(super) fn hides(&self, offset: usize) -> bool {
        self.hidden.iter().any(|range| range.contains(&offset))
    }

    /// A message without the quotations, in backquotes, that the masked text would not show. The name of a key may always stay.
    pub(super) fn purged(&self, message: &str) -> String {
        let piece = |(place, piece): (usize, &str)| {
            let quoted = place % 2 == 1;
            let shown = !quoted || names::is_key(piece) || self.text.contains(piece);
            if shown { piece.to_owned() } else { "…".to_owned() }
        };
        message.split('`').enumerate().map(piece).collect::<Vec<_>>().join("`")
    }
}

/// A placeholder of as many bytes.
fn star(character: char) -> char {
    match character {
        '\n' | '\r' => character,
        _ => match character.len_utf8() {
            1 => '*',
            2 => '×',
            3 => '＊',
            _ => '🞶',
        },
    }
}
