//! The private `redis-server` of a machine that has no other.
//!
//! It lives in the state directory: `redis.sock` (0600, no TCP port), `redis.pid`, `redis.log` (of the last start), the
//! append-only files, and `redis.lock`, which the daemon that looks after it keeps locked. A second daemon on the
//! same directory uses the server and takes the care over when the first one is gone. The server has its own process
//! group, so that a Ctrl-C reaches the daemon alone; it outlives a killed daemon, and the next one adopts it.

mod process;

use std::fs::{File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use process::Process;

/// How long a server may take to answer after its start. One that loads a large file answers, too.
const START: Duration = Duration::from_secs(10);
/// How long a server may take to write everything and end.
const END: Duration = Duration::from_secs(10);
/// The time between two looks at a server that isn't a child of this process, or at the lock.
const LOOK: Duration = Duration::from_secs(1);
const SHORTEST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The longest path that a unix socket can have on Linux.
const LONGEST_PATH: usize = 107;

/// Why the private server doesn't run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The program is missing.
    #[error(
        "start a private redis: redis-server is not installed; install it (apt-get install redis-server), or set \
         `redis: {{ url: \"redis://…\" }}` to use another one"
    )]
    NotInstalled,
    /// The state directory can't be used.
    #[error("use the state directory {}: {source}", path.display())]
    Directory {
        /// The directory, or the file in it.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The path of the socket is longer than the operating system allows.
    #[error(
        "listen on {}: the path of a socket has at most {LONGEST_PATH} bytes; set a shorter `state_dir`",
        path.display()
    )]
    LongPath {
        /// The path.
        path: PathBuf,
    },
    /// The server ended or doesn't answer.
    #[error("start a private redis: it doesn't answer; its own words are in {}", log.display())]
    Silent {
        /// The server's log.
        log: PathBuf,
    },
    /// The server can't be started.
    #[error("start a private redis: {0}")]
    Start(#[source] std::io::Error),
}

/// A private server in somebody's care.
#[derive(Debug)]
pub struct Server {
    url: String,
    stop: watch::Sender<bool>,
    care: JoinHandle<()>,
}

/// The address of the private server of a state directory.
pub fn url(state_dir: &Path) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;

    // A URL has no relative paths. Without a working directory there is nothing to be relative to either.
    let state_dir = std::path::absolute(state_dir).unwrap_or_else(|_| state_dir.to_owned());
    let mut url = "unix://".to_owned();
    for byte in process::socket(&state_dir).as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(byte) {
            url.push(char::from(*byte));
        } else {
            write!(url, "%{byte:02X}").expect("writing to a string can't fail");
        }
    }
    url
}

impl Server {
    /// Starts the server of a state directory, or adopts the one that runs, and looks after it until [`Server::stop`].
    ///
    /// # Errors
    /// If there is no server in the end, with what to do about it.
    pub async fn start(state_dir: &Path) -> Result<Server, ServerError> {
        let dir = prepare(state_dir)?;
        let mut lock = open_lock(&dir)?;
        let process = if take(&mut lock) {
            Some(Process::find_or_start(&dir).await?)
        } else {
            process::wait_for_answer(&dir, START).await?;
            None
        };
        let (stop, stopped) = watch::channel(false);
        let url = url(&dir);
        let care = tokio::spawn(care(dir, lock, process, stopped));
        Ok(Server { url, stop, care })
    }

    /// The address for the queue's settings.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends the server, with everything written, if it is in this daemon's care; waits until it ended.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // The task ends by itself; a panic in it was reported where it happened.
        let _ = self.care.await;
    }
}

fn prepare(state_dir: &Path) -> Result<PathBuf, ServerError> {
    let failed = |source| ServerError::Directory { path: state_dir.to_owned(), source };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(state_dir).map_err(failed)?;
    let dir = state_dir.canonicalize().map_err(failed)?;
    let path = process::socket(&dir);
    if path.as_os_str().len() > LONGEST_PATH {
        return Err(ServerError::LongPath { path });
    }
    Ok(dir)
}

fn open_lock(dir: &Path) -> Result<File, ServerError> {
    let path = dir.join("redis.lock");
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| ServerError::Directory { path, source })
}

/// Whether the lock is this daemon's now. A file system without locks has one daemon only.
fn take(lock: &mut File) -> bool {
    !matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
}

/// Keeps the server alive until told to stop.
async fn care(dir: PathBuf, mut lock: File, mut process: Option<Process>, mut stop: watch::Receiver<bool>) {
    let mut wait = SHORTEST_WAIT;
    let mut since = Instant::now();
    loop {
        let ended = async {
            match &mut process {
                Some(process) => process.ended().await,
                None => tokio::time::sleep(LOOK).await,
            }
        };
        tokio::select! {
            () = ended => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
        if process.take().is_some() {
            tracing::warn!("the private redis ended; starting it again");
            // One that ends at once, again and again, is started at longer and longer intervals.
            wait =
                if since.elapsed() > 2 * LONGEST_WAIT { SHORTEST_WAIT } else { (wait * 2).min(LONGEST_WAIT) };
            tokio::time::sleep(wait).await;
        } else if !take(&mut lock) {
            continue;
        }
        match Process::find_or_start(&dir).await {
            Ok(started) => {
                process = Some(started);
                since = Instant::now();
            }
            Err(error) => {
                tracing::error!(%error, "failed to keep the private redis running; trying again");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
    if let Some(process) = process {
        process.shut_down(&dir).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_directory_has_an_absolute_address() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(url(Path::new("./state")), url(&here.join("state")));
        assert!(url(Path::new("state")).starts_with("unix:///"));
    }
}
