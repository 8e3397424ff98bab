//! What mediment holds at the start: everybody and every month, but for what a first run is to find.

use std::collections::HashMap;

use chrono::Days;

use super::cases::{Case, Differing, differing, missing};
use super::figures::{Blanks, Figures};
use super::month::Month;
use super::places::{DEPARTMENTS, LODGMENTS, department, lodgment};
use super::seed::{Seed, SeedAttendance, SeedEmployee, SeedMonths};
use super::{Clinic, MONTHS, STREAM, User, edge};
use crate::sandbox::people::Population;
use crate::sandbox::random::{Random, mix};

/// What the mediment tenant of this recipe starts with.
pub(crate) fn mediment_seed(population: Population) -> Seed {
    let clinic = Clinic::of(population);
    let (employees, _) = employees(&clinic);
    let attendance = SeedMonths::of(move |name| {
        // Made anew for each month, so that a tenant whose attendance nobody reads keeps nothing for it.
        Month::parse(name).map_or_else(Vec::new, |month| attendance(&Clinic::of(population), month))
    });
    Seed { employees, attendance }
}

/// The people of mediment, and the id there of every user who is matched to one.
pub(super) fn employees(clinic: &Clinic) -> (Vec<SeedEmployee>, HashMap<u64, String>) {
    let (mut employees, mut linked) = (Vec::new(), HashMap::new());
    for user in &clinic.users {
        let (known, link) = in_mediment(user);
        for (at, mut employee) in known.into_iter().enumerate() {
            employee.id = employee_id(employees.len());
            if link && at == 0 {
                linked.insert(user.id, employee.id.clone());
            }
            employees.push(employee);
        }
    }
    employees.push(SeedEmployee { id: employee_id(employees.len()), ..edge::only_in_mediment() });
    (employees, linked)
}

fn employee_id(index: usize) -> String {
    format!("emp_{:06}", index + 1)
}

/// What mediment has of a user, and whether the first of it is the user.
fn in_mediment(user: &User) -> (Vec<SeedEmployee>, bool) {
    let equal = equal(user);
    let text = |text: &str| Some(text.to_owned());
    let employee = match user.case {
        Case::Edge => return (edge::in_mediment(user.id, equal), edge::is_linked(user.id)),
        Case::Missing => return (Vec::new(), false),
        Case::Ordinary | Case::Retired | Case::Future => equal,
        Case::Differs(Differing::FirstNameKana) => {
            let kana = if user.first_name_kana == "ヒカリ" { "アカリ" } else { "ヒカリ" };
            SeedEmployee { first_name_kana: text(kana), ..equal }
        }
        Case::Differs(Differing::Email) => {
            let email = equal.email.as_ref().map(|mail| format!("old.{mail}"));
            SeedEmployee { email, ..equal }
        }
        Case::Differs(Differing::Office) => {
            let other = LODGMENTS.iter().find(|known| Some(known.0) != user.lodgment_id);
            SeedEmployee { office: other.map(|known| known.1.to_owned()), ..equal }
        }
        Case::Differs(Differing::Department) => {
            let other = DEPARTMENTS.iter().find(|known| Some(known.0) != user.department_id);
            SeedEmployee { department1: other.map(|known| known.1.to_owned()), ..equal }
        }
        Case::Differs(Differing::HiredOn) => {
            SeedEmployee { hired_on: user.start_date.checked_sub_days(Days::new(1)), ..equal }
        }
    };
    (vec![employee], true)
}

/// Somebody who is equal to a user in everything that is mapped.
fn equal(user: &User) -> SeedEmployee {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    SeedEmployee {
        employee_number: user.number.as_deref().and_then(filled),
        last_name: user.last_name.clone(),
        first_name: user.first_name.clone(),
        last_name_kana: filled(&user.last_name_kana),
        first_name_kana: filled(&user.first_name_kana),
        email: user.email.clone(),
        office: user.lodgment_id.and_then(lodgment).map(str::to_owned),
        department1: user.department_id.and_then(department).map(str::to_owned),
        hired_on: Some(user.start_date),
        retired_on: user.end_date,
        gender: filled(if user.gender == "女性" { "female" } else { "male" }),
        account_issued: user.id.is_multiple_of(3),
        ..filled_in_by_the_server()
    }
}

/// Blank but for the three items that mediment fills in by itself.
pub(super) fn filled_in_by_the_server() -> SeedEmployee {
    SeedEmployee {
        social_insurance: "加入".into(),
        stress_check_target: "対象".into(),
        health_check_target: "対象".into(),
        ..SeedEmployee::default()
    }
}

/// What mediment has of a month: the row of everybody who is linked and has one, but of the plain ones 1 % are missing
/// and 2 % differ in one item.
fn attendance(clinic: &Clinic, month: Month) -> Vec<SeedAttendance> {
    let now = Month::of(clinic.population.today);
    if month > now || month <= now.back(MONTHS) {
        return Vec::new();
    }
    let (_, linked) = employees(clinic);
    let mut rows = Vec::new();
    let mut plain = Vec::new();
    for user in &clinic.users {
        let Some(id) = linked.get(&user.id) else { continue };
        let Some(figures) =
            user.figures(clinic.population, month).filter(|figures| figures.blanks != Blanks::All)
        else {
            continue;
        };
        if user.case != Case::Edge || matches!(user.id, 6..=8 | 12) {
            plain.push(rows.len());
        }
        let mut row = row(id, &figures);
        if user.id == 1 {
            // Typed in by hand: a link must leave it alone (T08).
            (row.break_minutes, row.paid_leave_minutes) = (Some(1200), Some(60));
        }
        rows.push(row);
    }
    let employees = clinic.users.len();
    Random::of(mix(clinic.population.seed ^ STREAM), month.number()).shuffle(&mut plain);
    let (gone, rest) = plain.split_at(missing(employees).min(plain.len()));
    for (turn, at) in rest.iter().take(differing(employees)).enumerate() {
        change_one_item(&mut rows[*at], turn);
    }
    let mut places = 0..;
    rows.retain(|_| places.next().is_none_or(|at| !gone.contains(&at)));
    rows
}

/// The row of B3 that the figures become.
fn row(employee_id: &str, figures: &Figures) -> SeedAttendance {
    let known = figures.blanks == Blanks::None;
    SeedAttendance {
        employee_id: employee_id.to_owned(),
        working_days: Some(figures.working_days),
        absence_count: Some(figures.absence),
        late_count: Some(figures.tardy),
        early_leave_count: Some(figures.left_early),
        actual_minutes: known.then(|| figures.actual()),
        break_minutes: None,
        late_minutes: known.then_some(figures.late),
        early_leave_minutes: Some(figures.early),
        scheduled_minutes: Some(figures.within),
        outside_scheduled_minutes: known.then(|| figures.actual() - figures.within),
        outside_statutory_minutes: Some(figures.over_statutory),
        night_minutes: Some(figures.night),
        paid_leave_minutes: None,
        paid_leave_days: Some(figures.paid),
    }
}

fn change_one_item(row: &mut SeedAttendance, turn: usize) {
    let (item, by) = match turn % 5 {
        0 => (&mut row.outside_statutory_minutes, 30),
        1 => (&mut row.working_days, 10),
        2 => (&mut row.night_minutes, 15),
        3 => (&mut row.paid_leave_days, 10),
        _ => (&mut row.late_minutes, 5),
    };
    *item = item.map(|value| value + by);
}
