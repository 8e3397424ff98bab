//! Batches (§4.7).

use serde_json::{Value, json};

use crate::support::World;

fn newcomer(number: &str) -> Value {
    json!({"employeeNumber": number, "lastName": "新", "firstName": "人", "lastNameKana": "シン",
           "firstNameKana": "ジン", "gender": "男性", "birthDate": "2000-01-01"})
}

#[tokio::test]
async fn each_person_has_a_result_of_their_own_in_order() {
    let world = World::start().await;
    let session = world.session().await;
    let items = json!([
        {"employeeNumber": "A0001", "email": "new@example.jp"},
        {"employeeNumber": "N0009", "lastName": "新", "firstName": "人", "birthDate": "2000-01-01"},
        newcomer("N0010"),
        {"employeeNumber": "A0004", "position": "一般"},
        {"employeeNumber": "A0001", "position": "部長"},
        {"lastName": "誰"},
    ]);
    let answer = session.post("/employees/batch", json!({"idempotencyKey": "k1", "items": items})).await;
    assert_eq!(answer.status, 200);
    let results = answer.body["results"].as_array().expect("results");
    let words: Vec<&str> = results.iter().map(|r| r["result"].as_str().unwrap_or("")).collect();
    assert_eq!(words, ["updated", "error", "created", "unchanged", "error", "error"]);
    let missing: Vec<&Value> =
        results[1]["errors"].as_array().expect("errors").iter().map(|e| &e["item"]).collect();
    assert_eq!(missing, ["lastNameKana", "firstNameKana", "gender"]);
    assert_eq!(results[4]["errors"][0]["code"], "NOT_UNIQUE");
    assert_eq!(results[5]["employeeNumber"], Value::Null);
    assert_eq!(session.get("/employees/A0001").await.body["email"], "new@example.jp");
    assert_eq!(session.get("/employees/N0009").await.status, 404);
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer_for_a_day() {
    let world = World::start().await;
    let session = world.session().await;
    let batch = |items: Value| json!({"idempotencyKey": "k1", "items": items});
    let first = session.post("/employees/batch", batch(json!([newcomer("N0001")]))).await;
    assert_eq!(first.body["results"][0]["result"], "created");
    let again = session.post("/employees/batch", batch(json!([newcomer("N0001")]))).await;
    assert_eq!(again.body, first.body);
    let other =
        session.post("/employees/batch", json!({"idempotencyKey": "k2", "items": [newcomer("N0001")]})).await;
    assert_eq!(other.body["results"][0]["result"], "unchanged");
    world.control("clock", json!({"advance_seconds": 24 * 3600})).await;
    let session = world.session().await;
    let next_day = session.post("/employees/batch", batch(json!([newcomer("N0001")]))).await;
    assert_eq!(next_day.body["results"][0]["result"], "unchanged");
}

#[tokio::test]
async fn a_batch_holds_a_hundred_people_at_most() {
    let world = World::start().await;
    let session = world.session().await;
    let people = |count: usize| (0..count).map(|n| newcomer(&format!("N{n:04}"))).collect::<Vec<Value>>();
    let too_many = session.post("/employees/batch", json!({"items": people(101)})).await;
    assert_eq!(too_many.code(), (413, "TOO_MANY_ITEMS"));
    let full = session.post("/employees/batch", json!({"items": people(100)})).await;
    assert_eq!(full.body["results"].as_array().map(Vec::len), Some(100));
}

#[tokio::test]
async fn what_is_no_batch_is_refused_as_a_whole() {
    let world = World::start().await;
    let session = world.session().await;
    for (bad, code) in [
        (json!({}), "BAD_REQUEST"),
        (json!({"items": {}}), "BAD_REQUEST"),
        (json!({"items": [1]}), "BAD_REQUEST"),
        (json!({"items": [], "idempotencyKey": 1}), "BAD_REQUEST"),
        (json!({"items": [], "dryRun": true}), "UNKNOWN_FIELD"),
        (json!({"items": [newcomer("N1"), {"employeeNumber": "N2", "colour": "red"}]}), "UNKNOWN_FIELD"),
    ] {
        assert_eq!(session.post("/employees/batch", bad.clone()).await.code(), (400, code), "{bad}");
    }
    assert_eq!(session.get("/employees/N1").await.status, 404);
}
