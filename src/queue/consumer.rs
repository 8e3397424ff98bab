//! The consumer: as many entries as there are free slots, from the stream to the workers.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use super::delivery::{Running, Slot};
use super::entries::{self, Entry};
use super::turns::{Loops, Turns};
use super::{Backend, Delivery, Queue, QueueError, WORKERS};

/// The longest blocking read.
const BLOCK: Duration = Duration::from_secs(2);
/// The pause after a failure that is no outage.
const PAUSE: Duration = Duration::from_secs(1);

/// Reads jobs, takes over those of dead workers and feeds a [`Backend`].
#[derive(Debug)]
pub struct Consumer {
    pub(super) queue: Queue,
    pub(super) name: Arc<str>,
    pub(super) running: Running,
    slots: Arc<Semaphore>,
    serial: AtomicU64,
    deliveries: mpsc::Sender<Delivery>,
    turns: Arc<Turns>,
    /// Where the last look for idle entries stopped.
    pub(super) cursor: String,
}

impl Consumer {
    /// A consumer under a name that no other process has, and the backend that it feeds. `host` is this machine's
    /// name, for people who look at the consumers.
    pub fn new(queue: &Queue, host: &str) -> (Consumer, Backend) {
        let slots = queue.settings().concurrency.clamp(1, Semaphore::MAX_PERMITS);
        let (deliveries, receiver) = mpsc::channel(slots);
        // The seeds of the hasher come from the operating system.
        let random = RandomState::new().build_hasher().finish();
        let consumer = Consumer {
            queue: queue.clone(),
            name: format!("{host}-{}-{random:016x}", std::process::id()).into(),
            running: Running::default(),
            slots: Arc::new(Semaphore::new(slots)),
            serial: AtomicU64::new(0),
            deliveries,
            turns: Arc::new(Turns::new(Arc::new(|| ()))),
            cursor: "0-0".to_owned(),
        };
        (consumer, Backend::new(receiver))
    }

    /// The name in the consumer group.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same consumer, which calls `beat` every few seconds while it does its work: also while Redis is away, and while
    /// all slots are taken. Not if it is stuck, or if nobody takes what it hands over.
    #[must_use]
    pub fn with_beat(mut self, beat: Arc<dyn Fn() + Send + Sync>) -> Consumer {
        self.turns = Arc::new(Turns::new(beat));
        self
    }

    /// Runs until `stop` is true or its sender is gone. Then it reads nothing more, releases what was read but
    /// not begun, and returns when the last delivery was dropped.
    ///
    /// # Errors
    /// If Redis can't be used at all, see [`Queue::wait_ready`].
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> Result<(), QueueError> {
        let queue = self.queue.clone();
        let turns = Arc::clone(&self.turns);
        tokio::select! {
            ready = turns.waiting(Loops::BOTH, queue.wait_ready()) => ready?,
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
        let name = Arc::clone(&self.name);
        tokio::select! {
            () = self.read_on() => {}
            () = queue.sweep_on(&name, &turns) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        // Without a sender the backend is exhausted as soon as what was read is handed over or dropped.
        let (none, _) = mpsc::channel(1);
        self.deliveries = none;
        turns.waiting(Loops::BOTH, queue.leave(&name, &self.running)).await;
        Ok(())
    }

    async fn read_on(&mut self) {
        let mut connection = None;
        let mut sweep = Instant::now();
        loop {
            self.turns.turned(Loops::READ);
            let mut free = self.free_slots().await;
            self.turns.turned(Loops::READ);
            let read = self.read(&mut connection, &mut sweep, &mut free).await;
            drop(free);
            let Err(error) = read else { continue };
            connection = None;
            if error.is_outage() || error.is_missing_group() {
                tokio::time::sleep(Duration::from_millis(50)).await;
                self.turns.waiting(Loops::READ, self.queue.recover(&error)).await;
            } else {
                tracing::error!(%error, "failed to read jobs; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Waits for a free slot and takes all that are free.
    async fn free_slots(&self) -> Vec<OwnedSemaphorePermit> {
        let first = Arc::clone(&self.slots).acquire_owned();
        // A run may take its time. A delivery that stays untaken means that the workers are stuck.
        let all_taken = || self.deliveries.capacity() == self.deliveries.max_capacity();
        let first = self.turns.waiting_while(all_taken, Loops::READ, first).await;
        let more = std::iter::from_fn(|| Arc::clone(&self.slots).try_acquire_owned().ok());
        first.into_iter().chain(more).collect()
    }

    /// One look for idle entries if it is time, and one blocking read.
    async fn read(
        &mut self,
        connection: &mut Option<MultiplexedConnection>,
        sweep: &mut Instant,
        free: &mut Vec<OwnedSemaphorePermit>,
    ) -> Result<(), QueueError> {
        if Instant::now() >= *sweep {
            *sweep = Instant::now() + self.queue.settings().sweep;
            self.take_over(free).await?;
            if free.is_empty() {
                return Ok(());
            }
        }
        let connection = match connection {
            Some(connection) => connection,
            None => connection.insert(self.queue.blocking_connection().await?),
        };
        // The read ends in time for the next look. 0 would block for ever.
        let block = sweep.saturating_duration_since(Instant::now()).min(BLOCK).as_millis().max(1);
        let mut read = redis::cmd("XREADGROUP");
        read.arg("GROUP").arg(WORKERS).arg(&*self.name).arg("COUNT").arg(free.len());
        read.arg("BLOCK").arg(u64::try_from(block).unwrap_or(1));
        read.arg("STREAMS").arg(self.queue.keys().jobs()).arg(">");
        let answer = read.query_async(connection).await?;
        for entry in entries::from_read(answer).ok_or(QueueError::Answer("xreadgroup"))? {
            self.deliver(entry, free, Taken::Read).await;
        }
        Ok(())
    }

    /// Hands an entry over, with one of the free slots.
    pub(super) async fn deliver(&self, entry: Entry, free: &mut Vec<OwnedSemaphorePermit>, how: Taken) {
        let Some(fields) = entry.fields else {
            return self.queue.forget(&entry.id).await;
        };
        let Some(permit) = free.pop() else { return };
        let Some(slot) = Slot::take(&entry.id, &self.running, permit) else { return };
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let mut delivery = Delivery::new(&self.name, serial, entry.id, fields, how == Taken::Over);
        delivery.slot = Some(slot);
        // There is room for one delivery per slot, so this waits only if the backend is gone: then the lease brings
        // the entry back.
        let _ = self.deliveries.send(delivery).await;
    }
}

/// How an entry came here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// As a new one.
    Read,
    /// From a consumer that let its lease lapse.
    Over,
}
