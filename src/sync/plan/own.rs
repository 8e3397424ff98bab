//! 本人情報: what changes of one person.

use super::bind::{BoundRule, BoundRules};
use super::draft::Draft;
use super::names::{Name, Names, Pair};
use crate::sync::convert::{self, Bad};
use crate::sync::date::parse_date;
use crate::sync::{
    BlankPolicy, Cell, ItemRef, KeyRole, Matching, OnError, Overlong, Policy, Resource, ResourceKind, Row,
    Rules, form,
};

/// Compares people under rules that never change, in buffers that do.
#[derive(Debug)]
pub(super) struct OwnDiff<'r> {
    rules: &'r [BoundRule<'r>],
    names: &'r Names,
    resources: &'r [Resource],
    key: Option<&'r KeyRole>,
    /// The rules of the days of joining and of leaving, where their order counts.
    span: Option<[usize; 2]>,
    /// The rules by whose items people are found, where 社員番号 alone doesn't tell.
    identity: Vec<usize>,
    overlong: Overlong,
    on_error: OnError,
    pub(super) draft: Draft<'r>,
    /// Rules of groups whose source is blank and whose destination is not: cleared if their group changes.
    pending: Vec<usize>,
    touched: Vec<bool>,
    /// True if a new record would lack what its sheet requires.
    incomplete: bool,
    /// False if the whole data set is held back.
    writable: bool,
    /// The rules whose changes a bad value holds back.
    pub(super) withheld: Vec<usize>,
}

/// Which items of somebody known are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Items {
    /// Those that the run is about.
    Selected,
    /// Those too that only serve creations: an earlier attempt of the run created the person and may not have come to them.
    All,
}

impl<'r> OwnDiff<'r> {
    pub(super) fn new(bound: &'r BoundRules<'r>, all: &'r Rules, policy: &Policy) -> Self {
        let rules = &bound.own[..];
        let groups = rules.iter().filter_map(|bound| bound.rule.group).max().map_or(0, |last| last + 1);
        let destination = &all.roles().destination;
        let place = |item: &ItemRef| rules.iter().position(|bound| bound.rule.target == *item);
        OwnDiff {
            rules,
            names: &bound.names,
            resources: all.resources(),
            key: destination.key.as_ref(),
            span: destination.span.as_ref().and_then(|[hire, retire]| Some([place(hire)?, place(retire)?])),
            identity: match &all.roles().matching {
                Matching::Identity(identity) => (0..rules.len())
                    .filter(|place| identity.destination.tells(&rules[*place].rule.column))
                    .collect(),
                Matching::Code => Vec::new(),
            },
            overlong: policy.overlong,
            on_error: policy.on_error,
            draft: Draft::default(),
            pending: Vec::new(),
            touched: vec![false; groups],
            incomplete: false,
            writable: true,
            withheld: Vec::new(),
        }
    }

    /// Drafts what changes of somebody whom the destination has.
    pub(super) fn update(&mut self, items: Items, source: &Row, held: &Row, scratch: &mut String) {
        self.reset();
        let names = self.names;
        let is_meant = |bound: &&BoundRule<'_>| items == Items::All || bound.rule.selected;
        for bound in self.rules.iter().filter(is_meant).filter(|bound| !names.has(bound.index)) {
            if bound.is_equal(source, held) && !convert::has_master(bound.rule) {
                continue;
            }
            match (bound.value(source, scratch), bound.held(held)) {
                (Cell::Absent, _) | (_, Cell::Absent) | (Cell::Blank, Cell::Blank) => {}
                (Cell::Text(value), Cell::Text(same))
                    if value == same && convert::is_in_master(bound.rule, value) => {}
                (Cell::Blank, Cell::Text(_)) => self.blank(bound),
                (Cell::Text(value), held) => self.compare(bound, value, held),
            }
        }
        self.rename(source, held, scratch);
        self.settle_groups();
        if !self.draft.is_clean() {
            self.check_span(Some(held));
            self.require(Some(held), source, scratch);
            self.withhold();
        }
    }

    /// Drafts a new person.
    pub(super) fn create(&mut self, code: &str, source: &Row, scratch: &mut String) {
        self.reset();
        self.check_key(code);
        let (names, rules) = (self.names, self.rules);
        for pair in &names.pairs {
            self.pair(pair, pair.value(rules, source, scratch), pair, None);
        }
        for bound in self.rules.iter().filter(|bound| !names.has(bound.index)) {
            if let Cell::Text(value) = bound.value(source, scratch) {
                self.compare(bound, value, Cell::Blank);
            }
        }
        self.draft.sort();
        self.check_span(None);
        self.require(None, source, scratch);
        // Somebody created without what people are found by would be created again by the next run.
        self.incomplete |= self.draft.faults.iter().any(|fault| self.identity.contains(&fault.rule));
        self.withhold();
    }

    /// Drafts the names of somebody whom the destination has.
    fn rename(&mut self, source: &Row, held: &Row, scratch: &mut String) {
        let (names, rules) = (self.names, self.rules);
        if names.pairs.is_empty() {
            return;
        }
        let standing = names.standing(rules, source, held, scratch);
        for pair in &names.pairs {
            if let Some((name, origin)) = names.told(&standing, pair, rules, source, scratch) {
                self.pair(pair, name, origin, Some(held));
            }
        }
    }

    /// Drafts one name in its two parts. `held` is `None` for a new person, `origin` says whose item the name comes from.
    fn pair(&mut self, pair: &Pair, name: Name, origin: &Pair, held: Option<&Row>) {
        let rules = self.rules;
        let parts = pair.rules.iter().flatten().map(|rule| &rules[*rule]);
        let chosen = |bound: &BoundRule<'_>| held.is_none() || bound.rule.selected;
        let cell = |bound: &BoundRule<'r>| held.map_or(Cell::Blank, |held| bound.held(held));
        if parts.clone().any(|bound| cell(bound) == Cell::Absent)
            || name.whole().is_some_and(|name| held.is_some_and(|held| pair.is_held(rules, &name, held)))
        {
            return;
        }
        let halves = match name {
            Name::Absent => return,
            Name::Blank => [String::new(), String::new()],
            Name::Halves(last, first) => [last, first],
            Name::Whole(_) => {
                if let Some(bound) = parts.clone().find(|bound| chosen(bound)) {
                    self.draft.fault(bound.index, origin.label(rules), Bad::Split);
                }
                return;
            }
        };
        for (rule, half) in pair.rules.iter().zip(&halves) {
            let Some(bound) = rule.map(|rule| &rules[rule]).filter(|bound| chosen(bound)) else { continue };
            match (half.as_str(), cell(bound)) {
                ("", Cell::Text(_)) => self.blank(bound),
                ("", _) => {}
                (half, held) => self.compare(bound, half, held),
            }
        }
    }

    /// A new person needs a key that the destination takes.
    fn check_key(&mut self, code: &str) {
        let Some(key) = self.key else { return };
        let bad = if code.chars().count() > key.max_length {
            Bad::Length(key.max_length)
        } else if form::is_key(code) {
            return;
        } else {
            Bad::Form
        };
        self.draft.fault(usize::MAX, &key.item, bad);
        self.incomplete = true;
    }

    /// Nobody leaves before the day of joining.
    fn check_span(&mut self, held: Option<&Row>) {
        let Some(span) = self.span else { return };
        let drafted = |rule: usize| self.draft.iter().find(|change| change.rule == rule);
        if span.iter().all(|rule| drafted(*rule).is_none()) {
            return;
        }
        let day = |rule: usize| match drafted(rule) {
            Some(change) => parse_date(change.value?),
            None => parse_date(self.rules[rule].held(held?).text()?),
        };
        if let [Some(hire), Some(retire)] = span.map(day)
            && retire < hire
        {
            self.draft.fault(span[1], &self.rules[span[1]].rule.target.item, Bad::Form);
        }
    }

    fn reset(&mut self) {
        self.draft.reset();
        self.pending.clear();
        self.touched.fill(false);
        self.incomplete = false;
        self.writable = true;
        self.withheld.clear();
    }

    fn compare(&mut self, bound: &BoundRule<'r>, value: &str, held: Cell<'_>) {
        let rule = bound.rule;
        let converted = match convert::convert(rule, self.overlong, value) {
            Ok(converted) => converted,
            Err(bad) => return self.bad(bound, bad),
        };
        if held.text().is_some_and(|held| convert::same(rule, &converted, held)) {
            return;
        }
        self.touch(bound);
        match convert::check_outgoing(rule, &converted) {
            Ok(()) => self.draft.set(bound.index, &converted),
            Err(bad) => self.bad(bound, bad),
        }
    }

    fn bad(&mut self, bound: &BoundRule<'r>, bad: Bad) {
        self.draft.fault(bound.index, &bound.rule.target.item, bad);
    }

    fn touch(&mut self, bound: &BoundRule<'r>) {
        if let Some(group) = bound.rule.group {
            self.touched[group] = true;
        }
    }

    fn blank(&mut self, bound: &BoundRule<'r>) {
        if bound.rule.blank == BlankPolicy::Clear {
            self.touch(bound);
            self.clear(bound);
        } else if bound.rule.group.is_some() {
            self.pending.push(bound.index);
        }
    }

    fn clear(&mut self, bound: &BoundRule<'r>) {
        if bound.rule.required {
            self.bad(bound, Bad::Required);
        } else {
            self.draft.clear(bound.index);
        }
    }

    /// A group is one value: where one part changes, the parts that are blank in the source go with it.
    fn settle_groups(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        for &index in &pending {
            let bound = &self.rules[index];
            if bound.rule.group.is_some_and(|group| self.touched[group]) {
                self.clear(bound);
            }
        }
        self.pending = pending;
        self.draft.sort();
    }

    /// A record that is new in its sheet needs the sheet's required items. `held` is `None` for a new person.
    fn require(&mut self, held: Option<&Row>, source: &Row, scratch: &mut String) {
        for resource in self.resources {
            let rules = || resource.rules.iter().filter_map(|&rule| self.rules.get(rule));
            if resource.kind == ResourceKind::Multi
                || (resource.unfillable.is_empty() && !rules().any(|bound| bound.rule.required))
            {
                continue;
            }
            let written = self.draft.iter().any(|change| resource.rules.contains(&change.rule));
            let new = match (held, resource.kind) {
                (None, ResourceKind::Basic) => true,
                (None, _) => written,
                (Some(held), ResourceKind::Single) => {
                    written && rules().all(|bound| bound.held(held).text().is_none())
                }
                (Some(_), _) => false,
            };
            if !new {
                continue;
            }
            for bound in rules().filter(|bound| bound.rule.required) {
                if bound.value(source, scratch).text().is_none() {
                    self.draft.fault(bound.index, &bound.rule.target.item, Bad::Required);
                    self.incomplete = true;
                }
            }
            // Whether somebody known has values in items that aren't mapped can't be seen.
            for item in resource.unfillable.iter().filter(|_| held.is_none()) {
                self.draft.fault(usize::MAX, item, Bad::Required);
                self.incomplete = true;
            }
        }
        self.draft.sort();
    }

    /// Takes back what a bad value holds back: everything, or with `on_error: item` the item and its group.
    fn withhold(&mut self) {
        if self.draft.faults.is_empty() {
            return;
        }
        let faults = std::mem::take(&mut self.draft.faults);
        self.writable = self.on_error == OnError::Item
            && !self.incomplete
            && !faults.iter().any(|fault| fault.bad == Bad::MyNumber);
        let (writable, names) = (self.writable, self.names);
        let group = |rule: usize| self.rules.get(rule).and_then(|bound| bound.rule.group);
        let withheld = &mut self.withheld;
        self.draft.retain(|rule| {
            let alike = |bad: usize| {
                bad == rule
                    || (group(bad).is_some() && group(bad) == group(rule))
                    || (names.is_own_name(bad) && names.is_own_name(rule))
            };
            let keeps = writable && !faults.iter().any(|fault| alike(fault.rule));
            withheld.extend((!keeps).then_some(rule));
            keeps
        });
        self.draft.faults = faults;
    }

    /// True if what is drafted may be written, although a value may be bad.
    pub(super) fn is_writable(&self) -> bool {
        self.writable
    }
}
