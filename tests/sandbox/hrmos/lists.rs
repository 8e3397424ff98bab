//! Pages, headers and filters of all lists.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{Session, plant, set};
use crate::support::World;

fn ids(rows: &[Value]) -> Vec<u64> {
    rows.iter().map(|row| row["id"].as_u64().expect("an id")).collect()
}

#[tokio::test]
async fn a_list_is_a_bare_array_with_totals_and_links() {
    let world = World::with(130, 1).await;
    let demo = Session::demo(&world).await;
    let page = demo.get("/users").await;
    assert_eq!(page.body.as_array().map(Vec::len), Some(25), "25 by default");
    assert_eq!((page.header("x-total-count"), page.header("x-total-page")), (Some("130"), Some("6")));
    assert_eq!(page.header("content-type"), Some("application/json; charset=utf-8"));
    let url = format!("http://{}/hrmos/api/demo/v1/users", world.sandbox.addr());
    let link = |page, name: &str| format!("<{url}?page={page}&limit=25>; rel=\"{name}\"");
    let first = [link(1, "first"), link(2, "next"), link(6, "last")].join(", ");
    assert_eq!(page.header("link"), Some(first.as_str()));

    let last = demo.get("/users?page=6").await;
    assert_eq!(last.body.as_array().map(Vec::len), Some(5));
    let links = [link(1, "first"), link(5, "previous"), link(6, "last")].join(", ");
    assert_eq!(last.header("link"), Some(links.as_str()));
}

#[tokio::test]
async fn a_link_can_be_followed_as_it_is() {
    let world = World::with(130, 1).await;
    let demo = Session::demo(&world).await;
    let mut path = "/users?limit=50&from=2020-01-01T00%3A00%3A00%2B09%3A00".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = demo.get(&path).await;
        seen.extend(ids(page.body.as_array().expect("a bare array")));
        let links = page.header("link").expect("links");
        let Some(next) = links.split(", ").find(|link| link.ends_with("rel=\"next\"")) else { break };
        let url = next.trim_start_matches('<').split('>').next().expect("a link");
        path = url.split("/v1").nth(1).expect("a path").to_owned();
    }
    assert_eq!(seen, (1..=130).collect::<Vec<_>>());
}

#[tokio::test]
async fn limits_are_capped_and_nonsense_is_the_default() {
    let world = World::with(130, 1).await;
    let demo = Session::demo(&world).await;
    for (query, rows) in [
        ("limit=100", 100),
        ("limit=500", 100),
        ("limit=0", 25),
        ("limit=-3", 25),
        ("limit=all", 25),
        ("page=0", 25),
    ] {
        assert_eq!(demo.rows(&format!("/users?{query}")).await.len(), rows, "{query}");
    }
    let past = demo.get("/users?limit=100&page=3").await;
    assert_eq!((past.status, past.body.clone()), (200, json!([])));
    assert_eq!((past.header("x-total-count"), past.header("x-total-page")), (Some("130"), Some("2")));
}

#[tokio::test]
async fn paging_in_headers_is_ignored() {
    let world = World::with(130, 1).await;
    let demo = Session::demo(&world).await;
    let request = demo.request(reqwest::Method::GET, "/users").header("limit", "3").header("page", "2");
    let answer = crate::support::send(request).await;
    assert_eq!(ids(answer.body.as_array().expect("a bare array")), (1..=25).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_empty_list_has_no_pages() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let future = demo.get("/work_output_months/monthly/2030-01").await;
    assert_eq!((future.status, future.body.clone()), (200, json!([])));
    assert_eq!((future.header("x-total-count"), future.header("x-total-page")), (Some("0"), Some("0")));
}

#[tokio::test]
async fn from_and_to_look_at_the_time_of_the_update_and_include_their_ends() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let all = demo.all("/users").await;
    let updated = |row: &Value| row["updated_at"].as_str().expect("a time").to_owned();
    let mut times: Vec<String> = all.iter().map(updated).collect();
    times.sort();
    let middle = times[times.len() / 2].clone();
    let encoded = middle.replace('+', "%2B").replace(':', "%3A");
    let later = demo.all(&format!("/users?from={encoded}")).await;
    let earlier = demo.all(&format!("/users?to={encoded}")).await;
    assert!(
        later.iter().all(|row| updated(row) >= middle) && earlier.iter().all(|row| updated(row) <= middle)
    );
    let exactly = all.iter().filter(|row| updated(row) == middle).count();
    assert_eq!(later.len() + earlier.len(), all.len() + exactly);
    assert!(exactly > 0 && later.len() < all.len() && earlier.len() < all.len());
    // A change moves a user behind everybody else.
    plant(&world, json!({"upsert": [{"number": "A0001", "comment": "異動"}]})).await;
    let today = demo.all("/users?from=2026-11-21T00%3A00%3A00%2B09%3A00").await;
    assert_eq!(ids(&today), [1]);
}

#[tokio::test]
async fn a_time_that_is_none_is_refused() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    // A plus sign that is not encoded is a space.
    for bad in ["from=2018-09-01", "to=yesterday", "from=2018-09-01T00:00:00+09:00", "from="] {
        let answer = demo.get(&format!("/users?{bad}")).await;
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!(400)), "{bad}");
    }
}

#[tokio::test]
async fn pages_can_be_made_to_shift_as_a_real_list_may() {
    let world = World::with(130, 1).await;
    let demo = Session::demo(&world).await;
    let distinct = |rows: &[Value]| ids(rows).into_iter().collect::<BTreeSet<_>>().len();
    set(&world, json!({"paging": "shuffled"})).await;
    let (once, again) = (demo.all("/users").await, demo.all("/users").await);
    assert_eq!((once.len(), distinct(&once)), (130, 130));
    assert_ne!(ids(&once), ids(&again));
    set(&world, json!({"paging": "repeating"})).await;
    let repeating = demo.all("/users").await;
    assert_eq!((repeating.len(), distinct(&repeating)), (131, 130));
    set(&world, json!({"paging": "unstable"})).await;
    assert!(distinct(&demo.all("/users").await) < 130);
    set(&world, json!({"paging": "growing"})).await;
    let totals = [demo.get("/users").await, demo.get("/users?page=2").await];
    assert_ne!(totals[0].header("x-total-count"), totals[1].header("x-total-count"));
    set(&world, json!({"paging": "steady"})).await;
    assert_eq!(ids(&demo.all("/users").await), (1..=130).collect::<Vec<_>>());
}
