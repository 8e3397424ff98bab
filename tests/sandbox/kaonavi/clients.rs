//! Whole conversations, as published clients of the service hold them.
//!
//! They take a new token for each call, send `Content-Type: application/json` and now and then a body with a `GET`, find ids
//! by the names that people see, and build JSON out of pieces of text.

use reqwest::{Method, header};
use serde_json::{Value, json};

use super::support::{DEPENDENTS, SELF_SHEET, Service, answer, members};

/// One call with a token of its own.
async fn call(service: &Service, method: Method, path: &str, body: &str) -> (u16, Value) {
    let (status, token) = service.ask_token("demo-secret").await;
    assert_eq!(status, 200, "{token}");
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let request = service.client.request(method, format!("{}{path}", service.base));
    let request = request.header("Kaonavi-Token", token).header(header::CONTENT_TYPE, "application/json");
    answer(request.body(body.to_owned())).await
}

async fn get(service: &Service, path: &str) -> Value {
    let (status, body) = call(service, Method::GET, path, "").await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// Sends an update and asks for its task until that has ended.
async fn update(service: &Service, method: Method, path: &str, body: &Value) {
    let (status, task) = call(service, method, path, &body.to_string()).await;
    assert_eq!(status, 200, "{body} → {task}");
    let task = format!("/tasks/{}", task["task_id"].as_u64().expect("a number"));
    loop {
        let progress = get(service, &task).await;
        match progress["status"].as_str() {
            Some("OK") => return,
            Some("WAITING" | "RUNNING") => service.clock.advance(2),
            _ => panic!("{progress}"),
        }
    }
}

fn by_name<'a>(list: &'a Value, name: &str) -> &'a Value {
    let found = list.as_array().expect("a list").iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

#[tokio::test]
async fn a_client_with_a_token_for_each_call_reads_everything() {
    let service = Service::start().await;
    for path in ["/members", "/departments", "/member_layouts", "/sheet_layouts", "/members"] {
        get(&service, path).await;
    }
    let path = service.sheet_path(SELF_SHEET).await;
    for path in ["/members", path.as_str()] {
        let (status, body) = call(&service, Method::GET, path, "grant_type=client_credentials").await;
        assert_eq!(status, 200, "a body that a GET carries along is not looked at");
        for member in body["member_data"].as_array().expect("a list") {
            let empty = member["records"].as_array().is_some_and(Vec::is_empty);
            assert!(!empty, "the first record is taken without asking whether there is one");
        }
    }
}

#[tokio::test]
async fn a_client_that_finds_ids_by_name_registers_a_person_and_fills_the_sheets() {
    let service = Service::start().await;
    let departments = get(&service, "/departments").await["department_data"].clone();
    let items = get(&service, "/member_layouts").await["custom_fields"].clone();
    let sheets = get(&service, "/sheet_layouts").await["sheets"].clone();

    let new = members(json!([{"code": "N100", "name": "高橋 遥", "name_kana": "タカハシ ハルカ",
        "entered_date": "2026-04-01", "gender": "女性", "birthday": "2001-07-09"}]));
    update(&service, Method::POST, "/members", &new).await;
    let (status, body) = call(&service, Method::POST, "/members", &new.to_string()).await;
    assert_eq!((status, body["errors"].as_array().map(Vec::len)), (400, Some(1)), "{body}");

    let grade = by_name(&items, "等級");
    let change = members(json!([{
        "code": "N100",
        "department": {"code": by_name(&departments, "労務課")["code"]},
        // The names that were read are sent back with the ids.
        "custom_fields": [{"id": grade["id"], "name": "等級", "values": [grade["enum"][0]]}],
    }]));
    update(&service, Method::PATCH, "/members", &change).await;

    let sheet = by_name(&sheets, SELF_SHEET);
    let post = by_name(&sheet["custom_fields"], "役職");
    let records = json!([{"custom_fields": [{"id": post["id"], "name": "役職", "values": ["課長"]}]}]);
    let path = format!("/sheets/{}", sheet["id"]);
    update(&service, Method::PATCH, &path, &members(json!([{"code": "N100", "records": records}]))).await;

    let list = get(&service, "/members").await["member_data"].clone();
    let member = list.as_array().expect("a list").iter().find(|one| one["code"] == "N100").expect("N100");
    assert_eq!(member["department"]["names"], json!(["管理本部", "人事部", "労務課"]));
    assert_eq!(by_name(&member["custom_fields"], "等級")["values"], json!([grade["enum"][0]]));
    assert_eq!(service.store.read(Some("N100"))[SELF_SHEET], json!({"役職": "課長"}));
}

#[tokio::test]
async fn a_client_adds_the_first_record_and_replaces_it_from_then_on() {
    let service = Service::start().await;
    let path = service.sheet_path(DEPENDENTS).await;
    for (relation, first) in [("子", true), ("妻", false)] {
        let list = get(&service, &path).await["member_data"].clone();
        let known = list.as_array().expect("a list").iter().any(|one| one["code"] == "E002");
        assert_eq!(known, !first, "who has no record is not in the list");
        let fields = service.fields(DEPENDENTS, &[("氏名", "鈴木 月"), ("続柄", relation)]).await;
        let body = members(json!([{"code": "E002", "records": [{ "custom_fields": fields }]}]));
        if first {
            update(&service, Method::POST, &format!("{path}/add"), &body).await;
        } else {
            update(&service, Method::PATCH, &path, &body).await;
        }
    }
    let record = json!([{"氏名": "鈴木 月", "続柄": "妻"}]);
    assert_eq!(service.store.read(Some("E002"))[DEPENDENTS], record);
}

#[tokio::test]
async fn a_client_with_nothing_to_send_is_refused_and_changes_nothing() {
    let service = Service::start().await;
    let before = service.store.read(None);
    for body in ["{\"member_data\":[undefined]}", "{\"member_data\":[]}", ""] {
        let (status, answer) = call(&service, Method::PATCH, "/members", body).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer["errors"][0].is_string());
    }
    service.clock.advance(60);
    assert_eq!(service.store.read(None), before);
}
