//! Binds a mapping to the destination's layout, or says why a run can't work with it.

use std::collections::BTreeMap;

use super::{
    BlankPolicy, DataSet, Failure, ItemMapping, ItemRef, Kind, Layout, LayoutItem, LayoutSheet, Mapping,
    Matching, NameScope, Policy, Resource, ResourceKind, Roles, Rule, Rules, RunFailure, Selection, Source,
    Text,
};

/// The rules of a run. Done before anything is read, so that a broken configuration costs two requests.
///
/// # Errors
/// `F_LANG` if the tenant speaks English, `F_DUP_SHEET` and `F_DUP_ITEM` if a name doesn't say which one is meant, `F_CONFIG` if a
/// mapped item is gone, can't be written or lies in the wrong kind of sheet, or if the job names an item that is not mapped.
pub fn resolve(
    mapping: &Mapping,
    policy: &Policy,
    layout: &Layout,
    roles: &Roles,
    selection: &Selection,
) -> Result<Rules, Failure> {
    if layout.is_english() {
        return Err(RunFailure::Language.into());
    }
    refuse_duplicates(policy, layout, |sheet| mapping.targets().any(|target| target.sheet == sheet.name))?;
    refuse_unmapped(mapping, selection)?;
    let mut builder =
        Builder { policy, layout, roles, selection, rules: Rules::default(), groups: Vec::new() };
    builder.add_set(DataSet::Own, &mapping.self_items)?;
    builder.rules.own = builder.rules.all.len();
    builder.add_set(DataSet::Dependents, &mapping.dependents)?;
    builder.rules.mapped = builder.rules.all.len();
    builder.add_carried();
    Ok(builder.finish())
}

/// Says whether a mapping can be read from a source that has a layout, by the same rules as [`resolve`]: where a name must say which
/// item is meant, it must do so on either side of a link.
///
/// # Errors
/// `F_LANG`, `F_DUP_SHEET`, `F_DUP_ITEM`; `F_CONFIG` if a mapped item is gone.
pub fn check_source(mapping: &Mapping, policy: &Policy, layout: &Layout) -> Result<(), Failure> {
    if layout.is_english() {
        return Err(RunFailure::Language.into());
    }
    let items = mapping.source_items();
    let in_sheet = |item: &&str, sheet: &LayoutSheet| {
        item.strip_prefix(sheet.name.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    refuse_duplicates(policy, layout, |sheet| items.iter().any(|item| in_sheet(item, sheet)))?;
    let known = |item: &&str| {
        let sheets = layout.sheets.iter();
        sheets.flat_map(|sheet| sheet.items.iter().map(move |of| (sheet, of))).any(|(sheet, of)| {
            item.strip_prefix(sheet.name.as_str()).and_then(|rest| rest.strip_prefix('/')) == Some(&of.name)
        })
    };
    let missing = items.iter().find(|item| !known(item));
    missing.map_or(Ok(()), |item| Err(RunFailure::Missing { item }.into()))
}

fn refuse_duplicates(
    policy: &Policy,
    layout: &Layout,
    mapped: impl Fn(&LayoutSheet) -> bool,
) -> Result<(), Failure> {
    match policy.duplicate_names {
        NameScope::All => layout.refuse_duplicates(|_| true),
        NameScope::Mapped => layout.refuse_duplicates(mapped),
    }
}

fn refuse_unmapped(mapping: &Mapping, selection: &Selection) -> Result<(), Failure> {
    let own = mapping.self_items.iter().filter(|_| selection.has(DataSet::Own));
    let dependents = mapping.dependents.iter().filter(|_| selection.has(DataSet::Dependents));
    let mapped: Vec<&ItemRef> = own.chain(dependents).map(|line| &line.target).collect();
    let unknown = selection.items.iter().find(|item| !mapped.iter().any(|target| target.is_named(item)));
    unknown.map_or(Ok(()), |item| Err(RunFailure::NotMapped { item }.into()))
}

struct Builder<'a> {
    policy: &'a Policy,
    layout: &'a Layout,
    roles: &'a Roles,
    selection: &'a Selection,
    rules: Rules,
    groups: Vec<&'a str>,
}

impl<'a> Builder<'a> {
    fn chosen(&self, line: &ItemMapping) -> bool {
        let items = &self.selection.items;
        items.is_empty() || items.iter().any(|item| line.target.is_named(item))
    }

    fn add_set(&mut self, set: DataSet, lines: &'a [ItemMapping]) -> Result<(), Failure> {
        if !self.selection.has(set) || !lines.iter().any(|line| self.chosen(line)) {
            return Ok(());
        }
        self.rules.datasets.push(set);
        let basic = self.layout.sheet(ItemRef::BASIC).or_else(|| self.layout.sheet(""));
        if let (DataSet::Own, Some(basic)) = (set, basic) {
            // People are created there, mapped or not: its required items count.
            self.resource(set, basic, &basic.name)?;
        }
        lines.iter().try_for_each(|line| self.add(set, line))
    }

    fn add(&mut self, set: DataSet, line: &'a ItemMapping) -> Result<(), Failure> {
        let column = line.target.to_string();
        let missing = || Failure::from(RunFailure::Missing { item: &column });
        let sheet = self.layout.sheet(&line.target.sheet).ok_or_else(missing)?;
        let item = sheet.item(&line.target.item).ok_or_else(missing)?;
        if item.read_only || item.kind == Kind::Other {
            return Err(RunFailure::ReadOnly { item: &column }.into());
        }
        let resource = self.resource(set, sheet, &column)?;
        let index = self.rules.all.len();
        if index >= usize::from(u16::MAX) || self.rules.all.iter().any(|rule| rule.column == column) {
            return Err(
                RunFailure::DuplicateItem { sheet: &line.target.sheet, item: &line.target.item }.into()
            );
        }
        let rule = self.rule(set, line, item, column, resource);
        let names_people = self.roles.destination.name.as_ref() == Some(&rule.target);
        // Half a name is compared with the whole of it.
        let partner = self.roles.destination.names.as_ref().and_then(|names| names.partner(&rule.target));
        let is_half =
            partner.is_some_and(|partner| self.selection.items.iter().any(|item| partner.is_named(item)));
        let for_new = line.create_only && self.chosen(line);
        // Whoever is created without what people are found by would be created again by the next run.
        let tells = match &self.roles.matching {
            Matching::Identity(roles) => roles.destination.tells(&rule.column),
            Matching::Code => false,
        };
        if rule.selected || rule.required || names_people || is_half || for_new || tells {
            self.rules.resources[resource].rules.push(index);
            self.rules.all.push(rule);
        }
        Ok(())
    }

    fn rule(
        &mut self,
        set: DataSet,
        line: &'a ItemMapping,
        item: &LayoutItem,
        column: String,
        resource: usize,
    ) -> Rule {
        let group = line.group.as_deref().map(|name| {
            self.groups.iter().position(|group| *group == name).unwrap_or_else(|| {
                self.groups.push(name);
                self.groups.len() - 1
            })
        });
        let withdrawn = self.roles.destination.retire.as_ref() == Some(&line.target);
        let by_default = if withdrawn { BlankPolicy::Clear } else { self.policy.blank };
        let keeps = self.roles.destination.kept.contains(&line.target);
        let blank = if keeps { BlankPolicy::Keep } else { line.blank.unwrap_or(by_default) };
        Rule {
            target: line.target.clone(),
            column,
            id: item.id,
            resource,
            kind: item.kind.clone(),
            form: item.form,
            required: item.required,
            max_length: item.max_length,
            source: line.source.clone(),
            value_map: line.value_map.clone(),
            text: line.text,
            blank,
            group,
            allow_mynumber: line.allow_mynumber,
            guard_exempt: line.guard_exempt,
            // A sheet of several records takes a person's rows as a whole: one chosen item of it chooses all of them.
            selected: set == DataSet::Dependents || (self.chosen(line) && !line.create_only),
        }
    }

    /// Adds what else can be written in the sheet of several records: it must go back with every row.
    fn add_carried(&mut self) {
        let multi = |resource: &Resource| resource.kind == ResourceKind::Multi;
        let Some(resource) = self.rules.resources.iter().position(multi) else { return };
        let Some(sheet) = self.layout.sheet(&self.rules.resources[resource].sheet) else { return };
        for item in sheet.items.iter().filter(|item| !item.read_only && item.kind != Kind::Other) {
            let target = ItemRef::new(&sheet.name, &item.name);
            if self.rules.all.iter().any(|rule| rule.target == target) {
                continue;
            }
            self.rules.all.push(Rule {
                column: target.to_string(),
                target,
                id: item.id,
                resource,
                kind: item.kind.clone(),
                form: item.form,
                required: item.required,
                max_length: item.max_length,
                source: Source::Join { items: Vec::new(), separator: String::new() },
                value_map: BTreeMap::new(),
                text: Text::Plain,
                blank: BlankPolicy::Keep,
                group: None,
                allow_mynumber: false,
                guard_exempt: false,
                selected: true,
            });
        }
    }

    /// The resource of a sheet, made if it is new.
    fn resource(&mut self, set: DataSet, sheet: &LayoutSheet, column: &str) -> Result<usize, Failure> {
        let kind = match (sheet.multi, sheet.name.as_str()) {
            (true, _) => ResourceKind::Multi,
            (false, ItemRef::BASIC | "") => ResourceKind::Basic,
            (false, _) => ResourceKind::Single,
        };
        let second = || {
            let multi = |resource: &Resource| resource.kind == ResourceKind::Multi;
            self.rules.resources.iter().any(|resource| multi(resource) && resource.sheet != sheet.name)
        };
        let fits = match set {
            DataSet::Own => kind != ResourceKind::Multi,
            DataSet::Dependents => kind == ResourceKind::Multi && !second(),
        };
        if !fits {
            return Err(RunFailure::WrongSheet { item: column }.into());
        }
        if let Some(known) = self.rules.resources.iter().position(|resource| resource.sheet == sheet.name) {
            return Ok(known);
        }
        self.rules.resources.push(Resource {
            sheet: sheet.name.clone(),
            id: sheet.id,
            kind,
            rules: Vec::new(),
            unfillable: Vec::new(),
        });
        Ok(self.rules.resources.len() - 1)
    }

    fn finish(self) -> Rules {
        let mut rules = self.rules;
        rules.roles = self.roles.clone();
        let destination = &mut rules.roles.destination;
        // An administrator may have renamed it: nobody is to ask the service for what it doesn't have.
        let is_there = |item: &ItemRef| self.layout.item(item).is_some();
        for role in [&mut destination.retire, &mut destination.name, &mut destination.birthday] {
            role.take_if(|item| !is_there(item));
        }
        destination.kana.retain(|parts| parts.iter().all(is_there));
        rules.roles.todo.retain(is_there);
        let mut order: Vec<usize> = (0..rules.resources.len()).collect();
        order.sort_by_key(|&resource| rules.resources[resource].kind);
        rules.resources = order.iter().map(|&resource| rules.resources[resource].clone()).collect();
        for rule in &mut rules.all {
            rule.resource = order.iter().position(|&before| before == rule.resource).unwrap_or_default();
        }
        for (place, resource) in rules.resources.iter_mut().enumerate() {
            let filled = |item: &LayoutItem| {
                rules.all.iter().any(|rule| rule.resource == place && rule.target.item == item.name)
            };
            let items = self.layout.sheet(&resource.sheet).map_or(&[][..], |sheet| &sheet.items);
            let needed = items.iter().filter(|item| item.required && !item.read_only && !filled(item));
            resource.unfillable = needed.map(|item| item.name.clone()).collect();
        }
        rules
    }
}

#[cfg(test)]
mod tests;
