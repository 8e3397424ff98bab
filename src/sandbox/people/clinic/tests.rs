use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use super::*;

/// Sizes, seeds and days; a thousand people once, because that takes its time.
const RECIPES: [(usize, u64, &str); 14] = [
    (20, 1, "2026-11-21"),
    (20, 7, "2026-03-01"),
    (20, 99, "2027-12-31"),
    (21, 1, "2026-11-21"),
    (21, 7, "2024-02-29"),
    (22, 3, "2026-01-01"),
    (50, 1, "2026-11-21"),
    (50, 7, "2026-05-26"),
    (50, 99, "2029-04-02"),
    (99, 5, "2026-11-21"),
    (101, 5, "2026-08-01"),
    (120, 1, "2026-11-21"),
    (120, 7, "2026-02-28"),
    (1000, 3, "2026-11-21"),
];

fn populations() -> impl Iterator<Item = Population> {
    let one = |(employees, seed, today): (usize, u64, &str)| Population {
        seed,
        employees,
        today: today.parse().expect("a day"),
    };
    RECIPES.into_iter().map(one)
}

/// The comparison of `reference/mediment.md` D0.
fn normal(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

fn names(last: &str, first: &str, mail: Option<&str>) -> Option<(String, String)> {
    mail.map(|mail| (normal(&format!("{last}{first}")), normal(mail).to_lowercase()))
}

/// What a first run is to do with a user, by D1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Created,
    Updated,
    Unchanged,
    Held,
    Conflict,
    Skipped,
}

/// A plain reading of `reference/mediment.md` D1, apart from the one that is tested with these people.
fn fates(population: Population) -> Vec<(User, Fate)> {
    let clinic = Clinic::of(population);
    let there = mediment_seed(population).employees;
    let mut twins = BTreeMap::new();
    for user in &clinic.users {
        let names = names(&user.last_name, &user.first_name, user.email.as_deref());
        *twins.entry(names).or_insert(0) += 1;
    }
    let keys = |other: &SeedEmployee| {
        let own = names(&other.last_name, &other.first_name, other.email.as_deref());
        (other.employee_number.as_deref().map(normal), own)
    };
    let keys: Vec<_> = there.iter().map(keys).collect();
    let fate = |user: &User| {
        let number = user.number.as_deref().map(normal).filter(|number| !number.is_empty());
        let own = names(&user.last_name, &user.first_name, user.email.as_deref());
        if number.is_none() && own.is_none() {
            return Fate::Skipped;
        }
        let is_same = |(theirs, names): &(Option<String>, _)| {
            (number.is_some() && *theirs == number) || (own.is_some() && *names == own)
        };
        let known = there.iter().zip(&keys).filter(|(_, keys)| is_same(keys)).map(|(other, _)| other);
        let known: Vec<&SeedEmployee> = known.collect();
        match known.as_slice() {
            [] if user.end_date.is_some() => Fate::Skipped,
            [] if own.is_some() && twins[&own] > 1 => Fate::Conflict,
            [] => {
                let mail = own.map(|(_, mail)| mail);
                let theirs = there.iter().filter_map(|other| other.email.as_deref());
                let taken =
                    mail.is_some_and(|mail| theirs.map(normal).any(|other| other.to_lowercase() == mail));
                if taken { Fate::Held } else { Fate::Created }
            }
            [one] if differs(user, one) => Fate::Updated,
            [_] => Fate::Unchanged,
            _ => Fate::Conflict,
        }
    };
    clinic.users.iter().map(|user| (user.clone(), fate(user))).collect()
}

/// Whether an item that HRMOS fills is another one in mediment; blanks never count, but 退職日 does.
fn differs(user: &User, other: &SeedEmployee) -> bool {
    let changed = |here: Option<&str>, there: Option<&str>| {
        let here = here.map(normal).filter(|text| !text.is_empty());
        here.is_some_and(|here| {
            there.map(normal).is_none_or(|there| there.to_lowercase() != here.to_lowercase())
        })
    };
    changed(user.number.as_deref(), other.employee_number.as_deref())
        || changed(Some(&user.last_name_kana), other.last_name_kana.as_deref())
        || changed(Some(&user.first_name_kana), other.first_name_kana.as_deref())
        || changed(user.email.as_deref(), other.email.as_deref())
        || changed(user.lodgment_id.and_then(places::lodgment), other.office.as_deref())
        || changed(user.department_id.and_then(places::department), other.department1.as_deref())
        || other.hired_on != Some(user.start_date)
        || other.retired_on != user.end_date
}

#[test]
fn the_same_seed_makes_the_same_people_and_another_seed_makes_others() {
    for population in populations() {
        assert_eq!(Clinic::of(population).users, Clinic::of(population).users);
        let other = Population { seed: population.seed + 1, ..population };
        assert_ne!(Clinic::of(population).users, Clinic::of(other).users);
    }
}

#[test]
fn there_are_as_many_users_as_employees_with_ids_of_their_own() {
    for population in populations() {
        let users = Clinic::of(population).users;
        assert_eq!(users.len(), population.employees);
        assert!(users.iter().map(|user| user.id).eq(1..=population.employees as u64));
        let numbers: Vec<_> = users.iter().filter_map(|user| user.number.as_ref()).collect();
        let filled: Vec<_> = numbers.iter().filter(|number| !number.is_empty()).collect();
        assert_eq!(filled.iter().collect::<BTreeSet<_>>().len(), filled.len());
    }
}

#[test]
fn a_first_run_creates_one_percent_and_updates_two_and_the_edge_cases() {
    for population in populations() {
        let fates = fates(population);
        let count = |fate| fates.iter().filter(|(_, of)| *of == fate).count();
        assert_eq!(count(Fate::Created), (population.employees / 100).clamp(1, 15), "{population:?}");
        // A0001's 部門 and A0006's 退職日 come on top.
        assert_eq!(count(Fate::Updated), (population.employees / 50).max(1) + 2, "{population:?}");
        assert_eq!((count(Fate::Held), count(Fate::Conflict), count(Fate::Skipped)), (1, 3, 3));
    }
}

#[test]
fn rejected_and_held_people_stay_below_what_ends_a_run() {
    for population in populations() {
        let bad =
            fates(population).iter().filter(|(_, fate)| matches!(fate, Fate::Held | Fate::Conflict)).count();
        assert!(bad < 5, "{population:?}");
    }
}

#[test]
fn who_is_created_works_here_and_is_no_edge_case() {
    for population in populations() {
        for (user, fate) in fates(population) {
            if fate == Fate::Created {
                assert!(
                    user.id > edge::COUNT && user.end_date.is_none() && user.start_date <= population.today
                );
                assert!(user.email.is_some() && !user.last_name_kana.is_empty());
            }
        }
    }
}

#[test]
fn the_edge_cases_meet_the_fate_that_their_case_says() {
    use Fate::{Conflict, Held, Skipped, Unchanged, Updated};

    for population in populations() {
        let fates: Vec<Fate> = fates(population).into_iter().map(|(_, fate)| fate).take(16).collect();
        let wanted = [
            Updated, Unchanged, Unchanged, Skipped, Skipped, Updated, Unchanged, Unchanged, Unchanged,
            Conflict, Conflict, Unchanged, Unchanged, Held, Skipped, Conflict,
        ];
        assert_eq!(fates, wanted, "{population:?}");
    }
}

#[test]
fn mediment_holds_whom_its_own_checklist_asks_for() {
    for population in populations() {
        let seed = mediment_seed(population);
        let employees = &seed.employees;
        let ids: BTreeSet<_> = employees.iter().map(|employee| &employee.id).collect();
        assert_eq!(ids.len(), employees.len());
        let numbers: Vec<_> =
            employees.iter().filter_map(|employee| employee.employee_number.as_ref()).collect();
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
        assert!(!numbers.iter().any(|number| number.is_empty()));
        assert!(employees.iter().any(|employee| employee.stress_check_target == "対象外"));
        assert!(employees.iter().any(|employee| employee.employee_number.is_none()));
        let mut twins = BTreeMap::new();
        for employee in employees {
            let key = (&employee.last_name, &employee.first_name, &employee.email);
            *twins.entry(key).or_insert(0) += 1;
        }
        assert_eq!(twins.values().filter(|count| **count == 2).count(), 1);
    }
}

#[test]
fn a_company_has_what_the_emulators_checklist_asks_for() {
    for population in populations() {
        let users = Clinic::of(population).users;
        let any = |of: &dyn Fn(&User) -> bool| users.iter().any(of);
        assert!(any(&|user| user.number.is_none()) && any(&|user| user.number.as_deref() == Some("")));
        assert!(any(&|user| user.email.is_none()) && any(&|user| user.first_name_kana.is_empty()));
        assert!(any(&|user| user.end_date.is_some_and(|day| day < population.today)));
        assert!(any(&|user| user.end_date.is_some_and(|day| day > population.today)));
        assert!(any(&|user| user.lodgment_id.is_none() && user.department_id.is_none()));
        assert!(any(&|user| user.department_id.is_some_and(|id| places::department(id).is_none())));
        assert!(any(&|user| user.last_name.contains('\u{3000}')));
        assert!(any(&|user| user.email.as_ref().is_some_and(|mail| mail.chars().any(char::is_uppercase))));
        assert!(any(&|user| user.cutoff_date == 25));
    }
}

fn months(population: Population) -> Vec<Month> {
    (0..MONTHS).map(|back| Month::of(population.today).back(back)).collect()
}

#[test]
fn every_month_has_rows_of_every_kind() {
    for population in populations() {
        let users = Clinic::of(population).users;
        for month in months(population) {
            let rows: Vec<Option<Figures>> =
                users.iter().map(|user| user.figures(population, month)).collect();
            let any = |of: &dyn Fn(&Figures) -> bool| rows.iter().flatten().any(of);
            assert!(rows.iter().flatten().count() >= 10, "{month}");
            assert!(rows.iter().any(Option::is_none), "{month}");
            assert!(any(&|row| row.blanks == Blanks::All) && any(&|row| row.blanks == Blanks::ActualHours));
            assert!(any(&|row| row.actual() == 0 && row.working_days == 0 && row.prescribed > 0));
            // The present month may have begun today.
            let over = month != Month::of(population.today);
            assert!(!over || any(&|row| row.working_days % 10 == 5), "half a day in {month}");
            assert!(!over || any(&|row| row.actual() > 100 * 60), "more than 100 hours in {month}");
            assert!(any(&|row| row.actual() == 1560 && row.within == 900), "the vendor's example");
        }
    }
}

#[test]
fn figures_obey_the_identities_and_are_plausible() {
    for population in populations() {
        let users = Clinic::of(population).users;
        for month in months(population) {
            for user in &users {
                let Some(row) = user.figures(population, month) else { continue };
                assert_eq!(Some(row), user.figures(population, month));
                assert!(row.night <= row.over_statutory, "{row:?}");
                assert!(row.within <= row.prescribed && row.actual() <= 400 * 60, "{row:?}");
                assert!(row.working_days <= 310 && row.paid <= 20, "{row:?}");
                let (first, last) = month.period(user.cutoff_date);
                assert!(user.start_date <= last && user.end_date.is_none_or(|end| end >= first));
            }
        }
    }
}

#[test]
fn old_months_are_mostly_approved_and_the_present_one_is_not() {
    for population in populations().filter(|population| population.employees >= 120) {
        let users = Clinic::of(population).users;
        let now = Month::of(population.today);
        let closed = |month: Month| {
            let closed = users.iter().filter(|user| matches!(user.status(population, month), 3 | 99)).count();
            closed * 100 / users.len()
        };
        assert_eq!(closed(now), 0);
        assert!((50..95).contains(&closed(now.back(1))), "{}", closed(now.back(1)));
        assert!(closed(now.back(5)) >= 90);
        let statuses: BTreeSet<u8> = users
            .iter()
            .flat_map(|user| [0, 1, 2].map(|back| user.status(population, now.back(back))))
            .collect();
        assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 99]);
    }
}

/// The items that the two flows compare, in the order of the requirement's table.
fn mapped(row: &SeedAttendance) -> [Option<u32>; 12] {
    [
        row.working_days,
        row.absence_count,
        row.late_count,
        row.early_leave_count,
        row.actual_minutes,
        row.late_minutes,
        row.early_leave_minutes,
        row.scheduled_minutes,
        row.outside_scheduled_minutes,
        row.outside_statutory_minutes,
        row.night_minutes,
        row.paid_leave_days,
    ]
}

fn carried_over(row: &Figures) -> [Option<u32>; 12] {
    let known = row.blanks == Blanks::None;
    [
        Some(row.working_days),
        Some(row.absence),
        Some(row.tardy),
        Some(row.left_early),
        known.then(|| row.actual()),
        known.then_some(row.late),
        Some(row.early),
        Some(row.within),
        known.then(|| row.within_statutory + row.over_statutory + row.holiday + row.statutory_holiday),
        Some(row.over_statutory),
        Some(row.night),
        Some(row.paid),
    ]
}

#[test]
fn mediment_holds_every_month_but_for_one_percent_and_two_percent_of_one_item() {
    for population in populations() {
        let clinic = Clinic::of(population);
        let seed = mediment_seed(population);
        let (_, linked) = destination::employees(&clinic);
        let matched = |fate: &Fate| matches!(fate, Fate::Updated | Fate::Unchanged);
        let matched: Vec<User> =
            fates(population).into_iter().filter(|(_, fate)| matched(fate)).map(|(user, _)| user).collect();
        assert_eq!(matched.len(), linked.len());
        for month in months(population) {
            let held = seed.attendance.month(&month.to_string());
            let here = matched.iter().filter_map(|user| {
                let figures = user.figures(population, month).filter(|row| row.blanks != Blanks::All)?;
                Some((linked[&user.id].as_str(), carried_over(&figures)))
            });
            let here: BTreeMap<&str, _> = here.collect();
            assert_eq!(here.len() - held.len(), cases::missing(population.employees), "{month}");
            let mut different = 0;
            for row in &held {
                let pairs = mapped(row).into_iter().zip(here[row.employee_id.as_str()]);
                let items = pairs.filter(|(there, here)| there != here).count();
                assert!(items <= 1);
                different += items;
            }
            assert_eq!(different, cases::differing(population.employees), "{population:?} {month}");
        }
        let later = Month::of(population.today).back(MONTHS);
        assert!(seed.attendance.month(&later.to_string()).is_empty());
        assert_eq!(clinic.users.len(), population.employees);
    }
}

#[test]
fn what_was_typed_in_by_hand_is_there_to_survive() {
    for population in populations() {
        let seed = mediment_seed(population);
        let month = Month::of(population.today).back(1).to_string();
        let rows = seed.attendance.month(&month);
        let typed = rows.iter().filter(|row| row.break_minutes.is_some() || row.paid_leave_minutes.is_some());
        assert_eq!(typed.map(|row| row.employee_id.as_str()).collect::<Vec<_>>(), ["emp_000001"]);
    }
}
