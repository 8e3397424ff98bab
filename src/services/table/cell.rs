//! Whether a value may stand in a file that somebody will open with a spreadsheet.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

use super::{FileEncoding, Formulas};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellKind {
    /// Text: a leading `-` is suspicious.
    #[default]
    Text,
    /// Numbers, which may be negative.
    Number,
}

/// Why a value may not stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadCell {
    /// A spreadsheet might run it.
    Formula,
    /// The encoding lacks a character of it.
    Unmappable,
}

/// How cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Writing {
    /// The file's encoding.
    pub encoding: FileEncoding,
    /// What is done with formulas.
    pub formulas: Formulas,
}

impl Writing {
    /// The cell of a value as it will stand in the file.
    ///
    /// # Errors
    /// [`BadCell`] if it may not stand there.
    pub fn cell<'a>(&self, value: &'a str, kind: CellKind) -> Result<Cow<'a, str>, BadCell> {
        let suspicious = is_suspicious(value) && !(kind == CellKind::Number && is_number(value));
        let cell = match self.formulas {
            _ if !suspicious => Cow::Borrowed(value),
            Formulas::Quote => Cow::Owned(format!("'{value}")),
            Formulas::Refuse => return Err(BadCell::Formula),
        };
        // A NUL can't be read again.
        if cell.contains('\0') || (self.encoding == FileEncoding::Cp932 && cp932(&cell).is_none()) {
            return Err(BadCell::Unmappable);
        }
        Ok(cell)
    }
}

/// The cell of a value in a file that nobody imports: what a spreadsheet might run is quoted.
pub fn shown(value: &str) -> Cow<'_, str> {
    if is_suspicious(value) { Cow::Owned(format!("'{value}")) } else { Cow::Borrowed(value) }
}

/// True for what spreadsheets may take for a formula: also in full width, which Japanese ones read as the same.
fn is_suspicious(value: &str) -> bool {
    const FULL_WIDTH: [char; 4] = ['\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];
    value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) || value.starts_with(FULL_WIDTH)
}

fn is_number(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = value.strip_prefix('-').unwrap_or(value);
    match bare.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(bare),
    }
}

/// The bytes of a whole file whose cells were looked at before; `None` if a character is missing in the encoding all the same.
pub(super) fn encode(text: &str, encoding: FileEncoding) -> Option<Vec<u8>> {
    match encoding {
        FileEncoding::Utf8Bom => Some([b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        FileEncoding::Cp932 => cp932(text).map(Cow::into_owned),
    }
}

/// The bytes of a text that reads the same afterwards. The encoder takes some characters for others in silence (`\u{A5}` for a backslash,
/// `\u{203E}` for a tilde, `\u{2212}` for `\u{FF0D}`): a value would change, or begin like a formula only in the file.
fn cp932(text: &str) -> Option<Cow<'_, [u8]>> {
    let (bytes, _, lacking) = SHIFT_JIS.encode(text);
    let again = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes);
    (!lacking && again.as_deref() == Some(text)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTF_8: Writing = Writing { encoding: FileEncoding::Utf8Bom, formulas: Formulas::Refuse };

    #[test]
    fn what_a_spreadsheet_might_run_is_refused_or_quoted() {
        for value in ["=1+1", "+81-3-0000", "-1", "@SUM(A1)", "\tx", "\r", "\nx", "-"] {
            assert_eq!(UTF_8.cell(value, CellKind::Text), Err(BadCell::Formula), "{value:?}");
            let quoting = Writing { formulas: Formulas::Quote, ..UTF_8 };
            assert_eq!(quoting.cell(value, CellKind::Text).unwrap(), format!("'{value}"));
        }
        for value in ["", "A-1", "03-0000-0000", "山田=太郎", "'=1"] {
            assert_eq!(UTF_8.cell(value, CellKind::Text).unwrap(), value);
        }
    }

    #[test]
    fn a_formula_in_full_width_is_one_too_in_either_encoding() {
        let cp932 = Writing { encoding: FileEncoding::Cp932, ..UTF_8 };
        for value in ["\u{FF1D}1+1", "\u{FF0B}1", "\u{FF0D}1", "\u{FF20}SUM"] {
            for writing in [UTF_8, cp932] {
                assert_eq!(writing.cell(value, CellKind::Text), Err(BadCell::Formula), "{value:?}");
                assert_eq!(writing.cell(value, CellKind::Number), Err(BadCell::Formula), "{value:?}");
            }
            assert_eq!(shown(value), format!("'{value}"));
        }
        assert_eq!(UTF_8.cell("山田\u{FF1D}太郎", CellKind::Text).unwrap(), "山田\u{FF1D}太郎");
    }

    #[test]
    fn a_number_column_may_go_below_zero_and_nothing_else() {
        for value in ["-1", "-12.5", "0"] {
            assert_eq!(UTF_8.cell(value, CellKind::Number).unwrap(), value);
        }
        for value in ["-", "-1+1", "-.5", "+1", "=1"] {
            assert_eq!(UTF_8.cell(value, CellKind::Number), Err(BadCell::Formula), "{value}");
        }
    }

    #[test]
    fn a_character_that_the_encoding_lacks_is_an_error_and_never_a_question_mark() {
        let cp932 = Writing { encoding: FileEncoding::Cp932, formulas: Formulas::Refuse };
        assert_eq!(cp932.cell("髙橋①", CellKind::Text).unwrap(), "髙橋①");
        for value in ["𠮷田", "한", "😀", "é"] {
            assert_eq!(cp932.cell(value, CellKind::Text), Err(BadCell::Unmappable), "{value}");
            assert_eq!(UTF_8.cell(value, CellKind::Text).unwrap(), value);
        }
    }

    #[test]
    fn a_character_that_the_encoding_would_change_is_refused_and_never_changed() {
        let cp932 = Writing { encoding: FileEncoding::Cp932, formulas: Formulas::Refuse };
        let quoting = Writing { formulas: Formulas::Quote, ..cp932 };
        // The last would begin like a formula only in the file.
        for value in ["\u{A5}500", "A\u{203E}B", "3\u{2212}1", "\u{2212}1"] {
            for writing in [cp932, quoting] {
                assert_eq!(writing.cell(value, CellKind::Text), Err(BadCell::Unmappable), "{value:?}");
            }
            assert_eq!(UTF_8.cell(value, CellKind::Text).unwrap(), value);
            assert_eq!(encode(value, FileEncoding::Cp932), None, "{value:?}");
        }
        for value in ["\\500", "A~B", "3\u{FF0D}1", "\u{FFE5}500", "ｱｲｳ", "髙﨑①"] {
            assert_eq!(cp932.cell(value, CellKind::Text).unwrap(), value);
        }
    }
}
