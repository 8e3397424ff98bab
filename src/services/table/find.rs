//! Finds the file that is meant.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Pattern, TableError};
use crate::sync::FileFlaw;

/// A file that fits, as it was when it was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) changed: SystemTime,
    pub(super) size: u64,
}

impl Found {
    fn new(path: PathBuf, metadata: &Metadata) -> Option<Self> {
        Some(Found { path, changed: metadata.modified().ok()?, size: metadata.size() })
    }

    /// True if the file is still what it was.
    pub(super) fn is_still_so(&self) -> bool {
        fs::metadata(&self.path)
            .ok()
            .and_then(|metadata| Found::new(self.path.clone(), &metadata))
            .is_some_and(|now| now.changed == self.changed && now.size == self.size)
    }

    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Refuses a folder that is none, or that others can look into.
///
/// # Errors
/// [`TableError`] with what is wrong with the folder.
pub fn check_private(folder: &Path) -> Result<(), TableError> {
    let metadata = fs::metadata(folder).ok().filter(Metadata::is_dir);
    let metadata = metadata.ok_or_else(|| TableError::at(folder, FileFlaw::NoFolder))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(TableError::at(folder, FileFlaw::Exposed(mode)));
    }
    Ok(())
}

/// The newest file whose name fits the pattern and none of the others. A file that fits one of them as well may be either, whatever its age.
pub(super) fn newest(folder: &Path, pattern: &Pattern, others: &[&Pattern]) -> Result<Found, TableError> {
    let entries = fs::read_dir(folder).map_err(|_| TableError::at(folder, FileFlaw::NoFolder))?;
    let mut found: Vec<Found> = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !pattern.fits(&name) {
            continue;
        }
        // A link would lead out of the folder that only the owner can change.
        let Some(metadata) = entry.metadata().ok().filter(Metadata::is_file) else { continue };
        if let Some(other) = others.iter().find(|other| other.fits(&name)) {
            return Err(TableError { name, flaw: FileFlaw::Ambiguous(other.to_string()) });
        }
        found.extend(Found::new(entry.path(), &metadata));
    }
    found.sort_by_key(|file| file.changed);
    let Some(last) = found.pop() else {
        return Err(TableError::at(folder, FileFlaw::NoFile(pattern.to_string())));
    };
    if let Some(same) = found.pop().filter(|file| file.changed == last.changed) {
        return Err(TableError { name: last.name(), flaw: FileFlaw::Ambiguous(same.name()) });
    }
    Ok(last)
}
