//! The command line from outside: one module per subcommand, and `global` for what all of them share. Every test runs the binary as an
//! operator does and looks at the exit code, at stdout and at what came of it.

#[path = "../support/mod.rs"]
mod support;

mod check;
mod check_ends;
mod check_online;
mod completions;
mod config_default;
mod enqueue;
mod explain;
mod global;
mod history;
mod hold;
mod mail_test;
mod man;
mod plan;
mod retry;
mod sandbox;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Runs the binary in a folder: exit code, stdout, stderr.
fn renkei(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(support::BINARY)
        .args(args)
        .current_dir(folder)
        .env_remove("RENKEI_CONFIG")
        .env("COLUMNS", "120")
        .output()
        .expect("renkei runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// stdout as JSON.
fn json(stdout: &str) -> Value {
    serde_json::from_str(stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
}

/// Writes a configuration that only its owner can read, as `config.yaml` of a folder.
fn write_config(folder: &Path, text: &str) {
    let path = folder.join("config.yaml");
    std::fs::write(&path, text).expect("config");
    support::daemon::restrict(&path);
}

/// The keys of a JSON object with those below it, sorted: the shape that is promised to programs.
fn shape(value: &Value) -> Vec<String> {
    fn walk(path: &str, value: &Value, shape: &mut Vec<String>) {
        match value {
            Value::Object(keys) => {
                for (key, value) in keys {
                    walk(&format!("{path}.{key}"), value, shape);
                }
            }
            Value::Array(values) => {
                for value in values {
                    walk(&format!("{path}[]"), value, shape);
                }
            }
            _ => shape.push(path.trim_start_matches('.').to_owned()),
        }
    }
    let mut all = Vec::new();
    walk("", value, &mut all);
    all.sort();
    all.dedup();
    all
}
