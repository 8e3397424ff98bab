//! Pages: bare arrays, counted by headers (`reference/hrmos-kintai-api.md` §3).

use serde::de::{DeserializeSeed, Deserializer};

use super::wire;
use crate::http::Headers;
use crate::services::listing::Page;
use crate::services::record::{List, Null, Object};

/// Reads one page.
pub(super) struct PageSeed<R> {
    total: Option<usize>,
    pages: Option<usize>,
    reader: R,
}

impl<R> PageSeed<R> {
    /// Reads the page of an answer with these headers.
    pub(super) fn new(headers: Headers<'_>, reader: R) -> Self {
        let (total, pages) = (headers.number(wire::TOTAL_COUNT), headers.number(wire::TOTAL_PAGE));
        PageSeed { total, pages, reader }
    }
}

impl<'de, R: Object> DeserializeSeed<'de> for PageSeed<R> {
    type Value = Page<R::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Page<R::Value>, D::Error> {
        let entries = List(&self.reader, Null::Refused).deserialize(deserializer)?;
        Ok(Page { size: None, pages: self.pages, total: self.total, entries })
    }
}
