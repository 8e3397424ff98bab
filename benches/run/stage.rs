//! What every scenario stands on: a private Redis, the sandbox without its quotas, and a daemon as an operator runs it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::process::Watched;
use crate::support::daemon::restrict;
use crate::support::redis::Redis;
use crate::support::sandbox::Sandbox;
use crate::support::{BINARY, free_port, http};

/// Jobs and questions that one command pipeline holds.
const AT_ONCE: usize = 1_000;
/// No runs take as long, even all together.
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) struct Stage {
    pub(crate) redis: Redis,
    pub(crate) sandbox: Sandbox,
    folder: tempfile::TempDir,
}

/// A job's fields.
pub(crate) type Fields = Vec<(&'static str, String)>;

/// The main job of a link.
pub(crate) fn sync(link: &str) -> Fields {
    vec![("link", link.to_owned()), ("flow", "officestation-to-kaonavi".to_owned())]
}

impl Stage {
    /// Tenants of so many people, all quotas lifted, tasks that end at once.
    pub(crate) async fn new(people: usize) -> Stage {
        let (redis, sandbox) = (Redis::start(), Sandbox::start(people));
        for settings in [
            json!({"service": "kaonavi", "tenant": "*", "updates_per_minute": 0, "requests_per_hour": 0,
                   "tokens_per_hour": 0, "task_ms": 10}),
            json!({"service": "officestation", "tenant": "*", "rate_per_minute": 1_000_000}),
        ] {
            sandbox.control("settings", settings).await;
        }
        Stage { redis, sandbox, folder: tempfile::tempdir().expect("a folder") }
    }

    /// Starts a daemon whose links are tenants of the sandbox by number, `t1` to `t<links>`: number 1 is the demo tenant.
    pub(crate) fn daemon(&self, links: usize, concurrency: usize) -> Daemon {
        let directory = self.folder.path().join("links.d");
        fs::create_dir_all(&directory).expect("a folder");
        for number in 1..=links {
            let path = directory.join(format!("t{number}.yaml"));
            fs::write(&path, self.link(number)).expect("a link's file");
            restrict(&path);
        }
        let port = free_port();
        let mut config = String::new();
        writeln!(config, "redis: {{ url: \"{}\" }}", self.redis.url()).expect("text");
        writeln!(config, "state_dir: {}", self.folder.path().display()).expect("text");
        writeln!(config, "http: {{ listen: \"127.0.0.1:{port}\" }}").expect("text");
        writeln!(config, "worker: {{ concurrency: {concurrency} }}").expect("text");
        writeln!(
            config,
            "mail: {{ smtp: \"{}\", from: \"renkei <renkei@example.co.jp>\", to: [\"hr@example.co.jp\"] }}",
            self.sandbox.smtp
        )
        .expect("text");
        writeln!(config, "links_dir: {}", directory.display()).expect("text");
        let path = self.folder.path().join("config.yaml");
        fs::write(&path, config).expect("config");
        restrict(&path);
        Daemon::spawn(&path, &self.folder.path().join("daemon.log"), port)
    }

    fn link(&self, number: usize) -> String {
        let http = &self.sandbox.http;
        let (key, secret) = match number {
            1 => ("demo-key".to_owned(), "demo-secret".to_owned()),
            _ => (format!("demo-key-{number}"), format!("demo-secret-{number}")),
        };
        format!(
            "kind: officestation-kaonavi\n\
             officestation: {{ base_url: \"{http}/officestation\", station_id: STDEMO{number:02}, login_id: renkei-api, \
             password: demo-password, requests_per_minute: 100000 }}\n\
             kaonavi: {{ base_url: \"{http}/kaonavi\", consumer_key: {key}, consumer_secret: {secret}, task_poll: [20ms], \
             updates_per_minute: 100000, requests_per_hour: 100000, tokens_per_hour: 100000 }}\n"
        )
    }

    /// Adds jobs as a producer would; their runs' ids.
    pub(crate) async fn enqueue(&self, jobs: &[Fields]) -> Vec<String> {
        let mut connection = self.connection().await;
        let mut runs = Vec::with_capacity(jobs.len());
        for part in jobs.chunks(AT_ONCE) {
            let mut pipe = redis::pipe();
            for job in part {
                pipe.cmd("XADD").arg("renkei:jobs").arg("*").arg(job);
            }
            runs.extend(pipe.query_async::<Vec<String>>(&mut connection).await.expect("redis takes jobs"));
        }
        runs
    }

    /// Waits until all of these runs have ended; how many ended how.
    pub(crate) async fn ended(&self, runs: &[String]) -> BTreeMap<String, usize> {
        let (start, mut connection) = (Instant::now(), self.connection().await);
        // The last ones are asked for first: they are the last to end.
        let mut open = runs.len();
        while open > 0 {
            let part = &runs[open.saturating_sub(AT_ONCE)..open];
            let statuses = statuses(&mut connection, part).await;
            if statuses.iter().all(|status| has_ended(status.as_deref())) {
                open -= part.len();
            } else {
                assert!(start.elapsed() < PATIENCE, "runs don't end: {statuses:?}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        let mut counts = BTreeMap::new();
        for part in runs.chunks(AT_ONCE) {
            for status in statuses(&mut connection, part).await {
                *counts.entry(status.unwrap_or_else(|| "lost".to_owned())).or_default() += 1;
            }
        }
        counts
    }

    /// Adds one job and waits for its run's end: the run's fields.
    pub(crate) async fn run(&self, job: Fields) -> BTreeMap<String, String> {
        let runs = self.enqueue(&[job]).await;
        self.ended(&runs).await;
        self.redis.ask(&["HGETALL", &format!("renkei:run:{}", runs[0])])
    }

    /// What is left in the stream and of waiting and delayed runs.
    pub(crate) fn left(&self) -> usize {
        let count = |words: &[&str]| -> usize { self.redis.ask(words) };
        count(&["XLEN", "renkei:jobs"])
            + count(&["ZCARD", "renkei:waiting"])
            + count(&["ZCARD", "renkei:delayed"])
    }

    async fn connection(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.redis.url()).expect("the address is valid");
        let settings = redis::AsyncConnectionConfig::new().set_response_timeout(Some(PATIENCE));
        client.get_multiplexed_async_connection_with_config(&settings).await.expect("redis is there")
    }
}

async fn statuses(
    connection: &mut redis::aio::MultiplexedConnection,
    runs: &[String],
) -> Vec<Option<String>> {
    let mut pipe = redis::pipe();
    for run in runs {
        pipe.cmd("HGET").arg(format!("renkei:run:{run}")).arg("status");
    }
    pipe.query_async(connection).await.expect("redis answers")
}

fn has_ended(status: Option<&str>) -> bool {
    matches!(status, Some("完了" | "異常終了"))
}

/// `renkei serve`, with the log of an installation.
pub(crate) struct Daemon {
    child: Child,
    started: Instant,
    http: String,
    log: PathBuf,
}

impl Daemon {
    fn spawn(config: &Path, log: &Path, port: u16) -> Daemon {
        let stderr = File::create(log).expect("a log");
        let started = Instant::now();
        let child = Command::new(BINARY)
            .args(["serve", "--config"])
            .arg(config)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .expect("the daemon starts");
        Daemon { child, started, http: format!("http://127.0.0.1:{port}"), log: log.to_owned() }
    }

    /// Waits for `/readyz` to say yes; how long that was after the start.
    pub(crate) async fn ready(&mut self) -> Duration {
        let (client, url) = (http(), format!("{}/readyz", self.http));
        loop {
            if client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return self.started.elapsed();
            }
            assert!(self.child.try_wait().is_ok_and(|status| status.is_none()), "the daemon ended");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub(crate) fn process(&self) -> Watched {
        Watched(self.child.id())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("{}", lines[lines.len().saturating_sub(50)..].join("\n"));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
