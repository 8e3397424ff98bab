//! The wall clock, so that a test can turn it.

use std::future::Future;

use chrono::{DateTime, Utc};

/// Tells the time and waits for it.
pub trait Clock: Send + Sync + 'static {
    /// The time now. It may jump, and back as well.
    fn now(&self) -> DateTime<Utc>;

    /// Ends about when it is `at`. Ending too early or too late is allowed: the scheduler looks again.
    fn sleep_until(&self, at: DateTime<Utc>) -> impl Future<Output = ()> + Send;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    async fn sleep_until(&self, at: DateTime<Utc>) {
        // A time that has passed is no time to wait.
        tokio::time::sleep((at - self.now()).to_std().unwrap_or_default()).await;
    }
}
