//! `GET /work_output_months/monthly/{month}`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{Session, keys, minutes, plant};
use crate::support::World;

const OCTOBER: &str = "/work_output_months/monthly/2026-10";

fn users(rows: &[Value]) -> BTreeSet<u64> {
    rows.iter().map(|row| row["user_id"].as_u64().expect("an id")).collect()
}

#[tokio::test]
async fn a_row_has_all_59_keys_with_those_of_the_nested_objects() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let rows = demo.all(OCTOBER).await;
    assert!(rows.len() >= 10);
    for row in &rows {
        assert_eq!(keys(row).len(), 59, "{row}");
        assert_eq!((keys(&row["discretion"]).len(), keys(&row["flex"]).len()), (4, 20));
        assert_eq!(keys(&row["variable"]).len(), 17);
        assert_eq!(row["month"], "202610", "no hyphen");
        assert!(row.get("learve_early_days").is_some() && row.get("leave_early_days").is_none());
        assert!(row.get("status").is_none() && row.get("full_name").is_none());
        assert!(row["user_id"].is_u64());
    }
}

#[tokio::test]
async fn the_vendors_example_row_is_there_to_the_letter() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let row = &demo.rows(&format!("{OCTOBER}?number=A0001")).await[0];
    for (key, value) in [
        ("prescribed_working_hours", json!("160:00")),
        ("hours_in_prescribed_working_hours", json!("15:00")),
        ("hours_in_statutory_working_hours", json!("1:00")),
        ("excess_of_statutory_working_hours", json!("10:00")),
        ("late_night_overtime_working_hours", json!("2:00")),
        ("total_working_hours", json!("26:00")),
        ("actual_working_hours", json!("26:00")),
        ("total_late_hours", json!("1:00")),
        ("over_work_time", json!("11:00")),
        ("over_work_time_36", json!("10:00")),
        ("prescribed_working_days", json!("20.0")),
        ("working_days", json!("29.0")),
        ("tardy_days", json!("1.0")),
        ("learve_early_days", json!("0.0")),
        ("public_holidays", json!("1.0")),
        ("paid_holidays", json!("0.0")),
        ("remain_paid_holidays", json!("4.0")),
        ("paid_holiday_with_time_paid", json!(0.5)),
        ("daytime_out_statutory_work_time", json!("8:00")),
        ("midnight_out_statutory_work_time", json!("2:00")),
        ("expense", json!("0")),
    ] {
        assert_eq!(row[key], value, "{key}");
    }
    assert_eq!(row["flex"]["total_working_hours"], "26:00");
}

#[tokio::test]
async fn rows_obey_the_identities_of_hours() {
    let world = World::with(130, 2).await;
    let demo = Session::demo(&world).await;
    let mut beyond_a_hundred = 0;
    for month in ["2025-10", "2026-02", "2026-10", "2026-11"] {
        for row in demo.all(&format!("/work_output_months/monthly/{month}")).await {
            if row["actual_working_hours"].is_null() {
                continue;
            }
            let sum = |keys: &[&str]| keys.iter().map(|key| minutes(&row[*key])).sum::<u32>();
            let actual = minutes(&row["actual_working_hours"]);
            let (within, over) = ("hours_in_statutory_working_hours", "excess_of_statutory_working_hours");
            let holiday = "excess_of_statutory_working_hours_in_holidays";
            let statutory = "working_hours_in_statutory_holidays";
            let prescribed = "hours_in_prescribed_working_hours";
            assert_eq!(actual, sum(&[prescribed, within, over, holiday, statutory]), "{row}");
            assert_eq!(minutes(&row["over_work_time"]), sum(&[within, over]));
            assert_eq!(minutes(&row["over_work_time_36"]), sum(&[over, holiday]));
            assert_eq!(
                sum(&["jikangai_under_45", "jikangai_45_to_60", "jikangai_over_60"]),
                sum(&[over, holiday])
            );
            beyond_a_hundred += usize::from(actual > 6000);
        }
    }
    assert!(beyond_a_hundred > 100);
}

#[tokio::test]
async fn there_are_half_days_zeros_nulls_and_people_without_a_row() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let rows = demo.all(OCTOBER).await;
    let of = |user: u64| rows.iter().find(|row| row["user_id"] == user);
    assert_eq!(of(2).map(|row| &row["actual_working_hours"]), Some(&json!("0:00")));
    let nulls = of(3).expect("a row");
    assert!(nulls["actual_working_hours"].is_null() && nulls["working_days"].is_string());
    let nothing = of(9).expect("a row");
    assert!(nothing["working_days"].is_null() && nothing["flex"]["statutory_time"].is_null());
    assert!(nothing["updated_at"].is_string());
    let half = of(12).expect("a row")["working_days"].as_str().expect("a text").to_owned();
    assert!(half.ends_with(".5"), "{half}");
    assert!(of(13).is_none() && of(4).is_some_and(|row| row["number"] == "A0004"));
}

#[tokio::test]
async fn rows_are_found_by_number_with_commas_or_several_times() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    for query in ["number=A0001,A0003", "number=A0001&number=A0003", "number%5B%5D=A0003&number%5B%5D=A0001"]
    {
        assert_eq!(users(&demo.rows(&format!("{OCTOBER}?{query}")).await), [1, 3].into(), "{query}");
    }
    assert_eq!(demo.rows(&format!("{OCTOBER}?number=nobody")).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_closing_state_is_only_told_by_the_filter() {
    let world = World::with(130, 1).await;
    let demo = Session::demo(&world).await;
    let all = users(&demo.all(OCTOBER).await);
    let mut together = BTreeSet::new();
    for status in ["0", "1", "2", "3", "99"] {
        let some = users(&demo.all(&format!("{OCTOBER}?status={status}")).await);
        assert!(together.is_disjoint(&some));
        together.extend(some);
    }
    assert_eq!(together, all);
    let closed = users(&demo.all(&format!("{OCTOBER}?status=3%2C99")).await);
    assert!(closed.len() > all.len() / 2 && closed.len() < all.len());
    assert!(demo.all("/work_output_months/monthly/2026-11?status=3,99").await.is_empty());
    for bad in ["4", "approved", "3;99", ""] {
        assert_eq!(demo.get(&format!("{OCTOBER}?status={bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn the_last_fourteen_months_have_rows_and_no_others() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let count = async |month: &str| demo.all(&format!("/work_output_months/monthly/{month}")).await.len();
    for month in ["2025-10", "2025-12", "2026-05", "2026-11"] {
        assert!(count(month).await >= 10, "{month}");
    }
    assert_eq!((count("2025-09").await, count("2026-12").await), (0, 0));
    world.control("clock", json!({"now": "2026-12-01"})).await;
    let demo = Session::demo(&world).await;
    assert!(demo.all("/work_output_months/monthly/2026-12").await.len() >= 10, "the month has come");
}

#[tokio::test]
async fn a_month_in_another_form_is_refused() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    for bad in ["2026-13", "2026-00", "202610", "2026-1", "october", "2026-10-01"] {
        let answer = demo.get(&format!("/work_output_months/monthly/{bad}")).await;
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!(400)), "{bad}");
    }
}

#[tokio::test]
async fn a_renamed_number_shows_in_every_row() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    plant(&world, json!({"upsert": [{"id": 6, "number": "A6000"}]})).await;
    let rows = demo.rows(&format!("{OCTOBER}?number=A6000")).await;
    assert_eq!(users(&rows), [6].into());
}
