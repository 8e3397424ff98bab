//! What is being found out about one record, in buffers that serve one person after the other.

use std::ops::Range;

use crate::sync::convert::Bad;
use crate::sync::{Change, Changes, Item, Problem};

/// Something wrong with one record, ordered as it is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault<'r> {
    /// The rule, which gives the order; items that no rule fills come last.
    pub(super) rule: usize,
    /// The bare name of the item.
    pub(super) item: &'r str,
    pub(super) bad: Bad,
}

impl Fault<'_> {
    /// The line about a person.
    pub(super) fn problem(self, code: &str, service: &str) -> Problem {
        self.bad.message(code, Item::Own(self.item), service).problem()
    }

    /// The line about the dependant at this place, counted from 1.
    pub(super) fn dependent_problem(self, code: &str, n: usize) -> Problem {
        // A dependant's values have no form of their own, so no line names the service.
        self.bad.message(code, Item::Dependent(n, self.item), "").problem()
    }
}

/// The changes and faults of one record.
#[derive(Debug, Default)]
pub(super) struct Draft<'r> {
    text: String,
    entries: Vec<(usize, Option<Range<usize>>)>,
    pub(super) faults: Vec<Fault<'r>>,
}

impl<'r> Draft<'r> {
    pub(super) fn reset(&mut self) {
        self.text.clear();
        self.entries.clear();
        self.faults.clear();
    }

    pub(super) fn set(&mut self, rule: usize, value: &str) {
        let start = self.text.len();
        self.text.push_str(value);
        self.entries.push((rule, Some(start..self.text.len())));
    }

    pub(super) fn clear(&mut self, rule: usize) {
        self.entries.push((rule, None));
    }

    pub(super) fn fault(&mut self, rule: usize, item: &'r str, bad: Bad) {
        self.faults.push(Fault { rule, item, bad });
    }

    /// Takes back what was drafted for the rules that don't fit.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        self.entries.retain(|(rule, _)| keep(*rule));
    }

    /// Mapping order, where something was added late.
    pub(super) fn sort(&mut self) {
        self.entries.sort_by_key(|(rule, _)| *rule);
        self.faults.sort_by_key(|fault| fault.rule);
    }

    pub(super) fn is_clean(&self) -> bool {
        self.entries.is_empty() && self.faults.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Change<'_>> + '_ {
        self.entries
            .iter()
            .map(|(rule, value)| Change { rule: *rule, value: value.clone().map(|range| &self.text[range]) })
    }

    pub(super) fn changes(&self) -> Changes {
        Changes::of(self.iter())
    }
}
