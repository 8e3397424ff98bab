//! The mailer's times, and the mail server as the configuration gives it, in lettre's types.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::TlsParameters;
use secrecy::ExposeSecret;

use super::smtp::SendError;
use crate::config::{MailConfig, SmtpSecurity};

/// The mailer's times and bounds. The defaults are the production values; tests set them small.
#[derive(Debug, Clone)]
pub struct MailerSettings {
    /// A name that no other process has.
    pub consumer: String,
    /// How often to look for new entries.
    pub poll: Duration,
    /// How often to say that the entries held are still held.
    pub renew: Duration,
    /// A mailer silent for so long loses its entries to another.
    pub take_over: Duration,
    /// First wait after a failed try.
    pub backoff_first: Duration,
    /// Longest wait after a try that may work next time.
    pub backoff_most: Duration,
    /// Longest wait after a refusal for good.
    pub refused_most: Duration,
    /// A mail this old that is still refused or put off is dropped. An outage of the server drops nothing.
    pub give_up: Duration,
    /// Entries held at a time.
    pub most_held: usize,
}

impl MailerSettings {
    /// Production values.
    pub fn new(consumer: &str) -> Self {
        MailerSettings {
            consumer: consumer.to_owned(),
            poll: Duration::from_secs(1),
            renew: Duration::from_secs(5),
            take_over: Duration::from_secs(15),
            backoff_first: Duration::from_secs(5),
            backoff_most: Duration::from_secs(300),
            refused_most: Duration::from_secs(3600),
            give_up: Duration::from_secs(5 * 24 * 3600),
            most_held: 1000,
        }
    }
}

/// How the connection is protected.
#[derive(Clone)]
pub(super) enum Security {
    None,
    Implicit(TlsParameters),
    StartTls(TlsParameters),
}

/// Whom to talk to, and as whom.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
    pub(super) from: Mailbox,
}

impl Server {
    /// # Errors
    /// [`SendError::Server`]: with such settings nobody's mail can go.
    pub(super) fn of(mail: &MailConfig) -> Result<Server, SendError> {
        let smtp = &mail.smtp;
        let tls = || {
            let unusable = |_| SendError::Server("the mail server's name cannot be used for TLS".to_owned());
            TlsParameters::new(smtp.host.clone()).map_err(unusable)
        };
        let from = mail.from.parse();
        let login = smtp
            .username
            .clone()
            .zip(smtp.password.as_ref().map(|secret| secret.value().expose_secret().to_owned()));
        Ok(Server {
            host: smtp.host.clone(),
            port: smtp.port,
            security: match smtp.security {
                SmtpSecurity::Plain => Security::None,
                SmtpSecurity::Tls => Security::Implicit(tls()?),
                SmtpSecurity::StartTls => Security::StartTls(tls()?),
            },
            credentials: login.map(|(user, password)| Credentials::new(user, password)),
            from: from
                .map_err(|_| SendError::Server("the sender of `mail:` is no mail address".to_owned()))?,
        })
    }
}
