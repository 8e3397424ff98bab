//! From text to rows: RFC 4180 with a header line.

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use unicode_normalization::UnicodeNormalization;

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
    /// Its cells are absent in a file without it.
    Optional,
}

/// Reads the wanted columns. Lines without any text are passed over.
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
        for place in &places {
            let cell = place.and_then(|place| record.get(place));
            builder.push(cell.map_or(Cell::Absent, |text| Cell::of(blank_or(text))));
        }
        rows.push(builder.finish());
    }
    if rows.is_empty() {
        return Err(FileFlaw::NoRows);
    }
    Ok(Table { columns: Columns::new(columns.iter().map(|column| column.name)), rows, file: String::new() })
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
        if place.is_none() && column.need == Need::Required {
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
        let table = parse(text, &COLUMNS)?;
        Ok(table.rows.iter().map(|row| (0..COLUMNS.len()).map(|at| own(row.cell(at))).collect()).collect())
    }

    #[test]
    fn columns_are_found_by_their_headers_wherever_they_stand() {
        let rows =
            cells("氏(カナ), 社員コード,余分\r\n\"ヤ\"\"マ\r\nダ\",A1,x\r\n,A2,\r\n,,\r\n\r\n").unwrap();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(rows, [[some("A1"), some("ヤ\"マ\r\nダ"), None], [some("A2"), some(""), None],]);
    }

    #[test]
    fn a_file_that_is_not_whole_is_refused() {
        let cases = [
            ("社員コード,備考\r\nA1,x\r\nA2", FileFlaw::Cut),
            ("社員コード,備考\r\nA1,\"x\r\n", FileFlaw::Cut),
            ("", FileFlaw::Cut),
            ("\r\n", FileFlaw::NoRows),
            ("社員コード,備考\r\n", FileFlaw::NoRows),
            ("社員コード,備考\r\n,\r\n", FileFlaw::NoRows),
            ("備考\r\nx\r\n", FileFlaw::MissingColumn("社員コード".into())),
            ("社員コード,備考,備 考\r\nA1,x,y\r\n", FileFlaw::DuplicateColumn("備考".into())),
            ("社員コード,備考\r\nA1,x\r\nA2,x,y\r\n", FileFlaw::Ragged(3)),
            ("社員コード,備考\r\nA1\r\n", FileFlaw::Ragged(2)),
        ];
        for (text, flaw) in cases {
            assert_eq!(cells(text), Err(flaw), "{text:?}");
        }
    }
}
