//! The rules of one run: the mapping bound to the destination's layout.
//!
//! A rule is one mapped item; its index names it in changes and outcomes. Rules stand in mapping order, 本人情報 before
//! 扶養家族情報, which is the order of error lines. A [`Resource`] is what one kind of request writes: the basic items, or a sheet.

use std::collections::BTreeMap;

use super::mapping::unique;
use super::scope::NameRoles;
use super::{BlankPolicy, Form, ItemRef, Kind, Roles, Source, Text};

/// A part of a person's record that can be linked by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataSet {
    /// 本人情報: basic items and single-record sheets.
    Own,
    /// 扶養家族情報: the rows of one multi-record sheet.
    Dependents,
}

/// What a run is about. Empty lists mean everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Only these 社員番号, padded or not.
    pub employees: Vec<String>,
    /// Only these data sets.
    pub datasets: Vec<DataSet>,
    /// Only these destination items: bare names or `sheet/item`.
    pub items: Vec<String>,
}

impl Selection {
    /// True if nobody is left out: what guards measure.
    pub fn is_full(&self) -> bool {
        self.employees.is_empty()
    }

    pub(super) fn has(&self, set: DataSet) -> bool {
        self.datasets.is_empty() || self.datasets.contains(&set)
    }
}

/// One mapped item with what the layout says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any may hold with any other"
)]
pub struct Rule {
    /// The destination item.
    pub target: ItemRef,
    /// The name of the destination's column: `target` as text.
    pub column: String,
    /// The item's id in the layout; 0 for standard items.
    pub id: u64,
    /// Which of [`Rules::resources`] writes it.
    pub resource: usize,
    /// What values it takes.
    pub kind: Kind,
    /// How a value has to be written.
    pub form: Form,
    /// True if it may not be blank.
    pub required: bool,
    /// The longest text in characters.
    pub max_length: Option<usize>,
    /// What feeds it.
    pub source: Source,
    /// Source value → destination value.
    pub value_map: BTreeMap<String, String>,
    /// How sameness is judged.
    pub text: Text,
    /// What a blank source does, all exceptions but groups settled.
    pub blank: BlankPolicy,
    /// Which group it belongs to, counted from 0.
    pub group: Option<usize>,
    /// True if a 個人番号 may stand here.
    pub allow_mynumber: bool,
    /// True if the item guard leaves it out.
    pub guard_exempt: bool,
    /// True if existing people get it in this run; the others only serve creations.
    pub selected: bool,
}

/// What a resource is in the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceKind {
    /// The basic items.
    Basic,
    /// A sheet with one record a person.
    Single,
    /// A sheet with several records a person.
    Multi,
}

/// What one kind of request writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The sheet's name.
    pub sheet: String,
    /// The sheet's id; 0 for the basic items.
    pub id: u64,
    /// What it is.
    pub kind: ResourceKind,
    /// Its rules, in mapping order.
    pub rules: Vec<usize>,
    /// Required items that the mapping doesn't fill: nobody new can be written here.
    pub unfillable: Vec<String>,
}

impl Resource {
    /// Which data set it belongs to.
    pub fn set(&self) -> DataSet {
        match self.kind {
            ResourceKind::Basic | ResourceKind::Single => DataSet::Own,
            ResourceKind::Multi => DataSet::Dependents,
        }
    }
}

/// All rules of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    pub(super) all: Vec<Rule>,
    /// How many of them are 本人情報's.
    pub(super) own: usize,
    /// How many are mapped; the rest is carried.
    pub(super) mapped: usize,
    pub(super) resources: Vec<Resource>,
    pub(super) roles: Roles,
    pub(super) datasets: Vec<DataSet>,
}

impl Rules {
    /// The rule of this index.
    ///
    /// # Panics
    /// If the index is not from a plan over these rules.
    pub fn get(&self, rule: usize) -> &Rule {
        &self.all[rule]
    }

    /// 本人情報's rules; their indices begin at 0.
    pub fn own(&self) -> &[Rule] {
        &self.all[..self.own]
    }

    /// 扶養家族情報's rules; their indices begin after [`Rules::own`]'s.
    pub fn dependents(&self) -> &[Rule] {
        &self.all[self.own..self.mapped]
    }

    /// The writable items of 扶養家族情報's sheet that aren't mapped; their indices begin after [`Rules::dependents`]'s. A person's
    /// rows are replaced as a whole and what is left out of them is erased (`reference/kaonavi-api.md` §5), so these are read and go
    /// back as they are. They are never compared and never count as written.
    pub fn carried(&self) -> &[Rule] {
        &self.all[self.mapped..]
    }

    /// True if this index is one of [`Rules::carried`].
    pub fn is_carried(&self, rule: usize) -> bool {
        rule >= self.mapped
    }

    /// What is written by one kind of request each: basic items first, then single-record sheets, then the multi-record one.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The columns that play a part of their own.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// True if the run links this data set and something of it is mapped and chosen.
    pub fn has(&self, set: DataSet) -> bool {
        self.datasets.contains(&set)
    }

    /// The bare names of these rules' items, each once, in mapping order: what the history shows.
    pub fn names(&self, rules: &[u16]) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::with_capacity(rules.len());
        for &rule in rules {
            let name = self.all[usize::from(rule)].target.item.as_str();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The source columns of 本人情報 that a plan reads, those of [`Roles`] among them, each once.
    pub fn source_items(&self) -> Vec<&str> {
        let roles = &self.roles.source;
        let composed = [&roles.kana, &roles.birthday].into_iter().flatten().flat_map(Source::items);
        let closing = self.roles.todo.source_items();
        unique(self.needed_source_items().into_iter().chain(composed).chain(closing))
    }

    /// Those of them that a run can't do without: what only near-duplicates look at may be hidden from a login.
    pub(super) fn needed_source_items(&self) -> Vec<&str> {
        let roles = &self.roles.source;
        let mapped = self.own().iter().flat_map(|rule| rule.source.items());
        unique(mapped.chain(roles.hire.as_deref()).chain(roles.retire.as_deref()))
    }

    /// The source columns of 扶養家族情報 that a plan reads, each once.
    pub fn source_dependent_items(&self) -> Vec<&str> {
        unique(self.dependents().iter().flat_map(|rule| rule.source.items()))
    }

    /// The destination columns of 本人情報 that a plan reads, those of [`Roles`] among them, each once.
    pub fn targets(&self) -> Vec<&ItemRef> {
        let roles = &self.roles.destination;
        let names = roles.names.iter().flat_map(NameRoles::held);
        let kana = roles.kana.iter().flatten();
        let own = self.own().iter().map(|rule| &rule.target);
        unique(own.chain(kana).chain(&roles.birthday).chain(names).chain(self.roles.todo.targets()))
    }

    /// The destination columns of 扶養家族情報 that a plan reads, those that are carried last.
    pub fn dependent_targets(&self) -> Vec<&ItemRef> {
        self.dependents().iter().chain(self.carried()).map(|rule| &rule.target).collect()
    }
}
