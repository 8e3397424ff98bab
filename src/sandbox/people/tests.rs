use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::*;
use crate::sandbox::kaonavi::SeedMember;

fn population(employees: usize) -> Population {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    Population { seed: 1, employees, today }
}

fn numbers(employees: usize, of: fn(Role) -> bool) -> BTreeSet<String> {
    population(employees)
        .entries()
        .filter(|entry| of(entry.role))
        .map(|entry| entry.person[Field::EmployeeNumber].clone())
        .collect()
}

fn members(employees: usize) -> BTreeMap<String, SeedMember> {
    seed_members(population(employees)).into_iter().map(|member| (member.code.clone(), member)).collect()
}

#[test]
fn the_same_seed_makes_the_same_people_and_another_seed_makes_others() {
    let all = |population: Population| population.entries().map(|entry| entry.person).collect::<Vec<_>>();
    assert_eq!(all(population(200)), all(population(200)));
    assert_ne!(all(population(200)), all(Population { seed: 2, ..population(200) }));
}

#[test]
fn everybody_is_counted_whatever_the_size() {
    for employees in [20, 21, 50, 99, 100, 1000] {
        assert_eq!(population(employees).entries().count(), employees);
    }
}

#[test]
fn who_is_missing_on_one_side_is_on_the_other_and_no_edge_case() {
    for employees in [20, 50, 1000] {
        let no_kaonavi = numbers(employees, |role| role == Role::MissingInKaonavi);
        let no_officestation = numbers(employees, |role| role == Role::MissingInOfficestation);
        assert_eq!(no_kaonavi.len(), (employees / 100).clamp(1, 15));
        assert_eq!(no_kaonavi.len(), no_officestation.len());
        assert!(no_kaonavi.is_disjoint(&no_officestation));
        assert!(no_kaonavi.union(&no_officestation).all(|number| number.starts_with('B')));
        let members = members(employees);
        assert!(no_kaonavi.iter().all(|number| !members.contains_key(number)));
        assert!(no_officestation.iter().all(|number| members.contains_key(number)));
    }
}

#[test]
fn who_is_missing_works_here_today_and_can_be_created() {
    let today = population(1000).today;
    for entry in population(1000).entries() {
        if !matches!(entry.role, Role::MissingInKaonavi | Role::MissingInOfficestation | Role::Differs(_)) {
            continue;
        }
        let person = &entry.person;
        let hired: NaiveDate = person[Field::HireDate].parse().expect("a date");
        assert!(hired <= today && person[Field::RetireDate].is_empty());
        for field in [Field::LastName, Field::FirstName, Field::LastNameKana, Field::FirstNameKana] {
            assert!(!person[field].is_empty());
        }
        assert!(person[Field::BirthDate].parse::<NaiveDate>().is_ok_and(|birth| birth < hired));
    }
}

#[test]
fn nobody_looks_like_anybody_else_except_eleven() {
    for employees in [20, 1000, 20_000] {
        let mut seen = BTreeSet::new();
        for entry in population(employees).entries() {
            let person = &entry.person;
            let kana = format!("{}{}", person[Field::LastNameKana], person[Field::FirstNameKana]);
            assert!(
                seen.insert((kana, person[Field::BirthDate].clone())),
                "{}",
                person[Field::EmployeeNumber]
            );
        }
    }
}

#[test]
fn nobody_in_kaonavi_looks_like_anybody_else_there() {
    let mut seen = BTreeSet::new();
    for member in members(20_000).into_values() {
        let basic: BTreeMap<&str, String> = member.basic.into_iter().collect();
        let kana: String = basic["name_kana"].split('\u{3000}').collect();
        assert!(seen.insert((kana, basic["birthday"].clone())), "{}", member.code);
    }
}

#[test]
fn differences_are_one_filled_item_each_and_spread() {
    let members = members(1000);
    let mut items: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in population(1000).entries() {
        let Role::Differs(field) = entry.role else { continue };
        let mut equal = entry.clone();
        equal.role = Role::Ordinary;
        let equal = equal.in_kaonavi().expect("known on both sides");
        let here = &members[&entry.person[Field::EmployeeNumber]];
        let all = |member: &SeedMember| {
            [member.basic.clone(), member.single.clone()].concat().into_iter().collect::<BTreeMap<_, _>>()
        };
        let (old, new) = (all(here), all(&kaonavi_seed::member(&equal)));
        assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
        assert_eq!(old.iter().filter(|(name, value)| new.get(*name) != Some(value)).count(), 1);
        *items.entry(field.label()).or_default() += 1;
    }
    assert_eq!(items.values().sum::<usize>(), 20);
    assert!(items.len() >= 5 && items.values().all(|count| *count <= 5), "{items:?}");
}

#[test]
fn the_edge_cases_stand_in_kaonavi_as_their_case_needs() {
    let members = members(20);
    let basic = |code: &str, key: &str| {
        let found = members[code].basic.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| value.clone())
    };
    assert_eq!(members["A0001"].dependents.len(), 1);
    assert_eq!(basic("A0002", "gender").as_deref(), Some("女性"));
    assert_eq!(basic("A0004", "retired_date").as_deref(), Some("2026-11-21"));
    assert_eq!(basic("A0005", "retired_date"), None);
    assert_eq!(basic("000011", "name_kana").as_deref(), Some("イトウ\u{3000}シロウ"));
    assert!(!members.contains_key("11"));
    assert_eq!(members["A0007"].single.iter().filter(|(name, _)| *name == "電話番号").count(), 1);
    assert_eq!(basic("A0008", "entered_date"), None);
    assert_eq!(basic("A0009", "name").as_deref(), Some("中村\u{3000}七海"));
}

#[test]
fn no_value_could_be_taken_for_a_personal_number() {
    for entry in population(2000).entries() {
        for value in entry.person.values() {
            assert!(value.chars().filter(char::is_ascii_digit).count() < 12, "{value}");
        }
    }
}

#[test]
fn about_half_have_dependants_and_some_have_left() {
    let entries: Vec<Entry> = population(1000).entries().collect();
    let with = entries.iter().filter(|entry| !entry.person.dependents.is_empty()).count();
    assert!((400..600).contains(&with), "{with}");
    assert_eq!(entries.iter().filter(|entry| entry.role == Role::Retired).count(), 30);
}
