//! The loop that empties the outbox.

mod answer;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use redis::RedisResult;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tracing::{debug, error, info};

use super::held::Book;
use super::message;
use super::outbox::{OutboxEntry, served_mark};
use super::settings::{MailerSettings, Server};
use super::smtp::{Delivered, SendError, Session, converse};
use super::stream::{Found, Outbox};
use crate::config::MailConfig;
use crate::queue::Queue;
use crate::telemetry::metrics::{MailOutcome, mail};

/// The configuration as the mailer sees it at any moment; a reload changes what it answers.
pub trait Directory: Send + Sync {
    /// The mail server and the sender; `None` if mail is not configured.
    fn mail(&self) -> Option<MailConfig>;
    /// The addresses of an organization.
    fn addresses(&self, organization: &str) -> Vec<String>;
}

/// What the mail server was like at the last try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpState {
    /// Mail is not configured.
    Off,
    /// Nothing was sent yet.
    Unknown,
    /// The last conversation worked.
    Up,
    /// The server cannot be reached, or refuses to talk.
    Down,
}

impl SmtpState {
    /// The word in `/readyz`.
    pub fn as_str(self) -> &'static str {
        match self {
            SmtpState::Off => "off",
            SmtpState::Unknown => "unknown",
            SmtpState::Up => "up",
            SmtpState::Down => "down",
        }
    }
}

/// Sends what is in the outbox.
pub struct Mailer {
    outbox: Outbox,
    settings: MailerSettings,
    directory: Arc<dyn Directory>,
    beat: Arc<dyn Fn() + Send + Sync>,
    book: Book,
    /// What the configuration said last, taken apart; the session is with this server.
    server: Option<(MailConfig, Arc<Server>)>,
    session: Option<Session>,
    /// Since the server is down: how many tries have failed, and when the next one is due.
    outage: Option<(u32, Instant)>,
    renewed: Option<Instant>,
    /// How many times the server took a mail.
    taken: u64,
    /// The first renewal since this mailer started or Redis failed it last.
    calm_since: Option<Instant>,
    has_group: bool,
    state: watch::Sender<SmtpState>,
}

impl Mailer {
    /// A mailer on the queue's shared connection. `beat` is called at least every
    /// few seconds while the loop turns.
    pub fn new(
        queue: &Queue,
        settings: MailerSettings,
        directory: Arc<dyn Directory>,
        beat: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        let mailer = Mailer {
            outbox: Outbox::new(queue, settings.consumer.clone()),
            settings,
            directory,
            beat,
            book: Book::default(),
            server: None,
            session: None,
            outage: None,
            renewed: None,
            taken: 0,
            calm_since: None,
            has_group: false,
            state: watch::Sender::new(SmtpState::Unknown),
        };
        mailer.show_whether_configured();
        mailer
    }

    /// Shows `Off` while mail is not configured, which a reload can change.
    fn show_whether_configured(&self) {
        let is_on = self.directory.mail().is_some();
        self.state.send_if_modified(|state| {
            let before = *state;
            *state = match before {
                _ if !is_on => SmtpState::Off,
                SmtpState::Off => SmtpState::Unknown,
                known => known,
            };
            *state != before
        });
    }

    /// What the mail server was like at the last try.
    pub fn state(&self) -> watch::Receiver<SmtpState> {
        self.state.subscribe()
    }

    /// Runs until `stop` turns true (or its sender is gone), ending after the mail that is being sent. Redis being away is
    /// waited out in silence: its connection says so.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow_and_update() {
            (self.beat)();
            self.show_whether_configured();
            let pause = match self.turn().await {
                Ok(Turn::Sent) => continue,
                Ok(Turn::Idle) => self.settings.poll,
                Err(error) => {
                    self.has_group &= error.code() != Some("NOGROUP");
                    self.redis_failed();
                    debug!(kind = ?error.kind(), "the outbox cannot be read");
                    self.settings.poll
                }
            };
            if let Some(session) = self.session.take() {
                session.close().await;
            }
            tokio::select! {
                () = sleep(pause) => {}
                changed = stop.changed() => if changed.is_err() { break },
            }
        }
    }

    /// Takes entries in and deals with one that is due.
    async fn turn(&mut self) -> RedisResult<Turn> {
        if !self.has_group {
            self.outbox.make_group().await?;
            self.outbox.forget_dead().await?;
            self.has_group = true;
        }
        let now = Instant::now();
        if self.renewed.is_none_or(|at| now - at >= self.settings.renew) {
            self.renew(now).await?;
            self.renewed = Some(now);
        }
        if self.outage.is_some_and(|(_, until)| now < until) {
            // Entries stay where they are; but what is only to be acknowledged needs no server.
            let settled = self.book.ids().find(|id| self.is_settled(id)).cloned();
            return match settled {
                Some(id) => self.settle(&id).await,
                None => Ok(Turn::Idle),
            };
        }
        if !self.book.has_fresh_due(now) && self.book.len() < self.settings.most_held {
            for id in self.outbox.read(16).await? {
                self.book.add(id, now);
            }
        }
        match self.book.next_due(now) {
            Some(id) => self.deal_with(&id).await,
            None => Ok(Turn::Idle),
        }
    }

    fn is_settled(&self, id: &str) -> bool {
        self.book.get(id).is_some_and(|held| held.is_settled)
    }

    /// Keeps what is held and takes over what a dead mailer held. Not before one renewal has passed since Redis was there
    /// again: a mailer that is alive could not say so meanwhile, and may have sent what looks abandoned.
    async fn renew(&mut self, now: Instant) -> RedisResult<()> {
        let ids: Vec<&String> = self.book.ids().collect();
        self.outbox.keep(&ids).await?;
        self.save_served().await?;
        let calm_since = *self.calm_since.get_or_insert(now);
        let room = self.settings.most_held.saturating_sub(self.book.len()).min(100);
        if room > 0 && now - calm_since >= self.settings.renew {
            for id in self.outbox.take_over(self.settings.take_over, room).await? {
                self.book.add(id, now);
            }
        }
        Ok(())
    }

    /// What is held is renewed as soon as Redis is back; what others hold is theirs until they had the time to do the same.
    fn redis_failed(&mut self) {
        self.renewed = None;
        self.calm_since = None;
    }

    /// Tells Redis who has which mail already, so that the next mailer of an entry does not send to them again.
    async fn save_served(&mut self) -> RedisResult<()> {
        for (id, marks) in self.book.unsaved() {
            self.outbox.note_served(&id, &marks).await?;
            self.book.saved(&id);
        }
        Ok(())
    }

    async fn settle(&mut self, id: &str) -> RedisResult<Turn> {
        self.book.settle(id);
        self.outbox.settle(id).await?;
        self.book.remove(id);
        Ok(Turn::Sent)
    }

    /// Sends one entry and does what its answer asks for.
    async fn deal_with(&mut self, id: &str) -> RedisResult<Turn> {
        if self.is_settled(id) {
            return self.settle(id).await;
        }
        let entry = match self.outbox.fetch(id).await? {
            Found::Entry(entry, served) => {
                self.book.served(id, served);
                entry
            }
            Found::NotOurs => {
                self.book.remove(id);
                return Ok(Turn::Sent);
            }
            Found::Unreadable => {
                error!(entry = id, "dropped an entry of the outbox that is no mail");
                mail(MailOutcome::Dropped);
                return self.settle(id).await;
            }
        };
        let addresses = self.directory.addresses(&entry.organization);
        let Some(config) = self.directory.mail().filter(|_| !addresses.is_empty()) else {
            info!(run = entry.run, organization = entry.organization, "no mail address, so no mail");
            mail(MailOutcome::NoAddress);
            return self.settle(id).await;
        };
        let result = self.send(id, &entry, config, &addresses).await;
        self.answered(id, &entry, result).await
    }

    /// Sends an entry to those of its recipients who do not have it yet, and keeps what is held meanwhile.
    async fn send(
        &mut self,
        id: &str,
        entry: &OutboxEntry,
        config: MailConfig,
        addresses: &[String],
    ) -> Result<Delivered, SendError> {
        let server = self.server(config)?;
        let boxes: Vec<Mailbox> = addresses.iter().filter_map(|address| address.parse().ok()).collect();
        let done = self.book.get(id).map(|held| held.served.clone()).unwrap_or_default();
        let all = boxes.iter().map(|mailbox| mailbox.email.clone());
        let to: Vec<Address> = all.filter(|address| !done.contains(&mark(entry, address))).collect();
        // The configuration checks addresses; code 553 is what a server says to one that is none.
        let bytes = message::build(entry, &server.from, &boxes).map_err(|_| SendError::Refused(553))?;
        let mut work = pin!(converse(self.session.take(), &server, &to, &bytes));
        let mut pause = self.settings.renew;
        let (session, result) = loop {
            tokio::select! {
                done = &mut work => break done,
                () = sleep(pause) => pause = self.keep().await,
            }
        };
        self.session = session;
        result
    }

    /// Keeps what is held while a mail is sent; returns when to do so again.
    async fn keep(&mut self) -> Duration {
        (self.beat)();
        let ids: Vec<&String> = self.book.ids().collect();
        let Err(error) = self.outbox.keep(&ids).await else { return self.settings.renew };
        self.redis_failed();
        debug!(kind = ?error.kind(), "the outbox cannot be reached while a mail is sent");
        self.settings.poll
    }

    /// The server of this configuration. After a reload that changed it, the open session is dropped.
    fn server(&mut self, config: MailConfig) -> Result<Arc<Server>, SendError> {
        if let Some((known, server)) = &self.server
            && *known == config
        {
            return Ok(Arc::clone(server));
        }
        self.session = None;
        let server = Arc::new(Server::of(&config)?);
        self.server = Some((config, Arc::clone(&server)));
        Ok(server)
    }
}

/// What a turn of the loop did.
enum Turn {
    /// Something; there may be more.
    Sent,
    /// Nothing, or nothing that helps to go on at once.
    Idle,
}

fn mark(entry: &OutboxEntry, address: &Address) -> String {
    served_mark(&entry.message_id, address.as_ref())
}
