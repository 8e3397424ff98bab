//! The lease of an attempt: renewed in the background, judged by the clock of this machine.

use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Claim, Held, Queue};

/// Renews a claim until it is dropped. The attempt's owner asks it before each write.
#[derive(Debug)]
pub struct Lease {
    until: watch::Receiver<Instant>,
    lost: watch::Receiver<bool>,
    renewing: JoinHandle<()>,
}

impl Queue {
    /// Keeps a claim until the answer is dropped.
    pub fn hold(&self, claim: &Claim) -> Lease {
        let (set, until) = watch::channel(claim.since + self.settings().lease);
        let (tell, lost) = watch::channel(false);
        let renewing = tokio::spawn(renew(self.clone(), claim.clone(), set, tell));
        Lease { until, lost, renewing }
    }
}

impl Lease {
    /// Whether a write may begin: the run isn't lost, and at least `margin` of the lease is left. After a lapse,
    /// as in an outage of Redis, not before a renewal went through.
    pub fn may_write(&self, margin: Duration) -> bool {
        !self.is_lost() && self.left() >= margin
    }

    /// Waits until a write may begin: after a lapse, as in an outage of Redis, for the renewal that ends it. `false` if the
    /// run is lost.
    pub async fn writable(&self, margin: Duration) -> bool {
        let mut until = self.until.clone();
        tokio::select! {
            biased;
            () = self.lost() => false,
            renewed = until.wait_for(|until| left(*until) >= margin) => renewed.is_ok() && !self.is_lost(),
        }
    }

    /// What is left of the lease.
    pub fn left(&self) -> Duration {
        left(*self.until.borrow())
    }

    /// Whether another attempt has the run.
    pub fn is_lost(&self) -> bool {
        *self.lost.borrow()
    }

    /// Waits until the run is lost.
    pub async fn lost(&self) {
        let mut lost = self.lost.clone();
        if lost.wait_for(|lost| *lost).await.is_err() {
            // Renewing ends without a word only together with the runtime.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

/// Renews every `renew`; while Redis is away, as often as a tenth of it, so that owners come before takers.
async fn renew(queue: Queue, claim: Claim, until: watch::Sender<Instant>, lost: watch::Sender<bool>) {
    let every = queue.settings().renew;
    let mut next = claim.since + every;
    loop {
        tokio::time::sleep_until(next.into()).await;
        let sent = Instant::now();
        match queue.renew(&claim).await {
            Ok(Held::Yes) => {
                until.send_replace(sent + queue.settings().lease);
                next = sent + every;
            }
            Ok(Held::Lost | Held::Poisoned) => {
                lost.send_replace(true);
                return;
            }
            Err(error) => {
                tracing::debug!(%error, run = %claim.run, "failed to renew the lease; trying again");
                next = Instant::now() + every / 10;
            }
        }
    }
}
