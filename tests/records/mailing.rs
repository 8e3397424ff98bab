//! A mailer with its times set small, and what it finds in the outbox.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::AsyncCommands;
use renkei::config::{MailConfig, Secret, SecretOrigin, Smtp as SmtpConfig, SmtpSecurity};
use renkei::job::LinkKind;
use renkei::notify::{Directory, Mail, Mailer, MailerSettings, OutboxEntry, SmtpState, message_id};
use renkei::queue::Queue;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::world::until;

pub(crate) struct Config {
    pub(crate) mail: watch::Receiver<Option<MailConfig>>,
    pub(crate) to: Vec<String>,
}

impl Directory for Config {
    fn mail(&self) -> Option<MailConfig> {
        self.mail.borrow().clone()
    }

    fn addresses(&self, organization: &str) -> Vec<String> {
        if organization == "default" { self.to.clone() } else { Vec::new() }
    }
}

pub(crate) fn config(server: SocketAddr, password: Option<&str>) -> MailConfig {
    let smtp = SmtpConfig {
        url: format!("smtp://{server}"),
        host: server.ip().to_string(),
        port: server.port(),
        security: SmtpSecurity::Plain,
        username: password.map(|_| "renkei".to_owned()),
        password: password.map(|password| Secret::new(password, SecretOrigin::Inline)),
    };
    let from = "renkei <renkei@example.co.jp>".to_owned();
    MailConfig { smtp, from, to: Vec::new(), remind_from: MailConfig::REMIND_FROM }
}

pub(crate) struct Running {
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) state: watch::Receiver<SmtpState>,
    pub(crate) beats: Arc<AtomicUsize>,
    pub(crate) task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(queue: &Queue, server: SocketAddr, to: &[&str]) -> Running {
        Running::start_as(queue, config(server, None), to, "mailer-1", |_| {})
    }

    pub(crate) fn start_as(
        queue: &Queue,
        mail: MailConfig,
        to: &[&str],
        consumer: &str,
        change: impl FnOnce(&mut MailerSettings),
    ) -> Running {
        let (_, mail) = watch::channel(Some(mail));
        let config = Config { mail, to: to.iter().map(ToString::to_string).collect() };
        let mut times = MailerSettings::new(consumer);
        times.poll = Duration::from_millis(10);
        times.renew = Duration::from_millis(100);
        times.take_over = Duration::from_millis(500);
        times.backoff_first = Duration::from_millis(20);
        times.backoff_most = Duration::from_millis(100);
        times.refused_most = Duration::from_millis(100);
        // The entries' date stands still while the calendar goes on.
        times.give_up = Duration::MAX;
        change(&mut times);
        let beats = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&beats);
        let beat = move || {
            count.fetch_add(1, Ordering::SeqCst);
        };
        let mailer = Mailer::new(queue, times, Arc::new(config), Arc::new(beat));
        let state = mailer.state();
        let (stop, stopped) = watch::channel(false);
        Running { stop, state, beats, task: tokio::spawn(mailer.run(stopped)) }
    }

    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.unwrap();
    }
}

pub(crate) fn entry(run: &str, organization: &str) -> OutboxEntry {
    OutboxEntry {
        run: run.to_owned(),
        organization: organization.to_owned(),
        kind: LinkKind::OfficeStationKaonavi,
        mail: Mail { subject: "件名".to_owned(), body: "本文\n".to_owned() },
        message_id: message_id(run, &["acme"], None),
        created: "2026-11-22T06:00:00.000+09:00".to_owned(),
    }
}

pub(crate) async fn put(queue: &Queue, entry: &OutboxEntry) {
    let _: String = queue.connection().xadd(queue.keys().mail(), "*", &entry.to_fields()).await.unwrap();
}

pub(crate) async fn waiting(queue: &Queue) -> usize {
    queue.connection().xlen(queue.keys().mail()).await.unwrap()
}

pub(crate) async fn consumers(queue: &Queue) -> usize {
    let key = queue.keys().mail();
    let found: redis::RedisResult<redis::streams::StreamInfoConsumersReply> =
        queue.connection().xinfo_consumers(&key, "mailers").await;
    found.map_or(0, |found| found.consumers.len())
}

pub(crate) async fn until_empty(queue: &Queue) {
    until("the outbox is empty", || async { waiting(queue).await == 0 }).await;
}
