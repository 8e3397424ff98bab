//! `renkei schedule` as an operator runs it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use crate::redis_server::Redis;
use crate::stage::{FLOW, Stage, acme, until};

fn renkei(redis: &Redis, args: &[&str]) -> (Option<i32>, String, String) {
    let path = redis.dir().join("config.yaml");
    let config = format!(
        "redis: {{ url: \"{}\" }}\nlinks:\n  acme:\n    kind: officestation-kaonavi\n    \
         officestation: {{ base_url: \"http://127.0.0.1:1/\", station_id: S, login_id: l, password: p }}\n    \
         kaonavi: {{ consumer_key: key, consumer_secret: secret }}\n    schedule: {{ {FLOW}: \"0 6 * * *\" }}\n",
        redis.url()
    );
    fs::write(&path, config).expect("write the configuration");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("keep its secrets");
    let output = Command::new(env!("CARGO_BIN_EXE_renkei"))
        .arg("--config")
        .arg(&path)
        .args(args)
        .output()
        .expect("renkei runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn lines(redis: &Redis) -> Value {
    let (code, stdout, stderr) = renkei(redis, &["schedule", "--format", "json"]);
    assert_eq!(code, Some(0), "{stderr}");
    serde_json::from_str(&stdout).expect("JSON")
}

#[tokio::test]
async fn it_shows_the_next_tick_and_the_last_with_its_run() {
    let stage = Stage::at("2026-11-22 05:00:00");
    let never = lines(&stage.redis);
    assert_eq!(never.as_array().map(Vec::len), Some(1));
    assert_eq!(
        [&never[0]["link"], &never[0]["flow"], &never[0]["schedule"]],
        ["acme", FLOW, "0 6 * * *"].map(|word| word)
    );
    assert!(never[0]["next"].as_str().expect("a time").ends_with("T06:00:00.000+09:00"), "{never}");
    assert_eq!([&never[0]["last"], &never[0]["run"]], [&Value::Null; 2]);

    let _scheduler = stage.scheduler(acme("0 6 * * *"));
    stage.ticked("acme", FLOW, "2026-11-21 06:00:00").await;
    assert_eq!(lines(&stage.redis)[0]["last"], Value::Null, "a starting point is no tick");
    stage.turn("2026-11-22 06:00:00");
    until("the job", || stage.jobs().len() == 1).await;
    let fired = lines(&stage.redis);
    assert_eq!(fired[0]["last"], "2026-11-22T06:00:00.000+09:00");
    let runs: Vec<String> = stage.redis.ask(&["HMGET", &format!("renkei:schedule:acme:{FLOW}"), "run"]);
    assert_eq!(fired[0]["run"], runs[0].as_str());
}

#[tokio::test]
async fn without_redis_it_shows_the_next_tick_and_says_what_is_unknown() {
    let mut stage = Stage::at("2026-11-22 05:00:00");
    stage.redis.stop();
    let (code, stdout, stderr) = renkei(&stage.redis, &["schedule"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("acme") && stdout.contains("06:00") && stdout.contains("不明"), "{stdout}");
    assert!(stderr.contains("failed to reach Redis"), "{stderr}");
}
