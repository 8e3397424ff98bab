//! Batches that are refused as a whole.

use serde_json::{Value, json};

use super::support::{Service, person, refusal};

#[tokio::test]
async fn a_batch_has_a_hundred_records_at_most() {
    let service = Service::start().await;
    let people = |count: usize| -> Vec<Value> {
        (0..count).map(|n| person(&format!("N{n}"), "新", "人", &format!("n{n}@example.jp"))).collect()
    };
    let sent = service.post("/employees/batch_create", json!({"employees": people(101)})).await;
    assert_eq!(refusal(sent), (413, "too_many_records".into()));
    let rows = vec![json!({"employee_number": "A0001"}); 101];
    let sent = service.put("/attendances/2026-10", json!({"records": rows})).await;
    assert_eq!(refusal(sent), (413, "too_many_records".into()));
    assert_eq!(service.get("/employees").await["total_count"], 4, "nothing was created");
    assert_eq!(service.create(people(100).into()).await.as_array().map(Vec::len), Some(100));
}

#[tokio::test]
async fn an_unknown_key_is_named_and_nothing_is_written() {
    let service = Service::start().await;
    let before = service.get("/employees").await;
    let good = person("A0010", "高橋", "恵", "megumi@example.jp");
    let with = |key: &str| {
        let mut person = good.clone();
        person[key] = json!(null);
        person
    };
    for (path, list, record, named) in [
        ("/employees/batch_create", "employees", with("account_issued"), "employees[1].account_issued"),
        ("/employees/batch_create", "employees", with("id"), "employees[1].id"),
        ("/employees/batch_create", "employees", with("department2"), "employees[1].department2"),
        (
            "/employees/batch_update",
            "employees",
            json!({"id": "emp_000001", "updated_at": null}),
            "employees[1].updated_at",
        ),
    ] {
        let first =
            if path.ends_with("create") { good.clone() } else { json!({"id": "emp_000001", "office": "x"}) };
        let mut body = json!({});
        body[list] = json!([first, record]);
        let (status, answer) = service.post(path, body).await;
        let message = answer["errors"][0]["message"].as_str().expect("a text");
        assert!(message.contains(&format!(" {named} ")), "{message}");
        assert_eq!(refusal((status, answer)), (422, "invalid_parameter".into()));
    }
    let rows = json!({"records": [{"employee_number": "A0001", "total_minutes": 1}]});
    let (status, answer) = service.put("/attendances/2026-10", rows).await;
    assert_eq!(status, 422);
    assert!(
        answer["errors"][0]["message"].as_str().is_some_and(|text| text.contains("records[0].total_minutes"))
    );
    assert_eq!(service.get("/employees").await, before);
}

#[tokio::test]
async fn a_batch_is_one_list_of_objects() {
    let service = Service::start().await;
    for body in [
        json!([]),
        json!({}),
        json!({"employees": []}),
        json!({"employees": {}}),
        json!({"employees": null}),
        json!({"employees": ["emp_000001"]}),
        json!({"records": [{"id": "emp_000001"}]}),
        json!({"employees": [{"id": "emp_000001"}], "dry_run": true}),
    ] {
        let sent = service.post("/employees/batch_update", body.clone()).await;
        assert_eq!(refusal(sent), (422, "invalid_parameter".into()), "{body}");
    }
}
