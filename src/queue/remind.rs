//! `remind`: a mail into the outbox that no run ends with, once for all daemons.

use std::time::Duration;

use super::script;
use super::{Queue, QueueError};

/// How long it is known what was told: as long as an ended run. What is still so after that may be told again.
const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// What became of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminded {
    /// It is in the outbox.
    Told,
    /// Some of it was told before, so none of it is in the outbox.
    Again,
}

impl Queue {
    /// Which of these marks, named by [`Keys::reminder`](super::Keys::reminder), are set: what they stand for was told.
    ///
    /// # Errors
    /// If Redis can't be reached.
    pub async fn reminded(&self, marks: &[String]) -> Result<Vec<bool>, QueueError> {
        if marks.is_empty() {
            return Ok(Vec::new());
        }
        let mut ask = redis::pipe();
        for mark in marks {
            ask.cmd("EXISTS").arg(mark);
        }
        Ok(ask.query_async(&mut self.connection()).await?)
    }

    /// Puts a mail into the outbox and sets its marks, in one step, unless one of them is set.
    ///
    /// # Errors
    /// If Redis can't be reached. Whether it was told is found by asking again.
    pub async fn remind(&self, marks: &[String], mail: &[(String, String)]) -> Result<Reminded, QueueError> {
        let mut call = script::REMIND.prepare_invoke();
        call.key(self.keys().mail());
        for mark in marks {
            call.key(mark);
        }
        call.arg(KEPT.as_secs());
        for (name, value) in mail {
            call.arg(name).arg(value);
        }
        match self.call::<String>(&call).await?.as_str() {
            "told" => Ok(Reminded::Told),
            "again" => Ok(Reminded::Again),
            _ => Err(QueueError::Answer("remind")),
        }
    }
}
