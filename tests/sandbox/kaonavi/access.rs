//! Tokens, unknown paths, forms of requests.

use reqwest::{Method, header};
use serde_json::json;

use super::support::{Service, answer, members};

#[tokio::test]
async fn a_token_is_given_in_the_known_form_and_ends_after_an_hour() {
    let service = Service::start().await;
    let (status, body) = service.ask_token("demo-secret").await;
    assert_eq!(status, 200);
    assert_eq!((&body["token_type"], &body["expire_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(3), "no expires_in");
    assert_eq!(body["access_token"].as_str().map(str::len), Some(36));

    service.clock.advance(3_590);
    service.get("/departments").await;
    service.clock.advance(20);
    let (status, body) = answer(service.request(Method::GET, "/departments")).await;
    assert_eq!(status, 401);
    assert!(body["errors"][0].is_string());
}

#[tokio::test]
async fn wrong_credentials_are_refused_with_the_known_text() {
    let service = Service::start().await;
    let (status, body) = service.ask_token("wrong").await;
    let known = json!({"errors": ["consumer_keyとconsumer_secretの組み合わせが不正です。"]});
    assert_eq!((status, &body), (401, &known));
    let url = format!("{}/token", service.base);
    for request in
        [service.client.post(&url), service.client.post(&url).basic_auth("nobody", Some("demo-secret"))]
    {
        assert_eq!(answer(request).await, (401, known.clone()));
    }
}

#[tokio::test]
async fn a_token_needs_the_grant_type_in_a_form() {
    let service = Service::start().await;
    let ask = |kind: &str, body: &'static str| {
        let url = format!("{}/token", service.base);
        let request = service.client.post(url).basic_auth("demo-key", Some("demo-secret"));
        answer(request.header(header::CONTENT_TYPE, kind).body(body))
    };
    assert_eq!(ask("application/x-www-form-urlencoded", "").await.0, 400);
    assert_eq!(ask("application/x-www-form-urlencoded", "grant_type=password").await.0, 400);
    assert_eq!(ask("application/json", "grant_type=client_credentials").await.0, 400);
}

#[tokio::test]
async fn sixty_tokens_an_hour_are_issued_and_old_ones_live_on() {
    let service = Service::start().await;
    for _ in 1..60 {
        assert_eq!(service.ask_token("demo-secret").await.0, 200);
    }
    let (status, body) = service.ask_token("demo-secret").await;
    let text = "1時間あたりのトークン発行可能数を超過しました。時間をおいてお試しください。";
    assert_eq!((status, body), (429, json!({"errors": [text]})));
    service.get("/departments").await;
    service.clock.advance(3_601);
    assert_eq!(service.ask_token("demo-secret").await.0, 200);
}

#[tokio::test]
async fn the_token_belongs_into_its_own_header() {
    let service = Service::start().await;
    let url = format!("{}/members", service.base);
    let (_, body) = service.ask_token("demo-secret").await;
    let token = body["access_token"].as_str().expect("a token");
    for request in [
        service.client.get(&url),
        service.client.get(&url).bearer_auth(token),
        service.client.get(&url).header("Kaonavi-Token", "00000000-0000-4000-a000-000000000000"),
    ] {
        assert_eq!(answer(request).await.0, 401);
    }
    assert_eq!(answer(service.client.get(&url).header("Kaonavi-Token", token)).await.0, 200);
}

#[tokio::test]
async fn re_issuing_the_key_voids_all_tokens_at_once() {
    let mut service = Service::start().await;
    service.store.expire_tokens();
    assert_eq!(answer(service.request(Method::GET, "/members")).await.0, 401);
    service.renew().await;
    service.get("/members").await;
}

#[tokio::test]
async fn unknown_paths_answer_404_and_wrong_methods_405() {
    let service = Service::start().await;
    for path in
        ["/layouts", "/members/E001", "/sheets/1/records", "/sheets/abc", "/users", "/members/", "/tasks/-1"]
    {
        let (status, body) = answer(service.request(Method::GET, path)).await;
        assert_eq!(status, 404, "{path}");
        assert!(body["errors"][0].is_string());
    }
    for (method, path) in
        [(Method::DELETE, "/members"), (Method::GET, "/token"), (Method::PUT, "/departments")]
    {
        assert_eq!(answer(service.request(method, path)).await.0, 405, "{path}");
    }
}

#[tokio::test]
async fn a_body_has_to_be_json_and_say_so() {
    let service = Service::start().await;
    let body = members(json!([{"code": "E001", "mail": "new@example.jp"}])).to_string();
    let plain = service.request(Method::PATCH, "/members").body(body);
    assert_eq!(answer(plain).await.0, 400);
    let broken = service.request(Method::PATCH, "/members").header(header::CONTENT_TYPE, "application/json");
    assert_eq!(answer(broken.body("{\"member_data\":")).await.0, 400);
}

#[tokio::test]
async fn a_body_above_the_limit_answers_413() {
    let service = Service::start().await;
    service.store.settings(&json!({"max_body_bytes": 100})).expect("a known setting");
    let long = members(json!([{"code": "E001", "name": "あ".repeat(50)}]));
    assert_eq!(service.send(Method::PATCH, "/members", long).await.0, 413);
    let short = members(json!([{"code": "E001", "name": "あ"}]));
    assert_eq!(service.send(Method::PATCH, "/members", short).await.0, 200);
}

#[tokio::test]
async fn an_answer_carries_its_tenant_as_soon_as_it_is_known() {
    let service = Service::start().await;
    let url = format!("{}/token", service.base);
    let tenant = async |request: reqwest::RequestBuilder| {
        let response = request.send().await.expect("an answer");
        response.headers().get("x-tenant").map(|value| value.to_str().expect("ASCII").to_owned())
    };
    assert_eq!(tenant(service.client.post(&url)).await, None);
    assert_eq!(tenant(service.client.post(&url).basic_auth("nobody", Some("x"))).await, None);
    let wrong = service.client.post(&url).basic_auth("demo-key", Some("wrong"));
    assert_eq!(tenant(wrong).await.as_deref(), Some("demo-key"));
    assert_eq!(tenant(service.request(Method::GET, "/members")).await.as_deref(), Some("demo-key"));
    service.store.expire_tokens();
    assert_eq!(tenant(service.request(Method::GET, "/members")).await.as_deref(), Some("demo-key"));
}
