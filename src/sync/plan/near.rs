//! People of the destination who look like somebody to be created (`DESIGN` §6 "Near-duplicates").

use std::collections::HashMap;

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

/// The destination's people by what a second record of them would share. Of several alike the smallest code stands for all.
#[derive(Debug)]
pub(super) struct NearIndex<'a> {
    codes: HashMap<String, &'a str>,
    born: HashMap<String, &'a str>,
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
            codes: HashMap::with_capacity(destination.people.len()),
            born: HashMap::new(),
            kana: bind(&from.kana),
            birthday: bind(&from.birthday),
        };
        let places = (0..).zip(&destination.people);
        for (place, person) in places.filter(|(_, person)| !created(person)) {
            let code = fold::trim_code(&person.code);
            if !code.is_empty() {
                keep_smallest(&mut index.codes, fold::code(code), code);
            }
            let write = planned.get(&place).copied();
            let Some(birthday) = held_birthday else { continue };
            for parts in &held_kana {
                let kana: String = parts.iter().filter_map(|part| part.after(person, write).text()).collect();
                if let Some(key) = born(Cell::of(&kana), birthday.after(person, write)) {
                    keep_smallest(&mut index.born, key, code);
                }
            }
        }
        index
    }

    /// The code of somebody in the destination who may be this person.
    pub(super) fn find(&self, code: &str, row: &Row) -> Option<&'a str> {
        if let Some(other) = self.codes.get(&fold::code(code)) {
            return Some(other);
        }
        let (mut kana, mut birthday) = (String::new(), String::new());
        let kana = self.kana.as_ref()?.eval(row, &mut kana);
        let birthday = self.birthday.as_ref()?.eval(row, &mut birthday);
        self.born.get(&born(kana, birthday)?).copied()
    }
}

fn keep_smallest<'a>(index: &mut HashMap<String, &'a str>, key: String, code: &'a str) {
    let smallest = index.entry(key).or_insert(code);
    if code < *smallest {
        *smallest = code;
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
