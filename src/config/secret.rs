//! A secret and where it came from. The value never shows in `Debug`, `Display` or an error.

use std::fmt;
use std::path::PathBuf;

use chrono::NaiveDate;
use secrecy::{ExposeSecret, SecretString};

/// A secret that was read when the configuration was loaded.
#[derive(Clone)]
pub struct Secret {
    value: SecretString,
    origin: SecretOrigin,
    ends: Option<NaiveDate>,
}

/// Where a secret came from: what `renkei check` prints instead of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretOrigin {
    /// `{ file: … }`, with the path as it was opened.
    File(PathBuf),
    /// `{ env: … }`: a variable of the daemon's environment.
    Env(String),
    /// `{ credential: … }`: a file of systemd's `$CREDENTIALS_DIRECTORY`.
    Credential(String),
    /// `{ sandbox: … }`: a public demo credential, accepted only for a service on this machine.
    Sandbox,
    /// In the configuration file itself, which only its owner can read.
    Inline,
}

impl Secret {
    /// A secret of this value.
    pub fn new(value: impl Into<String>, origin: SecretOrigin) -> Self {
        Secret { value: SecretString::from(value.into()), origin, ends: None }
    }

    /// The same with the day on which the service stops taking it, where it has one.
    #[must_use]
    pub fn ending(self, ends: Option<NaiveDate>) -> Self {
        Secret { ends, ..self }
    }

    /// The value, still wrapped: callers expose it where it leaves the process.
    pub fn value(&self) -> &SecretString {
        &self.value
    }

    /// Where it came from.
    pub fn origin(&self) -> &SecretOrigin {
        &self.origin
    }

    /// The day in Asia/Tokyo from which the service doesn't take it any more, if somebody said so.
    pub fn ends(&self) -> Option<NaiveDate> {
        self.ends
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret(from {})", self.origin)
    }
}

/// Two secrets are equal if their values are, wherever they came from and whenever they end: two links that share an account must log in
/// alike, and need not both say when its key ends.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.value.expose_secret() == other.value.expose_secret()
    }
}

impl Eq for Secret {}

impl SecretOrigin {
    /// True if a reload of the daemon reads it anew. The environment and systemd's credentials are those of the process's start.
    pub fn is_read_on_reload(&self) -> bool {
        match self {
            SecretOrigin::File(_) | SecretOrigin::Sandbox | SecretOrigin::Inline => true,
            SecretOrigin::Env(_) | SecretOrigin::Credential(_) => false,
        }
    }
}

impl fmt::Display for SecretOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretOrigin::File(path) => write!(f, "file {}", path.display()),
            SecretOrigin::Env(name) => write!(f, "environment variable {name}"),
            SecretOrigin::Credential(name) => write!(f, "systemd credential {name}"),
            SecretOrigin::Sandbox => f.write_str("the sandbox's public demo credentials"),
            SecretOrigin::Inline => f.write_str("the configuration file"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_where_a_secret_came_from_and_never_the_value() {
        let secret = Secret::new("hunter2", SecretOrigin::Env("OS_PASSWORD".into()));
        assert_eq!(format!("{secret:?}"), "Secret(from environment variable OS_PASSWORD)");
    }
}
