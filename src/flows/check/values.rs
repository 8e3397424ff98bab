//! The words of select items: those that people of OfficeStation have, or could have, and Kaonavi's master lacks.

use super::{Finding, Severity, people};
use crate::config::items::officestation::{self, Kind as ItemKind};
use crate::job::Service;
use crate::services::officestation::Masters;
use crate::sync::{DataSet, Kind, PlanInput, Rule, Rules, Source, Unlisted, unlisted, unlisted_of};

/// Longer lists are not shown whole.
const SHOWN: usize = 10;

/// Looks at the values that 対象 has, then at those that OfficeStation's screens offer.
pub(super) fn add(input: &PlanInput<'_>, masters: &Masters, findings: &mut Vec<Finding>) {
    let found = unlisted(input);
    let known = findings.len();
    for item in &found {
        findings.push(of_people(input.rules, item));
    }
    for (index, rule) in input.rules.own().iter().chain(input.rules.dependents()).enumerate() {
        let Source::Item(item) = &rule.source else { continue };
        let mut values =
            unlisted_of(rule, masters.values(item).unwrap_or_default().iter().map(String::as_str));
        let present = found.iter().find(|unlisted| unlisted.rule == index);
        values.retain(|value| present.is_none_or(|present| !present.values.contains_key(value)));
        if !values.is_empty() {
            findings.push(of_master(input.rules, rule, &values));
        }
    }
    if findings.len() == known {
        let message = "every value of a select item that people have, or could have, is in its master";
        findings.push(Finding::new(Severity::Ok, "MASTER", message).of(Service::Kaonavi));
    }
}

fn of_people(rules: &Rules, unlisted: &Unlisted) -> Finding {
    let rule = rules.get(unlisted.rule);
    let shown = is_public(rules, rule);
    let values: Vec<&str> = unlisted.values.keys().map(String::as_str).filter(|_| shown).collect();
    let what = if shown {
        listed(unlisted.values.iter().map(|(value, n)| format!("{value} ({})", people(*n))).collect())
    } else {
        format!("{} of the values that {} have", unlisted.values.len(), people(unlisted.people))
    };
    let message = format!("{}: the master{} lacks {what}", rule.column, master(rule));
    Finding::new(Severity::Warning, code(rules, rule), message)
        .of(Service::Kaonavi)
        .remedy(remedy(rule, &values))
}

fn of_master(rules: &Rules, rule: &Rule, values: &[String]) -> Finding {
    let what = listed(values.to_vec());
    let message =
        format!("{}: the master lacks {what}, which OfficeStation offers and nobody has today", rule.column);
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    Finding::new(Severity::Info, code(rules, rule), message)
        .of(Service::Kaonavi)
        .remedy(remedy(rule, &values))
}

/// The code that a person with such a value would get.
fn code(rules: &Rules, rule: &Rule) -> &'static str {
    match set_of(rules, rule) {
        DataSet::Own => "E_MASTER",
        DataSet::Dependents => "E_DEPENDENT",
    }
}

fn remedy(rule: &Rule, values: &[&str]) -> String {
    let value = values.first().unwrap_or(&"…");
    format!(
        "translate (`{}: {{ value_map: {{ {value}: … }} }}` under `mapping:`), or add to the master in Kaonavi",
        rule.column
    )
}

fn master(rule: &Rule) -> String {
    match &rule.kind {
        Kind::Select(values) | Kind::Multi(values) if values.len() <= SHOWN => {
            format!(" ({})", values.join("、"))
        }
        _ => String::new(),
    }
}

fn listed(mut values: Vec<String>) -> String {
    let more = values.len().saturating_sub(SHOWN);
    values.truncate(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", values.join("、"))
}

fn set_of(rules: &Rules, rule: &Rule) -> DataSet {
    rules.resources()[rule.resource].set()
}

/// True if the values come from a list of OfficeStation: what somebody typed is never shown.
fn is_public(rules: &Rules, rule: &Rule) -> bool {
    let item = match set_of(rules, rule) {
        DataSet::Own => officestation::own,
        DataSet::Dependents => officestation::dependent,
    };
    let is_chosen =
        |name| item(name).is_some_and(|item| matches!(item.kind, ItemKind::Choice | ItemKind::Prefecture));
    rule.source.items().into_iter().all(is_chosen)
}
