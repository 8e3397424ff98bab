//! Tables in files: what a service's own screens export is read, and what they import is written.
//!
//! A folder belongs to renkei's user alone (0700), for its files hold personal data. Two ways lead through it:
//!
//! * **in** ([`read()`]): the newest file whose name fits a [`Pattern`], if it is beyond doubt: not too old, not from the future, not still
//!   being written, no second one of the same moment, whole to its last line. It is UTF-8 with or without BOM, or cp932, and
//!   becomes rows of [`Cell`](crate::sync::Cell)s under the wanted [`Column`]s: a column that it lacks is absent, an empty cell blank.
//! * **out** ([`hand_over()`]): the files of one run, all of them whole or none at all, each with mode 0600, RFC 4180 with CRLF, in
//!   UTF-8 with BOM or cp932. They are named by what they hold, the run's begin and its id, so that a repeated attempt overwrites its own and nothing
//!   else; older ones go after the retention. A cell that a spreadsheet might take for a formula, or that the
//!   encoding lacks, is found by [`Writing::cell`] before, for it is somebody's problem and not the file's.
//!
//! Nothing here knows a service. An error names a file, a column of the configuration and a line, never a cell.

mod cell;
mod decode;
mod error;
mod find;
mod hand_over;
mod parse;
mod read;
mod report;
mod together;

pub use crate::config::{FileEncoding, Formulas, Pattern};
pub use cell::{BadCell, CellKind, Writing, shown};
pub use error::TableError;
pub use find::check_private;
pub use hand_over::{Folder, Naming, Sheet, hand_over, make_private};
pub use parse::{Column, Need};
pub use read::{Reading, Table, read};
pub use report::{ReportLine, report};
pub use together::{Together, by_items};
