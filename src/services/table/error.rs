//! Why a table could not be read or written.

use std::path::Path;

use thiserror::Error;

use crate::sync::FileFlaw;

/// Why a table could not be read or written: a file or folder, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name}: {}", words(flaw))]
pub struct TableError {
    /// The name of the file or folder, without its path.
    pub name: String,
    /// What is wrong with it.
    pub flaw: FileFlaw,
}

impl TableError {
    /// Something is wrong with a file or folder.
    pub(super) fn at(path: &Path, flaw: FileFlaw) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str());
        TableError { name: name.to_string_lossy().into_owned(), flaw }
    }

    /// What an operator does about it.
    pub fn remedy(&self) -> &'static str {
        match &self.flaw {
            FileFlaw::NoFolder => "make the folder for renkei's user, or put its path right",
            FileFlaw::Exposed(_) => "run `chmod 700` on the folder: it holds personal data",
            FileFlaw::Ambiguous(_) => "take away the one that is not meant, or put the patterns right",
            FileFlaw::Unfinished => "wait until the file is written",
            FileFlaw::MissingColumn(_) | FileFlaw::DuplicateColumn(_) => {
                "export the item, or name its column under `headers:`"
            }
            FileFlaw::NoFile(_) | FileFlaw::TooOld { .. } | FileFlaw::NoRows | FileFlaw::Cut => {
                "export it anew from the service's screen into the folder"
            }
            FileFlaw::Future => "put this machine's clock right, then export it anew",
            FileFlaw::TooLarge(_) | FileFlaw::Encoding | FileFlaw::Ragged(_) => {
                "look whether it is the file that is meant, then export it anew"
            }
            FileFlaw::BlankCell { .. } => "fill it in the service, then export it anew",
            FileFlaw::UnknownNumbers(_) => "export both files anew, of the same people",
            FileFlaw::Full(_) => "take the service's API instead (`form: rest`)",
            FileFlaw::Unreadable | FileFlaw::Unwritable => "look at the folder's rights and the disk's space",
        }
    }
}

/// A flaw in engineers' words.
fn words(flaw: &FileFlaw) -> String {
    match flaw {
        FileFlaw::NoFolder => "the folder can't be opened".into(),
        FileFlaw::Exposed(mode) => {
            format!("others than the owner can look into the folder (mode {mode:04o}); run `chmod 700` on it")
        }
        FileFlaw::NoFile(pattern) => format!("no file is named like {pattern}"),
        FileFlaw::Ambiguous(other) => format!("{other} may be meant as well"),
        FileFlaw::Unfinished => "the file is empty or still being written".into(),
        FileFlaw::TooOld { hours, max } => format!("the file is {hours} h old, at most {max} h are allowed"),
        FileFlaw::Future => "the file is from the future".into(),
        FileFlaw::TooLarge(max) => format!("the file is larger than {max} MiB"),
        FileFlaw::Encoding => "the file is neither UTF-8 nor cp932".into(),
        FileFlaw::Cut => "the file ends in the middle of a line".into(),
        FileFlaw::NoRows => "the file has no rows".into(),
        FileFlaw::MissingColumn(column) => format!("there is no column {column}"),
        FileFlaw::DuplicateColumn(column) => format!("there are two columns {column}"),
        FileFlaw::Ragged(line) => format!("line {line} has another number of cells than the first"),
        FileFlaw::BlankCell { line, column } => format!("line {line} has nothing in the column {column}"),
        FileFlaw::UnknownNumbers(rows) => format!("{rows} rows have a number that no employee has"),
        FileFlaw::Full(max) => format!("an export holds at most {max} rows, so some may be missing"),
        FileFlaw::Unreadable => "the file can't be read".into(),
        FileFlaw::Unwritable => "the file can't be written".into(),
    }
}
