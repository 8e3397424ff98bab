//! Whole companies: the demo people, a thousand of whom a few are bad, and a month that has shrunk.

use serde_json::{Value, json};

use super::{example, example_with};
use crate::clinic::{ATTENDANCE, Clinic, Stage, errors, month};
use crate::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_over_the_demo_people_writes_nothing() {
    let world = World::clinic(120, "").await;
    let _daemon = world.daemon("daemon").await;
    let clinic = Clinic::demo(&world, ATTENDANCE);
    for before in [2, 1, 0] {
        let run = clinic.twice(&["month", &month(before)]).await;
        assert!(run["counts"]["updated"].as_u64().is_some_and(|updated| updated > 0), "{run}");
    }
}

async fn rows(clinic: &Clinic<'_>, month: &str, count: usize) {
    clinic.equal(count).await;
    let row =
        |n: usize| if n <= count / 100 { example_with(json!({"absence_days": "half"})) } else { example() };
    let rows: Vec<Value> = (1..=count)
        .map(|n| json!({"month": month, "user": format!("E{n:04}"), "row": row(n), "status": 3}))
        .collect();
    clinic.hrmos(json!({"months": rows})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_people_of_whom_ten_are_bad_are_written_but_for_these() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    rows(&clinic, &month, 1000).await;
    let run = clinic.twice(&["month", &month]).await;
    let counts = ["target", "created", "updated", "unchanged", "rejected"];
    assert_eq!(counts.map(|count| run["counts"][count].as_u64()), [1000, 0, 990, 0, 10].map(Some), "{run}");
    assert_eq!(errors(&run, "E0010"), ["E_NUMBER 欠勤回数"]);
    let sizes: Vec<u64> = clinic.batches().await.iter().map(|(_, size)| *size).collect();
    assert_eq!(sizes, [100, 100, 100, 100, 100, 100, 100, 100, 100, 90]);
    let mail = stage.world.mails(1).await.remove(0).1;
    assert_eq!(mail.lines().filter(|line| line.starts_with("社員番号:")).count(), 10, "{mail}");
}

/// `DESIGN` §6: of the guards only those on reading look at attendance, each month against its own last run.
#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_has_shrunk_stops_its_run_and_no_other() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, this, last) = (stage.clinic(1), month(1), month(2));
    rows(&clinic, &this, 30).await;
    let few: Vec<Value> =
        (1..=3).map(|n| json!({"month": last, "user": format!("E{n:04}"), "row": example()})).collect();
    clinic.hrmos(json!({"months": few})).await;
    clinic.twice(&["month", &this]).await;
    assert_eq!(clinic.twice(&["month", &last]).await["counts"]["target"], 3);
    let changed: Vec<Value> = (1..=30)
        .map(|n| json!({"month": this, "user": format!("E{n:04}"), "row": {"working_days": "9.0"}}))
        .collect();
    clinic.hrmos(json!({"months": changed})).await;
    assert_eq!(clinic.twice(&["month", &this]).await["counts"]["updated"], 30, "every row may change");
    let gone: Vec<Value> =
        (1..=10).map(|n| json!({"month": this, "user": format!("E{n:04}"), "row": null})).collect();
    clinic.hrmos(json!({"months": gone})).await;
    let writes = clinic.writes().await;
    let run = clinic.run(&["month", &this]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_GUARD")), "{run}");
    assert_eq!(clinic.writes().await, writes);
    assert_eq!(clinic.twice(&["month", &this, "force", "true"]).await["counts"]["target"], 20);
}
