//! Jobs: T15, some people, some items, dry runs.

use serde_json::{Value, json};

use super::{closed, example, example_with, worker};
use crate::clinic::{ATTENDANCE, EMPLOYEES, Stage, errors, known, month, outcome, user, with};

#[tokio::test(flavor = "multi_thread")]
async fn t15_a_month_that_is_none_or_yet_to_come_is_refused_before_any_request() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let clinic = stage.clinic(1);
    let future = (chrono::Utc::now().date_naive() + chrono::Months::new(2)).format("%Y-%m").to_string();
    let mut refused = Vec::new();
    for month in [future.as_str(), "2026-13", "2026-5", "202605", "2026-05-01", ""] {
        refused.push(clinic.run(&["month", month]).await);
    }
    refused.push(clinic.run(&[]).await);
    refused.push(clinic.flow(EMPLOYEES).run(&["month", &month(1)]).await);
    for run in &refused {
        assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_JOB")), "{run}");
    }
    let said: Vec<&str> =
        refused.iter().map(|run| run["reason"]["message"].as_str().expect("a text")).collect();
    assert!(said[0].contains("未来の月です"), "{}", said[0]);
    assert!(
        said[1..6].iter().all(|text| text.contains("年月ではありません(2026-10のように指定してください)")),
        "{said:?}"
    );
    assert!(said[6].contains("monthがありません") && said[7].contains("monthを指定できません"), "{said:?}");
    assert_eq!(stage.world.sandbox.requests().await, Vec::<String>::new());
    stage.world.outbox_is_empty().await;
    assert!(stage.world.sandbox.mails().await.is_empty(), "a job that is none mails nobody");

    // The present month is one.
    worker(&clinic, &month(0), "A0001", example()).await;
    assert_eq!(clinic.twice(&["month", &month(0)]).await["counts"]["updated"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_may_be_about_some_people_and_some_items() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    worker(&clinic, &month, "A0001", example()).await;
    worker(&clinic, &month, "A0002", example()).await;
    let unnumbered = with(user("", "無 番", "none@example.jp"), json!({"number": Value::Null}));
    clinic.known(&[known(&unnumbered)]).await;
    clinic.users(&[unnumbered]).await;
    closed(&clinic, &month, json!(3), example()).await;
    let named = ["month", &month, "employees", "A0001,(ID:3),A0404", "items", "実働日数,所定外労働時間"];
    let run = clinic.twice(&named).await;
    let items = vec!["実働日数", "所定外労働時間"];
    assert_eq!(
        (outcome(&run, "A0001"), outcome(&run, "(ID:3)")),
        (("updated", items.clone()), ("updated", items))
    );
    assert_eq!((errors(&run, "A0404"), &run["counts"]["target"]), (vec!["E_NOT_FOUND".into()], &json!(3)));
    let row = clinic.row(&month, "A0001").await;
    assert_eq!((&row["outside_scheduled_minutes"], &row["actual_minutes"]), (&json!(660), &Value::Null));
    assert!(clinic.row(&month, "A0002").await.is_null());
    for never in ["休憩時間", "有給時間"] {
        let run = clinic.run(&["month", &month, "items", never]).await;
        assert_eq!(run["reason"]["code"], "F_JOB", "{run}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_everything_and_writes_nothing() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    worker(&clinic, &month, "A0001", example()).await;
    worker(&clinic, &month, "A0002", example_with(json!({"working_days": "many"}))).await;
    clinic.equal(1).await;
    let dry = clinic.run(&["month", &month, "dry_run", "true"]).await;
    assert_eq!((&dry["status"], clinic.writes().await), (&json!("完了"), 0), "{dry}");
    assert!(clinic.row(&month, "A0001").await.is_null());
    let real = clinic.twice(&["month", &month]).await;
    for part in ["counts", "people", "skipped"] {
        assert_eq!(dry[part], real[part], "{part}");
    }
    assert_eq!(errors(&real, "A0002"), ["E_NUMBER 実働日数"]);
    stage.world.outbox_is_empty().await;
    assert_eq!(stage.world.mails(2).await.len(), 2, "only the two real runs mail");
}
