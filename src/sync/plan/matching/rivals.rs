//! People of the source who claim to be one and the same: nobody of them is written (`reference/mediment.md` D1.4, E20, E24).
//!
//! They claim it by being found to be the same person of the destination, or by sharing 社員番号, or 氏名 and メールアドレス. HRMOS勤怠 lists for good
//! who has left, so somebody who left yields to whoever works here now: a rehire keeps the person's record. Who only seems to have
//! got the 社員番号 of somebody who left (E23) is no rival of that person: the one is held, and the other's day of leaving still arrives.

use std::collections::HashMap;

use super::{Match, Matcher};

/// Settles who is who among rivals.
pub(super) fn settle(matcher: &Matcher<'_>, found: &mut [Match]) {
    let left: Vec<bool> =
        matcher.input.source.people.iter().map(|person| matcher.has_left(&person.row)).collect();
    let claims = |found: &[Match], at: usize| !left[at] && !matches!(found[at], Match::NumberReused(_));
    for group in groups(matcher, found) {
        if group.iter().any(|at| claims(found, *at)) {
            for at in group.into_iter().filter(|at| left[*at]) {
                found[at] = Match::Skipped("rehired");
            }
        }
    }
    let before = found.to_vec();
    for group in groups(matcher, &before) {
        let is_claimed = group.iter().any(|at| claims(&before, *at));
        let (gone, here): (Vec<usize>, Vec<usize>) =
            group.into_iter().partition(|at| !is_claimed && left[*at]);
        for rivals in [gone, here].into_iter().filter(|rivals| rivals.len() > 1) {
            for at in rivals {
                found[at] = Match::Conflict;
            }
        }
    }
}

/// The people of the source who claim to be one: several each, by their places, in no order.
fn groups(matcher: &Matcher<'_>, found: &[Match]) -> Vec<Vec<usize>> {
    let mut same: HashMap<Claim, Vec<usize>> = HashMap::new();
    for (at, person) in matcher.input.source.people.iter().enumerate() {
        if matches!(found[at], Match::Skipped(_)) {
            continue;
        }
        let pointed = matcher.index.find(&matcher.from, &person.row).into_iter().map(Claim::Place);
        let keys = matcher.from.keys(&person.row).into_iter().flatten().map(Claim::Key);
        for claim in pointed.chain(keys) {
            same.entry(claim).or_default().push(at);
        }
    }
    same.into_values().filter(|group| group.len() > 1).collect()
}

/// What two people of the source may share.
#[derive(PartialEq, Eq, Hash)]
enum Claim {
    Place(usize),
    Key(String),
}
