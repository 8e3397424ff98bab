//! Lists by pages: `?page=1&per_page=100` (`reference/mediment.md` §B2).

use std::ops::Range;

use axum::extract::Query;
use axum::http::Uri;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// The largest page; whoever asks for more gets this.
const MOST: usize = 100;

/// Which page was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    page: usize,
    per_page: usize,
}

impl Page {
    /// Reads the query; the first 100 if it asks for nothing.
    pub(super) fn of(uri: &Uri) -> Result<Self, Refusal> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| Refusal::parameter("?"))?;
        let mut wanted = Self { page: 1, per_page: MOST };
        for (name, text) in query.0 {
            let number =
                || text.parse().ok().filter(|number| *number > 0).ok_or_else(|| Refusal::parameter(&name));
            match name.as_str() {
                "page" => wanted.page = number()?,
                "per_page" => wanted.per_page = number()?.min(MOST),
                _ => return Err(Refusal::parameter(&name)),
            }
        }
        Ok(wanted)
    }

    /// The places of the page in a list of `total`.
    pub(super) fn range(self, total: usize) -> Range<usize> {
        let start = (self.page - 1).saturating_mul(self.per_page).min(total);
        start..start.saturating_add(self.per_page).min(total)
    }

    /// The answer with these entries.
    pub(super) fn answer(self, list: &str, entries: Vec<Value>, total: usize) -> Value {
        let mut answer = Map::new();
        answer.insert(list.into(), entries.into());
        answer.insert("page".into(), json!(self.page));
        answer.insert("per_page".into(), json!(self.per_page));
        answer.insert("total_count".into(), json!(total));
        answer.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<Page, Refusal> {
        Page::of(&format!("/employees?{query}").parse().expect("a path"))
    }

    #[test]
    fn a_page_is_a_range_and_the_last_one_is_short() {
        assert_eq!(page("").map(|page| page.range(234)), Ok(0..100));
        assert_eq!(page("page=3&per_page=100").map(|page| page.range(234)), Ok(200..234));
        assert_eq!(page("page=4").map(|page| page.range(234)), Ok(234..234));
        assert_eq!(page("per_page=500").map(|page| page.range(234)), Ok(0..100));
        assert_eq!(page("page=18446744073709551615").map(|page| page.range(234)), Ok(234..234));
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for query in ["page=0", "page=-1", "page=x", "per_page=0", "per_page=", "limit=10", "page=1.0"] {
            assert_eq!(page(query).map_err(|refusal| refusal.code), Err("invalid_parameter"), "{query}");
        }
    }
}
