//! An entry of the stream in the hands of this process.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::job::Job;

/// The most of an entry that is kept.
const KEPT_BYTES: usize = Job::KEPT_BYTES;

/// A stream entry that was read or taken over. It occupies one slot of the consumer until its last clone is dropped.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The entry's id.
    pub entry: String,
    /// Its fields as they are, cut after the first 16 KiB.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether another consumer, or an earlier life of this one, had it before.
    pub taken_over: bool,
    pub(super) consumer: Arc<str>,
    pub(super) serial: u64,
    pub(super) slot: Option<Arc<Slot>>,
}

impl Delivery {
    /// An entry that `consumer` received as its `serial`th, without a slot.
    pub(super) fn new(
        consumer: &Arc<str>,
        serial: u64,
        entry: String,
        mut fields: Vec<(Vec<u8>, Vec<u8>)>,
        taken_over: bool,
    ) -> Delivery {
        cut(&mut fields);
        Delivery { entry, fields, taken_over, consumer: Arc::clone(consumer), serial, slot: None }
    }

    /// Names this delivery among all.
    pub(super) fn owner(&self) -> String {
        format!("{}:{}", self.consumer, self.serial)
    }

    /// The value of a field, if it is there and UTF-8.
    pub fn field(&self, name: &str) -> Option<&str> {
        let (_, value) = self.fields.iter().find(|(key, _)| key == name.as_bytes())?;
        std::str::from_utf8(value).ok()
    }
}

/// Keeps the first [`KEPT_BYTES`] of names and values.
fn cut(fields: &mut Vec<(Vec<u8>, Vec<u8>)>) {
    let bytes: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes <= KEPT_BYTES {
        return;
    }
    let mut left = KEPT_BYTES;
    fields.retain_mut(|(name, value)| {
        let keep = left > 0;
        for part in [name, value] {
            part.truncate(left);
            part.shrink_to_fit();
            left -= part.len();
        }
        keep
    });
    fields.shrink_to_fit();
}

/// The entries that this process has in hand, by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Running(Arc<Hands>);

#[derive(Debug, Default)]
struct Hands {
    entries: Mutex<HashSet<String>>,
    let_go: Notify,
}

impl Running {
    fn entries(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn contains(&self, entry: &str) -> bool {
        self.entries().contains(entry)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Waits until an entry was let go since the last wait.
    pub(super) async fn let_go(&self) {
        self.0.let_go.notified().await;
    }
}

/// One of the consumer's places, taken by an entry.
#[derive(Debug)]
pub(super) struct Slot {
    entry: String,
    running: Running,
    _permit: OwnedSemaphorePermit,
}

impl Slot {
    /// Takes a slot for an entry, unless this process has that entry already.
    pub(super) fn take(entry: &str, running: &Running, permit: OwnedSemaphorePermit) -> Option<Arc<Slot>> {
        running
            .entries()
            .insert(entry.to_owned())
            .then(|| Arc::new(Slot { entry: entry.to_owned(), running: running.clone(), _permit: permit }))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.running.entries().remove(&self.entry);
        self.running.0.let_go.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(fields: Vec<(Vec<u8>, Vec<u8>)>) -> Delivery {
        Delivery::new(&Arc::from("here"), 1, "1-0".to_owned(), fields, false)
    }

    #[test]
    fn a_huge_entry_is_cut() {
        let huge = delivery(vec![
            (b"a".to_vec(), vec![b'x'; 10]),
            (b"b".to_vec(), vec![b'x'; 1_000_000]),
            (b"c".to_vec(), vec![b'x'; 5]),
        ]);
        let kept: usize = huge.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        assert_eq!(kept, KEPT_BYTES);
        assert_eq!(huge.fields.len(), 2);
    }

    #[test]
    fn many_empty_fields_are_cut_too() {
        let many = delivery((0..100_000).map(|_| (b"n".to_vec(), Vec::new())).collect());
        assert_eq!(many.fields.len(), KEPT_BYTES);
    }

    #[test]
    fn a_field_that_is_not_utf8_is_no_field() {
        let odd = delivery(vec![(b"link".to_vec(), vec![0xff]), (b"flow".to_vec(), b"x".to_vec())]);
        assert_eq!(odd.field("link"), None);
        assert_eq!(odd.field("flow"), Some("x"));
    }
}
