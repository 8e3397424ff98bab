//! Reading and writing members.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{BASIC, Service, members, seed};

#[tokio::test]
async fn everybody_is_listed_in_the_form_of_the_reference() {
    let service = Service::start().await;
    let body = service.get("/members").await;
    assert!(body["updated_at"].as_str().is_some_and(|text| text.starts_with("2026-11-21 09:00")));
    let codes: Vec<&Value> =
        body["member_data"].as_array().into_iter().flatten().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["E001", "E002", "E003"], "people who left stay");
    let full = service.member("E001").await;
    assert_eq!((&full["id"], &full["age"], &full["face_image"]), (&json!(1), &json!(37), &Value::Null));
    assert_eq!((&full["name"], &full["retired_date"]), (&json!("佐藤 明"), &json!("")));
    assert_eq!(full["years_of_service"], "14年7ヵ月");
    let department = &full["department"];
    let names: Vec<&str> =
        department["names"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert_eq!(department["name"], names.join(" "));
    assert!(full["sub_departments"].is_array());
}

#[tokio::test]
async fn blank_basic_items_are_empty_texts_and_blank_custom_items_are_missing() {
    let service = Service::start().await;
    let little = service.member("E002").await;
    for key in ["mail", "entered_date", "retired_date", "gender", "birthday", "years_of_service"] {
        assert_eq!(little[key], "", "{key}");
    }
    assert_eq!(little["age"], Value::Null);
    let clear = service.fields(BASIC, &[("等級", ""), ("資格", "")]).await;
    service
        .write(Method::PATCH, "/members", members(json!([{"code": "E002", "custom_fields": clear}])))
        .await;
    assert_eq!(service.member("E002").await["custom_fields"], json!([]));
}

#[tokio::test]
async fn a_patch_keeps_what_it_does_not_name_and_clears_with_an_empty_text() {
    let service = Service::start().await;
    let before = service.member("E001").await;
    let body = members(
        json!([{"code": "E001", "mail": "new@example.jp", "gender": "", "retired_date": "2026/12/31"}]),
    );
    service.write(Method::PATCH, "/members", body).await;
    let after = service.member("E001").await;
    let mut expected = before;
    expected["mail"] = json!("new@example.jp");
    expected["gender"] = json!("");
    expected["retired_date"] = json!("2026-12-31");
    assert_eq!(after, expected, "department, custom fields and the rest stay");
}

#[tokio::test]
async fn a_patch_writes_departments_and_custom_items() {
    let service = Service::start().await;
    let fields = service.fields(BASIC, &[("等級", "G2")]).await;
    let licence = service.fields(BASIC, &[("資格", "")]).await[0]["id"].clone();
    let several = json!([fields[0], {"id": licence, "name": "資格", "values": ["簿記2級", "衛生管理者"]}]);
    let entry = json!({"code": "E002", "department": {"code": "D0511"}, "sub_departments": [{"code": "D0900"}],
        "custom_fields": several});
    service.write(Method::PATCH, "/members", members(json!([entry]))).await;
    let after = service.member("E002").await;
    assert_eq!(after["department"]["name"], "営業本部 東日本営業部 営業1課");
    assert_eq!(after["sub_departments"][0]["names"], json!(["DX推進室"]));
    let values: Vec<&Value> =
        after["custom_fields"].as_array().into_iter().flatten().map(|one| &one["values"]).collect();
    assert_eq!(values, [&json!(["G2"]), &json!(["簿記2級", "衛生管理者"])]);
}

#[tokio::test]
async fn a_registered_member_appears_when_the_task_has_ended() {
    let service = Service::start().await;
    service.store.settings(&json!({"task_ms": 60_000})).expect("a known setting");
    let new = json!({"code": "N100", "name": "高橋 遥", "name_kana": "タカハシ ハルカ", "gender": "女性",
        "entered_date": "2026-12-01", "birthday": "2001-07-09"});
    let (status, body) = service.send(Method::POST, "/members", members(json!([new]))).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(service.member("N100").await, Value::Null);
    let early =
        service.refused(Method::PATCH, "/members", members(json!([{"code": "N100", "name": "x"}]))).await;
    assert_eq!(early.len(), 1, "{early:?}");
    service.clock.advance(61);
    let member = service.member("N100").await;
    assert_eq!((&member["name"], &member["department"]), (&json!("高橋 遥"), &Value::Null));
    assert_eq!(member["id"], 4);
    assert_eq!(member["years_of_service"], "0年0ヵ月");
}

#[tokio::test]
async fn a_dry_run_checks_and_changes_nothing() {
    let service = Service::start().await;
    let good = members(json!([{"code": "E001", "name": "改名"}]));
    let request = service.request(Method::PATCH, "/members").header("Dry-Run", "1").json(&good);
    let (status, body) = super::support::answer(request).await;
    assert_eq!(status, 200);
    service.clock.advance(60);
    assert_eq!(service.get(&format!("/tasks/{}", body["task_id"])).await["status"], "OK");
    assert_eq!(service.member("E001").await["name"], "佐藤 明");
    let bad = members(json!([{"code": "E999", "name": "改名"}]));
    let request = service.request(Method::PATCH, "/members").header("Dry-Run", "1").json(&bad);
    assert_eq!(super::support::answer(request).await.0, 400);
}

#[tokio::test]
async fn a_large_list_is_whole_json_and_holds_everybody_once() {
    let mut seed = seed();
    let template = seed.members[0].clone();
    seed.members = (0..5_000)
        .map(|number| {
            let mut member = template.clone();
            member.code = format!("P{number:05}");
            member
        })
        .collect();
    let service = Service::with_seed("demo-key", seed).await;
    let body = service.get("/members").await;
    let mut codes: Vec<&str> =
        body["member_data"].as_array().into_iter().flatten().filter_map(|one| one["code"].as_str()).collect();
    codes.dedup();
    assert_eq!((codes.len(), codes[0], codes[4_999]), (5_000, "P00000", "P04999"));
    let sheet = service.sheet_path(super::support::DEPENDENTS).await;
    assert_eq!(service.get(&sheet).await["member_data"].as_array().map(Vec::len), Some(5_000));
}
