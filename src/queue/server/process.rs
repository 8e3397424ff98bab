//! One `redis-server` process: started, found, asked and ended.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use redis::{Client, Value};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::process::{Child, Command};

use super::{END, LOOK, START, ServerError, url};

/// The time between two questions to a server that starts or ends.
const POLL: Duration = Duration::from_millis(20);

/// A server that runs: a child of this process, or one that an earlier daemon started.
#[derive(Debug)]
pub(super) enum Process {
    Child(Child),
    Adopted(Pid),
}

pub(super) fn socket(dir: &Path) -> PathBuf {
    dir.join("redis.sock")
}

fn log(dir: &Path) -> PathBuf {
    dir.join("redis.log")
}

impl Process {
    /// Adopts the server of the directory if it lives, or starts one.
    pub(super) async fn find_or_start(dir: &Path) -> Result<Process, ServerError> {
        if let Some(pid) = find(dir) {
            match wait_for_answer(dir, START).await {
                Ok(()) => return Ok(Process::Adopted(pid)),
                // Two servers on one append-only file would spoil it.
                Err(_) => Process::Adopted(pid).end().await,
            }
        }
        // A socket without a server stands in the way of a new one.
        let _ = std::fs::remove_file(socket(dir));
        let mut child = start(dir)?;
        tokio::select! {
            answer = wait_for_answer(dir, START) => answer?,
            _ = child.wait() => return Err(ServerError::Silent { log: log(dir) }),
        }
        Ok(Process::Child(child))
    }

    /// Waits until it ended by itself.
    pub(super) async fn ended(&mut self) {
        match self {
            Process::Child(child) => {
                // Waiting fails only if somebody else waited: then it ended as well.
                let _ = child.wait().await;
            }
            Process::Adopted(pid) => {
                while test_kill_process(*pid).is_ok() {
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
    }

    /// Lets it write everything and end.
    pub(super) async fn shut_down(self, dir: &Path) {
        // A server that shuts down closes the connection instead of answering.
        let _ = ask(dir, &redis::cmd("SHUTDOWN")).await;
        self.end().await;
    }

    /// Ends it: it gets some time to do so by itself, is asked by signal, and is killed.
    async fn end(mut self) {
        for (signal, patience) in [(Signal::TERM, END), (Signal::KILL, END)] {
            if tokio::time::timeout(patience / 2, self.gone()).await.is_ok() {
                return;
            }
            let pid = match &self {
                Process::Child(child) => child.id().and_then(|id| Pid::from_raw(id.cast_signed())),
                Process::Adopted(pid) => Some(*pid),
            };
            if let Some(pid) = pid {
                // It may have ended in between.
                let _ = kill_process(pid, signal);
            }
        }
        let _ = tokio::time::timeout(END, self.gone()).await;
    }

    async fn gone(&mut self) {
        match self {
            Process::Child(_) => self.ended().await,
            Process::Adopted(pid) => {
                while test_kill_process(*pid).is_ok() {
                    tokio::time::sleep(POLL).await;
                }
            }
        }
    }
}

/// The server that the pid file names, if it is a redis-server that works in this directory.
fn find(dir: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(dir.join("redis.pid")).ok()?;
    let pid = Pid::from_raw(text.trim().parse().ok()?)?;
    let process = PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()));
    let name = std::fs::read_to_string(process.join("comm")).ok()?;
    let works_in = std::fs::read_link(process.join("cwd")).ok()?;
    (name.trim() == "redis-server" && works_in == dir).then_some(pid)
}

fn start(dir: &Path) -> Result<Child, ServerError> {
    let failed = |path: PathBuf| move |source| ServerError::Directory { path, source };
    let out = File::create(log(dir)).map_err(failed(log(dir)))?;
    let err = out.try_clone().map_err(failed(log(dir)))?;
    let child = Command::new("redis-server")
        .args(["--port", "0", "--unixsocketperm", "600", "--unixsocket"])
        .arg(socket(dir))
        .args(["--appendonly", "yes", "--save", "", "--daemonize", "no", "--loglevel", "warning"])
        .arg("--pidfile")
        .arg(dir.join("redis.pid"))
        .arg("--dir")
        .arg(dir)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .process_group(0)
        .spawn();
    child.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ServerError::NotInstalled,
        _ => ServerError::Start(error),
    })
}

/// Waits until the server of the directory answers anything at all.
pub(super) async fn wait_for_answer(dir: &Path, patience: Duration) -> Result<(), ServerError> {
    let end = Instant::now() + patience;
    loop {
        match ask(dir, &redis::cmd("PING")).await {
            Ok(_) => return Ok(()),
            // One that loads its data is there; the queue waits for it.
            Err(error) if error.code() == Some("LOADING") => return Ok(()),
            Err(_) if Instant::now() < end => tokio::time::sleep(POLL).await,
            Err(_) => return Err(ServerError::Silent { log: log(dir) }),
        }
    }
}

async fn ask(dir: &Path, command: &redis::Cmd) -> redis::RedisResult<Value> {
    let mut connection = Client::open(url(dir))?.get_multiplexed_async_connection().await?;
    command.query_async(&mut connection).await
}
