//! Keys, tokens, companies, unknown paths.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;

use super::support::{KEY, Session, ask_token, keys, root, set};
use crate::support::{World, send};

#[tokio::test]
async fn a_token_is_24_characters_and_ends_after_a_day_in_tokyos_time() {
    let world = World::start().await;
    let answer = ask_token(&world, "demo", &format!("Basic {KEY}")).await;
    assert_eq!((answer.status, keys(&answer.body)), (200, ["expired_at", "token"].into()));
    let token = answer.body["token"].as_str().expect("a text");
    assert!(
        token.len() == 24 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    let ends = answer.body["expired_at"].as_str().expect("a text");
    assert!(ends.starts_with("2026-11-22T09:0") && ends.ends_with("+09:00"), "{ends}");
    assert_eq!(ends.len(), "2018-09-23T04:56:07.000+09:00".len());
}

#[tokio::test]
async fn the_key_goes_as_it_is_and_in_no_other_way() {
    let world = World::start().await;
    let twice = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let double = [twice(KEY), twice(&format!("{KEY}:"))];
    let wrong = [format!("Bearer {KEY}"), KEY.to_owned(), "Basic bm9ib2R5".to_owned(), String::new()];
    for bad in double.iter().chain(&wrong) {
        let answer = ask_token(&world, "demo", bad).await;
        assert_eq!((answer.status, &answer.body["code"]), (401, &json!(401)), "{bad}");
        assert_eq!(keys(&answer.body), ["code", "message"].into());
    }
    set(&world, json!({"accept_double_encoded": true})).await;
    for accepted in &double {
        assert_eq!(ask_token(&world, "demo", accepted).await.status, 200, "{accepted}");
    }
    for bad in &wrong {
        assert_eq!(ask_token(&world, "demo", bad).await.status, 401, "{bad}");
    }
}

#[tokio::test]
async fn data_needs_the_word_token_and_bearer_is_only_taken_where_set() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let ask = |authorization: String| {
        send(
            world
                .request(Method::GET, &format!("{}/users", root("demo")))
                .header("Authorization", authorization),
        )
    };
    let token = &demo.token;
    for bad in [format!("Bearer {token}"), token.clone(), format!("Basic {KEY}"), format!("Token {token}x")] {
        assert_eq!(ask(bad.clone()).await.status, 401, "{bad}");
    }
    assert_eq!(send(world.request(Method::GET, &format!("{}/users", root("demo")))).await.status, 401);
    set(&world, json!({"accept_bearer": true})).await;
    assert_eq!(ask(format!("Bearer {token}")).await.status, 200);
}

#[tokio::test]
async fn several_tokens_live_side_by_side_and_each_ends_by_itself() {
    let world = World::start().await;
    let first = Session::demo(&world).await;
    world.control("clock", json!({"advance_seconds": 3600})).await;
    let second = Session::demo(&world).await;
    assert_ne!(first.token, second.token);
    assert_eq!(first.get("/users").await.status, 200);
    world.control("clock", json!({"advance_seconds": 23 * 3600 + 60})).await;
    assert_eq!((first.get("/users").await.status, second.get("/users").await.status), (401, 200));
}

#[tokio::test]
async fn postpone_gives_a_live_token_another_day_and_a_dead_one_nothing() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    world.control("clock", json!({"advance_seconds": 23 * 3600})).await;
    let answer = send(demo.request(Method::PUT, "/authentication/postpone")).await;
    assert_eq!((answer.status, &answer.body["token"]), (200, &json!(demo.token)));
    assert!(answer.body["expired_at"].as_str().is_some_and(|ends| ends.starts_with("2026-11-23T08:0")));
    world.control("clock", json!({"advance_seconds": 23 * 3600})).await;
    assert_eq!(demo.get("/users").await.status, 200);
    world.control("clock", json!({"advance_seconds": 3601})).await;
    assert_eq!(send(demo.request(Method::PUT, "/authentication/postpone")).await.status, 401);
}

#[tokio::test]
async fn destroy_shows_the_token_once_more_and_ends_it() {
    let world = World::start().await;
    let (gone, stays) = (Session::demo(&world).await, Session::demo(&world).await);
    let answer = send(gone.request(Method::DELETE, "/authentication/destroy")).await;
    assert_eq!((answer.status, &answer.body["token"]), (200, &json!(gone.token)));
    assert!(answer.body["expired_at"].is_string());
    assert_eq!((gone.get("/users").await.status, stays.get("/users").await.status), (401, 200));
    assert_eq!(send(gone.request(Method::DELETE, "/authentication/destroy")).await.status, 401);
}

#[tokio::test]
async fn every_company_has_its_own_key_tokens_and_people() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let key = STANDARD.encode("demo-hrmos-key-7");
    let seven = Session::of(&world, "demo-7", &key).await;
    assert_eq!(ask_token(&world, "demo-7", &format!("Basic {KEY}")).await.status, 401);
    let stranger = Session { token: demo.token.clone(), ..Session::of(&world, "demo-7", &key).await };
    assert_eq!(stranger.get("/users").await.status, 401);
    let mail = |rows: &[serde_json::Value]| rows[18]["email"].clone();
    assert_ne!(mail(&demo.rows("/users").await), mail(&seven.rows("/users").await));
    // Number one under its other name is a second company of the same people.
    let one = Session::of(&world, "demo-1", &STANDARD.encode("demo-hrmos-key-1")).await;
    assert_eq!(mail(&demo.rows("/users").await), mail(&one.rows("/users").await));
    for nobody in ["acme", "demo-0", "demo-07", "Demo", "demo-100000"] {
        assert_eq!(ask_token(&world, nobody, &format!("Basic {KEY}")).await.status, 404, "{nobody}");
    }
}

#[tokio::test]
async fn the_company_may_come_percent_encoded() {
    let world = World::start().await;
    let key = STANDARD.encode("demo-hrmos-key-7");
    assert_eq!(ask_token(&world, "demo%2D7", &format!("Basic {key}")).await.status, 200);
}

#[tokio::test]
async fn what_does_not_exist_is_404_with_an_error_object() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    for path in [
        "/user",
        "/users/1",
        "/",
        "",
        "/work_outputs",
        "/stamp_logs",
        "/work_output_months/2026-10",
        "/users/",
    ] {
        let answer = demo.get(path).await;
        assert_eq!((answer.status, &answer.body["code"]), (404, &json!(404)), "{path}");
        assert!(answer.body["message"].is_string());
    }
    let other_version = world.request(Method::GET, "/hrmos/api/demo/v2/users");
    assert_eq!(send(other_version).await.status, 404);
}

#[tokio::test]
async fn nothing_can_be_written_unless_a_setting_allows_it() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    for (method, path) in [
        (Method::POST, "/users"),
        (Method::PUT, "/work"),
        (Method::POST, "/work/other_systems"),
        (Method::POST, "/stamp_logs?user_id=1&stamp_type=1"),
        (Method::DELETE, "/users"),
        (Method::PATCH, "/users"),
        (Method::POST, "/deal_contracts"),
        (Method::POST, "/authentication/token"),
    ] {
        assert_eq!(send(demo.request(method.clone(), path)).await.status, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn the_journal_names_the_company_and_never_the_query() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    demo.get("/users?limit=3").await;
    let entries = world.look("requests?service=hrmos").await;
    let told: Vec<_> = entries.as_array().expect("a list").iter().collect();
    assert_eq!(told.len(), 2);
    assert_eq!((&told[1]["tenant"], &told[1]["method"]), (&json!("demo"), &json!("GET")));
    assert_eq!((&told[1]["path"], &told[1]["status"]), (&json!("/hrmos/api/demo/v1/users"), &json!(200)));
}
