//! Tokens, unknown paths, forms of requests.

use reqwest::{Method, header};
use serde_json::json;

use super::support::{Service, answer, refusal};

#[tokio::test]
async fn a_token_is_given_in_the_assumed_form_and_ends_after_an_hour() {
    let mut service = Service::start().await;
    let (status, body) =
        service.ask_token(json!({"consumer_key": "demo-key", "consumer_secret": "demo-secret"})).await;
    assert_eq!(status, 200);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(3));

    service.clock.advance(3_590);
    service.get("/employees").await;
    service.clock.advance(20);
    let expired = answer(service.request(Method::GET, "/employees")).await;
    assert_eq!(refusal(expired), (401, "invalid_token".into()));
    service.renew().await;
    service.get("/employees").await;
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_incomplete_ones_named() {
    let service = Service::start().await;
    let text = "Consumer Key または Consumer Secret が正しくありません";
    let known = json!({"errors": [{"code": "invalid_client", "message": text}]});
    for (key, secret) in [("demo-key", "wrong"), ("nobody", "demo-secret"), ("", "")] {
        let body = json!({"consumer_key": key, "consumer_secret": secret});
        assert_eq!(service.ask_token(body).await, (401, known.clone()));
    }
    for body in
        [json!({"consumer_key": "demo-key"}), json!([]), json!({"consumer_key": 1, "consumer_secret": 2})]
    {
        assert_eq!(refusal(service.ask_token(body).await), (422, "invalid_parameter".into()));
    }
    let form = service.client.post(format!("{}/oauth/token", service.base));
    let form = form.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let sent = answer(form.body("consumer_key=demo-key&consumer_secret=demo-secret")).await;
    assert_eq!(refusal(sent), (400, "invalid_json".into()));
}

#[tokio::test]
async fn only_a_token_that_was_issued_lets_in() {
    let service = Service::start().await;
    let url = format!("{}/employees", service.base);
    let altered = format!("{}x", service.token);
    for request in [
        service.client.get(&url),
        service.client.get(&url).bearer_auth("demo-key"),
        service.client.get(&url).bearer_auth(altered),
        service.client.get(&url).basic_auth("demo-key", Some("demo-secret")),
        service.client.get(&url).header("Authorization", &service.token),
    ] {
        assert_eq!(refusal(answer(request).await), (401, "invalid_token".into()));
    }
    service.store.expire_tokens();
    assert_eq!(answer(service.request(Method::GET, "/employees")).await.0, 401);
}

#[tokio::test]
async fn nothing_can_be_deleted_and_no_account_be_issued() {
    let service = Service::start().await;
    let before = service.get("/employees").await;
    for (method, path, status) in [
        (Method::DELETE, "/employees", 405),
        (Method::DELETE, "/employees/batch_update", 405),
        (Method::DELETE, "/attendances/2026-10", 405),
        (Method::DELETE, "/employees/emp_000001", 404),
        (Method::POST, "/employees/batch_delete", 404),
        (Method::POST, "/employees/emp_000001/account", 404),
        (Method::POST, "/employees", 405),
        (Method::PUT, "/employees/batch_update", 405),
        (Method::POST, "/attendances/2026-10", 405),
        (Method::GET, "/oauth/token", 405),
        (Method::GET, "/attendances", 404),
        (Method::GET, "/attendances/", 404),
        (Method::GET, "/employees/", 404),
    ] {
        let refused = answer(service.request(method.clone(), path).json(&json!({"id": "emp_000001"}))).await;
        let code = if status == 404 { "not_found" } else { "method_not_allowed" };
        assert_eq!(refusal(refused), (status, code.into()), "{method} {path}");
    }
    assert_eq!(service.get("/employees").await, before);
}

#[tokio::test]
async fn a_body_has_to_be_json_and_say_so() {
    let service = Service::start().await;
    let body = json!({"employees": [{"id": "emp_000001", "office": "支社"}]}).to_string();
    let post = || service.request(Method::POST, "/employees/batch_update");
    for request in [
        post().body(body.clone()),
        post().header(header::CONTENT_TYPE, "text/json").body(body.clone()),
        post().header(header::CONTENT_TYPE, "application/json").body(body[1..].to_owned()),
        post().header(header::CONTENT_TYPE, "application/json"),
    ] {
        assert_eq!(refusal(answer(request).await), (400, "invalid_json".into()));
    }
    assert_eq!(service.employee("emp_000001").await["office"], "本社");
    let said = post().header(header::CONTENT_TYPE, "Application/JSON; charset=UTF-8").body(body);
    assert_eq!(answer(said).await.0, 200);
}

#[tokio::test]
async fn an_answer_tells_the_journal_its_tenant_and_the_names_of_what_was_sent() {
    let service = Service::start().await;
    let shown = async |request: reqwest::RequestBuilder| {
        let response = request.send().await.expect("an answer");
        let text = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().expect("ASCII").to_owned())
                .unwrap_or_default()
        };
        (text("x-tenant"), text("x-sent"))
    };
    let body = json!({"employees": [
        {"id": "emp_000001", "office": "秘密"},
        {"id": "emp_000002", "email": "secret@example.jp", "stress_check_target": "対象"},
    ]});
    let known = ("demo-key".to_owned(), "Some(2) email,id,office,stress_check_target".to_owned());
    assert_eq!(shown(service.request(Method::POST, "/employees/batch_update").json(&body)).await, known);
    let row = json!({"records": [{"employee_number": "A0001", "night_minutes": 0}]});
    let known = ("demo-key".to_owned(), "Some(1) employee_number,night_minutes".to_owned());
    assert_eq!(
        shown(service.request(Method::PUT, "/attendances/2026-13").json(&row)).await,
        known,
        "though refused"
    );
    let get = shown(service.request(Method::GET, "/employees")).await;
    assert_eq!(get, ("demo-key".into(), String::new()));
    let deleted = shown(service.request(Method::DELETE, "/employees").json(&json!({"id": 1}))).await;
    assert_eq!(deleted, ("demo-key".into(), "None id".into()));
    let url = format!("{}/oauth/token", service.base);
    let wrong = json!({"consumer_key": "demo-key", "consumer_secret": "wrong"});
    let known = ("demo-key".to_owned(), "None consumer_key,consumer_secret".to_owned());
    assert_eq!(shown(service.client.post(url).json(&wrong)).await, known);
    service.store.expire_tokens();
    let expired = shown(service.request(Method::GET, "/employees")).await;
    assert_eq!(expired, ("demo-key".into(), String::new()));
    let stranger = shown(service.client.get(format!("{}/employees", service.base)).bearer_auth("x")).await;
    assert_eq!(stranger, Default::default());
}
