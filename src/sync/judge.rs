//! Whether a run that came to its end is 完了 (`DESIGN` §6 "完了 or 異常終了").

use std::collections::{HashMap, HashSet};

use super::{Failure, OnPartial, Outcome, Plan, Policy, RunFailure};

/// Rejecting fewer people than this never fails a run…
const SOME: u64 = 5;
/// …and this many for the same item and code do…
const MANY_ALIKE: u64 = 20;
/// …if they are at least this share of 対象, in per cent.
const ALIKE_PERCENT: u64 = 10;

/// The failure of a run that did what it could: a renamed master value must not be a silent green run. Reads the plan after
/// all refusals of the destination were taken back ([`Plan::demote`]).
pub fn judge(plan: &Plan, policy: &Policy) -> Option<Failure> {
    let (rejected, target) = (plan.counts.rejected, plan.counts.target);
    if plan.measures.full {
        if rejected >= SOME && rejected * 2 > target {
            return Some(RunFailure::MostRejected { n: rejected, target }.into());
        }
        let alike = most_alike(plan);
        if alike >= MANY_ALIKE && alike * 100 >= target * ALIKE_PERCENT {
            return Some(RunFailure::MostRejected { n: alike, target }.into());
        }
    }
    (policy.on_partial == OnPartial::Failed && rejected > 0)
        .then(|| RunFailure::Partial { n: rejected }.into())
}

/// How many people were rejected for the most frequent item and code.
fn most_alike(plan: &Plan) -> u64 {
    let mut people: HashMap<(&str, Option<&str>), u64> = HashMap::new();
    let rejected = plan.outcomes.iter().filter(|person| person.outcome == Outcome::Rejected);
    for person in rejected {
        let alike: HashSet<_> =
            person.problems.iter().map(|problem| (problem.code, problem.item.as_deref())).collect();
        for key in alike {
            *people.entry(key).or_default() += 1;
        }
    }
    people.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::{Dependents, Item, Message, PersonOutcome};

    /// A full run over `target` people of whom the first have these items rejected.
    fn run(target: u64, rejected: &[&str]) -> Plan {
        let mut plan = Plan::default();
        plan.measures.full = true;
        for (n, item) in rejected.iter().enumerate() {
            let code = format!("A{n:04}");
            let message = Message::Master { code: &code, item: Item::Own(item) };
            plan.counts.add(Outcome::Rejected, Dependents::Untouched);
            plan.outcomes.push(PersonOutcome {
                code: code.as_str().into(),
                outcome: Outcome::Rejected,
                rules: Vec::new(),
                problems: vec![message.problem(), message.problem()],
                dependents: Dependents::Untouched,
            });
        }
        for _ in rejected.len() as u64..target {
            plan.counts.add(Outcome::Unchanged, Dependents::Untouched);
        }
        plan
    }

    fn code(plan: &Plan, policy: &Policy) -> Option<&'static str> {
        judge(plan, policy).map(|failure| failure.code)
    }

    #[test]
    fn a_run_that_rejects_five_and_more_than_half_is_failed() {
        let policy = Policy::default();
        assert_eq!(code(&run(9, &["性別"; 5]), &policy), Some("F_MOST_REJECTED"));
        assert_eq!(code(&run(10, &["性別"; 5]), &policy), None, "half is not more than half");
        assert_eq!(code(&run(4, &["性別"; 4]), &policy), None, "four are too few");
    }

    #[test]
    fn a_run_that_rejects_twenty_alike_and_a_tenth_is_failed() {
        let policy = Policy::default();
        assert_eq!(code(&run(200, &["性別"; 20]), &policy), Some("F_MOST_REJECTED"));
        assert_eq!(code(&run(201, &["性別"; 20]), &policy), None);
        assert_eq!(code(&run(100, &["性別"; 19]), &policy), None);
        let mixed: Vec<&str> = [["性別"; 15], ["続柄"; 15]].concat();
        assert_eq!(code(&run(100, &mixed), &policy), None, "they are not alike");
    }

    #[test]
    fn a_run_about_some_people_is_not_measured() {
        let mut plan = run(9, &["性別"; 9]);
        plan.measures.full = false;
        assert_eq!(code(&plan, &Policy::default()), None);
    }

    #[test]
    fn one_error_fails_a_run_only_where_the_policy_says_so() {
        let strict = Policy { on_partial: OnPartial::Failed, ..Policy::default() };
        assert_eq!(code(&run(100, &["性別"]), &Policy::default()), None);
        assert_eq!(code(&run(100, &["性別"]), &strict), Some("F_PARTIAL"));
        assert_eq!(code(&run(100, &[]), &strict), None);
    }
}
