//! Whole conversations, as published clients of the service hold them.
//!
//! They send `Content-Type: application/json` with every request, have three ways of paging, and look their people up by
//! mail address.

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::support::{KEY, root, set};
use crate::support::{Answer, World, send};

/// A request as these clients send it: JSON announced, with or without a body.
fn request(world: &World, method: Method, path: &str, authorization: &str) -> RequestBuilder {
    let request = world.request(method, &format!("{}{path}", root("demo")));
    request.header("Authorization", authorization).header("Content-Type", "application/json")
}

async fn log_in(world: &World) -> String {
    let key = format!("Basic {KEY}");
    let answer = send(request(world, Method::GET, "/authentication/token", &key)).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let expired_at = answer.body["expired_at"].as_str().expect("a time");
    chrono::DateTime::parse_from_rfc3339(expired_at).expect("RFC 3339");
    format!("Token {}", answer.body["token"].as_str().expect("a token"))
}

fn rows(answer: &Answer) -> &[Value] {
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body.as_array().expect("a bare array")
}

fn number(answer: &Answer, header: &str) -> usize {
    answer.header(header).and_then(|text| text.parse().ok()).expect("a number in the header")
}

#[tokio::test]
async fn a_client_with_its_paging_in_headers_reads_the_first_page_again_and_again() {
    let world = World::with(130, 1).await;
    let token = log_in(&world).await;
    let page = |page: usize| {
        let day = request(&world, Method::GET, "/work_outputs/daily/2026-11-18", &token);
        send(day.header("limit", "100").header("page", page.to_string()).header("from", "None"))
    };
    let first = page(1).await;
    let pages = number(&first, "x-total-page");
    assert_eq!(pages, number(&first, "x-total-count").div_ceil(25), "counted by the default of 25");
    for at in 2..=pages {
        assert_eq!(page(at).await.body, first.body, "page {at}");
    }
    for row in rows(&first) {
        for key in ["number", "stamping_break_2_end_at", "procedure_overtime_end_at", "status", "expense"] {
            assert!(row.get(key).is_some(), "every key is read without asking whether it is there: {key}");
        }
    }
    // One of them sends the end of its session with a body.
    let end = request(&world, Method::DELETE, "/authentication/destroy", &token).body("{}");
    assert_eq!(send(end).await.status, 200);
    assert_eq!(page(1).await.status, 401);
}

#[tokio::test]
async fn a_client_that_looks_for_a_mail_address_stops_at_the_empty_page_and_stamps() {
    let world = World::with(130, 1).await;
    let token = log_in(&world).await;
    let people = world.look("people?service=hrmos").await;
    let last = people.as_array().expect("a list").last().expect("somebody").clone();
    let mut found = Vec::new();
    for page in 1.. {
        let answer = send(request(&world, Method::GET, &format!("/users?page={page}"), &token)).await;
        if rows(&answer).is_empty() {
            assert_eq!(page, 7, "130 people are six pages of 25");
            break;
        }
        found.extend(rows(&answer).iter().filter(|user| user["email"] == last["email"]).cloned());
    }
    assert_eq!(found.last().map(|user| &user["id"]), Some(&last["id"]));

    let body = json!({"user_id": last["id"], "stamp_type": 1, "latitude": 0, "longitude": 0, "address": ""})
        .to_string();
    let stamp = || send(request(&world, Method::POST, "/stamp_logs", &token).body(body.clone()));
    assert_eq!(stamp().await.status, 404, "nothing is written unless a setting allows it");
    set(&world, json!({"writes": true})).await;
    let answer = stamp().await;
    assert_eq!((answer.status, &answer.body["user_id"]), (200, &last["id"]));
    let path = format!("/stamp_logs/user/{}?stamp_type=1", last["id"]);
    let back = send(request(&world, Method::GET, &path, &token)).await;
    assert_eq!(rows(&back)[0], answer.body);
}

#[tokio::test]
async fn a_client_that_counts_pages_reads_each_day_of_a_month_once() {
    let world = World::start().await;
    let token = log_in(&world).await;
    let (mut seen, mut total, mut page) = (BTreeSet::new(), 0, 1);
    loop {
        let path = format!("/work_outputs/monthly/2026-10?limit=100&page={page}");
        let answer = send(request(&world, Method::GET, &path, &token)).await;
        for row in rows(&answer) {
            let day = row["day"].as_str().expect("a day").parse::<chrono::NaiveDate>().expect("YYYY-MM-DD");
            assert!(seen.insert((row["user_id"].as_u64(), day)), "{day} of {} came twice", row["user_id"]);
        }
        total = total.max(number(&answer, "x-total-count"));
        if page >= number(&answer, "x-total-page") {
            break;
        }
        page += 1;
    }
    assert!(page > 1, "a month of twenty people has more than a hundred days");
    assert_eq!(seen.len(), total);
}

#[tokio::test]
async fn a_client_that_keeps_its_token_postpones_it_in_the_last_hour() {
    let world = World::start().await;
    let token = log_in(&world).await;
    for _ in 0..3 {
        world.control("clock", json!({"advance_seconds": 84_600})).await;
        let answer = send(request(&world, Method::PUT, "/authentication/postpone", &token)).await;
        assert_eq!((answer.status, &answer.body["token"]), (200, &json!(&token["Token ".len()..])));
        let departments = send(request(&world, Method::GET, "/departments", &token)).await;
        assert_eq!(rows(&departments).len(), 8);
    }
}
