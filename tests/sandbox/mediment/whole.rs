//! mediment as a part of the whole sandbox: its tenants, its made people, what is told of its requests.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, World, send};

const MEDIMENT: &str = "/mediment/api/v0";

/// A session with one tenant of a sandbox.
struct Session<'a> {
    world: &'a World,
    token: String,
}

impl<'a> Session<'a> {
    async fn of(world: &'a World, key: &str) -> Self {
        let answer = log_in(world, key, &key.replace("key", "secret")).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        Self { world, token: answer.body["access_token"].as_str().expect("a token").to_owned() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.world.request(method, &format!("{MEDIMENT}{path}")).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Every entry of a list, page by page.
    async fn all(&self, path: &str, list: &str) -> Vec<Value> {
        let mut all = Vec::new();
        for page in 1.. {
            let body = self.get(&format!("{path}?page={page}")).await.body;
            let entries = body[list].as_array().expect("a list");
            if entries.is_empty() {
                assert_eq!(body["total_count"], all.len());
                break;
            }
            all.extend(entries.iter().cloned());
        }
        all
    }

    /// Writes entries back as they are; the statuses of all of them.
    async fn write_back(&self, method: Method, path: &str, list: &str, entries: &[Value]) -> Vec<Value> {
        let mut statuses = Vec::new();
        for batch in entries.chunks(100) {
            let mut body = json!({});
            body[list] = batch.into();
            let answer = send(self.request(method.clone(), path).json(&body)).await;
            assert_eq!(answer.status, 200, "{:?}", answer.body);
            let results = answer.body["results"].as_array().expect("a list").clone();
            for (entry, result) in batch.iter().zip(results) {
                assert_ne!(result["status"], "error", "{entry} → {result}");
                statuses.push(result["status"].clone());
            }
        }
        statuses
    }
}

async fn log_in(world: &World, key: &str, secret: &str) -> Answer {
    let body = json!({"consumer_key": key, "consumer_secret": secret});
    send(world.request(Method::POST, &format!("{MEDIMENT}/oauth/token")).json(&body)).await
}

#[tokio::test]
async fn what_the_made_people_hold_could_have_been_written_through_the_api() {
    for employees in [20, 250] {
        let world = World::with(employees, 1).await;
        let demo = Session::of(&world, "demo-key").await;
        let mut people = demo.all("/employees", "employees").await;
        assert!(people.len() > employees / 2, "{}", people.len());
        for person in &mut people {
            let object = person.as_object_mut().expect("employees are objects");
            object.remove("account_issued").expect("it was read");
            object.remove("updated_at").expect("it was read");
        }
        let statuses = demo.write_back(Method::POST, "/employees/batch_update", "employees", &people).await;
        assert!(statuses.iter().all(|status| status == "unchanged"));

        let rows = demo.all("/attendances/2026-10", "records").await;
        assert!(rows.len() > employees / 3, "{}", rows.len());
        let statuses = demo.write_back(Method::PUT, "/attendances/2026-10", "records", &rows).await;
        assert!(statuses.iter().all(|status| status == "unchanged"));
    }
}

#[tokio::test]
async fn every_tenant_has_its_own_people_and_data() {
    let world = World::start().await;
    assert_eq!(log_in(&world, "demo-key-2", "demo-secret").await.status, 401);
    assert_eq!(log_in(&world, "demo-key-0", "demo-secret-0").await.status, 401);
    let (first, second) = (Session::of(&world, "demo-key").await, Session::of(&world, "demo-key-2").await);
    let before = second.all("/employees", "employees").await;
    let body = json!({"employees": [{"last_name": "新", "first_name": "人"}]});
    send(first.request(Method::POST, "/employees/batch_create").json(&body)).await;
    assert_eq!(second.all("/employees", "employees").await, before);
    let stranger = Session { world: &world, token: second.token.replace('.', ".x") };
    assert_eq!(stranger.get("/employees").await.status, 401);
}

#[tokio::test]
async fn requests_are_told_by_verb_path_and_names_of_keys_without_values() {
    let world = World::start().await;
    let demo = Session::of(&world, "demo-key").await;
    let id = demo.get("/employees").await.body["employees"][0]["id"].clone();
    let body = json!({"employees": [{"id": id, "office": "秘密"}, {"id": id, "email": "secret@example.jp"}]});
    send(demo.request(Method::POST, "/employees/batch_update").json(&body)).await;
    let rows = json!({"records": [{"employee_number": "A0001", "night_minutes": 4711}]});
    world.control("faults", json!({"service": "mediment", "action": {"lose_answer": true}})).await;
    drop(demo.request(Method::PUT, "/attendances/2026-10").json(&rows).send().await);
    send(demo.request(Method::DELETE, "/employees").json(&json!({"id": id}))).await;
    send(world.request(Method::DELETE, &format!("{MEDIMENT}/employees/{}", id.as_str().expect("a text"))))
        .await;

    let told = world.look("mediment/requests").await;
    assert!(
        !told.to_string().contains("秘密")
            && !told.to_string().contains("secret@")
            && !told.to_string().contains("4711")
    );
    let told = told.as_array().expect("a list").iter().map(|request| {
        assert!(request["at"].as_str().is_some_and(|at| at.starts_with("2026-11-21T09:")));
        let path =
            request["path"].as_str().and_then(|path| path.strip_prefix(MEDIMENT)).expect("below the root");
        json!([
            request["tenant"],
            request["method"],
            path,
            request["status"],
            request["records"],
            request["keys"]
        ])
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            json!(["demo-key", "POST", "/oauth/token", 200, null, ["consumer_key", "consumer_secret"]]),
            json!(["demo-key", "GET", "/employees", 200, null, null]),
            json!(["demo-key", "POST", "/employees/batch_update", 200, 2, ["email", "id", "office"]]),
            json!(["demo-key", "PUT", "/attendances/2026-10", 0, 1, ["employee_number", "night_minutes"]]),
            json!(["demo-key", "DELETE", "/employees", 405, null, ["id"]]),
            json!([null, "DELETE", format!("/employees/{}", id.as_str().expect("a text")), 404, null, null]),
        ]
    );
    assert_eq!(world.look("mediment/requests?tenant=demo-key").await.as_array().map(Vec::len), Some(5));
    assert_eq!(world.look("requests?service=mediment").await.as_array().map(Vec::len), Some(6));
    send(world.request(Method::DELETE, "/__sandbox/requests")).await;
    assert_eq!(world.look("mediment/requests").await, json!([]));
}

#[tokio::test]
async fn control_turns_knobs_and_changes_and_shows_people_and_months() {
    let world = World::start().await;
    let demo = Session::of(&world, "demo-key").await;
    let months = json!({"2026-10": {"break_minutes": 75}});
    let person = json!({"employee_number": "A0001", "health_check_target": "対象外", "attendances": months});
    let changed = world.control("people", json!({"service": "mediment", "upsert": [person]})).await;
    assert_eq!(changed, json!({"changed": 1}));
    let shown = world.person("mediment", "A0001").await;
    assert_eq!(shown["health_check_target"], "対象外");
    let rows = world.look("attendance?service=mediment&month=2026-10&code=A0001").await;
    assert_eq!((&rows[0]["employee_id"], &rows[0]["break_minutes"]), (&shown["id"], &json!(75)));
    assert_eq!(world.order("people", &json!({"service": "mediment", "remove": []})).await.status, 400);

    world.control("settings", json!({"service": "mediment", "tenant": "*", "rate_limit": 1})).await;
    assert_eq!(demo.get("/employees").await.status, 200);
    let limited = demo.get("/employees").await;
    assert_eq!((limited.status, limited.header("retry-after").is_some()), (429, true));
    let other = Session::of(&world, "demo-key-9").await;
    assert_eq!(other.get("/employees").await.status, 200);
    assert_eq!(other.get("/employees").await.status, 429, "who came later has the setting too");
}

#[tokio::test]
async fn planted_faults_end_tokens_use_up_the_quota_and_answer_in_the_services_form() {
    let world = World::start().await;
    let demo = Session::of(&world, "demo-key").await;
    let plant = async |action: Value| {
        let fault = json!({"service": "mediment", "tenant": "demo-key", "action": action});
        world.control("faults", fault).await;
    };
    plant(json!({"status": 503, "retry_after": 7})).await;
    let answer = demo.get("/employees").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("7")));
    assert!(answer.body["errors"][0]["code"].is_string());
    world.control("settings", json!({"service": "mediment", "rate_limit": 100})).await;
    plant(json!({"quota": true})).await;
    assert_eq!(demo.get("/employees").await.status, 429);
    world.control("clock", json!({"advance_seconds": 61})).await;
    plant(json!({"expire_token": true})).await;
    assert_eq!(demo.get("/employees").await.status, 401);
}

#[tokio::test]
async fn a_reset_ends_tokens_and_brings_the_first_day_back() {
    let world = World::start().await;
    let demo = Session::of(&world, "demo-key").await;
    let before = world.look("people?service=mediment").await;
    world.control("people", json!({"service": "mediment", "delete": ["A0001"]})).await;
    world.control("reset", json!({})).await;
    assert_eq!(demo.get("/employees").await.status, 401);
    let after = world.look("people?service=mediment").await;
    let ids = |people: &Value| -> Vec<Value> {
        people.as_array().expect("a list").iter().map(|person| person["id"].clone()).collect()
    };
    assert_eq!(ids(&after), ids(&before));
}
