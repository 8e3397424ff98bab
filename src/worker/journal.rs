//! The flow's journal over the queue's `record` script.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::requests::Requests;
use crate::flows::{Answer, Halt, Intent, Journal};
use crate::queue::{Claim, Held, Lease, Queue, Record};

/// Keeps a run's intents in its hash, and knows whether a write is in flight.
pub(super) struct RunJournal {
    queue: Queue,
    claim: Arc<Claim>,
    lease: Arc<Lease>,
    margin: Duration,
    drain: watch::Receiver<bool>,
    intents: Mutex<Vec<Intent>>,
    requests: Requests,
    in_flight: watch::Sender<bool>,
}

impl RunJournal {
    pub(super) fn new(
        queue: Queue,
        claim: Arc<Claim>,
        lease: Arc<Lease>,
        margin: Duration,
        drain: watch::Receiver<bool>,
        earlier: Vec<Intent>,
        requests: Requests,
    ) -> Self {
        let in_flight = watch::Sender::new(false);
        RunJournal { queue, claim, lease, margin, drain, intents: Mutex::new(earlier), requests, in_flight }
    }

    /// All intents of the run so far.
    pub(super) fn intents(&self) -> Vec<Intent> {
        self.intents.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns when no write is between its intent and its answer.
    pub(super) async fn no_write_in_flight(&self) {
        // The sender lives as long as this journal.
        let _ = self.in_flight.subscribe().wait_for(|in_flight| !in_flight).await;
    }

    /// Waits until a write may begin. A lease that lapsed because Redis was away, or this process asleep, is no reason to give
    /// the run up: it is renewed, or it is lost.
    async fn writable(&self) -> Result<(), Halt> {
        if *self.drain.borrow() {
            Err(Halt::Draining)
        } else if self.lease.writable(self.margin).await {
            Ok(())
        } else {
            Err(Halt::Lost)
        }
    }

    fn note(&self, number: usize, answer: Answer) {
        if let Some(intent) = self.intents.lock().unwrap_or_else(PoisonError::into_inner).get_mut(number) {
            intent.answer = answer;
        }
    }

    async fn keep(&self) -> Result<(), Halt> {
        let intents = serde_json::to_string(&self.intents()).expect("texts and numbers have a JSON form");
        let mut fields = self.requests.fields();
        fields.push(("intents".to_owned(), intents));
        let record = Record { fields, people: Vec::new() };
        match self.queue.record(&self.claim, &record).await {
            Ok(Held::Yes) => Ok(()),
            Ok(_) => Err(Halt::Lost),
            Err(error) => {
                // Nobody may write without a trace of it; the run is taken over when its lease ends.
                tracing::error!(%error, "failed to keep a write's intent");
                Err(Halt::Lost)
            }
        }
    }
}

impl Journal for RunJournal {
    async fn intend(&self, intent: Intent) -> Result<usize, Halt> {
        self.writable().await?;
        let number = {
            let mut intents = self.intents.lock().unwrap_or_else(PoisonError::into_inner);
            intents.push(intent);
            intents.len() - 1
        };
        self.keep().await?;
        // Keeping it may have taken an outage of Redis, and a drain may have begun.
        if let Err(halt) = self.writable().await {
            // It certainly was not sent: nobody has to look for its effect.
            self.note(number, Answer::Refused);
            if halt == Halt::Draining {
                self.keep().await?;
            }
            return Err(halt);
        }
        self.in_flight.send_replace(true);
        Ok(number)
    }

    async fn answered(&self, number: usize, answer: Answer) -> Result<(), Halt> {
        self.note(number, answer);
        let kept = self.keep().await;
        self.in_flight.send_replace(false);
        kept
    }

    fn may_write(&self) -> Result<(), Halt> {
        if *self.drain.borrow() {
            Err(Halt::Draining)
        } else if !self.lease.may_write(self.margin) {
            Err(Halt::Lost)
        } else {
            Ok(())
        }
    }
}
