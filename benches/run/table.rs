//! Figures beside their targets.

use std::fmt;
use std::time::Duration;

/// One scenario's figures.
pub(crate) struct Table {
    title: String,
    rows: Vec<[String; 4]>,
}

impl Table {
    pub(crate) fn new(title: impl Into<String>) -> Table {
        Table { title: title.into(), rows: Vec::new() }
    }

    /// A figure that nothing is asked of.
    pub(crate) fn row(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.rows.push([what.into(), figure.into(), String::new(), String::new()]);
    }

    /// A figure and the most that it may be, both in the unit that `show` prints.
    pub(crate) fn at_most<T: PartialOrd + Copy>(
        &mut self,
        what: impl Into<String>,
        figure: T,
        most: T,
        show: impl Fn(T) -> String,
    ) {
        self.judged(what, show(figure), format!("<= {}", show(most)), figure <= most);
    }

    /// A count that must be exactly this one.
    pub(crate) fn exactly(&mut self, what: impl Into<String>, figure: usize, wanted: usize) {
        self.judged(what, figure.to_string(), format!("= {wanted}"), figure == wanted);
    }

    fn judged(&mut self, what: impl Into<String>, figure: String, target: String, met: bool) {
        let verdict = if met { "met" } else { "MISSED" };
        self.rows.push([what.into(), figure, target, verdict.to_owned()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::ASCII_MARKDOWN);
        table.set_header([self.title.as_str(), "measured", "target", ""]);
        for row in &self.rows {
            table.add_row(row);
        }
        write!(f, "\n{table}")
    }
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}

pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}

/// So many in this time.
pub(crate) fn per_second(count: usize, time: Duration) -> String {
    let count = u32::try_from(count).expect("no scenario is as large");
    format!("{:.1}", f64::from(count) / time.as_secs_f64())
}
