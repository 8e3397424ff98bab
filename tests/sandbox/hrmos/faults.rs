//! Planted faults, as a client of HRMOS勤怠 meets them.

use serde_json::{Value, json};

use super::support::{KEY, Session, ask_token, set};
use crate::support::World;

async fn plant(world: &World, path: &str, action: Value) {
    let path = format!("/hrmos/api/demo/v1{path}");
    let fault = json!({"service": "hrmos", "tenant": "demo", "match": {"path": path}, "action": action});
    world.control("faults", fault).await;
}

#[tokio::test]
async fn a_status_comes_as_an_error_object() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    plant(&world, "/users", json!({"status": 500, "retry_after": 2})).await;
    let answer = demo.get("/users").await;
    assert_eq!(
        (answer.status, &answer.body["code"], answer.header("retry-after")),
        (500, &json!(500), Some("2"))
    );
    assert!(answer.body["message"].is_string());
    assert_eq!(demo.get("/users").await.status, 200);
}

#[tokio::test]
async fn answers_get_lost_break_off_or_are_pages() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    plant(&world, "/users", json!({"lose_answer": true})).await;
    assert!(demo.request(reqwest::Method::GET, "/users").send().await.is_err());
    plant(&world, "/users", json!({"truncate": true})).await;
    let response = demo.request(reqwest::Method::GET, "/users").send().await.expect("a head");
    assert!(response.bytes().await.is_err());
    plant(&world, "/users", json!({"truncate": "json"})).await;
    assert!(demo.get("/users").await.body.is_string());
    plant(&world, "/users", json!({"html": true})).await;
    assert_eq!(demo.get("/users").await.header("content-type"), Some("text/html; charset=utf-8"));
}

#[tokio::test]
async fn tokens_end_and_quotas_are_used_up_before_the_request() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    plant(&world, "/users", json!({"expire_token": true})).await;
    assert_eq!(demo.get("/users").await.status, 401);
    let demo = Session::demo(&world).await;
    plant(&world, "/users", json!({"quota": true})).await;
    assert_eq!(demo.get("/users").await.status, 200, "no limit, nothing to use up");
    set(&world, json!({"rate_limit_per_60s": 50})).await;
    plant(&world, "/users", json!({"quota": true})).await;
    assert_eq!(demo.get("/users").await.status, 429);
}

#[tokio::test]
async fn a_fault_of_one_company_spares_the_others_from_their_first_request_on() {
    let world = World::start().await;
    let fault = json!({"service": "hrmos", "tenant": "demo-2", "action": {"status": 503}});
    world.control("faults", fault).await;
    assert_eq!(ask_token(&world, "demo", &format!("Basic {KEY}")).await.status, 200);
    assert_eq!(ask_token(&world, "demo-2", &format!("Basic {KEY}")).await.status, 503);
    assert_eq!(ask_token(&world, "demo-2", &format!("Basic {KEY}")).await.status, 401);
}
