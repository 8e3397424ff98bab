//! The outbox entries that this mailer has, and when each is due. Pure: time is passed in.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

/// How long to wait before the next try.
#[derive(Debug, Clone, Copy)]
pub(super) struct Backoff {
    pub(super) first: Duration,
    pub(super) most: Duration,
}

impl Backoff {
    /// Doubles with every failed try, from `first` up to `most`.
    pub(super) fn after(self, failures: u32) -> Duration {
        let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.first.saturating_mul(factor).min(self.most)
    }
}

/// An entry that is this mailer's to send.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) due: Instant,
    pub(super) failures: u32,
    /// The marks of those for whom the server has taken the mail already.
    pub(super) served: BTreeSet<String>,
    /// Redis does not know all of them yet.
    pub(super) is_unsaved: bool,
    /// How many mails the server had taken when it last broke the conversation off at this one.
    pub(super) broken_at: Option<u64>,
    /// How often it had taken others since the time before.
    pub(super) blamed: u32,
    /// Nothing is left to send; the entry waits only for its acknowledgement.
    pub(super) is_settled: bool,
}

/// All of them, by entry id.
#[derive(Debug, Default)]
pub(super) struct Book(BTreeMap<String, Held>);

impl Book {
    /// Takes an entry in, due now. One that is in already stays as it is.
    pub(super) fn add(&mut self, id: String, now: Instant) {
        let fresh = Held {
            due: now,
            failures: 0,
            served: BTreeSet::new(),
            is_unsaved: false,
            broken_at: None,
            blamed: 0,
            is_settled: false,
        };
        self.0.entry(id).or_insert(fresh);
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.0.remove(id);
    }

    pub(super) fn get(&self, id: &str) -> Option<&Held> {
        self.0.get(id)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// The entry that has been due longest, the older one first; those at which the server broke off come after all others.
    pub(super) fn next_due(&self, now: Instant) -> Option<String> {
        let due = self.0.iter().filter(|(_, held)| held.due <= now);
        due.min_by_key(|(id, held)| (held.broken_at.is_some(), held.due, *id)).map(|(id, _)| id.clone())
    }

    /// Whether an entry is due at which the server did not break off.
    pub(super) fn has_fresh_due(&self, now: Instant) -> bool {
        self.0.values().any(|held| held.due <= now && held.broken_at.is_none())
    }

    /// Notes that the server broke off at an entry, having taken so many mails by now. Returns how often it had taken others
    /// since it broke off at this one before: 0 means that the server may be why.
    pub(super) fn broken_off(&mut self, id: &str, taken: u64) -> u32 {
        let Some(held) = self.0.get_mut(id) else { return 0 };
        if held.broken_at.is_some_and(|before| taken > before) {
            held.blamed += 1;
        }
        held.broken_at = Some(taken);
        held.blamed
    }

    /// Puts an entry off after a failed try; returns how many tries have failed.
    pub(super) fn postpone(&mut self, id: &str, now: Instant, backoff: Backoff) -> u32 {
        let Some(held) = self.0.get_mut(id) else { return 0 };
        held.failures += 1;
        held.due = now + backoff.after(held.failures);
        held.failures
    }

    /// Notes for whom the server has taken the mail, as Redis knows it.
    pub(super) fn served(&mut self, id: &str, marks: impl IntoIterator<Item = String>) {
        if let Some(held) = self.0.get_mut(id) {
            held.served.extend(marks);
        }
    }

    /// Notes for whom the server has taken the mail; Redis is to know it too.
    pub(super) fn delivered(&mut self, id: &str, marks: impl IntoIterator<Item = String>) {
        if let Some(held) = self.0.get_mut(id) {
            let before = held.served.len();
            held.served.extend(marks);
            held.is_unsaved |= held.served.len() > before;
        }
    }

    /// The entries of which Redis does not know who was served.
    pub(super) fn unsaved(&self) -> Vec<(String, BTreeSet<String>)> {
        let unsaved = self.0.iter().filter(|(_, held)| held.is_unsaved && !held.is_settled);
        unsaved.map(|(id, held)| (id.clone(), held.served.clone())).collect()
    }

    /// Redis knows who was served.
    pub(super) fn saved(&mut self, id: &str) {
        if let Some(held) = self.0.get_mut(id) {
            held.is_unsaved = false;
        }
    }

    /// Notes that nothing is left to send.
    pub(super) fn settle(&mut self, id: &str) {
        if let Some(held) = self.0.get_mut(id) {
            held.is_settled = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(5), most: Duration::from_secs(300) };

    #[test]
    fn waits_double_from_five_seconds_to_five_minutes() {
        let waits: Vec<u64> = (1..=8).map(|failures| BACKOFF.after(failures).as_secs()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(BACKOFF.after(u32::MAX).as_secs(), 300);
    }

    #[test]
    fn a_mail_that_was_put_off_lets_the_next_one_through() {
        let (mut book, now) = (Book::default(), Instant::now());
        book.add("1-0".to_owned(), now);
        book.add("2-0".to_owned(), now);
        assert_eq!(book.next_due(now).as_deref(), Some("1-0"));
        assert_eq!(book.postpone("1-0", now, BACKOFF), 1);
        assert_eq!(book.next_due(now).as_deref(), Some("2-0"));
        book.remove("2-0");
        assert_eq!(book.next_due(now), None);
        assert_eq!(book.next_due(now + Duration::from_secs(5)).as_deref(), Some("1-0"));
    }

    #[test]
    fn a_mail_at_which_the_server_broke_off_comes_after_all_others() {
        let (mut book, now) = (Book::default(), Instant::now());
        book.add("1-0".to_owned(), now);
        assert!(book.has_fresh_due(now));
        book.broken_off("1-0", 0);
        assert!(!book.has_fresh_due(now));
        let later = now + Duration::from_secs(60);
        book.add("2-0".to_owned(), later);
        assert_eq!(book.next_due(later).as_deref(), Some("2-0"));
        book.remove("2-0");
        assert_eq!(book.next_due(later).as_deref(), Some("1-0"));
    }

    #[test]
    fn a_mail_is_blamed_only_if_others_were_taken_since() {
        let mut book = Book::default();
        book.add("1-0".to_owned(), Instant::now());
        let blamed = [0, 0, 1, 1, 5].map(|taken| book.broken_off("1-0", taken));
        assert_eq!(blamed, [0, 0, 1, 1, 2]);
    }

    #[test]
    fn an_entry_that_is_read_again_keeps_what_is_known_of_it() {
        let (mut book, now) = (Book::default(), Instant::now());
        book.add("1-0".to_owned(), now);
        book.delivered("1-0", ["0a".to_owned()]);
        book.settle("1-0");
        book.add("1-0".to_owned(), now);
        let held = book.get("1-0").unwrap();
        assert!(held.is_settled && held.served.contains("0a"));
    }

    #[test]
    fn who_was_served_is_unsaved_until_redis_knows_it() {
        let (mut book, marks) = (Book::default(), ["0a".to_owned()]);
        book.add("1-0".to_owned(), Instant::now());
        book.served("1-0", marks.clone());
        book.delivered("1-0", marks);
        assert!(book.unsaved().is_empty(), "redis said so itself");
        book.delivered("1-0", ["0b".to_owned()]);
        let both = BTreeSet::from(["0a".to_owned(), "0b".to_owned()]);
        assert_eq!(book.unsaved(), [("1-0".to_owned(), both)]);
        book.saved("1-0");
        assert!(book.unsaved().is_empty());
    }
}
