//! Planted faults, each as a client meets it.

use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{KAONAVI, OFFICESTATION, World, send};

async fn plant(world: &World, fault: Value) {
    assert_eq!(world.control("faults", fault).await, json!({"planted": 1}));
}

fn on_employees(action: &Value) -> Value {
    json!({"service": "officestation", "match": {"method": "GET", "path": format!("{OFFICESTATION}/employees")},
           "action": action})
}

#[tokio::test]
async fn a_status_comes_in_the_shape_of_its_service_as_often_as_asked() {
    let world = World::start().await;
    let session = world.session().await;
    let mut fault = on_employees(&json!({"status": 503, "retry_after": 7}));
    fault["times"] = json!(2);
    fault["skip"] = json!(1);
    plant(&world, fault).await;
    assert_eq!(session.get("/employees").await.status, 200);
    for _ in 0..2 {
        let refused = session.get("/employees").await;
        assert_eq!((refused.code(), refused.header("retry-after")), ((503, "MAINTENANCE"), Some("7")));
    }
    assert_eq!(session.get("/employees").await.status, 200);
    assert_eq!(world.look("faults").await, json!([]));
    plant(&world, json!({"service": "kaonavi", "action": {"status": 500}})).await;
    let answer = world.kaonavi_token("demo-key").await;
    assert_eq!((answer.status, answer.body["errors"].is_array()), (500, true));
}

#[tokio::test]
async fn a_delay_holds_the_answer_back() {
    let world = World::start().await;
    let session = world.session().await;
    plant(&world, on_employees(&json!({"delay_ms": 200}))).await;
    let begin = Instant::now();
    assert_eq!(session.get("/employees").await.status, 200);
    assert!(begin.elapsed().as_millis() >= 200);
}

#[tokio::test]
async fn a_dropped_request_has_no_effect_and_a_lost_answer_has() {
    let world = World::start().await;
    let session = world.session().await;
    let at = json!({"method": "PATCH", "path": format!("{OFFICESTATION}/employees/A0001")});
    let patch = |position: &str| {
        session.request(Method::PATCH, "/employees/A0001").json(&json!({"position": position}))
    };
    plant(&world, json!({"match": at, "action": {"drop": true}})).await;
    assert!(patch("部長").send().await.is_err());
    assert_eq!(world.person("officestation", "A0001").await["position"], "課長");
    plant(&world, json!({"match": at, "action": {"lose_answer": true}})).await;
    assert!(patch("部長").send().await.is_err());
    assert_eq!(world.person("officestation", "A0001").await["position"], "部長");
    let requests = world.look("requests?service=officestation").await;
    let lost: Vec<&Value> =
        requests.as_array().expect("a list").iter().filter(|r| r["method"] == "PATCH").collect();
    assert_eq!(lost.iter().map(|r| &r["status"]).collect::<Vec<_>>(), [&json!(0), &json!(0)]);
    assert_eq!(patch("係長").send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn an_answer_breaks_off_or_is_no_json() {
    let world = World::start().await;
    let session = world.session().await;
    plant(&world, on_employees(&json!({"truncate": true}))).await;
    let response = session.request(Method::GET, "/employees").send().await.expect("a head");
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
    plant(&world, on_employees(&json!({"truncate": "json"}))).await;
    let half = session.get("/employees").await;
    assert!(half.status == 200 && half.body.is_string(), "{:?}", half.body);
    plant(&world, on_employees(&json!({"html": true}))).await;
    let page = session.get("/employees").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    plant(&world, on_employees(&json!({"html": true, "status": 503}))).await;
    assert_eq!(session.get("/employees").await.status, 503);
}

#[tokio::test]
async fn a_large_answer_of_kaonavi_breaks_off_too() {
    let world = World::with(300, 1).await;
    let token =
        world.kaonavi_token("demo-key").await.body["access_token"].as_str().expect("a token").to_owned();
    let path = format!("{KAONAVI}/members");
    plant(&world, json!({"match": {"path": path}, "action": {"truncate": true}})).await;
    let get = || world.request(Method::GET, &path).header("Kaonavi-Token", &token);
    assert!(get().send().await.expect("a head").bytes().await.is_err());
    assert_eq!(send(get()).await.status, 200);
}

#[tokio::test]
async fn tokens_end_and_quotas_are_used_up_before_the_request() {
    let world = World::start().await;
    let session = world.session().await;
    plant(&world, on_employees(&json!({"expire_token": true}))).await;
    assert_eq!(session.get("/employees").await.code(), (401, "TOKEN_EXPIRED"));
    let session = world.session().await;
    plant(&world, on_employees(&json!({"quota": true}))).await;
    assert_eq!(session.get("/employees").await.code(), (429, "RATE_LIMITED"));

    let members = json!({"method": "GET", "path": format!("{KAONAVI}/members")});
    plant(&world, json!({"service": "kaonavi", "match": members, "action": {"expire_token": true}})).await;
    assert_eq!(world.kaonavi("demo-key", "/members").await.status, 401);
}

#[tokio::test]
async fn the_update_quota_of_kaonavi_is_used_up() {
    let world = World::start().await;
    let at = json!({"method": "PATCH", "path": format!("{KAONAVI}/members")});
    plant(&world, json!({"service": "kaonavi", "match": at, "action": {"quota": true}})).await;
    let token =
        world.kaonavi_token("demo-key").await.body["access_token"].as_str().expect("a token").to_owned();
    let patch = || {
        let request =
            world.request(Method::PATCH, &format!("{KAONAVI}/members")).header("Kaonavi-Token", &token);
        send(request.json(&json!({"member_data": [{"code": "A0001", "mail": "new@example.jp"}]})))
    };
    assert_eq!(patch().await.status, 429);
    world.control("clock", json!({"advance_seconds": 61})).await;
    assert_eq!(patch().await.status, 200);
}

#[tokio::test]
async fn a_task_ends_badly_when_asked_and_changes_nothing() {
    let world = World::start().await;
    world.control("settings", json!({"service": "kaonavi", "task_ms": 0})).await;
    let action = json!({"task": "NG", "messages": ["だめです"]});
    let at = json!({"method": "PATCH", "path": format!("{KAONAVI}/members")});
    plant(&world, json!({"service": "kaonavi", "tenant": "demo-key", "match": at, "action": action})).await;
    let token =
        world.kaonavi_token("demo-key").await.body["access_token"].as_str().expect("a token").to_owned();
    let body = json!({"member_data": [{"code": "A0001", "mail": "new@example.jp"}]});
    let request = world.request(Method::PATCH, &format!("{KAONAVI}/members")).header("Kaonavi-Token", &token);
    let answer = send(request.json(&body)).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let path = format!("{KAONAVI}/tasks/{}", answer.body["task_id"]);
    let task = send(world.request(Method::GET, &path).header("Kaonavi-Token", &token)).await.body;
    assert_eq!((&task["status"], &task["messages"]), (&json!("NG"), &json!(["だめです"])));
    assert_eq!(world.person("kaonavi", "A0001").await["基本情報"]["メールアドレス"], "taro@example.jp");
}

#[tokio::test]
async fn a_fault_of_one_tenant_spares_the_others() {
    let world = World::start().await;
    let fault = json!({"tenant": "STDEMO02", "times": null, "action": {"status": 500}});
    plant(&world, fault).await;
    assert_eq!(world.log_in("STDEMO02", "renkei-api", "demo-password").await.status, 500);
    assert_eq!(world.log_in("STDEMO01", "renkei-api", "demo-password").await.status, 200);
    let fault = json!({"tenant": "demo-key-2", "times": null, "match": {"path": format!("{KAONAVI}/members")},
                       "action": {"status": 500}});
    plant(&world, fault).await;
    assert_eq!(world.kaonavi("demo-key-2", "/members").await.status, 500);
    assert_eq!(world.kaonavi("demo-key", "/members").await.status, 200);
    send(world.request(Method::DELETE, "/__sandbox/faults")).await;
    assert_eq!(world.kaonavi("demo-key-2", "/members").await.status, 200);
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_is_explained() {
    let world = World::start().await;
    let answer = world.order("faults", &json!({"action": {"explode": true}})).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body["error"].as_str().expect("a text").contains("explode"));
}
