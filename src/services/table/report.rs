//! The file beside the files to import: what no import does.

use super::{FileEncoding, Sheet, shown};

/// One line of the report: what a person has to do by hand or to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// 社員番号.
    pub number: String,
    /// The items that it is about, if any.
    pub what: String,
    /// Why it is not in a file to import.
    pub why: String,
}

/// What is to be done by hand. Nobody imports it, so it is always in UTF-8.
pub fn report(lines: &[ReportLine]) -> Sheet {
    let row = |line: &ReportLine| {
        [&line.number, &line.what, &line.why].map(|cell| shown(cell).into_owned()).to_vec()
    };
    Sheet {
        part: "report".to_owned(),
        encoding: FileEncoding::Utf8Bom,
        header: ["社員番号", "項目", "内容"].map(str::to_owned).to_vec(),
        rows: lines.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_runs_nothing() {
        let line = ReportLine { number: "=1".into(), what: "氏".into(), why: "理由".into() };
        let sheet = report(&[line]);
        assert_eq!(sheet.header.join(","), "社員番号,項目,内容");
        assert_eq!(sheet.rows[0].join(","), "'=1,氏,理由");
    }
}
