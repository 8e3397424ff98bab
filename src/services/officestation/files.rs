//! OfficeStation without its API: the exports of 汎用データ出力, and files for the import of its ledger.
//!
//! Two exports lie in the account's folder, one of 従業員 and one of 扶養家族 (`reference/officestation-api.md` §3.5: 対象 「従業員のみ」 or
//! 「扶養家族すべて」). Their columns are items by their public names unless the configuration names them otherwise; 従業員番号 ties the
//! second to the first and has to be in both. Nobody reads the real header of an export but the operator, so a mapped item that has no
//! column is absent, and a guard stops the run.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::SystemTime;

use chrono::{DateTime, FixedOffset};

use super::import::{self, ImportPerson};
use crate::config::OfficeStationFiles;
use crate::config::items::officestation::KEY;
use crate::job::Service;
use crate::services::ServiceError;
use crate::services::table::{
    BadCell, Column, Folder, Naming, Need, Reading, ReportLine, Table, TableError, check_private, hand_over,
    read, report as report_sheet,
};
use crate::sync::{Columns, FileFlaw, People, Person};

/// What our own files are called, at their begin.
const STEM: &str = "officestation";

/// An export of 汎用データ出力 holds no more rows (`reference/officestation-api.md` §3.5). One that has as many may lack others, and nothing says so.
const MOST_ROWS: usize = 30_000;

/// One tenant of OfficeStation in one run, by the files of its own screens.
#[derive(Debug)]
pub struct Files {
    settings: OfficeStationFiles,
    /// The names of the exports that the run used, in order.
    used: Mutex<Vec<String>>,
}

impl Files {
    /// A tenant.
    pub fn new(settings: OfficeStationFiles) -> Self {
        Files { settings, used: Mutex::default() }
    }

    /// Where and how.
    pub fn settings(&self) -> &OfficeStationFiles {
        &self.settings
    }

    /// The names of the exports that were read so far, each once.
    pub fn used(&self) -> Vec<String> {
        self.used.lock().map(|used| used.clone()).unwrap_or_default()
    }

    /// Reads everybody of the newest export, and their dependants of the newest export of those unless `dependents` is empty.
    ///
    /// The columns are these items in their order; one that the export lacks is absent.
    ///
    /// # Errors
    /// [`ServiceError::File`] if there is no export that is beyond doubt.
    pub async fn read(&self, items: &[&str], dependents: &[&str]) -> Result<People, ServiceError> {
        let OfficeStationFiles { headers, dependent_headers, .. } = &self.settings;
        let own = self.table(Export::Employees, items, |item| headers.get(item).map_or(item, String::as_str));
        let family = async {
            if dependents.is_empty() {
                return Ok(Table::default());
            }
            let header = |item| header_of_dependents(headers, dependent_headers, item);
            self.table(Export::Dependents, dependents, header).await
        };
        let (own, family) = futures::future::try_join(own, family).await?;
        let mut people = People {
            columns: Columns::new(items.iter().copied()),
            dependent_columns: Columns::new(dependents.iter().copied()),
            people: Vec::with_capacity(own.rows.len()),
            announced: None,
        };
        let exported = own.changed;
        // The key stands behind the items; whoever looks at a row knows the columns before it alone.
        for row in own.rows {
            let code = row.cell(items.len()).text().unwrap_or_default().trim().into();
            people.people.push(Person { code, row, dependents: Vec::new() });
        }
        join(&mut people, family, dependents.len(), exported).map_err(of)?;
        Ok(people)
    }

    /// Looks whether there is a folder of exports that nobody else can look into.
    ///
    /// # Errors
    /// [`ServiceError::File`] with what is wrong with it.
    pub fn check(&self) -> Result<(), ServiceError> {
        check_private(&self.settings.files.folder).map_err(of)
    }

    /// Looks whether others can look into the folder of the files to import. The first run makes one that isn't there.
    ///
    /// # Errors
    /// [`ServiceError::File`] with what is wrong with it.
    pub fn check_import(&self) -> Result<(), ServiceError> {
        let folder = &self.settings.files.import_folder;
        if folder.exists() { check_private(folder).map_err(of) } else { Ok(()) }
    }

    /// The items of a person whose values may not stand in a file, and why.
    pub fn bad_cells<'a>(&self, person: &ImportPerson<'a>) -> Vec<(&'a str, BadCell)> {
        import::bad_cells(&self.settings.files, person)
    }

    /// Writes the files that a person imports by OfficeStation's screens, and a report of what can't be imported. They are there under
    /// their names, which are returned, once `may_write` has been asked.
    ///
    /// Nothing is sent: an attempt that dies has had no effect, and the next attempt of the run writes the same files again.
    ///
    /// # Errors
    /// [`ServiceError::File`] if a file can't be written, and those of `may_write`. No file of the run is there then that wasn't before.
    pub async fn hand_over<E: From<ServiceError>>(
        &self,
        (run, began): (&str, DateTime<FixedOffset>),
        people: &[ImportPerson<'_>],
        report: &[ReportLine],
        may_write: impl FnOnce() -> Result<(), E>,
    ) -> Result<Vec<String>, E> {
        let files = &self.settings.files;
        let folder = Folder { path: files.import_folder.clone(), keep: files.keep };
        let mut sheets = import::sheets(files, people);
        sheets.push(report_sheet(report));
        let naming = Naming { stem: STEM, began, run };
        hand_over(&folder, &naming, sheets, |error| of(error).into(), may_write).await
    }

    async fn table<'a>(
        &self,
        export: Export,
        items: &[&'a str],
        header: impl Fn(&'a str) -> &'a str,
    ) -> Result<Table, ServiceError> {
        let OfficeStationFiles { files, employees, dependents, .. } = &self.settings;
        let (pattern, other, need) = match export {
            Export::Employees => (employees, dependents, Need::Required),
            Export::Dependents => (dependents, employees, Need::Filled),
        };
        let reading = Reading {
            folder: &files.folder,
            pattern,
            others: &[other],
            max_age: files.max_age,
            max_size: files.max_size,
            look: files.look,
        };
        let item = |name: &&'a str| Column { name, header: header(name), need: Need::Optional };
        let key = Column { name: KEY, header: header(KEY), need };
        let columns: Vec<Column<'_>> = items.iter().map(item).chain([key]).collect();
        let table = match export {
            Export::Employees => read(&reading, &columns).await.and_then(Table::with_rows),
            // A company may have nobody with dependants, but never nobody at all.
            Export::Dependents => read(&reading, &columns).await,
        };
        let table = table.map_err(of)?;
        if table.rows.len() >= MOST_ROWS {
            return Err(of(TableError { name: table.file, flaw: FileFlaw::Full(MOST_ROWS as u64) }));
        }
        if let Ok(mut used) = self.used.lock()
            && !used.contains(&table.file)
        {
            used.push(table.file.clone());
            used.sort();
        }
        Ok(table)
    }
}

/// Which of the two exports. Of the dependants' every row has to say whose it is: they are replaced as a whole, so a row that is
/// passed over would be taken away from somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Export {
    Employees,
    Dependents,
}

fn of(error: TableError) -> ServiceError {
    ServiceError::File { service: Service::OfficeStation, error }
}

/// 従業員番号 is called as in the other export unless it is named.
fn header_of_dependents<'a>(
    headers: &'a BTreeMap<String, String>,
    own: &'a BTreeMap<String, String>,
    item: &'a str,
) -> &'a str {
    let shared = || headers.get(item).filter(|_| item == KEY);
    own.get(item).or_else(shared).map_or(item, String::as_str)
}

/// Gives each employee the dependants of that 従業員番号, in the order of their export. Where several have it, the first one holds them all
/// for the plan to see: nobody's are touched then. Rows of nobody are passed over if the employees were `exported` before, for somebody may be new
/// since; else one of the two exports is not whole.
fn join(
    people: &mut People,
    family: Table,
    key: usize,
    exported: Option<SystemTime>,
) -> Result<(), TableError> {
    let mut places: HashMap<Box<str>, usize> = HashMap::new();
    for (place, person) in people.people.iter().enumerate() {
        places.entry(person.code.clone()).or_insert(place);
    }
    let mut unknown = 0;
    for row in family.rows {
        let number = row.cell(key).text().unwrap_or_default().trim();
        match places.get(number) {
            Some(place) => people.people[*place].dependents.push(row),
            None => unknown += 1,
        }
    }
    if unknown > 0 && exported >= family.changed {
        return Err(TableError { name: family.file, flaw: FileFlaw::UnknownNumbers(unknown) });
    }
    if unknown > 0 {
        tracing::warn!(
            rows = unknown,
            "rows of 扶養家族 of nobody in the older export of 従業員 are passed over"
        );
    }
    Ok(())
}
