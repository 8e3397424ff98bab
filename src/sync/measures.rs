//! What the guards look at: how much a plan would change. Only numbers and item names.

use super::Guarded;

/// How much a plan would change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measures {
    /// True if the run is about everybody; guards look at nothing else.
    pub full: bool,
    /// Which guards look at them.
    pub guarded: Guarded,
    /// People that the source returned, of whatever class.
    pub read: u64,
    /// People in scope (対象).
    pub in_scope: u64,
    /// People missing or extra in a read that is not provably complete, source and destination.
    pub incomplete: Option<u64>,
    /// People of the destination.
    pub destination: u64,
    /// People of 対象 that the destination has.
    pub matched: u64,
    /// People to create, joiners among them.
    pub creations: u64,
    /// People to create with 入社日 from 31 days ago to 60 days ahead.
    pub joiners: u64,
    /// 退職者 to create.
    pub retired: u64,
    /// The items that change for somebody, in mapping order.
    pub items: Vec<ItemMeasure>,
    /// Rows that the destination has for the people whose dependants are to be written.
    pub rows_before: u64,
    /// Rows to be written for the same people.
    pub rows_after: u64,
    /// Source items that are mapped and absent from every record, and how many records there are.
    pub absent: Vec<(String, u64)>,
}

/// How many people an item changes for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemMeasure {
    /// The bare name.
    pub item: String,
    /// From one non-blank value to another.
    pub changed: u64,
    /// From a non-blank value to none.
    pub cleared: u64,
    /// Out of how many: people of 対象 that the destination has; for 扶養家族情報 those with rows there.
    pub people: u64,
    /// True if a change never trips.
    pub exempt: bool,
}
