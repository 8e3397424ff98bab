//! `renkei completions`.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::renkei;
use crate::support::BINARY;

#[test]
fn every_shell_has_its_script() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, stdout, stderr) = renkei(folder.path(), &["completions", shell]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{shell}");
        for word in ["config-default", "enqueue", "requested-by", "exit-code"] {
            assert!(stdout.contains(word), "{shell} lacks {word}");
        }
    }
}

#[test]
fn a_reader_who_goes_early_is_no_failure() {
    let mut child = Command::new(BINARY)
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("renkei runs");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("text");
    assert!(child.wait().expect("an end").success(), "{stderr}");
    assert_eq!(stderr, "");
}
