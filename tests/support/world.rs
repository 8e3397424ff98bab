//! A whole installation in a folder: private Redis, sandbox, configuration, daemons, and what an operator would look at.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::daemon::{Daemon, restrict};
use super::redis::Redis;
use super::sandbox::Sandbox;
use super::{BINARY, PATIENCE, eventually};

pub(crate) struct World {
    pub(crate) redis: Redis,
    pub(crate) sandbox: Sandbox,
    folder: tempfile::TempDir,
    /// The part of the configuration that a test may add to, as YAML.
    pub(crate) config: String,
}

/// Small steps and waits, so that tests don't have to be patient.
const WORKER: &str = "worker:
  lease: 3s
  renew: 500ms
  write_margin: 1s
  sweep: 200ms
  settle: 2s
  settle_poll: 200ms
  drain: 5s
  retry: { steps: [300ms, 500ms, 1s], attempts: 6, deadline: 60s, quick_wait: 20ms }
";

impl World {
    /// A world whose `acme` link is the sandbox's demo tenant; `extra` is added to that link, indented by four.
    pub(crate) async fn new(employees: usize, extra: &str) -> World {
        let redis = Redis::start();
        let sandbox = Sandbox::start(employees);
        // The quota of five updates a minute is a matter of the services' tests; here it would only cost time.
        let lifted = json!({"service": "kaonavi", "tenant": "*", "updates_per_minute": 0});
        sandbox.control("settings", lifted).await;
        let folder = tempfile::tempdir().expect("a folder");
        let config = format!(
            "redis: {{ url: \"{redis}\" }}\nstate_dir: {state}\n{WORKER}support: \"情報システム部 内線1234\"\n\
             mail: {{ smtp: \"{smtp}\", from: \"renkei <renkei@example.co.jp>\", to: [\"hr@example.co.jp\"] }}\n\
             links:\n  acme:\n    kind: officestation-kaonavi\n    \
             officestation: {{ base_url: \"{http}/officestation\", station_id: STDEMO01, login_id: renkei-api, password: demo-password }}\n    \
             kaonavi: {{ base_url: \"{http}/kaonavi\", consumer_key: demo-key, consumer_secret: demo-secret, task_poll: [50ms], updates_per_minute: 1000 }}\n{extra}",
            redis = redis.url(),
            state = folder.path().display(),
            smtp = sandbox.smtp,
            http = sandbox.http,
        );
        World { redis, sandbox, folder, config }
    }

    /// A world whose `clinic` link goes from HRMOS勤怠's demo company to mediment's demo tenant; `extra` is added to that link, indented by
    /// four.
    pub(crate) async fn clinic(employees: usize, extra: &str) -> World {
        let mut world = World::new(employees, "").await;
        let links = world.config.find("  acme:\n").expect("a link");
        world.config.truncate(links);
        world.clinic_link("clinic", 1);
        world.config.push_str(extra);
        world
    }

    /// Adds a link from HRMOS勤怠 to mediment, to the sandbox's tenants of this number.
    pub(crate) fn clinic_link(&mut self, name: &str, number: u32) {
        use base64::Engine;
        let http = &self.sandbox.http;
        let (company, key, secret) = match number {
            1 => ("demo".to_owned(), "demo-key".to_owned(), "demo-hrmos-key".to_owned()),
            n => (format!("demo-{n}"), format!("demo-key-{n}"), format!("demo-hrmos-key-{n}")),
        };
        let secret = base64::engine::general_purpose::STANDARD.encode(secret);
        let link = format!(
            "  {name}:\n    kind: hrmos-mediment\n    \
             hrmos: {{ base_url: \"{http}/hrmos\", company: {company}, secret_key: \"{secret}\", requests_per_minute: 60000, busy_waits: [20ms] }}\n    \
             mediment: {{ base_url: \"{http}/mediment\", consumer_key: {key}, consumer_secret: {}, requests_per_minute: 60000 }}\n",
            key.replacen("key", "secret", 1)
        );
        self.config.push_str(&link);
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Adds a link to the sandbox's tenant of this number.
    pub(crate) fn link(&mut self, name: &str, number: u32) {
        let http = &self.sandbox.http;
        let link = format!(
            "  {name}:\n    kind: officestation-kaonavi\n    \
             officestation: {{ base_url: \"{http}/officestation\", station_id: STDEMO{number:02}, login_id: renkei-api, password: demo-password }}\n    \
             kaonavi: {{ base_url: \"{http}/kaonavi\", consumer_key: demo-key-{number}, consumer_secret: demo-secret-{number}, task_poll: [50ms], updates_per_minute: 1000 }}\n"
        );
        self.config.push_str(&link);
    }

    /// Starts a daemon on this world and waits until it is ready.
    pub(crate) async fn daemon(&self, name: &str) -> Daemon {
        Daemon::start(self.folder(), &self.config, name).await
    }

    /// Adds a job as an operator would; the run's id.
    pub(crate) fn xadd(&self, fields: &[&str]) -> String {
        let mut words = vec!["XADD", "renkei:jobs", "*"];
        words.extend(fields);
        self.redis.cli(&words)
    }

    /// Adds the main job with these further fields; the run's id.
    pub(crate) fn sync(&self, further: &[&str]) -> String {
        let mut fields = vec!["link", "acme", "flow", "officestation-to-kaonavi"];
        fields.extend(further);
        self.xadd(&fields)
    }

    /// Runs a subcommand on this world's configuration: exit code, stdout, stderr.
    pub(crate) fn renkei(&self, args: &[&str]) -> (i32, String, String) {
        let path = self.folder().join("cli.yaml");
        std::fs::write(&path, &self.config).expect("config");
        restrict(&path);
        let output =
            Command::new(BINARY).arg("--config").arg(&path).args(args).output().expect("renkei runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
    }

    /// `renkei history show RUN --format json`, where there is such a run.
    pub(crate) fn show(&self, run: &str) -> Option<Value> {
        let (code, stdout, _) = self.renkei(&["history", "show", run, "--format", "json"]);
        (code == 0).then(|| serde_json::from_str(&stdout).expect("JSON"))
    }

    /// Waits for a run's end.
    pub(crate) async fn ended(&self, run: &str) -> Value {
        self.status(run, &["完了", "異常終了"]).await
    }

    /// Waits until a run has one of these statuses.
    pub(crate) async fn status(&self, run: &str, statuses: &[&str]) -> Value {
        eventually(&format!("{run} to be {statuses:?}"), PATIENCE, || async {
            let there = self.state(run, "status").is_none_or(|status| statuses.contains(&status.as_str()));
            let shown = if there { self.show(run) } else { None };
            shown.filter(|shown| statuses.iter().any(|status| shown["status"] == *status))
        })
        .await
    }

    /// A field of a run's hash: cheaper to ask for again and again than the whole record.
    pub(crate) fn state(&self, run: &str, field: &str) -> Option<String> {
        self.redis.try_ask(&["HGET", &format!("renkei:run:{run}"), field]).ok().flatten()
    }

    /// A run's whole hash.
    pub(crate) fn hash(&self, run: &str) -> BTreeMap<String, String> {
        self.redis.ask(&["HGETALL", &format!("renkei:run:{run}")])
    }

    /// Waits until a field of a run's hash has a value.
    pub(crate) async fn becomes(&self, run: &str, field: &str, value: &str) {
        eventually(&format!("{field} of {run} to be {value}"), PATIENCE, || async {
            (self.state(run, field).as_deref() == Some(value)).then_some(())
        })
        .await;
    }

    /// Waits until nothing is left in the outbox: no further mail will come.
    pub(crate) async fn outbox_is_empty(&self) {
        eventually("an empty outbox", PATIENCE, || async {
            self.redis.try_ask::<u64>(&["XLEN", "renkei:mail"]).is_ok_and(|left| left == 0).then_some(())
        })
        .await;
    }

    /// Changes one setting in the configuration, which must be there.
    pub(crate) fn set(&mut self, from: &str, to: &str) {
        assert!(self.config.contains(from), "{from}");
        self.config = self.config.replace(from, to);
    }

    /// Adds the main job and waits for its end.
    pub(crate) async fn run(&self, further: &[&str]) -> Value {
        let run = self.sync(further);
        self.ended(&run).await
    }

    /// Waits until this many mails have arrived.
    pub(crate) async fn mails(&self, count: usize) -> Vec<(String, String)> {
        eventually(&format!("{count} mails"), PATIENCE, || async {
            Some(self.sandbox.mails().await).filter(|mails| mails.len() >= count)
        })
        .await
    }
}
