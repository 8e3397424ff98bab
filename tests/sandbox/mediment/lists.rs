//! Pages of employees and of attendance.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Service, answer, person, refusal};

#[tokio::test]
async fn an_employee_is_shown_with_every_key() {
    let service = Service::start().await;
    let known = json!({
        "id": "emp_000001", "employee_number": "A0001", "last_name": "山田", "first_name": "花子",
        "last_name_kana": "ヤマダ", "first_name_kana": "ハナコ", "email": "hanako@example.jp", "office": "本社",
        "department1": "営業部", "hired_on": "2020-04-01", "retired_on": null, "gender": "female",
        "social_insurance": "加入", "stress_check_target": "対象", "health_check_target": "対象",
        "account_issued": true, "updated_at": "2026-11-21T09:00:00+09:00",
    });
    let mut shown = service.employee("emp_000001").await;
    // The clock runs on while the emulator starts.
    assert!(shown["updated_at"].as_str().is_some_and(|at| at.starts_with("2026-11-21T09:00:")));
    shown["updated_at"] = known["updated_at"].clone();
    assert_eq!(shown, known);
    let without = service.employee("emp_000003").await;
    assert_eq!((&without["employee_number"], &without["account_issued"]), (&Value::Null, &json!(false)));
    assert_eq!(
        service.employee("emp_000002").await["stress_check_target"],
        "対象外",
        "as it was set by hand"
    );
}

#[tokio::test]
async fn pages_cover_everybody_once_and_hold_a_hundred_at_most() {
    let service = Service::start().await;
    for batch in 0..3 {
        let people: Vec<Value> = (0..99)
            .map(|n| person(&format!("N{batch}{n:02}"), "新", "人", &format!("n{batch}{n}@example.jp")))
            .collect();
        let results = service.create(people.into()).await;
        assert!(results.as_array().expect("a list").iter().all(|result| result["status"] == "created"));
    }
    let mut ids = Vec::new();
    for (page, size) in [(1, 100), (2, 100), (3, 100), (4, 1), (5, 0)] {
        let body = service.get(&format!("/employees?page={page}&per_page=500")).await;
        assert_eq!((&body["page"], &body["per_page"]), (&json!(page), &json!(100)));
        assert_eq!(body["total_count"], 301);
        let employees = body["employees"].as_array().expect("a list");
        assert_eq!(employees.len(), size);
        ids.extend(employees.iter().map(|employee| employee["id"].as_str().expect("an id").to_owned()));
    }
    let mut sorted = ids.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((ids.len(), &ids), (301, &sorted), "by ascending id, each once");
    assert_eq!(
        service.get("/employees?per_page=7&page=43").await["employees"].as_array().map(Vec::len),
        Some(7)
    );
}

#[tokio::test]
async fn a_wrong_page_or_an_unknown_parameter_is_refused() {
    let service = Service::start().await;
    for query in ["page=0", "per_page=x", "limit=10", "page=1&sort=id"] {
        for path in ["/employees", "/attendances/2026-10"] {
            let refused = answer(service.request(Method::GET, &format!("{path}?{query}"))).await;
            assert_eq!(refusal(refused), (422, "invalid_parameter".into()), "{path}?{query}");
        }
    }
}

#[tokio::test]
async fn a_month_is_shown_by_pages_with_the_items_that_are_kept_by_hand() {
    let service = Service::start().await;
    service.put_rows("2026-10", json!([{"employee_id": "emp_000003", "late_count": "1.0"}])).await;
    let body = service.get("/attendances/2026-10").await;
    let list = |body: &Value| (body["page"].clone(), body["per_page"].clone(), body["total_count"].clone());
    assert_eq!(list(&body), (json!(1), json!(100), json!(2)));
    assert_eq!(
        body["records"][0],
        json!({
            "employee_id": "emp_000001", "employee_number": "A0001", "working_days": "20.0", "absence_count": null,
            "late_count": null, "early_leave_count": null, "actual_minutes": 9600, "break_minutes": 1200,
            "late_minutes": null, "early_leave_minutes": null, "scheduled_minutes": null,
            "outside_scheduled_minutes": null, "outside_statutory_minutes": null, "night_minutes": null,
            "paid_leave_minutes": 240, "paid_leave_days": null,
        })
    );
    let second = service.get("/attendances/2026-10?page=2&per_page=1").await;
    assert_eq!(list(&second), (json!(2), json!(1), json!(2)));
    assert_eq!(second["records"][0]["employee_id"], "emp_000003");
    assert_eq!(second["records"][0]["employee_number"], Value::Null);
    let empty = service.get("/attendances/2026-12").await;
    assert_eq!((&empty["records"], &empty["total_count"]), (&json!([]), &json!(0)));
    for month in ["2026-13", "202610", "2026-1", "x"] {
        let refused = answer(service.request(Method::GET, &format!("/attendances/{month}"))).await;
        assert_eq!(refusal(refused), (422, "invalid_parameter".into()), "{month}");
    }
}
