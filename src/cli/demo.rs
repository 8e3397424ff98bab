//! `renkei demo`: all four flows on the sandbox through a private Redis, and what came of it.
//!
//! Everything is real: jobs go in by `XADD`, the daemon's own loops run them against the sandbox over HTTP, mail goes over SMTP.
//! The folder with Redis' data and the configuration is new each time and goes with the demo.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use tokio::sync::watch;

use super::args::DemoArgs;
use super::connect;
use super::daemon::Daemon;
use super::enqueue::{exit_of, wait};
use super::error::{Exit, ExpectedError};
use super::output;
use crate::config::{self, Config};
use crate::history::{self, Filter, Run, Status, list_table, show_table};
use crate::job::{Month, RunId, now};
use crate::queue::Queue;
use crate::sandbox::{self, Options, Sandbox};
use crate::telemetry::metrics;

/// People of the demo's tenant.
const EMPLOYEES: usize = 300;
/// How long the mail may take.
const MAIL: Duration = Duration::from_secs(15);

pub(super) fn run(args: &DemoArgs) -> Result<Exit, ExpectedError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| ExpectedError::Io { what: "start the runtime".to_owned(), source })?;
    let folder = Folder::new()?;
    runtime.block_on(async {
        let sandbox = start_sandbox().await?;
        let config = write_config(&folder.0, &sandbox)?;
        let metrics = metrics::install()
            .map_err(|error| ExpectedError::Failure(format!("failed to start metrics: {error}")))?;
        let mut daemon = Daemon::start(config.clone(), metrics).await?;
        let ready = daemon.ready.clone();
        let shown = tokio::select! {
            shown = show(&config, ready, &sandbox) => shown.map(Some),
            error = daemon.broken() => Err(error),
            _ = tokio::signal::ctrl_c() => Ok(None),
        };
        if matches!(shown, Ok(Some(_))) && !args.exit {
            go_on(&config, &daemon, &sandbox)?;
            // Without a signal handler there is nothing to wait for.
            let _ = tokio::signal::ctrl_c().await;
        }
        daemon.drain().await;
        sandbox.stop().await;
        shown.map(|exit| exit.unwrap_or(Exit::Failure))
    })
}

/// Runs the jobs and prints what came of them. The exit code is the main job's, unless another flow ends 異常終了.
async fn show(
    config: &Config,
    mut ready: watch::Receiver<bool>,
    sandbox: &Sandbox,
) -> Result<Exit, ExpectedError> {
    // The sender lives as long as the daemon.
    let _ = ready.wait_for(|ready| *ready).await;
    let queue = connect::queue(config).await?;
    let main = [("link", "acme"), ("flow", "officestation-to-kaonavi"), ("requested_by", "demo")];
    let first = job(config, &queue, &main).await?;
    job(config, &queue, &main).await?;
    job(config, &queue, &[("link", "acmee"), ("flow", "officestation-to-kaonavi")]).await?;
    let back = [("link", "acme"), ("flow", "kaonavi-to-officestation")];
    let employees = [("link", "clinic"), ("flow", "hrmos-to-mediment-employees")];
    let mut others = vec![job(config, &queue, &back).await?, job(config, &queue, &employees).await?];
    let month = Month::of(now().date_naive()).previous().to_string();
    let attendance = [("link", "clinic"), ("flow", "hrmos-to-mediment-attendance"), ("month", &*month)];
    others.push(job(config, &queue, &attendance).await?);
    let run = find(config, &queue, &first.id).await?;

    let runs = history::list(&queue, &Filter { link: None, status: None, limit: 10 })
        .await
        .map_err(|error| connect::redis_error(config, error))?;
    output::line("\n■ 実行履歴")?;
    output::line(list_table(&runs))?;
    output::line("■ 1回目の実行")?;
    output::line(show_table(&run, None, output::width()))?;
    output::line("■ 届いたメール")?;
    let received = mail(sandbox).await?;
    let (to, subject, body) = (received.to.join(", "), received.subject(), received.body());
    output::line(format!("To: {to}\nSubject: {subject}\n\n{body}"))?;
    let failed = others.iter().find(|other| other.status == Status::Failed);
    Ok(exit_of(failed.unwrap_or(&run)))
}

/// Adds a job as anybody may and waits for its end.
async fn job(config: &Config, queue: &Queue, fields: &[(&str, &str)]) -> Result<Run, ExpectedError> {
    let words: Vec<String> = fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
    output::line(format!("XADD renkei:jobs '*' {}", words.join(" ")))?;
    let fields: Vec<(&str, String)> =
        fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let run = queue.enqueue(&fields).await.map_err(|error| connect::redis_error(config, error))?;
    wait(config, queue, &run).await
}

async fn find(config: &Config, queue: &Queue, run: &RunId) -> Result<Run, ExpectedError> {
    let run = history::show(queue, run).await.map_err(|error| connect::redis_error(config, error))?;
    run.ok_or_else(|| ExpectedError::Failure("the run is gone from Redis".to_owned()))
}

/// What to type next.
fn go_on(config: &Config, daemon: &Daemon, sandbox: &Sandbox) -> Result<(), ExpectedError> {
    let (http, socket) = (sandbox.addr(), config.state_dir.join("redis.sock"));
    let (file, socket) = (config.path.display(), socket.display());
    output::line(format!(
        "■ 続けて試すには(Ctrl-C で終了)\n\
         redis-cli -s {socket} XADD renkei:jobs '*' link acme flow officestation-to-kaonavi employees A0001,A0002\n\
         redis-cli -s {socket} XADD renkei:jobs '*' link acme flow officestation-to-kaonavi dry_run true\n\
         redis-cli -s {socket} XADD renkei:jobs '*' link clinic flow hrmos-to-mediment-employees\n\
         renkei -c {file} history\n\
         renkei -c {file} plan acme officestation-to-kaonavi\n\
         curl http://{web}/readyz\n\
         curl http://{web}/metrics\n\
         curl http://{http}/__sandbox/requests\n\
         curl http://{http}/__sandbox/mail",
        web = daemon.http,
    ))
}

/// The sandbox on its usual ports, or on free ones where those are taken.
async fn start_sandbox() -> Result<Sandbox, ExpectedError> {
    let usual = Options { employees: EMPLOYEES, ..Options::default() };
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let started = match sandbox::start(usual.clone()).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            sandbox::start(Options { listen: free, smtp: free, ..usual }).await
        }
        started => started,
    };
    started.map_err(|source| ExpectedError::Io { what: "start the sandbox".to_owned(), source })
}

/// The demo's configuration, in a file so that other subcommands can be used on it.
fn write_config(folder: &Path, sandbox: &Sandbox) -> Result<Config, ExpectedError> {
    let text = format!(
        "state_dir: {state}\n\
         http: {{ listen: \"127.0.0.1:0\" }}\n\
         support: \"情報システム部 内線1234\"\n\
         mail: {{ smtp: \"smtp://{smtp}\", from: \"renkei <renkei@example.co.jp>\", to: [\"hr@example.co.jp\"] }}\n\
         links:\n  acme:\n    kind: officestation-kaonavi\n    officestation: {{ base_url: \"http://{http}/officestation\", \
         station_id: STDEMO01, login_id: renkei-api, password: {{ sandbox: demo-password }} }}\n    kaonavi: {{ base_url: \
         \"http://{http}/kaonavi\", consumer_key: {{ sandbox: demo-key }}, consumer_secret: {{ sandbox: demo-secret }}, \
         task_poll: [500ms] }}\n    schedule: {{ officestation-to-kaonavi: \"0 6 * * *\" }}\n  clinic:\n    kind: hrmos-mediment\n    \
         hrmos: {{ base_url: \"http://{http}/hrmos\", company: demo, secret_key: {{ sandbox: \"ZGVtby1ocm1vcy1rZXk=\" }}, \
         requests_per_minute: 600 }}\n    mediment: {{ base_url: \"http://{http}/mediment\", consumer_key: {{ sandbox: demo-key }}, \
         consumer_secret: {{ sandbox: demo-secret }} }}\n    schedule: {{ hrmos-to-mediment-employees: \"30 6 * * *\" }}\n",
        state = folder.display(),
        smtp = sandbox.smtp_addr(),
        http = sandbox.addr(),
    );
    let path = folder.join("config.yaml");
    std::fs::write(&path, text)
        .map_err(|source| ExpectedError::Io { what: format!("write {}", path.display()), source })?;
    config::load(&path).map_err(|error| ExpectedError::Config(Box::new(error)))
}

/// A new folder that only its owner can read; it goes with the demo.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Folder, ExpectedError> {
        use std::os::unix::fs::DirBuilderExt;
        let path = std::env::temp_dir().join(format!("renkei-demo-{}", std::process::id()));
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|source| ExpectedError::Io { what: format!("make {}", path.display()), source })?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("renkei: {} is left behind: {error}", self.0.display());
        }
    }
}

/// A mail as the sink got it.
#[derive(Debug, Deserialize)]
struct Mail {
    to: Vec<String>,
    raw: String,
}

/// The first mail that arrived.
async fn mail(sandbox: &Sandbox) -> Result<Mail, ExpectedError> {
    let url = format!("http://{}/__sandbox/mail", sandbox.addr());
    let look = async {
        loop {
            let answer = reqwest::get(&url).await?;
            if let Some(mail) = answer.json::<Vec<Mail>>().await?.into_iter().next() {
                return Ok::<Mail, reqwest::Error>(mail);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    match tokio::time::timeout(MAIL, look).await {
        Ok(Ok(mail)) => Ok(mail),
        Ok(Err(error)) => Err(ExpectedError::Failure(format!("failed to read the mail: {error}"))),
        Err(_) => Err(ExpectedError::Failure(format!("no mail arrived within {} s", MAIL.as_secs()))),
    }
}

/// Our mails are base64 throughout (`notify`); anything else is shown as it is.
impl Mail {
    fn subject(&self) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let subject = head.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default();
        let word = |word: &str| {
            let text = word.strip_prefix("=?utf-8?b?").and_then(|text| decoded(text.strip_suffix("?=")?));
            text.unwrap_or_else(|| word.to_owned())
        };
        subject.split(' ').map(word).collect()
    }

    fn body(&self) -> String {
        let body = self.raw.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        let text: String = body.split_whitespace().collect();
        decoded(&text).unwrap_or_else(|| body.to_owned()).replace("\r\n", "\n")
    }
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(BASE64.decode(text).ok()?).ok()
}
