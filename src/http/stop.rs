//! What ends a wait and forbids a write: the daemon drains, or the run's lease is gone.

use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// The attempt's word on whether to go on. [`Stop::never`] for commands without a lease.
#[derive(Clone, Default)]
pub struct Stop {
    stopped: Option<watch::Receiver<bool>>,
    may_write: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

impl Stop {
    /// Nothing stops it.
    pub fn never() -> Self {
        Stop::default()
    }

    /// Stops when the watched value becomes true, or when its sender is gone.
    pub fn when(stopped: watch::Receiver<bool>) -> Self {
        Stop { stopped: Some(stopped), may_write: None }
    }

    /// Besides, no write is begun while `may_write` is false (less than 5 s of lease left, `DESIGN` §5.3). It is asked right
    /// before each write leaves, so that no wait for a quota comes between.
    #[must_use]
    pub fn with_lease(mut self, may_write: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.may_write = Some(Arc::new(may_write));
        self
    }

    /// True once stopped.
    pub fn is_stopped(&self) -> bool {
        self.stopped.as_ref().is_some_and(|stopped| *stopped.borrow() || stopped.has_changed().is_err())
    }

    /// True if a write may be begun now.
    pub fn may_write(&self) -> bool {
        !self.is_stopped() && self.may_write.as_ref().is_none_or(|may| may())
    }

    /// Sleeps; false if it was stopped before the time was over.
    pub(crate) async fn sleep(&self, time: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.stopped() => false,
            () = tokio::time::sleep(time) => true,
        }
    }

    async fn stopped(&self) {
        let Some(stopped) = &self.stopped else { return pending().await };
        // A sender that is gone can no longer say stop; nobody waits for this run then, so it counts as stopped.
        let _ = stopped.clone().wait_for(|stopped| *stopped).await;
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").field("stopped", &self.is_stopped()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleep_ends_when_it_is_stopped() {
        let (sender, receiver) = watch::channel(false);
        let stop = Stop::when(receiver);
        assert!(stop.sleep(Duration::from_millis(1)).await);
        let sleeper = tokio::spawn({
            let stop = stop.clone();
            async move { stop.sleep(Duration::from_secs(3600)).await }
        });
        sender.send(true).unwrap();
        assert!(!sleeper.await.unwrap());
        assert!(!stop.may_write());
    }

    #[test]
    fn a_lost_lease_forbids_writes_only() {
        let stop = Stop::never().with_lease(|| false);
        assert!(!stop.may_write());
        assert!(!stop.is_stopped());
    }
}
