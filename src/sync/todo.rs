//! 要対応: what a link can't carry and a person must still do, computed anew in every run from both sides (`DESIGN` §7, §16).
//!
//! It is about everybody, unchanged people too; a run that names people opens and closes only what is theirs. Nothing is remembered here but the day on which something was
//! first seen: what is open comes in as [`OpenTodo`]s, and what is not found any more is closed by not being in the result.
//! Where the column that decides was not read, nothing is known, and what is open stays so.

mod sides;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use self::sides::Sides;
use super::plan::match_code;
use super::{ItemRef, PlanInput, Todo};

/// What a flow looks for beside its plan, and in which columns. The source's 入社日 and 退職日 are those of
/// [`SourceRoles`](super::SourceRoles).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TodoRoles {
    /// The destination's 入社日.
    pub hire: Option<ItemRef>,
    /// The destination's 退職日.
    pub retire: Option<ItemRef>,
    /// What is looked for, each kind at most once.
    pub rules: Vec<TodoRule>,
}

/// One kind of 要対応 with what it needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TodoRule {
    /// `T_RETIRED_LATE`: 退職者 on one side whose 退職日 on the other side is blank, by 社員番号.
    RetiredLate(LeftIn),
    /// `T_NO_DEPARTMENT`: created in this run, or in 対象 and known to the destination without a value in this item of it.
    NoDepartment(ItemRef),
    /// `T_ONLY_DEST`: 現職者 and 入社予定者 of the destination whom the source doesn't have, of whatever class.
    OnlyDestination,
    /// `T_RETIRED_ACCOUNT`: 退職者 of the source whom the destination knows.
    RetiredAccount,
    /// `T_FUTURE_LEAVER`: 対象外 as unknown with a day of leaving that is today or later.
    FutureLeaver,
    /// `T_AUTOFILLED`: created in this run. It stays while the person is in the destination with these items at these values, for 30
    /// days. An item that is not read says nothing.
    AutoFilled(Vec<(ItemRef, String)>),
    /// `T_NOT_CLOSED`: known to the destination, and this column of the source is filled.
    NotClosed {
        /// The source's column; blank where the month is 承認 or 強制承認.
        column: String,
        /// The month, `YYYY-MM`.
        month: String,
    },
}

/// On which side somebody left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftIn {
    /// The source knows the day, the destination doesn't.
    Source,
    /// The destination knows the day, the source doesn't: the run keeps it.
    Destination,
}

/// One 要対応.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TodoItem {
    /// 社員番号: the source's as it is matched, or the destination's where the source doesn't have the person.
    pub code: String,
    /// `T_RETIRED_LATE` and the like.
    pub kind: &'static str,
    /// The sentence that staff read.
    pub message: String,
    /// The day on which it was first seen.
    pub since: NaiveDate,
}

/// A 要対応 that an earlier run left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTodo {
    /// 社員番号.
    pub code: String,
    /// `T_RETIRED_LATE` and the like.
    pub kind: String,
    /// The day on which it was first seen.
    pub since: NaiveDate,
}

impl TodoRoles {
    /// The source columns that nothing else may read.
    pub(super) fn source_items(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter_map(|rule| match rule {
            TodoRule::NotClosed { column, .. } => Some(column.as_str()),
            _ => None,
        })
    }

    /// The destination items that have to be read. What it fills by itself is in no layout: it is read or not.
    pub(super) fn targets(&self) -> impl Iterator<Item = &ItemRef> {
        let department = self.rules.iter().filter_map(|rule| match rule {
            TodoRule::NoDepartment(item) => Some(item),
            _ => None,
        });
        self.hire.iter().chain(&self.retire).chain(department)
    }

    /// Drops what the destination doesn't have: an absent item is no reason to end a run.
    pub(super) fn retain(&mut self, is_there: impl Fn(&ItemRef) -> bool) {
        self.hire.take_if(|item| !is_there(item));
        self.retire.take_if(|item| !is_there(item));
        self.rules.retain(|rule| !matches!(rule, TodoRule::NoDepartment(item) if !is_there(item)));
    }
}

impl TodoRule {
    fn told(&self) -> Todo<'_> {
        match self {
            TodoRule::RetiredLate(_) => Todo::RetiredLate,
            TodoRule::NoDepartment(_) => Todo::NoDepartment,
            TodoRule::OnlyDestination => Todo::OnlyDestination,
            TodoRule::RetiredAccount => Todo::RetiredAccount,
            TodoRule::FutureLeaver => Todo::FutureLeaver,
            TodoRule::AutoFilled(_) => Todo::AutoFilled,
            TodoRule::NotClosed { month, .. } => Todo::NotClosed { month },
        }
    }
}

/// What a person must still do, by code and kind. `created` are the codes of those whom this run created, or would; `open` is what the
/// flow's last run left open. Of a run that names people, what is open of others is in the result as it is, and nothing else of theirs.
pub fn todo(input: &PlanInput<'_>, created: &BTreeSet<String>, open: &[OpenTodo]) -> Vec<TodoItem> {
    let rules = &input.rules.roles().todo.rules;
    if rules.is_empty() {
        return Vec::new();
    }
    let sides = Sides::new(input);
    let since: HashMap<(&str, &str), NaiveDate> =
        open.iter().map(|open| ((&*open.kind, &*open.code), open.since)).collect();
    let (named, padding) = (&input.selection.employees, input.policy.padding);
    let named: HashSet<_> = named.iter().map(|code| match_code(code, padding)).collect();
    let is_asked = |code: &String| named.is_empty() || named.contains(&match_code(code, padding));
    let mut items = BTreeMap::new();
    for rule in rules {
        let told = rule.told();
        let open_codes = || open.iter().filter(|open| open.kind == told.code()).map(|open| open.code.clone());
        let codes = sides.look(rule, created, open).unwrap_or_else(|| open_codes().collect());
        let of_others = open_codes().filter(|code| !is_asked(code));
        for code in codes.into_iter().filter(is_asked).chain(of_others) {
            let first = since.get(&(told.code(), &*code)).copied().unwrap_or(input.today).min(input.today);
            items.insert((code, told.code()), (told.to_string(), first));
        }
    }
    let item = |((code, kind), (message, since))| TodoItem { code, kind, message, since };
    items.into_iter().map(item).collect()
}

#[cfg(test)]
mod tests;
