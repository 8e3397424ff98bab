//! What an accepted update request will do, and doing it.
//!
//! A change is checked against the tenant when the request comes and again when its task runs, because
//! earlier tasks may have changed the tenant in between; what fails then makes the task `NG`, and nothing of
//! it is written (`reference/kaonavi-api.md` §6).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::departments::DepartmentId;
use super::layout::{Layout, Records};
use super::people::{Member, People, member_mut};
use super::record::Record;

/// What one request writes about one member. Blank values clear.
#[derive(Clone, Debug)]
pub(super) struct MemberWrite {
    pub(super) code: Arc<str>,
    pub(super) basic: Record,
    pub(super) custom: Record,
    /// `None`: not sent.
    pub(super) department: Option<DepartmentId>,
    /// `None`: not sent.
    pub(super) sub_departments: Option<Vec<DepartmentId>>,
}

/// What one request writes about one member in a sheet.
#[derive(Clone, Debug)]
pub(super) struct SheetWrite {
    pub(super) code: Arc<str>,
    pub(super) records: Vec<Record>,
}

/// How the members of a request are written (§4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberVerb {
    /// `POST /members`: register.
    Create,
    /// `PATCH /members`: only what was sent.
    Patch,
    /// `PUT /members`: what was not sent is cleared, of everybody.
    Replace,
    /// `PUT /members/overwrite`: who was not sent is deleted.
    Overwrite,
}

/// How the records of a request are written (§5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SheetVerb {
    /// `PUT /sheets/{id}`: members not named lose their records.
    Replace,
    /// `PATCH /sheets/{id}`.
    Patch,
    /// `POST /sheets/{id}/add`.
    Add,
}

/// What a task does.
#[derive(Debug)]
pub(super) enum Change {
    /// A dry run.
    Nothing,
    Members(MemberVerb, Vec<MemberWrite>),
    /// `POST /members/delete`.
    Delete(Vec<Arc<str>>),
    Sheet(SheetVerb, u32, Vec<SheetWrite>),
}

/// Does `change`. `next_id` is the inner id of the next new member.
///
/// # Errors
/// The task's messages; nothing was written then.
pub(super) fn apply(
    change: Change,
    layout: &Layout,
    people: &mut People,
    next_id: &mut u32,
) -> Result<(), Vec<String>> {
    match change {
        Change::Nothing => Ok(()),
        Change::Members(verb, writes) => members(verb, writes, people, next_id),
        Change::Delete(codes) => {
            still_there(codes.iter(), people)?;
            for code in codes {
                people.remove(&code);
            }
            Ok(())
        }
        Change::Sheet(verb, id, writes) => {
            let Some(sheet) = layout.sheet(id) else {
                return Err(vec!["対象のシートが存在しません。".into()]);
            };
            still_there(writes.iter().map(|write| &write.code), people)?;
            sheet_records(verb, id, sheet.records, writes, people);
            Ok(())
        }
    }
}

fn still_there<'a>(codes: impl Iterator<Item = &'a Arc<str>>, people: &People) -> Result<(), Vec<String>> {
    let gone: Vec<String> = codes
        .filter(|code| !people.contains_key(*code))
        .map(|code| format!("社員番号「{code}」のメンバーが存在しません。"))
        .collect();
    if gone.is_empty() { Ok(()) } else { Err(gone) }
}

fn members(
    verb: MemberVerb,
    writes: Vec<MemberWrite>,
    people: &mut People,
    next_id: &mut u32,
) -> Result<(), Vec<String>> {
    match verb {
        MemberVerb::Create => {
            let taken: Vec<String> = writes
                .iter()
                .filter(|write| people.contains_key(&write.code))
                .map(|write| format!("社員番号「{}」は既に登録されています。", write.code))
                .collect();
            if !taken.is_empty() {
                return Err(taken);
            }
        }
        MemberVerb::Patch => still_there(writes.iter().map(|write| &write.code), people)?,
        MemberVerb::Replace => {
            still_there(writes.iter().map(|write| &write.code), people)?;
            for member in people.values_mut() {
                clear_info(Arc::make_mut(member));
            }
        }
        MemberVerb::Overwrite => {
            let named: BTreeSet<&Arc<str>> = writes.iter().map(|write| &write.code).collect();
            people.retain(|code, _| named.contains(code));
            for member in people.values_mut() {
                clear_info(Arc::make_mut(member));
            }
        }
    }
    for write in writes {
        write_info(member_mut(people, &write.code, next_id), write);
    }
    Ok(())
}

fn clear_info(member: &mut Member) {
    member.basic = Record::default();
    member.custom = Record::default();
    member.department = None;
    member.sub_departments.clear();
}

fn write_info(member: &mut Member, write: MemberWrite) {
    member.basic = member.basic.merged(&write.basic);
    member.custom = member.custom.merged(&write.custom);
    if write.department.is_some() {
        member.department = write.department;
    }
    if let Some(list) = write.sub_departments {
        member.sub_departments = list;
    }
}

fn sheet_records(
    verb: SheetVerb,
    sheet: u32,
    records: Records,
    writes: Vec<SheetWrite>,
    people: &mut People,
) {
    if verb == SheetVerb::Replace {
        let named: BTreeSet<&Arc<str>> = writes.iter().map(|write| &write.code).collect();
        for (code, member) in people.iter_mut() {
            if !named.contains(code) && !member.records(sheet).is_empty() {
                Arc::make_mut(member).set_records(sheet, Vec::new());
            }
        }
    }
    for write in writes {
        let Some(member) = people.get_mut(&write.code) else { continue };
        let member = Arc::make_mut(member);
        let stored = match (verb, records) {
            (SheetVerb::Patch, Records::Single) => {
                let before = member.records(sheet).first().cloned().unwrap_or_default();
                write.records.iter().map(|record| before.merged(record)).collect()
            }
            (SheetVerb::Add, _) => {
                let mut all = member.records(sheet).to_vec();
                all.extend(write.records.iter().map(Record::stored));
                all
            }
            _ => write.records.iter().map(Record::stored).collect(),
        };
        member.set_records(sheet, stored);
    }
}
