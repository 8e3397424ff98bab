//! Where mistakes are noted while a file is resolved.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_saphyr::{Location, Spanned};

use crate::config::Surroundings;
use crate::config::error::{Concern, Place, Problem, SourceFile};
use crate::config::raw::Text;

/// The mistakes found in one file so far, and what its values are read against.
pub(in crate::config) struct Checks<'a> {
    pub(super) file: Arc<SourceFile>,
    pub(super) surroundings: &'a Surroundings,
    concern: RefCell<Concern>,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Checks<'a> {
    pub(in crate::config) fn new(file: Arc<SourceFile>, surroundings: &'a Surroundings) -> Self {
        Checks { file, surroundings, concern: RefCell::new(Concern::Settings), problems: RefCell::default() }
    }

    /// What the mistakes from now on touch; the settings outside the links unless this is called.
    pub(in crate::config) fn about(&self, concern: Concern) {
        *self.concern.borrow_mut() = concern;
    }

    /// Notes a mistake at a value.
    pub(in crate::config) fn problem<T>(
        &self,
        at: &Spanned<T>,
        reason: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = Some(Place::from(at.referenced));
        let problem = Problem::new(&self.file, place, reason.into(), help.into());
        // What an alias stands for may be a secret somewhere else in the file.
        let alias = at.defined != at.referenced && at.defined != Location::UNKNOWN;
        let problem = if alias { problem.purged() } else { problem };
        self.problems.borrow_mut().push(problem.about(self.concern.borrow().clone()));
    }

    /// Notes that a key is missing in what stands at a place.
    pub(super) fn missing<T>(&self, at: &Spanned<T>, key: &str, example: &str) {
        self.problem(at, format!("`{key}` is missing here"), format!("write `{key}: {example}`"));
    }

    /// How many mistakes were noted.
    pub(in crate::config) fn count(&self) -> usize {
        self.problems.borrow().len()
    }

    /// The mistakes, in the order of the file.
    pub(in crate::config) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(Problem::position);
        problems
    }

    /// A path of the file: relative ones are relative to its directory.
    pub(in crate::config) fn path(&self, path: &str) -> PathBuf {
        let path = Path::new(path);
        if path.is_absolute() { path.to_owned() } else { self.file.directory.join(path) }
    }

    /// A text that must not be blank; none if it is left out.
    pub(super) fn filled(&self, raw: Option<&Text>) -> Option<String> {
        let raw = raw?;
        if raw.value.trim().is_empty() {
            self.problem(raw, "this value is blank", "write a value, or leave the key out");
            return None;
        }
        Some(raw.value.clone())
    }

    /// A text that must be there.
    pub(super) fn required<T>(
        &self,
        at: &Spanned<T>,
        key: &str,
        raw: Option<&Text>,
        example: &str,
    ) -> Option<String> {
        if raw.is_none() {
            self.missing(at, key, example);
        }
        self.filled(raw)
    }

    /// The name of a link or an organization: it stands in Redis keys and on command lines.
    pub(in crate::config) fn name(&self, raw: &Text, what: &str) {
        let usable = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if raw.value.is_empty() || raw.value.chars().count() > 64 || !raw.value.chars().all(usable) {
            let reason = format!("`{}` cannot be the name of {what}", raw.value);
            self.problem(raw, reason, "write 1 to 64 letters, digits, hyphens, underscores or dots");
        }
    }
}
