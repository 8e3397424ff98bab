//! `GET /work_outputs/…` and `/stamp_logs/…`.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Session, keys, minutes, plant, set};
use crate::support::{World, send};

#[tokio::test]
async fn a_daily_row_has_all_59_keys_and_seconds_where_the_vendor_has_them() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let rows = demo.all("/work_outputs/monthly/2026-10?user_id=6").await;
    assert_eq!(rows.len(), 31);
    for row in &rows {
        assert_eq!(keys(row).len(), 59, "{row}");
        assert_eq!((&row["month"], &row["full_name"]), (&json!("202610"), &json!("伊藤四郎")));
        assert!(row.get("hours_in_statutory_working_hours_in_holidays").is_some());
        let within = minutes(&row["hours_in_prescribed_working_hours"]);
        assert_eq!(row["daytime_prescribed_work_time"], within * 60, "seconds");
        assert!(row["expense"].is_u64() && row["time_paid_holiday"] == "00:00");
    }
    let monday = rows.iter().find(|row| row["day"] == "2026-10-05").expect("a Monday");
    assert_eq!((&monday["wday"], &monday["start_at"]), (&json!("月"), &json!("09:00")));
    assert_eq!((&monday["total_break_time"], &monday["segment_title"]), (&json!("1:00"), &json!("出勤")));
    let sunday = rows.iter().find(|row| row["day"] == "2026-10-04").expect("a Sunday");
    assert!(sunday["start_at"].is_null() && sunday["segment_title"] == "公休");
}

#[tokio::test]
async fn the_days_of_a_month_follow_the_closing_day_of_each_user() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    // A0014 closes on the 25th.
    let rows = demo.all("/work_outputs/monthly/2026-05?user_id=14").await;
    let day = |at: usize| rows[at]["day"].as_str().expect("a day").to_owned();
    assert_eq!((day(0), day(rows.len() - 1)), ("2026-04-26".into(), "2026-05-25".into()));
    assert!(rows.iter().all(|row| row["month"] == "202605"));
}

#[tokio::test]
async fn a_day_shows_everybody_and_agrees_with_the_month() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let day = demo.all("/work_outputs/daily/2026-10-05").await;
    let month = demo.all("/work_outputs/monthly/2026-10").await;
    let same: Vec<&Value> = month.iter().filter(|row| row["day"] == "2026-10-05").collect();
    assert_eq!(day.iter().collect::<Vec<_>>(), same);
    assert!(!day.iter().any(|row| row["user_id"] == 13), "a month that was never opened has no days");
    for bad in ["2026-10", "2026-10-32", "20261005", "2026-1-5", "today"] {
        assert_eq!(demo.get(&format!("/work_outputs/daily/{bad}")).await.status, 400, "{bad}");
    }
    assert_eq!(demo.get("/work_outputs/monthly/2026-10?user_id=A0001").await.status, 400);
}

#[tokio::test]
async fn a_day_to_come_is_there_but_nobody_has_worked_it() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let rows = demo.all("/work_outputs/daily/2026-11-24").await;
    assert!(!rows.is_empty() && rows.iter().all(|row| row["start_at"].is_null()));
}

#[tokio::test]
async fn stamps_of_a_user_come_newest_first_and_by_type() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let stamps = demo.rows("/stamp_logs/user/6?limit=100").await;
    let times: Vec<&str> = stamps.iter().map(|row| row["created_at"].as_str().expect("a time")).collect();
    assert!(times.len() == 100 && times.is_sorted_by(|one, next| one >= next));
    let wanted = ["address", "created_at", "latitude", "lodgment_id", "longitude", "stamp_lodgment_id"];
    assert!(keys(&stamps[0]).is_superset(&wanted.into()) && keys(&stamps[0]).len() == 9);
    let arrivals = demo.rows("/stamp_logs/user/6?stamp_type=1").await;
    assert!(arrivals.iter().all(|row| row["stamp_type"] == 1) && !arrivals.is_empty());
    assert_eq!(demo.get("/stamp_logs/user/999").await.status, 404);
    let day = demo.all("/stamp_logs/daily/2026-10-05").await;
    assert_eq!(day.iter().filter(|row| row["user_id"] == 6).count(), 2);
}

#[tokio::test]
async fn a_stamp_can_be_posted_as_query_or_as_json_where_set() {
    let world = World::start().await;
    set(&world, json!({"writes": true})).await;
    let demo = Session::demo(&world).await;
    let query = "/stamp_logs?user_id=6&stamp_type=7&datetime=2026-11-21T12%3A00%3A00%2B09%3A00";
    assert_eq!(send(demo.request(Method::POST, query)).await.status, 200);
    let body = json!({"user_id": 6, "stamp_type": 8, "latitude": 34.6, "address": "東京都"});
    let posted = send(demo.request(Method::POST, "/stamp_logs").json(&body)).await;
    assert_eq!((posted.status, &posted.body["latitude"]), (200, &json!(34.6)));
    assert!(posted.body["created_at"].as_str().is_some_and(|at| at.starts_with("2026-11-21T09:")));
    let stamps = demo.rows("/stamp_logs/user/6?limit=2").await;
    assert_eq!((&stamps[0]["stamp_type"], &stamps[1]["stamp_type"]), (&json!(7), &json!(8)));
    for bad in [json!({"user_id": 6}), json!({"user_id": 6, "stamp_type": 3}), json!({"stamp_type": 1})] {
        assert_eq!(send(demo.request(Method::POST, "/stamp_logs").json(&bad)).await.status, 400, "{bad}");
    }
    let nobody = json!({"user_id": 999, "stamp_type": 1});
    assert_eq!(send(demo.request(Method::POST, "/stamp_logs").json(&nobody)).await.status, 404);
}

#[tokio::test]
async fn daily_rows_of_a_renamed_person_show_the_new_name() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    plant(&world, json!({"upsert": [{"number": "A0006", "last_name": "井藤"}]})).await;
    let rows = demo.rows("/work_outputs/monthly/2026-10?user_id=6&limit=1").await;
    assert_eq!((&rows[0]["full_name"], &rows[0]["number"]), (&json!("井藤四郎"), &json!("A0006")));
}

#[tokio::test]
async fn after_their_closing_day_people_are_in_the_next_month_already() {
    let world = World::start().await;
    world.control("clock", json!({"now": "2026-11-27"})).await;
    let demo = Session::demo(&world).await;
    let rows = demo.all("/work_outputs/daily/2026-11-26").await;
    let month = |user: u64| rows.iter().find(|row| row["user_id"] == user).map(|row| row["month"].clone());
    assert_eq!((month(6), month(14)), (None, Some(json!("202612"))), "A0006 left on the 18th");
    assert_eq!(month(12), Some(json!("202611")));
    let december = demo.all("/work_output_months/monthly/2026-12").await;
    assert!(
        december.iter().any(|row| row["user_id"] == 14) && !december.iter().any(|row| row["user_id"] == 12)
    );
}
