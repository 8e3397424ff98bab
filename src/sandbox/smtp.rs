//! The SMTP sink: takes every message and keeps it, never delivers (RFC 5321, without authentication and TLS).
//!
//! It knows EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, VRFY and QUIT, and offers SIZE, 8BITMIME, SMTPUTF8 and
//! PIPELINING. Planted faults with `"service": "smtp"` hit MAIL (`status`, `delay_ms`, `drop`), or the end of a
//! message (`drop_after_accept`).

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Service;
use super::faults::{Action, Faults, Seen};

/// The largest message.
const MAX_MESSAGE: usize = 25 * 1024 * 1024;
/// The longest command line (RFC 5321 §4.5.3.1.4, with room for extensions).
const MAX_LINE: u64 = 4096;
/// The most recipients of a message.
const MAX_RECIPIENTS: usize = 1000;
/// How many messages are kept.
const CAPACITY: usize = 10_000;
/// How long a silent client is waited for.
const IDLE: Duration = Duration::from_secs(300);

/// One message as it was handed in.
#[derive(Clone, Debug)]
struct Message {
    from: String,
    to: Vec<String>,
    raw: String,
}

/// The messages that were taken, oldest first.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    messages: Mutex<Vec<Message>>,
}

impl Mailbox {
    /// `[{from, to: […], raw}]`; `raw` is header and body with CRLF, bytes that are no UTF-8 replaced.
    pub(super) fn json(&self) -> Value {
        self.lock().iter().map(|m| json!({ "from": m.from, "to": m.to, "raw": m.raw })).collect()
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn add(&self, message: Message) {
        let mut messages = self.lock();
        if messages.len() >= CAPACITY {
            messages.remove(0);
        }
        messages.push(message);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Message>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes connections until it is dropped; the conversations end with it.
pub(super) async fn serve(listener: TcpListener, mailbox: Arc<Mailbox>, faults: Arc<Faults>) {
    let mut conversations = JoinSet::new();
    loop {
        while conversations.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let (mailbox, faults) = (mailbox.clone(), faults.clone());
                conversations.spawn(async move {
                    // The client went away: nothing is lost, what was taken is in the mailbox.
                    let _ = Conversation::new(stream, mailbox, faults).run().await;
                });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

struct Conversation {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    mailbox: Arc<Mailbox>,
    faults: Arc<Faults>,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
    /// A fault that waits for the end of the message.
    at_the_end: Option<Action>,
}

/// Whether the conversation goes on.
#[derive(PartialEq, Eq)]
enum Next {
    Command,
    Close,
}

impl Conversation {
    fn new(stream: TcpStream, mailbox: Arc<Mailbox>, faults: Arc<Faults>) -> Self {
        let (reader, writer) = stream.into_split();
        Self {
            reader: BufReader::new(reader),
            writer,
            mailbox,
            faults,
            greeted: false,
            from: None,
            to: Vec::new(),
            at_the_end: None,
        }
    }

    async fn run(mut self) -> io::Result<()> {
        self.say("220 sandbox.renkei.test ESMTP").await?;
        loop {
            let Ok(line) = tokio::time::timeout(IDLE, self.line()).await else {
                return self.say("421 4.4.2 time-out").await;
            };
            let Some(line) = line? else { return Ok(()) };
            if self.obey(&line).await? == Next::Close {
                return Ok(());
            }
        }
    }

    async fn obey(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.reset();
                self.greeted = true;
                let size = MAX_MESSAGE;
                self.say(&format!(
                    "250-sandbox.renkei.test\r\n250-SIZE {size}\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8"
                ))
                .await?;
            }
            "HELO" => {
                self.reset();
                self.greeted = true;
                self.say("250 sandbox.renkei.test").await?;
            }
            "MAIL" => return self.mail(rest).await,
            "RCPT" => self.recipient(rest).await?,
            "DATA" => return self.data().await,
            "RSET" => {
                self.reset();
                self.say("250 2.0.0 reset").await?;
            }
            "NOOP" => self.say("250 2.0.0 nothing done").await?,
            "VRFY" => self.say("252 2.1.5 send and see").await?,
            "QUIT" => {
                self.say("221 2.0.0 bye").await?;
                return Ok(Next::Close);
            }
            _ => self.say("500 5.5.2 unknown command").await?,
        }
        Ok(Next::Command)
    }

    async fn mail(&mut self, rest: &str) -> io::Result<Next> {
        if !self.greeted || self.from.is_some() {
            self.say("503 5.5.1 not now").await?;
            return Ok(Next::Command);
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            self.say("501 5.5.4 expected FROM:<address>").await?;
            return Ok(Next::Command);
        };
        if announced_size(parameters).is_some_and(|size| size > MAX_MESSAGE) {
            self.say("552 5.3.4 message too large").await?;
            return Ok(Next::Command);
        }
        let seen = Seen { service: Service::Smtp, tenant: None, method: "MAIL", path: "" };
        if let Some(action) = self.faults.take(seen) {
            if let Some(delay) = action.delay_ms {
                tokio::time::sleep(Duration::from_millis(delay)).await;
            }
            if action.drop {
                return Ok(Next::Close);
            }
            if let Some(status) = action.status {
                self.say(&format!("{status} planted fault")).await?;
                return Ok(Next::Command);
            }
            self.at_the_end = Some(action);
        }
        self.from = Some(from);
        self.say("250 2.1.0 sender ok").await?;
        Ok(Next::Command)
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        if self.from.is_none() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        match path(rest, "TO:") {
            Some((to, _)) if !to.is_empty() && self.to.len() < MAX_RECIPIENTS => {
                self.to.push(to);
                self.say("250 2.1.5 recipient ok").await
            }
            Some((to, _)) if !to.is_empty() => self.say("452 4.5.3 too many recipients").await,
            _ => self.say("501 5.5.4 expected TO:<address>").await,
        }
    }

    async fn data(&mut self) -> io::Result<Next> {
        if self.to.is_empty() {
            self.say("503 5.5.1 MAIL and RCPT first").await?;
            return Ok(Next::Command);
        }
        self.say("354 end with <CRLF>.<CRLF>").await?;
        let mut raw = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            let room = (MAX_MESSAGE + 2) as u64;
            if (&mut self.reader).take(room).read_until(b'\n', &mut line).await? == 0 {
                return Ok(Next::Close);
            }
            if line == b".\r\n" || line == b".\n" {
                break;
            }
            // A dot that begins a line was doubled by the client (RFC 5321 §4.5.2).
            let text = if line.first() == Some(&b'.') { &line[1..] } else { &line[..] };
            if raw.len() <= MAX_MESSAGE {
                raw.extend_from_slice(text);
            }
        }
        if raw.len() > MAX_MESSAGE {
            self.reset();
            self.say("552 5.3.4 message too large").await?;
            return Ok(Next::Command);
        }
        let raw = String::from_utf8_lossy(&raw).into_owned();
        let from = self.from.take().unwrap_or_default();
        self.mailbox.add(Message { from, to: std::mem::take(&mut self.to), raw });
        if self.at_the_end.take().is_some_and(|action| action.drop_after_accept) {
            return Ok(Next::Close);
        }
        self.say("250 2.0.0 taken").await?;
        Ok(Next::Command)
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
        self.at_the_end = None;
    }

    /// One command line without its end; none at the end of the connection.
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        (&mut self.reader).take(MAX_LINE).read_until(b'\n', &mut line).await?;
        if line.last() != Some(&b'\n') {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(format!("{text}\r\n").as_bytes()).await
    }
}

/// The address of `FROM:<address> PARAMETERS`, and the parameters.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let rest = rest.trim_start();
    if !rest.get(..keyword.len())?.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let inside = rest[keyword.len()..].trim_start().strip_prefix('<')?;
    let (address, parameters) = inside.split_once('>')?;
    Some((address.to_owned(), parameters))
}

fn announced_size(parameters: &str) -> Option<usize> {
    parameters.split(' ').find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_between_angle_brackets() {
        assert_eq!(path("FROM:<a@example.jp> SIZE=12", "FROM:"), Some(("a@example.jp".into(), " SIZE=12")));
        assert_eq!(path("from: <>", "FROM:"), Some((String::new(), "")));
        assert_eq!(path("TO:a@example.jp", "TO:"), None);
        assert_eq!(announced_size(" BODY=8BITMIME SIZE=12"), Some(12));
    }
}
