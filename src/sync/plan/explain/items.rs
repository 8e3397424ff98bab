//! 本人情報, item by item. What is written is what [`OwnDiff`] drafts, as in a plan; what it leaves out is told here why.

use super::model::{ItemStep, ItemVerdict, Seen, Values, Withheld};
use super::seen::shown;
use crate::sync::plan::bind::{BoundRule, BoundRules};
use crate::sync::plan::draft::Fault;
use crate::sync::plan::names::{Name, Pair, Standing};
use crate::sync::plan::own::OwnDiff;
use crate::sync::{Cell, Change, ItemRef, Row};

/// One person's records, and what was found out about them.
pub(super) struct Own<'a, 'r> {
    pub(super) rules: &'a BoundRules<'r>,
    pub(super) diff: &'a OwnDiff<'r>,
    pub(super) source: &'a Row,
    /// Nothing for a new person.
    pub(super) held: Option<&'a Row>,
    /// True if the plan writes what the diff drafts; otherwise `withheld` says what holds it back.
    pub(super) is_written: bool,
    pub(super) withheld: Withheld,
    pub(super) values: Values,
}

impl Own<'_, '_> {
    pub(super) fn steps(&self) -> Vec<ItemStep> {
        let standing = self.standing();
        let mut steps: Vec<ItemStep> =
            self.rules.own.iter().map(|bound| self.step(bound, standing.as_ref())).collect();
        for fault in self.diff.draft.faults.iter().filter(|fault| fault.rule == usize::MAX) {
            steps.push(ItemStep {
                item: ItemRef::new("", fault.item),
                verdict: ItemVerdict::Bad(vec![code(fault)]),
                source: Seen::Absent,
                held: Seen::Absent,
                written: None,
            });
        }
        steps
    }

    fn step(&self, bound: &BoundRule<'_>, standing: Option<&Standing>) -> ItemStep {
        let mut scratch = String::new();
        let change = self.diff.draft.iter().find(|change| change.rule == bound.index);
        let verdict = self.verdict(bound, change, standing);
        let written = change.filter(|_| self.is_written).and_then(|change| change.value);
        ItemStep {
            item: bound.rule.target.clone(),
            verdict,
            source: Seen::of(bound.value(self.source, &mut scratch), self.values),
            held: Seen::of(self.cell(bound), self.values),
            written: written.filter(|_| self.values == Values::Shown).map(shown),
        }
    }

    /// What the destination holds; a new person has blanks.
    fn cell(&self, bound: &BoundRule<'_>) -> Cell<'_> {
        self.held.map_or(Cell::Blank, |held| bound.held(held))
    }

    fn verdict(
        &self,
        bound: &BoundRule<'_>,
        change: Option<Change<'_>>,
        standing: Option<&Standing>,
    ) -> ItemVerdict {
        let faults = self.diff.draft.faults.iter().filter(|fault| fault.rule == bound.index);
        let codes: Vec<&'static str> = faults.map(code).collect();
        if !codes.is_empty() {
            return ItemVerdict::Bad(codes);
        }
        match change {
            Some(_) if !self.is_written => ItemVerdict::Withheld(self.withheld),
            Some(Change { value: None, .. }) => ItemVerdict::Clear,
            Some(_) if self.cell(bound).text().is_some() => ItemVerdict::Update,
            Some(_) => ItemVerdict::Register,
            None if self.diff.withheld.contains(&bound.index) => ItemVerdict::Withheld(Withheld::BadValue),
            None if self.held.is_some() && !bound.rule.selected => ItemVerdict::NotSelected,
            None => match self.rules.names.pair_of(bound.index) {
                Some(pair) => self.name(bound, pair, standing),
                None => self.unwritten(bound),
            },
        }
    }

    /// Why nothing is written to an item.
    fn unwritten(&self, bound: &BoundRule<'_>) -> ItemVerdict {
        let mut scratch = String::new();
        match (bound.value(self.source, &mut scratch), self.cell(bound)) {
            (Cell::Absent, _) => ItemVerdict::SourceAbsent,
            (_, Cell::Absent) => ItemVerdict::DestinationAbsent,
            (Cell::Blank, Cell::Blank) => ItemVerdict::Blank,
            (Cell::Blank, Cell::Text(_)) => ItemVerdict::KeptBlank,
            (Cell::Text(value), held) if held.text() == Some(value) => ItemVerdict::Same,
            (Cell::Text(_), _) => ItemVerdict::Spelling,
        }
    }

    fn standing(&self) -> Option<Standing> {
        let names = &self.rules.names;
        let held = self.held.filter(|_| !names.pairs.is_empty())?;
        Some(names.standing(&self.rules.own, self.source, held, &mut String::new()))
    }

    /// Why nothing is written to one part of a name.
    fn name(&self, bound: &BoundRule<'_>, pair: &Pair, standing: Option<&Standing>) -> ItemVerdict {
        let (names, rules) = (&self.rules.names, &self.rules.own[..]);
        let mut scratch = String::new();
        let told = match standing {
            None => Some((pair.value(rules, self.source, &mut scratch), pair)),
            Some(standing) => names.told(standing, pair, rules, self.source, &mut scratch),
        };
        let Some((name, _)) = told else { return ItemVerdict::BusinessName };
        let parts = || pair.rules.iter().flatten().map(|rule| self.cell(&rules[*rule]));
        if parts().any(|part| part == Cell::Absent) {
            return ItemVerdict::DestinationAbsent;
        }
        let whole = name.whole();
        if let (Some(whole), Some(held)) = (&whole, self.held)
            && pair.is_held(rules, whole, held)
        {
            let held: String = parts().filter_map(Cell::text).collect();
            return if *whole == held { ItemVerdict::Same } else { ItemVerdict::Spelling };
        }
        let half = match name {
            Name::Absent => return ItemVerdict::SourceAbsent,
            // The line about it stands at the other part.
            Name::Whole(_) => return ItemVerdict::Withheld(Withheld::BadValue),
            Name::Blank => String::new(),
            Name::Halves(last, first) => {
                if pair.rules[0] == Some(bound.index) {
                    last
                } else {
                    first
                }
            }
        };
        match (half.as_str(), self.cell(bound).text()) {
            ("", Some(_)) => ItemVerdict::KeptBlank,
            ("", None) => ItemVerdict::Blank,
            (half, held) if held == Some(half) => ItemVerdict::Same,
            _ => ItemVerdict::Spelling,
        }
    }
}

/// The code of the line about a fault.
fn code(fault: &Fault<'_>) -> &'static str {
    fault.problem("", "").code
}
