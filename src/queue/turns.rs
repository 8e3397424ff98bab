//! Whether the consumer's loops turn, told to whoever watches over the process.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// The longest time between two signs of a loop that waits for something.
const EVERY: Duration = Duration::from_secs(1);

/// Loops, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Loops(u8);

impl Loops {
    pub(super) const READ: Loops = Loops(1);
    pub(super) const SWEEP: Loops = Loops(2);
    pub(super) const BOTH: Loops = Loops(3);
}

/// Beats when each loop has turned since the last beat, so that neither hides that the other one is stuck.
pub(super) struct Turns {
    beat: Arc<dyn Fn() + Send + Sync>,
    turned: AtomicU8,
    every: Duration,
}

impl Turns {
    pub(super) fn new(beat: Arc<dyn Fn() + Send + Sync>) -> Turns {
        Turns { beat, turned: AtomicU8::new(0), every: EVERY }
    }

    /// Notes that these loops turn.
    pub(super) fn turned(&self, loops: Loops) {
        let turned = Loops(self.turned.fetch_or(loops.0, Ordering::Relaxed) | loops.0);
        if turned == Loops::BOTH {
            // A turn that is forgotten in between is made up for by the next.
            self.turned.store(0, Ordering::Relaxed);
            (self.beat)();
        }
    }

    /// Does something that may rightly take its time.
    pub(super) async fn waiting<T>(&self, loops: Loops, work: impl Future<Output = T>) -> T {
        self.waiting_while(|| true, loops, work).await
    }

    /// Does something that may rightly take its time while something is so.
    pub(super) async fn waiting_while<T>(
        &self,
        so: impl Fn() -> bool,
        loops: Loops,
        work: impl Future<Output = T>,
    ) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(self.every) => {
                    if so() {
                        self.turned(loops);
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turns").field("turned", &self.turned).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn counted() -> (Turns, Arc<AtomicUsize>) {
        let beats = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&beats);
        let beat = move || {
            counter.fetch_add(1, Ordering::Relaxed);
        };
        (Turns::new(Arc::new(beat)), beats)
    }

    #[test]
    fn one_loop_alone_does_not_beat() {
        let (turns, beats) = counted();
        for loops in [Loops::READ, Loops::SWEEP] {
            for _ in 0..3 {
                turns.turned(loops);
            }
        }
        assert_eq!(beats.load(Ordering::Relaxed), 1);
        turns.turned(Loops::READ);
        assert_eq!(beats.load(Ordering::Relaxed), 2);
        turns.turned(Loops::READ);
        assert_eq!(beats.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_long_wait_beats_as_long_as_it_is_right_to_wait() {
        let (mut turns, beats) = counted();
        turns.every = Duration::from_millis(1);
        let seen = async {
            while beats.load(Ordering::Relaxed) < 3 {
                tokio::task::yield_now().await;
            }
        };
        let limit = Duration::from_secs(20);
        tokio::time::timeout(limit, turns.waiting(Loops::BOTH, seen)).await.expect("it beats");
        let before = beats.load(Ordering::Relaxed);
        turns.waiting_while(|| false, Loops::BOTH, tokio::time::sleep(turns.every * 50)).await;
        assert_eq!(beats.load(Ordering::Relaxed), before);
    }
}
