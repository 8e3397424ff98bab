//! `record`: intents, progress and people of an attempt while it runs.

use super::renew::held;
use super::script;
use super::{Claim, Held, Queue, QueueError};

/// How many people go into one call of the script.
const CHUNK: usize = 500;

/// What to note about a running attempt.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Fields of the run to set; `intents` among them.
    pub fields: Vec<(String, String)>,
    /// One entry per person: names and values.
    pub people: Vec<Vec<(String, String)>>,
}

impl Queue {
    /// Notes fields and people under the claim. Waits for Redis if it is away. Each person is listed once, even if
    /// an answer is lost.
    ///
    /// # Errors
    /// Any failure that waiting can't mend.
    pub async fn record(&self, claim: &Claim, record: &Record) -> Result<Held, QueueError> {
        let mut number = claim.records.lock().await;
        let mut fields = record.fields.as_slice();
        let mut people = record.people.as_slice();
        loop {
            let (now, later) = people.split_at(people.len().min(CHUNK));
            *number += 1;
            let sent = *number;
            let held = self.persist(|| self.try_record(claim, sent, fields, now)).await?;
            if held != Held::Yes || later.is_empty() {
                return Ok(held);
            }
            (fields, people) = (&[], later);
        }
    }

    async fn try_record(
        &self,
        claim: &Claim,
        number: u64,
        fields: &[(String, String)],
        people: &[Vec<(String, String)>],
    ) -> Result<Held, QueueError> {
        let keys = self.keys();
        let mut call = script::RECORD.prepare_invoke();
        call.key(keys.run(&claim.run)).key(keys.people_of(&claim.run, claim.epoch));
        if let Some(stale) = claim.stale_people {
            call.key(keys.people_of(&claim.run, stale));
        }
        call.arg(&claim.entry).arg(claim.epoch).arg(number).arg(2 * fields.len());
        for (name, value) in fields {
            call.arg(name).arg(value);
        }
        for person in people {
            call.arg(2 * person.len());
            for (name, value) in person {
                call.arg(name).arg(value);
            }
        }
        held(&self.call::<String>(&call).await?, "record")
    }
}
