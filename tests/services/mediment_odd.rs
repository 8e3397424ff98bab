//! mediment's client against answers that the sandbox doesn't give.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post, put};
use axum::{Json, Router};
use renkei::http::{Effect, Meter, Stop};
use renkei::job::Service;
use renkei::services::mediment::{Account, Batch, Rest, Whose, Written};
use renkei::services::{AuthReason, Class, ServiceError};
use serde_json::{Value, json};

use crate::support::{http, serve, settings};

/// A client of these routes, which get a token beside them.
async fn client(routes: Router, meter: &Meter) -> Rest {
    let token = || async { Json(json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600})) };
    let routes = routes.route("/oauth/token", post(token));
    let base_url = serve(Router::new().nest("/api/v0", routes)).await;
    let account = Account::new("m", base_url, "key".into(), "secret".into());
    Rest::new(&http(settings()), Arc::new(account), meter, &Stop::never())
}

fn two() -> Batch {
    Batch::update([("emp_000001", vec![("姓", Some("山田"))]), ("emp_000002", vec![("姓", None)])])
}

/// Answers with the status at first and with the body afterwards.
fn at_first(status: StatusCode, body: Value) -> impl Fn() -> std::future::Ready<Response> + Clone {
    let count = Arc::new(AtomicUsize::new(0));
    move || {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        std::future::ready(if first { status.into_response() } else { Json(body.clone()).into_response() })
    }
}

fn updates(routes: MethodRouter) -> Router {
    Router::new().route("/employees/batch_update", routes)
}

#[tokio::test]
async fn an_answer_about_others_leaves_the_write_in_doubt() {
    for results in [
        json!([{"index": 0, "status": "updated"}]),
        json!([{"index": 0, "status": "updated"}, {"index": 0, "status": "updated"}]),
        json!([{"index": 0, "status": "updated"}, {"index": 2, "status": "updated"}]),
    ] {
        let body = json!({"results": results});
        let client =
            client(updates(post(move || std::future::ready(Json(body.clone())))), &Meter::new()).await;
        let error = client.write(client.slot().await.unwrap(), &two()).await.unwrap_err();
        assert_eq!((error.class(), error.effect()), (Class::Permanent, Effect::Unknown));
        assert_eq!(
            error.to_string(),
            "mediment: POST /employees/batch_update: the answer is not about those who were sent"
        );
    }
}

#[tokio::test]
async fn what_only_sets_values_is_tried_again_and_a_creation_is_not() {
    let done = json!({"results": [{"index": 1, "status": "unchanged"}, {"index": 0, "status": "updated", "id": "emp_000001"}]});
    let one = json!({"results": [{"index": 0, "status": "created", "id": "emp_000003"}]});
    let down = StatusCode::SERVICE_UNAVAILABLE;
    let routes = updates(post(at_first(down, done)))
        .route("/attendances/2026-05", put(at_first(down, one.clone())))
        .route("/employees/batch_create", post(at_first(down, one)));
    let meter = Meter::new();
    let client = client(routes, &meter).await;
    let write = async |batch: &Batch| client.write(client.slot().await.unwrap(), batch).await;

    let written = write(&two()).await.unwrap();
    assert_eq!(
        written,
        [Written::Accepted { id: Some("emp_000001".into()) }, Written::Accepted { id: None }]
    );
    let month = "2026-05".parse().unwrap();
    let row = Batch::attendances(month, [(Whose::Id("emp_000003"), vec![("実労働時間", Some("9600"))])]);
    assert_eq!(write(&row).await.unwrap().len(), 1);

    let sent = meter.count(Service::Mediment);
    let error = write(&Batch::create([vec![("姓", Some("山田"))]])).await.unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::Transient, Effect::Unknown));
    assert_eq!(meter.count(Service::Mediment), sent + 1);
}

#[tokio::test]
async fn a_list_that_does_not_say_its_length_is_not_believed() {
    let bare = || async { Json(json!({"employees": [], "page": 1, "per_page": 100})) };
    let client = client(Router::new().route("/employees", get(bare)), &Meter::new()).await;
    let error = client.employees().await.unwrap_err();
    assert_eq!(error.class(), Class::Permanent);
    assert_eq!(
        error.to_string(),
        "mediment: GET /employees: the answer doesn't say how many records there are"
    );
}

#[tokio::test]
async fn a_record_that_comes_twice_is_one_and_is_missed_elsewhere() {
    let twice = || async {
        let person = json!({"id": "emp_000001", "employee_number": "A0001", "last_name": "山田"});
        Json(json!({"employees": [person, person], "page": 1, "per_page": 100, "total_count": 2}))
    };
    let meter = Meter::new();
    let client = client(Router::new().route("/employees", get(twice)), &meter).await;
    let records = client.employees().await.unwrap();
    assert_eq!((records.people.people.len(), records.people.announced), (1, Some(2)));
    assert_eq!(records.ids, [Box::from("emp_000001")]);
    assert_eq!(meter.count(Service::Mediment), 3, "a token and two readings");
}

#[tokio::test]
async fn a_refused_login_has_its_reason() {
    for (status, reason) in
        [(StatusCode::UNAUTHORIZED, AuthReason::Credentials), (StatusCode::FORBIDDEN, AuthReason::NotAllowed)]
    {
        let routes = Router::new().fallback(move || std::future::ready(status));
        let account = Account::new("m", serve(routes).await, "key".into(), "secret".into());
        let meter = Meter::new();
        let client = Rest::new(&http(settings()), Arc::new(account), &meter, &Stop::never());
        let error = client.login().await.unwrap_err();
        assert_eq!(error, ServiceError::Auth { service: Service::Mediment, reason });
        assert_eq!(meter.count(Service::Mediment), 1);
    }
}
