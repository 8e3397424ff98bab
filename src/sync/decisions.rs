//! What people decided about holds: whether two 社員番号 are two people.
//!
//! A *hold* is about a pair: the code of a person of the source, and the code of the person of the destination who may be the same
//! one, or [`NO_CODE`] if that one has none. A decision is bound to both: it says nothing about a third code.

use std::collections::BTreeMap;

use super::fold;

/// Stands for the 社員番号 of somebody who has none.
pub const NO_CODE: &str = "-";

/// What somebody decided about a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// 承認: a different person, who is carried over like everybody.
    Approved,
    /// 却下: stays held, and nobody is told any more.
    Rejected,
}

/// Two codes under suspicion, and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The hold's code: `H_NEAR_DUPLICATE` and the like.
    pub kind: &'static str,
    /// 社員番号 of the source's person, as used for matching.
    pub code: Box<str>,
    /// 社員番号 of the destination's person, or [`NO_CODE`].
    pub other: Box<str>,
}

/// What a line about a hold adds to its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// 社員番号 of the person whom it may be, or [`NO_CODE`].
    pub other: String,
    /// True if the pair was rejected: the line isn't mailed.
    pub silenced: bool,
}

/// The decisions that a plan heeds: those of one flow of one link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decisions {
    by_code: BTreeMap<String, BTreeMap<String, Verdict>>,
}

impl Decisions {
    /// Nobody decided anything.
    pub fn none() -> &'static Decisions {
        static NONE: Decisions = Decisions { by_code: BTreeMap::new() };
        &NONE
    }

    /// True if nobody decided anything.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// What was decided about a pair. Spaces around a code don't matter, and an empty `other` is [`NO_CODE`].
    pub fn verdict(&self, code: &str, other: &str) -> Option<Verdict> {
        self.by_code.get(fold::trim_code(code))?.get(other_code(other)).copied()
    }

    /// What still holds a person who may be any of `others`: the pair that was rejected, else the first that nobody decided.
    /// Nothing if all were approved.
    pub fn remaining<'o>(&self, code: &str, others: &[&'o str]) -> Option<(&'o str, Option<Verdict>)> {
        let verdicts = others.iter().map(|other| (*other, self.verdict(code, other)));
        let mut left = verdicts.filter(|(_, verdict)| *verdict != Some(Verdict::Approved));
        let first = left.next()?;
        if first.1.is_some() {
            Some(first)
        } else {
            left.find(|(_, verdict)| verdict.is_some()).or(Some(first))
        }
    }

    /// Those of `others` whom the person certainly is not.
    pub fn approved<'o>(&self, code: &str, others: &[&'o str]) -> Vec<&'o str> {
        let is_approved = |other: &&&str| self.verdict(code, other) == Some(Verdict::Approved);
        others.iter().filter(is_approved).copied().collect()
    }
}

impl<C: AsRef<str>, O: AsRef<str>> FromIterator<(C, O, Verdict)> for Decisions {
    /// Of two decisions about one pair the later one counts.
    fn from_iter<I: IntoIterator<Item = (C, O, Verdict)>>(decisions: I) -> Self {
        let mut all = Decisions::default();
        for (code, other, verdict) in decisions {
            let others = all.by_code.entry(fold::trim_code(code.as_ref()).to_owned()).or_default();
            others.insert(other_code(other.as_ref()).to_owned(), verdict);
        }
        all
    }
}

fn other_code(other: &str) -> &str {
    match fold::trim_code(other) {
        "" => NO_CODE,
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code() -> impl Strategy<Value = String> {
        proptest::sample::select(vec!["A1", "A2", "a1", "11", "000011", "-", " A1", "A2\u{3000}", ""])
            .prop_map(str::to_owned)
    }

    fn verdict() -> impl Strategy<Value = Verdict> {
        prop_oneof![Just(Verdict::Approved), Just(Verdict::Rejected)]
    }

    proptest! {
        #[test]
        fn the_last_decision_about_a_pair_counts_and_no_other_pair_has_one(
            decided in proptest::collection::vec((code(), code(), verdict()), 0..12),
            code in code(),
            other in code(),
        ) {
            let decisions: Decisions = decided.iter().cloned().collect();
            let same = |one: &(String, String, Verdict)| {
                fold::trim_code(&one.0) == fold::trim_code(&code) && other_code(&one.1) == other_code(&other)
            };
            let last = decided.iter().rev().find(|one| same(one)).map(|one| one.2);
            prop_assert_eq!(decisions.verdict(&code, &other), last);
            prop_assert_eq!(decisions.is_empty(), decided.is_empty());
        }

        #[test]
        fn a_person_is_free_exactly_if_every_pair_is_approved(
            decided in proptest::collection::vec((code(), code(), verdict()), 0..12),
            code in code(),
            others in proptest::collection::vec(code(), 0..5),
        ) {
            let decisions: Decisions = decided.into_iter().collect();
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            let of = |wanted: Option<Verdict>| others.iter().filter(|other| decisions.verdict(&code, other) == wanted).count();
            let approved = decisions.approved(&code, &others);
            prop_assert_eq!(approved.len(), of(Some(Verdict::Approved)));
            match decisions.remaining(&code, &others) {
                None => prop_assert_eq!(approved.len(), others.len()),
                Some((other, Some(verdict))) => {
                    prop_assert_eq!(verdict, Verdict::Rejected);
                    prop_assert_eq!(decisions.verdict(&code, other), Some(Verdict::Rejected));
                }
                Some((other, None)) => {
                    prop_assert_eq!(of(Some(Verdict::Rejected)), 0, "a rejected pair would have silenced it");
                    let first = others.iter().find(|other| decisions.verdict(&code, other).is_none());
                    prop_assert_eq!(Some(&other), first);
                }
            }
        }
    }

    #[test]
    fn a_decision_says_nothing_the_other_way_round() {
        let decisions: Decisions = [("11", "000011", Verdict::Approved)].into_iter().collect();
        assert_eq!(decisions.verdict("11", "000011"), Some(Verdict::Approved));
        assert_eq!(decisions.verdict("000011", "11"), None);
        assert_eq!(Decisions::none().verdict("11", "000011"), None);
    }
}
