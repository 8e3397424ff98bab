//! Reminders of keys that end: several daemons' loops on one Redis, a clock that the test turns, and what is in the outbox.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, FixedOffset};
use redis::AsyncCommands;
use redis::streams::StreamRangeReply;
use renkei::config::{self, Config};
use renkei::notify::{OutboxEntry, expiry};
use renkei::queue::Queue;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::mailing::{Running, until_empty};
use crate::smtp_server::Smtp;
use crate::world::{start, until};

/// One daemon's loop. A new configuration makes it look at once.
struct Reminder {
    config: watch::Sender<Arc<Config>>,
    clock: watch::Sender<DateTime<FixedOffset>>,
    /// How often it asked for the time: once in each look.
    looks: Arc<AtomicUsize>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Drop for Reminder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("{text}:00+09:00")).unwrap()
}

impl Reminder {
    fn start(queue: &Queue, at: &str, config: &str) -> Reminder {
        let (config, configs) = watch::channel(parse(config));
        let (clock, clocks) = watch::channel(time(at));
        let (stop, stopped) = watch::channel(false);
        let looks = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&looks);
        let now = move || {
            count.fetch_add(1, Ordering::SeqCst);
            *clocks.borrow()
        };
        let task = tokio::spawn(expiry::remind(queue.clone(), configs, now, Arc::new(|| ()), stopped));
        Reminder { config, clock, looks, stop, task }
    }

    /// Waits until it has looked, whole, at the configuration and the time as they are now. A look that is under way may have the
    /// old ones, the next has the new ones, and the one after that says that the next has ended.
    async fn looked(&self) {
        for _ in 0..3 {
            let before = self.looks.load(Ordering::SeqCst);
            let same = Arc::clone(&self.config.borrow());
            self.config.send_replace(same);
            until("a look", || async { self.looks.load(Ordering::SeqCst) > before }).await;
        }
    }

    async fn turn(&self, at: &str) {
        self.clock.send_replace(time(at));
        self.looked().await;
    }

    async fn follow(&self, config: &str) {
        self.config.send_replace(parse(config));
        self.looked().await;
    }
}

fn parse(config: &str) -> Arc<Config> {
    Arc::new(config::parse_str(config).unwrap_or_else(|error| panic!("{error}")))
}

const MAIL: &str =
    "mail: { smtp: \"smtp://127.0.0.1\", from: renkei@example.co.jp, to: [hr@example.co.jp] }\n";

fn link(name: &str, company: &str, keys: &str) -> String {
    format!(
        "  {name}:\n    kind: hrmos-mediment\n    hrmos: {{ company: {company}, secret_key: CANARY, {keys} }}\n    \
         mediment: {{ base_url: \"https://mediment.example.co.jp\", consumer_key: CANARY-k, consumer_secret: CANARY-s }}\n"
    )
}

/// One link whose key ends on 2026-12-01.
fn clinic() -> String {
    format!("{MAIL}links:\n{}", link("clinic", "demo", "key_issued: 2026-09-01"))
}

/// What is in the outbox, oldest first.
async fn outbox(queue: &Queue) -> Vec<OutboxEntry> {
    let reply: StreamRangeReply = queue.connection().xrange_all(queue.keys().mail()).await.unwrap();
    let entry = |id: &redis::streams::StreamId| {
        let fields: HashMap<String, String> =
            id.map.keys().map(|name| (name.clone(), id.get(name).unwrap())).collect();
        OutboxEntry::from_fields(&fields).expect("an entry of the outbox")
    };
    reply.ids.iter().map(entry).collect()
}

/// Organization and first line about a credential, of each mail.
async fn told(queue: &Queue) -> Vec<(String, String)> {
    let line = |entry: OutboxEntry| {
        let line =
            entry.mail.body.lines().find(|line| line.contains("有効期限:")).unwrap_or_default().to_owned();
        (entry.organization, line)
    };
    outbox(queue).await.into_iter().map(line).collect()
}

#[tokio::test]
async fn each_step_is_told_once_and_not_at_night() {
    let (_redis, queue) = start().await;
    let reminder = Reminder::start(&queue, "2026-11-09T12:00", &clinic());
    for (at, count) in [
        ("2026-11-09T23:59", 0),
        ("2026-11-10T03:00", 0),
        ("2026-11-10T08:59", 0),
        ("2026-11-10T09:00", 1),
        ("2026-11-11T09:00", 1),
        ("2026-11-23T23:59", 1),
        ("2026-11-24T09:00", 2),
        ("2026-11-30T09:00", 3),
        ("2026-12-01T00:10", 3),
        ("2026-12-01T09:00", 4),
        ("2026-12-05T09:00", 4),
        ("2027-03-05T09:00", 4),
    ] {
        reminder.turn(at).await;
        assert_eq!(outbox(&queue).await.len(), count, "{at}");
    }
    let lines: Vec<String> = told(&queue).await.into_iter().map(|(_, line)| line).collect();
    let left = ["あと21日", "あと7日", "あと1日", "期限切れ"];
    let line = |left| format!("HRMOS勤怠のAPI KEY 有効期限:2026年12月1日({left}) 連携:clinic");
    assert_eq!(lines, left.map(line));
    let ids: std::collections::BTreeSet<String> =
        outbox(&queue).await.into_iter().map(|entry| entry.message_id).collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fleet_tells_a_step_once_under_a_message_id_that_does_not_change() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (_redis, queue) = start().await;
        let at = "2026-11-24T10:00";
        let fleet: Vec<Reminder> = (0..6).map(|_| Reminder::start(&queue, at, &clinic())).collect();
        for reminder in &fleet {
            reminder.looked().await;
        }
        drop(fleet);
        // One that starts later knows it as well.
        Reminder::start(&queue, at, &clinic()).looked().await;
        let mails = outbox(&queue).await;
        assert_eq!(mails.len(), 1);
        ids.extend(mails.into_iter().map(|entry| entry.message_id));
        let marks: Vec<String> = queue.connection().keys("renkei:reminder:*").await.unwrap();
        assert_eq!(marks.len(), 1, "{marks:?}");
        let left: i64 = queue.connection().ttl(&marks[0]).await.unwrap();
        assert!((1..=400 * 24 * 3600).contains(&left), "{left}");
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_step_that_was_slept_through_is_not_made_up_for() {
    let (_redis, queue) = start().await;
    Reminder::start(&queue, "2026-11-26T10:00", &clinic()).looked().await;
    let only = told(&queue).await;
    assert_eq!(only.len(), 1);
    assert!(only[0].1.contains("(あと5日)"), "{only:?}");
}

#[tokio::test]
async fn each_organization_is_told_of_its_own_links_alone() {
    let (_redis, queue) = start().await;
    let ends = "expires: 2026-11-28";
    let other = link("branch", "demo", ends).replace("kind:", "organization: subsidiary\n    kind:");
    let quiet = link("quiet", "mute", ends).replace("kind:", "organization: quiet\n    kind:");
    let yaml = format!(
        "{MAIL}organizations: {{ subsidiary: {{ mail_to: [hr@subsidiary.jp], support: 総務部 }}, quiet: {{}} }}\nlinks:\n{}{}{}{other}{quiet}",
        link("clinic", "demo", ends),
        link("ward", "demo", ends),
        link("night", "else", "expires: 2026-12-10"),
    );
    let reminder = Reminder::start(&queue, "2026-11-24T10:00", &yaml);
    reminder.looked().await;
    let line = |day: &str, left: &str, links: &str| {
        format!("HRMOS勤怠のAPI KEY 有効期限:2026年{day}(あと{left}日) 連携:{links}")
    };
    let expected = [
        ("default".to_owned(), line("12月10日", "16", "night")),
        ("default".to_owned(), line("11月28日", "4", "clinic、ward")),
        ("subsidiary".to_owned(), line("11月28日", "4", "branch")),
    ];
    assert_eq!(told(&queue).await, expected);
    let support = outbox(&queue).await[2].mail.body.clone();
    assert!(support.ends_with("-- \n送信元:renkei\nお問い合わせ:総務部\n"), "{support}");
    // Whoever gets an address later is told then.
    reminder.follow(&yaml.replace("quiet: {}", "quiet: { mail_to: [quiet@example.jp] }")).await;
    assert_eq!(told(&queue).await[3..], [("quiet".to_owned(), line("11月28日", "4", "quiet"))]);
}

#[tokio::test]
async fn a_renewed_key_is_silent_until_its_own_end_is_near() {
    let (_redis, queue) = start().await;
    let reminder = Reminder::start(&queue, "2026-11-24T10:00", &clinic());
    reminder.looked().await;
    reminder.follow(&clinic().replace("2026-09-01", "2026-11-24")).await;
    for at in ["2026-11-30T09:00", "2026-12-01T09:00", "2027-02-02T09:00"] {
        reminder.turn(at).await;
        assert_eq!(outbox(&queue).await.len(), 1, "{at}");
    }
    reminder.turn("2027-02-03T09:00").await;
    assert!(told(&queue).await[1].1.contains("2027年2月24日(あと21日)"));
}

#[tokio::test]
async fn an_outage_of_redis_delays_the_reminder_and_loses_none() {
    let (mut redis, queue) = start().await;
    let reminder = Reminder::start(&queue, "2026-11-24T08:00", &clinic());
    reminder.looked().await;
    redis.stop();
    reminder.clock.send_replace(time("2026-11-24T09:00"));
    reminder.looked().await;
    redis.restart();
    queue.wait_ready().await.unwrap();
    reminder.looked().await;
    assert_eq!(outbox(&queue).await.len(), 1);
    reminder.stop.send_replace(true);
    until("its end", || async { reminder.task.is_finished() }).await;
}

#[tokio::test]
async fn the_mail_goes_out_and_names_neither_key_nor_account() {
    let (_redis, queue) = start().await;
    let smtp = Smtp::accepting().await;
    Reminder::start(&queue, "2026-11-24T10:00", &clinic()).looked().await;
    let entry = outbox(&queue).await.remove(0);
    let account = parse(&clinic()).links["clinic"].accounts().concat();
    let account = account.split(':').nth(1).unwrap()[..16].to_owned();
    for secret in ["CANARY", "demo", &account] {
        assert!(!entry.to_fields().iter().any(|(_, value)| value.contains(secret)), "{secret}: {entry:?}");
    }
    let mailer = Running::start(&queue, smtp.address, &["hr@example.co.jp"]);
    until_empty(&queue).await;
    mailer.stop().await;
    let received = smtp.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].raw.contains(&entry.message_id), "{}", received[0].raw);
}
