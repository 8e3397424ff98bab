//! What all subcommands share: where the configuration is found, global options, exit codes of mistakes.

use std::process::Command;

use crate::support::BINARY;
use crate::{json, renkei, write_config};

const EMPTY: &str = "links: {}\n";

#[test]
fn global_options_stand_before_or_after_the_subcommand() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("other.yaml"), EMPTY).expect("config");
    for args in [
        ["--config", "other.yaml", "--format", "json", "check"],
        ["check", "--format", "json", "--config", "other.yaml"],
        ["-c", "other.yaml", "check", "--format", "json"],
    ] {
        let (code, stdout, stderr) = renkei(folder.path(), &args);
        assert_eq!(code, 0, "{args:?}: {stderr}");
        assert_eq!(json(&stdout)["file"], "other.yaml");
    }
}

#[test]
fn the_configuration_is_found_by_option_then_environment_then_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["config.yaml", "env.yaml", "option.yaml"] {
        std::fs::write(folder.path().join(name), EMPTY).expect("config");
    }
    let found = |args: &[&str], env: Option<&str>| {
        let mut command = Command::new(BINARY);
        command
            .args(["check", "--format", "json"])
            .args(args)
            .current_dir(folder.path())
            .env_remove("RENKEI_CONFIG");
        if let Some(env) = env {
            command.env("RENKEI_CONFIG", env);
        }
        let output = command.output().expect("renkei runs");
        json(&String::from_utf8_lossy(&output.stdout))["file"].as_str().expect("a file").to_owned()
    };
    assert_eq!(found(&["-c", "option.yaml"], Some("env.yaml")), "option.yaml");
    assert_eq!(found(&[], Some("env.yaml")), "env.yaml");
    assert_eq!(found(&[], None), "config.yaml");
}

#[test]
fn a_refused_configuration_ends_every_subcommand_that_reads_it_with_78() {
    let folder = tempfile::tempdir().expect("a folder");
    write_config(folder.path(), "links: {}\nlniks: {}\n");
    for args in [
        &["serve"][..],
        &["check"],
        &["check", "--online"],
        &["enqueue", "acme", "officestation-to-kaonavi"],
        &["plan", "acme", "officestation-to-kaonavi"],
        &["history"],
        &["history", "show", "1-0"],
        &["retry", "1-0"],
        &["schedule"],
        &["mail-test"],
    ] {
        let (code, stdout, stderr) = renkei(folder.path(), args);
        assert_eq!(code, 78, "{args:?}: {stderr}");
        assert_eq!(stdout, "", "{args:?}");
        assert!(stderr.contains("config.yaml:2:1") && stderr.contains("lniks"), "{args:?}: {stderr}");
    }
}

#[test]
fn a_missing_configuration_says_how_to_get_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _, stderr) = renkei(folder.path(), &["check", "-c", "none.yaml"]);
    assert_eq!(code, 78);
    assert!(stderr.contains("none.yaml") && stderr.contains("renkei config-default"), "{stderr}");
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    write_config(folder.path(), EMPTY);
    for args in [
        &[][..],
        &["nonsense"],
        &["check", "--nonsense"],
        &["enqueue", "acme"],
        &["history", "--limit", "many"],
        &["history", "--status", "done"],
        &["check", "--format", "xml"],
        &["completions", "cmd"],
    ] {
        let (code, stdout, stderr) = renkei(folder.path(), args);
        assert_eq!(code, 2, "{args:?}");
        assert!(stdout.is_empty() && !stderr.is_empty(), "{args:?}: {stdout}{stderr}");
    }
}

#[test]
fn help_and_version_are_results() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [["--help"], ["--version"]] {
        let (code, stdout, stderr) = renkei(folder.path(), &args);
        assert_eq!((code, stderr.as_str()), (0, ""));
        assert!(stdout.contains("renkei"));
    }
}
