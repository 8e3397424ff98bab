//! Both sides become a plan of writes: a function of its input, whatever the order of the people.

mod bind;
mod dependents;
mod draft;
mod explain;
mod matching;
mod measure;
mod model;
mod names;
mod near;
mod own;
mod partners;
mod people;
mod person;
mod unlisted;

pub use explain::{
    Action, By, Comparison, Explained, Explanation, Found, InScope, ItemStep, ItemVerdict, Reading, RowsStep,
    RowsVerdict, Seen, Values, Withheld, explain,
};
pub(super) use matching::{Match, matches, met};
pub use model::{
    Counts, DependentCounts, Dependents, Earlier, Intended, Outcome, PersonOutcome, Plan, PlanInput, Refused,
    Write,
};
pub(super) use people::choose;
pub use people::key as match_code;
pub use unlisted::{Unlisted, unlisted, unlisted_of};

use super::{Message, OnError, RunFailure};
use people::{Candidate, Chosen};
use person::Planner;

/// Compares both sides and says what to write. The caller asks [`guard`](fn@super::guard) and looks at [`Plan::failure`] before it writes anything.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    let Chosen { candidates, skipped, missing } = people::choose(input);
    let bound = bind::BoundRules::new(input.rules, input.source, input.destination);
    let mut planner = Planner::new(input, &bound);
    let mut paired = match matching::matches(input) {
        Some(found) => {
            planner.approve_made(&candidates, &found);
            candidates.iter().map(|candidate| (candidate, found[candidate.place].clone())).collect()
        }
        None => by_code(&candidates, &mut planner),
    };
    // In the order in which they lie in memory: of 100,000 people half the time would go into waiting for it.
    paired.sort_unstable_by_key(|(candidate, _)| candidate.place);
    let (known, unknown): (Vec<_>, Vec<_>) =
        paired.into_iter().partition(|(_, found)| matches!(found, Match::Known(_)));
    for (candidate, found) in known.into_iter().chain(unknown) {
        planner.person(candidate, &found);
    }
    for code in &missing {
        planner.reject(code, Message::NotFound { code });
    }
    let mut plan = planner.finish(candidates.len() as u64);
    for (reason, people) in skipped {
        *plan.skipped.entry(reason).or_default() += people;
    }
    plan.counts.skipped = plan.skipped.values().sum();
    plan.writes.sort_by(|left, right| left.code.cmp(&right.code));
    plan.outcomes.sort_by(|left, right| left.code.cmp(&right.code));
    plan.approved.sort_by(|left, right| (&left.code, &left.other).cmp(&(&right.code, &right.other)));
    if input.policy.on_error == OnError::Run {
        // Somebody whom the job names and nobody has is no bad value.
        let bad = |person: &&PersonOutcome| {
            person.outcome == Outcome::Rejected && person.problems.iter().any(|p| p.code != "E_NOT_FOUND")
        };
        let n = plan.outcomes.iter().filter(bad).count() as u64;
        plan.failure = (n > 0).then(|| RunFailure::BadValue { n }.into());
    }
    plan
}

/// Everybody with a code of their own, found by it; the others are rejected.
fn by_code<'c, 'a>(
    candidates: &'c [Candidate<'a>],
    planner: &mut Planner<'a, '_>,
) -> Vec<(&'c Candidate<'a>, Match)> {
    let mut paired = Vec::with_capacity(candidates.len());
    for group in candidates.chunk_by(|left, right| left.code == right.code) {
        match group {
            [candidate] if !candidate.code.is_empty() => {
                paired.push((candidate, planner.find(&candidate.code)));
            }
            alike => {
                for candidate in alike {
                    planner.reject(&candidate.code, code_problem(candidate));
                }
            }
        }
    }
    paired
}

fn code_problem<'a>(candidate: &'a Candidate<'_>) -> Message<'a> {
    match &*candidate.code {
        "" => Message::CodeEmpty,
        code => Message::CodeDuplicate { code },
    }
}

#[cfg(test)]
pub(super) use tests::{layout, mapping, roles};

#[cfg(test)]
mod tests;
