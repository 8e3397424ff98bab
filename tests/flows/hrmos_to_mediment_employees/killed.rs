//! A daemon that dies between two batches: E38.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clinic::{Clinic, EMPLOYEES, Stage, user, with};
use crate::support::{PATIENCE, eventually};

/// 250 people who are all to be written, in three batches: every tenth has no 社員番号.
async fn many(clinic: &Clinic<'_>) {
    let users: Vec<Value> = (1..=250)
        .map(|n| {
            let user = user(&format!("A{n:04}"), "多 数", &format!("many{n}@example.jp"));
            if n % 10 == 0 { with(user, json!({"number": null})) } else { user }
        })
        .collect();
    clinic.users(&users).await;
}

/// What mediment holds of everybody, by mail, without what it gives by itself.
async fn contents(clinic: &Clinic<'_>) -> BTreeMap<String, Value> {
    let people = clinic.all_known().await;
    let count = people.len();
    let by_mail: BTreeMap<String, Value> = people
        .into_iter()
        .map(|person| {
            let mail = person["email"].as_str().expect("a mail").to_owned();
            (mail, with(person, json!({"id": null, "updated_at": null})))
        })
        .collect();
    assert_eq!(by_mail.len(), count, "nobody is there twice");
    by_mail
}

/// Runs a job whose second batch meets `action`; the daemon is killed then, and another one brings the run to its end.
async fn killed(stage: Stage, path: &str, action: Value) -> (Stage, Value) {
    let clinic = stage.clinic(1);
    let target = json!({"method": "POST", "path": format!("/mediment/api/v0/employees/{path}")});
    stage.world.sandbox.plant(json!({"service": "mediment", "tenant": "demo-key", "match": target, "skip": 1, "action": action})).await;
    let run = clinic.start(&[]);
    stage.world.sandbox.hit().await;
    let Stage { world, daemon, .. } = stage;
    daemon.kill();
    let daemon = world.daemon("heir").await;
    let stage = Stage::over(EMPLOYEES, world, daemon);
    let run = stage.world.ended(&run).await;
    (stage, run)
}

async fn same_as_clean(stage: &Stage, run: &Value) {
    let (broken, clean) = (stage.clinic(1), stage.clinic(2));
    let other = clean.twice(&[]).await;
    assert_eq!((&run["status"], &run["counts"]), (&json!("完了"), &other["counts"]), "{run}");
    assert!(run["attempts"].as_u64().is_some_and(|attempts| attempts > 1), "{}", run["attempts"]);
    assert_eq!(run["people"], other["people"]);
    assert_eq!(contents(&broken).await, contents(&clean).await);
    let writes = broken.writes().await;
    broken.twice(&[]).await;
    assert_eq!(broken.writes().await, writes, "nothing is left to be written");
}

#[tokio::test(flavor = "multi_thread")]
async fn e38_creations_whose_answer_was_lost_are_not_sent_again() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{}"]).await;
    for number in [1, 2] {
        many(&stage.clinic(number)).await;
    }
    let (stage, run) = killed(stage, "batch_create", json!({"lose_answer": true})).await;
    same_as_clean(&stage, &run).await;
    let batches = stage.clinic(1).batches().await;
    let sizes: Vec<u64> = batches.iter().map(|(_, size)| *size).collect();
    assert_eq!(sizes, [100, 100, 50], "{batches:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn e38_creations_that_never_arrived_are_sent_once_more() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{}"]).await;
    for number in [1, 2] {
        many(&stage.clinic(number)).await;
    }
    let (stage, run) = killed(stage, "batch_create", json!({"drop": true})).await;
    same_as_clean(&stage, &run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e38_half_of_the_updates_are_made_and_the_rest_follows() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{}"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        many(&clinic).await;
        clinic.run(&[]).await;
        clinic.hrmos(json!({"departments": [{"id": 1, "name": "第一営業部"}]})).await;
    }
    let (stage, run) = killed(stage, "batch_update", json!({"delay_ms": 20_000})).await;
    same_as_clean(&stage, &run).await;
    let held = contents(&stage.clinic(1)).await;
    assert!(held.values().all(|person| person["department1"] == "第一営業部"));
    let empty = || async {
        stage.world.sandbox.look("faults").await.as_array().is_some_and(Vec::is_empty).then_some(())
    };
    eventually("no fault to be left", PATIENCE, empty).await;
}
