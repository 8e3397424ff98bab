//! `begin`: a delivered job becomes an attempt of a run, or stands in line.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;

use super::script::{self, add_accounts};
use super::{Begun, Claim, Delivery, Earlier, MOST_CRASHES, NewRun, Queue, QueueError, WORKERS, times};
use crate::job::RunId;

/// How long an idempotency key and the run of a duplicate live: 24 h.
const ONCE_MS: u64 = 24 * 3600 * 1000;

impl Queue {
    /// Makes or finds the run of a job and starts an attempt, if its accounts are free and no older run waits for
    /// one. Waits for Redis if it is away.
    ///
    /// A run whose accounts are not those of its last begin leaves the lines of the former ones.
    ///
    /// # Errors
    /// Any failure that waiting can't mend.
    pub async fn begin(&self, delivery: &Delivery, new: &NewRun) -> Result<Begun, QueueError> {
        let run = match &new.run {
            Some(run) => run.clone(),
            None => delivery.entry.parse().map_err(|()| QueueError::Answer("xreadgroup"))?,
        };
        let mut had = String::new();
        let (since, answer) = loop {
            let (since, mut answer) = self.persist(|| self.try_begin(delivery, new, &run, &had)).await?;
            match answer.as_mut_slice() {
                // The script was not passed the lines of the accounts that the run had before; now it is.
                [word, accounts] if word == "moved" => had = std::mem::take(accounts),
                _ => break (since, answer),
            }
        };
        begun(delivery, new, run, since, &answer).ok_or(QueueError::Answer("begin"))
    }

    async fn try_begin(
        &self,
        delivery: &Delivery,
        new: &NewRun,
        run: &RunId,
        had: &str,
    ) -> Result<(Instant, Vec<String>), QueueError> {
        let keys = self.keys();
        let mut call = script::BEGIN.prepare_invoke();
        call.key(keys.jobs())
            .key(keys.run(run))
            .key(keys.runs())
            .key(keys.runs_of(&new.link))
            .key(keys.waiting());
        if let Some(key) = &new.key {
            call.key(keys.once(key));
        }
        let former: Vec<String> =
            had.split_whitespace().map(str::to_owned).filter(|one| !new.accounts.contains(one)).collect();
        add_accounts(&mut call, keys, &former);
        add_accounts(&mut call, keys, &new.accounts);
        let (enqueued, _) = times::parts(run);
        call.arg(WORKERS)
            .arg(&*delivery.consumer)
            .arg(&delivery.entry)
            .arg(run.as_str())
            .arg(delivery.owner())
            .arg(u8::from(delivery.taken_over))
            .arg(u8::from(new.run.is_some()))
            .arg(self.lease_ms())
            .arg(times::place(run))
            .arg(enqueued)
            .arg(times::now())
            .arg(new.key.as_ref().map_or(String::new(), |_| ONCE_MS.to_string()))
            .arg(MOST_CRASHES)
            .arg(new.accounts.join(" "))
            .arg(job(delivery))
            .arg(had)
            .arg(former.len());
        call.arg("enqueued_at").arg(times::tokyo(enqueued));
        for (name, value) in &new.fields {
            call.arg(*name).arg(value);
        }
        let since = Instant::now();
        Ok((since, self.call(&call).await?))
    }

    pub(super) fn lease_ms(&self) -> u64 {
        u64::try_from(self.settings().lease.as_millis()).unwrap_or(u64::MAX)
    }
}

/// The job's fields as they will go back on the stream: a JSON array of names and values, without `run`.
fn job(delivery: &Delivery) -> String {
    let words: Vec<_> = delivery
        .fields
        .iter()
        .filter(|(name, _)| name != b"run")
        .flat_map(|(name, value)| [String::from_utf8_lossy(name), String::from_utf8_lossy(value)])
        .collect();
    serde_json::Value::from(words).to_string()
}

fn begun(delivery: &Delivery, new: &NewRun, run: RunId, since: Instant, answer: &[String]) -> Option<Begun> {
    let word = |at: usize| answer.get(at).map(String::as_str);
    Some(match word(0)? {
        "started" | "crashed" => {
            let claim = Claim {
                entry: delivery.entry.clone(),
                epoch: word(1)?.parse().ok()?,
                attempt: word(2)?.parse().ok()?,
                link: new.link.clone(),
                accounts: new.accounts.clone(),
                enqueued_ms: times::parts(&run).0,
                since,
                consumer: Arc::clone(&delivery.consumer),
                stale_people: word(5)?.parse().ok(),
                records: Arc::new(Mutex::new(0)),
                run,
            };
            let earlier = Earlier { intents: word(3)?.to_owned(), started_at: word(4)?.to_owned() };
            if word(0) == Some("crashed") {
                return Some(Begun::Crashed(claim, earlier));
            }
            Begun::Started(claim, earlier)
        }
        "waiting" => Begun::Waiting { run },
        "duplicate" => Begun::Duplicate { run, of: word(1)?.parse().ok()? },
        "ended" => Begun::Ended,
        "unknown" => Begun::Unknown,
        _ => return None,
    })
}
