//! The files that a person imports by mediment's screens (`reference/mediment.md` part C).
//!
//! New people and people who change never share a file. What an empty cell means to the import is not known: it may leave or clear; and a
//! value that doesn't change may be an old one by the time of the import. So a file of people who change holds 社員番号 and exactly the columns
//! that change for everybody in it; a file of 勤怠情報 holds people who have a value for the same items.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::config::items::mediment::{MONTH, NAME, NUMBER, WHOLE_NAME};
use crate::config::{
    CellForm, Content, DateForm, DurationForm, FileSettings, ImportColumn, MonthForm, Template,
};
use crate::job::Month;
use crate::services::table::{BadCell, CellKind, Sheet, Writing};

/// A file of people in the same columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// People whom mediment doesn't have.
    New,
    /// People of whom these items change; 社員番号 is none of them.
    Update(&'a [&'a str]),
    /// 勤怠情報 of a month, these items of it.
    Attendance(Month, &'a [&'a str]),
}

/// One line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPerson<'a> {
    /// 社員番号 as mediment has it or is to have it; empty for somebody new without one.
    pub number: &'a str,
    /// Items by name, each once. Values are as the API's: days `YYYY-MM-DD`, durations in minutes.
    pub items: Vec<(&'a str, &'a str)>,
}

impl<'a> ImportPerson<'a> {
    /// The value of an item; empty if there is none.
    pub fn value(&self, item: &str) -> &'a str {
        self.items.iter().find(|(name, _)| *name == item).map(|(_, value)| *value).unwrap_or_default()
    }

    /// 姓 and 名 in one.
    fn whole_name(&self) -> Cow<'a, str> {
        match NAME.map(|half| self.value(half)) {
            ["", ""] => Cow::Borrowed(self.value(WHOLE_NAME)),
            [last, first] => Cow::Owned(format!("{last}\u{3000}{first}").trim().to_owned()),
        }
    }
}

impl Part<'_> {
    /// The columns of the file.
    pub(super) fn columns<'t>(&self, template: &'t Template) -> Vec<&'t ImportColumn> {
        let (columns, items) = match self {
            Part::New => (&template.new, None),
            Part::Update(items) => (&template.update, Some(*items)),
            Part::Attendance(_, items) => (&template.attendance, Some(*items)),
        };
        let by_name = |item: &str| match self {
            Part::Update(items) => item == WHOLE_NAME && NAME.iter().any(|half| items.contains(half)),
            // Who it is, where the template or the link wants it said.
            _ => item == MONTH || item == WHOLE_NAME || NAME.contains(&item),
        };
        let wanted = |column: &&ImportColumn| match (column.item(), items) {
            (None, _) | (_, None) => true,
            (Some(item), Some(items)) => item == NUMBER || items.contains(&item) || by_name(item),
        };
        columns.iter().filter(wanted).collect()
    }

    fn name(&self, nth: usize) -> String {
        let further = if nth == 0 { String::new() } else { format!("-{:02}", nth + 1) };
        match self {
            Part::New => format!("employees_new{further}"),
            Part::Update(_) => format!("employees_update-{:02}", nth + 1),
            Part::Attendance(month, _) => {
                format!("attendance_{}{further}", month.to_string().replace('-', ""))
            }
        }
    }
}

/// The columns of a person that may not stand in a file, by their items.
pub(super) fn bad_cells<'t>(
    files: &FileSettings,
    template: &'t Template,
    part: &Part<'_>,
    person: &ImportPerson<'_>,
) -> Vec<(&'t str, BadCell)> {
    let bad = |column: &'t ImportColumn| Some((column.item()?, cell(files, part, column, person).err()?));
    part.columns(template).into_iter().filter_map(bad).collect()
}

/// A file of people none of whose cells is bad; the `nth` of its kind, from 0.
pub(super) fn sheet(
    files: &FileSettings,
    template: &Template,
    part: &Part<'_>,
    nth: usize,
    people: &[&ImportPerson<'_>],
) -> Sheet {
    let columns = part.columns(template);
    let row = |person: &&ImportPerson<'_>| {
        columns.iter().map(|column| cell(files, part, column, person).unwrap_or_default()).collect()
    };
    Sheet {
        part: part.name(nth),
        encoding: files.encoding,
        header: columns.iter().map(|column| column.header.clone()).collect(),
        rows: people.iter().map(row).collect(),
    }
}

fn cell(
    files: &FileSettings,
    part: &Part<'_>,
    column: &ImportColumn,
    person: &ImportPerson<'_>,
) -> Result<String, BadCell> {
    let writing = Writing { encoding: files.encoding, formulas: files.formulas };
    let (value, form): (Cow<'_, str>, CellForm) = match (&column.content, part) {
        // What the template itself says is the operator's.
        (Content::Fixed(text), _) => return Ok(text.clone()),
        (Content::Item { item, form }, Part::Attendance(month, _)) if item == MONTH => {
            (month.to_string().into(), *form)
        }
        (Content::Item { item, form }, _) if item == WHOLE_NAME => (person.whole_name(), *form),
        (Content::Item { item, form }, _) if item == NUMBER => (person.number.into(), *form),
        (Content::Item { item, form }, _) => (person.value(item).into(), *form),
    };
    // What is made of a number or a day runs nothing, also below zero.
    match formed(form, &value) {
        Some(made) => Ok(made),
        None => writing.cell(&value, CellKind::Text).map(Cow::into_owned),
    }
}

/// The value as it is written, if it is one that has a form.
fn formed(form: CellForm, value: &str) -> Option<String> {
    match form {
        CellForm::Text => None,
        CellForm::Date(form) => {
            let day = ["%Y-%m-%d", "%Y/%m/%d"]
                .iter()
                .find_map(|written| NaiveDate::parse_from_str(value, written).ok())?;
            Some(match form {
                DateForm::Slash => day.format("%Y/%m/%d").to_string(),
                DateForm::Iso => day.format("%Y-%m-%d").to_string(),
            })
        }
        CellForm::Month(form) => {
            let month: Month = value.parse().ok()?;
            Some(match form {
                MonthForm::Slash => month.to_string().replace('-', "/"),
                MonthForm::Iso => month.to_string(),
                MonthForm::Compact => month.to_string().replace('-', ""),
            })
        }
        CellForm::Days => {
            let number: f64 = value.parse().ok().filter(|number: &f64| number.is_finite())?;
            let whole = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            Some(if whole { format!("{number:.1}") } else { value.to_owned() })
        }
        CellForm::Duration(form) => value.parse().ok().map(|minutes| duration(form, minutes)),
    }
}

fn duration(form: DurationForm, minutes: i64) -> String {
    let (sign, size) = (if minutes < 0 { "-" } else { "" }, minutes.unsigned_abs());
    match form {
        DurationForm::Clock => format!("{sign}{}:{:02}", size / 60, size % 60),
        DurationForm::Minutes => minutes.to_string(),
        // A minute is 1.67 hundredths of an hour: rounded half up, never added up from here.
        DurationForm::Hours => {
            let hundredths = (size * 100 + 30) / 60;
            format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_files_form() {
        let clock = CellForm::Duration(DurationForm::Clock);
        for (form, value, written) in [
            (clock, "9600", Some("160:00")),
            (clock, "60030", Some("1000:30")),
            (clock, "0", Some("0:00")),
            (clock, "-90", Some("-1:30")),
            (clock, "x", None),
            (CellForm::Duration(DurationForm::Minutes), "-90", Some("-90")),
            (CellForm::Duration(DurationForm::Hours), "9630", Some("160.50")),
            (CellForm::Duration(DurationForm::Hours), "20", Some("0.33")),
            (CellForm::Days, "20", Some("20.0")),
            (CellForm::Days, "19.5", Some("19.5")),
            (CellForm::Days, "0.25", Some("0.25")),
            (CellForm::Days, "=1", None),
            (CellForm::Date(DateForm::Slash), "2026-04-01", Some("2026/04/01")),
            (CellForm::Date(DateForm::Iso), "2026/4/1", Some("2026-04-01")),
            (CellForm::Date(DateForm::Slash), "令和8年4月1日", None),
            (CellForm::Month(MonthForm::Slash), "2026-10", Some("2026/10")),
            (CellForm::Month(MonthForm::Compact), "2026-10", Some("202610")),
            (CellForm::Text, "2026-10", None),
        ] {
            assert_eq!(formed(form, value).as_deref(), written, "{value} as {form:?}");
        }
    }
}
