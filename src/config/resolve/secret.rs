//! Secrets are read when the configuration is loaded; a message about one never quotes it.

use std::fs;
use std::io::Read;
use std::path::Path;

use serde_saphyr::Spanned;

use super::Checks;
use crate::config::error::Exposure;
use crate::config::raw::{RawReference, RawSecret, Text};
use crate::config::{Secret, SecretOrigin};

/// Where the service that a secret is for runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// On this machine: it may be the sandbox.
    Here,
    /// Somewhere else.
    Elsewhere,
}

/// No credential of the services is longer.
const LONGEST: u64 = 64 * 1024;

impl Checks<'_> {
    /// A secret that must be there.
    pub(super) fn required_secret<T>(
        &self,
        at: &Spanned<T>,
        key: &str,
        raw: Option<&Spanned<RawSecret>>,
        service: Service,
    ) -> Option<Secret> {
        if raw.is_none() {
            self.missing(at, key, "{ file: /etc/renkei/… }");
        }
        self.secret(key, raw?, service)
    }

    /// A secret, read from where it is said to be.
    pub(super) fn secret(&self, key: &str, raw: &Spanned<RawSecret>, service: Service) -> Option<Secret> {
        match &raw.value {
            RawSecret::Inline(value) => {
                self.guard_inline(key, raw);
                if value.is_empty() {
                    self.problem(raw, format!("`{key}` is blank"), "write { file: … }, or the value itself");
                    return None;
                }
                Some(Secret::new(value.clone(), SecretOrigin::Inline))
            }
            RawSecret::Reference(reference) => self.reference(key, raw, reference, service),
        }
    }

    /// An inline secret in a file that others can read is a mistake.
    pub(super) fn guard_inline<T>(&self, key: &str, at: &Spanned<T>) {
        if let Exposure::Others(mode) = self.file.exposure {
            let reason = format!("`{key}` stands in a file that others can read (mode {mode:04o})");
            let name = &self.file.name;
            self.problem(
                at,
                reason,
                format!(
                    "run `chmod 600 {name}`, or write {{ file: … }}, {{ env: … }} or {{ credential: … }}"
                ),
            );
        }
    }

    fn reference(
        &self,
        key: &str,
        at: &Spanned<RawSecret>,
        reference: &RawReference,
        service: Service,
    ) -> Option<Secret> {
        let RawReference { file, env, credential, sandbox } = reference;
        match (file, env, credential, sandbox) {
            (Some(path), None, None, None) => self.of_file(key, path),
            (None, Some(name), None, None) => self.of_env(key, name),
            (None, None, Some(name), None) => self.of_credential(key, name),
            (None, None, None, Some(value)) => self.of_sandbox(value, service),
            _ => {
                let help = "write exactly one of { file: … }, { env: … }, { credential: … }";
                self.problem(at, format!("`{key}` does not say where it comes from"), help);
                None
            }
        }
    }

    fn of_file(&self, key: &str, raw: &Text) -> Option<Secret> {
        let path = self.path(&raw.value);
        if let Exposure::Others(mode) = exposure(&path) {
            let reason = format!("the file of `{key}` can be read by others (mode {mode:04o})");
            self.problem(raw, reason, format!("run `chmod 600 {}`", path.display()));
        }
        let value = self.read(key, raw, &path)?;
        Some(Secret::new(value, SecretOrigin::File(path)))
    }

    fn of_env(&self, key: &str, raw: &Text) -> Option<Secret> {
        let value = (self.surroundings.env)(&raw.value).filter(|value| !value.is_empty());
        if value.is_none() {
            let reason = format!("the environment variable {} of `{key}` is not set", raw.value);
            self.problem(raw, reason, "set it for the daemon, or write { file: … } or { credential: … }");
        }
        Some(Secret::new(value?, SecretOrigin::Env(raw.value.clone())))
    }

    fn of_credential(&self, key: &str, raw: &Text) -> Option<Secret> {
        let name = &raw.value;
        if name.is_empty() || name.contains('/') || name.starts_with('.') {
            let help = "write the name that stands before the colon in LoadCredential=";
            self.problem(raw, format!("`{name}` is no name of a credential"), help);
            return None;
        }
        let Some(directory) = (self.surroundings.env)("CREDENTIALS_DIRECTORY") else {
            let reason = format!("there is no $CREDENTIALS_DIRECTORY to read `{key}` from");
            let help =
                format!("start renkei from systemd with `LoadCredential={name}:…`, or write {{ file: … }}");
            self.problem(raw, reason, help);
            return None;
        };
        let value = self.read(key, raw, &Path::new(&directory).join(name))?;
        Some(Secret::new(value, SecretOrigin::Credential(name.clone())))
    }

    /// The sandbox prints its credentials, so they need no protection; a real service's do.
    fn of_sandbox(&self, raw: &Text, service: Service) -> Option<Secret> {
        if service == Service::Elsewhere {
            let help = "write { file: … }, { env: … } or { credential: … }";
            self.problem(raw, "`sandbox` is for the sandbox on this machine alone", help);
            return None;
        }
        Some(Secret::new(raw.value.clone(), SecretOrigin::Sandbox))
    }

    /// The content of a file without the line feed at its end.
    fn read(&self, key: &str, raw: &Text, path: &Path) -> Option<String> {
        let mut bytes = Vec::new();
        let read = fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
        let reason = match read {
            Err(error) => {
                format!("the file of `{key}`, {}, cannot be read: {}", path.display(), super::words(&error))
            }
            Ok(_) if bytes.len() as u64 > LONGEST => format!("the file of `{key}` is longer than any secret"),
            Ok(_) => match String::from_utf8(bytes) {
                Err(_) => format!("the file of `{key}` is not UTF-8 text"),
                Ok(text) => {
                    let value = text.strip_suffix('\n').unwrap_or(&text);
                    let value = value.strip_suffix('\r').unwrap_or(value);
                    if !value.is_empty() {
                        return Some(value.to_owned());
                    }
                    format!("the file of `{key}` is empty")
                }
            },
        };
        self.problem(raw, reason, "put the secret alone into that file, readable by renkei only");
        None
    }
}

/// Who can read a file, by its permission bits; a file that is not there harms nobody.
pub(in crate::config) fn exposure(path: &Path) -> Exposure {
    #[cfg(unix)]
    if let Ok(metadata) = fs::metadata(path) {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Exposure::Others(mode);
        }
    }
    Exposure::Owner
}
