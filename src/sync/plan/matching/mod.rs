//! Who of the source is whom in the destination, where 社員番号 alone doesn't say (`reference/mediment.md` D0, D1).
//!
//! Somebody is found by an equal 社員番号 or by equal 氏名 and メールアドレス together. Everybody found either way must be one and the same,
//! and nobody else of the source may claim to be that person (`rivals.rs`): otherwise nobody of them is written. Found or not is
//! judged over the whole source, also if a run is about a few people.

mod identities;
mod rivals;

use std::collections::{BTreeSet, HashMap};

use super::model::PlanInput;
use super::people;
use crate::sync::scope::day;
use crate::sync::{Cell, Doubt, FutureLeaver, IdentityRoles, Matching, Row, Unknown, fold};
use identities::{Identities, Index};

/// Who somebody of the source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) enum Match {
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
pub(in crate::sync) fn matches(input: &PlanInput<'_>) -> Option<Vec<Match>> {
    let matcher = Matcher::over(input)?;
    let mut found: Vec<Match> = input.source.people.iter().map(|person| matcher.find(&person.row)).collect();
    rivals::settle(&matcher, &mut found);
    matcher.suspect_mails(&mut found);
    Some(found)
}

/// Whom of the destination anybody of the source is, or may be, by place; `None` where 社員番号 alone tells. Who is in conflict points
/// at everybody found.
pub(in crate::sync) fn met(input: &PlanInput<'_>, found: &[Match]) -> Option<BTreeSet<usize>> {
    let matcher = Matcher::over(input)?;
    let mut met = BTreeSet::new();
    for (person, one) in input.source.people.iter().zip(found) {
        met.extend(matcher.index.find(&matcher.from, &person.row));
        if let Match::SameMail(others) = one {
            met.extend(others);
        }
    }
    Some(met)
}

/// Those of the source whom an earlier attempt of the run made, by place, with the places of the destination's people who share their
/// メールアドレス: whom a clean run would have doubted them to be.
pub(super) fn made(input: &PlanInput<'_>, found: &[Match]) -> Vec<(usize, Vec<usize>)> {
    let Some(matcher) = Matcher::over(input).filter(|matcher| matcher.roles.doubt == Doubt::Hold) else {
        return Vec::new();
    };
    let mails = matcher.mails(found);
    let people = input.source.people.iter().enumerate().zip(found);
    let made =
        people.filter(|((_, person), one)| matches!(one, Match::Known(_)) && matcher.is_made(&person.code));
    made.filter_map(|((at, _), _)| Some((at, matcher.sharing(&mails, at)?))).collect()
}

struct Matcher<'a> {
    input: &'a PlanInput<'a>,
    roles: &'a IdentityRoles,
    from: Identities,
    to: Identities,
    index: Index,
    retire: Option<usize>,
}

impl<'a> Matcher<'a> {
    fn over(input: &'a PlanInput<'a>) -> Option<Self> {
        let Matching::Identity(roles) = &input.rules.roles().matching else { return None };
        let (source, destination) = (input.source, input.destination);
        let from = Identities::new(&roles.source, source);
        let to = Identities::new(&roles.destination, destination);
        let index = Index::new(&to, destination);
        let retire =
            input.rules.roles().source.retire.as_ref().and_then(|item| source.columns.position(item));
        Some(Matcher { input, roles, from, to, index, retire })
    }

    /// Who one of the source is, whoever else there may be.
    fn find(&self, row: &Row) -> Match {
        let (number, mail) = (self.from.number(row), self.from.mail(row));
        if number.is_none() && mail.is_none() {
            return self.unknown(row, Match::Skipped("unidentifiable"));
        }
        let found = self.index.find(&self.from, row);
        match found.iter().copied().collect::<Vec<_>>()[..] {
            [] => self.unknown(row, Match::New),
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

    /// True if the person left before today: whoever works here now comes first.
    fn has_left(&self, row: &Row) -> bool {
        day(self.retire.map_or(Cell::Absent, |column| row.cell(column)))
            .is_some_and(|day| day < self.input.today)
    }

    /// Doubts about those whom nobody was found for: somebody there may have their メールアドレス when the run is over (E05).
    ///
    /// Judged by what will be held then, and without those whom an earlier attempt made, so that a resumed run finds what a clean
    /// one finds.
    fn suspect_mails(&self, found: &mut [Match]) {
        if self.roles.doubt == Doubt::Ignore || !found.contains(&Match::New) {
            return;
        }
        let mails = self.mails(found);
        for (at, one) in found.iter_mut().enumerate().filter(|(_, one)| **one == Match::New) {
            if let Some(others) = self.sharing(&mails, at) {
                *one = Match::SameMail(others);
            }
        }
    }

    /// The destination's people by メールアドレス, by their places.
    fn mails(&self, found: &[Match]) -> HashMap<String, Vec<usize>> {
        let (source, destination) = (&self.input.source.people, &self.input.destination.people);
        let mut known: HashMap<usize, usize> = HashMap::new();
        for (at, one) in found.iter().enumerate() {
            if let Match::Known(place) = one {
                known.insert(*place, at);
            }
        }
        let mut mails: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, person) in destination.iter().enumerate() {
            let from = known.get(&place).map(|at| &source[*at]);
            if self.is_made(from.map_or(&person.code, |from| &from.code)) {
                continue;
            }
            let mail = from.and_then(|from| self.from.mail(&from.row)).or_else(|| self.to.mail(&person.row));
            if let Some(mail) = mail {
                mails.entry(mail).or_default().push(place);
            }
        }
        mails
    }

    /// The places of those who share the メールアドレス of somebody of the source, by their 社員番号.
    fn sharing(&self, mails: &HashMap<String, Vec<usize>>, at: usize) -> Option<Vec<usize>> {
        let mut others = mails.get(&self.from.mail(&self.input.source.people[at].row)?)?.clone();
        others.sort_by_key(|other| &self.input.destination.people[*other].code);
        Some(others)
    }

    /// True if an earlier attempt of the run made the person.
    fn is_made(&self, code: &str) -> bool {
        let code = people::key(code, self.input.policy.padding);
        self.input.earlier.people.get(&*code).is_some_and(|intended| intended.create)
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
}

/// How somebody of the source was found, for an explanation.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// The places of the destination's people with the same 社員番号.
    pub(super) by_number: Vec<usize>,
    /// The places of those with the same 氏名 and メールアドレス.
    pub(super) by_person: Vec<usize>,
    /// The places of the source's other people who are found to be, or would become, the same person.
    pub(super) rivals: Vec<usize>,
}

/// How the person at this place of the source was found; nothing where 社員番号 alone tells.
pub(super) fn trace(input: &PlanInput<'_>, found: &[Match], place: usize) -> Trace {
    let Matching::Identity(roles) = &input.rules.roles().matching else { return Trace::default() };
    let from = Identities::new(&roles.source, input.source);
    let index = Index::new(&Identities::new(&roles.destination, input.destination), input.destination);
    let people = &input.source.people;
    let keys = from.keys(&people[place].row);
    let candidates = index.find(&from, &people[place].row);
    let is_rival = |other: &usize| {
        let row = &people[*other].row;
        let shares = || from.keys(row).into_iter().flatten().any(|key| keys.contains(&Some(key)));
        found[*other] == Match::Conflict && (!candidates.is_disjoint(&index.find(&from, row)) || shares())
    };
    let rivals = (0..people.len()).filter(|other| *other != place).filter(is_rival).collect();
    let [by_number, by_person] =
        keys.map(|key| key.and_then(|key| index.keys.get(&key)).cloned().unwrap_or_default());
    Trace { by_number, by_person, rivals: if found[place] == Match::Conflict { rivals } else { Vec::new() } }
}
