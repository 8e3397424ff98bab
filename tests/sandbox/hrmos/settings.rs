//! `POST /__sandbox/settings`.

use serde_json::json;

use super::support::{KEY, Session, ask_token, plant, set};
use crate::support::World;

#[tokio::test]
async fn the_requests_of_any_60_seconds_can_be_limited() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    for _ in 0..30 {
        assert_eq!(demo.get("/users?limit=1").await.status, 200, "no limit by default");
    }
    set(&world, json!({"rate_limit_per_60s": 2})).await;
    assert_eq!(demo.get("/nothing").await.status, 404, "failures count too");
    assert_eq!(demo.get("/users").await.status, 200);
    let refused = demo.get("/users").await;
    assert_eq!(
        (refused.status, refused.header("retry-after"), &refused.body["code"]),
        (429, None, &json!(429))
    );
    set(&world, json!({"retry_after": 3})).await;
    assert_eq!(demo.get("/users").await.header("retry-after"), Some("3"));
    world.control("clock", json!({"advance_seconds": 61})).await;
    assert_eq!(demo.get("/users").await.status, 200);
}

#[tokio::test]
async fn a_revoked_key_ends_its_tokens_and_gives_no_more() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    set(&world, json!({"revoke_key": true})).await;
    assert_eq!(demo.get("/users").await.status, 401);
    assert_eq!(ask_token(&world, "demo", &format!("Basic {KEY}")).await.status, 401);
    // The administrator generates a new one.
    set(&world, json!({"revoke_key": false, "secret_key": "bmV3LWtleQ=="})).await;
    assert_eq!(ask_token(&world, "demo", &format!("Basic {KEY}")).await.status, 401);
    assert_eq!(ask_token(&world, "demo", "Basic bmV3LWtleQ==").await.status, 200);
}

#[tokio::test]
async fn tokens_can_be_ended_and_given_another_life() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    set(&world, json!({"expire_tokens": true, "token_seconds": 90})).await;
    assert_eq!(demo.get("/users").await.status, 401);
    let demo = Session::demo(&world).await;
    world.control("clock", json!({"advance_seconds": 80})).await;
    assert_eq!(demo.get("/users").await.status, 200);
    world.control("clock", json!({"advance_seconds": 11})).await;
    assert_eq!(demo.get("/users").await.status, 401);
}

#[tokio::test]
async fn maintenance_is_a_page_and_no_json() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    set(&world, json!({"maintenance": true})).await;
    for answer in [demo.get("/users").await, ask_token(&world, "demo", &format!("Basic {KEY}")).await] {
        assert_eq!((answer.status, answer.header("content-type")), (503, Some("text/html; charset=utf-8")));
        assert!(answer.body.as_str().is_some_and(|page| page.contains("メンテナンス中")));
    }
    set(&world, json!({"maintenance": false})).await;
    assert_eq!(demo.get("/users").await.status, 200);
}

#[tokio::test]
async fn a_company_may_tell_more_of_its_users_than_the_types_say() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    set(&world, json!({"extra_user_fields": {"sex": "性別", "rank": 3}})).await;
    let users = demo.all("/users").await;
    assert!(
        users.iter().all(|user| user["rank"] == 3 && user.as_object().map(serde_json::Map::len) == Some(38))
    );
    assert_eq!((&users[0]["sex"], &users[1]["sex"]), (&json!("女性"), &json!("男性")));
    plant(&world, json!({"upsert": [{"id": 1, "sex": "F"}]})).await;
    assert_eq!(demo.rows("/users").await[0]["sex"], "F");
    set(&world, json!({"extra_user_fields": {}, "absent_user_fields": ["email", "number"]})).await;
    let users = demo.all("/users").await;
    assert!(users.iter().all(|user| user.get("email").is_none() && user.get("number").is_none()));
}

#[tokio::test]
async fn settings_of_all_companies_hold_for_those_made_later() {
    let world = World::start().await;
    world.control("settings", json!({"service": "hrmos", "tenant": "*", "secret_key": "c2FtZQ=="})).await;
    for company in ["demo", "demo-2", "demo-3"] {
        assert_eq!(ask_token(&world, company, "Basic c2FtZQ==").await.status, 200, "{company}");
    }
}

#[tokio::test]
async fn an_unknown_or_wrong_setting_is_explained_and_changes_nothing() {
    let world = World::start().await;
    for (bad, word) in [
        (json!({"colour": 1}), "colour"),
        (json!({"maintenance": true, "token_seconds": "long"}), "token_seconds"),
        (json!({"maintenance": true, "paging": "wild"}), "paging"),
        (json!({"maintenance": true, "extra_user_fields": {"email": 1}}), "email"),
        (json!({"maintenance": true, "absent_user_fields": ["gender"]}), "gender"),
        (json!({"maintenance": true, "expire_tokens": 1}), "expire_tokens"),
    ] {
        let mut order = bad.clone();
        order["service"] = json!("hrmos");
        let answer = world.order("settings", &order).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert!(answer.body["error"].as_str().expect("a text").contains(word), "{:?}", answer.body);
    }
    assert_eq!(ask_token(&world, "demo", &format!("Basic {KEY}")).await.status, 200);
}
