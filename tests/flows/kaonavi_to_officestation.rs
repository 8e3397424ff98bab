//! カオナビ→オフィスステーション: the acceptance cases of `reference/officestation-kaonavi-link.md` §14 that are about this direction, and what
//! OfficeStation asks beside. Each case is run twice: the second run writes nothing, and neither ever writes to Kaonavi.

use serde_json::{Value, json};

use crate::support::daemon::Daemon;
use crate::support::world::World;

const EMPLOYEES: usize = 30;
const SHEET: &str = "オフィスステーション_本人情報";
const BATCH: &str = "POST /officestation/api/v1/employees/batch";

/// Adds a job of this flow and waits for its end.
async fn run(world: &World, further: &[&str]) -> Value {
    let mut fields = vec!["link", "acme", "flow", "kaonavi-to-officestation"];
    fields.extend(further);
    let run = world.xadd(&fields);
    world.ended(&run).await
}

/// What OfficeStation was asked to write.
async fn writes(world: &World) -> Vec<String> {
    world.sandbox.writes_of("officestation").await
}

/// A world whose services agree as far as they can, and its daemon.
async fn settled(extra: &str) -> (World, Daemon) {
    let world = World::new(EMPLOYEES, extra).await;
    let daemon = world.daemon("daemon").await;
    let first = run(&world, &[]).await;
    assert_eq!(first["status"], "完了", "a first run with defaults ends 完了: {first}");
    (world, daemon)
}

/// Runs the job, then once more: the second run writes nothing. The first run, and what it wrote.
async fn twice(world: &World, further: &[&str]) -> (Value, Vec<String>) {
    let before = writes(world).await.len();
    let first = run(world, further).await;
    let after = writes(world).await;
    let second = run(world, further).await;
    assert_eq!(writes(world).await.len(), after.len(), "the second run writes nothing: {second}");
    assert_eq!(second["status"], first["status"]);
    assert!(world.sandbox.writes().await.is_empty(), "Kaonavi is only read");
    (first, after[before..].to_vec())
}

fn member(code: &str, changes: &[(&str, &str)]) -> Value {
    let mut basic = json!({
        "氏名": "新　人子", "フリガナ": "アタラシ　ヒトコ", "性別": "女性", "生年月日": "1999-09-09", "入社日": "2020-04-01",
        "メールアドレス": format!("{}@example.jp", code.to_lowercase())
    });
    for (item, value) in changes {
        basic[*item] = json!(value);
    }
    json!({"code": code, "基本情報": basic})
}

/// A member whose basic items change so.
async fn change(world: &World, code: &str, items: Value) {
    world.sandbox.kaonavi(json!({"code": code, "基本情報": items})).await;
}

fn outcome<'a>(run: &'a Value, code: &str) -> &'a Value {
    let people = run["people"].as_array().expect("people");
    people.iter().find(|person| person["code"] == code).unwrap_or(&Value::Null)
}

fn day(offset: i64) -> String {
    let tokyo = chrono::FixedOffset::east_opt(9 * 3600).expect("an offset");
    (chrono::Utc::now().with_timezone(&tokyo).date_naive() + chrono::Duration::days(offset)).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_settles_the_two_services_and_a_second_writes_nothing() {
    let world = World::new(EMPLOYEES, "").await;
    let _daemon = world.daemon("daemon").await;
    let (first, written) = twice(&world, &[]).await;
    assert_eq!(first["status"], "完了", "{first}");
    assert_eq!(written, [BATCH], "everybody fits into one batch");
    assert!(first["counts"]["created"].as_u64().is_some_and(|created| created >= 1), "{first}");
    assert!(
        first["people"].as_array().expect("people").iter().all(|person| person["outcome"] != "rejected"),
        "{first}"
    );
    assert_eq!(world.sandbox.employee("A0002").await["gender"], "女性");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_3_who_left_yesterday_is_linked_too() {
    let (world, _daemon) = settled("").await;
    for (code, hire, retire, birthday) in [
        ("N0001", day(1), String::new(), "1990-01-11"),
        ("N0002", "2015-04-01".to_owned(), day(0), "1990-01-12"),
        ("N0003", "2015-04-01".to_owned(), day(-1), "1990-01-13"),
    ] {
        let changes = [("入社日", hire.as_str()), ("退職日", retire.as_str()), ("生年月日", birthday)];
        world.sandbox.kaonavi(member(code, &changes)).await;
    }
    let (first, written) = twice(&world, &[]).await;
    assert_eq!((&first["counts"]["created"], written.len()), (&json!(3), 1), "{first}");
    assert_eq!(first["skipped"], json!({}), "nobody is 対象外");
    assert_eq!(world.sandbox.employee("N0003").await["retireDate"], day(-1));
    let created = world.sandbox.employee("N0001").await;
    assert_eq!((&created["lastName"], &created["firstName"]), (&json!("新"), &json!("人子")));
    assert_eq!((&created["lastNameKana"], &created["firstNameKana"]), (&json!("アタラシ"), &json!("ヒトコ")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_is_not_created_where_the_link_says_so() {
    let (world, _daemon) =
        settled("    flows: { kaonavi-to-officestation: { create_retired: false } }\n").await;
    let left = day(-1);
    world.sandbox.kaonavi(member("N0001", &[("退職日", &left)])).await;
    change(&world, "A0005", json!({"メールアドレス": "left@example.jp"})).await;
    let (first, _) = twice(&world, &[]).await;
    assert_eq!(
        (&first["counts"]["created"], &first["skipped"]["retired"]),
        (&json!(0), &json!(1)),
        "{first}"
    );
    assert!(world.sandbox.employee("N0001").await.is_null());
    assert_eq!(world.sandbox.employee("A0005").await["email"], "left@example.jp", "who is known is updated");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_names_what_it_would_overwrite_and_how_many_retired_it_would_create() {
    let (world, _daemon) = settled("").await;
    let left = day(-1);
    world.sandbox.kaonavi(member("N0001", &[("退職日", &left)])).await;
    for code in ["A0001", "A0003"] {
        change(&world, code, json!({"メールアドレス": format!("{}@new.example.jp", code.to_lowercase())}))
            .await;
    }
    let (code, text, _) = world.renkei(&["plan", "acme", "kaonavi-to-officestation"]);
    assert_eq!(code, 0);
    assert!(text.contains("新規追加のうち退職者1名"), "{text}");
    assert!(text.contains("上書き:メールアドレス 変更2名"), "{text}");
    let (_, json, _) = world.renkei(&["plan", "acme", "kaonavi-to-officestation", "--format", "json"]);
    let plan: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(plan["created_retired"], 1);
    assert_eq!(plan["update_requests"], 1);
    assert_eq!(plan["overwrites"][0]["item"], "メールアドレス");
    assert_eq!(plan["overwrites"][0]["changed"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_9_dependants_are_refused_with_the_reason() {
    let (world, _daemon) = settled("").await;
    let before = writes(&world).await.len();
    let refused = run(&world, &["datasets", "dependents"]).await;
    assert_eq!((&refused["status"], &refused["reason"]["code"]), (&json!("異常終了"), &json!("F_JOB")));
    assert!(
        refused["reason"]["message"].as_str().is_some_and(|text| text.contains("扶養家族情報")),
        "{refused}"
    );
    assert_eq!(writes(&world).await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_13_a_periodic_job_is_refused() {
    let (world, _daemon) = settled("").await;
    let before = writes(&world).await.len();
    let refused = run(&world, &["tick", "2026-11-21T06:00:00+09:00"]).await;
    assert_eq!((&refused["status"], &refused["reason"]["code"]), (&json!("異常終了"), &json!("F_JOB")));
    assert_eq!(writes(&world).await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_split_at_its_first_space_and_one_without_is_an_error() {
    let (world, _daemon) = settled("").await;
    change(&world, "A0001", json!({"氏名": "ジョン ポール スミス", "フリガナ": "じょん ﾎﾟｰﾙ　スミス"})).await;
    change(&world, "A0003", json!({"氏名": "新鈴木一郎", "メールアドレス": "kept-back@example.jp"})).await;
    // The same name without its space is the same name.
    change(&world, "A0004", json!({"氏名": "高橋次郎", "フリガナ": "タカハシジロウ"})).await;
    let (first, _) = twice(&world, &[]).await;
    let renamed = world.sandbox.employee("A0001").await;
    assert_eq!((&renamed["lastName"], &renamed["firstName"]), (&json!("ジョン"), &json!("ポール スミス")));
    assert_eq!(
        (&renamed["lastNameKana"], &renamed["firstNameKana"]),
        (&json!("ジョン"), &json!("ポール　スミス"))
    );
    let error = &outcome(&first, "A0003")["errors"][0];
    assert_eq!((&error["code"], &error["item"]), (&json!("E_NAME_SPLIT"), &json!("氏名")), "{first}");
    assert_eq!(error["message"], "社員番号:”A0003”の氏名を氏と名に分割できません。");
    assert_ne!(world.sandbox.employee("A0003").await["email"], "kept-back@example.jp");
    assert!(outcome(&first, "A0004").is_null(), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_somebody_with_a_business_name_is_never_the_legal_one() {
    let (world, _daemon) = settled("").await;
    let legal = |person: &Value| {
        ["lastName", "firstName", "lastNameKana", "firstNameKana"].map(|key| person[key].clone())
    };
    let business = |person: &Value| {
        ["businessLastName", "businessFirstName", "businessLastNameKana", "businessFirstNameKana"]
            .map(|key| person[key].as_str().unwrap_or_default().to_owned())
    };
    let before = world.sandbox.employee("A0009").await;
    // 氏名 that is the legal name says nothing of the ビジネスネーム.
    change(&world, "A0009", json!({"氏名": "山本　七海", "フリガナ": "ヤマモト　ナナミ"})).await;
    let (_, written) = twice(&world, &[]).await;
    assert!(written.is_empty(), "{written:?}");
    // Another name is a new ビジネスネーム, although Kaonavi's own item of that name still has the old one.
    change(&world, "A0009", json!({"氏名": "森　七海", "フリガナ": "モリ　ナナミ"})).await;
    let (first, written) = twice(&world, &[]).await;
    assert_eq!(written.len(), 1);
    let now = world.sandbox.employee("A0009").await;
    assert_eq!(business(&now), ["森", "七海", "モリ", "ナナミ"]);
    assert_eq!(legal(&now), legal(&before));
    assert_eq!(outcome(&first, "A0009")["items"], json!(["ビジネスネーム氏", "ビジネスネーム氏(カナ)"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_written_as_officestation_wants_them() {
    let (world, _daemon) = settled("").await;
    let own = json!({
        "郵便番号": "〒５６４００４１", "都道府県": "大阪府吹田市", "市区町村": " 吹田市 ", "都道府県(フリガナ)": "おおさかふ",
        "市区町村(フリガナ)": "ｽｲﾀｼ", "電話番号": "０６−１２３４−５６７８", "緊急連絡先氏名": "山田 桃子"
    });
    world.sandbox.kaonavi(json!({"code": "A0001", SHEET: own})).await;
    let (first, _) = twice(&world, &[]).await;
    assert_eq!(outcome(&first, "A0001")["outcome"], "updated", "{first}");
    let now = world.sandbox.employee("A0001").await;
    for (key, value) in [
        ("postalCode", "564-0041"),
        ("prefecture", "大阪府"),
        ("city", "吹田市"),
        ("prefectureKana", "オオサカフ"),
        ("cityKana", "スイタシ"),
        ("phoneNumber", "06-1234-5678"),
        ("emergencyLastName", "山田"),
        ("emergencyFirstName", "桃子"),
    ] {
        assert_eq!(now[key], value, "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_officestation_would_refuse_is_a_line_with_its_item_and_costs_no_request() {
    let (world, _daemon) = settled("").await;
    world
        .sandbox
        .kaonavi(json!({"code": "A0001", SHEET: {"都道府県": "大坂", "電話番号": "内線1234"}}))
        .await;
    change(&world, "A0003", json!({"フリガナ": "Suzuki Ichiro", "生年月日": day(1)})).await;
    change(&world, "A0004", json!({"退職日": "1999-01-01"})).await;
    world.sandbox.kaonavi(member("N/001", &[("フリガナ", ""), ("性別", "")])).await;
    let (first, written) = twice(&world, &[]).await;
    assert!(written.is_empty(), "{written:?}");
    let errors = |code: &str| -> Vec<String> {
        let errors = outcome(&first, code)["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| {
                format!("{} {}", error["code"].as_str().unwrap_or(""), error["item"].as_str().unwrap_or(""))
            })
            .collect()
    };
    assert_eq!(errors("A0001"), ["E_MASTER 都道府県", "E_REFUSED 電話番号"], "{first}");
    assert_eq!(errors("A0003"), ["E_REFUSED 氏(カナ)", "E_REFUSED 名(カナ)", "E_DATE 生年月日"], "{first}");
    assert_eq!(errors("A0004"), ["E_REFUSED 退職年月日"], "{first}");
    assert_eq!(
        errors("N/001"),
        ["E_REQUIRED 氏(カナ)", "E_REQUIRED 名(カナ)", "E_REQUIRED 性別", "E_REFUSED 従業員番号"],
        "{first}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whom_officestation_alone_refuses_is_rejected_and_the_others_are_written() {
    let (world, _daemon) = settled("").await;
    // 一般職 is a 社員区分詳細, but not of this 社員区分.
    world
        .sandbox
        .kaonavi(json!({"code": "A0001", SHEET: {"社員区分": "役員", "社員区分詳細": "一般職"}}))
        .await;
    change(&world, "A0003", json!({"メールアドレス": "new@example.jp"})).await;
    let first = run(&world, &[]).await;
    assert_eq!((&first["status"], &first["counts"]["updated"]), (&json!("完了"), &json!(1)), "{first}");
    let refused = outcome(&first, "A0001");
    assert_eq!((&refused["outcome"], &refused["items"]), (&json!("rejected"), &json!([])));
    assert_eq!(
        refused["errors"],
        json!([{"code": "E_REFUSED", "item": "社員区分詳細",
                "message": "社員番号:”A0001”の社員区分詳細がオフィスステーションで受け付けられませんでした。"}])
    );
    assert_eq!(world.sandbox.employee("A0003").await["email"], "new@example.jp");
    let (_, body) = world.mails(2).await.pop().expect("a mail");
    assert!(
        body.contains("社員番号:”A0001”の社員区分詳細がオフィスステーションで受け付けられませんでした。"),
        "{body}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_is_no_master_value_is_known_before_it_is_sent() {
    let (world, _daemon) = settled("").await;
    let masters = json!({"service": "officestation", "masters": {"gender": ["男", "女"]}});
    world.sandbox.control("settings", masters).await;
    change(&world, "A0001", json!({"メールアドレス": "new@example.jp"})).await;
    let before = writes(&world).await.len();
    let first = run(&world, &["employees", "A0001"]).await;
    assert_eq!(writes(&world).await.len(), before);
    let error = &outcome(&first, "A0001")["errors"][0];
    assert_eq!((&error["code"], &error["item"]), (&json!("E_MASTER"), &json!("性別")), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_day_of_leaving_always_keeps() {
    let (world, _daemon) = settled("    flows: { kaonavi-to-officestation: { blank: clear } }\n").await;
    let kept = world.sandbox.employee("A0004").await["retireDate"].clone();
    assert!(kept.is_string());
    change(&world, "A0004", json!({"退職日": "", "メールアドレス": ""})).await;
    let (first, _) = twice(&world, &[]).await;
    assert_eq!(outcome(&first, "A0004")["items"], json!(["メールアドレス"]), "{first}");
    let now = world.sandbox.employee("A0004").await;
    assert_eq!((&now["retireDate"], &now["email"]), (&kept, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sheets_of_one_name_stop_the_run_here_as_well() {
    let (world, _daemon) = settled("").await;
    change(&world, "A0001", json!({"メールアドレス": "new@example.jp"})).await;
    world.sandbox.control("settings", json!({"service": "kaonavi", "duplicate_sheet": "面談メモ"})).await;
    let (first, written) = twice(&world, &[]).await;
    assert_eq!((&first["status"], &first["reason"]["code"]), (&json!("異常終了"), &json!("F_DUP_SHEET")));
    assert!(written.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_item_guard_stops_stale_data_before_anything_is_written() {
    let world = World::new(100, "").await;
    let _daemon = world.daemon("daemon").await;
    run(&world, &[]).await;
    let people = world.sandbox.look("people?service=kaonavi&tenant=demo-key").await;
    let codes: Vec<String> = people
        .as_array()
        .expect("people")
        .iter()
        .filter_map(|member| member["code"].as_str().map(str::to_owned))
        .filter(|code| code.starts_with('B'))
        .take(40)
        .collect();
    let stale: Vec<Value> = codes
        .iter()
        .map(|code| json!({"code": code, "基本情報": {"メールアドレス": format!("{}@old.example.jp", code.to_lowercase())}}))
        .collect();
    world
        .sandbox
        .control("people", json!({"service": "kaonavi", "tenant": "demo-key", "upsert": stale}))
        .await;
    let before = writes(&world).await.len();
    let stopped = run(&world, &[]).await;
    assert_eq!(
        (&stopped["status"], &stopped["reason"]["code"]),
        (&json!("異常終了"), &json!("F_GUARD")),
        "{stopped}"
    );
    assert_eq!(writes(&world).await.len(), before);
    let forced = run(&world, &["force", "true"]).await;
    assert_eq!(forced["counts"]["updated"], 40, "{forced}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_people_than_a_batch_takes_are_as_many_batches_as_it_needs() {
    let world = World::new(250, "").await;
    let _daemon = world.daemon("daemon").await;
    run(&world, &[]).await;
    let people = world.sandbox.look("people?service=kaonavi&tenant=demo-key").await;
    let codes: Vec<&str> =
        people.as_array().expect("people").iter().filter_map(|member| member["code"].as_str()).collect();
    let changed: Vec<Value> = codes
        .iter()
        .filter(|code| code.starts_with('B'))
        .take(210)
        .map(|code| json!({"code": code, SHEET: {"部署メモ": format!("新部署{code}")}}))
        .collect();
    world
        .sandbox
        .control("people", json!({"service": "kaonavi", "tenant": "demo-key", "upsert": changed}))
        .await;
    let (first, written) = twice(&world, &["force", "true"]).await;
    assert_eq!(
        (&first["counts"]["updated"], &first["counts"]["rejected"]),
        (&json!(210), &json!(0)),
        "{first}"
    );
    assert_eq!(written, [BATCH; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_for_one_person_and_item_touches_nothing_else() {
    let (world, _daemon) = settled("").await;
    for code in ["A0001", "A0003"] {
        change(&world, code, json!({"メールアドレス": format!("{code}@new.example.jp"), "氏名": "別　人"}))
            .await;
    }
    let (first, written) = twice(&world, &["employees", "A0001,A9999", "items", "メールアドレス"]).await;
    assert_eq!(written.len(), 1);
    assert_eq!(outcome(&first, "A0001")["items"], json!(["メールアドレス"]));
    assert_eq!(outcome(&first, "A9999")["errors"][0]["code"], "E_NOT_FOUND");
    assert_ne!(world.sandbox.employee("A0003").await["email"], "A0003@new.example.jp");
    // Half a name is compared with the whole of it.
    let (half, _) = twice(&world, &["employees", "A0001", "items", "氏"]).await;
    assert_eq!(outcome(&half, "A0001")["items"], json!(["氏"]), "{half}");
    let now = world.sandbox.employee("A0001").await;
    assert_eq!((&now["lastName"], &now["firstName"]), (&json!("別"), &json!("太郎")));
}
