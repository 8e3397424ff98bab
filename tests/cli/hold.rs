//! `renkei hold list`, `hold approve` and `hold reject`.

use serde_json::json as value;

use crate::support::world::World;
use crate::{json, shape};

/// A field and a value as a run leaves them.
fn put(world: &World, link: &str, flow: &str, code: &str, other: &str, further: &str) {
    let field = format!("{flow}\u{1f}{code}\u{1f}{other}");
    let text = format!(r#"{{"kind":"H_NEAR_DUPLICATE","since":"2026-11-01","last":"2026-11-20"{further}}}"#);
    world.redis.ask::<u64>(&["HSET", &format!("renkei:holds:{link}"), &field, &text]);
}

const FLOW: &str = "officestation-to-kaonavi";
const DECISION: &str = r#","decision":{"verdict":"rejected","by":"佐藤","at":"2026-11-03T10:00:00.000+09:00","note":"同一人物"}"#;

async fn world() -> World {
    let mut world = World::new(20, "").await;
    world.link("other", 2);
    put(&world, "acme", FLOW, "11", "000011", "");
    put(&world, "acme", "kaonavi-to-officestation", "11", "A1", "");
    put(&world, "acme", FLOW, "A0007", "a0007", DECISION);
    put(&world, "other", FLOW, "N0001", "A0001", "");
    world
}

/// The list without the numbers that grow from day to day.
fn fixed(text: &str) -> String {
    let mut parts = text.split("保留");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        all + if rest.len() < part.len() { "保留{n}" } else { "保留" } + rest
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn without_holds_it_says_so() {
    let world = World::new(20, "").await;
    assert_eq!(world.renkei(&["hold", "list"]), (0, "保留はありません。\n".to_owned(), String::new()));
    assert_eq!(json(&world.renkei(&["hold", "list", "--format", "json"]).1), value!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn open_and_decided_holds_are_listed_by_link() {
    let world = world().await;
    let (code, stdout, stderr) = world.renkei(&["hold", "list"]);
    assert_eq!(code, 0, "{stderr}");
    insta::assert_snapshot!(fixed(&stdout));
    let (_, stdout, _) = world.renkei(&["hold", "list", "--format", "json"]);
    let list = json(&stdout);
    let order: Vec<String> = list
        .as_array()
        .expect("an array")
        .iter()
        .map(|hold| format!("{} {}", hold["link"], hold["code"]).replace('"', ""))
        .collect();
    assert_eq!(order, ["acme 11", "acme 11", "acme A0007", "other N0001"]);
    assert!(list[0]["days"].as_u64().is_some_and(|days| days >= 1), "{list}");
    assert_eq!(list[2]["days"], value!(null), "a decided hold has no age");
    assert_eq!(
        shape(&list).join(" "),
        "[].code [].days [].decision [].decision.at [].decision.by [].decision.note [].decision.verdict [].flow [].kind [].last [].link [].other [].since"
    );
    let (_, stdout, _) = world.renkei(&["hold", "list", "--link", "other", "--format", "json"]);
    assert_eq!(json(&stdout).as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_means_all_its_open_holds_unless_another_code_is_named() {
    let world = world().await;
    let (code, stdout, stderr) =
        world.renkei(&["hold", "approve", "acme", "11", "--other", "A1", "--by", " sato "]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(
        stdout,
        "acme(カオナビ→オフィスステーション) 社員番号:”11”と”A1”を別人として承認しました。次回の実行から登録・更新されます。\n"
    );
    let (code, stdout, _) =
        world.renkei(&["hold", "reject", "acme", "11", "--by", "suzuki", "--format", "json"]);
    let decided = json(&stdout);
    assert_eq!((code, decided.as_array().map(Vec::len)), (0, Some(1)), "the other one is decided already");
    assert_eq!(
        (&decided[0]["other"], &decided[0]["decision"]["verdict"]),
        (&value!("000011"), &value!("rejected"))
    );
    assert_eq!(decided[0]["decision"]["note"], value!(null));

    put(&world, "acme", FLOW, "11", "000011", "");
    put(&world, "acme", FLOW, "11", "0011", "");
    let (_, stdout, _) = world.renkei(&["hold", "reject", "acme", "11", "--by", "suzuki"]);
    assert_eq!(stdout.lines().count(), 2, "{stdout}");
    let ttl: i64 = world.redis.ask(&["TTL", "renkei:holds:acme"]);
    assert!(ttl > 399 * 86_400, "{ttl}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_decided_says_what_to_write() {
    let world = world().await;
    let refused = |args: &[&str]| {
        let (code, stdout, stderr) = world.renkei(&[&["hold"], args].concat());
        assert_eq!((code, stdout.as_str()), (1, ""), "{args:?}: {stderr}");
        stderr
    };
    let by = ["--by", "sato"];
    let texts = [
        refused(&[&["approve", "other", "N001"], &by[..]].concat()),
        refused(&[&["approve", "acme", "A0007"], &by[..]].concat()),
        refused(&[&["approve", "acme", "11", "--other", "12"], &by[..]].concat()),
        refused(&[&["reject", "acmee", "11"], &by[..]].concat()),
        refused(&["list", "--link", "nothing-like-it"]),
    ];
    insta::assert_snapshot!(texts.concat());
    let long = "あ".repeat(101);
    for args in [
        &["approve", "acme", "11"][..],
        &["approve", "acme", "11", "--by", ""],
        &["approve", "acme", "11", "--by", &long],
        &["approve", "acme", "11", "--by", "sa\nto"],
        &["reject", "acme", "11", "--by", "sato", "--note", &long.repeat(2)],
    ] {
        assert_eq!(world.renkei(&[&["hold"], args].concat()).0, 2, "{args:?}");
    }
    let untouched: Vec<String> = world.redis.ask(&["HVALS", "renkei:holds:acme"]);
    assert_eq!(untouched.iter().filter(|value| value.contains("decision")).count(), 1);
    let hundred = "あ".repeat(100);
    assert_eq!(
        world.renkei(&["hold", "approve", "acme", "11", "--by", &hundred, "--note", &hundred.repeat(2)]).0,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_that_it_does_not_know_decisions_if_that_matters() {
    let mut world = World::new(30, "").await;
    world.redis.stop();
    let plan = ["plan", "acme", FLOW];
    assert!(world.renkei(&plan).1.contains("判断(renkei hold)は考慮していません"));
    let (_, stdout, _) = world.renkei(&[&plan[..], &["--format", "json"]].concat());
    assert_eq!(json(&stdout)["hold_decisions_considered"], false);
    let nobody = [&plan[..], &["--employees", "A0001"]].concat();
    assert!(!world.renkei(&nobody).1.contains("renkei hold"));
    let (_, stdout, _) = world.renkei(&[&nobody[..], &["--format", "json"]].concat());
    assert!(json(&stdout).get("hold_decisions_considered").is_none());
}
