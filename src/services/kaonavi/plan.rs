//! What is to be read: which resource holds which of the wanted items.

use std::collections::HashMap;
use std::sync::Arc;

use super::wire::Standard;
use super::{Field, Tenant};
use crate::sync::{Columns, ItemRef};

/// Which columns come from which resource.
#[derive(Debug)]
pub(super) struct ReadPlan {
    /// The columns of the members' answer.
    pub(super) basic: Arc<Wanted>,
    /// The sheets to read.
    pub(super) sheets: Vec<SheetPlan>,
    /// All columns of a person.
    pub(super) columns: Columns,
    /// All columns of a dependant.
    pub(super) dependent_columns: Columns,
}

/// Which columns come from one sheet.
#[derive(Debug)]
pub(super) struct SheetPlan {
    /// The sheet's id.
    pub(super) id: u64,
    /// Its columns.
    pub(super) wanted: Arc<Wanted>,
    /// How its records become part of a person.
    pub(super) place: Place,
}

/// How a sheet's records become part of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The first record's cells, after so many cells of the resources before.
    After(usize),
    /// Each record is a dependant.
    Dependents,
}

/// The columns of one resource, counted from 0.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// By key.
    pub(super) standard: HashMap<&'static str, (Standard, usize)>,
    /// By id.
    pub(super) custom: HashMap<u64, usize>,
    /// The columns' names.
    pub(super) names: Vec<String>,
}

impl Wanted {
    /// The wanted items of one sheet that the layout has.
    fn of(tenant: &Tenant, sheet: &str, items: &[ItemRef]) -> Self {
        let mut wanted = Wanted::default();
        for item in items.iter().filter(|item| item.sheet == sheet) {
            let (name, column) = (item.to_string(), wanted.names.len());
            let Some(field) = tenant.field(item).filter(|_| !wanted.names.contains(&name)) else { continue };
            match field {
                Field::Standard(standard) => {
                    wanted.standard.insert(standard.key(), (standard, column));
                }
                Field::Custom(id) => {
                    wanted.custom.insert(id, column);
                }
            }
            wanted.names.push(name);
        }
        wanted
    }
}

impl ReadPlan {
    pub(super) fn new(tenant: &Tenant, items: &[ItemRef], dependents: &[ItemRef]) -> Self {
        let basic = Wanted::of(tenant, ItemRef::BASIC, items);
        let mut sheets = Vec::new();
        let mut names = basic.names.clone();
        let mut dependent_names: Vec<String> = Vec::new();
        for sheet in tenant.layout.sheets.iter().skip(1) {
            let wanted = Wanted::of(tenant, &sheet.name, if sheet.multi { dependents } else { items });
            let list = if sheet.multi { &mut dependent_names } else { &mut names };
            // Dependants live in one sheet, the first one that any of the items is in; and of two sheets of one name the
            // first one is meant.
            let known = if sheet.multi {
                !list.is_empty()
            } else {
                wanted.names.iter().any(|name| list.contains(name))
            };
            if wanted.names.is_empty() || known {
                continue;
            }
            let place = if sheet.multi { Place::Dependents } else { Place::After(list.len()) };
            list.extend(wanted.names.iter().cloned());
            sheets.push(SheetPlan { id: sheet.id, wanted: Arc::new(wanted), place });
        }
        // What the layout hasn't got comes last: those cells are absent in every row.
        for (names, items) in [(&mut names, items), (&mut dependent_names, dependents)] {
            for name in items.iter().map(ToString::to_string) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        ReadPlan {
            basic: Arc::new(basic),
            sheets,
            columns: Columns::new(names),
            dependent_columns: Columns::new(dependent_names),
        }
    }

    /// How many cells of a person the resources hold; the columns past them are absent.
    pub(super) fn width(&self) -> usize {
        let ends = self.sheets.iter().filter_map(|sheet| match sheet.place {
            Place::After(before) => Some(before + sheet.wanted.names.len()),
            Place::Dependents => None,
        });
        ends.max().unwrap_or(self.basic.names.len())
    }
}
