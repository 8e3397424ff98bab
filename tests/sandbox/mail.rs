//! The SMTP sink, with lettre and by hand.

use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::support::{World, send};

fn transport(world: &World) -> AsyncSmtpTransport<Tokio1Executor> {
    let addr = world.sandbox.smtp_addr();
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(addr.ip().to_string()).port(addr.port()).build()
}

fn message() -> Message {
    Message::builder()
        .from("renkei <renkei@example.co.jp>".parse().expect("an address"))
        .to("hr@example.co.jp".parse().expect("an address"))
        .to("boss@example.co.jp".parse().expect("an address"))
        .subject("連携エラー")
        .body("一行目\n.点で始まる行\n".to_owned())
        .expect("a message")
}

#[tokio::test]
async fn a_message_is_kept_as_it_was_sent() {
    let world = World::start().await;
    let message = message();
    transport(&world).send(message.clone()).await.expect("it is taken");
    let mail = world.look("mail").await;
    assert_eq!(mail.as_array().map(Vec::len), Some(1));
    assert_eq!(mail[0]["from"], "renkei@example.co.jp");
    assert_eq!(mail[0]["to"], json!(["hr@example.co.jp", "boss@example.co.jp"]));
    let sent = String::from_utf8(message.formatted()).expect("text");
    assert_eq!(mail[0]["raw"].as_str().map(str::trim_end), Some(sent.trim_end()));
    send(world.request(Method::DELETE, "/__sandbox/mail")).await;
    assert_eq!(world.look("mail").await, json!([]));
}

#[tokio::test]
async fn planted_faults_refuse_drop_or_take_without_an_answer() {
    let world = World::start().await;
    for (action, kept) in
        [(json!({"status": 451}), 0), (json!({"drop": true}), 0), (json!({"drop_after_accept": true}), 1)]
    {
        world.control("faults", json!({"service": "smtp", "action": action})).await;
        assert!(transport(&world).send(message()).await.is_err(), "{action}");
        assert_eq!(world.look("mail").await.as_array().map(Vec::len), Some(kept), "{action}");
    }
    transport(&world).send(message()).await.expect("the faults are used up");
    assert_eq!(world.look("mail").await.as_array().map(Vec::len), Some(2));
}

/// Sends lines one by one and collects the first line of each reply's code.
async fn dialogue(world: &World, lines: &[&str]) -> Vec<String> {
    let stream = TcpStream::connect(world.sandbox.smtp_addr()).await.expect("it listens");
    let (reader, mut writer) = stream.into_split();
    let mut replies = BufReader::new(reader).lines();
    let mut codes = vec![reply(&mut replies).await];
    for line in lines {
        writer.write_all(format!("{line}\r\n").as_bytes()).await.expect("it is open");
        codes.push(reply(&mut replies).await);
    }
    codes
}

async fn reply(lines: &mut tokio::io::Lines<BufReader<tokio::net::tcp::OwnedReadHalf>>) -> String {
    loop {
        let line = lines.next_line().await.expect("it is open").unwrap_or_default();
        if line.get(3..4) != Some("-") {
            return line.get(..3).unwrap_or("").to_owned();
        }
    }
}

#[tokio::test]
async fn commands_out_of_order_are_refused_and_dots_are_unstuffed() {
    let world = World::start().await;
    let codes = dialogue(
        &world,
        &[
            "MAIL FROM:<a@example.jp>",
            "EHLO test",
            "RCPT TO:<b@example.jp>",
            "MAIL FROM:a@example.jp",
            "MAIL FROM:<a@example.jp> SIZE=99999999999",
            "MAIL FROM:<a@example.jp> BODY=8BITMIME SMTPUTF8",
            "DATA",
            "RCPT TO:<>",
            "RCPT TO:<b@example.jp>",
            "DATA",
            "Subject: x\r\n\r\n..dot\r\nend\r\n.",
            "RSET",
            "NOOP",
            "WHAT",
            "QUIT",
        ],
    )
    .await;
    let expected = [
        "220", "503", "250", "503", "501", "552", "250", "503", "501", "250", "354", "250", "250", "250",
        "500", "221",
    ];
    assert_eq!(codes, expected);
    assert_eq!(world.look("mail").await[0]["raw"], Value::from("Subject: x\r\n\r\n.dot\r\nend\r\n"));
}
