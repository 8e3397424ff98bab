//! Paths of requests.

/// The percent-decoded segments of a path; none if one of them is no text.
pub(crate) fn segments(path: &str) -> Option<Vec<String>> {
    path.trim_start_matches('/').split('/').map(decode).collect()
}

/// The text of a percent-encoded segment.
fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let text = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(text, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_decoded_one_by_one() {
        let decoded = segments("/demo%2Dcompany/v1/users").expect("text");
        assert_eq!(decoded, ["demo-company", "v1", "users"]);
        assert_eq!(segments("/a%2Fb/c").expect("text"), ["a/b", "c"]);
        for broken in ["/%", "/%e3%81", "/%zz"] {
            assert_eq!(segments(broken), None, "{broken}");
        }
    }
}
