//! Quotas: 5 updates a sliding minute, 3,000 requests an hour, a company each.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Service, answer, members};

fn good() -> Value {
    members(json!([{"code": "E001", "name": "佐藤 明"}]))
}

#[tokio::test]
async fn the_sixth_update_of_a_minute_is_refused_until_the_window_has_slid() {
    let service = Service::start().await;
    for _ in 0..3 {
        assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 200);
    }
    service.clock.advance(40);
    for _ in 0..2 {
        assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 200);
    }
    let response = service.request(Method::PATCH, "/members").json(&good()).send().await.expect("an answer");
    assert_eq!(response.status(), 429);
    assert!(!response.headers().contains_key("retry-after"), "the service gives no hint");
    assert!(response.json::<Value>().await.expect("JSON")["errors"][0].is_string());
    service.get("/members").await;
    service.clock.advance(21);
    for _ in 0..3 {
        assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 200);
    }
    assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 429, "the window slides");
}

#[tokio::test]
async fn refused_updates_and_dry_runs_count_too() {
    let service = Service::start().await;
    let unknown = members(json!([{"code": "E999", "name": "x"}]));
    for _ in 0..2 {
        assert_eq!(service.send(Method::PATCH, "/members", unknown.clone()).await.0, 400);
    }
    service.store.settings(&json!({"disable": ["POST /members/delete"]})).expect("a known setting");
    assert_eq!(service.send(Method::POST, "/members/delete", json!({"codes": ["E002"]})).await.0, 403);
    for _ in 0..2 {
        let dry = service.request(Method::PATCH, "/members").header("Dry-Run", "1").json(&good());
        assert_eq!(answer(dry).await.0, 200);
    }
    assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 429);
    assert_eq!(service.send(Method::PATCH, "/members", unknown).await.0, 429, "the limit is looked at first");
    service.clock.advance(61);
    assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 200, "a 429 doesn't count");
}

#[tokio::test]
async fn only_accepted_updates_count_where_set() {
    let service = Service::start().await;
    service.store.settings(&json!({"count_refused_updates": false})).expect("a known setting");
    let unknown = members(json!([{"code": "E999", "name": "x"}]));
    for _ in 0..7 {
        assert_eq!(service.send(Method::PATCH, "/members", unknown.clone()).await.0, 400);
    }
    for _ in 0..5 {
        assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 200);
    }
    assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 429);
}

#[tokio::test]
async fn all_requests_of_an_hour_are_counted() {
    let mut service = Service::start().await;
    service.store.settings(&json!({"requests_per_hour": 3})).expect("a known setting");
    for _ in 0..3 {
        service.get("/departments").await;
    }
    assert_eq!(answer(service.request(Method::GET, "/departments")).await.0, 429);
    assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 429);
    service.clock.advance(3_601);
    service.renew().await;
    service.get("/departments").await;
}

#[tokio::test]
async fn somebody_else_may_use_up_the_updates_of_the_minute() {
    let service = Service::start().await;
    service.store.exhaust_quota();
    assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 429);
    service.get("/members").await;
    service.clock.advance(61);
    assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 200);
}

#[tokio::test]
async fn a_limit_can_be_lifted() {
    let service = Service::start().await;
    service.store.settings(&json!({"updates_per_minute": 0})).expect("a known setting");
    for _ in 0..8 {
        assert_eq!(service.send(Method::PATCH, "/members", good()).await.0, 200);
    }
}
