//! The two ends of a line of a mapping: names as written → items, or the mistake.

use serde_saphyr::{Location, Spanned};

use super::default::{SPACE, VIRTUAL, dependent_source, own_source, text_of_dependent, text_of_own};
use super::{Sheets, refuse};
use crate::config::items::officestation;
use crate::config::raw::{RawFrom, Text};
use crate::config::resolve::Checks;
use crate::job::{DataSet, Flow, nearest};
use crate::sync::{ItemMapping, ItemRef, Source, Text as Sameness};

/// Where a table of a mapping belongs.
pub(super) struct Endpoints<'a, 'c> {
    pub(super) checks: &'a Checks<'c>,
    pub(super) sheets: &'a Sheets,
    pub(super) flow: Flow,
    pub(super) set: DataSet,
}

impl Endpoints<'_, '_> {
    /// The destination item that a key names.
    pub(super) fn target(&self, raw: &Text, lines: &[ItemMapping]) -> Option<ItemRef> {
        if self.flow == Flow::KaonaviToOfficeStation {
            return self.officestation_target(raw);
        }
        let near = || {
            let names: Vec<String> = lines.iter().map(|line| line.target.to_string()).collect();
            let bare =
                lines.iter().find(|line| line.target.item == raw.value).map(|line| line.target.to_string());
            bare.or_else(|| nearest(&raw.value, names.iter().map(String::as_str)).map(str::to_owned))
        };
        let Some(item) = kaonavi_item(&raw.value) else {
            let near = near().unwrap_or_else(|| "基本情報/氏名".into());
            let help = format!(
                "write sheet/item, such as {near}; basic items stand in the sheet {}",
                ItemRef::BASIC
            );
            self.checks.problem(raw, format!("`{}` does not name a sheet", raw.value), help);
            return None;
        };
        if let Some(reason) = refuse::kaonavi(&item) {
            self.checks.problem(raw, reason, "leave it out");
            return None;
        }
        self.sheet(raw, item)
    }

    /// 本人情報 stays out of the multi-record sheet, and 扶養家族情報 in it.
    fn sheet(&self, raw: &Text, item: ItemRef) -> Option<ItemRef> {
        let dependents = &self.sheets.dependents;
        let (reason, help) = if let Some(now) = self.sheets.renamed(&item.sheet) {
            (format!("`sheets:` renames `{}`", item.sheet), format!("write {now}/{}", item.item))
        } else if self.set == DataSet::Own && item.sheet == *dependents {
            let help = "write it under `dependents:`".to_owned();
            (format!("`{dependents}` is the multi-record sheet of 扶養家族情報"), help)
        } else if self.set == DataSet::Dependents && item.sheet != *dependents {
            let help = format!("write {dependents}/{}, or rename that sheet with `sheets:`", item.item);
            (
                format!(
                    "`{}` is not the sheet of 扶養家族情報; other multi-record sheets are not linked",
                    item.sheet
                ),
                help,
            )
        } else {
            return Some(item);
        };
        self.checks.problem(raw, reason, help);
        None
    }

    fn officestation_target(&self, raw: &Text) -> Option<ItemRef> {
        let (reason, help) = match officestation::own(&raw.value) {
            Some(item) if item.name == officestation::KEY => {
                (format!("`{}` is the key: it is never rewritten", raw.value), "leave it out".to_owned())
            }
            Some(item) if !item.writable => {
                (format!("`{}` is read-only in OfficeStation", raw.value), "leave it out".to_owned())
            }
            Some(item) => return Some(ItemRef::new("", item.name)),
            None => unknown(&raw.value, officestation::SELF.iter().map(|item| item.name)),
        };
        self.checks.problem(raw, reason, help);
        None
    }

    /// What feeds the item, and how its sameness is judged unless the line says so.
    pub(super) fn source(
        &self,
        at: Location,
        from: &RawFrom,
        separator: Option<&str>,
    ) -> Option<(Source, Sameness)> {
        match from {
            RawFrom::One(name) => self.one(&Spanned::new(name.clone(), at, at)),
            RawFrom::Many(names) => {
                let place = Spanned::new((), at, at);
                if names.is_empty() {
                    self.checks.problem(
                        &place,
                        "no item feeds this one",
                        "write an item name, or null to unlink it",
                    );
                    return None;
                }
                let sources: Vec<_> = names.iter().filter_map(|name| self.part(name)).collect();
                let first = sources.first().map(|(_, text)| *text)?;
                let same = sources.iter().all(|(_, text)| *text == first);
                let text = if same { first } else { Sameness::Plain };
                let separator = separator.unwrap_or(SPACE).to_owned();
                let items = sources.into_iter().map(|(item, _)| item).collect::<Vec<_>>();
                (items.len() == names.len()).then_some((Source::Join { items, separator }, text))
            }
        }
    }

    /// A part of a list must be one item by itself.
    fn part(&self, name: &Text) -> Option<(String, Sameness)> {
        match self.one(name)? {
            (Source::Item(item), text) => Some((item, text)),
            (source, _) => {
                let help = format!("write {} instead of it", source.items().join(", "));
                self.checks.problem(name, format!("`{}` cannot be part of a list", name.value), help);
                None
            }
        }
    }

    fn one(&self, name: &Text) -> Option<(Source, Sameness)> {
        let (reason, help) = match (self.flow, self.set) {
            (Flow::KaonaviToOfficeStation, _) => return self.kaonavi_source(name),
            (_, DataSet::Own) => {
                if let Some(source) = own_source(&name.value) {
                    return Some((source, text_of_own(&name.value)));
                }
                unknown(&name.value, officestation::SELF.iter().map(|item| item.name).chain(VIRTUAL))
            }
            (_, DataSet::Dependents) => {
                if let Some(source) = dependent_source(&name.value) {
                    return Some((source, text_of_dependent(&name.value)));
                }
                let joined = ["氏名", "フリガナ"];
                unknown(&name.value, officestation::DEPENDENTS.iter().map(|item| item.name).chain(joined))
            }
        };
        self.checks.problem(name, reason, help);
        None
    }

    fn kaonavi_source(&self, name: &Text) -> Option<(Source, Sameness)> {
        let (reason, help) = match kaonavi_item(&name.value) {
            None => {
                let help = "write sheet/item, such as 基本情報/氏名".to_owned();
                (format!("`{}` does not name a sheet of Kaonavi", name.value), help)
            }
            Some(item) => match refuse::kaonavi(&item) {
                Some(reason) => (reason, "leave it out".to_owned()),
                None if item.sheet == self.sheets.dependents => {
                    ("扶養家族情報 is not linked towards OfficeStation".to_owned(), "leave it out".to_owned())
                }
                None => return Some((Source::Item(item.to_string()), Sameness::Plain)),
            },
        };
        self.checks.problem(name, reason, help);
        None
    }
}

/// `sheet/item`; an item's name may hold a slash (同居/別居), a sheet's may not.
fn kaonavi_item(text: &str) -> Option<ItemRef> {
    let (sheet, item) = text.split_once('/')?;
    (!sheet.is_empty() && !item.is_empty()).then(|| ItemRef::new(sheet, item))
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> (String, String) {
    let reason = refuse::category(name).unwrap_or_else(|| {
        format!("`{name}` is no item of OfficeStation that can be linked; items that a customer added cannot")
    });
    let help = nearest(name, known)
        .map_or_else(|| "leave it out".to_owned(), |near| format!("write `{near}`, or leave it out"));
    (reason, help)
}
