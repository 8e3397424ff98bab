//! The acceptance cases of `reference/officestation-kaonavi-link.md` §14, each run twice: the second run writes nothing.

use serde_json::{Value, json};

use crate::support::daemon::Daemon;
use crate::support::world::World;

const EMPLOYEES: usize = 30;

/// A world whose services agree as far as they can, and its daemon.
async fn settled(extra: &str) -> (World, Daemon) {
    let world = World::new(EMPLOYEES, extra).await;
    let daemon = world.daemon("daemon").await;
    let first = world.run(&[]).await;
    assert_eq!(first["status"], "完了", "a first run with defaults ends 完了: {first}");
    (world, daemon)
}

/// Runs the main job, then once more: the second run writes nothing. The first run, and what it wrote.
async fn twice(world: &World, further: &[&str]) -> (Value, Vec<String>) {
    let before = world.sandbox.writes().await.len();
    let run = world.run(further).await;
    let after = world.sandbox.writes().await;
    let second = world.run(further).await;
    assert_eq!(world.sandbox.writes().await.len(), after.len(), "the second run writes nothing: {second}");
    assert_eq!(second["status"], run["status"]);
    (run, after[before..].to_vec())
}

fn person(code: &str) -> Value {
    json!({
        "employeeNumber": code, "lastName": "新", "firstName": "人子", "lastNameKana": "アタラシ", "firstNameKana": "ヒトコ",
        "gender": "女性", "birthDate": "1999-09-09", "email": format!("{}@example.jp", code.to_lowercase()),
        "hireDate": "2020-04-01", "employeeCategory": "正社員", "dependents": []
    })
}

fn outcome<'a>(run: &'a Value, code: &str) -> &'a Value {
    run["people"]
        .as_array()
        .expect("people")
        .iter()
        .find(|person| person["code"] == code)
        .unwrap_or(&Value::Null)
}

fn day(offset: i64) -> String {
    let tokyo = chrono::FixedOffset::east_opt(9 * 3600).expect("an offset");
    (chrono::Utc::now().with_timezone(&tokyo).date_naive() + chrono::Duration::days(offset)).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_1_a_new_person_is_created_without_a_department() {
    let (world, _daemon) = settled("").await;
    world.sandbox.officestation(person("N0001")).await;
    let (run, writes) = twice(&world, &[]).await;
    assert_eq!(run["counts"]["created"], 1);
    assert_eq!(outcome(&run, "N0001")["outcome"], "created");
    assert_eq!(writes.iter().filter(|write| write.starts_with("POST")).count(), 1, "{writes:?}");
    let member = world.sandbox.member("N0001").await;
    assert_eq!(member["基本情報"]["氏名"], "新\u{3000}人子");
    assert!(member["基本情報"].get("所属").is_none_or(|value| value.is_null() || value == ""), "{member}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_2_a_changed_mail_address_is_one_patch_of_one_item() {
    let (world, _daemon) = settled("").await;
    world.sandbox.officestation(json!({"employeeNumber": "A0001", "email": "changed@example.jp"})).await;
    let (run, writes) = twice(&world, &[]).await;
    assert_eq!(writes, ["PATCH /kaonavi/api/v2.0/members"]);
    assert_eq!(outcome(&run, "A0001")["items"], json!(["メールアドレス"]));
    assert_eq!(world.sandbox.member("A0001").await["基本情報"]["メールアドレス"], "changed@example.jp");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_3_who_joins_tomorrow_or_leaves_today_is_linked_and_who_left_yesterday_is_not() {
    let (world, _daemon) = settled("").await;
    let with = |code: &str, hire: &str, retire: Option<&str>| {
        let mut person = person(code);
        person["hireDate"] = json!(hire);
        person["retireDate"] = json!(retire);
        person["birthDate"] =
            json!(format!("1990-01-{:02}", 10 + code.len() + usize::from(code.as_bytes()[4] - b'0')));
        person
    };
    world.sandbox.officestation(with("N0001", &day(1), None)).await;
    world.sandbox.officestation(with("N0002", "2015-04-01", Some(&day(0)))).await;
    world.sandbox.officestation(with("N0003", "2015-04-01", Some(&day(-1)))).await;
    let (run, _) = twice(&world, &[]).await;
    assert_eq!(run["counts"]["created"], 2, "{run}");
    assert!(world.sandbox.member("N0003").await.is_null());
    assert_eq!(world.sandbox.member("N0002").await["基本情報"]["退職日"], day(0));
    assert!(run["skipped"]["retired"].as_u64().expect("a count") >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_4_a_value_that_is_no_master_value_is_the_mail_of_the_requirement() {
    let (world, _daemon) = settled("").await;
    let earlier = world.mails(1).await.len();
    world.sandbox.officestation(json!({"employeeNumber": "A0001", "email": "changed@example.jp"})).await;
    let (run, _) = twice(&world, &[]).await;
    assert_eq!(outcome(&run, "A0002")["errors"][0]["code"], "E_MASTER");
    assert_eq!(outcome(&run, "A0001")["outcome"], "updated", "others are written all the same");
    let (subject, body) = world.mails(earlier + 1).await.swap_remove(earlier);
    assert_eq!(subject, "[カオナビ自動送信]オフィスステーション連携エラー通知メール");
    let opening = "本メールはカオナビから自動送信されています。\n送信専用のため返信することはできません。\n\
                   オフィスステーション連携でエラーが発生しました。\n\
                   登録・更新されていない情報がございます。ご確認よろしくお願いいたします。\n\n";
    let line = "社員番号:”A0002”の性別の値が存在しません。マスター項目に設定された値を指定してください。\n";
    assert!(body.starts_with(opening), "{body}");
    assert!(body.contains(line), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_5_two_sheets_of_one_name_stop_the_run_before_any_write() {
    let (world, _daemon) = settled("").await;
    world.sandbox.officestation(person("N0001")).await;
    world.sandbox.control("settings", json!({"service": "kaonavi", "duplicate_sheet": "面談メモ"})).await;
    let (run, writes) = twice(&world, &[]).await;
    assert_eq!(
        (&run["status"], &run["reason"]["code"]),
        (&json!("異常終了"), &json!("F_DUP_SHEET")),
        "{run}"
    );
    assert!(writes.is_empty(), "{writes:?}");
    let mails = world.mails(2).await;
    assert!(
        mails[1].1.contains("同じ名称のシート”面談メモ”が存在するため連携できません。"),
        "{}",
        mails[1].1
    );
    assert!(
        mails[1].1.contains("「異常終了」の場合は、情報システム部 内線1234へお問い合わせください"),
        "{}",
        mails[1].1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn case_6_two_items_of_one_name_in_a_sheet_stop_the_run_before_any_write() {
    let (world, _daemon) = settled("").await;
    world.sandbox.officestation(person("N0001")).await;
    let twin = json!({"service": "kaonavi", "duplicate_item": {"sheet": "面談メモ", "item": "本文"}});
    world.sandbox.control("settings", twin).await;
    let (run, writes) = twice(&world, &[]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_DUP_ITEM")), "{run}");
    assert!(writes.is_empty(), "{writes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_7_an_item_that_the_customer_added_to_officestation_is_ignored() {
    let (world, _daemon) = settled("").await;
    let custom = json!({"employeeNumber": "A0001", "email": "x@example.jp", "customItems": [{"name": "メールアドレス", "value": "custom@example.jp"}]});
    world.sandbox.officestation(custom).await;
    let (run, _) = twice(&world, &[]).await;
    assert_eq!(outcome(&run, "A0001")["items"], json!(["メールアドレス"]));
    assert_eq!(world.sandbox.member("A0001").await["基本情報"]["メールアドレス"], "x@example.jp");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_8_padding_makes_11_the_member_000011() {
    let (world, _daemon) = settled("    main_code_padding: { digits: 6 }\n").await;
    world.sandbox.officestation(json!({"employeeNumber": "11", "email": "padded@example.jp"})).await;
    let (run, _) = twice(&world, &[]).await;
    assert_eq!(outcome(&run, "000011")["outcome"], "updated");
    assert_eq!(world.sandbox.member("000011").await["基本情報"]["メールアドレス"], "padded@example.jp");
    assert!(world.sandbox.member("11").await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_8_without_padding_11_is_held() {
    let (world, _daemon) = settled("").await;
    let (run, writes) = twice(&world, &[]).await;
    assert_eq!(outcome(&run, "11")["outcome"], "held", "{run}");
    assert_eq!(outcome(&run, "11")["errors"][0]["code"], "H_NEAR_DUPLICATE");
    assert!(
        outcome(&run, "11")["errors"][0]["message"].as_str().is_some_and(|text| text.contains("”000011”"))
    );
    assert!(writes.is_empty());
    assert!(world.sandbox.member("11").await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_8_without_padding_11_is_created_where_near_duplicates_are() {
    let (world, _daemon) =
        settled("    flows: { officestation-to-kaonavi: { near_duplicates: create } }\n").await;
    assert!(!world.sandbox.member("11").await.is_null());
    assert!(!world.sandbox.member("000011").await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_9_a_dependant_who_goes_takes_the_row_along() {
    let (world, _daemon) = settled("").await;
    let sheet = "オフィスステーション_扶養家族情報";
    assert_eq!(world.sandbox.member("A0001").await[sheet].as_array().map(Vec::len), Some(2));
    let people = world.sandbox.look("people?service=officestation&tenant=STDEMO01&code=A0001").await;
    let mut first = people[0]["dependents"][0].clone();
    first.as_object_mut().expect("a dependant").retain(|key, _| {
        !["dependentId", "employeeNumber", "sortOrder", "updatedAt"].contains(&key.as_str())
    });
    world.sandbox.officestation(json!({"employeeNumber": "A0001", "dependents": [first]})).await;
    let (run, writes) = twice(&world, &[]).await;
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert_eq!(run["counts"]["dependents"]["updated"], 1);
    assert_eq!(world.sandbox.member("A0001").await[sheet].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn case_9_dependants_towards_officestation_are_refused() {
    let (world, _daemon) = settled("").await;
    let run = world.xadd(&["link", "acme", "flow", "kaonavi-to-officestation", "datasets", "dependents"]);
    let run = world.ended(&run).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_JOB")), "{run}");
    assert!(run["reason"]["message"].as_str().is_some_and(|text| text.contains("扶養家族情報")), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_10_a_blank_phone_number_keeps_the_destination() {
    let (world, _daemon) = settled("").await;
    let sheet = "オフィスステーション_本人情報";
    let before = world.sandbox.member("A0001").await[sheet]["電話番号"].clone();
    assert!(before.as_str().is_some_and(|text| !text.is_empty()), "{before}");
    world.sandbox.officestation(json!({"employeeNumber": "A0001", "phoneNumber": null})).await;
    let (_, writes) = twice(&world, &[]).await;
    assert!(writes.is_empty(), "{writes:?}");
    assert_eq!(world.sandbox.member("A0001").await[sheet]["電話番号"], before);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_10_a_blank_phone_number_clears_the_destination_where_blanks_do() {
    let (world, _daemon) = settled("    flows: { officestation-to-kaonavi: { blank: clear } }\n").await;
    world.sandbox.officestation(json!({"employeeNumber": "A0001", "phoneNumber": ""})).await;
    let (run, _) = twice(&world, &[]).await;
    assert_eq!(outcome(&run, "A0001")["items"], json!(["電話番号"]));
    let now = world.sandbox.member("A0001").await["オフィスステーション_本人情報"]["電話番号"].clone();
    assert!(now.is_null() || now == "", "{now}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_11_a_wrong_password_is_an_authentication_failure_with_a_mail() {
    let mut world = World::new(EMPLOYEES, "").await;
    world.config = world.config.replace("password: demo-password", "password: wrong");
    let _daemon = world.daemon("daemon").await;
    let run = world.run(&[]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_AUTH")), "{run}");
    let mails = world.mails(1).await;
    assert!(mails[0].1.contains("オフィスステーションの認証に失敗しました。"), "{}", mails[0].1);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_12_every_address_gets_the_one_mail() {
    let mut world = World::new(EMPLOYEES, "").await;
    world.config = world
        .config
        .replace("to: [\"hr@example.co.jp\"]", "to: [\"hr@example.co.jp\", \"roumu@example.co.jp\"]");
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    world.mails(1).await;
    let mails = world.sandbox.look("mail").await;
    assert_eq!(mails.as_array().map(Vec::len), Some(1));
    let mut to: Vec<&str> = mails[0]["to"].as_array().expect("to").iter().filter_map(Value::as_str).collect();
    to.sort_unstable();
    assert_eq!(to, ["hr@example.co.jp", "roumu@example.co.jp"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_12_without_an_address_there_is_history_and_no_mail() {
    let mut world = World::new(EMPLOYEES, "").await;
    world.config = world.config.replace(", to: [\"hr@example.co.jp\"]", "");
    let daemon = world.daemon("daemon").await;
    let run = world.run(&[]).await;
    assert_eq!(run["status"], "完了");
    assert!(run["counts"]["rejected"].as_u64().is_some_and(|count| count > 0));
    assert!(daemon.drain().await.success());
    assert_eq!(world.sandbox.mails().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_13_a_periodic_job_towards_officestation_is_refused() {
    let (world, _daemon) = settled("").await;
    let tick = "2026-11-21T06:00:00+09:00";
    let run = world.xadd(&["link", "acme", "flow", "kaonavi-to-officestation", "tick", tick]);
    let run = world.ended(&run).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_JOB")), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_14_twelve_changed_members_are_one_write() {
    let (world, _daemon) = settled("").await;
    let people = world.sandbox.look("people?service=officestation&tenant=STDEMO01").await;
    let codes: Vec<&str> = people
        .as_array()
        .expect("people")
        .iter()
        .filter(|person| {
            person["retireDate"].is_null()
                && person["employeeNumber"].as_str().is_some_and(|code| code.len() > 2)
        })
        .filter(|person| person["gender"] != "女")
        .filter_map(|person| person["employeeNumber"].as_str())
        .take(12)
        .collect();
    for code in &codes {
        let mail = format!("{}@changed.example.jp", code.to_lowercase());
        world.sandbox.officestation(json!({"employeeNumber": code, "email": mail})).await;
    }
    let (run, writes) = twice(&world, &[]).await;
    assert_eq!(run["counts"]["updated"], 12, "{run}");
    assert_eq!(writes, ["PATCH /kaonavi/api/v2.0/members"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_for_some_people_and_items_touches_nothing_else() {
    let (world, _daemon) = settled("").await;
    for code in ["A0001", "A0003"] {
        let changed =
            json!({"employeeNumber": code, "email": format!("{code}@new.example.jp"), "city": "新市"});
        world.sandbox.officestation(changed).await;
    }
    let (run, writes) = twice(&world, &["employees", "A0001,A9999", "items", "メールアドレス"]).await;
    assert_eq!(writes, ["PATCH /kaonavi/api/v2.0/members"]);
    assert_eq!(outcome(&run, "A0001")["items"], json!(["メールアドレス"]));
    assert_eq!(outcome(&run, "A9999")["errors"][0]["code"], "E_NOT_FOUND");
    assert_ne!(world.sandbox.member("A0003").await["基本情報"]["メールアドレス"], "A0003@new.example.jp");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let (world, _daemon) = settled("").await;
    let mails = world.mails(1).await.len();
    world.sandbox.officestation(person("N0001")).await;
    let (run, writes) = twice(&world, &["dry_run", "true"]).await;
    assert!(writes.is_empty(), "{writes:?}");
    assert_eq!((&run["dry_run"], &run["counts"]["created"]), (&json!(true), &json!(1)));
    assert_eq!(world.sandbox.mails().await.len(), mails, "a dry run mails nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_stops_a_run_before_it_writes_and_force_goes_past() {
    let (world, _daemon) = settled("").await;
    let people = world.sandbox.look("people?service=officestation&tenant=STDEMO01").await;
    let codes: Vec<&str> = people
        .as_array()
        .expect("people")
        .iter()
        .filter_map(|person| person["employeeNumber"].as_str())
        .collect();
    let gone: Vec<&&str> = codes.iter().filter(|code| code.starts_with('B')).take(15).collect();
    assert!(gone.len() >= 10, "{codes:?}");
    world
        .sandbox
        .control("people", json!({"service": "officestation", "tenant": "STDEMO01", "delete": gone}))
        .await;
    world.sandbox.officestation(person("N0001")).await;
    let stopped = world.run(&[]).await;
    assert_eq!(
        (&stopped["status"], &stopped["reason"]["code"]),
        (&json!("異常終了"), &json!("F_GUARD")),
        "{stopped}"
    );
    assert!(world.sandbox.member("N0001").await.is_null());
    let (code, stdout, stderr) =
        world.renkei(&["retry", stopped["id"].as_str().expect("id"), "--force", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    let again: Value = serde_json::from_str(&stdout).expect("JSON");
    let forced = world.ended(again["run"].as_str().expect("run")).await;
    assert_eq!((&forced["status"], &forced["force"]), (&json!("完了"), &json!(true)), "{forced}");
    assert!(!world.sandbox.member("N0001").await.is_null());
}
