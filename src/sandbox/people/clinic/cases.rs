//! Which of the ordinary users are missing or different in mediment, have left or have not yet come.

use crate::sandbox::random::Random;

/// The part that a user plays in a first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// One of the edge-case people.
    Edge,
    /// A 現職者 who is equal on both sides.
    Ordinary,
    /// A 現職者 whom mediment lacks.
    Missing,
    /// A 現職者 of whom mediment has another value in this item.
    Differs(Differing),
    /// A 退職者 whom mediment knows as one.
    Retired,
    /// An 入社予定者, equal on both sides.
    Future,
}

/// The mapped items that differ, in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Differing {
    FirstNameKana,
    Email,
    Office,
    Department,
    HiredOn,
}

const DIFFERING: &[Differing] = &[
    Differing::Department,
    Differing::Email,
    Differing::Office,
    Differing::HiredOn,
    Differing::FirstNameKana,
];

/// How many of `employees` people a destination lacks: 1 %, at least 1, at most 15.
pub(super) fn missing(employees: usize) -> usize {
    (employees / 100).clamp(1, 15)
}

/// How many of `employees` people differ in one item: 2 %, at least 1.
pub(super) fn differing(employees: usize) -> usize {
    (employees / 50).max(1)
}

/// The cases of `ordinary` users out of `employees` in all. 3 % have left (at least 1), 1 % are still to come.
pub(super) fn deal(random: &mut Random, employees: usize, ordinary: usize) -> Vec<Case> {
    let mut cases = Vec::with_capacity(ordinary);
    cases.extend(std::iter::repeat_n(Case::Missing, missing(employees)));
    cases.extend(DIFFERING.iter().cycle().take(differing(employees)).copied().map(Case::Differs));
    cases.extend(std::iter::repeat_n(Case::Retired, (employees * 3 / 100).max(1)));
    cases.extend(std::iter::repeat_n(Case::Future, employees / 100));
    cases.resize(ordinary, Case::Ordinary);
    random.shuffle(&mut cases);
    cases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_people_are_enough_for_every_case_that_must_be() {
        let cases = deal(&mut Random::of(1, 0), 20, 4);
        assert_eq!(cases.len(), 4);
        for case in [Case::Missing, Case::Retired, Case::Ordinary] {
            assert!(cases.contains(&case), "{case:?}");
        }
        assert!(cases.iter().any(|case| matches!(case, Case::Differs(_))));
    }
}
