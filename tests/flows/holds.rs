//! Holds that people decide: 11 is perhaps the member 000011, and a run asks until somebody says so or otherwise.

use serde_json::{Value, json};

use crate::support::daemon::Daemon;
use crate::support::world::World;

const NOTE: &str = "入社前の番号。本人に確認済み";

/// A world whose services agree but for A0002 and 11, and its daemon.
async fn settled() -> (World, Daemon) {
    let world = World::new(30, "").await;
    let daemon = world.daemon("daemon").await;
    let first = world.run(&[]).await;
    assert_eq!(
        (&first["status"], &person(&first, "11")["outcome"]),
        (&json!("完了"), &json!("held")),
        "{first}"
    );
    (world, daemon)
}

fn person<'a>(run: &'a Value, code: &str) -> &'a Value {
    let mut people = run["people"].as_array().expect("people").iter();
    people.find(|person| person["code"] == code).unwrap_or(&Value::Null)
}

fn hold(world: &World, args: &[&str]) -> Value {
    let (code, stdout, stderr) = world.renkei(&[&["hold", "--format", "json"], args].concat());
    assert_eq!(code, 0, "{stderr}");
    serde_json::from_str(&stdout).expect("JSON")
}

/// The codes of open holds, and those of decided ones.
fn listed(world: &World) -> (Vec<String>, Vec<String>) {
    let list = hold(world, &["list"]);
    let codes = |open: bool| {
        let holds = list.as_array().expect("an array").iter();
        let some = holds.filter(|hold| hold["decision"].is_null() == open);
        some.map(|hold| hold["code"].as_str().expect("a code").to_owned()).collect()
    };
    (codes(true), codes(false))
}

/// How often Kaonavi was asked to create somebody.
async fn creations(world: &World) -> usize {
    let writes = world.sandbox.writes().await;
    writes.iter().filter(|write| write.starts_with("POST") && write.ends_with("/members")).count()
}

/// The lines about people in a mail.
fn lines(mail: &(String, String)) -> Vec<&str> {
    mail.1.lines().filter(|line| line.starts_with("社員番号")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_person_is_created_by_the_next_run_and_the_history_says_who_decided() {
    let (world, daemon) = settled().await;
    let decided = hold(&world, &["approve", "acme", "11", "--by", "佐藤", "--note", NOTE]);
    assert_eq!(decided[0]["other"], "000011", "{decided}");
    assert!(world.sandbox.member("11").await.is_null(), "deciding writes nothing");
    assert_eq!(listed(&world), (vec![], vec!["11".to_owned()]));

    let dry = world.run(&["employees", "11", "dry_run", "true"]).await;
    assert_eq!(person(&dry, "11")["outcome"], "created");
    let run = world.run(&["employees", "11"]).await;
    let created = person(&run, "11");
    assert_eq!((&run["counts"]["created"], &created["outcome"]), (&json!(1), &json!("created")), "{run}");
    assert_eq!(created["errors"], json!([]));
    let decision = &created["decision"];
    assert_eq!(decision, &decided[0]["decision"]);
    assert_eq!(
        (&decision["verdict"], &decision["by"], &decision["note"]),
        (&json!("approved"), &json!("佐藤"), &json!(NOTE))
    );
    assert!(!world.sandbox.member("11").await.is_null());
    assert!(!world.sandbox.member("000011").await.is_null());

    let (_, shown, _) = world.renkei(&["history", "show", run["id"].as_str().expect("an id")]);
    for part in ["新規追加(承認)", "承認:佐藤("] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    let writes = world.sandbox.writes().await.len();
    let again = world.run(&[]).await;
    assert_eq!(
        (world.sandbox.writes().await.len(), &person(&again, "11")["outcome"]),
        (writes, &Value::Null)
    );
    assert_eq!(listed(&world), (vec![], vec!["11".to_owned()]), "the decision is kept");
    world.outbox_is_empty().await;
    let told = format!("{:?}{}", world.sandbox.mails().await, daemon.log());
    assert!(!told.contains(NOTE) && !told.contains("佐藤"), "a note is neither mailed nor logged");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_person_stays_held_and_nobody_is_told_any_more() {
    let (world, _daemon) = settled().await;
    let first = world.mails(1).await;
    assert_eq!(lines(&first[0]).len(), 2, "A0002 and 11: {}", first[0].1);
    hold(&world, &["reject", "acme", "11", "--by", "佐藤"]);
    assert_eq!(listed(&world), (vec![], vec!["11".to_owned()]));

    let alone = world.run(&["employees", "11"]).await;
    let held = person(&alone, "11");
    assert_eq!((&alone["status"], &alone["counts"]["held"]), (&json!("完了"), &json!(1)), "{alone}");
    assert_eq!((&held["outcome"], &held["decision"]["verdict"]), (&json!("held"), &json!("rejected")));
    assert_eq!(
        (&held["errors"][0]["code"], &held["decision"]["note"]),
        (&json!("H_NEAR_DUPLICATE"), &Value::Null)
    );
    let (_, shown, _) = world.renkei(&["history", "show", alone["id"].as_str().expect("an id")]);
    assert!(shown.contains("保留(却下)"), "{shown}");

    world.run(&[]).await;
    world.outbox_is_empty().await;
    let mails = world.mails(2).await;
    assert_eq!(mails.len(), 2, "the run of 11 alone mails nobody");
    assert!(lines(&mails[1])[0].contains("A0002") && lines(&mails[1]).len() == 1, "{}", mails[1].1);
    assert!(world.sandbox.member("11").await.is_null());
    assert_eq!(listed(&world), (vec![], vec!["11".to_owned()]));

    // Somebody was wrong: the pair is named, and decided anew.
    let (code, _, stderr) = world.renkei(&["hold", "approve", "acme", "11", "--by", "鈴木"]);
    assert!(code == 1 && stderr.contains("--other 000011"), "{stderr}");
    hold(&world, &["approve", "acme", "11", "--other", "000011", "--by", "鈴木"]);
    let run = world.run(&["employees", "11"]).await;
    assert_eq!(person(&run, "11")["decision"]["by"], "鈴木", "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_older_than_three_days_is_mailed_with_its_age() {
    let (world, _daemon) = settled().await;
    let today = hold(&world, &["list"])[0]["since"].as_str().expect("a day").to_owned();
    let today: chrono::NaiveDate = today.parse().expect("a day");
    let mut mails = 1;
    let mut seen = Vec::new();
    for ago in [2, 3, 40] {
        let since = today - chrono::Days::new(ago);
        let value =
            json!({"kind": "H_NEAR_DUPLICATE", "since": since.to_string(), "last": today.to_string()});
        let field = "officestation-to-kaonavi\u{1f}11\u{1f}000011";
        world.redis.ask::<u64>(&["HSET", "renkei:holds:acme", field, &value.to_string()]);
        let run = world.run(&[]).await;
        mails += 1;
        let body = world.mails(mails).await[mails - 1].1.clone();
        seen.push(body.replace(run["id"].as_str().expect("an id"), "{run}"));
        let listed = hold(&world, &["list"]);
        assert_eq!((&listed[0]["since"], &listed[0]["days"]), (&json!(since.to_string()), &json!(ago + 1)));
    }
    insta::assert_snapshot!(seen.join("\n==========\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_closes_by_itself_by_a_run_that_looks_at_the_person() {
    let (world, _daemon) = settled().await;
    let twin = json!({
        "employeeNumber": "N0001", "lastName": "山田", "firstName": "太郎", "lastNameKana": "ヤマダ", "firstNameKana": "タロウ",
        "gender": "男性", "birthDate": "1990-04-01", "hireDate": "2020-04-01", "employeeCategory": "正社員", "dependents": []
    });
    world.sandbox.officestation(twin).await;
    let dry = world.run(&["dry_run", "true"]).await;
    assert_eq!(person(&dry, "N0001")["outcome"], "held", "{dry}");
    assert_eq!(listed(&world).0, ["11"], "a dry run opens nothing");
    world.run(&["employees", "N0001"]).await;
    assert_eq!(listed(&world).0, ["11", "N0001"]);

    world.sandbox.officestation(json!({"employeeNumber": "N0001", "birthDate": "1990-04-02"})).await;
    world.run(&["employees", "A0001"]).await;
    world.run(&["employees", "N0001", "datasets", "dependents"]).await;
    assert_eq!(listed(&world).0, ["11", "N0001"], "nobody looked");
    let run = world.run(&["employees", "N0001"]).await;
    assert_eq!(
        (&person(&run, "N0001")["outcome"], listed(&world).0),
        (&json!("created"), vec!["11".to_owned()])
    );
    world.sandbox.officestation(json!({"employeeNumber": "11", "retireDate": "2020-12-31"})).await;
    let full = world.run(&[]).await;
    assert_eq!(full["status"], "完了", "{full}");
    assert_eq!(listed(&world), (vec![], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_failed_closes_nothing() {
    let (world, _daemon) = settled().await;
    world.sandbox.officestation(json!({"employeeNumber": "11", "retireDate": "2020-12-31"})).await;
    // A guard trips when the source has lost an item.
    world.sandbox.control("settings", json!({"service": "officestation", "absent": ["email"]})).await;
    let run = world.run(&[]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_GUARD")), "{run}");
    assert_eq!(listed(&world).0, ["11"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_on_elsewhere_after_its_creation_rests_on_the_same_approval() {
    let (world, daemon) = settled().await;
    hold(&world, &["approve", "acme", "11", "--by", "sato"]);
    let away = json!({
        "service": "kaonavi", "match": {"method": "POST", "path": "/kaonavi/api/v2.0/members"}, "times": 1, "action": {"lose_answer": true}
    });
    world.sandbox.plant(away).await;
    let run = world.sync(&["employees", "11"]);
    world.sandbox.hit().await;
    daemon.kill();
    let _heir = world.daemon("second").await;
    let run = world.ended(&run).await;
    assert_eq!(run["status"], "完了", "{run}");
    assert!(run["attempts"].as_u64().is_some_and(|attempts| attempts > 1), "{run}");
    let created = person(&run, "11");
    assert_eq!(
        (&created["outcome"], &created["decision"]["by"]),
        (&json!("created"), &json!("sato")),
        "{run}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_daemons_heed_one_decision_and_keep_one_hold() {
    let (world, _first) = settled().await;
    let _second = world.daemon("second").await;
    let since = hold(&world, &["list"]);
    let runs: Vec<String> = (0..6).map(|_| world.sync(&["employees", "11"])).collect();
    for run in &runs {
        assert_eq!(person(&world.ended(run).await, "11")["outcome"], "held");
    }
    assert_eq!(hold(&world, &["list"]), since, "one hold, with its first day");
    hold(&world, &["approve", "acme", "11", "--by", "sato"]);
    let before = creations(&world).await;
    let runs: Vec<String> = (0..4).map(|_| world.sync(&["employees", "11"])).collect();
    let mut created = 0;
    for run in &runs {
        created += world.ended(run).await["counts"]["created"].as_u64().expect("a number");
    }
    assert_eq!(created, 1, "whichever daemon came first");
    assert_eq!(creations(&world).await, before + 1);
    assert!(!world.sandbox.member("11").await.is_null());
}
