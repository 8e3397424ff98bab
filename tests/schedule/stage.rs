//! What the tests share: a Redis, schedulers on it, and their clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use redis::streams::StreamRangeReply;
use renkei::config::{self, Config};
use renkei::queue::{Queue, Settings};
use renkei::schedule::{self, Clock};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::redis_server::Redis;

pub(crate) const FLOW: &str = "officestation-to-kaonavi";

pub(crate) struct Stage {
    pub(crate) redis: Redis,
    clock: watch::Sender<DateTime<Utc>>,
}

/// A running scheduler; it is gone without a word when it is dropped.
pub(crate) struct Scheduler {
    pub(crate) config: watch::Sender<Arc<Config>>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) task: JoinHandle<()>,
    beats: Arc<AtomicUsize>,
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The stage's clock, a little fast or slow.
struct Turned {
    clock: watch::Receiver<DateTime<Utc>>,
    fast: TimeDelta,
}

impl Clock for Turned {
    fn now(&self) -> DateTime<Utc> {
        *self.clock.borrow() + self.fast
    }

    async fn sleep_until(&self, at: DateTime<Utc>) {
        let mut clock = self.clock.clone();
        // It fails when the test is over.
        let _ = clock.wait_for(|now| *now + self.fast >= at).await;
    }
}

impl Stage {
    /// At a time of day in Japan, such as `2026-11-22 10:00:00`.
    pub(crate) fn at(text: &str) -> Stage {
        Stage { redis: Redis::start(), clock: watch::Sender::new(time(text)) }
    }

    /// Turns the clock, forth or back.
    pub(crate) fn turn(&self, text: &str) {
        self.turn_to(time(text));
    }

    pub(crate) fn turn_to(&self, at: DateTime<Utc>) {
        self.clock.send_replace(at);
    }

    pub(crate) fn queue(&self) -> Queue {
        Queue::connect(Settings::new(self.redis.url(), "renkei")).expect("the address is valid")
    }

    pub(crate) fn scheduler(&self, config: Config) -> Scheduler {
        self.scheduler_with(config, TimeDelta::zero())
    }

    /// A scheduler whose clock is `fast`.
    pub(crate) fn scheduler_with(&self, config: Config, fast: TimeDelta) -> Scheduler {
        let (config, configs) = watch::channel(Arc::new(config));
        let (stop, stopped) = watch::channel(false);
        let beats = Arc::new(AtomicUsize::new(0));
        let beat = {
            let beats = Arc::clone(&beats);
            Arc::new(move || {
                beats.fetch_add(1, Ordering::SeqCst);
            })
        };
        let clock = Turned { clock: self.clock.subscribe(), fast };
        let task = tokio::spawn(schedule::run(self.queue(), configs, clock, beat, stopped));
        Scheduler { config, stop, task, beats }
    }

    /// Stores a tick without jobs, as if it had been fired long ago.
    pub(crate) async fn stored(&self, link: &str, flow: &str, text: &str) {
        self.queue().tick(link, flow, milliseconds(time(text)), &[]).await.expect("redis answers");
    }

    /// Waits until this tick is the last one stored.
    pub(crate) async fn ticked(&self, link: &str, flow: &str, text: &str) {
        let tick = milliseconds(time(text)).to_string();
        let key = format!("renkei:schedule:{link}:{flow}");
        until(&format!("the tick {text} of {key}"), || {
            self.redis.try_ask::<Option<String>>(&["HGET", &key, "ms"]).ok().flatten().as_ref() == Some(&tick)
        })
        .await;
    }

    /// The jobs on the stream, as names and values.
    pub(crate) fn jobs(&self) -> Vec<Vec<(String, String)>> {
        let reply: StreamRangeReply = self.redis.ask(&["XRANGE", "renkei:jobs", "-", "+"]);
        let fields = |entry: &redis::streams::StreamId| {
            let mut fields: Vec<(String, String)> =
                entry.map.keys().map(|name| (name.clone(), entry.get(name).expect("text"))).collect();
            fields.sort();
            fields
        };
        reply.ids.iter().map(fields).collect()
    }

    /// One field of every job on the stream.
    pub(crate) fn each(&self, name: &str) -> Vec<String> {
        let value = |job: Vec<(String, String)>| {
            job.into_iter().find(|(field, _)| field == name).map(|(_, value)| value).unwrap_or_default()
        };
        self.jobs().into_iter().map(value).collect()
    }

    /// Takes the jobs off the stream, as if their runs had ended; their ticks.
    pub(crate) fn work_off(&self) -> Vec<String> {
        let ticks = self.each("tick");
        let _: usize = self.redis.ask(&["XTRIM", "renkei:jobs", "MAXLEN", "0"]);
        ticks
    }
}

impl Scheduler {
    /// Waits until it has looked at the clock as it is now, and at what is due by it. A configuration that doesn't change wakes it.
    pub(crate) async fn looked(&self) {
        self.turns(|| self.config.send_modify(|_| {})).await;
    }

    /// Waits for the same without waking it.
    pub(crate) async fn turned(&self) {
        self.turns(|| {}).await;
    }

    async fn turns(&self, wake: impl Fn()) {
        // Each turn begins with a beat: the second one from now on ends a turn that began after now. The third allows for one
        // that a long turn gives in its middle.
        let seen = self.beats.load(Ordering::SeqCst);
        until("turns of the scheduler", || {
            wake();
            self.beats.load(Ordering::SeqCst) >= seen + 3
        })
        .await;
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !so() {
        assert!(Instant::now() < end, "never came true: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A time of day in Japan.
pub(crate) fn time(text: &str) -> DateTime<Utc> {
    let text = format!("{}+09:00", text.replace(' ', "T"));
    text.parse().expect("a time")
}

/// The same as the scheduler writes it.
pub(crate) fn tick(text: &str) -> String {
    format!("{}+09:00", text.replace(' ', "T"))
}

fn milliseconds(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis()).expect("after 1970")
}

/// One link, `acme`, whose main flow has this schedule.
pub(crate) fn acme(schedule: &str) -> Config {
    configured(&format!("schedule: {{ {FLOW}: \"{schedule}\" }}"))
}

/// `acme` with further keys.
pub(crate) fn configured(more: &str) -> Config {
    parse(&format!(
        "links:\n  acme:\n    kind: officestation-kaonavi\n    \
         officestation: {{ base_url: \"http://127.0.0.1:1/\", station_id: S, login_id: l, password: p }}\n    \
         kaonavi: {{ consumer_key: key, consumer_secret: secret }}\n    {more}\n"
    ))
}

/// One link, `clinic`, with these further keys.
pub(crate) fn clinic(more: &str) -> Config {
    parse(&format!(
        "links:\n  clinic:\n    kind: hrmos-mediment\n    hrmos: {{ company: demo, secret_key: key }}\n    \
         mediment: {{ base_url: \"http://127.0.0.1:1/\", consumer_key: key, consumer_secret: secret }}\n    {more}\n"
    ))
}

fn parse(text: &str) -> Config {
    config::parse_str(text).unwrap_or_else(|error| panic!("{error:?}"))
}
