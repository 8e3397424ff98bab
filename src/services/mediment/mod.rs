//! mediment: the contract that `reference/mediment.md` part B assumes, for nothing of the real one is public.
//!
//! Every guess about the wire is in `wire.rs`. Employees and the attendance of a month are read whole, page by page, into columns
//! named as on the screens; 性別 is 男性, 女性 or その他, durations are minutes, counts of days have a decimal. A record's own id is
//! kept beside, for people without 社員番号 exist ([`Records`]).
//!
//! Written is in batches, record by record. The three items that mediment fills by itself are read and in no table of what is written, nor are the
//! two items of attendance that HRMOS勤怠 has nothing for; and there is no function that deletes.
//!
//! As nobody can say whether that API exists, [`Mediment`] has two forms: [`Rest`], and [`Files`] (part C), which reads an exported list
//! of employees and writes files for mediment's own screens to import.

mod account;
mod batch;
mod client;
mod files;
mod import;
mod port;
mod read;
mod roster;
mod wire;

pub use account::Account;
pub use batch::{BATCH, Batch, Items, Refusal, Whose, Written};
pub use client::{Rest, Slot};
pub use files::{Files, Handed, Seen};
pub use import::{ImportPerson, Part};
pub use port::Mediment;
pub use read::Records;
pub use roster::{ROSTER_NAME, Roster};
pub use wire::{ATTENDANCE_ITEMS, EMPLOYEE_ITEMS, FILLED_ITEMS};
