//! Writes the files of one run.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::mem;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, FixedOffset};
use csv::{Terminator, WriterBuilder};

use super::cell::encode;
use super::{FileEncoding, TableError, check_private};
use crate::sync::FileFlaw;

/// Where files are handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder; it is made if only it is missing.
    pub path: PathBuf,
    /// How long files of earlier runs stay there.
    pub keep: Duration,
}

/// What the files of one run are called: `{stem}_{part}_{YYYYMMDD-HHMMSS}_{run}.csv`.
#[derive(Debug, Clone, Copy)]
pub struct Naming<'a> {
    /// Whose files they are, such as `officestation`.
    pub stem: &'a str,
    /// When the run began, in the time zone of staff.
    pub began: DateTime<FixedOffset>,
    /// The run's id.
    pub run: &'a str,
}

impl Naming<'_> {
    /// The name of the file that holds this part.
    pub fn file(&self, part: &str) -> String {
        format!("{}_{part}_{}_{}.csv", self.stem, self.began.format("%Y%m%d-%H%M%S"), self.run)
    }

    /// True for a file of any run under this stem.
    fn is_own(&self, name: &str) -> bool {
        let inner = whole(name).strip_prefix(self.stem).and_then(|name| name.strip_suffix(".csv"));
        let Some((rest, run)) = inner.and_then(|name| name.rsplit_once('_')) else { return false };
        let time = rest.rsplit_once('_').map(|(_, time)| time.as_bytes());
        let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
        rest.starts_with('_')
            && time.is_some_and(|t| t.len() == 15 && digits(&t[..8]) && t[8] == b'-' && digits(&t[9..]))
            && run.split_once('-').is_some_and(|(ms, n)| {
                !ms.is_empty() && !n.is_empty() && digits(ms.as_bytes()) && digits(n.as_bytes())
            })
    }

    /// True for a file of this run, however far it is written.
    fn is_of_run(&self, name: &str) -> bool {
        self.is_own(name) && whole(name).ends_with(&format!("_{}.csv", self.run))
    }
}

/// One file. Its cells come from [`Writing::cell`](super::Writing::cell) or [`shown`](super::shown).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it holds, in ASCII: part of its name.
    pub part: String,
    /// How it is encoded.
    pub encoding: FileEncoding,
    /// The header line.
    pub header: Vec<String>,
    /// The other lines, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

/// What a file is called while it is written, after a dot and its name.
const PART: &str = ".part";

/// The name that a file has once it is written.
fn whole(name: &str) -> &str {
    name.strip_prefix('.').and_then(|name| name.strip_suffix(PART)).unwrap_or(name)
}

/// Writes the files of a run and takes away what an earlier attempt of it left beside them, and what is older than the retention.
/// Returns their names in order. All are there or none, and none before `may_write` was asked: an attempt that lost its run while
/// it wrote publishes nothing over the files of another.
///
/// # Errors
/// What `refused` makes of a [`TableError`] (the folder may be looked into by others or can't be written to), and those of `may_write`.
pub async fn hand_over<E>(
    folder: &Folder,
    naming: &Naming<'_>,
    sheets: Vec<Sheet>,
    refused: impl Fn(TableError) -> E,
    may_write: impl FnOnce() -> Result<(), E>,
) -> Result<Vec<String>, E> {
    let prepared = prepare(folder, naming, sheets).await.map_err(&refused)?;
    may_write()?;
    prepared.publish().await.map_err(refused)
}

/// The files of a run, whole and on the disk, under names that nobody imports. Dropped, they are gone.
#[derive(Debug)]
#[must_use = "they are gone unless they are published"]
struct Prepared {
    folder: Folder,
    stem: String,
    began: DateTime<FixedOffset>,
    run: String,
    /// Their names to come; none once they are published.
    names: Vec<String>,
}

/// Writes the files of a run without giving them their names yet. If it can't, no file of the run is there.
async fn prepare(folder: &Folder, naming: &Naming<'_>, sheets: Vec<Sheet>) -> Result<Prepared, TableError> {
    let path = folder.path.clone();
    let mut prepared = Prepared {
        folder: folder.clone(),
        stem: naming.stem.to_owned(),
        began: naming.began,
        run: naming.run.to_owned(),
        names: Vec::new(),
    };
    let work = tokio::task::spawn_blocking(move || {
        make_private(&prepared.folder.path)?;
        for sheet in &sheets {
            let name = prepared.naming().file(&sheet.part);
            prepared.names.push(name.clone());
            write(&prepared.folder.path, &name, sheet).map_err(|_| prepared.gave_up(&name))?;
        }
        Ok(prepared)
    });
    work.await.unwrap_or_else(|_| Err(TableError::at(&path, FileFlaw::Unwritable)))
}

impl Prepared {
    /// Gives the files their names, in order, and cleans up behind them. If one can't get its name, no file of the run is there.
    async fn publish(self) -> Result<Vec<String>, TableError> {
        let path = self.folder.path.clone();
        let work = tokio::task::spawn_blocking(move || self.rename_all());
        work.await.unwrap_or_else(|_| Err(TableError::at(&path, FileFlaw::Unwritable)))
    }

    fn rename_all(mut self) -> Result<Vec<String>, TableError> {
        let folder = &self.folder.path;
        for name in &self.names {
            fs::rename(part(folder, name), folder.join(name)).map_err(|_| self.gave_up(name))?;
        }
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|_| self.gave_up(self.names.last().map_or("", String::as_str)))?;
        let names = mem::take(&mut self.names);
        clean(&self.folder, &self.naming(), &names);
        Ok(names)
    }

    /// Takes away every file of the run, an earlier attempt's too: half of them must not be imported.
    fn gave_up(&self, name: &str) -> TableError {
        for entry in fs::read_dir(&self.folder.path).into_iter().flatten().flatten() {
            if self.naming().is_of_run(&entry.file_name().to_string_lossy()) {
                remove(&entry.path());
            }
        }
        TableError { name: name.to_owned(), flaw: FileFlaw::Unwritable }
    }

    fn naming(&self) -> Naming<'_> {
        Naming { stem: &self.stem, began: self.began, run: &self.run }
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        for name in &self.names {
            remove(&part(&self.folder.path, name));
        }
    }
}

/// Makes the folder for its owner alone if only it is missing, and refuses one that others can look into.
///
/// # Errors
/// [`TableError`] with what is wrong with the folder.
pub fn make_private(folder: &Path) -> Result<(), TableError> {
    if !folder.exists() {
        let made = DirBuilder::new().mode(0o700).create(folder);
        made.map_err(|_| TableError::at(folder, FileFlaw::NoFolder))?;
    }
    check_private(folder)
}

fn write(folder: &Path, name: &str, sheet: &Sheet) -> io::Result<()> {
    let bytes = encode(&text(sheet)?, sheet.encoding).ok_or(io::ErrorKind::InvalidData)?;
    let part = part(folder, name);
    // A crash may have left one; whatever it is, it is not followed.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    file.write_all(&bytes)?;
    file.sync_all()
}

/// Where a file of this name is written.
fn part(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!(".{name}{PART}"))
}

/// Removes a file of our own. One that can't be removed is left for the next run.
fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        tracing::warn!(%error, %file, "failed to remove a hand-over file");
    }
}

fn text(sheet: &Sheet) -> io::Result<String> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&sheet.header)?;
    for row in &sheet.rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Takes away files of our own naming alone.
fn clean(folder: &Folder, naming: &Naming<'_>, names: &[String]) {
    let oldest = SystemTime::now().checked_sub(folder.keep);
    for entry in fs::read_dir(&folder.path).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !naming.is_own(&name) || names.contains(&name) {
            continue;
        }
        let changed = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old = oldest.is_some_and(|oldest| changed.is_ok_and(|changed| changed < oldest));
        if is_old || naming.is_of_run(&name) {
            remove(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests;
