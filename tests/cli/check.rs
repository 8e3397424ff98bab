//! `renkei check`, without asking anybody.

use std::path::Path;

use serde_json::Value;

use crate::{json, renkei, write_config};

const CONFIG: &str = "\
redis: { url: \"redis://:hunter2@127.0.0.1:6380/0\" }
support: \"情報システム部 内線1234\"
mail: { smtp: \"smtp+starttls://mail.example.co.jp\", from: \"renkei <renkei@example.co.jp>\", to: [\"hr@example.co.jp\"], username: renkei, password: hunter3 }
organizations: { subsidiary: { support: \"総務部\" } }
links:
  acme:
    kind: officestation-kaonavi
    officestation: { base_url: \"https://os.example.co.jp\", station_id: ST1, login_id: api, password: { file: os-password } }
    kaonavi: { consumer_key: hunter5, consumer_secret: { env: RENKEI_TEST_SECRET } }
    schedule: { officestation-to-kaonavi: \"0 6 * * *\" }
  sub:
    kind: officestation-kaonavi
    organization: subsidiary
    officestation: { base_url: \"http://127.0.0.1:18080/officestation\", station_id: STDEMO01, login_id: renkei-api, password: { sandbox: demo-password } }
    kaonavi: { base_url: \"http://127.0.0.1:18080/kaonavi\", consumer_key: { sandbox: demo-key }, consumer_secret: { sandbox: demo-secret } }
  clinic:
    kind: hrmos-mediment
    hrmos: { company: demo, secret_key: hunter6 }
    mediment: { base_url: \"https://mediment.example.co.jp\", consumer_key: hunter7, consumer_secret: hunter8 }
    schedule: { hrmos-to-mediment-employees: \"30 6 * * 1-5\" }
";

fn check(folder: &Path, args: &[&str]) -> (i32, String) {
    write_config(folder, CONFIG);
    let password = folder.join("os-password");
    std::fs::write(&password, "hunter4\n").expect("a secret");
    crate::support::daemon::restrict(&password);
    // The test's process has no such variable, its child does.
    let output = std::process::Command::new(crate::support::BINARY)
        .args(args)
        .current_dir(folder)
        .env_remove("RENKEI_CONFIG")
        .env("RENKEI_TEST_SECRET", "hunter9")
        .env("COLUMNS", "120")
        .output()
        .expect("renkei runs");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn it_says_what_it_read_and_what_is_doubtful() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, stdout) = check(folder.path(), &["check"]);
    assert_eq!(code, 0, "a doubt is no error");
    assert!(!stdout.contains("hunter"), "no secret is shown: {stdout}");
    insta::with_settings!({filters => vec![(r"20\d\d-\d\d-\d\dT", "20xx-xx-xxT")]}, { insta::assert_snapshot!(stdout) });
}

#[test]
fn its_json_is_stable() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, stdout) = check(folder.path(), &["check", "--format", "json"]);
    assert_eq!(code, 0);
    assert!(!stdout.contains("hunter"), "no secret is shown: {stdout}");
    let mut report = json(&stdout);
    for link in report["links"].as_array_mut().expect("links") {
        for flow in link["flows"].as_array_mut().expect("flows") {
            assert_eq!(flow["schedule"].is_null(), flow["next"].is_null(), "{flow}");
            if let Some(next) = flow["next"].as_str() {
                assert!(next.ends_with("+09:00"), "{next}");
                flow["next"] = Value::from("[next]");
            }
        }
    }
    insta::assert_json_snapshot!(report);
}

#[test]
fn a_daemon_that_tells_nobody_anything_is_doubtful() {
    let folder = tempfile::tempdir().expect("a folder");
    write_config(folder.path(), "links: {}\n");
    let (code, stdout, _) = renkei(folder.path(), &["check", "--format", "json"]);
    assert_eq!(code, 0);
    let report = json(&stdout);
    let codes: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .collect();
    assert_eq!(codes, ["NO_LINK", "NO_MAIL"]);
    assert_eq!(report["redis"]["private"], true);
}
