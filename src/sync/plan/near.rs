//! People of the destination who look like somebody to be created (`DESIGN` §6 "Near-duplicates").

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::bind::Bound;
use super::model::{PlanInput, Write};
use crate::sync::scope::day;
use crate::sync::{Cell, ItemRef, People, Person, Roles, Row, Rules, Source, fold};

/// A destination item: its column, and its rule where it is mapped.
#[derive(Debug, Clone, Copy)]
struct Target {
    column: Option<usize>,
    rule: Option<usize>,
}

impl Target {
    fn new(item: &ItemRef, rules: &Rules, destination: &People) -> Self {
        Target {
            column: destination.columns.position(&item.to_string()),
            rule: rules.own().iter().position(|rule| rule.target == *item),
        }
    }

    /// What the item holds when the person's write, if there is one, is done.
    fn after<'p>(self, person: &'p Person, write: Option<&'p Write>) -> Cell<'p> {
        let changed = write.and_then(|write| write.own.iter().find(|change| Some(change.rule) == self.rule));
        match changed {
            Some(change) => change.value.map_or(Cell::Blank, Cell::Text),
            None => self.column.map_or(Cell::Absent, |column| person.row.cell(column)),
        }
    }
}

/// The destination's people by what a second record of them would share.
#[derive(Debug)]
pub(super) struct NearIndex<'a> {
    codes: Alike<'a>,
    born: Alike<'a>,
    kana: Option<Bound<'a>>,
    birthday: Option<Bound<'a>>,
}

impl<'a> NearIndex<'a> {
    /// `planned` are the writes of people whom the destination has: they count as they will be. Who was created by an earlier
    /// attempt of the run does not count. So a run that is resumed after some of its writes finds what a clean one finds.
    pub(super) fn new(input: &PlanInput<'a>, planned: &[Write]) -> Self {
        let (source, destination) = (input.source, input.destination);
        let Roles { source: from, destination: to, .. } = input.rules.roles();
        let bind = |item: &'a Option<Source>| item.as_ref().map(|one| Bound::new(one, &source.columns));
        let planned: HashMap<u32, &Write> =
            planned.iter().filter_map(|write| Some((write.place?, write))).collect();
        let target = |item: &ItemRef| Target::new(item, input.rules, destination);
        let held_kana: Vec<Vec<Target>> =
            to.kana.iter().map(|parts| parts.iter().map(target).collect()).collect();
        let held_birthday = to.birthday.as_ref().map(target);
        let created =
            |person: &Person| input.earlier.people.get(&*person.code).is_some_and(|intended| intended.create);
        let mut index = NearIndex {
            codes: Alike::with_capacity(destination.people.len()),
            born: Alike::default(),
            kana: bind(&from.kana),
            birthday: bind(&from.birthday),
        };
        let places = (0..).zip(&destination.people);
        for (place, person) in places.filter(|(_, person)| !created(person)) {
            let code = fold::trim_code(&person.code);
            if !code.is_empty() {
                index.codes.add(fold::code(code), code);
            }
            let write = planned.get(&place).copied();
            let Some(birthday) = held_birthday else { continue };
            for parts in &held_kana {
                let kana: String = parts.iter().filter_map(|part| part.after(person, write).text()).collect();
                if let Some(key) = born(Cell::of(&kana), birthday.after(person, write)) {
                    index.born.add(key, code);
                }
            }
        }
        index
    }

    /// The codes of all in the destination who may be this person: those whose code is alike first, each by its order.
    pub(super) fn find(&self, code: &str, row: &Row) -> Vec<&'a str> {
        let mut found = self.codes.all(&fold::code(code));
        found.sort_unstable();
        let alike = found.len();
        if let Some(key) = self.born_of(row) {
            let born = self.born.all(&key).into_iter().filter(|other| !found[..alike].contains(other));
            let born: Vec<&str> = born.collect();
            found.extend(born);
        }
        found[alike..].sort_unstable();
        found.dedup();
        found
    }

    fn born_of(&self, row: &Row) -> Option<String> {
        let (mut kana, mut birthday) = (String::new(), String::new());
        let kana = self.kana.as_ref()?.eval(row, &mut kana);
        let birthday = self.birthday.as_ref()?.eval(row, &mut birthday);
        born(kana, birthday)
    }
}

/// Codes by a key. Hardly anybody shares one, so that the first code of a key stands by itself.
#[derive(Debug, Default)]
struct Alike<'a> {
    first: HashMap<String, &'a str>,
    further: HashMap<String, Vec<&'a str>>,
}

impl<'a> Alike<'a> {
    fn with_capacity(people: usize) -> Self {
        Alike { first: HashMap::with_capacity(people), further: HashMap::new() }
    }

    fn add(&mut self, key: String, code: &'a str) {
        match self.first.entry(key) {
            Entry::Vacant(free) => {
                free.insert(code);
            }
            Entry::Occupied(taken) => self.further.entry(taken.key().clone()).or_default().push(code),
        }
    }

    fn all(&self, key: &str) -> Vec<&'a str> {
        let further = self.further.get(key).into_iter().flatten();
        self.first.get(key).into_iter().chain(further).copied().collect()
    }
}

/// フリガナ and 生年月日 as one key, where both are filled.
fn born(kana: Cell<'_>, birthday: Cell<'_>) -> Option<String> {
    let mut key: String = fold::kana(kana.text()?).collect();
    if key.is_empty() {
        return None;
    }
    key.push_str(&day(birthday)?.to_string());
    Some(key)
}
