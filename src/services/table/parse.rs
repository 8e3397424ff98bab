//! From text to rows: RFC 4180 with a header line.

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use unicode_normalization::UnicodeNormalization;

use super::TableError;
use super::read::Table;
use crate::sync::{Cell, Columns, FileFlaw, RowBuilder};

/// A wanted column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// What it is called in the table that comes of it.
    pub name: &'a str,
    /// What it is called in the file.
    pub header: &'a str,
    /// Whether there has to be one.
    pub need: Need,
}

/// Whether a column has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The file is refused without it.
    Required,
    /// The file is refused without it, and so is a row that has nothing there.
    Filled,
    /// Its cells are absent in a file without it.
    Optional,
}

/// Reads the wanted columns. Lines without any text are passed over; there may be no others behind the header.
pub(super) fn parse(text: &str, columns: &[Column<'_>]) -> Result<Table, FileFlaw> {
    if !text.ends_with(['\n', '\r']) || text.bytes().filter(|byte| *byte == b'"').count() % 2 != 0 {
        return Err(FileFlaw::Cut);
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(false).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    if !next(text, &mut reader, &mut record)? {
        return Err(FileFlaw::NoRows);
    }
    let places = places(&record, columns)?;
    let mut rows = Vec::new();
    let mut builder = RowBuilder::default();
    while next(text, &mut reader, &mut record)? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        for (place, column) in places.iter().zip(columns) {
            let cell = place.and_then(|place| record.get(place)).map(blank_or);
            if column.need == Need::Filled && cell.is_none_or(str::is_empty) {
                let line = line(text, record.position().map_or(0, csv::Position::byte));
                return Err(FileFlaw::BlankCell { line, column: column.header.to_owned() });
            }
            builder.push(cell.map_or(Cell::Absent, Cell::of));
        }
        rows.push(builder.finish());
    }
    let present = columns.iter().zip(&places).filter(|(_, place)| place.is_some());
    Ok(Table {
        present: present.map(|(column, _)| column.name.to_owned()).collect(),
        columns: Columns::new(columns.iter().map(|column| column.name)),
        rows,
        ..Table::default()
    })
}

impl Table {
    /// The table, where nobody can't be: a header alone is then an export that went wrong.
    ///
    /// # Errors
    /// [`FileFlaw::NoRows`].
    pub fn with_rows(self) -> Result<Self, TableError> {
        if self.rows.is_empty() {
            return Err(TableError { name: self.file, flaw: FileFlaw::NoRows });
        }
        Ok(self)
    }
}

/// A cell of nothing but spaces holds nothing; any other text is as it was written.
fn blank_or(text: &str) -> &str {
    if text.trim().is_empty() { "" } else { text }
}

fn next(text: &str, reader: &mut csv::Reader<&[u8]>, record: &mut StringRecord) -> Result<bool, FileFlaw> {
    reader.read_record(record).map_err(|error| match error.kind() {
        ErrorKind::UnequalLengths { pos: Some(pos), .. } => FileFlaw::Ragged(line(text, pos.byte())),
        _ => FileFlaw::Unreadable,
    })
}

/// The line of the record that begins after this byte, counted from 1. The reader's own count is one short after CRLF.
fn line(text: &str, byte: u64) -> u64 {
    let before = usize::try_from(byte).ok().and_then(|byte| text.split_at_checked(byte));
    let (before, rest) = before.unwrap_or_default();
    let breaks = rest.split(|c| c != '\r' && c != '\n').next().unwrap_or_default();
    let count = [before, breaks].map(|text| text.matches('\n').count()).iter().sum::<usize>() + 1;
    count as u64
}

/// Where each wanted column stands. A needed one that is missing comes first: it shows a file without header, of which nothing may be said.
fn places(header: &StringRecord, columns: &[Column<'_>]) -> Result<Vec<Option<usize>>, FileFlaw> {
    let names: Vec<String> = header.iter().map(folded).collect();
    let found = |column: &Column<'_>| {
        let wanted = folded(column.header);
        let mut places =
            names.iter().enumerate().filter(|(_, name)| **name == wanted).map(|(place, _)| place);
        (places.next(), places.next().is_some())
    };
    let of_each: Vec<_> = columns.iter().map(|column| (column, found(column))).collect();
    for (column, (place, _)) in &of_each {
        if place.is_none() && column.need != Need::Optional {
            return Err(FileFlaw::MissingColumn(column.header.to_owned()));
        }
    }
    if let Some((column, _)) = of_each.iter().find(|(_, (_, twice))| *twice) {
        return Err(FileFlaw::DuplicateColumn(column.header.to_owned()));
    }
    Ok(of_each.into_iter().map(|(_, (place, _))| place).collect())
}

/// Headers are compared without regard to width and spaces.
fn folded(header: &str) -> String {
    header.nfkc().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column<'_>; 3] = [
        Column { name: "従業員番号", header: "社員コード", need: Need::Required },
        Column { name: "氏(カナ)", header: "氏(カナ)", need: Need::Optional },
        Column { name: "備考", header: "備考", need: Need::Optional },
    ];

    fn cells(text: &str) -> Result<Vec<Vec<Option<String>>>, FileFlaw> {
        let own = |cell: Cell<'_>| match cell {
            Cell::Absent => None,
            Cell::Blank => Some(String::new()),
            Cell::Text(text) => Some(text.to_owned()),
        };
        let table = parse(text, &COLUMNS)?.with_rows().map_err(|error| error.flaw)?;
        Ok(table.rows.iter().map(|row| (0..COLUMNS.len()).map(|at| own(row.cell(at))).collect()).collect())
    }

    #[test]
    fn columns_are_found_by_their_headers_wherever_they_stand() {
        let rows = cells(
            "氏\u{FF08}ｶﾅ\u{FF09},\u{3000}社員 コード,余分\r\n\"ヤ\"\"マ\r\nダ\",A1,x\r\n,A2,\r\n,,\r\n\r\n",
        )
        .unwrap();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(rows, [[some("A1"), some("ヤ\"マ\r\nダ"), None], [some("A2"), some(""), None],]);
    }

    #[test]
    fn a_header_alone_says_which_columns_there_are() {
        for text in ["備考,社員コード\r\n", "備考,社員コード\r\n,\r\n"] {
            let table = parse(text, &COLUMNS).unwrap();
            assert_eq!((table.present, table.rows.len()), (vec!["従業員番号".into(), "備考".into()], 0));
        }
        assert_eq!(parse("\r\n", &COLUMNS), Err(FileFlaw::NoRows), "no header");
        assert_eq!(parse("備考\r\n", &COLUMNS), Err(FileFlaw::MissingColumn("社員コード".into())));
    }

    #[test]
    fn a_file_that_is_not_whole_is_refused() {
        let cases = [
            ("社員コード,備考\r\nA1,x\r\nA2", FileFlaw::Cut),
            ("社員コード,備考\r\nA1,\"x\r\n", FileFlaw::Cut),
            ("", FileFlaw::Cut),
            ("\r\n", FileFlaw::NoRows),
            ("備考\r\nx\r\n", FileFlaw::MissingColumn("社員コード".into())),
            ("社員コード,備考,備 考\r\nA1,x,y\r\n", FileFlaw::DuplicateColumn("備考".into())),
            ("社員コード,備考\r\nA1,x\r\nA2,x,y\r\n", FileFlaw::Ragged(3)),
            ("社員コード,備考\r\nA1\r\n", FileFlaw::Ragged(2)),
        ];
        for (text, flaw) in cases {
            assert_eq!(cells(text), Err(flaw), "{text:?}");
        }
    }

    #[test]
    fn a_row_without_what_has_to_be_filled_is_told_by_its_line() {
        let columns = [Column { need: Need::Filled, ..COLUMNS[0] }];
        let parsed = |text| parse(text, &columns).map(|table| table.rows.len());
        let blank = |line| Err(FileFlaw::BlankCell { line, column: "社員コード".into() });
        assert_eq!(parsed("社員コード,備考\r\nA1,x\r\n,\r\n"), Ok(1));
        assert_eq!(parsed("社員コード,備考\r\n,x\r\n"), blank(2));
        // A cell of two lines, an empty line and one of nothing but commas stand before it.
        assert_eq!(parsed("社員コード,備考\r\nA1,\"x\r\ny\"\r\n\r\n,\r\n \u{3000},x\r\n"), blank(6));
        assert_eq!(parsed("備考\r\nx\r\n"), Err(FileFlaw::MissingColumn("社員コード".into())));
    }
}
