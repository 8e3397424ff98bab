//! `PUT /attendances/{year-month}`.

use serde_json::{Value, json};

use super::support::{Service, errors, refusal};

/// The row of `reference/mediment.md` §B3.
fn example(number: &str) -> Value {
    json!({
        "employee_number": number, "working_days": "29.0", "absence_count": "0.0", "late_count": "1.0",
        "early_leave_count": "0.0", "actual_minutes": 1560, "late_minutes": 60, "early_leave_minutes": 0,
        "scheduled_minutes": 900, "outside_scheduled_minutes": 660, "outside_statutory_minutes": 600,
        "night_minutes": 120, "paid_leave_days": "0.0",
    })
}

fn one(item: &str, code: &str) -> Vec<(String, String)> {
    vec![(item.to_owned(), code.to_owned())]
}

#[tokio::test]
async fn a_row_is_created_then_unchanged_then_updated() {
    let service = Service::start().await;
    for status in ["created", "unchanged"] {
        let results = service.put_rows("2026-10", json!([example("A0002")])).await;
        assert_eq!(results, json!([{"index": 0, "status": status, "id": "emp_000002"}]));
    }
    let results =
        service.put_rows("2026-10", json!([{"employee_number": "A0002", "late_minutes": 61}])).await;
    assert_eq!(results[0]["status"], "updated");
    let mut expected = example("A0002");
    expected["late_minutes"] = json!(61);
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&service.row("2026-10", "emp_000002").await[key], value, "{key}");
    }
}

#[tokio::test]
async fn keys_that_are_not_sent_keep_what_was_typed_by_hand_and_null_clears() {
    let service = Service::start().await;
    service.put_rows("2026-10", json!([example("A0001")])).await;
    let row = service.row("2026-10", "emp_000001").await;
    assert_eq!((&row["break_minutes"], &row["paid_leave_minutes"]), (&json!(1200), &json!(240)));
    assert_eq!(row["working_days"], "29.0");
    let cleared = json!([{"employee_number": "A0001", "working_days": null, "break_minutes": null}]);
    assert_eq!(service.put_rows("2026-10", cleared).await[0]["status"], "updated");
    let row = service.row("2026-10", "emp_000001").await;
    assert_eq!((&row["working_days"], &row["break_minutes"]), (&Value::Null, &Value::Null));
    assert_eq!(service.row("2026-09", "emp_000001").await["working_days"], "19.5", "another month");
}

#[tokio::test]
async fn a_row_is_joined_by_number_or_id_and_not_if_they_disagree() {
    let service = Service::start().await;
    let results = service
        .put_rows(
            "2026-10",
            json!([
                {"employee_id": "emp_000003", "night_minutes": 1},
                {"employee_id": "emp_000004", "employee_number": "A0004", "night_minutes": 1},
                {"employee_id": "emp_000003", "employee_number": "A0004", "night_minutes": 1},
                {"employee_number": "A9999", "night_minutes": 1},
                {"employee_id": "emp_000099", "night_minutes": 1},
                {"employee_number": "", "night_minutes": 1},
                {"employee_number": null, "employee_id": null},
                {"employee_number": 4, "night_minutes": 1},
                {"employee_id": "emp_000099", "employee_number": "A0001", "night_minutes": 1},
            ]),
        )
        .await;
    assert_eq!(results[0], json!({"index": 0, "status": "created", "id": "emp_000003"}));
    assert_eq!(results[1], json!({"index": 1, "status": "created", "id": "emp_000004"}));
    let known = [
        ("社員番号", "not_found"),
        ("社員番号", "not_found"),
        ("従業員ID", "not_found"),
        ("社員番号", "required"),
        ("社員番号", "required"),
        ("社員番号", "invalid_format"),
        ("従業員ID", "not_found"),
    ];
    for (index, (item, code)) in (2..).zip(known) {
        assert_eq!(errors(&results[index]), one(item, code), "{index}");
    }
    assert_eq!(service.get("/employees").await["total_count"], 4, "no employee is made by attendance");
}

#[tokio::test]
async fn minutes_are_whole_numbers_and_days_texts_with_one_decimal() {
    let service = Service::start().await;
    let before = service.row("2026-10", "emp_000001").await;
    for (key, sent, code) in [
        ("actual_minutes", json!("1560"), "invalid_format"),
        ("actual_minutes", json!(1560.0), "invalid_format"),
        ("actual_minutes", json!("26:00"), "invalid_format"),
        ("actual_minutes", json!(true), "invalid_format"),
        ("actual_minutes", json!(-1), "negative_value"),
        ("outside_scheduled_minutes", json!(-30), "negative_value"),
        ("working_days", json!(29.0), "invalid_format"),
        ("working_days", json!(29), "invalid_format"),
        ("working_days", json!("29"), "invalid_format"),
        ("working_days", json!("29.00"), "invalid_format"),
        ("working_days", json!("-1.0"), "negative_value"),
        ("paid_leave_days", json!(""), "invalid_format"),
    ] {
        let mut row = json!({"employee_number": "A0001", "night_minutes": 77});
        row[key] = sent.clone();
        let results = service.put_rows("2026-10", json!([row])).await;
        assert_eq!(errors(&results[0])[0].1, code, "{key} {sent}");
        assert_eq!(results[0]["errors"][0]["field"], key);
    }
    assert_eq!(service.row("2026-10", "emp_000001").await, before, "nothing of a wrong record is written");
    let long = json!([{"employee_number": "A0001", "actual_minutes": 60030, "absence_count": "0.5"}]);
    assert_eq!(service.put_rows("2026-10", long).await[0]["status"], "updated");
    let row = service.row("2026-10", "emp_000001").await;
    assert_eq!((&row["actual_minutes"], &row["absence_count"]), (&json!(60_030), &json!("0.5")));
}

#[tokio::test]
async fn a_knob_takes_fractions_of_counts_away() {
    let service = Service::start().await;
    service.set(&json!({"integer_counts": true}));
    let results = service
        .put_rows(
            "2026-10",
            json!([
                {"employee_number": "A0001", "absence_count": "0.5"},
                {"employee_number": "A0001", "late_count": "1.5", "early_leave_count": "2.5"},
                {"employee_number": "A0001", "absence_count": "1.0", "working_days": "19.5", "paid_leave_days": "0.5"},
            ]),
        )
        .await;
    assert_eq!(errors(&results[0]), one("欠勤回数", "invalid_format"));
    assert_eq!(
        errors(&results[1]),
        [one("遅刻回数", "invalid_format"), one("早退回数", "invalid_format")].concat()
    );
    assert_eq!(results[2]["status"], "updated");
}

#[tokio::test]
async fn a_month_that_is_none_is_refused_and_one_to_come_fails_its_records() {
    let mut service = Service::start().await;
    for month in ["2026-13", "2026-1", "202610", "latest"] {
        let sent =
            service.put(&format!("/attendances/{month}"), json!({"records": [example("A0001")]})).await;
        assert_eq!(refusal(sent), (422, "invalid_parameter".into()), "{month}");
    }
    let records = json!([example("A0001"), example("A9999")]);
    let results = service.put_rows("2026-12", records.clone()).await;
    for index in 0..2 {
        assert_eq!(errors(&results[index]), one("対象の年月", "invalid_year_month"));
    }
    service.clock.advance(10 * 86_400);
    service.renew().await;
    assert_eq!(service.put_rows("2026-12", records).await[0]["status"], "created", "it is December now");
}

#[tokio::test]
async fn a_row_stays_with_the_employee_when_the_number_changes() {
    let service = Service::start().await;
    service.update(json!([{"id": "emp_000001", "employee_number": "B0001"}])).await;
    let results =
        service.put_rows("2026-10", json!([{"employee_number": "A0001", "night_minutes": 1}])).await;
    assert_eq!(errors(&results[0]), one("社員番号", "not_found"));
    let row = service.row("2026-10", "emp_000001").await;
    assert_eq!((&row["employee_number"], &row["working_days"]), (&json!("B0001"), &json!("20.0")));
}
