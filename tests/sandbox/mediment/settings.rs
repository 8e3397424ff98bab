//! The knobs.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::support::{Service, answer, errors, person, refusal};

#[tokio::test]
async fn an_unknown_organization_is_made_or_refused() {
    let service = Service::start().await;
    let moved = json!([{"id": "emp_000001", "office": "支社", "department1": "開発部"}]);
    assert_eq!(service.update(moved).await[0]["status"], "updated");
    service.set(&json!({"auto_create_org": false}));
    let results = service
        .update(json!([
            {"id": "emp_000002", "office": "本社", "department1": "開発部"},
            {"id": "emp_000002", "office": "工場", "department1": "研究所"},
            {"id": "emp_000002", "office": null, "department1": ""},
        ]))
        .await;
    assert_eq!(results[0]["status"], "updated", "both are known, the latter since a moment");
    let known = [("事業所", "unknown_office"), ("所属部署1", "unknown_department")];
    assert_eq!(errors(&results[1]), known.map(|(item, code)| (item.into(), code.into())));
    assert_eq!(results[2]["status"], "updated", "a blank one is none");
    service.set(&json!({"offices": ["工場"], "departments": ["研究所"]}));
    let results = service
        .update(json!([{"id": "emp_000003", "office": "工場", "department1": "研究所"}, {"id": "emp_000003", "office": "本社"}]))
        .await;
    assert_eq!(results[0]["status"], "updated");
    assert_eq!(errors(&results[1]), [("事業所".to_owned(), "unknown_office".to_owned())]);
}

#[tokio::test]
async fn a_knob_makes_the_mail_required() {
    let service = Service::start().await;
    service.set(&json!({"require_email": true}));
    let results = service
        .create(json!([
            {"employee_number": "A0010", "last_name": "高橋", "first_name": "恵"},
            {"employee_number": "A0010", "last_name": "高橋", "first_name": "恵", "email": null},
            person("A0010", "高橋", "恵", "megumi@example.jp"),
        ]))
        .await;
    let required = [("メールアドレス".to_owned(), "required".to_owned())];
    assert_eq!((errors(&results[0]), errors(&results[1])), (required.to_vec(), required.to_vec()));
    assert_eq!(results[2]["status"], "created");
    let results = service
        .update(json!([{"id": "emp_000001", "email": null}, {"id": "emp_000001", "office": "x"}]))
        .await;
    assert_eq!(errors(&results[0]), required);
    assert_eq!(results[1]["status"], "updated", "who does not touch the mail is not asked for it");
}

#[tokio::test]
async fn the_limit_counts_the_requests_of_any_minute_and_says_when_to_come_again() {
    let service = Service::start().await;
    service.set(&json!({"rate_limit": 2}));
    service.get("/employees").await;
    service.clock.advance(30);
    service.get("/employees").await;
    let response = service.request(Method::GET, "/employees").send().await.expect("an answer");
    assert_eq!(response.status(), 429);
    let wait: i64 = response.headers()["retry-after"].to_str().expect("ASCII").parse().expect("seconds");
    assert!((15..=30).contains(&wait), "{wait}");
    assert_eq!(
        response.json::<serde_json::Value>().await.expect("JSON")["errors"][0]["code"],
        "rate_limited"
    );
    service.clock.advance(wait);
    service.get("/employees").await;
    service.store.exhaust_quota();
    let sent = service
        .post("/employees/batch_create", json!({"employees": [person("A1", "a", "b", "c@d.jp")]}))
        .await;
    assert_eq!(refusal(sent), (429, "rate_limited".into()));
    service.clock.advance(60);
    assert_eq!(service.get("/employees").await["total_count"], 4, "what was refused did nothing");
}

#[tokio::test]
async fn requests_can_be_slow_fail_or_be_forbidden() {
    let service = Service::start().await;
    service.set(&json!({"slow_ms": 150, "fail_next": 1, "disable": ["POST /employees/batch_create", "PUT /attendances"]}));
    let begun = Instant::now();
    assert_eq!(
        refusal(answer(service.request(Method::GET, "/employees")).await),
        (500, "internal_error".into())
    );
    service.get("/employees").await;
    assert!(begun.elapsed() >= Duration::from_millis(150));
    let sent = service
        .post("/employees/batch_create", json!({"employees": [person("A1", "a", "b", "c@d.jp")]}))
        .await;
    assert_eq!(refusal(sent), (403, "forbidden".into()));
    let sent = service.put("/attendances/2026-10", json!({"records": [{"employee_number": "A0001"}]})).await;
    assert_eq!(refusal(sent), (403, "forbidden".into()));
    service.get("/attendances/2026-10").await;
}

#[tokio::test]
async fn tokens_live_as_long_as_the_knob_says() {
    let mut service = Service::start().await;
    service.set(&json!({"token_seconds": 60}));
    service.renew().await;
    service.clock.advance(40);
    service.get("/employees").await;
    service.clock.advance(30);
    assert_eq!(refusal(answer(service.request(Method::GET, "/employees")).await).0, 401);
}

#[tokio::test]
async fn an_unknown_or_wrong_setting_is_refused_and_none_is_applied() {
    let service = Service::start().await;
    for bad in [
        json!({"require_email": true, "tokens": 1}),
        json!({"require_email": "yes"}),
        json!({"require_email": true, "rate_limit": -1}),
        json!({"require_email": true, "offices": "本社"}),
        json!({"require_email": true, "disable": ["DELETE /employees"]}),
        json!([]),
    ] {
        assert!(service.store.settings(&bad).is_err(), "{bad}");
    }
    let results = service.create(json!([{"last_name": "高橋", "first_name": "恵"}])).await;
    assert_eq!(results[0]["status"], "created");
}
