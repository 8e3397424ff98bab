//! From bytes to text, strictly: a byte that stands for nothing makes the whole file unreadable.

use encoding_rs::SHIFT_JIS;

use crate::sync::FileFlaw;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The text of a file in UTF-8, with or without BOM, or else in cp932 (Windows' `Shift_JIS`).
///
/// Text that is valid UTF-8 is UTF-8: hardly any Japanese text in cp932 is valid UTF-8 by chance.
pub(super) fn decode(mut bytes: Vec<u8>) -> Result<String, FileFlaw> {
    let marked = bytes.starts_with(BOM);
    if marked {
        bytes.drain(..BOM.len());
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) if marked => return Err(FileFlaw::Encoding),
        Err(error) => SHIFT_JIS
            .decode_without_bom_handling_and_without_replacement(error.as_bytes())
            .ok_or(FileFlaw::Encoding)?
            .into_owned(),
    };
    // UTF-16 of ASCII text is valid UTF-8 full of NULs.
    if text.contains('\0') { Err(FileFlaw::Encoding) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_with_or_without_bom_and_cp932_are_told_apart() {
        let text = "従業員番号,氏\r\nA0001,髙橋①\r\n";
        let (cp932, ..) = SHIFT_JIS.encode(text);
        assert_eq!(decode(text.as_bytes().to_vec()).as_deref(), Ok(text));
        assert_eq!(decode([BOM, text.as_bytes()].concat()).as_deref(), Ok(text));
        assert_eq!(decode(cp932.into_owned()).as_deref(), Ok(text));
    }

    #[test]
    fn what_is_neither_is_refused_and_never_guessed() {
        let utf_16: Vec<u8> = "従業員番号".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked_utf_16 = [&[0xFF, 0xFE][..], &utf_16].concat();
        let ascii_utf_16: Vec<u8> = "a,b\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let broken = [BOM, b"\x81"].concat();
        for bytes in [marked_utf_16, ascii_utf_16, broken, b"a\x81\r\n".to_vec()] {
            assert_eq!(decode(bytes.clone()), Err(FileFlaw::Encoding), "{bytes:02x?}");
        }
    }
}
