//! An SMTP server that does as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail as it was accepted.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) to: Vec<String>,
    pub(crate) raw: String,
}

/// The answer that is none: the connection is closed.
pub(crate) const HANG_UP: u16 = 0;

/// What to answer: to a recipient (`Recipient`) and to a text (`Text`); `None` accepts.
pub(crate) type Script = Arc<dyn Fn(Question<'_>) -> Option<u16> + Send + Sync>;

pub(crate) enum Question<'a> {
    Login,
    Recipient(&'a str),
    Text(&'a str),
}

pub(crate) struct Smtp {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Smtp {
    pub(crate) async fn start(script: Script) -> Smtp {
        Smtp::start_on("127.0.0.1:0".parse().unwrap(), script).await
    }

    pub(crate) async fn start_on(address: SocketAddr, script: Script) -> Smtp {
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let mails = Arc::clone(&received);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&script), Arc::clone(&mails)));
            }
        });
        Smtp { address, received, task }
    }

    pub(crate) async fn accepting() -> Smtp {
        Smtp::start(Arc::new(|_| None)).await
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk(stream: TcpStream, script: Script, mails: Arc<Mutex<Vec<Received>>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut to = Vec::new();
    answer(&mut stream, "220 test").await?;
    loop {
        let line = read(&mut stream).await?;
        let verb = line.to_ascii_uppercase();
        let reply = match verb.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => "250-test\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => code(script(Question::Login), 235),
            "MAIL" | "RSET" => {
                to.clear();
                "250 ok".to_owned()
            }
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1)?.to_owned();
                let reply = script(Question::Recipient(&address));
                if reply.is_none() {
                    to.push(address);
                }
                code(reply, 250)
            }
            "DATA" => {
                answer(&mut stream, "354 go on").await?;
                let raw = text(&mut stream).await?;
                let reply = script(Question::Text(&raw)).map(|code| (code != HANG_UP).then_some(code));
                let reply = if let Some(code) = reply { Some(code?) } else { None };
                if reply.is_none() {
                    mails.lock().unwrap().push(Received { to: to.clone(), raw });
                }
                code(reply, 250)
            }
            "QUIT" => {
                answer(&mut stream, "221 bye").await?;
                return None;
            }
            _ => "500 what".to_owned(),
        };
        answer(&mut stream, &reply).await?;
    }
}

fn code(refusal: Option<u16>, fine: u16) -> String {
    format!("{} CANARY the server's own words", refusal.unwrap_or(fine))
}

async fn text(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut text = String::new();
    loop {
        let line = read(stream).await?;
        if line == "." {
            return Some(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push('\n');
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn answer(stream: &mut BufReader<TcpStream>, reply: &str) -> Option<()> {
    stream.get_mut().write_all(format!("{reply}\r\n").as_bytes()).await.ok()
}
