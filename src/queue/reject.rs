//! `reject`: an entry that is no valid job becomes a run that is 異常終了.

use super::script::{self, add_accounts};
use super::{Delivery, Queue, QueueError, Retain, WORKERS, times};
use crate::job::RunId;

/// How many rejected entries are kept.
const KEPT: usize = 10_000;
/// How much of a rejected entry is kept.
const KEPT_FIELDS: usize = 32;
const KEPT_BYTES: usize = 256;

/// What the script answers if the run isn't as it was read.
const CHANGED: i64 = -1;

/// The run that a rejected entry ends, with what it held.
struct Target {
    run: RunId,
    /// Its accounts as the hash has them.
    accounts: String,
    /// The epoch of an attempt that left people behind, or empty.
    people_epoch: String,
}

/// Whether there can be a run of the entry already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Not if it names none and was read for the first time.
    IfLikely,
    /// There is one.
    Surely,
}

impl Queue {
    /// Ends the entry's run, made if there was none, with the history's `fields` (`status`, `reason.code`, …), copies
    /// the entry to `renkei:rejected` under `reason` and acknowledges it. Waits for Redis if it is away.
    ///
    /// A `link` among the fields puts the run into that link's index. An entry that names a run it doesn't carry
    /// leaves that run alone and becomes a run of its own.
    ///
    /// # Errors
    /// Any failure that waiting can't mend.
    pub async fn reject(
        &self,
        delivery: &Delivery,
        fields: &[(&str, String)],
        reason: &str,
    ) -> Result<(), QueueError> {
        let own: RunId = delivery.entry.parse().map_err(|()| QueueError::Answer("xreadgroup"))?;
        let mut look = Look::IfLikely;
        loop {
            let target = self.persist(|| self.target(delivery, &own, look)).await?;
            if self.persist(|| self.try_reject(delivery, &target, fields, reason)).await? != CHANGED {
                return Ok(());
            }
            look = Look::Surely;
        }
    }

    /// Finds the run. A run can exist already if the configuration lost its link since: it ends with the entry
    /// that carries it.
    async fn target(&self, delivery: &Delivery, own: &RunId, look: Look) -> Result<Target, QueueError> {
        let named = delivery.field("run").and_then(|run| run.parse::<RunId>().ok());
        let fresh = Target { run: own.clone(), accounts: String::new(), people_epoch: String::new() };
        if look == Look::IfLikely && named.is_none() && !delivery.taken_over {
            return Ok(fresh);
        }
        for run in named.iter().chain([own]) {
            let mut ask = redis::cmd("HMGET");
            ask.arg(self.keys().run(run)).arg("entry").arg("accounts").arg("people_epoch");
            let (entry, accounts, people_epoch): (Option<String>, Option<String>, Option<String>) =
                ask.query_async(&mut self.connection()).await?;
            if entry.as_ref() == Some(&delivery.entry) {
                let (accounts, people_epoch) =
                    (accounts.unwrap_or_default(), people_epoch.unwrap_or_default());
                return Ok(Target { run: run.clone(), accounts, people_epoch });
            }
        }
        Ok(fresh)
    }

    async fn try_reject(
        &self,
        delivery: &Delivery,
        target: &Target,
        fields: &[(&str, String)],
        reason: &str,
    ) -> Result<i64, QueueError> {
        let keys = self.keys();
        let accounts: Vec<String> = target.accounts.split_whitespace().map(str::to_owned).collect();
        let epoch = target.people_epoch.parse().unwrap_or(0);
        let link = fields.iter().find(|(name, _)| *name == "link").map(|(_, link)| keys.runs_of(link));
        let (enqueued, _) = times::parts(&target.run);
        let mut call = script::REJECT.prepare_invoke();
        call.key(keys.jobs())
            .key(keys.run(&target.run))
            .key(keys.runs())
            .key(keys.rejected())
            .key(keys.waiting())
            .key(link.unwrap_or_else(|| keys.runs()))
            .key(keys.people_of(&target.run, epoch));
        add_accounts(&mut call, keys, &accounts);
        call.arg(WORKERS)
            .arg(&*delivery.consumer)
            .arg(&delivery.entry)
            .arg(target.run.as_str())
            .arg(enqueued)
            .arg(Retain::default().run.as_secs())
            .arg(KEPT)
            .arg(reason)
            .arg(&target.accounts)
            .arg(&target.people_epoch)
            .arg(2 * (fields.len() + 1));
        call.arg("enqueued_at").arg(times::tokyo(enqueued));
        for (name, value) in fields {
            call.arg(*name).arg(value);
        }
        for (name, value) in delivery.fields.iter().take(KEPT_FIELDS) {
            call.arg(&name[..name.len().min(KEPT_BYTES)]).arg(&value[..value.len().min(KEPT_BYTES)]);
        }
        self.call(&call).await
    }
}
