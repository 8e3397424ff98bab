//! The outgoing client against servers that answer oddly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use futures::StreamExt;
use renkei::http::{Call, Effect, HttpError, Limit, Method, Payload, Repeat, Settings, Size, Stop};
use renkei::job::Service;
use serde_json::Value;
use tokio::sync::watch;

use crate::support::{announced, serve, serve_raw, session, settings};

const SECRET: &str = "山田太郎";

fn read() -> Call<'static> {
    Call::get("/x", &[])
}

fn post() -> Call<'static> {
    Call {
        method: Method::Post,
        repeat: Repeat::Never,
        writes: true,
        payload: Payload::Json("{}".into()),
        ..read()
    }
}

async fn ask(base: &str, call: &Call<'_>) -> Result<Value, HttpError> {
    session(base, settings()).fetch(call).await
}

fn transient(error: &HttpError) -> (Option<u16>, Option<Duration>, Effect) {
    let HttpError::Transient { status, retry_after, effect, .. } = error else { panic!("{error:?}") };
    (*status, *retry_after, *effect)
}

/// Answers with `odd` the first `times` times and with JSON afterwards.
fn at_first(times: usize, odd: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Router {
    let count = Arc::new(AtomicUsize::new(0));
    Router::new().fallback(move || {
        let good = count.fetch_add(1, Ordering::SeqCst) >= times;
        std::future::ready(if good { "{\"good\":true}".into_response() } else { odd() })
    })
}

#[tokio::test]
async fn a_maintenance_page_is_tried_three_times_and_never_quoted() {
    let page = || axum::response::Html(format!("<p>{SECRET}</p>")).into_response();
    let session = session(&serve(at_first(usize::MAX, page)).await, settings());
    let error = session.fetch::<Value>(&read()).await.unwrap_err();
    assert_eq!(transient(&error), (Some(200), None, Effect::Unknown));
    assert_eq!(session.meter.count(Service::Kaonavi), 3);
    assert!(!format!("{error} {error:?}").contains(SECRET));
}

#[tokio::test]
async fn a_second_try_may_succeed() {
    for odd in [StatusCode::SERVICE_UNAVAILABLE, StatusCode::BAD_GATEWAY, StatusCode::INTERNAL_SERVER_ERROR] {
        let base = serve(at_first(2, move || odd.into_response())).await;
        assert_eq!(ask(&base, &read()).await.unwrap()["good"], true, "{odd}");
    }
}

#[tokio::test]
async fn broken_and_unexpected_json_are_transient_and_never_quoted() {
    let cases =
        [format!("{{\"name\":\"{SECRET}\","), SECRET.to_owned(), format!("{{}}{SECRET}"), String::new()];
    for body in cases {
        let base = serve(Router::new().fallback(get(move || std::future::ready(body.clone())))).await;
        let error = ask(&base, &read()).await.unwrap_err();
        assert_eq!(transient(&error).2, Effect::Unknown);
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }
    let base = serve(Router::new().fallback(get(|| async { format!("{{\"a\":\"{SECRET}\"}}") }))).await;
    let error = session(&base, settings()).fetch::<Vec<u32>>(&read()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    assert!(error.to_string().contains("another shape"), "{error}");
}

#[tokio::test]
async fn a_cut_off_answer_is_asked_for_again() {
    let good = "{\"good\":true}";
    let (base, count) = serve_raw(vec![announced(100, good), announced(good.len(), good)]).await;
    assert_eq!(ask(&base, &read()).await.unwrap()["good"], true);
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_only_its_host_is_named() {
    let hits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&hits);
    let other = serve(Router::new().fallback(any(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        std::future::ready("{}")
    })))
    .await;
    let target = other.replace("127.0.0.1", "localhost") + "/secret?name=" + "hidden";
    let (moved, found) = (target.clone(), target);
    let router = Router::new()
        .route("/moved", get(move || std::future::ready(Redirect::permanent(&moved).into_response())))
        .route("/found", get(move || std::future::ready(Redirect::to(&found).into_response())));
    let base = serve(router).await;
    let moved = ask(&base, &Call::get("/moved", &[])).await.unwrap_err();
    assert!(matches!(moved, HttpError::Protocol(_)), "{moved:?}");
    let found = ask(&base, &Call::get("/found", &[])).await.unwrap_err();
    assert_eq!(transient(&found), (Some(303), None, Effect::None));
    for error in [moved, found] {
        assert_eq!(error.to_string(), "the service redirects to localhost, which is not followed");
    }
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn retry_after_is_waited_for_if_short_and_passed_on_if_long() {
    let wait = |seconds: &'static str| {
        move || (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)]).into_response()
    };
    let base = serve(at_first(1, wait("1"))).await;
    let started = Instant::now();
    ask(&base, &read()).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));

    let base = serve(at_first(1, wait("77"))).await;
    let error = ask(&base, &read()).await.unwrap_err();
    assert_eq!(transient(&error), (Some(429), Some(Duration::from_secs(77)), Effect::None));

    let date = (chrono::Utc::now() + chrono::TimeDelta::seconds(120)).to_rfc2822();
    let date = date.replace("+0000", "GMT");
    let base = serve(at_first(1, move || {
        (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, date.clone())]).into_response()
    }))
    .await;
    let (_, wait, _) = transient(&ask(&base, &read()).await.unwrap_err());
    assert!(wait.is_some_and(|wait| (110..=120).contains(&wait.as_secs())), "{wait:?}");
}

#[tokio::test]
async fn an_answer_past_the_cap_is_given_up() {
    let endless = || {
        let chunk = Bytes::from(vec![b' '; 64 * 1024]);
        let body = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
        Response::new(Body::from_stream(body))
    };
    let base = serve(Router::new().fallback(get(move || std::future::ready(endless())))).await;
    let small = Settings { small_body: 1 << 20, max_body: 4 << 20, ..settings() };
    let session = session(&base, small);
    for size in [Size::Small, Size::Large] {
        let error = session.fetch::<Value>(&Call { size, ..read() }).await.unwrap_err();
        assert!(matches!(&error, HttpError::Protocol(what) if what.contains("bytes")), "{error:?}");
    }
    assert_eq!(session.meter.count(Service::Kaonavi), 2, "asking again would bring the same");
}

#[tokio::test]
async fn silence_ends_a_try() {
    let stalls = || {
        let start = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from("{\"a\":"))]);
        Response::new(Body::from_stream(start.chain(futures::stream::pending())))
    };
    let router = Router::new()
        .route("/never", get(std::future::pending::<String>))
        .fallback(get(move || std::future::ready(stalls())));
    let base = serve(router).await;
    let once = Settings { quick_tries: 1, read_timeout: Duration::from_millis(100), ..settings() };
    for path in ["/x", "/never"] {
        let error = session(&base, once.clone()).fetch::<Value>(&Call::get(path, &[])).await.unwrap_err();
        assert_eq!(transient(&error), (None, None, Effect::Unknown), "{path}");
    }
}

#[tokio::test]
async fn nobody_there_is_transient_without_effect() {
    let error = ask("http://127.0.0.1:1", &post()).await.unwrap_err();
    assert_eq!(transient(&error), (None, None, Effect::None));
}

#[tokio::test]
async fn a_large_answer_is_parsed_while_it_arrives() {
    let router = Router::new().fallback(get(|| async {
        let start = futures::stream::iter(["[0".to_owned()]);
        let rest = futures::stream::iter((1..300_000).map(|n| format!(",{n}")));
        let end = futures::stream::iter(["]".to_owned()]);
        Response::new(Body::from_stream(start.chain(rest).chain(end).map(Ok::<_, std::io::Error>)))
    }));
    let numbers: Vec<u32> =
        session(&serve(router).await, settings()).fetch(&Call { size: Size::Large, ..read() }).await.unwrap();
    assert_eq!(numbers.len(), 300_000);
    assert!(numbers.iter().enumerate().all(|(place, number)| u32::try_from(place) == Ok(*number)));
}

#[tokio::test]
async fn a_large_answer_that_breaks_off_is_transient() {
    let start = format!("[{}", "1,".repeat(600_000));
    let (base, _) = serve_raw(vec![announced(10_000_000, &start)]).await;
    let error = session(&base, settings()).fetch::<Vec<u8>>(&read()).await.unwrap_err();
    assert_eq!(transient(&error).2, Effect::Unknown);
    assert!(error.to_string().contains("connection was lost"), "{error}");
}

#[tokio::test]
async fn what_is_never_to_be_repeated_is_sent_once() {
    let session = session(&serve(at_first(1, || StatusCode::BAD_GATEWAY.into_response())).await, settings());
    let error = session.fetch::<Value>(&post()).await.unwrap_err();
    assert_eq!(transient(&error), (Some(502), None, Effect::Unknown));
    assert_eq!(session.meter.count(Service::Kaonavi), 1);
}

#[tokio::test]
async fn the_effect_of_any_try_counts() {
    let count = Arc::new(AtomicUsize::new(0));
    let router = Router::new().fallback(move || {
        let status = [StatusCode::BAD_GATEWAY, StatusCode::TOO_MANY_REQUESTS]
            [count.fetch_add(1, Ordering::SeqCst).min(1)];
        std::future::ready(status.into_response())
    });
    let error = ask(&serve(router).await, &Call { repeat: Repeat::Quick, ..post() }).await.unwrap_err();
    assert_eq!(transient(&error), (Some(429), None, Effect::Unknown));
}

#[tokio::test]
async fn a_stop_ends_waits_and_forbids_requests() {
    let (stop, stopped) = watch::channel(false);
    let mut waiting = session(&serve(at_first(0, || unreachable!())).await, settings());
    waiting.stop = Stop::when(stopped);
    let limits = [Limit { class: None, count: 1, window: Duration::from_secs(100) }];
    waiting.fetch::<Value>(&Call::get("/x", &limits)).await.unwrap();
    let second = tokio::spawn({
        let waiting = waiting.clone();
        async move { waiting.fetch::<Value>(&Call::get("/x", &limits)).await }
    });
    stop.send(true).unwrap();
    assert_eq!(second.await.unwrap(), Err(HttpError::Stopped));
    assert_eq!(waiting.fetch::<Value>(&post()).await, Err(HttpError::Stopped));
    assert_eq!(waiting.meter.count(Service::Kaonavi), 1);
}

#[tokio::test]
async fn without_a_lease_nothing_is_written() {
    let mut session = session(&serve(at_first(0, || unreachable!())).await, settings());
    session.stop = Stop::never().with_lease(|| false);
    assert_eq!(session.fetch::<Value>(&post()).await, Err(HttpError::Stopped));
    session.fetch::<Value>(&read()).await.unwrap();
    assert_eq!(session.meter.count(Service::Kaonavi), 1);
}

#[tokio::test]
async fn a_quota_that_stays_closed_for_long_is_for_another_attempt() {
    let session = session(&serve(at_first(0, || unreachable!())).await, settings());
    let limits = [Limit { class: None, count: 1, window: Duration::from_secs(3600) }];
    session.fetch::<Value>(&Call::get("/x", &limits)).await.unwrap();
    let error = session.fetch::<Value>(&Call::get("/x", &limits)).await.unwrap_err();
    let (status, wait, effect) = transient(&error);
    assert_eq!((status, effect), (None, Effect::None));
    assert!(wait.is_some_and(|wait| wait > Duration::from_secs(3590)), "{wait:?}");
}
