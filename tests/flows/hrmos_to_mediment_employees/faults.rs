//! What the services do wrong: E36, E37, E39, E40.

use serde_json::{Value, json};

use crate::clinic::{Clinic, EMPLOYEES, Stage, errors, known, outcome, user, with};

/// 130 people, three of them to be updated: more than a page of either service holds.
async fn two_pages(clinic: &Clinic<'_>) {
    clinic.equal(130).await;
    let changed =
        ["E0001", "E0077", "E0130"].map(|number| json!({"number": number, "start_date": "2021-04-01"}));
    clinic.hrmos(json!({"upsert": changed})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e36_shuffled_pages_and_repeated_rows_count_everybody_once() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{}"]).await;
    for (number, paging) in [(1, "shuffled"), (2, "repeating")] {
        let clinic = stage.clinic(number);
        two_pages(&clinic).await;
        clinic.set_hrmos(json!({"paging": paging})).await;
        let run = clinic.twice(&[]).await;
        let counts = &run["counts"];
        assert_eq!((&counts["target"], &counts["updated"]), (&json!(130), &json!(3)), "{paging}: {run}");
        assert_eq!(clinic.all_known().await.len(), 130);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e36_a_list_that_is_never_whole_ends_the_run_before_any_write() {
    let stage = Stage::with(EMPLOYEES, &["{}", "{}"], |world| world.set("attempts: 6", "attempts: 2")).await;
    for (number, paging, code) in [(1, "unstable", "F_GUARD"), (2, "growing", "F_TIMEOUT")] {
        let clinic = stage.clinic(number);
        two_pages(&clinic).await;
        clinic.set_hrmos(json!({"paging": paging})).await;
        let run = clinic.run(&[]).await;
        assert_eq!(
            (&run["status"], &run["reason"]["code"]),
            (&json!("異常終了"), &json!(code)),
            "{paging}: {run}"
        );
        assert_eq!(clinic.writes().await, 0, "{paging}");
        clinic.set_hrmos(json!({"paging": "steady"})).await;
        let run = clinic.twice(&[]).await;
        assert_eq!(run["counts"]["updated"], 3, "{run}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e37_one_record_that_mediment_refuses_holds_nobody_else_back() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    clinic.equal(5).await;
    clinic.hrmos(json!({"lodgments": [{"id": 9, "name": "未登録支社"}]})).await;
    clinic.set_mediment(json!({"auto_create_org": false})).await;
    let placed = |number: &str, office: u64| json!({"number": number, "lodgment_id": office, "start_date": "2021-04-01"});
    clinic.hrmos(json!({"upsert": [placed("E0001", 1), placed("E0002", 9), placed("E0003", 1)]})).await;
    let new = |number: &str, office: u64| {
        with(user(number, "新 人", &format!("{number}@example.jp")), json!({"lodgment_id": office}))
    };
    clinic.users(&[new("N0001", 1), new("N0002", 9)]).await;
    let run = clinic.run(&[]).await;
    assert_eq!(run["status"], "完了", "{run}");
    let counts =
        ["created", "updated", "unchanged", "rejected"].map(|outcome| run["counts"][outcome].as_u64());
    assert_eq!(counts, [1, 2, 2, 2].map(Some), "{run}");
    for code in ["E0002", "N0002"] {
        assert_eq!(
            (outcome(&run, code), errors(&run, code)),
            (("rejected", vec![]), vec!["E_REFUSED 事業所".into()])
        );
    }
    assert_eq!(clinic.held("E0003").await["hired_on"], "2021-04-01");
    assert!(clinic.held("N0002").await.is_null());
    let lines = stage.world.mails(1).await.remove(0).1;
    assert!(lines.contains("社員番号:”E0002”の事業所がmedimentで受け付けられませんでした。"), "{lines}");
    assert!(!lines.contains("未登録支社"), "a value is never mailed");

    // Once mediment knows the 事業所, both are written, and nobody else.
    clinic.set_mediment(json!({"auto_create_org": true})).await;
    let again = clinic.twice(&[]).await;
    assert_eq!((outcome(&again, "E0002").0, outcome(&again, "N0002").0), ("updated", "created"));
    assert_eq!(again["counts"]["target"], 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn e39_a_dead_key_ends_the_run_and_the_mail_says_how_to_make_another() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    clinic.equal(2).await;
    clinic.hrmos(json!({"upsert": [{"number": "E0001", "start_date": "2021-04-01"}]})).await;
    clinic.set_hrmos(json!({"revoke_key": true})).await;
    let run = clinic.run(&[]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_AUTH")), "{run}");
    let text = "HRMOS勤怠の認証に失敗しました。API KEYは発行から3か月で失効します。HRMOS勤怠の「システム管理 > システム設定 > 編集 > API KEYの設定」で新しいAPI KEYを生成し、renkeiの設定に登録してください。";
    assert_eq!(run["reason"]["message"], text);
    assert_eq!(
        (&run["attempts"], clinic.writes().await),
        (&json!(1), 0),
        "nothing is tried twice with a dead key"
    );
    let id = run["id"].as_str().expect("an id").to_owned();
    let (subject, body) = stage.world.mails(1).await.remove(0);
    insta::assert_snapshot!(format!("{subject}\n\n{}", body.replace(&id, "{run}")));
    clinic.set_hrmos(json!({"revoke_key": false})).await;
    assert_eq!(clinic.twice(&[]).await["counts"]["updated"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_created_before_a_run_failed_is_to_be_looked_at_all_the_same() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let number = |n: u32| format!("N{n:04}");
    let users: Vec<Value> =
        (1..=130).map(|n| user(&number(n), "新 人", &format!("new{n}@example.jp"))).collect();
    clinic.users(&users).await;
    let second = json!({"method": "POST", "path": "/mediment/api/v0/employees/batch_create"});
    let refuse = json!({"service": "mediment", "tenant": "demo-key", "match": second, "skip": 1, "times": 2, "action": {"status": 401}});
    stage.world.sandbox.plant(refuse).await;
    let run = clinic.run(&["force", "true"]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_AUTH")), "{run}");
    assert_eq!(run["counts"]["created"], 100, "{run}");
    let open = || {
        let (code, stdout, stderr) = stage.world.renkei(&["todo", "--format", "json"]);
        assert_eq!(code, 0, "{stderr}");
        let open: Vec<Value> = serde_json::from_str(&stdout).expect("JSON");
        let filled = open.iter().filter(|item| item["kind"] == "T_AUTOFILLED");
        filled.map(|item| item["code"].as_str().expect("a code").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(open(), (1..=100).map(number).collect::<Vec<_>>());
    let run = clinic.run(&["force", "true"]).await;
    assert_eq!((&run["status"], &run["counts"]["created"]), (&json!("完了"), &json!(30)), "{run}");
    assert_eq!(open(), (1..=130).map(number).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn e40_a_company_without_users_and_names_that_all_change_stop_the_run() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{}"]).await;
    let nobody = stage.clinic(1);
    nobody.equal(3).await;
    nobody.hrmos(json!({"delete": ["E0001", "E0002", "E0003"]})).await;
    stopped(&nobody, "連携元から取得した従業員の数").await;
    // Whom only mediment has is left alone, also by force.
    let forced = nobody.run(&["force", "true"]).await;
    assert_eq!((&forced["status"], &forced["counts"]["target"]), (&json!("完了"), &json!(0)));

    let renamed = stage.clinic(2);
    renamed.equal(25).await;
    let users: Vec<Value> =
        (1..=25).map(|n| json!({"number": format!("E{n:04}"), "last_name": "別"})).collect();
    renamed.hrmos(json!({"upsert": users})).await;
    stopped(&renamed, "項目”姓”の更新件数").await;
    let forced = renamed.twice(&["force", "true"]).await;
    assert_eq!(forced["counts"]["updated"], 25);
}

async fn stopped(clinic: &Clinic<'_>, what: &str) {
    let run = clinic.run(&[]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_GUARD")), "{run}");
    assert!(run["reason"]["message"].as_str().is_some_and(|message| message.contains(what)), "{run}");
    assert_eq!(clinic.writes().await, 0);
}

/// The guard on a shrunken source compares with the last full run.
#[tokio::test(flavor = "multi_thread")]
async fn e40_a_company_that_shrank_stops_the_run() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    clinic.equal(20).await;
    clinic.twice(&[]).await;
    let gone: Vec<String> = (1..=7).map(|n| format!("E{n:04}")).collect();
    clinic.hrmos(json!({"delete": gone})).await;
    clinic.known(&[known(&user("X0001", "余 分", "x@example.jp"))]).await;
    stopped(&clinic, "前回から減った対象者の数").await;
    assert_eq!(clinic.all_known().await.len(), 21, "nobody is ever taken out");
}
