//! Tokens, stations, lock-out, quota, unknown paths (§4.2, §4.3).

use reqwest::Method;
use serde_json::json;

use crate::support::{OFFICESTATION, World, send};

#[tokio::test]
async fn a_token_is_given_with_the_rights_of_the_login() {
    let world = World::start().await;
    let answer = world.log_in("STDEMO01", "renkei-api", "demo-password").await;
    assert_eq!(answer.status, 200);
    assert_eq!((&answer.body["tokenType"], &answer.body["expiresIn"]), (&json!("Bearer"), &json!(1800)));
    let user = json!({"loginId": "renkei-api", "role": "管理者",
                      "permissions": {"payroll": true, "hiddenCategories": []}});
    assert_eq!(answer.body["user"], user);
    assert!(answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn every_wrong_credential_is_refused_alike() {
    let world = World::start().await;
    for (station, login, password) in [
        ("STDEMO1", "renkei-api", "demo-password"),
        ("STDEMO01", "nobody", "demo-password"),
        ("STDEMO01", "renkei-api", "wrong"),
    ] {
        let answer = world.log_in(station, login, password).await;
        assert_eq!(answer.code(), (401, "AUTH_FAILED"));
        assert_eq!(
            answer.body["error"]["message"],
            "StationID、ログインIDまたはパスワードが正しくありません。"
        );
    }
}

#[tokio::test]
async fn a_login_locks_after_five_failures_and_opens_after_thirty_minutes() {
    let world = World::start().await;
    for _ in 0..5 {
        assert_eq!(world.log_in("STDEMO01", "renkei-api", "wrong").await.code(), (401, "AUTH_FAILED"));
    }
    let good = || world.log_in("STDEMO01", "renkei-api", "demo-password");
    assert_eq!(good().await.code(), (423, "ACCOUNT_LOCKED"));
    assert_eq!(world.log_in("STDEMO02", "renkei-api", "demo-password").await.status, 200);
    world.control("clock", json!({"advance_seconds": 1799})).await;
    assert_eq!(good().await.code(), (423, "ACCOUNT_LOCKED"));
    world.control("clock", json!({"advance_seconds": 2})).await;
    assert_eq!(good().await.status, 200);
}

#[tokio::test]
async fn second_factor_and_missing_api_right_are_told_apart() {
    let world = World::start().await;
    let set = |login| world.control("settings", json!({"service": "officestation", "login": login}));
    set(json!({"mfa": true})).await;
    assert_eq!(world.log_in("STDEMO01", "renkei-api", "demo-password").await.code(), (403, "MFA_REQUIRED"));
    set(json!({"mfa": false, "api": false})).await;
    assert_eq!(
        world.log_in("STDEMO01", "renkei-api", "demo-password").await.code(),
        (403, "API_NOT_ALLOWED")
    );
}

#[tokio::test]
async fn a_call_needs_a_living_token_of_its_station() {
    let world = World::start().await;
    let session = world.session().await;
    let path = format!("{OFFICESTATION}/company");
    let call = |token: &str, station: &str| {
        send(world.request(Method::GET, &path).bearer_auth(token).header("X-Station-Id", station))
    };
    assert_eq!(call(&session.token, "STDEMO01").await.status, 200);
    assert_eq!(call(&session.token, "STDEMO02").await.code(), (403, "STATION_MISMATCH"));
    let bare = send(world.request(Method::GET, &path).bearer_auth(&session.token)).await;
    assert_eq!(bare.code(), (403, "STATION_MISMATCH"));
    assert_eq!(call("made-up", "STDEMO01").await.code(), (401, "TOKEN_INVALID"));
    let none = send(world.request(Method::GET, &path).header("X-Station-Id", "STDEMO01")).await;
    assert_eq!(none.code(), (401, "TOKEN_INVALID"));
    world.control("clock", json!({"advance_seconds": 1801})).await;
    assert_eq!(call(&session.token, "STDEMO01").await.code(), (401, "TOKEN_EXPIRED"));
}

#[tokio::test]
async fn the_company_is_a_cheap_test_of_the_connection() {
    let world = World::start().await;
    let answer = world.session_of("STDEMO07").await.get("/company").await;
    assert_eq!(answer.body["stationId"], "STDEMO07");
    assert_eq!(answer.body["plan"], json!(["労務"]));
}

#[tokio::test]
async fn a_station_has_120_requests_a_minute_of_its_own() {
    let world = World::start().await;
    let session = world.session().await;
    let first = session.get("/company").await;
    assert_eq!(first.header("x-ratelimit-limit"), Some("120"));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("118"));
    for _ in 0..118 {
        assert_eq!(session.get("/company").await.status, 200);
    }
    let refused = session.get("/company").await;
    assert_eq!(refused.code(), (429, "RATE_LIMITED"));
    let wait: i64 = refused.header("retry-after").and_then(|text| text.parse().ok()).expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(world.log_in("STDEMO01", "renkei-api", "demo-password").await.code(), (429, "RATE_LIMITED"));
    assert_eq!(world.session_of("STDEMO02").await.get("/company").await.status, 200);
    world.control("clock", json!({"advance_seconds": wait})).await;
    assert_eq!(session.get("/company").await.status, 200);
}

#[tokio::test]
async fn unknown_paths_methods_and_keys_are_refused_in_the_services_own_shape() {
    let world = World::start().await;
    let session = world.session().await;
    assert_eq!(session.get("/nothing").await.code(), (404, "NOT_FOUND"));
    let delete = send(session.request(Method::DELETE, "/employees/A0001")).await;
    assert_eq!(delete.code(), (405, "METHOD_NOT_ALLOWED"));
    let extra = json!({"stationId": "STDEMO01", "loginId": "a", "password": "b", "otp": "1"});
    assert_eq!(session.post("/auth/token", extra).await.code(), (400, "UNKNOWN_FIELD"));
    assert_eq!(session.post("/auth/token", json!([])).await.code(), (400, "BAD_REQUEST"));
    let garbage = send(session.request(Method::POST, "/employees").body("{")).await;
    assert_eq!(garbage.code(), (400, "BAD_REQUEST"));
    assert_eq!(garbage.body["error"]["requestId"].as_str(), garbage.header("x-request-id"));
}
