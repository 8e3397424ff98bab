//! One conversation with the mail server.
//!
//! The commands are sent one by one, because a mail to several people must reach the others if the server refuses one of them,
//! and because what an error means depends on where it comes: a refused login is the operator's to put right and holds all
//! mail, a refused text holds only its own. An answer's text is never passed on: it may quote an address.

use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::outbox::{OutboxEntry, message_id};
use super::settings::{Security, Server};
use super::{compose, message};
use crate::config::MailConfig;
use crate::job::LinkKind;

const CONNECT: Duration = Duration::from_secs(10);
/// From greeting to login, and for one mail.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a mail's recipients. None of the lists is ever logged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The server took the mail for these.
    pub accepted: Vec<Address>,
    /// Refused for good, with the server's code.
    pub refused: Vec<(Address, u16)>,
    /// To be tried again, with the server's code.
    pub deferred: Vec<(Address, u16)>,
}

/// Why a mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nobody's mail can go out now.
    #[error("{0}")]
    Server(String),
    /// The server broke the conversation off at this mail. The mail may be why, or the server.
    #[error("{0}")]
    Broken(String),
    /// The server wants this mail later.
    #[error("the mail server put the mail off with code {0}")]
    Later(u16),
    /// The server does not want this mail.
    #[error("the mail server refused the mail with code {0}")]
    Refused(u16),
}

/// An open, logged-in connection.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    is_used: bool,
    /// The server has let the mail in question begin.
    has_mail: bool,
}

impl Session {
    /// Connects, protects the connection as asked and logs in.
    ///
    /// # Errors
    /// [`SendError::Server`].
    pub(super) async fn open(server: &Server) -> Result<Session, SendError> {
        timeout(PATIENCE, Self::connect(server))
            .await
            .unwrap_or_else(|_| Err(SendError::Server("the mail server did not answer in time".to_owned())))
    }

    async fn connect(server: &Server) -> Result<Session, SendError> {
        let hello = ClientId::default();
        let implicit = if let Security::Implicit(tls) = &server.security { Some(tls.clone()) } else { None };
        let address = (server.host.as_str(), server.port);
        let connection = AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT), &hello, implicit, None);
        let mut connection = connection.await.map_err(|error| outage(&error))?;
        if let Security::StartTls(tls) = &server.security {
            connection.starttls(tls.clone(), &hello).await.map_err(|error| outage(&error))?;
        }
        if let Some(credentials) = &server.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|error| outage(&error))?;
        }
        Ok(Session { connection, is_used: false, has_mail: false })
    }

    /// Sends one mail to those who take it.
    ///
    /// # Errors
    /// See [`SendError`]. After [`SendError::Server`] and [`SendError::Broken`] the session is of no more use.
    pub(super) async fn send(
        &mut self,
        from: &Address,
        to: &[Address],
        bytes: &[u8],
    ) -> Result<Delivered, SendError> {
        let result = timeout(PATIENCE, self.transact(from, to, bytes))
            .await
            .unwrap_or_else(|_| Err(SendError::Broken("the mail server did not answer in time".to_owned())));
        match result {
            // All mails begin alike, so it is not for this one.
            Err(SendError::Broken(what)) if !self.has_mail => Err(SendError::Server(what)),
            result => result,
        }
    }

    async fn transact(
        &mut self,
        from: &Address,
        to: &[Address],
        bytes: &[u8],
    ) -> Result<Delivered, SendError> {
        self.has_mail = false;
        if self.is_used {
            self.connection.command(Rset).await.map_err(|error| outage(&error))?;
        }
        self.is_used = true;
        self.connection.command(Mail::new(Some(from.clone()), Vec::new())).await.map_err(|e| of_mail(&e))?;
        self.has_mail = true;
        let mut delivered = Delivered::default();
        for address in to {
            match self
                .connection
                .command(Rcpt::new(address.clone(), Vec::new()))
                .await
                .map_err(|e| of_mail(&e))
            {
                Ok(_) => delivered.accepted.push(address.clone()),
                Err(SendError::Refused(code)) => delivered.refused.push((address.clone(), code)),
                Err(SendError::Later(code)) => delivered.deferred.push((address.clone(), code)),
                Err(error) => return Err(error),
            }
        }
        if !delivered.accepted.is_empty() {
            self.connection.command(Data).await.map_err(|error| of_mail(&error))?;
            self.connection.message(bytes).await.map_err(|error| of_mail(&error))?;
        }
        Ok(delivered)
    }

    /// Says good-bye, without insisting on an answer.
    pub(super) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(2), self.connection.quit()).await;
    }
}

/// One mail over the open session or a new one. A session that broke is not given back; that an open one broke says nothing
/// about the server, which may end a conversation whenever it likes.
pub(super) async fn converse(
    open: Option<Session>,
    server: &Server,
    to: &[Address],
    bytes: &[u8],
) -> (Option<Session>, Result<Delivered, SendError>) {
    if let Some(mut session) = open {
        let result = session.send(&server.from.email, to, bytes).await;
        if !ends_session(&result) {
            return (Some(session), result);
        }
    }
    let mut session = match Session::open(server).await {
        Ok(session) => session,
        Err(error) => return (None, Err(error)),
    };
    let result = session.send(&server.from.email, to, bytes).await;
    if ends_session(&result) { (None, result) } else { (Some(session), result) }
}

fn ends_session(result: &Result<Delivered, SendError>) -> bool {
    matches!(result, Err(SendError::Server(_) | SendError::Broken(_)))
}

/// Connects, protects the connection, logs in and leaves, without a mail (`renkei check --online`).
///
/// # Errors
/// [`SendError::Server`].
pub async fn greet(config: &MailConfig) -> Result<(), SendError> {
    Session::open(&Server::of(config)?).await?.close().await;
    Ok(())
}

/// Sends a test mail by these settings, so that an operator sees whether mail would go out (`renkei mail-test`).
///
/// # Errors
/// See [`SendError`]; an address in `to` that is none counts as refused with code 553.
pub async fn mail_test(config: &MailConfig, to: &[String], now: String) -> Result<Delivered, SendError> {
    let server = Server::of(config)?;
    let (mut boxes, mut refused): (Vec<Mailbox>, usize) = (Vec::new(), 0);
    for address in to {
        match address.parse() {
            Ok(mailbox) => boxes.push(mailbox),
            Err(_) => refused += 1,
        }
    }
    if boxes.is_empty() || refused > 0 {
        return Err(SendError::Refused(553));
    }
    let entry = OutboxEntry {
        run: "mail-test".to_owned(),
        organization: String::new(),
        kind: LinkKind::OfficeStationKaonavi,
        mail: compose::test_mail(),
        message_id: message_id("mail-test", &[&now], Some(&config.from)),
        created: now,
    };
    let bytes = message::build(&entry, &server.from, &boxes).map_err(|_| SendError::Refused(553))?;
    let addresses: Vec<Address> = boxes.into_iter().map(|mailbox| mailbox.email).collect();
    let mut session = Session::open(&server).await?;
    let delivered = session.send(&server.from.email, &addresses, &bytes).await;
    session.close().await;
    delivered
}

/// An error before any mail was named: nobody's mail can go.
fn outage(error: &lettre::transport::smtp::Error) -> SendError {
    SendError::Server(describe(error))
}

/// An error while a mail is being sent. A demand to log in concerns the connection, not the mail; of 421 and a connection that
/// is gone one cannot tell.
fn of_mail(error: &lettre::transport::smtp::Error) -> SendError {
    match error.status().map(u16::from) {
        Some(530 | 535 | 538) => outage(error),
        Some(421) | None => SendError::Broken(describe(error)),
        Some(code) if error.is_permanent() => SendError::Refused(code),
        Some(code) => SendError::Later(code),
    }
}

/// The kind of an error in engineers' words, without the server's own text.
fn describe(error: &lettre::transport::smtp::Error) -> String {
    if let Some(code) = error.status() {
        return format!("the mail server answered {code}");
    }
    if error.is_timeout() {
        return "the mail server did not answer in time".to_owned();
    }
    if error.is_tls() {
        return "the TLS handshake with the mail server failed".to_owned();
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            return format!("the connection to the mail server failed: {}", io.kind());
        }
        source = cause.source();
    }
    if error.is_client() {
        return "the mail server lacks STARTTLS or a way to log in that renkei knows".to_owned();
    }
    "the mail server did not speak SMTP".to_owned()
}
