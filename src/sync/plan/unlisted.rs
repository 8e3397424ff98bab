//! Values of the source that a master of the destination lacks: what a check shows before the first run.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::{BoundRule, BoundRules};
use super::model::PlanInput;
use super::people;
use crate::sync::{Row, Rule, convert};

/// The values that one rule finds in 対象 and its master lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlisted {
    /// Which rule: an index for [`Rules::get`](crate::sync::Rules::get).
    pub rule: usize,
    /// People by value, as it is after the rule's `value_map`. A value may be personal data where the source's item is free text.
    pub values: BTreeMap<String, u64>,
    /// People with any of these values.
    pub people: u64,
}

/// Looks at everybody of 対象, whether the destination differs or not.
pub fn unlisted(input: &PlanInput<'_>) -> Vec<Unlisted> {
    let candidates = people::choose(input).candidates;
    let bound = BoundRules::new(input.rules, input.source, input.destination);
    let own = bound.own.iter().map(|rule| (rule, false));
    let dependents = bound.dependents.iter().map(|rule| (rule, true));
    let mut found = Vec::new();
    for (rule, of_dependents) in own.chain(dependents) {
        let mut unlisted = Unlisted { rule: rule.index, values: BTreeMap::new(), people: 0 };
        for candidate in &candidates {
            let person = candidate.person;
            let mut values = BTreeSet::new();
            let rows = if of_dependents { &person.dependents[..] } else { std::slice::from_ref(&person.row) };
            for row in rows {
                collect(rule, row, &mut values);
            }
            unlisted.people += u64::from(!values.is_empty());
            for value in values {
                *unlisted.values.entry(value).or_default() += 1;
            }
        }
        if unlisted.people > 0 {
            found.push(unlisted);
        }
    }
    found
}

fn collect(bound: &BoundRule<'_>, row: &Row, values: &mut BTreeSet<String>) {
    let mut scratch = String::new();
    if let Some(value) = bound.value(row, &mut scratch).text() {
        values.extend(convert::unlisted(bound.rule, value));
    }
}

/// The values of a list of the source that a rule would refuse.
pub fn unlisted_of<'a>(rule: &Rule, values: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mapped = |value: &'a str| rule.value_map.get(value).map_or(value, String::as_str).to_owned();
    let mut unlisted = Vec::new();
    for value in values.into_iter().map(mapped) {
        for one in convert::unlisted(rule, &value) {
            if !unlisted.contains(&one) {
                unlisted.push(one);
            }
        }
    }
    unlisted
}
