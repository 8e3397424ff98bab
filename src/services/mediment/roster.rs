//! The exported list of employees: who is in mediment, as far as its columns say.
//!
//! 社員番号, メールアドレス and the name have to be there, for they tell who somebody is; the name in two columns or in one. A column that the
//! list lacks is absent from everybody, so that nothing is compared with it. 氏名 in one column is split at its space; without a space
//! 姓 and 名 are absent: somebody is then found by 社員番号 alone, and the name is never compared. A header alone is a list of nobody: that is
//! what mediment exports before its first employee.

use crate::config::items::mediment::{MAIL, NAME, NUMBER, WHOLE_NAME};
use crate::services::table::{Column, Need, Table};
use crate::sync::{Cell, Columns, FileFlaw, People, Person, Row};

use super::wire::{EMPLOYEE_ITEMS, FILLED_ITEMS};

/// The column of the whole name, which no mapping can name.
pub const ROSTER_NAME: &str = "(氏名)";

/// Who is in mediment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// The people; their columns are [`EMPLOYEE_ITEMS`], those of [`FILLED_ITEMS`] and
    /// [`ROSTER_NAME`].
    pub people: People,
    /// The items, of those that were asked about, that the list has no column of.
    pub missing: Vec<&'static str>,
    /// People whose 氏名 has no space to be split at.
    pub unsplit: u64,
}

/// The items that are read of somebody.
fn read() -> impl Iterator<Item = &'static str> {
    EMPLOYEE_ITEMS.into_iter().chain(FILLED_ITEMS.map(|(item, _)| item))
}

/// The columns that are looked for in a list.
pub(super) fn wanted<'a>(header: impl Fn(&'static str) -> &'a str) -> Vec<Column<'a>> {
    let column = |name: &'static str| {
        let need = if [NUMBER, MAIL].contains(&name) { Need::Required } else { Need::Optional };
        Column { name, header: header(name), need }
    };
    read().chain([WHOLE_NAME]).map(column).collect()
}

/// The people of a list.
///
/// # Errors
/// [`FileFlaw::MissingColumn`] if the list has no name.
pub(super) fn roster<'a>(
    table: &Table,
    header: impl Fn(&'static str) -> &'a str,
    items: &[&str],
) -> Result<Roster, FileFlaw> {
    let place = |name: &str| table.columns.position(name);
    let (places, whole) = (NAME.map(place), place(WHOLE_NAME));
    let cell = |row: &Row, place: Option<usize>| match place {
        Some(place) => row.cell(place).text().map(str::to_owned),
        None => None,
    };
    let has = |item: &str| table.present.iter().any(|name| name == item);
    let halves = NAME.iter().all(|item| has(item));
    if !halves && !has(WHOLE_NAME) {
        let lacking = NAME.into_iter().find(|item| !has(item)).unwrap_or(NAME[0]);
        return Err(FileFlaw::MissingColumn(header(lacking).to_owned()));
    }
    let mut unsplit = 0;
    let person = |row: &Row| {
        let name = if halves {
            Name::Halves(places.map(|place| cell(row, place).unwrap_or_default()))
        } else {
            Name::of(&cell(row, whole).unwrap_or_default())
        };
        unsplit += u64::from(matches!(name, Name::Whole(_)));
        let (number, joined) = (cell(row, place(NUMBER)).unwrap_or_default(), name.joined());
        let cells = read().enumerate().map(|(column, item)| {
            NAME.iter()
                .position(|half| *half == item)
                .map_or_else(|| row.cell(column), |half| name.half(half))
        });
        let cells: Vec<Cell<'_>> = cells.chain([Cell::of(&joined)]).collect();
        Person { code: number.trim().into(), row: Row::of(cells), dependents: Vec::new() }
    };
    let people = table.rows.iter().map(person).collect();
    let missing =
        |item: &&str| items.contains(item) && !has(item) && !(NAME.contains(item) && has(WHOLE_NAME));
    Ok(Roster {
        people: People { columns: Columns::new(read().chain([ROSTER_NAME])), people, ..People::default() },
        missing: EMPLOYEE_ITEMS.into_iter().filter(missing).collect(),
        unsplit,
    })
}

/// A name of a list.
enum Name {
    Halves([String; 2]),
    Whole(String),
}

impl Name {
    fn of(whole: &str) -> Self {
        let trimmed = whole.trim();
        match trimmed.split_once([' ', '\u{3000}']) {
            Some((last, first)) => Name::Halves([last, first.trim()].map(str::to_owned)),
            None if trimmed.is_empty() => Name::Halves([String::new(), String::new()]),
            None => Name::Whole(trimmed.to_owned()),
        }
    }

    fn half(&self, half: usize) -> Cell<'_> {
        match self {
            Name::Halves(halves) => Cell::of(&halves[half]),
            Name::Whole(_) => Cell::Absent,
        }
    }

    fn joined(&self) -> String {
        match self {
            Name::Halves([last, first]) => format!("{last}\u{3000}{first}").trim().to_owned(),
            Name::Whole(whole) => whole.clone(),
        }
    }
}
