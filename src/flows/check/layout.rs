//! The mapping held against Kaonavi's layouts: every line that a run would stumble over, where a run itself names only the first.

use std::collections::BTreeMap;

use super::{Finding, Severity};
use crate::config::FlowSettings;
use crate::job::{Service, nearest};
use crate::sync::{
    ItemMapping, ItemRef, Kind, Layout, LayoutSheet, Mapping, NameScope, Policy, Roles, Rules, Selection,
    resolve,
};

/// A mapping bound to the layouts.
pub(super) struct Bound {
    pub(super) rules: Rules,
    /// False if lines that can't be bound were left out.
    pub(super) is_whole: bool,
}

/// Binds the mapping as a run would; `special` are the items that play a part of their own. If that fails, says why and binds what is left of it, so that the rest can be looked at too.
pub(super) fn bind(
    settings: &FlowSettings,
    layout: &Layout,
    special: &Roles,
    findings: &mut Vec<Finding>,
) -> Option<Bound> {
    let FlowSettings { mapping, policy } = settings;
    let all = Selection::default();
    let failure = match resolve(mapping, policy, layout, special, &all) {
        Ok(rules) => {
            let message = format!("all {} mapped items are there", mapping.targets().count());
            findings.push(Finding::new(Severity::Ok, "MAPPING", message).of(Service::Kaonavi));
            add_unfillable(&rules, findings);
            return Some(Bound { rules, is_whole: true });
        }
        Err(failure) => failure,
    };
    if failure.code == "F_LANG" {
        let message = "the standard items have English names: the tenant seems to be English, where the link can't be used";
        findings.push(error("F_LANG", message.to_owned(), "switch the tenant to Japanese"));
        return None;
    }
    let known = findings.len();
    add_duplicates(mapping, policy, layout, findings);
    let sound = sound_part(mapping, layout, findings);
    if findings.len() == known {
        findings.push(error(failure.code, failure.message, &failure.remedy));
    }
    let policy = Policy { duplicate_names: NameScope::Mapped, ..policy.clone() };
    let rules = resolve(&sound, &policy, layout, special, &all).ok()?;
    Some(Bound { rules, is_whole: false })
}

fn error(code: &'static str, message: String, remedy: &str) -> Finding {
    Finding::new(Severity::Error, code, message).of(Service::Kaonavi).remedy(remedy)
}

/// Names that don't say which sheet or item is meant (`reference/officestation-kaonavi-link.md` §6).
fn add_duplicates(mapping: &Mapping, policy: &Policy, layout: &Layout, findings: &mut Vec<Finding>) {
    let mapped = |sheet: &LayoutSheet| mapping.targets().any(|target| target.sheet == sheet.name);
    let counts = |sheet: &&LayoutSheet| policy.duplicate_names == NameScope::All || mapped(sheet);
    let sheets: Vec<&LayoutSheet> = layout.sheets.iter().filter(counts).collect();
    for (name, n) in doubled(sheets.iter().map(|sheet| sheet.name.as_str())) {
        let message = format!("there are {n} sheets named {name}: which one is meant can't be said");
        findings.push(error("F_DUP_SHEET", message, &duplicate_remedy(policy)));
    }
    for sheet in sheets {
        for (name, n) in doubled(sheet.items.iter().map(|item| item.name.as_str())) {
            let message = format!("the sheet {} has {n} items named {name}", sheet.name);
            findings.push(error("F_DUP_ITEM", message, &duplicate_remedy(policy)));
        }
    }
}

fn duplicate_remedy(policy: &Policy) -> String {
    let or = match policy.duplicate_names {
        NameScope::All => "; if no mapped one is among them, `duplicate_names: mapped` goes past it",
        NameScope::Mapped => "",
    };
    format!("rename all but one in Kaonavi{or}")
}

fn doubled<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    counts.retain(|_, n| *n > 1);
    counts
}

/// The lines of the mapping that can be bound; the others become findings.
fn sound_part(mapping: &Mapping, layout: &Layout, findings: &mut Vec<Finding>) -> Mapping {
    let mut sheet_of_dependents: Option<&str> = None;
    let own = mapping.self_items.iter().filter(|line| {
        let fits = |sheet: &LayoutSheet| !sheet.multi;
        is_sound(line, layout, fits, "本人情報 can't lie in a sheet of several records", findings)
    });
    let self_items = own.cloned().collect();
    let dependents = mapping.dependents.iter().filter(|line| {
        let first = *sheet_of_dependents.get_or_insert(&line.target.sheet);
        let fits = |sheet: &LayoutSheet| sheet.multi && sheet.name == first;
        is_sound(line, layout, fits, "扶養家族情報 has to lie in one sheet of several records", findings)
    });
    let dependents = dependents.cloned().collect();
    Mapping { self_items, dependents }
}

fn is_sound(
    line: &ItemMapping,
    layout: &Layout,
    fits: impl Fn(&LayoutSheet) -> bool,
    misfit: &str,
    findings: &mut Vec<Finding>,
) -> bool {
    let target = &line.target;
    let unlink = format!("or unlink it: `{target}: null` under `mapping:`");
    let problem = match layout.sheet(&target.sheet) {
        None => {
            let near = nearest(&target.sheet, layout.sheets.iter().map(|sheet| sheet.name.as_str()));
            let near = near.map(|near| format!(" (is it {near}?)")).unwrap_or_default();
            let remedy = format!("make the sheet, name it as it is with `sheets:`, {unlink}");
            Some((format!("{target} is mapped, and there is no sheet {}{near}", target.sheet), remedy))
        }
        Some(sheet) => match sheet.item(&target.item) {
            None => {
                let near = nearest(&target.item, sheet.items.iter().map(|item| item.name.as_str()));
                let near = near.map(|near| format!("; {} is a near name", ItemRef::new(&target.sheet, near)));
                let near = near.unwrap_or_default();
                let remedy = format!("make the item, map the one that took its place, {unlink}");
                Some((format!("{target} is mapped, and there is no such item{near}"), remedy))
            }
            Some(item) if item.read_only || item.kind == Kind::Other => Some((
                format!("{target} is mapped, and no link can write it"),
                format!("map another, {unlink}"),
            )),
            Some(_) if !fits(sheet) => {
                Some((format!("{target} is mapped, and {misfit}"), format!("map another, {unlink}")))
            }
            Some(_) => None,
        },
    };
    let Some((message, remedy)) = problem else { return true };
    findings.push(error("F_CONFIG", message, &remedy));
    false
}

/// Required items that nothing fills: nobody new can be written there.
fn add_unfillable(rules: &Rules, findings: &mut Vec<Finding>) {
    for resource in rules.resources() {
        for item in &resource.unfillable {
            let target = ItemRef::new(&resource.sheet, item);
            let message =
                format!("{target} is required, and no mapping fills it: whoever is new there is rejected");
            let remedy = format!("feed it (`{target}: …` under `mapping:`), or make it optional in Kaonavi");
            findings.push(error("E_REQUIRED", message, &remedy));
        }
    }
}
