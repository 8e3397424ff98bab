//! Tasks: one at a time, in order, with an outcome for each.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{DEPENDENTS, SELF_SHEET, Service, answer, members};

fn named(code: &str, name: &str) -> Value {
    members(json!([{ "code": code, "name": name }]))
}

async fn status(service: &Service, task: &Value) -> Value {
    service.get(&format!("/tasks/{}", task["task_id"])).await["status"].clone()
}

#[tokio::test]
async fn a_task_waits_runs_and_ends_in_turn() {
    let service = Service::start().await;
    service.store.settings(&json!({"task_ms": 300_000})).expect("a known setting");
    let (_, first) = service.send(Method::PATCH, "/members", named("E001", "一")).await;
    let (_, second) = service.send(Method::PATCH, "/members", named("E001", "二")).await;
    assert_eq!([status(&service, &first).await, status(&service, &second).await], ["WAITING", "WAITING"]);
    service.clock.advance(101);
    assert_eq!([status(&service, &first).await, status(&service, &second).await], ["RUNNING", "WAITING"]);
    assert_eq!(service.member("E001").await["name"], "佐藤 明");
    service.clock.advance(200);
    assert_eq!([status(&service, &first).await, status(&service, &second).await], ["OK", "RUNNING"]);
    assert_eq!(service.member("E001").await["name"], "一");
    service.clock.advance(200);
    assert_eq!(service.member("E001").await["name"], "二");
}

#[tokio::test]
async fn a_task_takes_some_real_time_and_an_unknown_one_is_404() {
    let service = Service::start().await;
    let (_, task) = service.send(Method::PATCH, "/members", named("E001", "一")).await;
    let started = tokio::time::Instant::now();
    while status(&service, &task).await != "OK" {
        assert!(started.elapsed().as_secs() < 10, "300 ms are over");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(answer(service.request(Method::GET, "/tasks/1")).await.0, 404);
}

#[tokio::test]
async fn a_planned_failure_changes_nothing_and_is_used_up() {
    let service = Service::start().await;
    service.store.fail_next_tasks("NG", vec!["だめでした".into()], 1);
    service.store.fail_next_tasks("ERROR", Vec::new(), 1);
    let first = service.run(Method::PATCH, "/members", named("E001", "一")).await;
    assert_eq!((&first["status"], &first["messages"]), (&json!("NG"), &json!(["だめでした"])));
    let second = service.run(Method::PATCH, "/members", named("E001", "二")).await;
    assert_eq!(second["status"], "ERROR");
    assert_eq!(service.member("E001").await["name"], "佐藤 明");
    service.write(Method::PATCH, "/members", named("E001", "三")).await;
    assert_eq!(service.member("E001").await["name"], "三");
}

#[tokio::test]
async fn what_became_impossible_while_waiting_ends_as_ng() {
    let service = Service::start().await;
    let new = || members(json!([{"code": "N1", "name": "新"}, {"code": "N2", "name": "新"}]));
    let (_, first) =
        service.send(Method::POST, "/members", members(json!([{"code": "N1", "name": "先"}]))).await;
    let (status_code, second) = service.send(Method::POST, "/members", new()).await;
    assert_eq!(status_code, 200, "N1 is not there yet");
    service.clock.advance(60);
    assert_eq!([status(&service, &first).await, status(&service, &second).await], ["OK", "NG"]);
    assert_eq!(service.member("N2").await, Value::Null, "all or nothing");

    let fields = service.fields(SELF_SHEET, &[("役職", "課長")]).await;
    let body = members(json!([{"code": "E001", "records": [{"custom_fields": fields}]}]));
    let (_, task) = service.send(Method::PATCH, &service.sheet_path(SELF_SHEET).await, body).await;
    service.store.settings(&json!({"remove_sheet": SELF_SHEET})).expect("a known setting");
    service.clock.advance(60);
    assert_eq!(status(&service, &task).await, "NG");
}

#[tokio::test]
async fn a_clock_set_back_does_not_hold_a_task_up() {
    let service = Service::start().await;
    service.store.settings(&json!({"task_ms": 10_000})).expect("a known setting");
    let (_, task) = service.send(Method::PATCH, "/members", named("E001", "一")).await;
    service.clock.advance(-86_400 * 30);
    assert_ne!(status(&service, &task).await, "OK");
    service.clock.advance(11);
    assert_eq!(status(&service, &task).await, "OK");
}

#[tokio::test]
async fn a_sheet_update_before_the_registration_has_ended_is_refused() {
    let service = Service::start().await;
    service.store.settings(&json!({"task_ms": 60_000})).expect("a known setting");
    let (accepted, _) = service.send(Method::POST, "/members", named("N1", "新")).await;
    assert_eq!(accepted, 200);
    let fields = service.fields(DEPENDENTS, &[("氏名", "新 子")]).await;
    let body = members(json!([{"code": "N1", "records": [{"custom_fields": fields}]}]));
    let path = service.sheet_path(DEPENDENTS).await;
    service.refused(Method::PATCH, &path, body.clone()).await;
    service.clock.advance(61);
    service.write(Method::PATCH, &path, body).await;
}
