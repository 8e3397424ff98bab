//! What a run is about to write is noted before it is written, so that a later attempt knows what may have happened.
//!
//! The services' writes are not all repeatable (a POST, an asynchronous task). Before each write its [`Intent`] is recorded; the
//! task id or the answer replaces the doubt. An intent without an answer is *unknown*: the next attempt waits for open
//! tasks and reads until the intent's effect shows, then plans anew (`DESIGN` §5.4). No value is ever part of an intent.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use serde::{Deserialize, Serialize};

/// Why an attempt has to stop between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// Somebody else owns the run now, or may soon: the lease is lost or too short for a write.
    Lost,
    /// The daemon is draining.
    Draining,
}

/// What kind of write an intent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// People are made.
    Create,
    /// Items of people are changed.
    Update,
    /// People's rows of a multi-record sheet are replaced.
    Replace,
    /// People are made or changed, whoever is there already: [`Intent::new`] says which of them are new.
    Upsert,
}

/// One write that was about to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// What kind of write.
    pub act: Act,
    /// The sheet it goes to.
    pub sheet: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The bare names of the items that are written, each once; people refer to them by position.
    pub items: Vec<String>,
    /// 社員番号 → positions in `items`.
    pub people: BTreeMap<String, Vec<u16>>,
    /// Who of `people` is to be made by an [`Act::Upsert`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub new: BTreeSet<String>,
    /// What is known of its end.
    pub answer: Answer,
}

impl Intent {
    /// True if somebody was to be made.
    pub fn creates(&self, code: &str) -> bool {
        match self.act {
            Act::Create => true,
            Act::Upsert => self.new.contains(code),
            Act::Update | Act::Replace => false,
        }
    }

    /// The people whom the service didn't refuse, as far as is known, with what was to be written of each.
    pub fn accepted(&self) -> impl Iterator<Item = (&str, &[u16])> {
        let refused = |code: &String| match &self.answer {
            Answer::Refused => true,
            Answer::Except(refused) => refused.contains(code),
            Answer::Unknown | Answer::Task(_) | Answer::Done | Answer::Doubtful => false,
        };
        let people = self.people.iter().filter(move |(code, _)| !refused(code));
        people.map(|(code, positions)| (code.as_str(), positions.as_slice()))
    }

    /// The bare names of the items that were to be written of a person.
    pub fn items_of<'a>(&'a self, positions: &'a [u16]) -> impl Iterator<Item = &'a str> {
        positions.iter().filter_map(|at| self.items.get(usize::from(*at))).map(String::as_str)
    }
}

/// What is known of a write's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Nothing: it may have happened or not.
    Unknown,
    /// The service works on it under this task id.
    Task(u64),
    /// It took effect.
    Done,
    /// It certainly had no effect.
    Refused,
    /// It ended, and what it did to whom is not known: only reading tells.
    Doubtful,
    /// It took effect, but for these 社員番号, whom the service refused one by one.
    Except(BTreeSet<String>),
}

impl Answer {
    /// True while a later attempt must find out what came of it.
    pub fn is_open(&self) -> bool {
        matches!(self, Answer::Unknown | Answer::Task(_))
    }
}

/// Where a run's intents are kept, and who says whether it may still write. The worker implements it over the queue's scripts.
pub trait Journal: Sync {
    /// Keeps an intent, before its write. Returns its number.
    ///
    /// # Errors
    /// [`Halt`] if the run is no longer this attempt's, or the daemon is draining: nothing may be written then.
    fn intend(&self, intent: Intent) -> impl Future<Output = Result<usize, Halt>> + Send;

    /// Keeps what came of intent `number`.
    ///
    /// # Errors
    /// [`Halt::Lost`] if the run is no longer this attempt's.
    fn answered(&self, number: usize, answer: Answer) -> impl Future<Output = Result<(), Halt>> + Send;

    /// To be asked right before a request that changes something.
    ///
    /// # Errors
    /// [`Halt`] if less of the lease is left than a write may take, or the daemon is draining.
    fn may_write(&self) -> Result<(), Halt>;
}
