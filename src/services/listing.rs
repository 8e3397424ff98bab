//! Walking the pages of a list that may change meanwhile.
//!
//! A list is complete if the service announced the same count on every page and as many different records came; otherwise it is
//! read once more from the first page. Pages may repeat a record, for a list without an order may be shuffled between them.

use std::collections::HashSet;
use std::hash::Hash;

use super::ServiceError;
use crate::http::HttpError;
use crate::job::Service;

/// A record of a list.
pub(super) trait Record {
    /// What tells one record from another.
    type Id: Eq + Hash;

    /// Its id, `None` if it has none. It is asked for once and may be given away: 100,000 of them would lie between the rows.
    fn id(&mut self) -> Option<Self::Id>;
}

/// One page.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// How many records a page may hold, where the service says so.
    pub(super) size: Option<usize>,
    /// How many pages there are, where the service says so.
    pub(super) pages: Option<usize>,
    /// How many records there are in all.
    pub(super) total: Option<usize>,
    /// The records.
    pub(super) entries: Vec<T>,
}

/// What one walk or two brought.
#[derive(Debug)]
pub(super) struct Listing<T> {
    /// The records, each once.
    pub(super) entries: Vec<T>,
    /// How many the service says there are, if that is another number.
    pub(super) announced: Option<usize>,
    /// True if the list changed while it was walked: somebody may have slipped from one page to another unseen. The entries
    /// are not all then.
    moved: bool,
}

impl<T> Listing<T> {
    /// A list that changed under both walks is left for another attempt: a count that fits proves nothing then.
    ///
    /// # Errors
    /// [`ServiceError::Transient`] if it changed.
    pub(super) fn unmoved(self, service: Service, path: &str) -> Result<Self, ServiceError> {
        if self.moved { Err(changed(service, path)) } else { Ok(self) }
    }

    /// The records of a list whose completeness no guard looks at.
    ///
    /// # Errors
    /// [`ServiceError::Transient`] if it is not provably complete.
    pub(super) fn complete(self, service: Service, path: &str) -> Result<Vec<T>, ServiceError> {
        if self.announced.is_none() && !self.moved { Ok(self.entries) } else { Err(changed(service, path)) }
    }
}

fn changed(service: Service, path: &str) -> ServiceError {
    let error = HttpError::unsent("the list changed while it was read", None);
    ServiceError::of(service, &format!("GET {path}"), false, error)
}

/// Reads every page, of which each has `per_page` records at most, and once more from the first one if what came is not what
/// was announced.
pub(super) async fn read_all<T, F>(
    per_page: usize,
    fetch: impl Fn(usize) -> F,
) -> Result<Listing<T>, ServiceError>
where
    T: Record,
    F: Future<Output = Result<Page<T>, ServiceError>>,
{
    let first = walk(per_page, &fetch).await?;
    if first.is_complete() {
        return Ok(first.listing());
    }
    drop(first);
    Ok(walk(per_page, &fetch).await?.listing())
}

/// One walk from the first page to the last one.
#[derive(Debug)]
struct Walk<T> {
    entries: Vec<T>,
    total: Option<usize>,
    moved: bool,
}

impl<T> Walk<T> {
    fn is_complete(&self) -> bool {
        !self.moved && self.total.is_none_or(|total| total == self.entries.len())
    }

    fn listing(self) -> Listing<T> {
        let count = self.entries.len();
        let announced = self.total.filter(|total| *total != count);
        Listing { announced, entries: self.entries, moved: self.moved }
    }
}

async fn walk<T, F>(per_page: usize, fetch: &impl Fn(usize) -> F) -> Result<Walk<T>, ServiceError>
where
    T: Record,
    F: Future<Output = Result<Page<T>, ServiceError>>,
{
    let mut walk = Walk { entries: Vec::new(), total: None, moved: false };
    let mut seen: HashSet<T::Id> = HashSet::new();
    for number in 1.. {
        let page = fetch(number).await?;
        walk.moved = number > 1 && page.total != walk.total;
        walk.total = page.total;
        // A service that allows less than was asked for says so.
        let size = page.size.filter(|size| *size > 0).map_or(per_page, |size| size.min(per_page));
        let last = page.pages.map_or(page.entries.len() < size, |pages| number >= pages);
        let before = walk.entries.len();
        for mut entry in page.entries {
            if entry.id().is_none_or(|id| seen.insert(id)) {
                walk.entries.push(entry);
            }
        }
        // A page of nothing new comes from a service that ignores the page's number; a list that moved is read anew.
        if last || walk.moved || walk.entries.len() == before {
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

    #[derive(Debug)]
    struct Letter(&'static str);

    impl Record for Letter {
        type Id = &'static str;

        fn id(&mut self) -> Option<&'static str> {
            Some(self.0)
        }
    }

    /// What a service answers: one set of pages after the other, a new one each time that the first page is asked for.
    struct Script {
        walks: IntoIter<Pages>,
        pages: IntoIter<(usize, Vec<&'static str>)>,
        asked: usize,
    }

    impl Script {
        fn page(&mut self, number: usize) -> Page<Letter> {
            self.asked += 1;
            if number == 1 {
                self.pages = self.walks.next().expect("no further walk is due").into_iter();
            }
            let (total, ids) = self.pages.next().expect("no further page is due");
            let entries = ids.into_iter().map(Letter).collect();
            Page { size: Some(2), pages: None, total: Some(total), entries }
        }
    }

    /// The ids that came, what is announced, and how many pages were asked for.
    async fn read(walks: Vec<Pages>) -> (String, Option<usize>, usize) {
        let script =
            RefCell::new(Script { walks: walks.into_iter(), pages: Vec::new().into_iter(), asked: 0 });
        let listing =
            read_all(9, |number| std::future::ready(Ok(script.borrow_mut().page(number)))).await.unwrap();
        let ids = listing.entries.into_iter().map(|entry| entry.0).collect();
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
        assert_eq!(
            read(vec![moved, still]).await,
            ("abcd".to_owned(), None, 5),
            "the rest of the first walk is useless"
        );
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

    #[tokio::test]
    async fn a_service_that_counts_its_pages_is_asked_for_no_more() {
        let counted = |number: usize| {
            let entries = if number == 1 { vec![Letter("a"), Letter("b")] } else { vec![Letter("c")] };
            std::future::ready(Ok(Page { size: None, pages: Some(2), total: Some(3), entries }))
        };
        let listing = read_all(2, counted).await.unwrap();
        assert_eq!(listing.entries.iter().map(|entry| entry.0).collect::<String>(), "abc");
        let smaller = |number: usize| {
            let entries = vec![Letter(if number == 1 { "a" } else { "b" })];
            std::future::ready(Ok(Page { size: None, pages: Some(2), total: Some(2), entries }))
        };
        let listing = read_all(100, smaller).await.unwrap();
        assert_eq!(
            (listing.entries.len(), listing.announced),
            (2, None),
            "pages may be smaller than was asked for"
        );
    }

    #[tokio::test]
    async fn a_list_that_never_holds_still_is_for_another_attempt() {
        let total = RefCell::new(0);
        let moving = |_| {
            *total.borrow_mut() += 1;
            let total = *total.borrow();
            std::future::ready(Ok(Page {
                size: Some(1),
                pages: None,
                total: Some(total),
                entries: vec![Letter("a")],
            }))
        };
        let listing = read_all(1, moving).await.unwrap();
        let error = listing.unmoved(Service::Hrmos, "/users").unwrap_err();
        assert_eq!(error.class(), crate::services::Class::Transient);
        assert_eq!(error.to_string(), "hrmos: GET /users: the list changed while it was read");
    }
}
