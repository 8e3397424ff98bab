//! What was read from a service: people as rows of text cells under named columns.
//!
//! A run holds both sides in memory at once (100,000 people × 40 items × 2), so a row is one string and the places where its
//! cells end, not a string a cell.

use std::sync::Arc;

/// One cell. *Absent is not blank* (`DESIGN` §6): an absent cell says nothing, a blank one says that there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// The service gave no such key, or the item is not in its layout.
    Absent,
    /// The item exists and holds nothing.
    Blank,
    /// The item's value as the service gave it, never empty. The values of a check box are joined by [`Cell::SEPARATOR`].
    Text(&'a str),
}

impl<'a> Cell<'a> {
    /// Stands between the values of an item that holds several (U+001F, unit separator).
    pub const SEPARATOR: char = '\u{1f}';

    /// `Blank` for the empty string, `Text` otherwise.
    pub fn of(text: &'a str) -> Self {
        if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
    }

    /// The text, where there is one.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Cell::Text(text) => Some(text),
            Cell::Absent | Cell::Blank => None,
        }
    }
}

const ABSENT: u32 = 1 << 31;
const SHORT_ABSENT: u16 = 1 << 15;

/// The cells of one record, in the order of its table's [`Columns`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    text: Box<str>,
    ends: Ends,
}

/// Where the cells end in the text; the top bit says that a cell is absent. Hardly any record holds 32 KiB, and of 100,000 people
/// on both sides half the places' width is 20 MB. A row has always the narrower form that its text allows, so that equal rows are
/// equal.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ends {
    Short(Box<[u16]>),
    Long(Box<[u32]>),
}

impl Default for Ends {
    fn default() -> Self {
        Ends::Short(Box::default())
    }
}

impl Ends {
    fn of(ends: &[u32], text: usize) -> Self {
        let short = |end: &u32| {
            let absent = if end & ABSENT == 0 { 0 } else { SHORT_ABSENT };
            u16::try_from(end & !ABSENT).ok().filter(|end| end & SHORT_ABSENT == 0).map(|end| end | absent)
        };
        let narrow = || ends.iter().map(short).collect::<Option<Box<[u16]>>>();
        let fits = text < usize::from(SHORT_ABSENT);
        fits.then(narrow).flatten().map_or_else(|| Ends::Long(ends.into()), Ends::Short)
    }

    fn get(&self, column: usize) -> Option<u32> {
        match self {
            Ends::Short(ends) => {
                let end = *ends.get(column)?;
                let absent = if end & SHORT_ABSENT == 0 { 0 } else { ABSENT };
                Some(u32::from(end & !SHORT_ABSENT) | absent)
            }
            Ends::Long(ends) => ends.get(column).copied(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Ends::Short(ends) => ends.len(),
            Ends::Long(ends) => ends.len(),
        }
    }
}

impl Row {
    /// A row of these cells.
    pub fn of<'a>(cells: impl IntoIterator<Item = Cell<'a>>) -> Self {
        let mut builder = RowBuilder::default();
        for cell in cells {
            builder.push(cell);
        }
        builder.finish()
    }

    /// The cell of a column; [`Cell::Absent`] past the last one.
    pub fn cell(&self, column: usize) -> Cell<'_> {
        let Some(end) = self.ends.get(column).filter(|end| end & ABSENT == 0) else { return Cell::Absent };
        let before = column.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = before.map_or(0, |end| end & !ABSENT);
        Cell::of(&self.text[start as usize..end as usize])
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Collects cells into a [`Row`]. One builder may be used again and again.
#[derive(Debug, Default)]
pub struct RowBuilder {
    text: String,
    ends: Vec<u32>,
}

impl RowBuilder {
    /// Adds the next column's cell. Text past 2 GiB in one row is dropped as absent.
    pub fn push(&mut self, cell: Cell<'_>) {
        let text = cell.text().unwrap_or_default();
        let end = u32::try_from(self.text.len() + text.len()).ok().filter(|end| end & ABSENT == 0);
        match (cell, end) {
            (Cell::Absent, _) | (_, None) => {
                let end = u32::try_from(self.text.len()).unwrap_or(ABSENT - 1);
                self.ends.push(end | ABSENT);
            }
            (_, Some(end)) => {
                self.text.push_str(text);
                self.ends.push(end);
            }
        }
    }

    /// The row; the builder is empty again.
    pub fn finish(&mut self) -> Row {
        let ends = Ends::of(&self.ends, self.text.len());
        let row = Row { text: self.text.as_str().into(), ends };
        self.text.clear();
        self.ends.clear();
        row
    }
}

/// The names of a table's columns: item names, in Kaonavi `sheet/item`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns(Arc<[String]>);

impl Columns {
    /// Columns of these names, in this order.
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Columns(names.into_iter().map(Into::into).collect())
    }

    /// The place of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|column| column == name)
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// One employee as read from one side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// 社員番号 as the service gave it (従業員番号 in OfficeStation); may be empty in the source.
    pub code: Box<str>,
    /// The cells of the data set `self`, under [`People::columns`].
    pub row: Row,
    /// The dependants in the service's order, under [`People::dependent_columns`]; empty when none or not read.
    pub dependents: Vec<Row>,
}

/// Everybody that was read from one side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Columns of [`Person::row`].
    pub columns: Columns,
    /// Columns of each row of [`Person::dependents`].
    pub dependent_columns: Columns,
    /// The people, in the service's order.
    pub people: Vec<Person>,
    /// How many people the service said that there are, where it says so and the count differs: a read that is not
    /// provably complete (a guard stops the run).
    pub announced: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_keeps_absent_blank_and_text_apart() {
        let row = Row::of([Cell::Text("山田"), Cell::Absent, Cell::Blank, Cell::Text("x")]);
        let cells: Vec<Cell<'_>> = (0..5).map(|column| row.cell(column)).collect();
        assert_eq!(cells, [Cell::Text("山田"), Cell::Absent, Cell::Blank, Cell::Text("x"), Cell::Absent]);
    }

    #[test]
    fn a_row_may_be_long() {
        for length in [32_766, 32_767, 32_768, 70_000] {
            let text = "x".repeat(length);
            let row = Row::of([Cell::Text("山"), Cell::Text(&text), Cell::Absent, Cell::Blank]);
            let cells: Vec<Cell<'_>> = (0..5).map(|column| row.cell(column)).collect();
            let expected = [Cell::Text("山"), Cell::Text(&text), Cell::Absent, Cell::Blank, Cell::Absent];
            assert!(cells == expected, "{length}");
        }
    }
}
