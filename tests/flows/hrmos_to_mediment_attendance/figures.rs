//! From a monthly row to mediment's twelve items: T01 to T07, T18, T22.

use serde_json::{Value, json};

use super::{converted, example, example_with, worker};
use crate::clinic::{ATTENDANCE, Stage, assert_holds, errors, month, outcome, with};

#[tokio::test(flavor = "multi_thread")]
async fn t01_the_vendors_example_becomes_the_references_row() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    worker(&clinic, &month, "A0001", example()).await;
    let run = clinic.twice(&["month", &month]).await;
    let items = vec![
        "実働日数",
        "欠勤回数",
        "遅刻回数",
        "早退回数",
        "実労働時間",
        "遅刻時間",
        "早退時間",
        "所定労働時間",
        "所定外労働時間",
        "法定外労働時間",
        "実深夜時間",
        "有給日数",
    ];
    assert_eq!(outcome(&run, "A0001"), ("updated", items));
    assert_holds(&clinic.row(&month, "A0001").await, &converted());
    assert_eq!(run["month"], month.as_str());
    assert_eq!(clinic.batches().await, [(format!("PUT attendances/{month}"), 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn t02_overtime_below_zero_is_zero_or_an_error_as_the_link_says() {
    let settings = ["{}", "{ negative_overtime: keep }", "{ negative_overtime: error }"];
    let stage = Stage::new(ATTENDANCE, &settings).await;
    let month = month(1);
    let deemed = example_with(json!({"actual_working_hours": "14:30"}));
    for number in 1..=3 {
        let clinic = stage.clinic(number);
        worker(&clinic, &month, "A0001", deemed.clone()).await;
        worker(&clinic, &month, "A0002", example()).await;
    }
    let zero = stage.clinic(1);
    assert_eq!(outcome(&zero.twice(&["month", &month]).await, "A0001").0, "updated");
    let row = with(converted(), json!({"actual_minutes": 870, "outside_scheduled_minutes": 0}));
    assert_holds(&zero.row(&month, "A0001").await, &row);
    assert!(stage.daemon.log().contains("所定外労働時間 is below zero; 0 is sent"));
    // mediment takes nothing below zero: where it is sent as it is, mediment says so.
    for number in [2, 3] {
        let clinic = stage.clinic(number);
        let run = clinic.run(&["month", &month]).await;
        assert_eq!((&run["status"], outcome(&run, "A0001").0), (&json!("完了"), "rejected"), "{run}");
        let error = "E_REFUSED 所定外労働時間";
        assert_eq!(errors(&run, "A0001"), [error], "{}", settings[number - 1]);
        assert!(clinic.row(&month, "A0001").await.is_null());
        assert_holds(&clinic.row(&month, "A0002").await, &converted());
    }
    assert_eq!(stage.clinic(3).batches().await[0].1, 1, "an error is found before it is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn t03_overtime_is_nothing_where_a_part_of_it_is_nothing() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    let without = |key: &str, value: Value| example_with(json!({key: value}));
    worker(&clinic, &month, "A0001", without("actual_working_hours", Value::Null)).await;
    worker(&clinic, &month, "A0002", without("hours_in_prescribed_working_hours", json!(""))).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!(outcome(&run, "A0001").1.len(), 10);
    let gone = json!({"actual_minutes": null, "outside_scheduled_minutes": null});
    assert_holds(&clinic.row(&month, "A0001").await, &with(converted(), gone));
    let gone = json!({"scheduled_minutes": null, "outside_scheduled_minutes": null});
    assert_holds(&clinic.row(&month, "A0002").await, &with(converted(), gone));
}

#[tokio::test(flavor = "multi_thread")]
async fn t04_t05_nothing_is_no_row_and_zeros_are_one() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    worker(&clinic, &month, "A0004", json!({})).await;
    let row = example();
    let zeros = row.as_object().expect("a row").keys().map(|key| {
        let value = match key.as_str() {
            "paid_holiday_with_time_paid" => json!(0),
            key if key.ends_with("hours") => json!("0:00"),
            _ => json!("0.0"),
        };
        (key.clone(), value)
    });
    let zeros: serde_json::Map<String, Value> = zeros.collect();
    worker(&clinic, &month, "A0005", zeros.into()).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!((outcome(&run, "A0004"), &run["skipped"]), (("-", vec![]), &json!({"no_data": 1})));
    assert!(clinic.row(&month, "A0004").await.is_null());
    assert_eq!(outcome(&run, "A0005").1.len(), 12);
    let row = clinic.row(&month, "A0005").await;
    assert_holds(
        &row,
        &json!({"working_days": "0.0", "actual_minutes": 0, "outside_scheduled_minutes": 0, "break_minutes": null}),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn t06_t18_hours_have_any_number_of_digits_and_one_total_may_exceed_another() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    let hours = json!({"actual_working_hours": "1000:30", "hours_in_prescribed_working_hours": "160:00"});
    worker(&clinic, &month, "A0006", example_with(hours)).await;
    let holidays = json!({"actual_working_hours": "20:00", "excess_of_statutory_working_hours": "10:00"});
    worker(&clinic, &month, "A0018", example_with(holidays)).await;
    clinic.twice(&["month", &month]).await;
    let row =
        json!({"actual_minutes": 60_030, "scheduled_minutes": 9_600, "outside_scheduled_minutes": 50_430});
    assert_holds(&clinic.row(&month, "A0006").await, &row);
    let row = json!({"outside_scheduled_minutes": 300, "outside_statutory_minutes": 600});
    assert_holds(&clinic.row(&month, "A0018").await, &row);
}

#[tokio::test(flavor = "multi_thread")]
async fn t07_half_a_day_of_absence_goes_as_it_is_and_is_never_rounded() {
    let stage = Stage::new(ATTENDANCE, &["{}", "{}"]).await;
    let month = month(1);
    let half = example_with(json!({"absence_days": "0.5", "working_days": "19.5"}));
    let whole = stage.clinic(1);
    worker(&whole, &month, "A0007", half.clone()).await;
    whole.twice(&["month", &month]).await;
    assert_holds(&whole.row(&month, "A0007").await, &json!({"absence_count": "0.5", "working_days": "19.5"}));

    let counting = stage.clinic(2);
    worker(&counting, &month, "A0007", half).await;
    counting.set_mediment(json!({"integer_counts": true})).await;
    let run = counting.run(&["month", &month]).await;
    assert_eq!(
        (outcome(&run, "A0007").0, errors(&run, "A0007")),
        ("rejected", vec!["E_REFUSED 欠勤回数".into()])
    );
    assert!(counting.row(&month, "A0007").await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn t22_paid_leave_and_working_hours_come_from_the_field_that_the_link_names() {
    let settings = ["{}", "{ paid_source: paid_holiday_with_time_paid, actual_source: total_working_hours }"];
    let stage = Stage::new(ATTENDANCE, &settings).await;
    let month = month(1);
    for (number, paid, actual) in [(1, "1.0", 1560), (2, "1.5", 1680)] {
        let clinic = stage.clinic(number);
        let row = json!({"paid_holidays": "1.0", "paid_holiday_with_time_paid": 1.5});
        worker(&clinic, &month, "A0022", example_with(row)).await;
        clinic.twice(&["month", &month]).await;
        let row = json!({"paid_leave_days": paid, "actual_minutes": actual, "outside_scheduled_minutes": actual - 900});
        assert_holds(&clinic.row(&month, "A0022").await, &row);
    }
}

/// Of the two fields only this one has more than a decimal, and what mediment takes of it is mediment's to say.
#[tokio::test(flavor = "multi_thread")]
async fn t22_leave_by_the_hour_that_mediment_does_not_take_is_an_error_and_never_rounded() {
    let stage = Stage::new(ATTENDANCE, &["{ paid_source: paid_holiday_with_time_paid }"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    worker(&clinic, &month, "A0001", example_with(json!({"paid_holiday_with_time_paid": 0.125}))).await;
    worker(&clinic, &month, "A0002", example()).await;
    let run = clinic.run(&["month", &month]).await;
    assert_eq!(errors(&run, "A0001"), ["E_REFUSED 有給日数"]);
    assert!(clinic.row(&month, "A0001").await.is_null(), "a person's row is written whole or not at all");
    assert_eq!(clinic.row(&month, "A0002").await["paid_leave_days"], "0.5");
}

/// A total that is none, such as a bare number of seconds, is never guessed.
#[tokio::test(flavor = "multi_thread")]
async fn a_total_of_another_form_is_an_error_of_the_person() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    worker(&clinic, &month, "A0001", example_with(json!({"late_night_overtime_working_hours": 7200}))).await;
    worker(&clinic, &month, "A0002", example_with(json!({"paid_holidays": "半日"}))).await;
    worker(&clinic, &month, "A0003", example()).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!(errors(&run, "A0001"), ["E_NUMBER 実深夜時間"]);
    assert_eq!(errors(&run, "A0002"), ["E_NUMBER 有給日数"]);
    assert_eq!(outcome(&run, "A0003").0, "updated");
    assert!(clinic.row(&month, "A0001").await.is_null(), "a person's row is written whole or not at all");
}
