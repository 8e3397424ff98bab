//! 要対応 of HRMOS勤怠→mediment, from outside.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

use crate::support::world::World;

const EMPLOYEES: &str = "hrmos-to-mediment-employees";
const ATTENDANCE: &str = "hrmos-to-mediment-attendance";

fn today() -> NaiveDate {
    let tokyo = chrono::FixedOffset::east_opt(9 * 3600).expect("an offset");
    chrono::Utc::now().with_timezone(&tokyo).date_naive()
}

/// The codes of a kind.
fn codes<'a>(todo: &'a Value, kind: &str) -> BTreeSet<&'a str> {
    let todo = todo.as_array().expect("an array").iter();
    todo.filter(|item| item["kind"] == kind).map(|item| item["code"].as_str().expect("a code")).collect()
}

async fn run(world: &World, flow: &str, further: &[&str]) -> Value {
    let run = world.xadd(&[&["link", "clinic", "flow", flow], further].concat());
    let ended = world.ended(&run).await;
    assert_eq!(ended["status"], "完了", "{ended}");
    ended
}

/// Makes everything that is open of a flow so many days old.
fn age(world: &World, field: &str, from: NaiveDate, days: u64) -> NaiveDate {
    let list: String = world.redis.ask(&["HGET", "renkei:todo:clinic", field]);
    let day = today().checked_sub_days(Days::new(days)).expect("a day");
    let older = list.replace(&format!("\",\"{from}\"]"), &format!("\",\"{day}\"]"));
    assert_ne!(older, list);
    world.redis.cli(&["HSET", "renkei:todo:clinic", field, &older]);
    day
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_leavers_and_what_mediment_filled_in_are_told() {
    let world = World::clinic(60, "").await;
    let _daemon = world.daemon("daemon").await;
    let first = run(&world, EMPLOYEES, &[]).await;
    let todo = &first["todo"];
    let people = first["people"].as_array().expect("people").iter();
    let created: BTreeSet<&str> = people
        .filter(|person| person["outcome"] == "created")
        .map(|person| person["code"].as_str().expect("a code"))
        .collect();
    assert!(!created.is_empty(), "{first}");
    assert_eq!(codes(todo, "T_AUTOFILLED"), created);
    assert!(codes(todo, "T_RETIRED_ACCOUNT").contains("A0006"), "{todo}");
    assert!(codes(todo, "T_FUTURE_LEAVER").contains("A0005"), "{todo}");
    assert!(!codes(todo, "T_FUTURE_LEAVER").contains("A0004"), "{todo}");
    let alone = codes(todo, "T_ONLY_DEST");
    assert!(alone.contains("9001"), "{todo}");
    for code in &alone {
        assert!(world.sandbox.user(code).await.is_null(), "{code} is in HRMOS勤怠: {todo}");
    }

    let day = age(&world, EMPLOYEES, today(), 29);
    let second = run(&world, EMPLOYEES, &[]).await;
    assert_eq!(codes(&second["todo"], "T_AUTOFILLED"), created, "{second}");
    assert!(second["todo"].as_array().expect("an array").iter().all(|item| item["since"] == day.to_string()));

    let seen_to = created.iter().find(|code| !code.starts_with('(')).expect("somebody with a 社員番号");
    world.sandbox.mediment(json!({"employee_number": seen_to, "stress_check_target": "対象外"})).await;
    let changed = run(&world, EMPLOYEES, &[]).await;
    let others: BTreeSet<&str> = created.iter().copied().filter(|code| code != seen_to).collect();
    assert_eq!(codes(&changed["todo"], "T_AUTOFILLED"), others, "somebody saw to it");

    age(&world, EMPLOYEES, day, 30);
    let third = run(&world, EMPLOYEES, &[]).await;
    assert_eq!(codes(&third["todo"], "T_AUTOFILLED"), BTreeSet::new(), "thirty days are enough");
    assert_eq!(codes(&third["todo"], "T_ONLY_DEST"), alone, "what is still so stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_no_tick_sends_any_more_is_forgotten_by_the_next_run() {
    let world = World::clinic(30, "").await;
    let _daemon = world.daemon("daemon").await;
    let first = today().with_day(1).expect("a day");
    let month = |back: u32| (first - chrono::Months::new(back)).format("%Y-%m").to_string();
    let row =
        |back: u32| json!({"month": month(back), "user": "A0001", "row": {"working_days": 20}, "status": 0});
    world.sandbox.hrmos(json!({"months": [row(1), row(3), row(4)]})).await;
    let listed = || {
        let (code, stdout, stderr) = world.renkei(&["todo", "--link", "clinic", "--format", "json"]);
        assert_eq!(code, 0, "{stderr}");
        let open: Vec<Value> = serde_json::from_str(&stdout).expect("JSON");
        let of_flow = open.iter().filter(|item| item["flow"] == ATTENDANCE);
        let months: BTreeSet<String> =
            of_flow.map(|item| item["month"].as_str().expect("a month").to_owned()).collect();
        months
    };
    for back in [3, 4] {
        run(&world, ATTENDANCE, &["month", &month(back)]).await;
    }
    assert_eq!(listed(), BTreeSet::from([month(3), month(4)]), "what somebody asked for is told");
    run(&world, EMPLOYEES, &[]).await;
    assert_eq!(listed(), BTreeSet::from([month(3), month(4)]), "it is for runs of 勤怠情報 to forget");
    run(&world, ATTENDANCE, &["month", &month(1)]).await;
    assert_eq!(listed(), BTreeSet::from([month(1), month(3)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_has_a_list_of_its_own_until_it_is_closed() {
    let world = World::clinic(30, "").await;
    let _daemon = world.daemon("daemon").await;
    let first = today().with_day(1).expect("a day");
    let month = |back: u32| (first - chrono::Months::new(back)).format("%Y-%m").to_string();
    let (last, before) = (month(1), month(2));
    let open = json!([
        {"month": last, "user": "A0001", "row": {"working_days": 20}, "status": 0},
        {"month": before, "user": "A0001", "row": {"working_days": 20}, "status": 0},
    ]);
    world.sandbox.hrmos(json!({"months": open})).await;
    let found = run(&world, ATTENDANCE, &["month", &last]).await;
    assert!(codes(&found["todo"], "T_NOT_CLOSED").contains("A0001"), "{found}");
    let message = json!(format!("{last}の勤怠が未締めです。"));
    assert!(found["todo"].as_array().expect("an array").iter().all(|item| item["message"] == message));
    run(&world, ATTENDANCE, &["month", &before]).await;

    world.sandbox.hrmos(json!({"months": [{"month": last, "user": "A0001", "status": 3}]})).await;
    let closed = run(&world, ATTENDANCE, &["month", &last]).await;
    assert!(!codes(&closed["todo"], "T_NOT_CLOSED").contains("A0001"), "{closed}");
    let (code, stdout, stderr) = world.renkei(&["todo", "--link", "clinic", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    let open: Value = serde_json::from_str(&stdout).expect("JSON");
    let of_first: Vec<&Value> =
        open.as_array().expect("an array").iter().filter(|item| item["code"] == "A0001").collect();
    assert_eq!(of_first.len(), 1, "{open}");
    assert_eq!((&of_first[0]["month"], &of_first[0]["flow"]), (&json!(before), &json!(ATTENDANCE)));
}
