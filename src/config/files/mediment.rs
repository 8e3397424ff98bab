//! mediment by files of its own screens (`reference/mediment.md` part C), and what the files to import look like.
//!
//! Nothing of mediment's real import is public. So what a file looks like is data: a [`Template`] is, for each kind of file, its columns in
//! their order with header and form. `mediment_template.yaml` is the one that is used unless a link names another.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DateForm, FileSettings, Pattern};

/// mediment by its own screens: an exported list of employees, and files that a person imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MedimentFiles {
    /// Where and how: `folder` is that of the lists, `import_folder` that of the files to import. A list may be 24 h old.
    pub files: FileSettings,
    /// The names of the lists; `*.csv`.
    pub roster: Pattern,
    /// What items are called in the header of a list, where it is not their name.
    pub headers: BTreeMap<String, String>,
    /// What the files to import look like.
    pub template: Arc<Template>,
}

/// The columns of the files to import, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// People whom mediment doesn't have.
    pub new: Vec<ImportColumn>,
    /// People who change. A file holds those of the columns in which somebody changes.
    pub update: Vec<ImportColumn>,
    /// 勤怠情報 of a month. A file holds those of the columns that all of its people have a value for.
    pub attendance: Vec<ImportColumn>,
}

/// A column of a file to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportColumn {
    /// What it is called in the header.
    pub header: String,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The value of an item.
    Item {
        /// The item's name.
        item: String,
        /// How the value is written.
        form: CellForm,
    },
    /// The same text in every line; empty for what somebody fills in before the import.
    Fixed(String),
}

impl ImportColumn {
    /// The item that stands in the column, if one does.
    pub fn item(&self) -> Option<&str> {
        match &self.content {
            Content::Item { item, .. } => Some(item),
            Content::Fixed(_) => None,
        }
    }
}

/// How a value is written in a file to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellForm {
    /// As it is.
    Text,
    /// A day.
    Date(DateForm),
    /// A month.
    Month(MonthForm),
    /// With at least one decimal: `20.0`.
    Days,
    /// A duration, of minutes.
    Duration(DurationForm),
}

/// How a month is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthForm {
    /// `2026/10`.
    Slash,
    /// `2026-10`.
    Iso,
    /// `202610`.
    Compact,
}

/// How a duration is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DurationForm {
    /// Hours and minutes: `160:30`.
    #[default]
    Clock,
    /// Minutes: `9630`.
    Minutes,
    /// Hours with two decimals: `160.50`.
    Hours,
}
