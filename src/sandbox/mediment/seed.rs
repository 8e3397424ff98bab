//! From the plain data that a tenant starts with to what it holds.

use chrono::NaiveDate;

use super::employee::{Employee, Held, Items, id_of};
use super::field::Field;
use super::item::Row;
use super::{SeedAttendance, SeedEmployee};

/// Somebody of the seed; none if the id has no known form. `now` in seconds since 1970.
pub(super) fn employee(seed: &SeedEmployee, now: i64) -> Option<Employee> {
    let id = id_of(&seed.id)?;
    let mut items = Items::default();
    for field in Field::ALL {
        let text = match field {
            Field::EmployeeNumber => seed.employee_number.as_deref(),
            Field::LastName => Some(seed.last_name.as_str()),
            Field::FirstName => Some(seed.first_name.as_str()),
            Field::LastNameKana => seed.last_name_kana.as_deref(),
            Field::FirstNameKana => seed.first_name_kana.as_deref(),
            Field::Email => seed.email.as_deref(),
            Field::Office => seed.office.as_deref(),
            Field::Department => seed.department1.as_deref(),
            Field::HiredOn => {
                items.set(field, date(seed.hired_on));
                continue;
            }
            Field::RetiredOn => {
                items.set(field, date(seed.retired_on));
                continue;
            }
            Field::Gender => seed.gender.as_deref(),
            Field::SocialInsurance => Some(seed.social_insurance.as_str()),
            Field::StressCheck => Some(seed.stress_check_target.as_str()),
            Field::HealthCheck => Some(seed.health_check_target.as_str()),
        };
        items.set(field, text.filter(|text| !text.is_empty()).map(Into::into));
    }
    Some(Employee { id, items, account_issued: seed.account_issued, updated_at: now })
}

fn date(day: Option<NaiveDate>) -> Held {
    day.map(|day| day.to_string().into())
}

/// A month of the seed, in the order of [`super::item::ITEMS`].
pub(super) fn row(seed: &SeedAttendance) -> Row {
    let values = [
        seed.working_days,
        seed.absence_count,
        seed.late_count,
        seed.early_leave_count,
        seed.actual_minutes,
        seed.break_minutes,
        seed.late_minutes,
        seed.early_leave_minutes,
        seed.scheduled_minutes,
        seed.outside_scheduled_minutes,
        seed.outside_statutory_minutes,
        seed.night_minutes,
        seed.paid_leave_minutes,
        seed.paid_leave_days,
    ];
    Row(values.map(|value| value.and_then(|value| i32::try_from(value).ok())))
}
