//! HRMOS勤怠's client against answers that the sandbox doesn't give.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::{TimeDelta, Utc};
use renkei::http::{Meter, Stop};
use renkei::job::{Month, Service};
use renkei::services::hrmos::{Account, Hrmos, UserField};
use renkei::services::{AuthReason, Class, ServiceError};
use renkei::sync::Cell;
use serde_json::{Value, json};

use crate::support::{http, serve, settings};

/// What a company was asked, as `METHOD path?query authorization`, below `/api/demo/v1`.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn lines(&self) -> Vec<String> {
        self.0.lock().expect("no panic before").clone()
    }

    /// How many requests begin so.
    fn count(&self, start: &str) -> usize {
        self.lines().iter().filter(|line| line.starts_with(start)).count()
    }

    fn add(&self, request: &Request) {
        let authorization = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let path = request.uri().path_and_query().expect("a path").as_str();
        let path = path.strip_prefix("/api/demo/v1").expect("the company's path");
        let line = format!("{} {path} {}", request.method(), authorization.unwrap_or_default());
        self.0.lock().expect("no panic before").push(line);
    }
}

/// A company that answers each request with what the function makes of its path, query and place among the requests
/// for that path. Where it makes nothing, tokens of a day are given.
async fn company(
    answer: impl Fn(&Asked<'_>) -> Option<Response> + Clone + Send + Sync + 'static,
) -> (Account, Journal) {
    let journal = Journal::default();
    let kept = journal.clone();
    let routes = Router::new().fallback(move |request: Request| {
        let path = request.uri().path().strip_prefix("/api/demo/v1").unwrap_or_default().to_owned();
        let before = kept.count(&format!("{} {path}", request.method()));
        kept.add(&request);
        let query = request.uri().query().unwrap_or_default();
        let asked = Asked { path: &path, query, before };
        std::future::ready(answer(&asked).unwrap_or_else(|| token("t", TimeDelta::days(1))))
    });
    let account = Account {
        base_url: serve(routes).await,
        requests_per_minute: 100_000,
        busy_waits: vec![Duration::from_millis(1); 4],
        ..Account::new("h", "demo", "ZGVtbw==".into())
    };
    (account, journal)
}

struct Asked<'a> {
    path: &'a str,
    query: &'a str,
    before: usize,
}

impl Asked<'_> {
    fn is_for(&self, path: &str) -> bool {
        self.path == path
    }

    fn page(&self) -> usize {
        let number = self.query.split('&').find_map(|part| part.strip_prefix("page="));
        number.expect("a page").parse().expect("a number")
    }
}

fn client(account: Account) -> Hrmos {
    Hrmos::new(&http(settings()), Arc::new(account), &Meter::new(), &Stop::never())
}

fn token(text: &str, left: TimeDelta) -> Response {
    let end = (Utc::now() + left).to_rfc3339();
    axum::Json(json!({"token": text, "expired_at": end})).into_response()
}

fn list(total: usize, pages: usize, rows: Vec<Value>) -> Response {
    let headers = [("x-total-count", total.to_string()), ("x-total-page", pages.to_string())];
    (headers, axum::Json(rows)).into_response()
}

fn users(total: usize, ids: impl IntoIterator<Item = u64>) -> Response {
    let rows = ids.into_iter().map(|id| json!({"id": id, "number": format!("A{id:04}")})).collect();
    list(total, total.div_ceil(100), rows)
}

fn month() -> Month {
    "2026-05".parse().expect("a month")
}

#[tokio::test]
async fn the_key_is_sent_as_it_is_and_the_token_is_kept() {
    let (account, journal) = company(|asked| asked.is_for("/users").then(|| users(1, [1]))).await;
    let client = client(account);
    client.login().await.unwrap();
    let read = client.users(&[]).await.unwrap();
    client.users(&[]).await.unwrap();
    assert_eq!((read.rows[0].cell(UserField::Number), read.announced), (Cell::Text("A0001"), None));
    assert_eq!(
        journal.lines(),
        [
            "GET /authentication/token Basic ZGVtbw==",
            "GET /users?limit=100&page=1 Token t",
            "GET /users?limit=100&page=1 Token t"
        ]
    );
}

#[tokio::test]
async fn a_token_is_postponed_in_its_last_hour() {
    let (account, journal) = company(|asked| match asked.path {
        "/authentication/token" => Some(token("first", TimeDelta::minutes(59))),
        "/authentication/postpone" => Some(token("later", TimeDelta::days(1))),
        _ => Some(users(1, [1])),
    })
    .await;
    let client = client(account);
    client.login().await.unwrap();
    client.users(&[]).await.unwrap();
    client.users(&[]).await.unwrap();
    assert_eq!(
        journal.lines(),
        [
            "GET /authentication/token Basic ZGVtbw==",
            "PUT /authentication/postpone Token first",
            "GET /users?limit=100&page=1 Token later",
            "GET /users?limit=100&page=1 Token later"
        ]
    );
}

#[tokio::test]
async fn a_token_that_cannot_be_postponed_gives_way_to_another_one() {
    let (account, journal) = company(|asked| match (asked.path, asked.before) {
        ("/authentication/token", 0) => Some(token("first", TimeDelta::minutes(59))),
        ("/authentication/token", _) => Some(token("second", TimeDelta::days(1))),
        ("/authentication/postpone", _) => Some(StatusCode::UNAUTHORIZED.into_response()),
        _ => Some(users(1, [1])),
    })
    .await;
    let client = client(account);
    client.login().await.unwrap();
    client.users(&[]).await.unwrap();
    assert_eq!(journal.count("GET /users?limit=100&page=1 Token second"), 1);
    assert_eq!(journal.lines().len(), 4);
}

#[tokio::test]
async fn a_key_that_is_over_is_told_and_not_tried_again() {
    for (status, reason) in [
        (StatusCode::UNAUTHORIZED, AuthReason::Credentials),
        (StatusCode::FORBIDDEN, AuthReason::NotAllowed),
        (StatusCode::NOT_FOUND, AuthReason::Token),
    ] {
        let (account, journal) = company(move |_| Some(status.into_response())).await;
        let error = client(account).users(&[]).await.unwrap_err();
        assert_eq!(error, ServiceError::Auth { service: Service::Hrmos, reason });
        assert_eq!(journal.lines(), ["GET /authentication/token Basic ZGVtbw=="]);
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let (account, journal) =
        company(|asked| asked.is_for("/users").then(|| StatusCode::UNAUTHORIZED.into_response())).await;
    let error = client(account).users(&[]).await.unwrap_err();
    assert_eq!(error, ServiceError::Auth { service: Service::Hrmos, reason: AuthReason::Token });
    assert_eq!((journal.count("GET /authentication/token"), journal.count("GET /users")), (2, 2));
}

#[tokio::test]
async fn too_many_requests_are_waited_out_in_five_tries() {
    let busy = |times: usize| {
        move |asked: &Asked<'_>| {
            asked.is_for("/users").then(|| match asked.before {
                before if before < times => StatusCode::TOO_MANY_REQUESTS.into_response(),
                _ => users(1, [1]),
            })
        }
    };
    let (account, journal) = company(busy(4)).await;
    assert_eq!(client(account).users(&[]).await.unwrap().rows.len(), 1);
    assert_eq!(journal.count("GET /users"), 5);
    let (account, journal) = company(busy(usize::MAX)).await;
    let error = client(account).users(&[]).await.unwrap_err();
    assert_eq!(error.class(), Class::Transient);
    assert_eq!(error.to_string(), "hrmos: GET /users: the service answered 429");
    assert_eq!(journal.count("GET /users"), 5);
}

#[tokio::test]
async fn requests_are_evenly_spread() {
    let (account, _journal) = company(|asked| asked.is_for("/users").then(|| users(1, [1]))).await;
    let client = client(Account { requests_per_minute: 600, ..account });
    let begun = Instant::now();
    client.login().await.unwrap();
    client.users(&[]).await.unwrap();
    client.users(&[]).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(200), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_maintenance_page_is_for_another_attempt() {
    for status in [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE] {
        let page = move || (status, Html("<p>メンテナンス中</p>")).into_response();
        let (account, journal) = company(move |asked| asked.is_for("/users").then(page)).await;
        let error = client(account).users(&[]).await.unwrap_err();
        assert_eq!(error.class(), Class::Transient, "{status}");
        assert_eq!(journal.count("GET /users"), 3);
    }
}

#[tokio::test]
async fn shuffled_pages_are_read_once_more() {
    let (account, journal) = company(|asked| {
        asked.is_for("/users").then(|| match (asked.before, asked.page()) {
            // Somebody of the second page slipped to the first one between the two requests.
            (1, 2) => users(101, [100]),
            (_, 1) => users(101, 1..101),
            _ => users(101, [101]),
        })
    })
    .await;
    let read = client(account).users(&[]).await.unwrap();
    let ids: Vec<u64> = read.rows.iter().map(|user| user.id).collect();
    assert_eq!((ids, read.announced), ((1..=101).collect(), None));
    assert_eq!(journal.count("GET /users"), 4);
}

#[tokio::test]
async fn a_list_that_stays_short_says_how_many_there_should_be() {
    let short = |asked: &Asked<'_>| match asked.path {
        "/users" => Some(users(3, [1, 2, 2])),
        "/departments" => Some(list(2, 1, vec![json!({"id": 1, "name": "営業部", "sequence": 1})])),
        _ => None,
    };
    let (account, journal) = company(short).await;
    let client = client(account);
    let read = client.users(&[]).await.unwrap();
    assert_eq!((read.rows.len(), read.announced), (2, Some(3)));
    assert_eq!(journal.count("GET /users"), 2);
    // Nothing but the read itself could stop a run that would lose a 部門.
    assert_eq!(client.departments().await.unwrap_err().class(), Class::Transient);
}

#[tokio::test]
async fn a_list_that_grows_while_it_is_read_is_for_another_attempt() {
    let grows = |asked: &Asked<'_>| asked.is_for("/users").then(|| users(101 + asked.before, 1..101));
    let (account, journal) = company(grows).await;
    let error = client(account).users(&[]).await.unwrap_err();
    assert_eq!(error.to_string(), "hrmos: GET /users: the list changed while it was read");
    assert_eq!(error.class(), Class::Transient);
    assert_eq!(journal.count("GET /users"), 4);
}

#[tokio::test]
async fn a_list_that_does_not_say_its_length_is_not_believed() {
    let bare =
        |asked: &Asked<'_>| asked.is_for("/users").then(|| axum::Json(json!([{"id": 1}])).into_response());
    let (account, _journal) = company(bare).await;
    let error = client(account).users(&[]).await.unwrap_err();
    assert_eq!(error.class(), Class::Permanent);
    assert_eq!(error.to_string(), "hrmos: GET /users: the answer doesn't say how many rows there are");
}

#[tokio::test]
async fn an_empty_list_has_no_page_or_one() {
    for pages in [0, 1] {
        let (account, journal) =
            company(move |asked| asked.is_for("/users").then(|| list(0, pages, vec![]))).await;
        let read = client(account).users(&[]).await.unwrap();
        assert_eq!((read.rows.len(), read.announced, journal.count("GET /users")), (0, None, 1));
    }
}

#[tokio::test]
async fn a_row_of_another_month_ends_the_run() {
    let mixed = |asked: &Asked<'_>| {
        let row = |id: u64, month: &str| json!({"user_id": id, "number": null, "month": month});
        (!asked.path.starts_with("/auth")).then(|| list(2, 1, vec![row(1, "202605"), row(2, "202604")]))
    };
    let (account, journal) = company(mixed).await;
    let client = client(account);
    let error = client.months(month()).await.unwrap_err();
    assert_eq!(error.class(), Class::Permanent);
    assert_eq!(
        error.to_string(),
        "hrmos: GET /work_output_months/monthly/2026-05: a row is of another month"
    );
    assert_eq!(client.closed(month()).await.unwrap_err().class(), Class::Permanent);
    let path = "GET /work_output_months/monthly/2026-05?limit=100&page=1";
    assert_eq!(
        journal.lines()[1..],
        [format!("{path} Token t"), format!("{path}&status=3%2C99 Token t")],
        "neither is tried again"
    );
}
