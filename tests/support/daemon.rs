//! A daemon as a process: started, frozen, killed, drained, and asked over HTTP.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::{BINARY, eventually, free_port, http};

/// `renkei serve` in a process group of its own.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) http: String,
    config: PathBuf,
    log: PathBuf,
}

impl Daemon {
    /// Starts `renkei serve` and waits until it is ready. `name` tells its log from those of others in the folder.
    pub(crate) async fn start(folder: &Path, config: &str, name: &str) -> Daemon {
        let daemon = Daemon::spawn(folder, config, name);
        daemon.ready().await;
        daemon
    }

    /// Starts `renkei serve` without waiting.
    pub(crate) fn spawn(folder: &Path, config: &str, name: &str) -> Daemon {
        Daemon::spawn_saying(folder, config, name, "info,renkei=debug")
    }

    /// The same with a `RUST_LOG` of its own.
    pub(crate) fn spawn_saying(folder: &Path, config: &str, name: &str, levels: &str) -> Daemon {
        let port = free_port();
        let path = folder.join(format!("{name}.yaml"));
        fs::write(&path, format!("{config}\nhttp: {{ listen: \"127.0.0.1:{port}\" }}\n")).expect("config");
        restrict(&path);
        let log = folder.join(format!("{name}.log"));
        let stderr = File::create(&log).expect("log");
        let child = Command::new(BINARY)
            .args(["serve", "--config"])
            .arg(&path)
            .env("RUST_LOG", levels)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .expect("the daemon starts");
        Daemon { child, http: format!("http://127.0.0.1:{port}"), config: path, log }
    }

    /// Waits for `/readyz` to say yes.
    pub(crate) async fn ready(&self) {
        let (client, url) = (http(), format!("{}/readyz", self.http));
        eventually(&format!("readiness\n{}", self.log()), Duration::from_secs(15), || async {
            client.get(&url).send().await.ok().filter(|answer| answer.status().is_success()).map(drop)
        })
        .await;
    }

    /// The text of `/metrics`.
    pub(crate) async fn metrics(&self) -> String {
        http()
            .get(format!("{}/metrics", self.http))
            .send()
            .await
            .expect("metrics")
            .text()
            .await
            .expect("text")
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by name, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let status =
            Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status().expect("kill");
        assert!(status.success(), "kill -{name}");
    }

    /// Changes its configuration file by this and sends SIGHUP; waits until it was read again.
    pub(crate) async fn reload(&self, change: impl FnOnce(String) -> String) {
        let read_again = || self.log().matches("the configuration was read again").count();
        let before = read_again();
        let text = fs::read_to_string(&self.config).expect("config");
        fs::write(&self.config, change(text)).expect("config");
        self.signal("HUP");
        eventually("the configuration to be read again", Duration::from_secs(15), || async {
            (read_again() > before).then_some(())
        })
        .await;
    }

    /// SIGKILL, and waits for its end.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("wait");
    }

    /// SIGTERM, and waits for its end.
    pub(crate) async fn drain(mut self) -> ExitStatus {
        self.signal("TERM");
        eventually("the daemon's end", Duration::from_secs(35), || {
            let status = self.child.try_wait().expect("wait");
            async move { status }
        })
        .await
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
        if std::thread::panicking() {
            eprintln!("--- {} ---\n{}", self.log.display(), self.log());
        }
    }
}

/// Only the owner may read a configuration with inline secrets.
pub(crate) fn restrict(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("permissions");
}
