//! `renkei config-default`.

use crate::{json, renkei};

#[test]
fn what_it_prints_is_a_configuration_that_loads() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, stdout, stderr) = renkei(folder.path(), &["config-default"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    std::fs::write(folder.path().join("config.yaml"), stdout).expect("config");
    let (code, stdout, stderr) = renkei(folder.path(), &["check", "--format", "json"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(json(&stdout)["links"][0]["link"], "acme");
}
