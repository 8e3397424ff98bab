//! One page of a list and its headers (`reference/hrmos-kintai-api.md` §3).

use std::fmt::Write as _;

use serde_json::Value;

use super::query::Filters;
use crate::sandbox::random::Random;

/// How lists are cut into pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Paging {
    /// By id, the same at every request.
    #[default]
    Steady,
    /// Every page holds whom it should, in another order at every request.
    Shuffled,
    /// Every page but the first begins with the last row of the one before once more.
    Repeating,
    /// The whole list is in another order at every request, so rows come twice or not at all.
    Unstable,
    /// The total is one more at every request.
    Growing,
}

impl Paging {
    /// The way of this name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "steady" => Some(Self::Steady),
            "shuffled" => Some(Self::Shuffled),
            "repeating" => Some(Self::Repeating),
            "unstable" => Some(Self::Unstable),
            "growing" => Some(Self::Growing),
            _ => None,
        }
    }
}

/// A page, and how many rows there are.
#[derive(Debug, PartialEq)]
pub(super) struct Page {
    pub(super) rows: Vec<Value>,
    pub(super) total: usize,
}

/// The page of `items` that `filters` ask for; `turn` counts the lists that were answered so far.
pub(super) fn cut<T>(
    mut items: Vec<T>,
    filters: &Filters,
    paging: Paging,
    turn: u64,
    render: impl FnMut(T) -> Value,
) -> Page {
    let mut total = items.len();
    let mut random = Random::of(turn, 0);
    if paging == Paging::Unstable {
        random.shuffle(&mut items);
    }
    let begin = (filters.page - 1).saturating_mul(filters.limit).min(total);
    let end = begin.saturating_add(filters.limit).min(total);
    let repeated = usize::from(paging == Paging::Repeating && begin > 0 && begin < end);
    items.truncate(end);
    let mut page: Vec<T> = items.drain(begin - repeated..).collect();
    match paging {
        Paging::Shuffled => random.shuffle(&mut page),
        Paging::Growing => total += usize::try_from(turn).unwrap_or(0),
        Paging::Steady | Paging::Repeating | Paging::Unstable => {}
    }
    Page { rows: page.into_iter().map(render).collect(), total }
}

/// How many pages there are; none of an empty list.
pub(super) fn pages(total: usize, limit: usize) -> usize {
    total.div_ceil(limit)
}

/// The `Link` header (RFC 5988) of a page; `url` is the list's, without a query.
pub(super) fn link(url: &str, filters: &Filters, total: usize) -> String {
    let last = pages(total, filters.limit).max(1);
    let mut query = String::new();
    for (name, value) in &filters.others {
        // Writing to a text can't fail.
        let _ = write!(query, "&{}={}", encode(name), encode(value));
    }
    let mut links = vec![("first", 1)];
    if filters.page > 1 {
        links.push(("previous", (filters.page - 1).min(last)));
    }
    if filters.page < last {
        links.push(("next", filters.page + 1));
    }
    links.push(("last", last));
    let limit = filters.limit;
    let one =
        |(name, page): (&str, usize)| format!("<{url}?page={page}&limit={limit}{query}>; rel=\"{name}\"");
    links.into_iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Percent-encodes all but letters, digits and `-._~`.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn filters(page: usize, limit: usize) -> Filters {
        let pairs = [("page".to_owned(), page.to_string()), ("limit".to_owned(), limit.to_string())];
        Filters::read(&pairs).expect("good filters")
    }

    fn rows(page: usize, paging: Paging, turn: u64) -> Vec<u64> {
        let page = cut((1..=101_u64).collect(), &filters(page, 50), paging, turn, |id| json!(id));
        page.rows.iter().map(|row| row.as_u64().expect("a number")).collect()
    }

    #[test]
    fn the_last_page_is_short_and_there_is_nothing_behind_it() {
        assert_eq!(rows(3, Paging::Steady, 0), [101]);
        assert_eq!(rows(4, Paging::Steady, 0), Vec::<u64>::new());
        assert_eq!(rows(usize::MAX, Paging::Steady, 0), Vec::<u64>::new());
        assert_eq!((pages(0, 50), pages(100, 50), pages(101, 50)), (0, 2, 3));
    }

    #[test]
    fn shuffled_pages_hold_the_same_rows_and_unstable_ones_do_not() {
        let all = |paging| (1..=3).flat_map(|page| rows(page, paging, page as u64)).collect::<BTreeSet<_>>();
        assert_eq!(all(Paging::Shuffled).len(), 101);
        assert_ne!(rows(1, Paging::Shuffled, 1), rows(1, Paging::Shuffled, 2));
        assert!(all(Paging::Unstable).len() < 101);
    }

    #[test]
    fn a_repeating_page_begins_with_the_row_before() {
        assert_eq!(rows(1, Paging::Repeating, 0).len(), 50);
        assert_eq!(rows(2, Paging::Repeating, 0)[..2], [50, 51]);
        assert_eq!(rows(3, Paging::Repeating, 0), [100, 101]);
        assert_eq!(rows(4, Paging::Repeating, 0), Vec::<u64>::new());
    }

    #[test]
    fn links_name_what_applies_and_keep_the_filters() {
        let mut middle = filters(2, 50);
        middle.others = vec![("from".into(), "2018-09-01T00:00:00+09:00".into())];
        let link = link("http://h/users", &middle, 101);
        let from = "&from=2018-09-01T00%3A00%3A00%2B09%3A00";
        let one = |page, name| format!("<http://h/users?page={page}&limit=50{from}>; rel=\"{name}\"");
        let wanted = [one(1, "first"), one(1, "previous"), one(3, "next"), one(3, "last")].join(", ");
        assert_eq!(link, wanted);
    }
}
