//! mediment in files: where the exported lists are, where files to import go, and what they look like.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_saphyr::Spanned;

use super::template::{self, Forms};
use super::{Checks, files, words};
use crate::config::items::mediment::EMPLOYEE;
use crate::config::raw::{RawMediment, Text};
use crate::config::{DurationForm, FileSettings, MedimentFiles, Pattern, Template};

/// The names of lists in a folder.
const LISTS: &str = "*.csv";
/// The oldest that a list may be.
const MAX_AGE: Duration = Duration::from_secs(24 * 3600);

/// mediment in files.
pub(super) fn mediment(checks: &Checks<'_>, at: &Spanned<RawMediment>) -> Option<MedimentFiles> {
    let raw = &at.value;
    let folder = checks.required(at, "folder", raw.folder.as_ref(), "/var/lib/renkei/mediment");
    let roster = checks.required(at, "roster", raw.roster.as_ref(), "/var/lib/renkei/mediment/roster");
    let import_folder = canonical(&checks.path(&folder.clone().unwrap_or_default()));
    let (lists, pattern) = list(checks, raw.roster.as_ref(), &roster.clone().unwrap_or_default());
    if let Some(raw) = raw.roster.as_ref()
        && import_folder == lists
    {
        let help = "write another folder, such as `roster` in `folder`";
        checks.problem(raw, "files to import would be taken for lists", help);
    }
    let usual = FileSettings { import_folder, max_age: MAX_AGE, ..FileSettings::new(lists) };
    let files = files::settings(checks, &raw.files(), usual);
    let durations =
        [("h:mm", DurationForm::Clock), ("minutes", DurationForm::Minutes), ("hours", DurationForm::Hours)];
    let durations = checks.choice(raw.durations.as_ref(), &durations, DurationForm::default());
    let forms = Forms { dates: files.dates, durations };
    let template = columns(checks, raw.template.as_ref(), forms);
    let named = raw.names.as_ref().is_some_and(|names| names.value);
    let items: Vec<&str> = EMPLOYEE.iter().map(|item| item.name).collect();
    let headers = files::headers(checks, raw.headers.as_ref(), &items);
    folder.and(roster)?;
    Some(MedimentFiles {
        files,
        roster: pattern,
        headers,
        template: Arc::new(if named { template::named(template) } else { template }),
    })
}

/// A folder of lists, or a list whose name may hold `*`.
fn list(checks: &Checks<'_>, raw: Option<&Text>, path: &str) -> (PathBuf, Pattern) {
    let path = checks.path(path);
    let any = || Pattern::new(LISTS).expect("a default names a file");
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if path.is_dir() || !name.contains(['.', '*']) {
        return (canonical(&path), any());
    }
    let pattern = Pattern::new(&name).unwrap_or_else(|| {
        if let Some(raw) = raw {
            checks.problem(raw, format!("`{name}` is no name of a file"), "write a folder or a file");
        }
        any()
    });
    (canonical(path.parent().unwrap_or(&path)), pattern)
}

/// The same folder without symbolic links, as far as it is there: the account's id is made of it.
fn canonical(path: &Path) -> PathBuf {
    let above = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(above).unwrap_or_else(|| path.to_owned())
}

fn columns(checks: &Checks<'_>, raw: Option<&Text>, forms: Forms) -> Template {
    let usual = || template::usual(forms);
    let (Some(raw), Some(path)) = (raw, checks.filled(raw)) else { return usual() };
    let path = checks.path(&path);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let reason = format!("failed to read {}: {}", path.display(), words(&error));
            checks.problem(raw, reason, "write the path of a template, or leave the key out");
            return usual();
        }
    };
    template::template(&text, forms).unwrap_or_else(|reason| {
        let help =
            "compare it with the usual one, which is in the README's chapter on mediment without its API";
        checks.problem(raw, format!("{}: {reason}", path.display()), help);
        usual()
    })
}

impl RawMediment {
    fn files(&self) -> files::RawFiles<'_> {
        files::RawFiles {
            folder: self.folder.as_ref(),
            import_folder: None,
            max_age: self.max_age.as_ref(),
            max_size: self.max_size.as_ref(),
            look: self.look.as_ref(),
            encoding: self.encoding.as_ref(),
            formulas: self.formulas.as_ref(),
            dates: self.dates.as_ref(),
            keep: self.keep.as_ref(),
        }
    }

    /// Notes every key that belongs to the csv form alone.
    pub(super) fn refuse_csv(&self, checks: &Checks<'_>) {
        let (reason, help) = ("this is a key of `form: csv`", "write `form: csv`, or leave it out");
        let own = [self.roster.as_ref(), self.template.as_ref(), self.durations.as_ref()];
        let texts = self.files().all().into_iter().chain(own).flatten();
        texts.for_each(|raw| checks.problem(raw, reason, help));
        self.headers.iter().for_each(|raw| checks.problem(raw, reason, help));
        self.names.iter().for_each(|raw| checks.problem(raw, reason, help));
    }

    /// Notes every key that belongs to the API alone.
    pub(super) fn refuse_rest(&self, checks: &Checks<'_>) {
        let (reason, help) = ("`form: csv` has no login", "leave it out, or write `form: rest`");
        let texts = [&self.base_url, &self.expires, &self.requests_per_minute];
        texts.into_iter().flatten().for_each(|raw| checks.problem(raw, reason, help));
        let secrets = [&self.consumer_key, &self.consumer_secret];
        secrets.into_iter().flatten().for_each(|raw| checks.problem(raw, reason, help));
        self.allow_plaintext.iter().for_each(|raw| checks.problem(raw, reason, help));
    }
}
