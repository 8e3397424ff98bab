//! The members of one tenant and what is kept of each.
//!
//! People are kept by code. Both the map and each member lie behind an `Arc`, so that an answer with 100,000
//! members is written from a snapshot while tasks go on changing the tenant.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::departments::DepartmentId;
use super::layout::{Field, Layout, Sheet};
use super::record::Record;
use super::standard::{self, DEPENDENTS_SHEET, HISTORY_SHEET, INTERVIEW_SHEET, SELF_SHEET};
use super::{Seed, SeedMember};

/// Everybody, by code.
pub(super) type People = BTreeMap<Arc<str>, Arc<Member>>;

/// One member; the code is the key of [`People`].
#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    /// The service's inner id.
    pub(super) id: u32,
    /// The standard text items, by their place in [`standard::KEYS`].
    pub(super) basic: Record,
    /// Custom fields of the basic information.
    pub(super) custom: Record,
    pub(super) department: Option<DepartmentId>,
    pub(super) sub_departments: Vec<DepartmentId>,
    /// Records by sheet; sheets without a record are missing.
    sheets: Vec<(u32, Vec<Record>)>,
}

impl Member {
    /// This member's records in a sheet.
    pub(super) fn records(&self, sheet: u32) -> &[Record] {
        self.sheets
            .iter()
            .find_map(|(id, records)| (*id == sheet).then_some(records.as_slice()))
            .unwrap_or(&[])
    }

    /// Replaces this member's records in a sheet; records without a value are dropped.
    pub(super) fn set_records(&mut self, sheet: u32, records: Vec<Record>) {
        self.sheets.retain(|(id, _)| *id != sheet);
        let records: Vec<Record> = records.into_iter().filter(|record| !record.is_empty()).collect();
        if !records.is_empty() {
            self.sheets.push((sheet, records));
        }
    }
}

/// The member with this code; a new one, numbered `next_id`, if there is none.
pub(super) fn member_mut<'a>(people: &'a mut People, code: &Arc<str>, next_id: &mut u32) -> &'a mut Member {
    let member = people.entry(Arc::clone(code)).or_insert_with(|| {
        let id = *next_id;
        *next_id += 1;
        Arc::new(Member { id, ..Member::default() })
    });
    Arc::make_mut(member)
}

/// The people a tenant starts with.
///
/// Beside what the seed says, each gets a department, a grade, and data in the sheets that no link touches,
/// all derived from the code, so that a client which clears what it does not own is found out.
pub(super) fn seeded(seed: Seed, layout: &Layout) -> People {
    let items = SeedItems::of(layout);
    seed.members
        .into_iter()
        .zip(1..)
        .map(|(member, id)| (Arc::from(member.code.as_str()), Arc::new(items.member(member, id))))
        .collect()
}

/// Where the seed's names are in the layout, looked up once.
struct SeedItems<'a> {
    own: Option<&'a Sheet>,
    dependents: Option<&'a Sheet>,
    history: Option<&'a Sheet>,
    interview: Option<&'a Sheet>,
    custom: &'a [Field],
}

impl<'a> SeedItems<'a> {
    fn of(layout: &'a Layout) -> Self {
        Self {
            own: layout.sheet_named(SELF_SHEET),
            dependents: layout.sheet_named(DEPENDENTS_SHEET),
            history: layout.sheet_named(HISTORY_SHEET),
            interview: layout.sheet_named(INTERVIEW_SHEET),
            custom: &layout.custom,
        }
    }

    fn member(&self, seed: SeedMember, id: u32) -> Member {
        let number = mixed(&seed.code);
        let basic = Record::of(seed.basic.into_iter().filter_map(|(key, value)| {
            let id = standard::key_id(key);
            debug_assert!(id.is_some(), "the seed names an unknown standard item: {key}");
            Some((id?, [value]))
        }));
        let mut member = Member {
            id,
            basic: basic.stored(),
            custom: self.custom_fields(number),
            department: Some(DepartmentId::pick(number)),
            sub_departments: if number.is_multiple_of(7) {
                vec![DepartmentId::pick(number / 7)]
            } else {
                Vec::new()
            },
            sheets: Vec::new(),
        };
        if let Some(sheet) = self.own {
            member.set_records(sheet.id, vec![named(sheet, seed.single)]);
        }
        if let Some(sheet) = self.dependents {
            member.set_records(
                sheet.id,
                seed.dependents.into_iter().map(|record| named(sheet, record)).collect(),
            );
        }
        self.untouched(&mut member, number);
        member
    }

    fn custom_fields(&self, number: usize) -> Record {
        Record::of(self.custom.iter().zip([number, number / 5]).filter_map(|(field, pick)| {
            let place = pick % (field.choices.len() + 1);
            // One place more than there are choices: some people have none.
            field.choices.get(place).map(|choice| (field.id, [choice.clone()]))
        }))
    }

    fn untouched(&self, member: &mut Member, number: usize) {
        let from = member.basic.text(standard::key_id("entered_date").unwrap_or_default()).to_owned();
        if let (Some(sheet), false) = (self.history, from.is_empty()) {
            let post = member.department.map_or("", DepartmentId::name).to_owned();
            member.set_records(sheet.id, vec![named(sheet, vec![("発令日", from), ("所属名", post)])]);
        }
        if let (Some(sheet), true) = (self.interview, number.is_multiple_of(5)) {
            let text = format!("面談の記録 その{}\n特になし", number % 100);
            member.set_records(sheet.id, vec![named(sheet, vec![("本文", text)])]);
        }
    }
}

fn named(sheet: &Sheet, items: Vec<(&'static str, String)>) -> Record {
    let record = Record::of(items.into_iter().filter_map(|(name, value)| {
        let field = sheet.fields.iter().find(|field| field.name == name);
        debug_assert!(field.is_some(), "the seed names an item that {} does not have: {name}", sheet.name);
        Some((field?.id, [value]))
    }));
    record.stored()
}

/// A number that looks random and depends on the code alone.
fn mixed(code: &str) -> usize {
    let mixed = code.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(mixed >> 40).unwrap_or_default()
}
