//! Writes the files of one run.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
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
        let name = name.strip_prefix('.').and_then(|name| name.strip_suffix(PART)).unwrap_or(name);
        let inner = name.strip_prefix(self.stem).and_then(|name| name.strip_suffix(".csv"));
        let Some((rest, run)) = inner.and_then(|name| name.rsplit_once('_')) else { return false };
        let time = rest.rsplit_once('_').map(|(_, time)| time.as_bytes());
        let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
        rest.starts_with('_')
            && time.is_some_and(|t| t.len() == 15 && digits(&t[..8]) && t[8] == b'-' && digits(&t[9..]))
            && run.split_once('-').is_some_and(|(ms, n)| {
                !ms.is_empty() && !n.is_empty() && digits(ms.as_bytes()) && digits(n.as_bytes())
            })
    }

    /// True for a file of this run.
    fn is_of_run(&self, name: &str) -> bool {
        self.is_own(name) && name.ends_with(&format!("_{}.csv", self.run))
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

/// Writes the files of a run and takes away what an earlier attempt of it left beside them, and what is older than the retention.
/// Returns their names in order. Each is whole or not there: it is renamed into its place after it is on the disk.
///
/// # Errors
/// [`TableError`] if the folder may be looked into by others or can't be written to.
pub async fn hand_over(
    folder: &Folder,
    naming: &Naming<'_>,
    sheets: Vec<Sheet>,
) -> Result<Vec<String>, TableError> {
    let folder = folder.clone();
    let (stem, began, run) = (naming.stem.to_owned(), naming.began, naming.run.to_owned());
    let path = folder.path.clone();
    let work = tokio::task::spawn_blocking(move || {
        let naming = Naming { stem: &stem, began, run: &run };
        write_all(&folder, &naming, &sheets)
    });
    work.await.unwrap_or_else(|_| Err(TableError::at(&path, FileFlaw::Unwritable)))
}

fn write_all(folder: &Folder, naming: &Naming<'_>, sheets: &[Sheet]) -> Result<Vec<String>, TableError> {
    make_private(&folder.path)?;
    let mut names = Vec::new();
    for sheet in sheets {
        let name = naming.file(&sheet.part);
        write(&folder.path, &name, sheet)
            .map_err(|_| TableError { name: name.clone(), flaw: FileFlaw::Unwritable })?;
        names.push(name);
    }
    clean(folder, naming, &names);
    Ok(names)
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
    let part = folder.join(format!(".{name}{PART}"));
    // A crash may have left one; whatever it is, it is not followed.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&part, folder.join(name))?;
    File::open(folder)?.sync_all()
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

/// Takes away files of our own naming alone. One that can't be removed is left for the next run.
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
            let removed = fs::remove_file(entry.path());
            if let Err(error) = removed {
                tracing::warn!(%error, file = name, "failed to remove an old hand-over file");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::services::table::{Column, Need, Pattern, Reading, read};
    use crate::sync::Cell;

    const DAY: Duration = Duration::from_secs(86_400);

    fn naming(run: &str) -> Naming<'_> {
        let began = DateTime::parse_from_rfc3339("2026-11-22T06:00:01+09:00").unwrap();
        Naming { stem: "officestation", began, run }
    }

    fn sheet(part: &str, encoding: FileEncoding, cell: &str) -> Sheet {
        let header = ["従業員番号", "氏"].map(str::to_owned).to_vec();
        Sheet { part: part.into(), encoding, header, rows: vec![vec!["A1".into(), cell.into()]] }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn scene() -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("import");
        (dir, Folder { path, keep: 30 * DAY })
    }

    fn names(folder: &Folder) -> Vec<String> {
        let entries = fs::read_dir(&folder.path).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_file_is_for_its_owner_alone_and_can_be_read_again() {
        let (_dir, folder) = scene();
        for (part, encoding) in [("new", FileEncoding::Utf8Bom), ("update-1", FileEncoding::Cp932)] {
            let cell = "山\"田\r\n,太郎";
            let names = hand_over(&folder, &naming("1-0"), vec![sheet(part, encoding, cell)]).await.unwrap();
            assert_eq!(names, [format!("officestation_{part}_20261122-060001_1-0.csv")]);
            let path = folder.path.join(&names[0]);
            assert_eq!((mode(&folder.path), mode(&path)), (0o700, 0o600));
            let bytes = fs::read(&path).unwrap();
            assert_eq!(bytes.starts_with(b"\xEF\xBB\xBF"), encoding == FileEncoding::Utf8Bom);
            assert!(bytes.ends_with(b"\"\r\n"));
            let reading = Reading {
                folder: &folder.path,
                pattern: &Pattern::new("officestation_*.csv").unwrap(),
                others: &[],
                max_age: DAY,
                max_size: 1 << 20,
                look: Duration::ZERO,
            };
            let columns = [Column { name: "氏", header: "氏", need: Need::Required }];
            let table = read(&reading, &columns).await.unwrap();
            assert_eq!(table.rows[0].cell(0), Cell::Text(cell));
        }
    }

    #[tokio::test]
    async fn a_repeated_attempt_overwrites_its_own_files_and_nothing_else() {
        let (_dir, folder) = scene();
        let write = async |run: &str, parts: &[&str]| {
            let sheets = parts.iter().map(|part| sheet(part, FileEncoding::Utf8Bom, part)).collect();
            hand_over(&folder, &naming(run), sheets).await.unwrap()
        };
        write("1-0", &["new"]).await;
        write("2-0", &["new", "update-1", "update-2"]).await;
        fs::write(folder.path.join("notes_2-0.csv"), "mine").unwrap();
        write("2-0", &["new", "update-1"]).await;
        let expected = [
            "notes_2-0.csv",
            "officestation_new_20261122-060001_1-0.csv",
            "officestation_new_20261122-060001_2-0.csv",
            "officestation_update-1_20261122-060001_2-0.csv",
        ];
        assert_eq!(names(&folder), expected);
    }

    #[tokio::test]
    async fn only_own_files_that_are_too_old_go_away() {
        let (_dir, folder) = scene();
        make_private(&folder.path).unwrap();
        let kept = ["officestation_list.csv", "従業員.csv", "officestation_new_20261022-060001_x.csv"];
        let own =
            ["officestation_new_20261022-060001_1-0.csv", ".officestation_new_20261022-060001_1-0.csv.part"];
        for name in kept.iter().chain(&own) {
            let file = File::create(folder.path.join(name)).unwrap();
            file.set_modified(SystemTime::now() - 31 * DAY).unwrap();
        }
        hand_over(&folder, &naming("2-0"), Vec::new()).await.unwrap();
        let mut kept = kept.map(str::to_owned);
        kept.sort();
        assert_eq!(names(&folder), kept);
    }

    #[tokio::test]
    async fn a_folder_that_others_can_look_into_is_refused() {
        let (_dir, folder) = scene();
        fs::create_dir(&folder.path).unwrap();
        for exposed in [0o750, 0o701] {
            fs::set_permissions(&folder.path, fs::Permissions::from_mode(exposed)).unwrap();
            let refused = hand_over(&folder, &naming("1-0"), Vec::new()).await.unwrap_err();
            assert_eq!(refused, TableError { name: "import".into(), flaw: FileFlaw::Exposed(exposed) });
        }
    }
}
