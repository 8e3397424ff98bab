//! Who of the source is whom in the destination, where 社員番号 alone doesn't say (`reference/mediment.md` D0, D1).
//!
//! Somebody is found by an equal 社員番号 or by equal 氏名 and メールアドレス together. Everybody found either way must be one and the same,
//! and nobody else of the source may be found to be that person: otherwise nobody of them is written. Found or not is judged over
//! the whole source, also if a run is about a few people.

use std::collections::{BTreeSet, HashMap};

use super::model::PlanInput;
use crate::sync::scope::day;
use crate::sync::{
    Cell, Columns, Doubt, FutureLeaver, IdentityItems, IdentityRoles, Matching, People, Row, Unknown, fold,
};

/// Who somebody of the source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    /// The person at this place in the destination.
    Known(usize),
    /// Nobody there.
    New,
    /// 対象外 with this reason.
    Skipped(&'static str),
    /// It can't be told which one of several (E20–E22, E24).
    Conflict,
    /// Nobody there, but for the メールアドレス of the people at these places, by their 社員番号 (E05).
    SameMail(Vec<usize>),
    /// The person at this place by 社員番号, and somebody else by all that is known (E23).
    NumberReused(usize),
}

/// Everybody of the source, by place; `None` where 社員番号 alone tells.
pub(super) fn matches(input: &PlanInput<'_>) -> Option<Vec<Match>> {
    let Matching::Identity(roles) = &input.rules.roles().matching else { return None };
    let (source, destination) = (input.source, input.destination);
    let from = Identities::new(&roles.source, source);
    let to = Identities::new(&roles.destination, destination);
    let index = Index::new(&to, destination);
    let retire = input.rules.roles().source.retire.as_ref().and_then(|item| source.columns.position(item));
    let people = Matcher { input, roles, from, to, index, retire };
    let mut pairs: Vec<Match> = source.people.iter().map(|person| people.pair(&person.row)).collect();
    people.refuse_rivals(&mut pairs);
    Some(pairs)
}

struct Matcher<'a> {
    input: &'a PlanInput<'a>,
    roles: &'a IdentityRoles,
    from: Identities,
    to: Identities,
    index: Index,
    retire: Option<usize>,
}

impl Matcher<'_> {
    /// Who one of the source is, whoever else there may be.
    fn pair(&self, row: &Row) -> Match {
        let (number, mail) = (self.from.number(row), self.from.mail(row));
        if number.is_none() && mail.is_none() {
            return self.unknown(row, Match::Skipped("unidentifiable"));
        }
        let found = self.index.find(&self.from, row);
        match found.iter().copied().collect::<Vec<_>>()[..] {
            [] => self.unknown(row, mail.map_or(Match::New, |mail| self.stranger(&mail))),
            [one] if self.is_reused(row, one) => self.unknown(row, Match::NumberReused(one)),
            [one] => Match::Known(one),
            _ => Match::Conflict,
        }
    }

    /// What somebody unknown is who would be `otherwise` if the flow creates people at all.
    fn unknown(&self, row: &Row, otherwise: Match) -> Match {
        let future = match self.roles.unknown {
            Unknown::Skip(reason) => return Match::Skipped(reason),
            Unknown::Create(future) => future,
        };
        let leaves = self.retire.map_or(Cell::Absent, |column| row.cell(column));
        let stays = day(leaves).is_some_and(|day| day > self.input.today);
        match leaves.text().filter(|text| !fold::is_blank(text)) {
            Some(_) if !(stays && future == FutureLeaver::Create) => Match::Skipped("retired_unknown"),
            _ => otherwise,
        }
    }

    fn stranger(&self, mail: &str) -> Match {
        let sharing = self.index.mails.get(mail).into_iter().flatten().copied();
        let mut others: Vec<usize> = sharing.filter(|other| !self.is_created(*other)).collect();
        if others.is_empty() || self.roles.doubt == Doubt::Ignore {
            return Match::New;
        }
        others.sort_by_key(|other| &self.input.destination.people[*other].code);
        Match::SameMail(others)
    }

    /// True if an earlier attempt of the run made this person: a resumed run finds what a clean one finds.
    fn is_created(&self, place: usize) -> bool {
        let code = &*self.input.destination.people[place].code;
        self.input.earlier.people.get(code).is_some_and(|intended| intended.create)
    }

    /// True if nothing but 社員番号 speaks for the person. Who was married has another 氏名 and perhaps another address, but the same 名
    /// and the same day of joining.
    fn is_reused(&self, row: &Row, place: usize) -> bool {
        let held = &self.input.destination.people[place].row;
        let same = |left: Option<String>, right: Option<String>| left.is_some() && left == right;
        let (from, to) = (&self.from, &self.to);
        self.roles.doubt == Doubt::Hold
            && !same(from.name(row), to.name(held))
            && !same(from.mail(row), to.mail(held))
            && !same(from.first_kana(row), to.first_kana(held))
            && !same(from.hire(row), to.hire(held))
    }

    /// Several of the source who are found to be one person, or who would all be created as one, are in conflict.
    fn refuse_rivals(&self, pairs: &mut [Match]) {
        let mut pointing: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut created: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, person) in self.input.source.people.iter().enumerate() {
            match &pairs[place] {
                Match::Known(_) | Match::NumberReused(_) | Match::Conflict => {
                    for one in self.index.find(&self.from, &person.row) {
                        pointing.entry(one).or_default().push(place);
                    }
                }
                Match::New | Match::SameMail(_) => {
                    for key in self.from.keys(&person.row).into_iter().flatten() {
                        created.entry(key).or_default().push(place);
                    }
                }
                Match::Skipped(_) => {}
            }
        }
        let rivals = pointing.into_values().chain(created.into_values());
        for place in rivals.filter(|rivals| rivals.len() > 1).flatten() {
            pairs[place] = Match::Conflict;
        }
    }
}

/// Where a side keeps what tells who somebody is.
struct Identities {
    number: Option<usize>,
    name: [Option<usize>; 2],
    first_kana: Option<usize>,
    mail: Option<usize>,
    hire: Option<usize>,
}

impl Identities {
    fn new(items: &IdentityItems, people: &People) -> Self {
        let columns: &Columns = &people.columns;
        let place = |item: &String| columns.position(item);
        Identities {
            number: place(&items.number),
            name: [place(&items.name[0]), place(&items.name[1])],
            first_kana: place(&items.first_kana),
            mail: place(&items.mail),
            hire: place(&items.hire),
        }
    }

    fn number(&self, row: &Row) -> Option<String> {
        filled(fold::number(text(row, self.number)))
    }

    fn mail(&self, row: &Row) -> Option<String> {
        filled(fold::mail(text(row, self.mail)))
    }

    fn name(&self, row: &Row) -> Option<String> {
        filled(fold::whole_name(self.name.map(|column| text(row, column))))
    }

    fn first_kana(&self, row: &Row) -> Option<String> {
        filled(fold::kana(text(row, self.first_kana)).collect())
    }

    fn hire(&self, row: &Row) -> Option<String> {
        day(self.hire.map_or(Cell::Absent, |column| row.cell(column))).map(|day| day.to_string())
    }

    /// 社員番号, and 氏名 with メールアドレス, as keys that can't be taken for one another.
    fn keys(&self, row: &Row) -> [Option<String>; 2] {
        let person = self.name(row).zip(self.mail(row));
        [
            self.number(row).map(|number| format!("number {number}")),
            person.map(|(name, mail)| format!("person {name}\n{mail}")),
        ]
    }
}

fn text(row: &Row, column: Option<usize>) -> &str {
    column.and_then(|column| row.cell(column).text()).unwrap_or_default()
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The destination's people by what they are found by.
struct Index {
    keys: HashMap<String, Vec<usize>>,
    mails: HashMap<String, Vec<usize>>,
}

impl Index {
    fn new(identities: &Identities, people: &People) -> Self {
        let mut index = Index { keys: HashMap::new(), mails: HashMap::new() };
        for (place, person) in people.people.iter().enumerate() {
            for key in identities.keys(&person.row).into_iter().flatten() {
                index.keys.entry(key).or_default().push(place);
            }
            if let Some(mail) = identities.mail(&person.row) {
                index.mails.entry(mail).or_default().push(place);
            }
        }
        index
    }

    fn find(&self, identities: &Identities, row: &Row) -> BTreeSet<usize> {
        let keys = identities.keys(row).into_iter().flatten();
        keys.filter_map(|key| self.keys.get(&key)).flatten().copied().collect()
    }
}
