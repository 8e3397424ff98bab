//! A private `redis-server` for one test, on a unix socket in a directory of its own.

#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses another part of it")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Ends with its value, whatever happens to the test.
pub(crate) struct Redis {
    dir: tempfile::TempDir,
    child: Option<Child>,
}

impl Redis {
    /// Starts a server and waits until it answers.
    pub(crate) fn start() -> Redis {
        let dir = tempfile::Builder::new().prefix("redis-").tempdir().expect("make a directory for redis");
        let mut redis = Redis { dir, child: None };
        redis.restart();
        redis
    }

    /// Starts the server again on its data. It leaves syncing to the system: while a sync of its own is under way Redis holds writes to
    /// the file back, and a kill in that moment would lose what it has answered.
    pub(crate) fn restart(&mut self) {
        assert!(self.child.is_none(), "redis runs already");
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "yes", "--appendfsync", "no", "--unixsocket"])
            .arg(self.socket())
            .arg("--dir")
            .arg(self.dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start redis-server");
        self.child = Some(child);
        let end = Instant::now() + Duration::from_secs(10);
        while self.client().get_connection().and_then(|mut open| redis::cmd("PING").exec(&mut open)).is_err()
        {
            assert!(Instant::now() < end, "redis doesn't answer");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends the server as an operator does.
    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let pid = rustix::process::Pid::from_child(&child);
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signal redis");
            child.wait().expect("wait for redis");
        }
    }

    /// Ends the server as a power cut does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("kill redis");
            child.wait().expect("wait for redis");
        }
    }

    /// The server's directory.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("redis.sock")
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    fn client(&self) -> redis::Client {
        redis::Client::open(self.url()).expect("the address is valid")
    }

    /// Sends one command and expects its answer.
    pub(crate) fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        self.try_ask(words).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// Sends many commands at once and returns their answers.
    pub(crate) fn ask_all<T: redis::FromRedisValue>(&self, commands: &[Vec<&str>]) -> Vec<T> {
        let mut connection = self.client().get_connection().expect("redis is there");
        let mut answers = Vec::with_capacity(commands.len());
        for some in commands.chunks(1000) {
            let mut pipe = redis::pipe();
            for words in some {
                pipe.cmd(words[0]).arg(&words[1..]);
            }
            answers.extend(pipe.query::<Vec<T>>(&mut connection).expect("redis answers"));
        }
        answers
    }

    /// Sends one command.
    pub(crate) fn try_ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(word);
        }
        command.query(&mut self.client().get_connection()?)
    }
}

impl Redis {
    /// What `redis-cli` prints for one command, as an operator would type it.
    pub(crate) fn cli(&self, words: &[&str]) -> String {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        self.cli_raw(&words)
    }

    /// The same with words that are no text.
    pub(crate) fn cli_raw(&self, words: &[&[u8]]) -> String {
        let output = Command::new("redis-cli")
            .arg("-s")
            .arg(self.socket())
            .args(words.iter().map(|word| OsStr::from_bytes(word)))
            .output()
            .expect("redis-cli runs");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
