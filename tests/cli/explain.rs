//! `renkei explain`: every outcome is explained by what decided it, nothing is written, and no value is shown but when asked for.

use serde_json::{Value, json};

use crate::support::world::World;
use crate::{json as parse, shape};

const THERE: &str = "officestation-to-kaonavi";
const BACK: &str = "kaonavi-to-officestation";

/// What is said of one code: exit code and JSON.
fn explain(world: &World, link: &str, flow: &str, code: &str, further: &[&str]) -> (i32, Value) {
    let args = [&["explain", link, flow, code, "--format", "json"], further].concat();
    let (exit, stdout, _) = world.renkei(&args);
    (exit, parse(&stdout))
}

/// The only person of an explanation that succeeded.
fn one(world: &World, flow: &str, code: &str) -> Value {
    let (exit, explained) = explain(world, "acme", flow, code, &[]);
    assert_eq!(exit, 0, "{explained}");
    assert_eq!(explained["people"].as_array().map(Vec::len), Some(1), "{explained}");
    explained["people"][0].clone()
}

/// What comes of the person, and why: outcome, how the person was found, and the codes of the lines.
fn brief(person: &Value) -> Value {
    let codes: Vec<&Value> =
        person["action"]["errors"].as_array().expect("errors").iter().map(|line| &line["code"]).collect();
    json!([person["action"]["outcome"], person["match"]["found"], codes])
}

/// The item's verdict.
fn verdict<'a>(person: &'a Value, item: &str) -> &'a Value {
    let items = person["comparison"]["items"].as_array().expect("items");
    let found = items.iter().find(|one| one["item"] == item);
    &found.unwrap_or_else(|| panic!("no {item} in {items:?}"))["verdict"]
}

/// Everybody of the plan who is not simply unchanged.
fn planned(world: &World, flow: &str) -> Vec<Value> {
    let (_, plan, _) = world.renkei(&["plan", "acme", flow, "--format", "json"]);
    parse(&plan)["people"].as_array().expect("people").clone()
}

/// The code of somebody whom the plan creates.
fn new(planned: &[Value]) -> &str {
    let created = planned.iter().find(|person| person["outcome"] == "created");
    created.and_then(|person| person["code"].as_str()).expect("somebody is missing on the other side")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_is_explained_and_agrees_with_the_plan() {
    let mut world = World::new(30, "").await;
    // An explanation needs no Redis.
    world.redis.stop();
    let planned = planned(&world, THERE);
    assert!(planned.len() >= 4, "{planned:?}");
    for person in &planned {
        let explained = one(&world, THERE, person["code"].as_str().expect("code"));
        for key in ["outcome", "items", "errors"] {
            assert_eq!(explained["action"][key], person[key], "{explained}");
        }
    }
    for (code, expected) in [
        (new(&planned), json!(["created", "new", []])),
        ("A0001", json!(["updated", "known", []])),
        ("A0007", json!(["unchanged", "known", []])),
        ("A0002", json!(["rejected", "known", ["E_MASTER"]])),
        ("11", json!(["held", "near_duplicate", ["H_NEAR_DUPLICATE"]])),
        ("A0005", json!(["skipped", "not_asked", []])),
        ("000011", json!(["only_destination", "only_destination", []])),
    ] {
        assert_eq!(brief(&one(&world, THERE, code)), expected, "{code}");
    }
    assert_eq!(world.sandbox.writes().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_says_what_was_found_and_by_what_rule() {
    let world = World::new(30, "").await;
    let updated = one(&world, THERE, "A0001");
    assert_eq!(updated["scope"]["class"], "active");
    let sheet = |item: &str| format!("オフィスステーション_本人情報/{item}");
    assert_eq!(verdict(&updated, &sheet("携帯電話番号")), "update");
    assert_eq!(verdict(&updated, "基本情報/氏名"), "same");
    assert_eq!(verdict(&updated, "基本情報/退職日"), "both_blank");
    let rows = &updated["comparison"]["dependents"];
    assert_eq!(
        (&rows["verdict"], &rows["source_rows"], &rows["destination_rows"]),
        (&json!("replaced"), &json!(2), &json!(1))
    );
    assert_eq!(verdict(&one(&world, THERE, "A0007"), &sheet("電話番号")), "kept_blank");
    let rejected = one(&world, THERE, "A0002");
    assert_eq!(verdict(&rejected, "基本情報/性別"), "error");
    let held = one(&world, THERE, "11");
    assert_eq!(held["match"]["others"], json!(["000011"]));
    assert_eq!(verdict(&held, "基本情報/氏名"), "withheld");
    let skipped = one(&world, THERE, "A0005");
    assert_eq!(
        (&skipped["scope"]["class"], &skipped["scope"]["reason"]),
        (&json!("retired"), &json!("retired"))
    );
    let (_, there) = explain(&world, "acme", THERE, "000011", &[]);
    assert_eq!(there["reading"]["similar"], json!(["11"]), "the source's near one is named");
    assert_eq!(brief(&one(&world, BACK, new(&planned(&world, BACK)))), json!(["created", "new", []]));
    let named = one(&world, BACK, "A0009");
    assert_eq!(verdict(&named, "氏"), "business_name");
    let late = one(&world, BACK, "A0005");
    assert_eq!(verdict(&late, "退職年月日"), "kept_blank", "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_leads_through_all_steps() {
    let world = World::new(30, "").await;
    let (exit, stdout, stderr) = world.renkei(&["explain", "acme", THERE, "A0002"]);
    assert_eq!((exit, stderr.as_str()), (0, ""));
    let steps = ["1 接続", "2 読取", "3 対象", "4 照合", "5 比較", "6 結果", "実行全体"];
    let places: Vec<Option<usize>> = steps.iter().map(|step| stdout.find(step)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{stdout}");
    insta::assert_snapshot!(stdout);
    let (_, skipped, _) = world.renkei(&["explain", "acme", THERE, "A0005"]);
    let rule = "対象外:退職者はオフィスステーション→カオナビの対象ではありません。";
    assert!(skipped.contains(rule), "{skipped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_a_code_is_a_failure_that_names_near_ones() {
    let world = World::new(20, "").await;
    let (exit, explained) = explain(&world, "acme", THERE, "A00001", &[]);
    assert_eq!((exit, &explained["people"]), (1, &json!([])));
    let similar = explained["reading"]["similar"].as_array().expect("similar");
    assert_eq!((&similar[0], similar.len()), (&json!("A0001"), 5));
    let (exit, stdout, stderr) = world.renkei(&["explain", "acme", THERE, "zebra"]);
    let said = "社員番号:”zebra”は連携元にも連携先にも存在しません。";
    assert!(exit == 1 && stdout.contains(said) && stderr.contains(said), "{stdout}{stderr}");
    assert_eq!(world.renkei(&["explain", "acme", THERE, " "]).0, 2);
    assert_eq!(world.renkei(&["explain", "acme", "hrmos-to-mediment-employees", "A0001"]).0, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_ends_the_explanation_with_its_remedy() {
    let mut world = World::new(20, "").await;
    world.set("password: demo-password", "password: wrong");
    let (exit, explained) = explain(&world, "acme", THERE, "A0001", &[]);
    assert_eq!((exit, &explained["stopped"]["code"]), (1, &json!("F_AUTH")), "{explained}");
    assert_eq!((&explained["reading"], &explained["people"]), (&Value::Null, &json!([])));
    let reached: Vec<&Value> =
        explained["connection"].as_array().expect("services").iter().map(|one| &one["reached"]).collect();
    assert_eq!(reached, [false, true], "the other service is tried all the same");
    let (exit, stdout, stderr) = world.renkei(&["explain", "acme", THERE, "A0001"]);
    assert!(exit == 1 && stderr.contains("F_AUTH"), "{stderr}");
    assert!(stdout.contains("企業設定をご確認ください。") && !stdout.contains("2 読取"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guards_that_would_stop_the_run_stand_beside_the_person() {
    let world = World::new(30, "").await;
    let absent = json!({"service": "officestation", "absent": ["email"]});
    world.sandbox.control("settings", absent).await;
    let (exit, explained) = explain(&world, "acme", THERE, "A0001", &[]);
    assert_eq!((exit, &explained["run"]["guards"][0]["guard"]), (0, &json!("item_absent")), "{explained}");
    assert_eq!(verdict(&explained["people"][0], "基本情報/メールアドレス"), "source_absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_shown_only_when_asked_for_and_a_mynumber_never() {
    let world = World::new(20, "").await;
    let note = json!({"employeeNumber": "A0001", "departmentNote": "番号 1234 5678 9018"});
    world.sandbox.officestation(note).await;
    let canaries = ["山田", "太郎", "ヤマダ", "taro@example.jp", "090-0000", "2015-04-01", "千代田"];
    for flow in [THERE, BACK] {
        for format in ["table", "json"] {
            let args = ["explain", "acme", flow, "A0001", "--format", format];
            let (_, hidden, stderr) = world.renkei(&args);
            let (_, shown, _) = world.renkei(&[&args[..], &["--show-values"]].concat());
            for canary in canaries {
                assert!(!hidden.contains(canary) && !stderr.contains(canary), "{canary} in {hidden}");
            }
            for value in ["taro@example.jp", "2015-04-01"] {
                assert!(shown.contains(value), "{value} is missing in {shown}");
            }
            assert!(shown.contains("************") && !shown.contains("5678"), "{shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_json_is_stable() {
    let world = World::new(30, "").await;
    let absent = json!({"service": "officestation", "absent": ["email"]});
    world.sandbox.control("settings", absent).await;
    let (_, updated) = explain(&world, "acme", THERE, "A0001", &["--show-values"]);
    let (_, rejected) = explain(&world, "acme", THERE, "A0002", &[]);
    let (_, unknown) = explain(&world, "acme", THERE, "A00001", &[]);
    let all = json!([updated, rejected, unknown]);
    insta::assert_snapshot!(shape(&all).join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_and_no_login_of_the_history_is_needed() {
    let mut world = World::new(20, "").await;
    world.redis.stop();
    for (flow, code) in [(THERE, "A0001"), (BACK, "A0001"), (THERE, "nobody")] {
        world.renkei(&["explain", "acme", flow, code]);
    }
    for service in ["officestation", "kaonavi"] {
        let writes: Vec<String> = world
            .sandbox
            .writes_of(service)
            .await
            .into_iter()
            .filter(|request| !request.ends_with("/auth/login"))
            .collect();
        assert_eq!(writes, Vec::<String>::new(), "{service}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flows_towards_mediment_say_by_what_a_person_was_found() {
    let world = World::clinic(60, "").await;
    let employees = "hrmos-to-mediment-employees";
    let one = |flow: &str, code: &str, further: &[&str]| {
        let (exit, explained) = explain(&world, "clinic", flow, code, further);
        assert_eq!((exit, explained["people"].as_array().map(Vec::len)), (0, Some(1)), "{explained}");
        explained["people"][0].clone()
    };
    let known = one(employees, "A0002", &[]);
    assert_eq!(known["match"]["by"], json!(["number", "name_and_mail"]), "{known}");
    let numberless = one(employees, "(ID:7)", &[]);
    assert_eq!(numberless["match"]["by"], json!(["name_and_mail"]), "{numberless}");
    let left = one(employees, "A0004", &[]);
    assert_eq!(brief(&left), json!(["skipped", "left_out", []]));
    assert_eq!(left["action"]["reason"], "retired_unknown");
    assert_eq!(brief(&one(employees, "A0014", &[])), json!(["held", "same_mail", ["H_SAME_MAIL"]]));
    let conflict = one(employees, "A0010", &[]);
    assert_eq!(brief(&conflict), json!(["rejected", "conflict", ["E_CONFLICT"]]));
    assert_eq!(conflict["match"]["others"], json!(["A0011"]), "{conflict}");
    assert_eq!(one(employees, "A0016", &[])["match"]["others"].as_array().map(Vec::len), Some(2));
    let attendance = "hrmos-to-mediment-attendance";
    let month = month_before(chrono::Utc::now().date_naive());
    let row = one(attendance, "A0013", &["--month", &month]);
    assert_eq!(row["action"]["reason"], "no_monthly_row", "{row}");
    assert_eq!(world.renkei(&["explain", "clinic", attendance, "A0001"]).0, 2, "a month is needed");
    let writes = world.sandbox.writes_of("mediment").await;
    assert!(writes.iter().all(|write| write.ends_with("/token")), "{writes:?}");
    assert_eq!(world.sandbox.writes_of("hrmos").await, Vec::<String>::new());
}

/// The month before the one of a day, as `YYYY-MM`.
fn month_before(day: chrono::NaiveDate) -> String {
    use chrono::{Datelike, Days};
    let last = day.checked_sub_days(Days::new(u64::from(day.day()))).expect("a day");
    last.format("%Y-%m").to_string()
}
