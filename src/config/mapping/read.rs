//! A link's changes laid over the default mapping.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_saphyr::Spanned;

use super::endpoint::Endpoints;
use super::{BLANK, Layers, Sheets, default};
use crate::config::raw::{RawItem, RawMapping, RawSettings, RawTable, Table, Text};
use crate::config::resolve::Checks;
use crate::job::{DataSet, Flow, nearest};
use crate::sync::{BlankPolicy, ItemMapping, ItemRef, Mapping, Text as Sameness};

const COMPARE: [(&str, Sameness); 4] = [
    ("plain", Sameness::Plain),
    ("name", Sameness::Name),
    ("kana", Sameness::Kana),
    ("digits", Sameness::Digits),
];

/// The mapping of a flow for both triggers.
pub(in crate::config) fn read(
    checks: &Checks<'_>,
    flow: Flow,
    raw: Option<&RawMapping>,
    sheets: &Sheets,
) -> Layers {
    let mut periodic = default::shared(flow, sheets);
    let layer = Layer { checks, flow, sheets };
    if let Some(raw) = raw {
        layer.apply(&mut periodic, raw.own.as_ref(), raw.dependents.as_ref());
    }
    let mut spot = Arc::clone(&periodic);
    if let Some(raw) = raw.and_then(|raw| raw.spot.as_ref()) {
        layer.apply(&mut spot, raw.own.as_ref(), raw.dependents.as_ref());
    }
    Layers { periodic, spot }
}

/// A mapping that the requirement fixes: what feeds what, and how it is compared. A link may say how values are translated.
pub(in crate::config) fn fixed(
    checks: &Checks<'_>,
    flow: Flow,
    raw: Option<&RawMapping>,
    mapping: Arc<Mapping>,
) -> Layers {
    let mut periodic = mapping;
    let spot_of = raw.and_then(|raw| raw.spot.as_ref());
    translate(checks, flow, &mut periodic, raw.and_then(|raw| raw.own.as_ref()));
    let mut spot = Arc::clone(&periodic);
    translate(checks, flow, &mut spot, spot_of.and_then(|raw| raw.own.as_ref()));
    let dependents = raw.and_then(|raw| raw.dependents.as_ref()).into_iter();
    let dependents = dependents.chain(spot_of.and_then(|raw| raw.dependents.as_ref()));
    if let Some((first, _)) = dependents.flat_map(|raw| &raw.value.0).next() {
        checks.problem(first, format!("`{flow}` has no 扶養家族情報"), "leave `dependents:` out");
    }
    Layers { periodic, spot }
}

/// Takes the value maps of a link over into a fixed table, and refuses everything else.
fn translate(checks: &Checks<'_>, flow: Flow, mapping: &mut Arc<Mapping>, raw: Option<&RawTable>) {
    let only = "the items are fixed; `ITEM: { value_map: { FROM: TO } }` is all that can be set";
    for (key, item) in raw.iter().flat_map(|table| &table.0) {
        let place = mapping.self_items.iter().position(|line| line.target.item == key.value);
        let settings = match item.as_ref().map(|item| &item.value) {
            Some(RawItem::Settings(settings)) => Some(&**settings),
            _ => None,
        };
        match (place, settings) {
            (
                Some(place),
                Some(RawSettings {
                    value_map: Some(table),
                    from: None,
                    separator: None,
                    compare: None,
                    blank: None,
                    group: None,
                    allow_mynumber: None,
                    guard_exempt: None,
                }),
            ) => {
                Arc::make_mut(mapping).self_items[place].value_map = value_map(table);
            }
            (Some(_), _) => {
                checks.problem(key, format!("what feeds `{}` in `{flow}` is fixed", key.value), only);
            }
            (None, _) => {
                let near =
                    nearest(&key.value, mapping.self_items.iter().map(|line| line.target.item.as_str()));
                let near = near.map(|near| format!("write `{near}`; ")).unwrap_or_default();
                checks.problem(
                    key,
                    format!("`{flow}` carries no item `{}`", key.value),
                    format!("{near}{only}"),
                );
            }
        }
    }
}

struct Layer<'a, 'c> {
    checks: &'a Checks<'c>,
    flow: Flow,
    sheets: &'a Sheets,
}

impl Layer<'_, '_> {
    fn apply(
        &self,
        mapping: &mut Arc<Mapping>,
        own: Option<&RawTable>,
        dependents: Option<&Spanned<RawTable>>,
    ) {
        let flow = self.flow;
        if let Some(table) = own {
            self.table(&mut Arc::make_mut(mapping).self_items, table, DataSet::Own);
        }
        match dependents {
            Some(raw) if !flow.datasets().contains(&DataSet::Dependents) => {
                let reason = "扶養家族情報 is not linked towards OfficeStation";
                self.checks.problem(raw, reason, "leave `dependents:` out");
            }
            Some(raw) => self.table(&mut Arc::make_mut(mapping).dependents, &raw.value, DataSet::Dependents),
            None => {}
        }
    }

    fn table(&self, lines: &mut Vec<ItemMapping>, table: &RawTable, set: DataSet) {
        let ends = Endpoints { checks: self.checks, sheets: self.sheets, flow: self.flow, set };
        for (key, raw) in &table.0 {
            let Some(target) = ends.target(key, lines) else { continue };
            let place = lines.iter().position(|line| line.target == target);
            match (raw, place) {
                (None, Some(place)) => {
                    lines.remove(place);
                }
                (None, None) => self.unlinked(key, lines),
                (Some(raw), place) => {
                    let before = place.map(|place| &lines[place]);
                    let Some(line) = line(&ends, key, target, raw, before) else { continue };
                    match place {
                        Some(place) => lines[place] = line,
                        None => lines.push(line),
                    }
                }
            }
        }
    }

    fn unlinked(&self, key: &Text, lines: &[ItemMapping]) {
        let names: Vec<String> = lines.iter().map(|line| line.target.to_string()).collect();
        let near = nearest(&key.value, names.iter().map(String::as_str));
        let near = near.map(|near| format!("write `{near}: null`, or ")).unwrap_or_default();
        let reason = format!("`{}` is not linked anyway", key.value);
        self.checks.problem(key, reason, format!("{near}leave it out"));
    }
}

fn line(
    ends: &Endpoints<'_, '_>,
    key: &Text,
    target: ItemRef,
    raw: &Spanned<RawItem>,
    before: Option<&ItemMapping>,
) -> Option<ItemMapping> {
    let empty = RawSettings::default();
    let (settings, from) = match &raw.value {
        RawItem::From(from) => (&empty, Some((raw.referenced, from))),
        RawItem::Settings(settings) => {
            (&**settings, settings.from.as_ref().map(|from| (from.referenced, &from.value)))
        }
    };
    let (source, text) = match (from, before) {
        (Some((at, from)), _) => {
            let (source, text) = ends.source(at, from, settings.separator.as_deref())?;
            // Towards OfficeStation its own item says what the text is; Kaonavi's names say nothing.
            let text = if target.sheet.is_empty() { default::text_of_own(&target.item) } else { text };
            (source, before.map_or(text, |before| before.text))
        }
        (None, Some(before)) => (before.source.clone(), before.text),
        (None, None) => {
            let reason = format!("nothing feeds `{}`: it is not in the default mapping", key.value);
            ends.checks.problem(raw, reason, "write `from: ITEM` as well");
            return None;
        }
    };
    let checks = ends.checks;
    let group =
        settings.group.as_ref().map(|group| Some(group.value.clone()).filter(|group| group != "none"));
    Some(ItemMapping {
        target,
        source,
        value_map: settings
            .value_map
            .as_ref()
            .map_or_else(|| before.map(|before| before.value_map.clone()).unwrap_or_default(), value_map),
        text: checks.choice(settings.compare.as_ref(), &COMPARE, text),
        blank: match &settings.blank {
            Some(blank) => Some(checks.choice(Some(blank), &BLANK, BlankPolicy::Keep)),
            None => before.and_then(|before| before.blank),
        },
        group: group.unwrap_or_else(|| before.and_then(|before| before.group.clone())),
        allow_mynumber: settings.allow_mynumber.unwrap_or(before.is_some_and(|before| before.allow_mynumber)),
        guard_exempt: settings.guard_exempt.unwrap_or(before.is_some_and(|before| before.guard_exempt)),
        create_only: false,
    })
}

fn value_map(table: &Table<Text>) -> BTreeMap<String, String> {
    table.0.iter().map(|(from, to)| (from.value.clone(), to.value.clone())).collect()
}
