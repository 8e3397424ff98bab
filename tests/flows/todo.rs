//! 要対応 from outside: found in every run, first seen once, closed by itself, in the history, on the command line and in the mail.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::daemon::Daemon;
use crate::support::world::World;

const EMPLOYEES: usize = 30;
const FORWARD: &str = "officestation-to-kaonavi";
const BACK: &str = "kaonavi-to-officestation";
const LATE: (&str, &str) = ("A0005", "T_RETIRED_LATE");

async fn world() -> (World, Daemon) {
    let world = World::new(EMPLOYEES, "").await;
    let daemon = world.daemon("daemon").await;
    (world, daemon)
}

fn today() -> String {
    let tokyo = chrono::FixedOffset::east_opt(9 * 3600).expect("an offset");
    chrono::Utc::now().with_timezone(&tokyo).date_naive().to_string()
}

/// Code and kind of each, in order.
fn kinds(todo: &Value) -> Vec<(&str, &str)> {
    let todo = todo.as_array().expect("an array").iter();
    todo.map(|item| (item["code"].as_str().expect("a code"), item["kind"].as_str().expect("a kind")))
        .collect()
}

/// The codes of those with an outcome.
fn people(run: &Value, outcome: &str) -> BTreeSet<String> {
    let people = run["people"].as_array().expect("people").iter();
    let of = people.filter(|person| person["outcome"] == outcome);
    of.map(|person| person["code"].as_str().expect("a code").to_owned()).collect()
}

fn since<'a>(todo: &'a Value, (code, kind): (&str, &str)) -> Option<&'a str> {
    let found = todo.as_array()?.iter().find(|item| item["code"] == code && item["kind"] == kind);
    found?["since"].as_str()
}

/// `renkei todo`, as programs read it.
fn open(world: &World) -> Value {
    let (code, stdout, stderr) = world.renkei(&["todo", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    serde_json::from_str(&stdout).expect("JSON")
}

fn list(world: &World, flow: &str) -> Option<String> {
    world.redis.ask(&["HGET", "renkei:todo:acme", flow])
}

/// Makes everything that is open of a flow older.
fn age(world: &World, flow: &str, day: &str) {
    let list = list(world, flow).expect("something is open");
    let older = list.replace(&format!("\",\"{}\"]", today()), &format!("\",\"{day}\"]"));
    assert_ne!(older, list);
    world.redis.cli(&["HSET", "renkei:todo:acme", flow, &older]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_link_cannot_carry_is_told_until_somebody_did_it() {
    let (world, _daemon) = world().await;
    let codes = |people: &Value, key: &str| -> BTreeSet<String> {
        people
            .as_array()
            .expect("people")
            .iter()
            .map(|one| one[key].as_str().expect(key).to_owned())
            .collect()
    };
    let employees =
        codes(&world.sandbox.look("people?service=officestation&tenant=STDEMO01").await, "employeeNumber");
    let members = codes(&world.sandbox.members().await, "code");
    let first = world.run(&[]).await;
    let todo = &first["todo"];
    let created: BTreeSet<String> = people(&first, "created");
    assert!(!created.is_empty(), "{first}");
    let alone = members.difference(&employees).map(|code| (code.as_str(), "T_ONLY_DEST"));
    let new = created.iter().map(|code| (code.as_str(), "T_NO_DEPARTMENT"));
    let mut expected: Vec<_> = alone.chain(new).chain([LATE]).collect();
    expected.sort_unstable();
    assert_eq!(kinds(todo), expected);
    assert_eq!(since(todo, LATE), Some(today().as_str()));
    let line = json!("オフィスステーションで退職済みですが、カオナビの退職日が空です。");
    assert!(todo.as_array().expect("an array").iter().any(|item| item["message"] == line), "{todo}");

    age(&world, FORWARD, "2026-01-02");
    world.sandbox.kaonavi(json!({"code": "A0005", "基本情報": {"退職日": "2026-01-31"}})).await;
    let new = created.first().expect("somebody");
    let of_other = world.run(&["employees", "A0001"]).await;
    assert_eq!(of_other["todo"].as_array().map(Vec::len), todo.as_array().map(Vec::len), "{of_other}");
    assert_eq!(
        since(&of_other["todo"], LATE),
        Some("2026-01-02"),
        "a run closes nothing of whom it doesn't name"
    );
    let second = world.run(&["employees", "A0005"]).await;
    assert_eq!(since(&second["todo"], LATE), None, "it is closed by itself");
    let post = (new.as_str(), "T_NO_DEPARTMENT");
    assert_eq!(since(&second["todo"], post), Some("2026-01-02"), "others stay with their first day");
    assert_eq!(since(&open(&world), post), Some("2026-01-02"));

    world.sandbox.kaonavi(json!({"code": "A0005", "基本情報": {"退職日": ""}})).await;
    world.sandbox.kaonavi(json!({"code": new, "基本情報": {"所属": "D0310"}})).await;
    let third = world.run(&[]).await;
    assert_eq!(
        since(&third["todo"], LATE),
        Some(today().as_str()),
        "what was closed is new when it comes back"
    );
    assert_eq!(since(&third["todo"], post), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_about_one_person_closes_nothing_of_those_who_are_missing_from_a_shrunken_source() {
    let (world, _daemon) = world().await;
    world.run(&[]).await;
    age(&world, FORWARD, "2026-01-02");
    let before = open(&world);
    world
        .sandbox
        .control("people", json!({"service": "officestation", "tenant": "STDEMO01", "delete": ["A0005"]}))
        .await;
    let run = world.run(&["employees", "A0001"]).await;
    assert_eq!(since(&run["todo"], LATE), Some("2026-01-02"), "{run}");
    assert_eq!(open(&world), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_shows_what_is_open_of_every_flow() {
    let (world, _daemon) = world().await;
    assert_eq!(world.renkei(&["todo"]), (0, "要対応はありません。\n".to_owned(), String::new()));
    let run = world.run(&[]).await;
    let back = world.xadd(&["link", "acme", "flow", BACK, "employees", "A0005"]);
    let back = world.ended(&back).await;
    assert_eq!(since(&back["todo"], LATE), Some(today().as_str()), "{back}");
    assert_eq!(world.sandbox.employee("A0005").await["retireDate"].as_str().map(str::len), Some(10));

    let open = open(&world);
    let of = |flow: &str| {
        let items = open.as_array().expect("an array").iter().filter(|item| item["flow"] == flow);
        Value::Array(items.cloned().collect())
    };
    assert_eq!(kinds(&of(FORWARD)), kinds(&run["todo"]));
    assert_eq!(kinds(&of(BACK)), kinds(&back["todo"]));
    assert_eq!(
        of(BACK).as_array().and_then(|items| items.iter().find(|item| item["code"] == "A0005")),
        Some(&json!({
            "link": "acme", "flow": BACK, "month": null, "code": "A0005", "kind": "T_RETIRED_LATE",
            "message": "オフィスステーションで退職済みですが、カオナビの退職日が空です。", "since": today(),
            "as_of": today(), "count": kinds(&back["todo"]).len(),
        }))
    );
    let (code, table, stderr) = world.renkei(&["todo", "--link", "acme"]);
    assert_eq!(code, 0, "{stderr}");
    for part in
        ["連携", "社員番号", "内容", "初回検出日", "時点", "カオナビ→オフィスステーション", "A0005", &today()]
    {
        assert!(table.contains(part), "{part} is missing in {table}");
    }
    let (code, stdout, stderr) = world.renkei(&["todo", "--link", "acmee"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("acmee") && stderr.contains("did you mean `acme`?"), "{stderr}");

    let (_, shown, _) = world.renkei(&["history", "show", run["id"].as_str().expect("an id")]);
    assert!(shown.contains("要対応\n") && shown.contains("初回検出日"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_has_one_count_and_nothing_to_do_alone_sends_none() {
    let (world, _daemon) = world().await;
    let run = world.run(&[]).await;
    let count = kinds(&run["todo"]).len();
    let (_, body) = world.mails(1).await.swap_remove(0);
    let id = run["id"].as_str().expect("an id");
    let foot =
        format!("-- \n送信元:renkei 実行ID:{id}\n要対応:{count}件\nお問い合わせ:情報システム部 内線1234\n");
    assert!(body.ends_with(&foot), "{body}");
    assert!(!body.contains("退職済み") && !body.contains("A0005"), "{body}");

    world.sandbox.officestation(json!({"employeeNumber": "A0002", "gender": "女性"})).await;
    world.sandbox.officestation(json!({"employeeNumber": "11", "retireDate": "2020-01-01"})).await;
    let quiet = world.run(&[]).await;
    assert_eq!((&quiet["counts"]["held"], &quiet["counts"]["rejected"]), (&json!(0), &json!(0)), "{quiet}");
    assert!(since(&quiet["todo"], LATE).is_some());
    world.outbox_is_empty().await;
    assert_eq!(world.sandbox.mails().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_its_own_and_leaves_what_is_kept_alone() {
    let (world, _daemon) = world().await;
    let dry = world.run(&["dry_run", "true"]).await;
    assert_eq!(since(&dry["todo"], LATE), Some(today().as_str()));
    assert_eq!((list(&world, FORWARD), open(&world)), (None, json!([])));
    world.run(&[]).await;
    age(&world, FORWARD, "2026-01-02");
    let kept = list(&world, FORWARD);
    world.sandbox.kaonavi(json!({"code": "A0005", "基本情報": {"退職日": "2026-01-31"}})).await;
    let dry = world.run(&["dry_run", "true"]).await;
    assert_eq!(since(&dry["todo"], LATE), None);
    assert_eq!(list(&world, FORWARD), kept);

    let (code, stdout, stderr) = world.renkei(&["plan", "acme", FORWARD, "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    let plan: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(kinds(&plan["todo"]), kinds(&dry["todo"]), "a plan finds the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_did_not_see_both_sides_leaves_what_is_kept_alone() {
    let (world, _daemon) = world().await;
    world.run(&[]).await;
    let kept = list(&world, FORWARD);
    assert!(kept.is_some());
    let people = world.sandbox.look("people?service=officestation&tenant=STDEMO01").await;
    let codes: Vec<&Value> =
        people.as_array().expect("people").iter().map(|person| &person["employeeNumber"]).collect();
    let nobody = json!({"service": "officestation", "tenant": "STDEMO01", "delete": codes});
    world.sandbox.control("people", nobody).await;
    let empty = world.run(&[]).await;
    assert_eq!(empty["reason"]["code"], "F_GUARD", "{empty}");
    assert_eq!(empty["todo"], json!([]), "an empty source says nothing about who is missing there");
    assert_eq!(list(&world, FORWARD), kept);

    world.sandbox.control("settings", json!({"service": "kaonavi", "duplicate_sheet": "面談メモ"})).await;
    let failed = world.run(&[]).await;
    assert_eq!((&failed["status"], &failed["todo"]), (&json!("異常終了"), &json!([])), "{failed}");
    assert_eq!(list(&world, FORWARD), kept, "no plan was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_about_changes_stops_the_run_and_not_what_is_found() {
    let (world, _daemon) = world().await;
    world.run(&[]).await;
    for number in 0..25 {
        let code = format!("N{number:04}");
        let new = json!({
            "employeeNumber": code, "lastName": "新", "firstName": format!("人{number}"), "lastNameKana": "アタラシ",
            "firstNameKana": "ヒト", "gender": "女性", "birthDate": format!("1990-01-{:02}", number + 1),
            "hireDate": "2020-04-01", "employeeCategory": "正社員", "dependents": []
        });
        world.sandbox.officestation(new).await;
    }
    world.sandbox.kaonavi(json!({"code": "A0005", "基本情報": {"退職日": "2026-01-31"}})).await;
    let stopped = world.run(&[]).await;
    assert_eq!(stopped["reason"]["code"], "F_GUARD", "{stopped}");
    assert_eq!(since(&stopped["todo"], LATE), None);
    assert!(kinds(&stopped["todo"]).iter().any(|(_, kind)| *kind == "T_ONLY_DEST"), "{stopped}");
    assert!(!kinds(&stopped["todo"]).iter().any(|(code, _)| code.starts_with("N0")), "nobody was created");
    assert_eq!(since(&open(&world), LATE), None);
}
