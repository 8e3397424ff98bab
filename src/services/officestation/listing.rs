//! Walking the pages of a list that may change meanwhile (`reference/officestation-api.md` §4.4).

use std::collections::HashSet;

use super::read::{Entry, Page};
use super::wire;
use crate::services::ServiceError;

/// What one walk or two brought.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The records, each once.
    pub(super) entries: Vec<Entry>,
    /// How many the service says there are, if that is another number.
    pub(super) announced: Option<usize>,
    /// True if the list changed while it was walked: somebody may have slipped from one page to another unseen.
    pub(super) moved: bool,
}

/// Reads every page, and once more from the first one if what came is not what was announced.
pub(super) async fn read_all<F>(fetch: impl Fn(usize) -> F) -> Result<Listing, ServiceError>
where
    F: Future<Output = Result<Page, ServiceError>>,
{
    let first = walk(&fetch).await?;
    if first.is_complete() {
        return Ok(first.listing());
    }
    drop(first);
    Ok(walk(&fetch).await?.listing())
}

/// One walk from the first page to the first short one.
#[derive(Debug, Default)]
struct Walk {
    entries: Vec<Entry>,
    total: Option<usize>,
    moved: bool,
}

impl Walk {
    fn is_complete(&self) -> bool {
        !self.moved && self.total.is_none_or(|total| total == self.entries.len())
    }

    fn listing(self) -> Listing {
        let count = self.entries.len();
        let announced = self.total.filter(|total| *total != count);
        Listing { announced, entries: self.entries, moved: self.moved }
    }
}

async fn walk<F>(fetch: &impl Fn(usize) -> F) -> Result<Walk, ServiceError>
where
    F: Future<Output = Result<Page, ServiceError>>,
{
    let mut walk = Walk::default();
    let mut seen: HashSet<Box<str>> = HashSet::new();
    for number in 1.. {
        let page = fetch(number).await?;
        walk.moved |= number > 1 && page.total != walk.total;
        walk.total = page.total;
        // A service that allows less than was asked for says so.
        let size = page.size.filter(|size| *size > 0).map_or(wire::PER_PAGE, |size| size.min(wire::PER_PAGE));
        let short = page.entries.len() < size;
        let before = walk.entries.len();
        for mut entry in page.entries {
            // The id is needed no longer, and 100,000 of them would lie between the rows.
            let id = std::mem::take(&mut entry.id);
            if id.is_empty() || seen.insert(id.into()) {
                walk.entries.push(entry);
            }
        }
        // A full page of nothing new comes from a service that ignores the page's number.
        if short || walk.entries.len() == before {
            break;
        }
    }
    Ok(walk)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::vec::IntoIter;

    use super::*;

    type Pages = Vec<(usize, Vec<&'static str>)>;

    /// What a service answers: one set of pages after the other, a new one each time that the first page is asked for.
    struct Script {
        walks: IntoIter<Pages>,
        pages: IntoIter<(usize, Vec<&'static str>)>,
        asked: usize,
    }

    impl Script {
        fn page(&mut self, number: usize) -> Page {
            self.asked += 1;
            if number == 1 {
                self.pages = self.walks.next().expect("no further walk is due").into_iter();
            }
            let (total, ids) = self.pages.next().expect("no further page is due");
            let entry = |id: &&str| Entry { id: (*id).into(), number: (*id).into(), ..Entry::default() };
            let entries = ids.iter().map(entry).collect();
            Page { size: Some(2), total: Some(total), entries }
        }
    }

    /// The ids that came, what is announced, and how many pages were asked for.
    async fn read(walks: Vec<Pages>) -> (String, Option<usize>, usize) {
        let script =
            RefCell::new(Script { walks: walks.into_iter(), pages: Vec::new().into_iter(), asked: 0 });
        let listing =
            read_all(|number| std::future::ready(Ok(script.borrow_mut().page(number)))).await.unwrap();
        let ids = listing.entries.into_iter().map(|entry| entry.number).collect();
        (ids, listing.announced, script.into_inner().asked)
    }

    #[tokio::test]
    async fn pages_are_read_until_a_short_one() {
        let read_3 = read(vec![vec![(3, vec!["a", "b"]), (3, vec!["c"])]]).await;
        assert_eq!(read_3, ("abc".to_owned(), None, 2));
        let read_2 = read(vec![vec![(2, vec!["a", "b"]), (2, vec![])]]).await;
        assert_eq!(read_2, ("ab".to_owned(), None, 2));
    }

    #[tokio::test]
    async fn a_list_that_moved_is_read_again_once() {
        let moved = vec![(3, vec!["a", "b"]), (4, vec!["b", "c"]), (4, vec!["d"])];
        let still = vec![(4, vec!["a", "b"]), (4, vec!["c", "d"]), (4, vec![])];
        assert_eq!(read(vec![moved, still]).await, ("abcd".to_owned(), None, 6));
    }

    #[tokio::test]
    async fn a_list_that_stays_short_says_so() {
        let short = vec![(4, vec!["a", "b"]), (4, vec!["c"])];
        assert_eq!(read(vec![short.clone(), short]).await, ("abc".to_owned(), Some(4), 4));
    }

    #[tokio::test]
    async fn a_service_that_ignores_the_page_number_ends() {
        let same = vec![(9, vec!["a", "b"]), (9, vec!["a", "b"])];
        assert_eq!(read(vec![same.clone(), same]).await, ("ab".to_owned(), Some(9), 4));
    }
}
