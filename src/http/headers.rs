//! What an answer's headers say of its body.

use reqwest::header::HeaderMap;

/// The headers of one answer, for the seed that reads its body.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'a>(pub(super) &'a HeaderMap);

impl Headers<'_> {
    /// The number that a header holds, such as `X-Total-Count`; `None` if it isn't there or holds something else.
    pub fn number(self, name: &str) -> Option<usize> {
        self.0.get(name)?.to_str().ok()?.trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_header_is_a_number_or_nothing() {
        for (value, number) in
            [("101", Some(101)), (" 7 ", Some(7)), ("-1", None), ("many", None), ("", None)]
        {
            let headers =
                HeaderMap::from_iter([("x-total-count".parse().unwrap(), HeaderValue::from_static(value))]);
            assert_eq!(Headers(&headers).number("X-Total-Count"), number, "{value:?}");
            assert_eq!(Headers(&headers).number("X-Total-Page"), None);
        }
    }
}
