//! Every sentence that staff read about a person, a run or something left to do: one table, by code.
//!
//! The texts are `DESIGN` §16's and `reference/officestation-kaonavi-link.md` §10.3's, character for character; the line about a
//! master value is the requirement's own. None of them carries a value, a name or a mail address.
//!
//! * [`Message`]: `E_…` and `H_…`, a line of the mail, about one person;
//! * [`RunFailure`]: `F_…`, why a run is 異常終了, with what to do about it ([`Failure`]);
//! * [`FileFlaw`]: what is wrong with a file, part of `F_FILE`;
//! * [`Todo`]: `T_…`, what a link can't carry (要対応).

mod file;
mod person;
mod run;

pub use file::FileFlaw;
pub use person::{Item, Message, Problem};
pub use run::{Failure, RunFailure, Todo};

#[cfg(test)]
mod tests;
