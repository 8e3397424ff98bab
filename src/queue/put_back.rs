//! `put_back`: an attempt ends without ending its run.

use std::time::Duration;

use super::renew::held;
use super::script::{self, add_accounts};
use super::{Claim, Held, MOST_CRASHES, Queue, QueueError, WORKERS, times};

/// Why and how a run goes back.
#[derive(Debug, Clone)]
pub enum Back {
    /// The daemon stops: on the stream at once, and the attempt isn't counted.
    Drain,
    /// The attempt failed for a passing reason: 再試行待ち.
    Retry {
        /// The time until the next attempt.
        after: Duration,
        /// Fields of the run to set, `next_attempt_at` among them.
        fields: Vec<(String, String)>,
    },
    /// The attempt panicked: on the stream at once, and the crash is counted.
    Crash {
        /// Fields of the run to set.
        fields: Vec<(String, String)>,
    },
}

impl Queue {
    /// Ends an attempt and frees its accounts. Waits for Redis if it is away.
    ///
    /// # Errors
    /// Any failure that waiting can't mend.
    pub async fn put_back(&self, claim: &Claim, back: &Back) -> Result<Held, QueueError> {
        let answer = self.persist(|| self.try_put_back(claim, back)).await?;
        let (word, heads) = answer.split_first().ok_or(QueueError::Answer("put_back"))?;
        self.promote_heads(&claim.accounts, heads).await;
        held(word, "put_back")
    }

    async fn try_put_back(&self, claim: &Claim, back: &Back) -> Result<Vec<String>, QueueError> {
        let (how, after, fields) = match back {
            Back::Drain => ("drain", Duration::ZERO, [].as_slice()),
            Back::Retry { after, fields } => ("retry", *after, fields.as_slice()),
            Back::Crash { fields } => ("crash", Duration::ZERO, fields.as_slice()),
        };
        let keys = self.keys();
        let mut call = script::PUT_BACK.prepare_invoke();
        call.key(keys.jobs()).key(keys.run(&claim.run)).key(keys.waiting()).key(keys.delayed());
        add_accounts(&mut call, keys, &claim.accounts);
        call.arg(WORKERS)
            .arg(&claim.entry)
            .arg(claim.epoch)
            .arg(claim.run.as_str())
            .arg(how)
            .arg(u64::try_from(after.as_millis()).unwrap_or(u64::MAX))
            .arg(times::place(&claim.run))
            .arg(MOST_CRASHES);
        for (name, value) in fields {
            call.arg(name).arg(value);
        }
        self.call(&call).await
    }
}
