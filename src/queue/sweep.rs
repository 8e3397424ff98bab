//! What is looked after while others work: waiting and due runs, dead consumers.

use super::takeover::Whose;
use super::turns::{Loops, Turns};
use super::{Queue, QueueError};

/// Consumers are looked at once in so many sweeps.
const CONSUMERS_EVERY: u32 = 60;
/// The most calls of `promote` in one sweep.
const CALLS: usize = 10;

impl Queue {
    /// Sweeps for ever.
    pub(super) async fn sweep_on(&self, consumer: &str, turns: &Turns) {
        let mut count = 0_u32;
        loop {
            turns.waiting(Loops::SWEEP, tokio::time::sleep(self.settings().sweep)).await;
            turns.turned(Loops::SWEEP);
            if let Err(error) = self.sweep_once(consumer, count).await {
                if error.is_outage() || error.is_missing_group() {
                    turns.waiting(Loops::SWEEP, self.recover(&error)).await;
                } else {
                    tracing::error!(%error, "failed to look after waiting runs; trying again");
                }
            }
            count = count.wrapping_add(1);
        }
    }

    async fn sweep_once(&self, consumer: &str, count: u32) -> Result<(), QueueError> {
        for _ in 0..CALLS {
            if self.promote().await? < 100 {
                break;
            }
        }
        if count.is_multiple_of(CONSUMERS_EVERY) && self.settled() {
            self.delete_consumers(consumer, Whose::Dead).await?;
        }
        Ok(())
    }
}
