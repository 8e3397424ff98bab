//! mediment without its API: an exported list of employees, and files to import.

use std::sync::Mutex;

use chrono::{DateTime, FixedOffset};

use super::import::{self, ImportPerson, Part};
use super::roster::{self, Roster};
use crate::config::items::mediment::{NAME, NUMBER, WHOLE_NAME};
use crate::config::{ImportColumn, MedimentFiles};
use crate::job::Service;
use crate::services::ServiceError;
use crate::services::table::{
    BadCell, Folder, Naming, Reading, ReportLine, Sheet, TableError, check_private, hand_over, read, report,
};

/// What our own files are called, at their begin.
const STEM: &str = "mediment";

/// One tenant of mediment in one run, by the files of its own screens.
#[derive(Debug)]
pub struct Files {
    settings: MedimentFiles,
    /// What the list was that the run used last.
    seen: Mutex<Seen>,
}

/// What is to be said of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Its name.
    pub file: String,
    /// The items that it has no column of.
    pub missing: Vec<&'static str>,
    /// People whose 氏名 has no space to be split at.
    pub unsplit: u64,
}

/// A file that is ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed(Sheet);

impl Files {
    /// A tenant.
    pub fn new(settings: MedimentFiles) -> Self {
        Files { settings, seen: Mutex::default() }
    }

    /// Where and how.
    pub fn settings(&self) -> &MedimentFiles {
        &self.settings
    }

    /// What was seen of the list that was read last; none before.
    pub fn seen(&self) -> Option<Seen> {
        self.seen.lock().ok().map(|seen| seen.clone()).filter(|seen| !seen.file.is_empty())
    }

    /// Everybody of the newest list. [`Roster::missing`] is about these items.
    ///
    /// # Errors
    /// [`ServiceError::File`] if there is no list that is beyond doubt.
    pub async fn employees(&self, items: &[&str]) -> Result<Roster, ServiceError> {
        let MedimentFiles { files, roster, headers, .. } = &self.settings;
        let reading = Reading {
            folder: &files.folder,
            pattern: roster,
            others: &[],
            max_age: files.max_age,
            max_size: files.max_size,
            look: files.look,
        };
        let header = |item: &'static str| headers.get(item).map_or(item, String::as_str);
        let table = read(&reading, &roster::wanted(header)).await.map_err(of)?;
        let roster = roster::roster(&table, header, items)
            .map_err(|flaw| of(TableError { name: table.file.clone(), flaw }))?;
        if let Ok(mut seen) = self.seen.lock() {
            let Roster { missing, unsplit, .. } = &roster;
            *seen = Seen { file: table.file, missing: missing.clone(), unsplit: *unsplit };
        }
        Ok(roster)
    }

    /// Looks whether there is a folder of lists, for renkei alone.
    ///
    /// # Errors
    /// [`ServiceError::File`] with what is wrong with it.
    pub fn check(&self) -> Result<(), ServiceError> {
        check_private(&self.settings.files.folder).map_err(of)
    }

    /// Looks whether the folder of the files to import, if there is one, is its owner's alone.
    ///
    /// # Errors
    /// [`ServiceError::File`] with what is wrong with it.
    pub fn check_import(&self) -> Result<(), ServiceError> {
        let folder = &self.settings.files.import_folder;
        if folder.exists() { check_private(folder).map_err(of) } else { Ok(()) }
    }

    /// The items of the columns that a file has for people of this kind, in order, without 社員番号. 氏名 is one where 姓 or 名 is and the
    /// template has it.
    pub fn columns(&self, part: &Part<'_>) -> Vec<&str> {
        let columns = part.columns(&self.settings.template).into_iter();
        columns.filter_map(ImportColumn::item).filter(|item| *item != NUMBER).collect()
    }

    /// True if a file of this kind has a column for an item.
    pub fn takes(&self, part: &Part<'_>, item: &str) -> bool {
        let is_it = |held: &str| held == item || (held == WHOLE_NAME && NAME.contains(&item));
        part.columns(&self.settings.template).iter().any(|column| column.item().is_some_and(is_it))
    }

    /// The items of a person whose values may not stand in a file, and why.
    pub fn bad_cells(&self, part: &Part<'_>, person: &ImportPerson<'_>) -> Vec<(&str, BadCell)> {
        import::bad_cells(&self.settings.files, &self.settings.template, part, person)
    }

    /// A file of these people, the `nth` of its kind, counted from 0. Nobody of them has a bad cell.
    pub fn file(&self, part: &Part<'_>, nth: usize, people: &[&ImportPerson<'_>]) -> Handed {
        Handed(import::sheet(&self.settings.files, &self.settings.template, part, nth, people))
    }

    /// Writes the run's files and a report of what can't be imported. Returns their names.
    ///
    /// Nothing is sent: an attempt that dies has had no effect, and the next attempt of the run writes the same files again.
    ///
    /// # Errors
    /// [`ServiceError::File`] if a file can't be written, and those of `may_write`.
    pub async fn hand_over<E: From<ServiceError>>(
        &self,
        (run, began): (&str, DateTime<FixedOffset>),
        files: Vec<Handed>,
        lines: &[ReportLine],
        may_write: impl FnOnce() -> Result<(), E>,
    ) -> Result<Vec<String>, E> {
        let settings = &self.settings.files;
        let folder = Folder { path: settings.import_folder.clone(), keep: settings.keep };
        let mut sheets: Vec<Sheet> = files.into_iter().map(|file| file.0).collect();
        sheets.push(report(lines));
        let naming = Naming { stem: STEM, began, run };
        hand_over(&folder, &naming, sheets, |error| of(error).into(), may_write).await
    }
}

fn of(error: TableError) -> ServiceError {
    ServiceError::File { service: Service::Mediment, error }
}
