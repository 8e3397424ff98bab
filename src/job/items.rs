//! `items`: which of the mapped items a job names.

use super::parse::{meant, shown};
use super::{DataSet, Flow, JobError, JobErrorKind as Kind};
use crate::config::{ItemMapping, Mapping};

/// Every name must be that of a mapped item of the chosen data sets.
pub(super) fn check(
    names: &[String],
    flow: Flow,
    mapping: Option<&Mapping>,
    sets: &[DataSet],
) -> Result<(), JobError> {
    let wrong = |text: String| Err(JobError::new(Kind::Items, text));
    let empty = Mapping::default();
    let mapping = mapping.unwrap_or(&empty);
    if mapping.self_items.is_empty() && mapping.dependents.is_empty() {
        return wrong(format!("{flow}ではitemsを指定できません(itemsを省いてください)。"));
    }
    let mapped = |name: &str, sets: &[DataSet]| lines(mapping, sets).any(|line| line.target.is_named(name));
    let Some(name) = names.iter().find(|name| !mapped(name, sets)) else { return Ok(()) };
    let all = [DataSet::Own, DataSet::Dependents];
    if let Some(other) = all.into_iter().find(|set| mapped(name, &[*set])) {
        let (set, word) = (other.name(), other.as_str());
        return wrong(format!("項目{}は{set}の項目です(datasetsに{word}を加えてください)。", shown(name)));
    }
    let known: Vec<String> =
        lines(mapping, sets).flat_map(|line| [line.target.item.clone(), line.target.to_string()]).collect();
    let otherwise = "連携項目に設定された連携先の項目名を指定してください";
    let meant = meant(name, known.iter().map(String::as_str), otherwise);
    wrong(format!("項目{}は連携項目にありません{meant}。", shown(name)))
}

/// The mapped items of some data sets, in mapping order.
fn lines<'a>(mapping: &'a Mapping, sets: &'a [DataSet]) -> impl Iterator<Item = &'a ItemMapping> {
    sets.iter().flat_map(|set| match set {
        DataSet::Own => &mapping.self_items,
        DataSet::Dependents => &mapping.dependents,
    })
}
