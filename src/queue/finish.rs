//! `finish`: a run ends, in one step with its mail and its acknowledgement.

use std::time::Duration;

use super::holds::{self, Found};
use super::renew::held;
use super::script::{self, add_accounts};
use super::todo::{self, TodoList};
use super::{Claim, Held, Queue, QueueError, WORKERS};

/// How long an ended run is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retain {
    /// The run itself.
    pub run: Duration,
    /// Its people.
    pub people: Duration,
}

impl Default for Retain {
    fn default() -> Self {
        let day = Duration::from_secs(24 * 3600);
        Retain { run: 400 * day, people: 90 * day }
    }
}

/// The end of a run.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// Fields of the run to set: `status` (完了 or 異常終了), `finished_at`, the counts, the reason.
    pub fields: Vec<(String, String)>,
    /// How long to keep it.
    pub retain: Retain,
    /// The fields of the outbox entry, if somebody is to be told.
    pub mail: Option<Vec<(String, String)>>,
    /// What it found about holds of its link; nothing for a run that changes none, such as a dry run.
    pub holds: Option<Found>,
    /// What it leaves to be done by people; nothing for a run that doesn't know, or changes nothing, such as a dry run.
    pub todo: Option<TodoList>,
}

impl Queue {
    /// Ends a run. Waits for Redis if it is away; then lets the next run of each freed account go.
    ///
    /// # Errors
    /// Any failure that waiting can't mend.
    pub async fn finish(&self, claim: &Claim, end: &End) -> Result<Held, QueueError> {
        let answer = self.persist(|| self.try_finish(claim, end)).await?;
        let (word, heads) = answer.split_first().ok_or(QueueError::Answer("finish"))?;
        self.promote_heads(&claim.accounts, heads).await;
        held(word, "finish")
    }

    async fn try_finish(&self, claim: &Claim, end: &End) -> Result<Vec<String>, QueueError> {
        let keys = self.keys();
        let json = |found| serde_json::to_string(found).expect("texts have a JSON form");
        let found = end.holds.as_ref().map(json).unwrap_or_default();
        let mut call = script::FINISH.prepare_invoke();
        call.key(keys.jobs())
            .key(keys.run(&claim.run))
            .key(keys.mail())
            .key(keys.people_of(&claim.run, claim.epoch))
            .key(keys.people(&claim.run))
            .key(keys.people_of(&claim.run, claim.stale_people.unwrap_or(claim.epoch)))
            .key(keys.holds(&claim.link))
            .key(keys.todo(&claim.link));
        add_accounts(&mut call, keys, &claim.accounts);
        call.arg(WORKERS)
            .arg(&claim.entry)
            .arg(claim.epoch)
            .arg(claim.run.as_str())
            .arg(end.retain.run.as_secs())
            .arg(end.retain.people.as_secs())
            .arg(holds::expiry())
            .arg(found)
            .arg(2 * end.fields.len());
        let [field, value, oldest] = end.todo.as_ref().map_or([""; 3], |todo| {
            [&todo.field, todo.value.as_deref().unwrap_or_default(), &todo.forget_before]
        });
        call.arg(todo::expiry()).arg(field).arg(value).arg(oldest);
        for (name, value) in end.fields.iter().chain(end.mail.iter().flatten()) {
            call.arg(name).arg(value);
        }
        self.call(&call).await
    }
}
