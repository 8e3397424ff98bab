//! オフィスステーション: the contract that `reference/officestation-api.md` §4 assumes, for the real one is not public.
//!
//! Every guess about the wire is in `wire.rs`. Employees and dependants are read whole, page by page, whatever their status:
//! who is in scope is the core's decision. Columns are the item names that administrators see. A key that an employee's object
//! lacks is absent (this login may not see it), `null` is blank.
//!
//! That API is given to partners only, so [`OfficeStation`] has two forms: [`Rest`], and [`Files`], which reads what 汎用データ出力 exports and writes
//! files for the ledger's import. What is said above holds for both.
//!
//! Written is by the batch upsert alone, person by person; there is no function here that deletes.

mod account;
mod batch;
mod client;
mod error;
mod files;
mod import;
mod port;
mod read;
mod wire;

pub use account::Account;
pub use batch::{BATCH, Batch, EmployeeWrite, Upserted};
pub use client::{Company, Masters, Rest, Rights, Slot};
pub use files::Files;
pub use import::ImportPerson;
pub use port::OfficeStation;
pub use wire::{DEPENDENT_ITEMS, SELF_ITEMS};
