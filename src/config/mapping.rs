//! Which item feeds which: the default of each flow as data, and what a link changes in it.
//!
//! A link writes, under `mapping: { FLOW: … }`, only what differs from the default: `self:` and `dependents:` map a destination item
//! (`sheet/item` in Kaonavi, an item name in OfficeStation) to what feeds it, or to `null` to unlink it; `spot:` holds the same two
//! for what is different in スポット実行. `sheets:` of the link renames the sheets of the default in one line.

mod default;
mod endpoint;
mod mediment;
mod read;
mod refuse;
mod sheets;

use std::sync::Arc;

use crate::sync::{BlankPolicy, Mapping};

pub use default::{DEPENDENTS_SHEET, SELF_SHEET, own_source};
pub(super) use mediment::{attendance, employees};
pub(super) use read::{fixed, read};
pub(super) use sheets::Sheets;

/// The words of `blank:`.
pub(super) const BLANK: [(&str, BlankPolicy); 2] =
    [("keep", BlankPolicy::Keep), ("clear", BlankPolicy::Clear)];

/// A flow's mapping for either trigger.
pub(super) struct Layers {
    pub(super) periodic: Arc<Mapping>,
    pub(super) spot: Arc<Mapping>,
}
