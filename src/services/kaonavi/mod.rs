//! カオナビ: the public API v2.0 (`reference/kaonavi-api.md`).
//!
//! Everybody is read in one answer per resource: the members with their basic items, and each sheet whole. Layouts come first
//! and turn names into ids at every run ([`Tenant`]). Columns are named `sheet/item`, as [`ItemRef`](crate::sync::ItemRef)
//! prints.
//!
//! Written is by three verbs only: POST members, PATCH members, PATCH a sheet. Each takes a [`Batch`] and answers the id of a
//! task, which must be followed to its end ([`Kaonavi::wait`]). There is no function here for PUT, overwrite or delete.

mod account;
mod batch;
mod client;
mod join;
mod plan;
mod read;
mod task;
mod tenant;
mod wire;

pub use account::Account;
pub use batch::{Batch, BatchLimits, Batches, MemberWrite, SheetWrite, member_batches, sheet_batches};
pub use client::{Kaonavi, Slot};
pub use task::{TaskId, TaskState};
pub use tenant::{Field, Tenant};
pub use wire::Standard;
