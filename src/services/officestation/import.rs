//! The files that a person imports by OfficeStation's screens.
//!
//! People who are new and people who change never share a file. What an empty cell means to the import is not known: it may leave or
//! clear. So no file has a cell that nothing is written to: people who change stand together with those of whom the same items change, and what is to
//! be cleared stands in the report, to be done by hand. A file never holds more than 従業員番号 and the items that are written.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::config::FileSettings;
use crate::config::items::officestation::{self, KEY, Kind};
use crate::services::table::{BadCell, CellKind, Sheet, Writing, by_items};

/// What is to be imported of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPerson<'a> {
    /// 従業員番号.
    pub number: &'a str,
    /// True for somebody whom OfficeStation doesn't have.
    pub create: bool,
    /// The items that are set, by name; what is cleared is none of them.
    pub items: Vec<(&'a str, &'a str)>,
}

/// The items of a person whose values may not stand in a file.
pub(super) fn bad_cells<'a>(files: &FileSettings, person: &ImportPerson<'a>) -> Vec<(&'a str, BadCell)> {
    let writing = writing(files);
    let key = (KEY, person.number);
    let cells = [key].into_iter().chain(person.items.iter().copied());
    cells
        .filter_map(|(item, value)| {
            Some((item, writing.cell(&formed(files, item, value), kind(item)).err()?))
        })
        .collect()
}

/// The files: one of everybody new, then those of whom the same items change.
pub(super) fn sheets(files: &FileSettings, people: &[ImportPerson<'_>]) -> Vec<Sheet> {
    let people = people.iter().filter(|person| person.create || !person.items.is_empty());
    let (new, changed): (Vec<_>, Vec<_>) = people.partition(|person| person.create);
    let mut sheets = Vec::new();
    if !new.is_empty() {
        sheets.push(sheet(files, "new".to_owned(), &items_of(&new), &new));
    }
    let together = by_items(changed, |person| items_of(&[person]));
    for (n, (items, people)) in together.into_iter().enumerate() {
        sheets.push(sheet(files, format!("update-{:02}", n + 1), &items, &people));
    }
    sheets
}

/// The items that are set of any of these people, in the order of the ledger.
fn items_of<'a>(people: &[&ImportPerson<'a>]) -> Vec<&'a str> {
    let set: BTreeSet<&str> = people.iter().flat_map(|person| &person.items).map(|(item, _)| *item).collect();
    let place = |item: &&str| officestation::SELF.iter().position(|known| known.name == *item);
    let mut items: Vec<&str> = set.into_iter().collect();
    items.sort_by_key(place);
    items
}

fn sheet(files: &FileSettings, part: String, items: &[&str], people: &[&ImportPerson<'_>]) -> Sheet {
    let writing = writing(files);
    // A cell that may not stand there was refused before.
    let cell = |item: &str, value: &str| {
        let value = formed(files, item, value);
        writing.cell(&value, kind(item)).map(Cow::into_owned).unwrap_or_default()
    };
    let row = |person: &&ImportPerson<'_>| {
        let value = |item: &&str| person.items.iter().find(|(name, _)| name == item).map(|(_, value)| *value);
        let cells = items.iter().map(|item| value(item).map(|value| cell(item, value)).unwrap_or_default());
        [cell(KEY, person.number)].into_iter().chain(cells).collect()
    };
    Sheet {
        part,
        encoding: files.encoding,
        header: [KEY].iter().chain(items).map(|item| (*item).to_owned()).collect(),
        rows: people.iter().map(row).collect(),
    }
}

fn writing(files: &FileSettings) -> Writing {
    Writing { encoding: files.encoding, formulas: files.formulas }
}

/// A value in the form of the file.
fn formed(files: &FileSettings, item: &str, value: &str) -> String {
    match officestation::own(item).map(|item| item.kind) {
        Some(Kind::Date) => files.dates.of(value),
        _ => value.to_owned(),
    }
}

fn kind(item: &str) -> CellKind {
    match officestation::own(item).map(|item| item.kind) {
        Some(Kind::Number) => CellKind::Number,
        _ => CellKind::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DateForm, FileEncoding};

    fn person<'a>(number: &'a str, create: bool, items: &[(&'a str, &'a str)]) -> ImportPerson<'a> {
        ImportPerson { number, create, items: items.to_vec() }
    }

    /// A file in one line.
    fn told(sheet: &Sheet) -> String {
        let rows = sheet.rows.iter().map(|row| row.join(","));
        format!("{}: {} | {}", sheet.part, sheet.header.join(","), rows.collect::<Vec<_>>().join(" | "))
    }

    #[test]
    fn no_file_has_a_cell_that_nothing_is_written_to() {
        let files = FileSettings::new("/exports");
        let people = [
            person("A1", false, &[("電話番号", "03-1")]),
            person("N1", true, &[("氏", "新"), ("入社年月日", "2026-11-22")]),
            person("A2", false, &[("市区町村", "吹田市"), ("都道府県", "大阪府")]),
            person("A3", false, &[("電話番号", "03-3")]),
            person("A4", false, &[]),
            person("N2", true, &[("氏", "森"), ("役職", "課長")]),
        ];
        let told: Vec<String> = sheets(&files, &people).iter().map(told).collect();
        assert_eq!(
            told,
            [
                "new: 従業員番号,氏,役職,入社年月日 | N1,新,,2026/11/22 | N2,森,課長,",
                "update-01: 従業員番号,都道府県,市区町村 | A2,大阪府,吹田市",
                "update-02: 従業員番号,電話番号 | A1,03-1 | A3,03-3",
            ]
        );
    }

    #[test]
    fn very_many_combinations_make_a_file_an_item() {
        let files = FileSettings { dates: DateForm::Iso, ..FileSettings::new("/exports") };
        let names = ["電話番号", "携帯電話番号", "役職", "部署メモ", "備考"];
        let numbers: Vec<String> = (1..32).map(|n| format!("A{n:02}")).collect();
        let people: Vec<ImportPerson<'_>> = (1..32usize)
            .map(|n| {
                let items: Vec<(&str, &str)> =
                    (0..5).filter(|bit| n >> bit & 1 == 1).map(|bit| (names[bit], "x")).collect();
                person(&numbers[n - 1], false, &items)
            })
            .collect();
        let sheets = sheets(&files, &people);
        assert_eq!(sheets.len(), names.len());
        for sheet in sheets {
            assert_eq!((sheet.header.len(), sheet.rows.len()), (2, 16));
            assert!(sheet.rows.iter().flatten().all(|cell| !cell.is_empty()), "{}", sheet.part);
        }
    }

    #[test]
    fn a_bad_value_names_its_item_and_so_does_a_bad_number() {
        let files = FileSettings { encoding: FileEncoding::Cp932, ..FileSettings::new("/exports") };
        let items = [("氏", "𠮷田"), ("備考", "=1+1"), ("名", "太郎")];
        let bad = bad_cells(&files, &person("-001", false, &items));
        assert_eq!(bad, [(KEY, BadCell::Formula), ("氏", BadCell::Unmappable), ("備考", BadCell::Formula),]);
    }
}
