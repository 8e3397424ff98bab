//! What is wrong with a body: a list of texts, each with the place it is about.

use std::fmt;

use super::refusal::Refusal;

/// Everything found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<String>);

impl Problems {
    /// Notes a problem at `place`.
    pub(super) fn add(&mut self, place: &Place<'_>, text: impl fmt::Display) {
        self.0.push(format!("{place}: {text}"));
    }

    /// `value` if there was no problem at all, else a refusal that names all of them.
    pub(super) fn none_or<T>(self, value: T) -> Result<T, Refusal> {
        if self.0.is_empty() { Ok(value) } else { Err(Refusal::invalid(self.0)) }
    }
}

/// A place in a body, such as `member_data.0.custom_fields.2.values`; made on the way down, written out only
/// for a problem.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// A key of the body itself.
    pub(super) fn root(key: &'a str) -> Self {
        Self { parent: None, step: Step::Key(key) }
    }

    /// A key of the object here.
    pub(super) fn key(&'a self, key: &'a str) -> Place<'a> {
        Place { parent: Some(self), step: Step::Key(key) }
    }

    /// An element of the list here.
    pub(super) fn index(&'a self, index: usize) -> Place<'a> {
        Place { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}.")?;
        }
        match self.step {
            Step::Key(key) => f.write_str(key),
            Step::Index(index) => write!(f, "{index}"),
        }
    }
}
