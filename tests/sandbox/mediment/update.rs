//! `POST /employees/batch_update`.

use serde_json::{Value, json};

use super::support::{Service, errors};

#[tokio::test]
async fn keys_that_are_not_sent_stay_and_null_empties() {
    let mut service = Service::start().await;
    let before = service.employee("emp_000001").await;
    service.clock.advance(3_600);
    service.renew().await;
    let results = service
        .update(
            json!([{"id": "emp_000001", "office": null, "retired_on": "2026-12-31", "last_name": "佐々木"}]),
        )
        .await;
    assert_eq!(results, json!([{"index": 0, "status": "updated", "id": "emp_000001"}]));
    let mut expected = before;
    expected["office"] = Value::Null;
    expected["retired_on"] = json!("2026-12-31");
    expected["last_name"] = json!("佐々木");
    let after = service.employee("emp_000001").await;
    assert!(after["updated_at"].as_str().is_some_and(|at| at.starts_with("2026-11-21T10:00:")));
    expected["updated_at"] = after["updated_at"].clone();
    assert_eq!(after, expected);
}

#[tokio::test]
async fn an_update_that_changes_nothing_is_told_and_leaves_no_trace() {
    let service = Service::start().await;
    let before = service.employee("emp_000001").await;
    service.clock.advance(60);
    let same = json!([{"id": "emp_000001", "office": "本社", "retired_on": null}, {"id": "emp_000001"}]);
    let results = service.update(same).await;
    assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!("unchanged"), &json!("unchanged")));
    assert_eq!(service.employee("emp_000001").await, before);
}

#[tokio::test]
async fn the_three_items_are_not_filled_in_again_and_nobody_is_refused_for_sending_them() {
    let service = Service::start().await;
    service.update(json!([{"id": "emp_000002", "office": "支社"}])).await;
    assert_eq!(service.employee("emp_000002").await["stress_check_target"], "対象外");
    let results = service.update(json!([{"id": "emp_000002", "stress_check_target": "対象"}])).await;
    assert_eq!(results[0]["status"], "updated");
    assert_eq!(service.employee("emp_000002").await["stress_check_target"], "対象");
}

#[tokio::test]
async fn a_record_names_an_employee_who_exists() {
    let service = Service::start().await;
    let results = service
        .update(json!([
            {"id": "emp_000099", "office": "x"}, {"id": "A0001", "office": "x"}, {"office": "x"}, {"id": null},
            {"id": 1, "office": "x"}, {"id": "emp_000002", "office": "支社"},
        ]))
        .await;
    let missing = |code: &str| vec![("従業員ID".to_owned(), code.to_owned())];
    for (index, code) in
        [(0, "not_found"), (1, "not_found"), (2, "required"), (3, "required"), (4, "not_found")]
    {
        assert_eq!(errors(&results[index]), missing(code), "{index}");
    }
    assert_eq!(results[5], json!({"index": 5, "status": "updated", "id": "emp_000002"}));
}

#[tokio::test]
async fn a_wrong_value_leaves_the_whole_record_as_it_was() {
    let service = Service::start().await;
    let before = service.employee("emp_000001").await;
    let results = service
        .update(json!([
            {"id": "emp_000001", "office": "支社", "email": "x"},
            {"id": "emp_000001", "office": "支社", "last_name": null},
            {"id": "emp_000001", "office": "支社", "employee_number": "A0002"},
            {"id": "emp_000001", "office": 7},
        ]))
        .await;
    let known = [
        ("メールアドレス", "invalid_format"),
        ("姓", "required"),
        ("社員番号", "duplicate_employee_number"),
        ("事業所", "invalid_format"),
    ];
    for (index, (item, code)) in known.into_iter().enumerate() {
        assert_eq!(errors(&results[index]), [(item.to_owned(), code.to_owned())]);
    }
    assert_eq!(service.employee("emp_000001").await, before);
}

#[tokio::test]
async fn a_number_can_be_changed_taken_over_and_emptied() {
    let service = Service::start().await;
    let results = service
        .update(json!([
            {"id": "emp_000001", "employee_number": "B0001"},
            {"id": "emp_000002", "employee_number": "A0001"},
            {"id": "emp_000004", "employee_number": null},
            {"id": "emp_000003", "employee_number": "A0004"},
        ]))
        .await;
    for index in 0..4 {
        assert_eq!(results[index]["status"], "updated", "{index}");
    }
    assert_eq!(service.employee("emp_000004").await["employee_number"], Value::Null);
}

#[tokio::test]
async fn those_who_are_equal_already_can_both_be_updated() {
    let service = Service::start().await;
    let results = service
        .update(json!([{"id": "emp_000003", "office": "x"}, {"id": "emp_000004", "office": "y"}]))
        .await;
    assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!("updated"), &json!("updated")));
}
