//! How tables go in and out where a service has no API that everybody may use: as files of its own screens (`form: csv`).

mod mediment;
mod pattern;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

pub use mediment::{CellForm, Content, DurationForm, ImportColumn, MedimentFiles, MonthForm, Template};
pub use pattern::Pattern;

/// Where a service's exports are read and where files for its import are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSettings {
    /// The folder of the exports, without symbolic links if it is there already. Only its owner may look into it.
    pub folder: PathBuf,
    /// The folder of the files to import, another one; `import` in the first.
    pub import_folder: PathBuf,
    /// The oldest that an export may be; 26 h.
    pub max_age: Duration,
    /// The largest that an export may be, in bytes; 256 MiB.
    pub max_size: u64,
    /// For how long an export must not change to count as written; 2 s.
    pub look: Duration,
    /// The encoding of the files to import. Exports show theirs.
    pub encoding: FileEncoding,
    /// What is done with a value that a spreadsheet might take for a formula.
    pub formulas: Formulas,
    /// How days are written in files to import; any form is read.
    pub dates: DateForm,
    /// How long files to import stay in their folder; 30 days.
    pub keep: Duration,
}

impl FileSettings {
    /// The usual settings for these folders.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        FileSettings {
            import_folder: folder.join("import"),
            folder,
            max_age: Duration::from_secs(26 * 3600),
            max_size: 256 << 20,
            look: Duration::from_secs(2),
            encoding: FileEncoding::default(),
            formulas: Formulas::default(),
            dates: DateForm::default(),
            keep: Duration::from_secs(30 * 86_400),
        }
    }
}

/// How a file to import is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileEncoding {
    /// UTF-8 with BOM, which Excel recognizes.
    #[default]
    Utf8Bom,
    /// Windows' `Shift_JIS`.
    Cp932,
}

/// What is done with a cell that a spreadsheet might take for a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Formulas {
    /// It is an error of that person.
    #[default]
    Refuse,
    /// It gets an apostrophe in front, which the importing screen has to know.
    Quote,
}

/// How a day is written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateForm {
    /// `2026/11/22`.
    #[default]
    Slash,
    /// `2026-11-22`.
    Iso,
}

impl DateForm {
    /// A day that is written `YYYY-MM-DD` in this form; another text as it is.
    pub fn of(self, day: &str) -> String {
        match self {
            DateForm::Slash => day.replace('-', "/"),
            DateForm::Iso => day.to_owned(),
        }
    }
}

/// OfficeStation by its own screens: 汎用データ出力, and the import of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeStationFiles {
    /// Where and how.
    pub files: FileSettings,
    /// The names of the exports of 従業員; `従業員*.csv`.
    pub employees: Pattern,
    /// The names of the exports of 扶養家族; `扶養家族*.csv`.
    pub dependents: Pattern,
    /// What items of 従業員 are called in the header of an export, where it is not their name.
    pub headers: BTreeMap<String, String>,
    /// The same for 扶養家族. 従業員番号 is called as in `headers` unless it stands here.
    pub dependent_headers: BTreeMap<String, String>,
}
