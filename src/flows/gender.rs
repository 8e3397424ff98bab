//! Where 性別 comes from: HRMOS勤怠's public API has no such field (`reference/hrmos-kintai-api.md` §7.4).
//!
//! A file of two columns, 社員番号 and 性別, may say it: CSV with a header line, UTF-8 or cp932, in a folder that belongs to renkei's user
//! alone. It is read anew by every run, however old it is. 性別 goes as it is written there: 男性, 女性 or その他. Somebody whom the file
//! doesn't name, or names twice and not alike, is left alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::time::Duration;

use unicode_normalization::UnicodeNormalization;

use super::FlowError;
use crate::config::GenderSource;
use crate::services::table::{Column, Need, Pattern, Reading, Table, TableError, read};
use crate::sync::{Failure, FileFlaw, RunFailure};

const NUMBER: &str = "社員番号";
const GENDER: &str = "性別";
/// A hundred thousand people take two.
const MOST_BYTES: u64 = 16 << 20;
/// Long enough to notice that somebody is still writing.
const LOOK: Duration = Duration::from_millis(100);

/// Where 性別 comes from.
pub(super) enum Gender {
    /// Nowhere.
    None,
    /// A further key of the user record.
    Field(String),
    /// A file.
    Listed(Listed),
}

/// What a file says, by 社員番号 without regard to its width.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listed(HashMap<String, Option<Box<str>>>);

impl Gender {
    /// What a link's settings mean; a file is read here.
    ///
    /// # Errors
    /// `F_FILE` if the file is not what it has to be: permanent, unless it is still being written.
    pub(super) async fn of(source: &GenderSource) -> Result<Gender, FlowError> {
        Ok(match source {
            GenderSource::None => Gender::None,
            GenderSource::Field(key) => Gender::Field(key.clone()),
            GenderSource::Csv(path) => Gender::Listed(listed(path).await.map_err(|error| refused(&error))?),
        })
    }
}

impl Listed {
    /// What the file says of somebody.
    pub(super) fn get(&self, number: &str) -> Option<&str> {
        self.0.get(&key(number))?.as_deref()
    }

    fn of(table: &Table) -> Self {
        let mut listed = HashMap::new();
        let mut doubtful = 0_u64;
        for row in &table.rows {
            let (Some(number), Some(word)) = (row.cell(0).text(), row.cell(1).text()) else { continue };
            let word = word.trim();
            match listed.entry(key(number)) {
                Entry::Vacant(free) => {
                    free.insert(Some(word.into()));
                }
                Entry::Occupied(mut known) if known.get().as_deref() != Some(word) => {
                    doubtful += u64::from(known.get().is_some());
                    known.insert(None);
                }
                Entry::Occupied(_) => {}
            }
        }
        if doubtful > 0 {
            tracing::warn!(
                people = doubtful,
                "the file of 性別 names people twice and not alike; they are left alone"
            );
        }
        Listed(listed)
    }
}

async fn listed(path: &Path) -> Result<Listed, TableError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let flawed = |flaw| TableError { name: name.clone().into_owned(), flaw };
    let folder = path.parent().ok_or_else(|| flawed(FileFlaw::NoFolder))?;
    let pattern = Pattern::new(&name).ok_or_else(|| flawed(FileFlaw::Unreadable))?;
    let reading = Reading {
        folder,
        pattern: &pattern,
        others: &[],
        max_age: Duration::MAX,
        max_size: MOST_BYTES,
        look: LOOK,
    };
    let columns = [NUMBER, GENDER].map(|name| Column { name, header: name, need: Need::Required });
    Ok(Listed::of(&read(&reading, &columns).await?.with_rows()?))
}

fn refused(error: &TableError) -> FlowError {
    let remedy = match error.flaw {
        FileFlaw::MissingColumn(_) | FileFlaw::DuplicateColumn(_) => {
            "1行目の見出しを社員番号と性別にしてください。".to_owned()
        }
        _ => error.flaw.remedy("社員番号と性別のCSVを作成し直し、フォルダに置いてください。"),
    };
    let failure: Failure =
        RunFailure::File { service: GENDER, file: &error.name, flaw: &error.flaw, remedy: &remedy }.into();
    if error.flaw.may_pass() {
        FlowError::Transient { failure, what: error.to_string(), retry_after: None }
    } else {
        FlowError::Permanent(failure)
    }
}

fn key(number: &str) -> String {
    number.nfkc().collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::{Cell, Columns, Row};

    #[test]
    fn a_file_says_it_by_number_and_of_nobody_in_two_ways() {
        let row = |number: &str, word: &str| Row::of([Cell::of(number), Cell::of(word)]);
        let rows = vec![
            row("A0001", "女性"),
            row("Ａ０００２ ", " 男性"),
            row("A0003", "男性"),
            row("A0003", "女性"),
            row("A0003", "男性"),
            row("A0004", "その他"),
            row("A0004", "その他"),
            row("A0005", ""),
            row("", "男性"),
        ];
        let listed = Listed::of(&Table { columns: Columns::new([NUMBER, GENDER]), rows, ..Table::default() });
        let said =
            ["A0001", "A0002", "A0003", "A0004", "A0005", "a0001", ""].map(|number| listed.get(number));
        assert_eq!(said, [Some("女性"), Some("男性"), None, Some("その他"), None, None, None]);
    }

    #[test]
    fn a_wrong_file_ends_the_run_and_an_unfinished_one_waits() {
        let refused = |flaw| refused(&TableError { name: "gender.csv".to_owned(), flaw });
        let FlowError::Permanent(failure) = refused(FileFlaw::MissingColumn(GENDER.to_owned())) else {
            panic!("it won't pass by itself");
        };
        assert_eq!(
            failure.message,
            "性別のファイル”gender.csv”を使えません:”性別”の列がありません。1行目の見出しを社員番号と性別にしてください。"
        );
        assert!(matches!(refused(FileFlaw::Unfinished), FlowError::Transient { .. }));
    }
}
