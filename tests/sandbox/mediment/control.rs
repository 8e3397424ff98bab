//! The hooks for tests: planting people past all checks, reading them back.

use serde_json::{Value, json};

use super::support::Service;

#[tokio::test]
async fn people_are_planted_by_id_or_number_without_checks() {
    let service = Service::start().await;
    let order = json!({
        "upsert": [
            {"id": "emp_000003", "employee_number": "A0003", "email": "no mail", "health_check_target": "対象外"},
            {"employee_number": "A0002", "last_name": "", "account_issued": true},
            {"employee_number": "N1", "last_name": "新", "first_name": "人"},
        ],
        "insert": [{"employee_number": "A0001", "last_name": "重複"}, {"last_name": "無番"}],
        "delete": ["A0004", "nobody"],
    });
    assert_eq!(service.store.apply_control(&order), Ok(6));
    let third = service.employee("emp_000003").await;
    assert_eq!((&third["email"], &third["employee_number"]), (&json!("no mail"), &json!("A0003")));
    assert_eq!((&third["health_check_target"], &third["last_name"]), (&json!("対象外"), &json!("佐藤")));
    let second = service.employee("emp_000002").await;
    assert_eq!((&second["last_name"], &second["account_issued"]), (&Value::Null, &json!(true)));
    assert_eq!(
        service.employee("emp_000005").await["social_insurance"],
        "加入",
        "as for everybody who is new"
    );
    assert_eq!(
        service.store.read(Some("A0001")).as_array().map(Vec::len),
        Some(2),
        "a number can be planted twice"
    );
    assert_eq!(service.employee("emp_000007").await["employee_number"], Value::Null);
    assert_eq!(service.employee("emp_000004").await, Value::Null);
    assert_eq!(service.store.apply_control(&json!({"delete": ["emp_000007", "A0001"]})), Ok(3));
}

#[tokio::test]
async fn attendance_is_planted_by_month_and_item() {
    let service = Service::start().await;
    let months = json!({
        "2026-10": {"break_minutes": 60, "paid_leave_minutes": null, "working_days": "18.5", "late_count": 2},
        "2026-09": null,
        "2026-08": {"night_minutes": -5},
    });
    let order = json!({"upsert": [{"employee_number": "A0001", "attendances": months}]});
    assert_eq!(service.store.apply_control(&order), Ok(1));
    let row = service.row("2026-10", "emp_000001").await;
    assert_eq!((&row["break_minutes"], &row["paid_leave_minutes"]), (&json!(60), &Value::Null));
    assert_eq!((&row["working_days"], &row["late_count"]), (&json!("18.5"), &json!("2.0")));
    assert_eq!(row["actual_minutes"], 9600, "what is not named stays");
    assert_eq!(service.row("2026-08", "emp_000001").await["night_minutes"], -5);
    assert_eq!(service.row("2026-09", "emp_000001").await, Value::Null);
    service.store.apply_control(&json!({"delete": ["A0001"]})).expect("a good order");
    assert_eq!(service.get("/attendances/2026-10").await["total_count"], 0, "rows go with their employee");
}

#[tokio::test]
async fn a_wrong_order_is_refused_and_nothing_is_planted() {
    let service = Service::start().await;
    let before = service.store.read(None);
    for bad in [
        json!({"upsert": [{"employee_number": "A0001", "office": "x"}, {"employee_number": "A0002", "謎": "x"}]}),
        json!({"upsert": [{"id": "emp_000099", "office": "x"}]}),
        json!({"upsert": [{"id": "A0001", "office": "x"}]}),
        json!({"upsert": [{"office": "x"}]}),
        json!({"insert": [{"id": "emp_000009", "office": "x"}]}),
        json!({"upsert": [{"employee_number": "A0001", "attendances": {"2026-13": {}}}]}),
        json!({"upsert": [{"employee_number": "A0001", "attendances": {"2026-10": {"謎": 1}}}]}),
        json!({"upsert": [{"employee_number": "A0001", "attendances": {"2026-10": {"late_minutes": "1:00"}}}]}),
        json!({"upsert": [{"employee_number": "A0001", "attendances": {"2026-10": {"working_days": 1.25}}}]}),
        json!({"delete": "A0001"}),
        json!({"upsert": [{"employee_number": "A0001", "office": "x"}], "remove": []}),
        json!({"delete": [1], "upsert": [{"employee_number": "A0001", "office": "x"}]}),
    ] {
        assert!(service.store.apply_control(&bad).is_err(), "{bad}");
    }
    assert_eq!(service.store.read(None), before);
}

#[tokio::test]
async fn people_and_attendance_are_read_as_the_api_shows_them() {
    let service = Service::start().await;
    assert_eq!(service.store.read(None), service.get("/employees").await["employees"]);
    assert_eq!(service.store.read(Some("A0001")), json!([service.employee("emp_000001").await]));
    assert_eq!(service.store.read(Some("emp_000003")), json!([service.employee("emp_000003").await]));
    assert_eq!(service.store.read(Some("A9999")), json!([]));
    let month = service.get("/attendances/2026-10").await["records"].clone();
    for code in [None, Some("A0001"), Some("emp_000001")] {
        assert_eq!(service.store.read_attendance("2026-10", code), Ok(month.clone()));
    }
    assert_eq!(service.store.read_attendance("2026-10", Some("A0002")), Ok(json!([])));
    assert!(service.store.read_attendance("2026-13", None).is_err());
}
