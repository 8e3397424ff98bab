//! HRMOS勤怠→mediment, 勤怠情報: the cases of `reference/mediment.md` D3, as settled by `DESIGN` §6 where they differ. Each is run twice.

mod faults;
mod figures;
mod jobs;
mod people;
mod table;
mod whole;

use serde_json::{Value, json};

use crate::clinic::{Clinic, known, user, with};

/// The vendor's example row, in the keys of HRMOS勤怠.
fn example() -> Value {
    json!({
        "working_days": "29.0", "absence_days": "0.0", "tardy_days": "1.0", "learve_early_days": "0.0",
        "actual_working_hours": "26:00", "total_working_hours": "28:00", "total_late_hours": "1:00", "total_leave_early_hours": "0:00",
        "hours_in_prescribed_working_hours": "15:00", "excess_of_statutory_working_hours": "10:00",
        "late_night_overtime_working_hours": "2:00", "paid_holidays": "0.0", "paid_holiday_with_time_paid": 0.5,
    })
}

/// What mediment holds of it (`reference/mediment.md` B3).
fn converted() -> Value {
    json!({
        "working_days": "29.0", "absence_count": "0.0", "late_count": "1.0", "early_leave_count": "0.0",
        "actual_minutes": 1560, "late_minutes": 60, "early_leave_minutes": 0, "scheduled_minutes": 900,
        "outside_scheduled_minutes": 660, "outside_statutory_minutes": 600, "night_minutes": 120, "paid_leave_days": "0.0",
        "break_minutes": null, "paid_leave_minutes": null,
    })
}

/// Somebody whom both sides know, with this row in HRMOS勤怠 for a month that is closed.
async fn worker(clinic: &Clinic<'_>, month: &str, number: &str, row: Value) {
    let user = user(number, "働 く", &format!("{number}@example.jp"));
    clinic.known(&[known(&user)]).await;
    clinic.users(&[user]).await;
    closed(clinic, month, json!(number), row).await;
}

/// Sets a closed row of a user, named by 社員番号 or id.
async fn closed(clinic: &Clinic<'_>, month: &str, user: Value, row: Value) {
    clinic.hrmos(json!({"months": [{"month": month, "user": user, "row": row, "status": 3}]})).await;
}

/// The example's row with other values.
fn example_with(others: Value) -> Value {
    with(example(), others)
}
