//! Reads one table.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::find::{Found, newest};
use super::parse::parse;
use super::{Column, Pattern, TableError, check_private, decode};
use crate::sync::{Columns, FileFlaw, Row};

/// How far a clock may go wrong before a file is from the future.
const SKEW: Duration = Duration::from_secs(600);
const MIB: u64 = 1 << 20;

/// Which file holds a table, and what it has to be like.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// The names that are meant.
    pub pattern: &'a Pattern,
    /// Other tables' names in the same folder: a file that fits one of them too is ambiguous.
    pub others: &'a [&'a Pattern],
    /// The oldest that the file may be.
    pub max_age: Duration,
    /// The largest, in bytes.
    pub max_size: u64,
    /// For how long it must not change to count as written.
    pub look: Duration,
}

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The wanted columns, in their order.
    pub columns: Columns,
    /// Those of them that the file has.
    pub present: Vec<String>,
    /// A row a line, in the file's order.
    pub rows: Vec<Row>,
    /// The file's name, without its path.
    pub file: String,
    /// When the file was changed last; none for a table that was never read.
    pub changed: Option<SystemTime>,
}

/// Reads these columns of the file that is meant. One with a header alone has no rows: see [`Table::with_rows`].
///
/// # Errors
/// [`TableError`]: the folder or the file is not what it has to be. Only [`FileFlaw::Unfinished`] may pass by itself.
pub async fn read(reading: &Reading<'_>, columns: &[Column<'_>]) -> Result<Table, TableError> {
    check_private(reading.folder)?;
    let found = newest(reading.folder, reading.pattern, reading.others)?;
    let at = |flaw| TableError { name: found.name(), flaw };
    check_age(reading, &found).map_err(at)?;
    tokio::time::sleep(reading.look).await;
    let unfinished = || at(FileFlaw::Unfinished);
    if found.size == 0 || !found.is_still_so() {
        return Err(unfinished());
    }
    let owned: Vec<(String, String, super::Need)> =
        columns.iter().map(|column| (column.name.into(), column.header.into(), column.need)).collect();
    let file = found.clone();
    let work = tokio::task::spawn_blocking(move || {
        let columns: Vec<Column<'_>> =
            owned.iter().map(|(name, header, need)| Column { name, header, need: *need }).collect();
        let bytes = bytes(&file)?;
        if !file.is_still_so() {
            return Err(FileFlaw::Unfinished);
        }
        parse(&decode::decode(bytes)?, &columns)
    });
    let table = work.await.unwrap_or(Err(FileFlaw::Unreadable)).map_err(at)?;
    Ok(Table { file: found.name(), changed: Some(found.changed), ..table })
}

fn check_age(reading: &Reading<'_>, found: &Found) -> Result<(), FileFlaw> {
    if found.size > reading.max_size {
        return Err(FileFlaw::TooLarge(reading.max_size.div_ceil(MIB)));
    }
    let hours = |time: Duration| time.as_secs() / 3600;
    match SystemTime::now().duration_since(found.changed) {
        Ok(age) if age > reading.max_age => {
            Err(FileFlaw::TooOld { hours: hours(age), max: hours(reading.max_age) })
        }
        Err(ahead) if ahead.duration() > SKEW => Err(FileFlaw::Future),
        _ => Ok(()),
    }
}

/// All bytes, no more than the file had when it was found.
fn bytes(found: &Found) -> Result<Vec<u8>, FileFlaw> {
    let file = File::open(&found.path).map_err(|_| FileFlaw::Unreadable)?;
    let mut bytes = Vec::new();
    let read = file.take(found.size + 1).read_to_end(&mut bytes).map_err(|_| FileFlaw::Unreadable)?;
    if u64::try_from(read) == Ok(found.size) { Ok(bytes) } else { Err(FileFlaw::Unfinished) }
}
