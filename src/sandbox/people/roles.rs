//! Which of the ordinary people are missing on one side, differ, have left or have not yet come.

use super::fields::Field;
use super::places::{DEPARTMENTS, POSITIONS};
use crate::sandbox::random::Random;

/// The part a person plays in a first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// One of the references' edge-case people.
    Edge,
    /// A 現職者 who is equal on both sides.
    Ordinary,
    /// A 現職者 whom Kaonavi lacks.
    MissingInKaonavi,
    /// A 現職者 whom OfficeStation lacks.
    MissingInOfficestation,
    /// A 現職者 with another non-blank value of this field in Kaonavi.
    Differs(Field),
    /// A 退職者, equal on both sides.
    Retired,
    /// An 入社予定者, equal on both sides.
    Future,
}

/// The fields that differ, in turn: all of them are filled for every ordinary person, so that Kaonavi holds
/// another value and never a blank, and no single item gathers many differences.
const DIFFERING: &[Field] = &[
    Field::MobilePhoneNumber,
    Field::Email,
    Field::DepartmentNote,
    Field::Position,
    Field::EmergencyPhoneNumber,
    Field::Street,
];

/// The roles of `ordinary` people out of `employees` in all (`employees` is at least 20).
///
/// 1 % are missing on either side (at least 1, at most 15), 2 % differ (at least 1), 3 % have left, 1 % are
/// still to come; the rest are plain. Nobody has two roles.
pub(crate) fn deal(random: &mut Random, employees: usize, ordinary: usize) -> Vec<Role> {
    let missing = (employees / 100).clamp(1, 15);
    let differing = (employees / 50).max(1);
    let retired = (employees * 3 / 100).max(1);
    let future = (employees / 100).max(1);
    let mut roles = Vec::with_capacity(ordinary);
    roles.extend(std::iter::repeat_n(Role::MissingInKaonavi, missing));
    roles.extend(std::iter::repeat_n(Role::MissingInOfficestation, missing));
    roles.extend(DIFFERING.iter().cycle().take(differing).copied().map(Role::Differs));
    roles.extend(std::iter::repeat_n(Role::Retired, retired));
    roles.extend(std::iter::repeat_n(Role::Future, future));
    roles.resize(ordinary, Role::Ordinary);
    random.shuffle(&mut roles);
    roles
}

/// A plausible earlier value of `field`, never blank and never equal to `value` in any spelling.
pub(crate) fn older_value(field: Field, value: &str) -> String {
    let next_in = |list: &[&str]| {
        let at = list.iter().position(|item| *item == value).unwrap_or(0);
        let (before, after) = list.split_at(at);
        let other = after.iter().chain(before).find(|item| **item != value);
        other.map_or_else(String::new, ToString::to_string)
    };
    match field {
        Field::Position => next_in(POSITIONS),
        Field::DepartmentNote => next_in(DEPARTMENTS),
        Field::Email => format!("old.{value}"),
        Field::Street => format!("9-{value}"),
        _ => bump_last_digit(value),
    }
}

/// The number with another last digit.
pub(super) fn bump_last_digit(value: &str) -> String {
    let mut text = value.to_owned();
    let last = text.pop().and_then(|c| c.to_digit(10)).unwrap_or(0);
    text.push_str(&((last + 1) % 10).to_string());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_people_are_enough_for_every_role() {
        let roles = deal(&mut Random::of(1, 0), 20, 11);
        assert_eq!(roles.len(), 11);
        for role in [Role::MissingInKaonavi, Role::MissingInOfficestation, Role::Retired, Role::Future] {
            assert!(roles.contains(&role), "{role:?}");
        }
    }

    #[test]
    fn an_older_value_is_another_non_blank_value() {
        for field in DIFFERING {
            for value in ["090-1234-5679", "課長", "部長", "営業1課", "a@example.jp"] {
                let older = older_value(*field, value);
                assert!(!older.is_empty() && older != value, "{field:?} {value} {older}");
            }
        }
    }
}
