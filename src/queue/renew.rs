//! `renew`: the lease of a claim starts anew.

use super::script::{self, add_accounts};
use super::{Claim, Held, Queue, QueueError, WORKERS};

impl Queue {
    /// Extends the claim's entry and locks by the lease, counted from now. Tries once: the owner of the attempt
    /// repeats it in his own time ([`super::Lease`]).
    pub async fn renew(&self, claim: &Claim) -> Result<Held, QueueError> {
        let keys = self.keys();
        let mut call = script::RENEW.prepare_invoke();
        call.key(keys.jobs()).key(keys.run(&claim.run));
        add_accounts(&mut call, keys, &claim.accounts);
        call.arg(WORKERS)
            .arg(&*claim.consumer)
            .arg(&claim.entry)
            .arg(claim.epoch)
            .arg(claim.run.as_str())
            .arg(self.lease_ms());
        held(&self.call::<String>(&call).await?, "renew")
    }
}

/// Understands the one word that tells whether the caller still had the run.
pub(super) fn held(word: &str, script: &'static str) -> Result<Held, QueueError> {
    match word {
        "held" => Ok(Held::Yes),
        "lost" => Ok(Held::Lost),
        "poisoned" => Ok(Held::Poisoned),
        _ => Err(QueueError::Answer(script)),
    }
}
