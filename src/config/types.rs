//! The whole configuration, checked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveTime;
use chrono_tz::Tz;

use super::{Link, Secret, WorkerConfig};

/// What `config.yaml` says, with every default filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file that it came from.
    pub path: PathBuf,
    /// An existing Redis; without one the daemon runs a private server.
    pub redis: Option<RedisConfig>,
    /// What the Redis keys begin with; `renkei`.
    pub prefix: String,
    /// Where the private Redis lives; `/var/lib/renkei`.
    pub state_dir: PathBuf,
    /// Health and metrics.
    pub http: ListenConfig,
    /// How jobs are run.
    pub worker: WorkerConfig,
    /// Whom staff ask, unless the organization says otherwise.
    pub support: Option<String>,
    /// How mail is sent; without it none is.
    pub mail: Option<MailConfig>,
    /// The companies. `default` is always among them; its addresses are `mail: { to: … }`.
    pub organizations: BTreeMap<String, Organization>,
    /// The links by name.
    pub links: BTreeMap<String, Link>,
    /// The time zone of the schedules; Asia/Tokyo.
    pub timezone: Tz,
}

/// `redis:` with a `url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisConfig {
    /// `redis://`, `rediss://` or `unix://`; it may hold a password.
    pub url: Secret,
}

/// `http:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenConfig {
    /// Where health and metrics are served; `127.0.0.1:9464`.
    pub listen: SocketAddr,
}

/// `mail:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// The server.
    pub smtp: Smtp,
    /// The sender: an address, or a name with an address in angle brackets.
    pub from: String,
    /// The addresses of the organization `default`.
    pub to: Vec<String>,
    /// The time of day in Asia/Tokyo before which no reminder of a key's end is mailed; 09:00.
    pub remind_from: NaiveTime,
}

impl MailConfig {
    /// When people are at work.
    pub const REMIND_FROM: NaiveTime =
        NaiveTime::from_hms_opt(9, 0, 0).expect("nine o'clock is a time of day");
}

/// The mail server and how to log in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// The URL as written; it holds no user name and no password.
    pub url: String,
    /// Host name or address.
    pub host: String,
    /// 25, 465 for `smtps://` and 587 for `smtp+starttls://` unless the URL has one.
    pub port: u16,
    /// The URL's scheme.
    pub security: SmtpSecurity,
    /// Who logs in, if anybody.
    pub username: Option<String>,
    /// The password of that user.
    pub password: Option<Secret>,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// `smtp://`: not at all.
    Plain,
    /// `smtps://`: TLS from the first byte.
    Tls,
    /// `smtp+starttls://`: TLS before anything is said, or no mail.
    StartTls,
}

/// One company that uses the daemon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Organization {
    /// Who gets the mail of all its links.
    pub mail_to: Vec<String>,
    /// Whom its staff ask.
    pub support: Option<String>,
}

impl Config {
    /// The name of the organization of links that name none.
    pub const DEFAULT_ORGANIZATION: &'static str = "default";

    /// Who gets the mail of an organization; nobody if it has no addresses or is unknown.
    pub fn mail_to(&self, organization: &str) -> &[String] {
        self.organizations.get(organization).map_or(&[], |organization| &organization.mail_to)
    }

    /// Every secret with its place in the configuration, in order: `renkei check` shows where each came from and when it ends.
    pub fn secrets<'a>(&'a self) -> Vec<(String, &'a Secret)> {
        let mut secrets = Vec::new();
        let mut add = |name: String, secret: &'a Secret| secrets.push((name, secret));
        if let Some(redis) = &self.redis {
            add("redis.url".into(), &redis.url);
        }
        if let Some(password) = self.mail.as_ref().and_then(|mail| mail.smtp.password.as_ref()) {
            add("mail.password".into(), password);
        }
        for link in self.links.values() {
            for (key, secret) in link.secrets() {
                add(format!("links.{}.{key}", link.name), secret);
            }
        }
        secrets
    }

    /// Whom the staff of an organization ask, where the organization or the file says so.
    pub fn support_of(&self, organization: &str) -> Option<&str> {
        let own =
            self.organizations.get(organization).and_then(|organization| organization.support.as_deref());
        own.or(self.support.as_deref())
    }
}
