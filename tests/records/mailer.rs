//! The mailer against a real outbox and a server that refuses, defers, dies and comes back.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redis::AsyncCommands;
use renkei::notify::{Mailer, MailerSettings, SendError, SmtpState, mail_test, message_id};
use tokio::sync::watch;

use crate::mailing::{Config, Running, config, consumers, entry, put, until_empty, waiting};
use crate::smtp_server::{HANG_UP, Question, Smtp};
use crate::world::{self, until};

#[tokio::test]
async fn a_mail_goes_to_all_addresses_at_once_and_leaves_the_outbox() {
    let ((_redis, queue), smtp) = (world::start().await, Smtp::accepting().await);
    put(&queue, &entry("1-0", "default")).await;
    let mailer = Running::start(&queue, smtp.address, &["hr@example.co.jp", "人事 <jinji@example.co.jp>"]);
    until_empty(&queue).await;
    let mails = smtp.received();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["hr@example.co.jp", "jinji@example.co.jp"]);
    assert!(mails[0].raw.contains("Auto-Submitted: auto-generated"), "{}", mails[0].raw);
    assert!(mails[0].raw.contains(&format!("Message-ID: {}", message_id("1-0", &["acme"], None))));
    assert_eq!(*mailer.state.borrow(), SmtpState::Up);
    mailer.stop().await;
}

#[tokio::test]
async fn an_outage_delays_mail_and_loses_none() {
    let (_redis, queue) = world::start().await;
    let address = Smtp::accepting().await.address;
    for run in ["1-0", "2-0", "3-0"] {
        put(&queue, &entry(run, "default")).await;
    }
    let mailer = Running::start(&queue, address, &["hr@example.co.jp"]);
    let mut state = mailer.state.clone();
    state.wait_for(|state| *state == SmtpState::Down).await.unwrap();
    assert_eq!(waiting(&queue).await, 3);
    let smtp = Smtp::start_on(address, Arc::new(|_| None)).await;
    until_empty(&queue).await;
    assert_eq!(smtp.received().len(), 3);
    mailer.stop().await;
}

#[tokio::test]
async fn a_server_that_ends_the_conversation_after_each_mail_is_no_outage() {
    let (_redis, queue) = world::start().await;
    let texts = AtomicUsize::new(0);
    let smtp = Smtp::start(Arc::new(move |question| match question {
        // Every second mail meets a server that says good-bye.
        Question::Recipient(_) if texts.fetch_add(1, Ordering::SeqCst) % 2 == 1 => Some(421),
        _ => None,
    }))
    .await;
    for run in ["1-0", "2-0", "3-0", "4-0"] {
        put(&queue, &entry(run, "default")).await;
    }
    let slow = |times: &mut MailerSettings| times.backoff_first = Duration::from_secs(3600);
    let mail = config(smtp.address, None);
    let mailer = Running::start_as(&queue, mail, &["hr@example.co.jp"], "mailer-1", slow);
    until_empty(&queue).await;
    assert_eq!(smtp.received().len(), 4);
    assert_eq!(*mailer.state.borrow(), SmtpState::Up);
    mailer.stop().await;
}

#[tokio::test]
async fn one_refused_recipient_does_not_keep_the_mail_from_the_others() {
    let (_redis, queue) = world::start().await;
    let smtp = Smtp::start(Arc::new(|question| match question {
        Question::Recipient("gone@example.co.jp") => Some(550),
        _ => None,
    }))
    .await;
    put(&queue, &entry("1-0", "default")).await;
    let mailer = Running::start(&queue, smtp.address, &["gone@example.co.jp", "hr@example.co.jp"]);
    until_empty(&queue).await;
    let mails = smtp.received();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["hr@example.co.jp"]);
    mailer.stop().await;
}

#[tokio::test]
async fn a_deferred_recipient_gets_the_mail_later_and_the_others_get_it_once() {
    let (_redis, queue) = world::start().await;
    let tries = AtomicUsize::new(0);
    let smtp = Smtp::start(Arc::new(move |question| match question {
        Question::Recipient("slow@example.co.jp") if tries.fetch_add(1, Ordering::SeqCst) < 2 => Some(451),
        _ => None,
    }))
    .await;
    put(&queue, &entry("1-0", "default")).await;
    let mailer = Running::start(&queue, smtp.address, &["slow@example.co.jp", "hr@example.co.jp"]);
    until_empty(&queue).await;
    let to: Vec<_> = smtp.received().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [["hr@example.co.jp"], ["slow@example.co.jp"]]);
    mailer.stop().await;
}

#[tokio::test]
async fn a_restart_while_one_recipient_is_deferred_mails_the_others_once() {
    let (redis, queue) = world::start().await;
    let is_slow = Arc::new(AtomicBool::new(true));
    let slow = Arc::clone(&is_slow);
    let smtp = Smtp::start(Arc::new(move |question| match question {
        Question::Recipient("slow@example.co.jp") if slow.load(Ordering::SeqCst) => Some(451),
        _ => None,
    }))
    .await;
    put(&queue, &entry("1-0", "default")).await;
    let to = ["slow@example.co.jp", "hr@example.co.jp"];
    let mailer = Running::start(&queue, smtp.address, &to);
    until("one has the mail", || async { smtp.received().len() == 1 }).await;
    mailer.stop().await;
    let keys: Vec<String> = redis.ask(&["KEYS", "renkei:mail:served:*"]);
    let marks: Vec<String> = redis.ask(&["SMEMBERS", &keys[0]]);
    assert!(marks.len() == 1 && !marks[0].contains("hr"), "{marks:?}");
    assert!(redis.ask::<i64>(&["TTL", &keys[0]]) > 0);
    is_slow.store(false, Ordering::SeqCst);
    let mailer = Running::start_as(&queue, config(smtp.address, None), &to, "mailer-2", |_| {});
    until_empty(&queue).await;
    mailer.stop().await;
    let to: Vec<_> = smtp.received().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [["hr@example.co.jp"], ["slow@example.co.jp"]]);
    assert!(redis.ask::<Vec<String>>(&["KEYS", "renkei:mail:served:*"]).is_empty());
}

#[tokio::test]
async fn a_refused_mail_lets_the_next_one_through_and_is_given_up_in_the_end() {
    let (_redis, queue) = world::start().await;
    let smtp = Smtp::start(Arc::new(|question| match question {
        Question::Text(raw) if raw.contains("Message-ID: <1-0.") => Some(554),
        _ => None,
    }))
    .await;
    put(&queue, &entry("1-0", "default")).await;
    put(&queue, &entry("2-0", "default")).await;
    let (mail, to) = (config(smtp.address, None), ["hr@example.co.jp"]);
    let mailer = Running::start(&queue, smtp.address, &to);
    until("the second mail is sent", || async { smtp.received().len() == 1 }).await;
    until("the refused mail alone is kept", || async { waiting(&queue).await == 1 }).await;
    mailer.stop().await;
    let strict = |times: &mut MailerSettings| times.give_up = Duration::ZERO;
    let mailer = Running::start_as(&queue, mail, &to, "mailer-2", strict);
    until_empty(&queue).await;
    assert_eq!(smtp.received().len(), 1);
    mailer.stop().await;
}

/// Goes on for ever at the mail of run `1-0`, as one whose filter dies of it.
async fn server_that_breaks_off(breaks: &Arc<AtomicUsize>) -> Smtp {
    let breaks = Arc::clone(breaks);
    Smtp::start(Arc::new(move |question| match question {
        Question::Text(raw) if raw.contains("Message-ID: <1-0.") => {
            let odd = breaks.fetch_add(1, Ordering::SeqCst) % 2 == 1;
            Some(if odd { 421 } else { HANG_UP })
        }
        _ => None,
    }))
    .await
}

#[tokio::test]
async fn a_mail_at_which_the_server_breaks_off_lets_all_others_through() {
    let (_redis, queue) = world::start().await;
    let breaks = Arc::new(AtomicUsize::new(0));
    let smtp = server_that_breaks_off(&breaks).await;
    for run in ["1-0", "2-0", "3-0"] {
        put(&queue, &entry(run, "default")).await;
    }
    let mailer = Running::start(&queue, smtp.address, &["hr@example.co.jp"]);
    until("the others are sent", || async { smtp.received().len() == 2 }).await;
    until("the server broke off again", || async { breaks.load(Ordering::SeqCst) >= 5 }).await;
    put(&queue, &entry("4-0", "default")).await;
    until("a later one is sent", || async { smtp.received().len() == 3 }).await;
    until("the first one alone is kept", || async { waiting(&queue).await == 1 }).await;
    mailer.stop().await;
}

#[tokio::test]
async fn a_mail_at_which_the_server_breaks_off_is_given_up_once_it_is_to_blame() {
    let (_redis, queue) = world::start().await;
    let breaks = Arc::new(AtomicUsize::new(0));
    let smtp = server_that_breaks_off(&breaks).await;
    put(&queue, &entry("1-0", "default")).await;
    let mail = config(smtp.address, None);
    let strict = |times: &mut MailerSettings| times.give_up = Duration::ZERO;
    let mailer = Running::start_as(&queue, mail, &["hr@example.co.jp"], "mailer-1", strict);
    until("the server broke off often", || async { breaks.load(Ordering::SeqCst) >= 6 }).await;
    assert_eq!(waiting(&queue).await, 1, "the server may be why, and then nothing is lost");
    until("the mail is given up", || async {
        let left = waiting(&queue).await;
        if left == 1 {
            put(&queue, &entry("2-0", "default")).await;
        }
        left == 0
    })
    .await;
    mailer.stop().await;
}

#[tokio::test]
async fn the_mail_server_shows_as_off_while_none_is_configured() {
    let (_redis, queue) = world::start().await;
    let (reload, mail) = watch::channel(None);
    let mut times = MailerSettings::new("mailer-1");
    times.poll = Duration::from_millis(10);
    let mailer = Mailer::new(&queue, times, Arc::new(Config { mail, to: Vec::new() }), Arc::new(|| {}));
    let mut state = mailer.state();
    assert_eq!(state.borrow().as_str(), "off");
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(mailer.run(stopped));
    reload.send_replace(Some(config(([127, 0, 0, 1], 1).into(), None)));
    state.wait_for(|state| *state == SmtpState::Unknown).await.unwrap();
    reload.send_replace(None);
    state.wait_for(|state| *state == SmtpState::Off).await.unwrap();
    stop.send_replace(true);
    task.await.unwrap();
}

#[tokio::test]
async fn a_refused_login_holds_all_mail_and_drops_none() {
    let (_redis, queue) = world::start().await;
    let smtp = Smtp::start(Arc::new(|question| match question {
        Question::Login => Some(535),
        _ => None,
    }))
    .await;
    put(&queue, &entry("1-0", "default")).await;
    let give_up = |times: &mut MailerSettings| times.give_up = Duration::ZERO;
    let mailer = Running::start_as(
        &queue,
        config(smtp.address, Some("wrong")),
        &["hr@example.co.jp"],
        "mailer-1",
        give_up,
    );
    let mut state = mailer.state.clone();
    state.wait_for(|state| *state == SmtpState::Down).await.unwrap();
    mailer.stop().await;
    assert_eq!(waiting(&queue).await, 1);
}

#[tokio::test]
async fn a_dead_mailers_entry_is_taken_over() {
    let ((_redis, queue), smtp) = (world::start().await, Smtp::accepting().await);
    put(&queue, &entry("1-0", "default")).await;
    let key = queue.keys().mail();
    let _: () = queue.connection().xgroup_create(&key, "mailers", "0").await.unwrap();
    let options = redis::streams::StreamReadOptions::default().group("mailers", "dead");
    let _: redis::Value = queue.connection().xread_options(&[&key], &[">"], &options).await.unwrap();
    let mailer = Running::start(&queue, smtp.address, &["hr@example.co.jp"]);
    until_empty(&queue).await;
    assert_eq!(smtp.received().len(), 1);
    mailer.stop().await;
}

#[tokio::test]
async fn two_mailers_share_the_outbox_and_send_each_mail_once() {
    let ((_redis, queue), smtp) = (world::start().await, Smtp::accepting().await);
    let to = ["hr@example.co.jp"];
    // No pause of this machine may look like a death.
    let patient = |times: &mut MailerSettings| times.take_over = Duration::from_secs(60);
    let mailers = ["mailer-1", "mailer-2"]
        .map(|name| Running::start_as(&queue, config(smtp.address, None), &to, name, patient));
    for n in 0..60 {
        put(&queue, &entry(&format!("{n}-0"), "default")).await;
    }
    until_empty(&queue).await;
    assert_eq!(smtp.received().len(), 60);
    for mailer in mailers {
        mailer.stop().await;
    }
}

#[tokio::test]
async fn a_mail_without_address_and_an_entry_that_is_no_mail_are_put_away() {
    let ((_redis, queue), smtp) = (world::start().await, Smtp::accepting().await);
    put(&queue, &entry("1-0", "nobody")).await;
    let rubbish: [(&[u8], &[u8]); 1] = [(b"\xff\xfe", b"\x00\xff")];
    let _: String = queue.connection().xadd(queue.keys().mail(), "*", &rubbish).await.unwrap();
    put(&queue, &entry("2-0", "default")).await;
    let mailer = Running::start(&queue, smtp.address, &["hr@example.co.jp"]);
    until_empty(&queue).await;
    assert_eq!(smtp.received().len(), 1);
    mailer.stop().await;
}

#[tokio::test]
async fn mail_goes_on_after_redis_was_away_and_came_back_empty() {
    let ((mut redis, queue), smtp) = (world::start().await, Smtp::accepting().await);
    let mailer = Running::start(&queue, smtp.address, &["hr@example.co.jp"]);
    put(&queue, &entry("1-0", "default")).await;
    until_empty(&queue).await;
    redis.kill();
    for left in std::fs::read_dir(redis.dir()).unwrap() {
        let path = left.unwrap().path();
        if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.unwrap();
    }
    redis.restart();
    queue.wait_ready().await.unwrap();
    put(&queue, &entry("2-0", "default")).await;
    until("the second mail is sent", || async { smtp.received().len() == 2 }).await;
    mailer.stop().await;
}

#[tokio::test]
async fn a_mail_sent_as_redis_went_away_is_not_sent_again_by_the_other_mailer() {
    let (redis, queue) = world::start().await;
    let (redis, may_send) = (Arc::new(Mutex::new(redis)), Arc::new(AtomicBool::new(false)));
    let (server, permit) = (Arc::clone(&redis), Arc::clone(&may_send));
    let smtp = Smtp::start(Arc::new(move |question| match question {
        Question::Text(_) if !permit.load(Ordering::SeqCst) => Some(451),
        Question::Text(_) => {
            // The mail is accepted, and its mailer cannot write that down.
            server.lock().unwrap().kill();
            None
        }
        _ => None,
    }))
    .await;
    put(&queue, &entry("1-0", "default")).await;
    let (mail, to) = (config(smtp.address, None), ["hr@example.co.jp"]);
    // The living mailer is slow to notice that Redis is back, the other one is quick.
    let slow = |times: &mut MailerSettings| times.poll = Duration::from_millis(400);
    let quick = |times: &mut MailerSettings| {
        times.renew = Duration::from_secs(2);
        times.take_over = Duration::from_secs(1);
    };
    let one = Running::start_as(&queue, mail.clone(), &to, "mailer-1", slow);
    until("the mail has a mailer", || async { consumers(&queue).await == 1 }).await;
    let other = Running::start_as(&queue, mail, &to, "mailer-2", quick);
    until("the other mailer turns", || async { other.beats.load(Ordering::SeqCst) > 1 }).await;
    may_send.store(true, Ordering::SeqCst);
    until("the mail is accepted", || async { smtp.received().len() == 1 }).await;
    // Longer than the silence that counts as a death, and than the other mailer's renewal.
    tokio::time::sleep(Duration::from_millis(2200)).await;
    redis.lock().unwrap().restart();
    queue.wait_ready().await.unwrap();
    until_empty(&queue).await;
    one.stop().await;
    other.stop().await;
    assert_eq!(smtp.received().len(), 1);
}

#[tokio::test]
async fn a_test_mail_says_what_became_of_it_without_the_servers_words() {
    let smtp = Smtp::start(Arc::new(|question| match question {
        Question::Recipient("gone@example.co.jp") => Some(550),
        Question::Recipient("full@example.co.jp") => Some(452),
        Question::Login => Some(535),
        _ => None,
    }))
    .await;
    let now = "2026-11-22T06:00:00.000+09:00".to_owned();
    let to = ["hr@example.co.jp", "gone@example.co.jp", "full@example.co.jp"].map(str::to_owned);
    let delivered = mail_test(&config(smtp.address, None), &to, now.clone()).await.unwrap();
    let counts = (delivered.accepted.len(), delivered.refused[0].1, delivered.deferred[0].1);
    assert_eq!(counts, (1, 550, 452));
    let error = mail_test(&config(smtp.address, Some("wrong")), &to, now.clone()).await.unwrap_err();
    assert_eq!(error, SendError::Server("the mail server answered 535".to_owned()));
    drop(smtp);
    let error = mail_test(&config(([127, 0, 0, 1], 1).into(), None), &to, now).await.unwrap_err();
    assert_eq!(error.to_string(), "the connection to the mail server failed: connection refused");
}
