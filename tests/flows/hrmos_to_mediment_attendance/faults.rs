//! What the services do wrong: T19 to T21.

use serde_json::{Value, json};

use super::{closed, converted, example, example_with, worker};
use crate::clinic::{ATTENDANCE, Clinic, Stage, assert_holds, month, with};

/// 130 people with a row each: more than a page of either service holds.
async fn two_pages(clinic: &Clinic<'_>, month: &str) {
    clinic.equal(130).await;
    let rows: Vec<Value> = (1..=130)
        .map(|n| json!({"month": month, "user": format!("E{n:04}"), "row": example(), "status": 3}))
        .collect();
    clinic.hrmos(json!({"months": rows})).await;
}

/// HRMOS勤怠's rows of a month, from the second page on.
fn second_page(month: &str, fault: Value) -> Value {
    let path = format!("/hrmos/api/demo/v1/work_output_months/monthly/{month}");
    with(fault, json!({"service": "hrmos", "match": {"method": "GET", "path": path}, "skip": 1}))
}

/// Batches of a month to mediment.
fn batch(month: &str, fault: Value) -> Value {
    let path = format!("/mediment/api/v0/attendances/{month}");
    with(fault, json!({"service": "mediment", "match": {"method": "PUT", "path": path}}))
}

#[tokio::test(flavor = "multi_thread")]
async fn t19_a_used_up_limit_in_the_middle_is_waited_for() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    two_pages(&clinic, &month).await;
    let sandbox = &stage.world.sandbox;
    sandbox.plant(second_page(&month, json!({"action": {"status": 429}}))).await;
    sandbox.plant(batch(&month, json!({"skip": 1, "action": {"status": 429, "retry_after": 1}}))).await;
    let run = clinic.twice(&["month", &month]).await;
    sandbox.hit().await;
    assert_eq!((&run["attempts"], &run["counts"]["updated"]), (&json!(1), &json!(130)), "{run}");

    // One that lasts longer than an attempt has patience is waited for by the run.
    closed(&clinic, &month, json!("E0130"), json!({"working_days": "1.0"})).await;
    sandbox.plant(second_page(&month, json!({"times": 3, "action": {"status": 429}}))).await;
    sandbox.plant(batch(&month, json!({"times": 2, "action": {"status": 429}}))).await;
    let run = clinic.twice(&["month", &month]).await;
    sandbox.hit().await;
    assert!(run["attempts"].as_u64().is_some_and(|attempts| attempts > 1), "{run}");
    assert_eq!(run["counts"]["updated"], 1, "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t20_a_maintenance_page_is_tried_again_and_then_ends_the_run_with_nothing_written() {
    let stage = Stage::with(ATTENDANCE, &["{}"], |world| world.set("attempts: 6", "attempts: 2")).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    two_pages(&clinic, &month).await;
    let sandbox = &stage.world.sandbox;
    sandbox.plant(second_page(&month, json!({"times": null, "action": {"html": true}}))).await;
    let run = clinic.run(&["month", &month]).await;
    assert_eq!(
        (&run["status"], &run["reason"]["code"], &run["attempts"]),
        (&json!("異常終了"), &json!("F_TIMEOUT"), &json!(2))
    );
    assert_eq!(run["reason"]["message"], "HRMOS勤怠に接続できませんでした。");
    assert_eq!(clinic.writes().await, 0);
    sandbox.heal().await;
    clinic.set_hrmos(json!({"maintenance": true})).await;
    let run = clinic.run(&["month", &month]).await;
    assert_eq!((&run["reason"]["code"], clinic.writes().await), (&json!("F_TIMEOUT"), 0), "{run}");
    clinic.set_hrmos(json!({"maintenance": false})).await;

    // It is over before the last attempt.
    sandbox.plant(second_page(&month, json!({"times": 3, "action": {"html": true, "status": 503}}))).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!((&run["attempts"], &run["counts"]["updated"]), (&json!(2), &json!(130)), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t21_a_row_of_another_month_ends_the_run_with_nothing_written() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, this) = (stage.clinic(1), month(1));
    worker(&clinic, &this, "A0001", example()).await;
    let other = month(2).replace('-', "");
    worker(&clinic, &this, "A0021", example_with(json!({"month": other}))).await;
    let run = clinic.run(&["month", &this]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_PROTOCOL")), "{run}");
    assert_eq!((&run["attempts"], clinic.writes().await), (&json!(1), 0));
    closed(&clinic, &this, json!("A0021"), json!({"month": this.replace('-', "")})).await;
    clinic.twice(&["month", &this]).await;
    assert_holds(&clinic.row(&this, "A0021").await, &converted());
}
