//! `renkei check --online`: whatever a run would stumble over is named before the first run, and nothing is written.

use serde_json::{Value, json};

use crate::json as parse;
use crate::support::world::World;

/// What a check found about the link, a line each: severity, code, service and message.
struct Found {
    code: i32,
    general: Vec<String>,
    link: Vec<String>,
}

impl Found {
    fn lines(findings: &Value) -> Vec<String> {
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        let line = |finding: &Value| {
            assert_eq!(
                finding["severity"] == "ok",
                finding["remedy"].is_null(),
                "only what is well needs no remedy: {finding}"
            );
            ["severity", "code", "service", "message"].map(|key| text(finding, key)).join(" ")
        };
        findings.as_array().expect("findings").iter().map(line).collect()
    }

    /// The only line that begins so.
    fn one(&self, start: &str) -> &str {
        let found: Vec<&String> = self.link.iter().filter(|line| line.starts_with(start)).collect();
        assert_eq!(found.len(), 1, "one line should begin with {start:?}: {:#?}", self.link);
        found[0]
    }

    fn has(&self, start: &str) -> bool {
        self.link.iter().any(|line| line.starts_with(start))
    }
}

async fn check(world: &World) -> Found {
    let (code, stdout, stderr) = world.renkei(&["check", "--online", "--format", "json"]);
    assert_eq!(stderr, "");
    assert_eq!(world.sandbox.writes().await, Vec::<String>::new(), "a check writes nothing");
    for canary in ["山田", "太郎", "ヤマダ", "taro@example.jp", "090-", "demo-password", "demo-secret"]
    {
        assert!(!stdout.contains(canary), "{canary} has no place in {stdout}");
    }
    let report = parse(&stdout);
    Found {
        code,
        general: Found::lines(&report["findings"]),
        link: Found::lines(&report["links"][0]["findings"]),
    }
}

async fn kaonavi(world: &World, mut settings: Value) {
    settings["service"] = json!("kaonavi");
    world.sandbox.control("settings", settings).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_well_is_said_too() {
    let world = World::new(30, "").await;
    let found = check(&world).await;
    assert_eq!(found.code, 0, "{:#?}", found.link);
    let general = found.general.join("\n");
    assert!(general.contains("ok REDIS") && general.contains("ok SMTP"), "{general}");
    let lines = found.link.join("\n");
    insta::with_settings!({filters => vec![(r"\b\d+\b", "[n]")]}, { insta::assert_snapshot!(lines) });
    let (code, table, _) = world.renkei(&["check", "--online"]);
    assert_eq!(code, 0);
    assert!(
        table.contains(
            "warning  E_MASTER: kaonavi: 基本情報/性別: the master (男性、女性) lacks 女 (1 person)"
        ),
        "{table}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_login_of_one_service_does_not_hide_what_the_other_says() {
    let mut world = World::new(20, "").await;
    let right = world.config.clone();
    world.config = right.replace("password: demo-password", "password: wrong");
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    assert!(
        found.one("error").starts_with("error F_AUTH officestation failed to log in"),
        "{:?}",
        found.link
    );
    assert!(found.has("ok MAPPING kaonavi"), "{:?}", found.link);
    world.config = right.replace("consumer_secret: demo-secret", "consumer_secret: wrong");
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    assert!(found.one("error").starts_with("error F_AUTH kaonavi"), "{:?}", found.link);
    assert!(found.has("ok LOGIN officestation"), "{:?}", found.link);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_english_tenant_is_named_as_such() {
    let world = World::new(20, "").await;
    kaonavi(&world, json!({"language": "en"})).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    assert!(found.one("error").starts_with("error F_LANG kaonavi"), "{:?}", found.link);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mapped_item_that_is_gone_is_named_with_a_near_one() {
    let world = World::new(20, "").await;
    let order = json!({"rename_item": [
        {"sheet": "オフィスステーション_本人情報", "from": "電話番号", "to": "電話番号1"},
        {"sheet": "オフィスステーション_扶養家族情報", "from": "続柄", "to": "つづきがら"},
    ]});
    kaonavi(&world, order).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    let phone = found.one("error F_CONFIG kaonavi オフィスステーション_本人情報/電話番号 is mapped");
    assert!(phone.contains("電話番号1"), "{phone}");
    found.one("error F_CONFIG kaonavi オフィスステーション_扶養家族情報/続柄 is mapped");
    assert!(found.has("warning E_MASTER"), "the rest is looked at all the same: {:?}", found.link);
    assert!(!found.has("ok PLAN"), "but a plan over half a mapping would mislead");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_sheet_is_named_with_the_way_to_follow_it() {
    let world = World::new(20, "    sheets: { オフィスステーション_扶養家族情報: 家族 }\n").await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    assert!(
        found.has("error F_CONFIG kaonavi 家族/氏名 is mapped, and there is no sheet 家族"),
        "{:?}",
        found.link
    );
    let from = "オフィスステーション_扶養家族情報";
    kaonavi(&world, json!({"rename_sheet": {"from": from, "to": "家族"}})).await;
    assert_eq!(check(&world).await.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_stand_twice_are_all_named() {
    let world = World::new(20, "").await;
    let item = json!({"sheet": "オフィスステーション_本人情報", "item": "役職"});
    kaonavi(&world, json!({"duplicate_sheet": "面談メモ", "duplicate_item": item})).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    assert!(found.one("error F_DUP_SHEET kaonavi").contains("面談メモ"));
    assert!(found.one("error F_DUP_ITEM kaonavi").contains("役職"));
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_that_are_off_in_kaonavi_are_named() {
    let world = World::new(20, "").await;
    let sheets = ["オフィスステーション_本人情報", "オフィスステーション_扶養家族情報"];
    kaonavi(&world, json!({"disable": sheets.map(|sheet| format!("GET /sheets/{sheet}"))})).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    for sheet in sheets {
        assert!(
            found
                .link
                .iter()
                .any(|line| line.starts_with("error F_FORBIDDEN kaonavi") && line.contains(sheet)),
            "{:?}",
            found.link
        );
    }
    kaonavi(&world, json!({"disable": ["GET /sheet_layouts"]})).await;
    let found = check(&world).await;
    assert!(found.one("error F_FORBIDDEN kaonavi").contains("sheet_layouts"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_lacks_what_everybody_has_is_an_error_and_a_value_map_mends_it() {
    let extra = "    mapping:\n      officestation-to-kaonavi:\n        self:\n          基本情報/性別: { value_map: { 男性: 男, 女性: 女 } }\n        \
                 dependents:\n          オフィスステーション_扶養家族情報/性別: { value_map: { 男性: 男, 女性: 女 } }\n";
    let mut world = World::new(40, "").await;
    let values = json!({"enum": [
        {"sheet": "基本情報", "item": "性別", "values": ["男", "女"]},
        {"sheet": "オフィスステーション_扶養家族情報", "item": "性別", "values": ["男", "女"]},
    ]});
    kaonavi(&world, values).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    let line = found.one("warning E_MASTER kaonavi 基本情報/性別");
    assert!(line.contains("男性 (") && line.contains("女性 (") && line.contains("(男、女)"), "{line}");
    found
        .one("warning E_DEPENDENT kaonavi オフィスステーション_扶養家族情報/性別: the master (男、女) lacks");
    found.one("error F_MOST_REJECTED");
    world.config.push_str(extra);
    let found = check(&world).await;
    assert!(!found.has("warning E_MASTER") && !found.has("error F_MOST_REJECTED"), "{:?}", found.link);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_typed_is_counted_and_never_shown() {
    let extra = "    mapping:\n      officestation-to-kaonavi:\n        self:\n          オフィスステーション_本人情報/社員区分: { from: 備考 }\n";
    let world = World::new(20, extra).await;
    world.sandbox.officestation(json!({"employeeNumber": "A0001", "note": "ひみつのメモ"})).await;
    let (_, stdout, _) = world.renkei(&["check", "--online"]);
    assert!(stdout.contains("オフィスステーション_本人情報/社員区分: the master"), "{stdout}");
    assert!(!stdout.contains("ひみつ"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn items_hidden_from_the_login_are_named() {
    let world = World::new(20, "").await;
    let login =
        json!({"service": "officestation", "login": {"hiddenCategories": ["社会保険"], "payroll": false}});
    world.sandbox.control("settings", login).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1, "a mapped item that nobody has trips a guard");
    found.one("warning PERMISSION officestation hidden from this login: 社会保険");
    found.one("info PERMISSION officestation this login doesn't handle 給与情報");
    found.one("error F_GUARD officestation 健康保険番号 is mapped");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_would_be_rejected_are_counted_by_code() {
    let world = World::new(20, "").await;
    let person = |code: &str, day: &str| {
        json!({"employeeNumber": code, "lastName": "新", "firstName": "人", "lastNameKana": "シン", "firstNameKana": "ジン",
               "gender": "女性", "birthDate": format!("1999-09-{day}"), "hireDate": "2020-04-01", "dependents": []})
    };
    let insert = [person("", "01"), person("N0001", "02"), person("N0001", "03")];
    let order = json!({"service": "officestation", "tenant": "STDEMO01", "insert": insert});
    world.sandbox.control("people", order).await;
    let found = check(&world).await;
    assert!(found.one("warning E_CODE_EMPTY").ends_with("(1 person)"));
    assert!(found.one("warning E_CODE_DUP").ends_with("(2 people)"), "{:?}", found.link);
    found.one("warning H_NEAR_DUPLICATE officestation");
    let back = found.one("warning H_NEAR_DUPLICATE kaonavi");
    assert!(
        back.contains("kaonavi-to-officestation: somebody to be created seems to be in OfficeStation"),
        "{back}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_required_item_that_nothing_fills_is_an_error() {
    let extra = "    mapping:\n      officestation-to-kaonavi:\n        self:\n          オフィスステーション_本人情報/役職: null\n";
    let world = World::new(20, extra).await;
    let item = json!({"sheet": "オフィスステーション_本人情報", "item": "役職", "required": true});
    kaonavi(&world, json!({"required": item})).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    found.one("error E_REQUIRED kaonavi オフィスステーション_本人情報/役職 is required");
}

#[tokio::test(flavor = "multi_thread")]
async fn guards_that_would_trip_are_errors() {
    let world = World::new(60, "").await;
    let person = |n: usize| {
        json!({"employeeNumber": format!("X{n:04}"), "lastName": "新", "firstName": "人", "lastNameKana": "シン",
               "firstNameKana": "ジン", "gender": "女性", "birthDate": format!("1970-01-{n:02}"), "hireDate": "2020-04-01"})
    };
    let insert: Vec<Value> = (1..=28).map(person).collect();
    let order = json!({"service": "officestation", "tenant": "STDEMO01", "insert": insert});
    world.sandbox.control("people", order).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    assert!(found.one("error F_GUARD").contains("the guard creations would stop"), "{:?}", found.link);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_one_trigger_stumbles_over_says_which() {
    let extra = "    mapping:\n      officestation-to-kaonavi:\n        spot:\n          self:\n            基本情報/無い項目: 役職\n";
    let world = World::new(20, extra).await;
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    assert!(found.one("error F_CONFIG kaonavi 基本情報/無い項目").ends_with("(スポット実行のみ)"));
    assert!(found.one("ok MAPPING").ends_with("(定期実行のみ)"), "{:?}", found.link);
}

#[tokio::test(flavor = "multi_thread")]
async fn services_redis_and_mail_that_are_away_are_errors() {
    let mut world = World::new(20, "").await;
    world.redis.stop();
    let smtp = world.sandbox.smtp.clone();
    let http = world.sandbox.http.clone();
    world.config = world.config.replace(&smtp, "smtp://127.0.0.1:9").replace(&http, "http://127.0.0.1:9");
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    let general = found.general.join("\n");
    assert!(general.contains("error REDIS") && general.contains("error SMTP"), "{general}");
    assert!(
        found.has("error F_TIMEOUT officestation") && found.has("error F_TIMEOUT kaonavi"),
        "{:?}",
        found.link
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_from_hrmos_to_mediment_is_tried_on_both_sides_and_for_both_flows() {
    let mut world = World::clinic(120, "").await;
    let found = check(&world).await;
    assert_eq!(found.code, 0, "{:#?}", found.link);
    for line in ["ok LOGIN hrmos", "ok LOGIN mediment", "ok PLAN - a run would create"] {
        found.one(line);
    }
    assert!(
        found.one("ok PLAN - hrmos-to-mediment-attendance").contains("a run would create 0,"),
        "{:#?}",
        found.link
    );
    assert!(found.has("warning E_CONFLICT hrmos somebody who can't be told"), "{:#?}", found.link);
    assert!(!found.has("error"), "{:#?}", found.link);

    world.set("consumer_secret: demo-secret", "consumer_secret: wrong");
    let found = check(&world).await;
    assert_eq!(found.code, 1);
    found.one("ok LOGIN hrmos");
    found.one("error F_AUTH mediment");
    world.set("company: demo", "company: demo-4711");
    found_key(&check(&world).await);
}

fn found_key(found: &Found) {
    assert!(found.one("error F_AUTH hrmos").contains("failed to log in"), "{:#?}", found.link);
}
