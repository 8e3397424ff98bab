//! Kaonavi's client against answers that the sandbox doesn't give.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use renkei::http::{Effect, Meter, Stop};
use renkei::job::Service;
use renkei::services::ServiceError;
use renkei::services::kaonavi::{
    Account, Batch, BatchLimits, Kaonavi, MemberWrite, TaskState, member_batches,
};
use renkei::sync::{Cell, ItemRef, Kind};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::{cell, dependents, http, serve, settings};

/// A client of these routes, which get a token beside them.
async fn client(routes: Router, meter: &Meter, stop: &Stop) -> Kaonavi {
    let token = || async { Json(json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600})) };
    let base_url = serve(Router::new().nest("/api/v2.0", routes.route("/token", post(token)))).await;
    let account = Account {
        base_url,
        task_poll: vec![Duration::from_millis(1), Duration::from_millis(2)],
        task_patience: Duration::from_secs(1),
        ..Account::new("k", "key".into(), "secret".into())
    };
    Kaonavi::new(&http(settings()), Arc::new(account), meter, stop)
}

async fn plain(routes: Router) -> Kaonavi {
    client(routes, &Meter::new(), &Stop::never()).await
}

fn batch() -> Batch {
    member_batches([MemberWrite { code: "A0001", fields: Vec::new() }], BatchLimits::default())
        .next()
        .expect("a batch of one")
}

fn fixed(body: Value) -> axum::routing::MethodRouter {
    get(move || std::future::ready(Json(body.clone())))
}

/// A company whose answers are full of holes.
fn holes() -> Router {
    let layout = json!({
        "code": {"name": "社員番号", "required": true, "type": "string", "max_length": 50, "enum": []},
        "name": {"name": "氏名", "type": "string", "max_length": 100, "enum": null, "new_key": {"a": [1]}},
        "gender": {"name": "性別", "type": "enum", "enum": ["男性", null, "女性"]},
        "custom_fields": [
            {"id": 501, "name": "等級", "type": "enum", "enum": ["G1", null], "type_detail": "pull_down"},
            {"id": 590, "name": "年数", "type": "calc", "enum": null, "read_only": true},
            {"id": 591, "name": "謎", "type": "hologram"}
        ]
    });
    let sheets = json!({"sheets": [
        {"id": 7, "name": "本人", "record_type": 0, "custom_fields": [{"id": 71, "name": "番号", "type": "number"}]},
        {"id": 8, "name": "家族", "record_type": 1, "custom_fields": [{"id": 81, "name": "氏名", "type": "string"}]},
        {"id": 9, "name": "空", "record_type": 1, "custom_fields": null}
    ]});
    let members = json!({"updated_at": "2026-03-02 22:41:07", "member_data": [
        {"id": 1, "name": null, "gender": "女性", "code": "1", "department": null, "custom_fields": null, "face_image": null},
        {"code": "2", "custom_fields": [
            {"values": ["G1", null], "name": "等級", "id": 501},
            {"id": 999, "name": "他", "values": ["x"]},
            {"id": 590, "values": null}
        ], "name": "二"},
        {"code": "3"}
    ]});
    let own = json!({"member_data": [
        {"code": "2", "records": [{"custom_fields": [{"id": 71, "values": [12]}]}], "updated_at": "x"},
        {"code": "3", "records": []},
        {"code": "left", "records": [{"custom_fields": []}]}
    ]});
    let family = json!({"id": 8, "record_type": 1, "member_data": [
        {"code": "1", "records": null},
        {"code": "3", "records": [
            {"custom_fields": [{"id": 81, "values": ["子"]}]},
            {"custom_fields": []},
            {"custom_fields": [{"id": 81, "values": [""]}]}
        ]}
    ]});
    Router::new()
        .route("/member_layouts", fixed(layout))
        .route("/sheet_layouts", fixed(sheets))
        .route("/members", fixed(members))
        .route("/sheets/7", fixed(own))
        .route("/sheets/8", fixed(family))
}

#[tokio::test]
async fn nulls_absences_and_unknown_fields_are_read_leniently() {
    let client = plain(holes()).await;
    let tenant = client.tenant().await.unwrap();
    let kind = |item: &str| tenant.layout.item(&ItemRef::new("基本情報", item)).map(|item| item.kind.clone());
    assert_eq!(kind("性別"), Some(Kind::Select(vec!["男性".into(), "女性".into()])));
    assert_eq!(kind("等級"), Some(Kind::Select(vec!["G1".into()])));
    assert_eq!(kind("謎"), Some(Kind::Other));
    assert_eq!(kind("メールアドレス"), None);

    let basic = ["社員番号", "氏名", "性別", "等級", "年数"].map(|item| ItemRef::new("基本情報", item));
    let items: Vec<ItemRef> = basic.into_iter().chain([ItemRef::new("本人", "番号")]).collect();
    let people = client.read(&tenant, &items, &[ItemRef::new("家族", "氏名")]).await.unwrap();
    let row = |code: &str| -> Vec<Cell<'_>> {
        let code = code.to_owned();
        items.iter().map(|item| cell(&people, &code, &item.to_string())).collect()
    };
    let blank = Cell::Blank;
    assert_eq!(row("1"), [Cell::Text("1"), blank, Cell::Text("女性"), blank, blank, blank]);
    assert_eq!(
        row("2"),
        [Cell::Text("2"), Cell::Text("二"), blank, Cell::Text("G1"), blank, Cell::Text("12")]
    );
    assert_eq!(row("3"), [Cell::Text("3"), blank, blank, blank, blank, blank]);
    assert_eq!(people.people.len(), 3, "a record of nobody makes nobody");
    assert_eq!(dependents(&people, "1"), Vec::<Vec<Option<String>>>::new());
    assert_eq!(dependents(&people, "3"), [[Some("子".to_owned())], [None], [None]]);
}

#[tokio::test]
async fn an_answer_without_members_is_not_an_empty_company() {
    for body in [json!({"message": "maintenance"}), json!({"member_data": null})] {
        let layout = json!({"code": {"name": "社員番号"}});
        let routes = Router::new()
            .route("/member_layouts", fixed(layout))
            .route("/sheet_layouts", fixed(json!({"sheets": []})))
            .route("/members", fixed(body));
        let client = plain(routes).await;
        let tenant = client.tenant().await.unwrap();
        let error = client.read(&tenant, &[], &[]).await.unwrap_err();
        assert!(matches!(error, ServiceError::Transient { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_task_is_looked_at_until_it_ends() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let routes = Router::new().route(
        "/tasks/5",
        get(move || {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            let status = ["WAITING", "RUNNING", "DREAMING", "OK"][number.min(3)];
            std::future::ready(Json(json!({"id": 5, "status": status, "messages": null})))
        }),
    );
    assert_eq!(plain(routes).await.wait(5).await.unwrap(), TaskState::Ok);
    assert_eq!(count.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn waiting_for_a_task_ends_with_patience_and_with_a_stop() {
    let routes = Router::new().route("/tasks/5", fixed(json!({"id": 5, "status": "RUNNING"})));
    let error = plain(routes.clone()).await.wait(5).await.unwrap_err();
    assert!(matches!(&error, ServiceError::Transient { what, .. } if what.contains("task 5")), "{error:?}");

    let (stop, stopped) = watch::channel(false);
    let client = client(routes, &Meter::new(), &Stop::when(stopped)).await;
    client.login().await.unwrap();
    stop.send(true).unwrap();
    assert_eq!(client.wait(5).await, Err(ServiceError::Stopped { service: Service::Kaonavi }));
}

/// One update whose every answer is this one: the error, and how many requests it took beside the token.
async fn update(
    method: &str,
    answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> (ServiceError, u64) {
    let meter = Meter::new();
    let routes = Router::new().route("/members", axum::routing::any(move || std::future::ready(answer())));
    let client = client(routes, &meter, &Stop::never()).await;
    let slot = client.slot().await.expect("a slot");
    let result = match method {
        "POST" => client.create_members(slot, &batch()).await,
        _ => client.update_members(slot, &batch()).await,
    };
    (result.expect_err("no task"), meter.count(Service::Kaonavi) - 1)
}

#[tokio::test]
async fn a_post_whose_answer_is_lost_is_not_repeated() {
    let lost = || StatusCode::GATEWAY_TIMEOUT.into_response();
    let (error, requests) = update("POST", lost).await;
    assert_eq!((error.effect(), requests), (Effect::Unknown, 1));
    let (error, requests) = update("PATCH", lost).await;
    assert_eq!((error.effect(), requests), (Effect::Unknown, 3));
    let (error, requests) = update("POST", || Json(json!({"ok": true})).into_response()).await;
    assert_eq!((error.effect(), requests), (Effect::Unknown, 1), "an answer without task_id may hide a task");
}

#[tokio::test]
async fn a_used_up_update_quota_waits_a_minute() {
    let full = || (StatusCode::TOO_MANY_REQUESTS, Json(json!({"errors": ["x"]}))).into_response();
    for method in ["POST", "PATCH"] {
        let (error, requests) = update(method, full).await;
        assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
        assert_eq!((error.effect(), requests), (Effect::None, 1));
    }
}

#[tokio::test]
async fn a_token_that_is_refused_twice_is_an_authentication_failure() {
    let meter = Meter::new();
    let refused = || std::future::ready(StatusCode::UNAUTHORIZED);
    let client = client(Router::new().route("/member_layouts", get(refused)), &meter, &Stop::never()).await;
    let error = client.tenant().await.unwrap_err();
    assert!(matches!(error, ServiceError::Auth { .. }), "{error:?}");
    assert_eq!(meter.count(Service::Kaonavi), 4, "two tokens, two tries");
}

#[tokio::test]
async fn no_text_of_the_service_survives() {
    let quote = "山田太郎のメールアドレスは正しくありません。";
    let (error, _) =
        update("PATCH", move || (StatusCode::BAD_REQUEST, Json(json!({"errors": [quote]}))).into_response())
            .await;
    assert!(!format!("{error} {error:?}").contains("山田"));
}
