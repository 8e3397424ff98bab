//! What a mailer does with the server's answer to a mail.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::Address;
use redis::RedisResult;
use tokio::time::Instant;
use tracing::{error, info, warn};

use super::super::held::Backoff;
use super::super::outbox::OutboxEntry;
use super::super::smtp::{Delivered, SendError};
use super::{Mailer, SmtpState, Turn, mark};
use crate::telemetry::metrics::{MailOutcome, mail};

/// So often the server must have broken off at a mail, and taken others in between each time, before the mail may be given up:
/// a server that comes and goes is no reason to lose one.
const BLAMED: u32 = 3;

impl Mailer {
    pub(super) async fn answered(
        &mut self,
        id: &str,
        entry: &OutboxEntry,
        result: Result<Delivered, SendError>,
    ) -> RedisResult<Turn> {
        if !matches!(result, Err(SendError::Server(_) | SendError::Broken(_))) {
            self.server_is_up();
        }
        match verdict(result) {
            Verdict::Sent { refused } => {
                if refused > 0 {
                    warn!(run = entry.run, refused, "the mail server refused some of a mail's recipients");
                }
                self.taken += 1;
                mail(MailOutcome::Sent);
                self.settle(id).await
            }
            Verdict::Later { accepted, code } => {
                self.book.delivered(id, accepted.iter().map(|address| mark(entry, address)));
                let most = self.settings.backoff_most;
                let turn = self.put_off(id, entry, code, MailOutcome::Retried, most).await?;
                self.save_served().await?;
                Ok(turn)
            }
            Verdict::Refused { code } => {
                let was_delivered = self.book.get(id).is_some_and(|held| !held.served.is_empty());
                if was_delivered {
                    // The others have it; nobody is left who would take it.
                    mail(MailOutcome::Sent);
                    return self.settle(id).await;
                }
                self.put_off(id, entry, code, MailOutcome::Refused, self.settings.refused_most).await
            }
            Verdict::Broken { what } => self.broken_off(id, entry, &what).await,
            Verdict::Down { what } => Ok(self.server_is_down(&what)),
        }
    }

    /// Tries a mail again later, or gives it up when it is old.
    async fn put_off(
        &mut self,
        id: &str,
        entry: &OutboxEntry,
        code: u16,
        outcome: MailOutcome,
        most: Duration,
    ) -> RedisResult<Turn> {
        if self.is_old(entry) {
            error!(run = entry.run, code, "gave a mail up that the mail server kept refusing");
            mail(MailOutcome::Dropped);
            return self.settle(id).await;
        }
        let backoff = Backoff { first: self.settings.backoff_first, most };
        if self.book.postpone(id, Instant::now(), backoff) == 1 {
            warn!(run = entry.run, code, "the mail server did not take a mail; it is tried again");
        }
        mail(outcome);
        Ok(Turn::Sent)
    }

    /// Lets the other mails go first. The server counts as down, until it takes others and breaks off at this one again.
    async fn broken_off(&mut self, id: &str, entry: &OutboxEntry, what: &str) -> RedisResult<Turn> {
        let backoff = self.backoff();
        self.book.postpone(id, Instant::now(), backoff);
        let blamed = self.book.broken_off(id, self.taken);
        if blamed == 0 {
            return Ok(self.server_is_down(what));
        }
        if blamed >= BLAMED && self.is_old(entry) {
            error!(run = entry.run, what, "gave a mail up at which the mail server kept breaking off");
            mail(MailOutcome::Dropped);
            return self.settle(id).await;
        }
        mail(MailOutcome::Retried);
        Ok(Turn::Sent)
    }

    fn is_old(&self, entry: &OutboxEntry) -> bool {
        age(&entry.created).is_some_and(|age| age > self.settings.give_up)
    }

    fn backoff(&self) -> Backoff {
        Backoff { first: self.settings.backoff_first, most: self.settings.backoff_most }
    }

    fn server_is_down(&mut self, what: &str) -> Turn {
        let failures = self.outage.map_or(0, |(failures, _)| failures) + 1;
        if failures == 1 {
            warn!(what, "mail cannot be sent; it waits in the outbox");
        }
        self.outage = Some((failures, Instant::now() + self.backoff().after(failures)));
        self.state.send_replace(SmtpState::Down);
        mail(MailOutcome::Retried);
        Turn::Idle
    }

    fn server_is_up(&mut self) {
        if self.outage.take().is_some() {
            info!("mail can be sent again");
        }
        self.state.send_replace(SmtpState::Up);
    }
}

/// What an answer means for the mail.
enum Verdict {
    Sent { refused: usize },
    Later { accepted: Vec<Address>, code: u16 },
    Refused { code: u16 },
    Broken { what: String },
    Down { what: String },
}

fn verdict(result: Result<Delivered, SendError>) -> Verdict {
    match result {
        Ok(Delivered { accepted, refused, deferred }) => match (deferred.first(), refused.first()) {
            (Some((_, code)), _) => Verdict::Later { accepted, code: *code },
            (None, Some((_, code))) if accepted.is_empty() => Verdict::Refused { code: *code },
            _ => Verdict::Sent { refused: refused.len() },
        },
        Err(SendError::Later(code)) => Verdict::Later { accepted: Vec::new(), code },
        Err(SendError::Refused(code)) => Verdict::Refused { code },
        Err(SendError::Broken(what)) => Verdict::Broken { what },
        Err(SendError::Server(what)) => Verdict::Down { what },
    }
}

fn age(created: &str) -> Option<Duration> {
    let created = DateTime::parse_from_rfc3339(created).ok()?;
    (Utc::now() - created.with_timezone(&Utc)).to_std().ok()
}
