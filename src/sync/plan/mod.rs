//! Both sides become a plan of writes: a function of its input, whatever the order of the people.

mod bind;
mod dependents;
mod draft;
mod measure;
mod model;
mod names;
mod near;
mod own;
mod partners;
mod people;
mod person;
mod unlisted;

pub use model::{
    Counts, DependentCounts, Dependents, Earlier, Intended, Outcome, PersonOutcome, Plan, PlanInput, Refused,
    Write,
};
pub use unlisted::{Unlisted, unlisted, unlisted_of};

use super::{Message, OnError, RunFailure};
use people::{Candidate, Chosen};
use person::Planner;

/// Compares both sides and says what to write. The caller asks [`guard`](fn@super::guard) and looks at [`Plan::failure`] before it writes anything.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    let Chosen { candidates, skipped, missing } = people::choose(input);
    let bound = bind::BoundRules::new(input.rules, input.source, input.destination);
    let mut planner = Planner::new(input, &bound);
    let mut single = Vec::with_capacity(candidates.len());
    for group in candidates.chunk_by(|left, right| left.code == right.code) {
        match group {
            [candidate] if !candidate.code.is_empty() => single.push(candidate),
            alike => {
                for candidate in alike {
                    planner.reject(&candidate.code, code_problem(candidate));
                }
            }
        }
    }
    // In the order in which they lie in memory: of 100,000 people half the time would go into waiting for it.
    single.sort_unstable_by_key(|candidate| candidate.place);
    let (known, unknown): (Vec<_>, Vec<_>) =
        single.into_iter().partition(|candidate| planner.knows(&candidate.code));
    for candidate in known.into_iter().chain(unknown) {
        planner.person(candidate);
    }
    let in_scope = candidates.len() as u64;
    for code in &missing {
        planner.reject(code, Message::NotFound { code });
    }
    let mut plan = planner.finish(in_scope);
    for (reason, people) in skipped {
        *plan.skipped.entry(reason).or_default() += people;
    }
    plan.counts.skipped = plan.skipped.values().sum();
    plan.writes.sort_by(|left, right| left.code.cmp(&right.code));
    plan.outcomes.sort_by(|left, right| left.code.cmp(&right.code));
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
