//! Whole companies: E35, and a thousand people of whom a few are bad.

use serde_json::{Value, json};

use crate::clinic::{Clinic, EMPLOYEES, Stage, errors, outcome, user, with};
use crate::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn e35_a_second_run_over_the_demo_people_writes_nothing() {
    for employees in [20, 120] {
        let world = World::clinic(employees, "").await;
        let _daemon = world.daemon("daemon").await;
        let clinic = Clinic::demo(&world, EMPLOYEES);
        let first = clinic.twice(&[]).await;
        assert!(first["counts"]["created"].as_u64().is_some_and(|created| created > 0), "{first}");
        assert!(first["counts"]["updated"].as_u64().is_some_and(|updated| updated > 0), "{first}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_people_of_whom_ten_are_bad_are_written_but_for_these() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    clinic.equal(1000).await;
    let bad: Vec<Value> =
        (1..=10).map(|n| json!({"number": format!("E{n:04}"), "email": format!("no address {n}")})).collect();
    clinic.hrmos(json!({"upsert": bad, "departments": [{"id": 1, "name": "第一営業部"}]})).await;
    let new: Vec<Value> = (1..=20)
        .map(|n| user(&format!("N{n:04}"), "新 人", &format!("new{n}@example.jp")))
        .map(|user| with(user, json!({"department_id": 2})))
        .collect();
    clinic.users(&new).await;
    let run = clinic.twice(&[]).await;
    let counts = ["target", "created", "updated", "unchanged", "held", "rejected"];
    assert_eq!(
        counts.map(|count| run["counts"][count].as_u64()),
        [1020, 20, 990, 0, 0, 10].map(Some),
        "{run}"
    );
    assert_eq!(errors(&run, "E0010"), ["E_REFUSED メールアドレス"]);
    assert_eq!(outcome(&run, "E0011"), ("updated", vec!["所属部署1"]));
    let sizes: Vec<u64> = clinic.batches().await.iter().map(|(_, size)| *size).collect();
    assert_eq!(sizes, [20, 100, 100, 100, 100, 100, 100, 100, 100, 100, 90]);
    let mail = stage.world.mails(1).await.remove(0).1;
    assert_eq!(mail.lines().filter(|line| line.starts_with("社員番号:")).count(), 10, "{mail}");
}
