//! The requirement's table of 勤怠情報, row by row.

use serde_json::json;

use super::worker;
use crate::clinic::{ATTENDANCE, Stage, assert_holds, month, outcome};

/// No two values are alike, so that no item can stand in another's place.
#[tokio::test(flavor = "multi_thread")]
async fn every_item_comes_from_the_one_that_the_requirement_names() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    let row = json!({
        "working_days": "18.0", "absence_days": "1.5", "tardy_days": "2.0", "learve_early_days": "3.0",
        "actual_working_hours": "150:01", "total_working_hours": "151:02", "total_late_hours": "1:03",
        "total_leave_early_hours": "2:04", "hours_in_prescribed_working_hours": "140:05",
        "excess_of_statutory_working_hours": "6:07", "late_night_overtime_working_hours": "8:09", "paid_holidays": "4.0",
        "paid_holiday_with_time_paid": 4.5,
    });
    worker(&clinic, &month, "A0001", row).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!(outcome(&run, "A0001").0, "updated", "{run}");
    let expected = json!({
        "working_days": "18.0", "absence_count": "1.5", "late_count": "2.0", "early_leave_count": "3.0", "actual_minutes": 9001,
        "late_minutes": 63, "early_leave_minutes": 124, "scheduled_minutes": 8405, "outside_scheduled_minutes": 9001 - 8405,
        "outside_statutory_minutes": 367, "night_minutes": 489, "paid_leave_days": "4.0", "break_minutes": null,
        "paid_leave_minutes": null,
    });
    assert_holds(&clinic.row(&month, "A0001").await, &expected);
}
