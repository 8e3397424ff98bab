//! The two sides of a clinic at the start, seen through both APIs.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use super::support::Session;
use crate::support::{World, send};

const MEDIMENT: &str = "/mediment/api/v0";

/// Creates people in mediment, which has to answer for each; the statuses.
async fn create(world: &World, people: &[Value]) -> Vec<Value> {
    let body = json!({"consumer_key": "demo-key", "consumer_secret": "demo-secret"});
    let token = send(world.request(Method::POST, &format!("{MEDIMENT}/oauth/token")).json(&body)).await.body;
    let token = token["access_token"].as_str().expect("a token");
    let request = world.request(Method::POST, &format!("{MEDIMENT}/employees/batch_create"));
    let answer = send(request.bearer_auth(token).json(&json!({ "employees": people }))).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body["results"].as_array().expect("a list").clone()
}

fn texts(rows: &[Value], key: &str) -> BTreeSet<String> {
    rows.iter()
        .filter_map(|row| row[key].as_str())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn who_is_missing_in_mediment_works_here_and_can_be_created_there() {
    for employees in [20, 130, 1000] {
        let world = World::with(employees, 5).await;
        let users = Session::demo(&world).await.all("/users").await;
        assert_eq!(users.len(), employees);
        let there = world.look("people?service=mediment").await;
        let known = texts(there.as_array().expect("a list"), "employee_number");
        // The numbers that begin with B are the ordinary people's.
        let ordinary = |user: &&Value| user["number"].as_str().is_some_and(|number| number.starts_with('B'));
        let missing: Vec<&Value> = users
            .iter()
            .filter(ordinary)
            .filter(|user| !known.contains(user["number"].as_str().expect("a text")))
            .collect();
        assert_eq!(missing.len(), (employees / 100).clamp(1, 15));
        assert!(
            missing
                .iter()
                .all(|user| user["end_date"].is_null() && user["start_date"].as_str() <= Some("2026-11-21"))
        );
        let people: Vec<Value> = missing
            .iter()
            .map(|user| {
                json!({
                    "employee_number": user["number"], "last_name": user["last_name"], "first_name": user["first_name"],
                    "last_name_kana": user["last_name_kana"], "first_name_kana": user["first_name_kana"],
                    "email": user["email"], "office": "本社", "department1": "営業部", "hired_on": user["start_date"],
                })
            })
            .collect();
        let results = create(&world, &people).await;
        assert!(results.iter().all(|result| result["status"] == "created"), "{results:?}");
    }
}

#[tokio::test]
async fn mediment_knows_the_names_of_the_places_that_hrmos_has_ids_for() {
    let world = World::with(130, 1).await;
    let demo = Session::demo(&world).await;
    let (users, departments) = (demo.all("/users").await, demo.all("/departments").await);
    let names: BTreeMap<u64, &Value> =
        departments.iter().map(|row| (row["id"].as_u64().expect("an id"), &row["name"])).collect();
    let there = world.look("people?service=mediment").await;
    let there: BTreeMap<&str, &Value> = there
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|person| Some((person["employee_number"].as_str()?, &person["department1"])))
        .collect();
    let mut equal = 0;
    for user in &users {
        let (Some(number), Some(id)) = (user["number"].as_str(), user["department_id"].as_u64()) else {
            continue;
        };
        equal += usize::from(there.get(number).is_some_and(|held| names.get(&id) == Some(held)));
    }
    assert!(equal > 110, "{equal}");
}

#[tokio::test]
async fn two_tenants_have_different_people_and_one_tenant_the_same_again() {
    let users = async |seed| {
        let world = World::with(130, seed).await;
        let demo = Session::demo(&world).await;
        (demo.all("/users").await, demo.all("/work_output_months/monthly/2026-09").await)
    };
    let (first, again, other) = (users(1).await, users(1).await, users(2).await);
    assert_eq!(first, again);
    assert!(first.0 != other.0 && first.1 != other.1);
}

#[tokio::test]
async fn a_company_of_a_thousand_is_read_in_the_budget_of_the_reference() {
    let world = World::with(1000, 1).await;
    let demo = Session::demo(&world).await;
    let mut pages = 0;
    for path in ["/users", "/lodgments", "/departments", "/work_output_months/monthly/2026-10"] {
        let page = demo.get(&format!("{path}?limit=100")).await;
        pages += page.header("x-total-page").and_then(|pages| pages.parse::<u32>().ok()).expect("a number");
    }
    assert!(pages <= 22, "{pages}");
}
