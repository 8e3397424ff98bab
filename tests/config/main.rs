//! The configuration as an operator meets it: files with their permissions in, a configuration or a complete message out.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails it")]

mod canaries;
mod ends;
mod example;
mod files;
mod links;
mod mapping;
mod mediment_files;
mod mistakes;
mod reload;
mod secrets;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use renkei::config::{self, Config, ConfigError, Surroundings};
use tempfile::TempDir;

/// A directory with configuration files, an environment of its own, and messages without its path.
struct Place {
    directory: TempDir,
    env: BTreeMap<String, String>,
}

impl Place {
    fn new() -> Self {
        Place { directory: tempfile::tempdir().unwrap(), env: BTreeMap::new() }
    }

    /// Writes a file that only its owner can read.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        self.file_with(name, text, 0o600)
    }

    fn file_with(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn surroundings(&self) -> Surroundings {
        let env = self.env.clone();
        Surroundings { env: Box::new(move |name| env.get(name).cloned()) }
    }

    fn load(&self) -> Result<Config, ConfigError> {
        config::load_in(&self.directory.path().join("config.yaml"), &self.surroundings())
    }

    /// The one-line forms and the report, without this directory.
    fn refused(&self) -> String {
        let error = self.load().expect_err("the configuration must be refused");
        let directory = format!("{}/", self.directory.path().display());
        format!("{error}\n\n{}", error.report(130)).replace(&directory, "")
    }
}

/// The complete message that a configuration is refused with.
fn refused(yaml: &str) -> String {
    let place = Place::new();
    place.file("config.yaml", yaml);
    place.refused()
}

fn accepted(yaml: &str) -> Config {
    let place = Place::new();
    place.file("config.yaml", yaml);
    place.load().unwrap_or_else(|error| panic!("{error}"))
}

/// A configuration with one link, to which lines may be added (indented by four).
fn with_link(lines: &str) -> String {
    format!(
        r#"links:
  acme:
    kind: officestation-kaonavi
    officestation: {{ base_url: "https://os.example.jp", station_id: S1, login_id: api, password: "hunter2" }}
    kaonavi: {{ consumer_key: "k-secret", consumer_secret: "s-secret" }}
{lines}"#
    )
}

/// A configuration with one link to HRMOS, to whose account keys may be added.
fn clinic(keys: &str) -> String {
    format!(
        r#"links:
  clinic:
    kind: hrmos-mediment
    hrmos: {{ company: demo, secret_key: "k-secret", {keys} }}
    mediment: {{ base_url: "https://mediment.example.jp", consumer_key: "k-mediment", consumer_secret: "s-mediment" }}
"#
    )
}
