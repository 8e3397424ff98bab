//! mediment by its own screens (`form: csv`). What a person does there the tests do: they export the sandbox's employees into the folder of
//! lists, and carry the files of a run into it.

mod clinic;

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use self::clinic::{ATTENDANCE, Clinic, EMPLOYEES, employee, files_in, files_of, mixed, october, user, with};
use crate::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_is_that_of_the_api_and_an_import_leaves_nothing_to_be_done() {
    let clinic = Clinic::new("").await;
    clinic.export().await;
    let _daemon = clinic.daemon().await;
    let first = clinic.run(EMPLOYEES, &[]).await;
    assert_eq!(first["status"], "完了", "{first}");
    assert!(first["counts"]["created"].as_u64() >= Some(1) && first["counts"]["updated"].as_u64() >= Some(1));
    // The same world by the API plans the same.
    let rest = World::clinic(20, "").await;
    let _other = rest.daemon("daemon").await;
    let run = rest.xadd(&["link", "clinic", "flow", EMPLOYEES]);
    let by_api = rest.ended(&run).await;
    assert_eq!((&first["counts"], &first["people"]), (&by_api["counts"], &by_api["people"]));
    assert!(by_api["handover"].is_null());

    clinic.import(&first).await;
    clinic.export().await;
    let second = clinic.run(EMPLOYEES, &[]).await;
    let counts = (&second["counts"]["created"], &second["counts"]["updated"]);
    assert_eq!((&second["status"], counts), (&json!("完了"), (&json!(0), &json!(0))), "{second:#}");
    assert_eq!(files_of(&second), Vec::<String>::new());
    let mediment = clinic.world.sandbox.requests().await;
    assert!(!mediment.iter().any(|request| request.contains("/mediment/")), "nothing is asked or sent");
    assert!(clinic.world.sandbox.writes_of("hrmos").await.is_empty(), "HRMOS勤怠 is only read");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_says_what_is_to_be_done_and_nothing_else() {
    let clinic = Clinic::empty("").await;
    mixed(&clinic).await;
    clinic.export().await;
    let (_, plan, _) = clinic.world.renkei(&["plan", "clinic", EMPLOYEES]);
    assert!(plan.contains("新規追加3 更新5") && plan.contains("更新リクエスト0回"), "{plan}");
    assert!(
        !clinic.folder().join("import").exists() && files_in(&clinic.folder()).is_empty(),
        "a plan writes nothing"
    );
    let daemon = clinic.daemon().await;
    let run = clinic.run(EMPLOYEES, &[]).await;
    assert_eq!(run["status"], "完了", "{run}");
    insta::assert_snapshot!("employees", clinic.texts(&run));
    insta::assert_snapshot!("next", run["handover"]["next"].as_str().expect("what is next"));
    assert_eq!(
        (&run["handover"]["by_hand"], &run["handover"]["read"]),
        (&json!(3), &json!(["従業員情報.csv"]))
    );
    let (_, shown, _) = clinic.world.renkei(&["history", "show", run["id"].as_str().expect("an id")]);
    assert!(shown.contains("次の作業") && shown.contains("取込ファイル"), "{shown}");
    let mails = clinic.world.mails(1).await;
    let (_, body) = &mails[0];
    assert!(
        body.contains("F001") && body.contains("次の作業:") && body.contains("mediment_report_"),
        "{body}"
    );
    let names = ["新", "人子", "c001@", "退職取消"];
    assert!(!names.iter().any(|name| daemon.log().contains(name)), "{}", daemon.log());

    clinic.import(&run).await;
    clinic.export().await;
    let again = clinic.run(EMPLOYEES, &[]).await;
    assert_eq!(
        (&again["counts"]["created"], &again["counts"]["updated"], &again["counts"]["rejected"]),
        (&json!(0), &json!(1), &json!(1)),
        "R003, who has no 社員番号 in mediment until somebody types it in: {again}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_changed_after_the_export_outlives_the_import() {
    let clinic = Clinic::empty("").await;
    mixed(&clinic).await;
    clinic.export().await;
    let _daemon = clinic.daemon().await;
    let run = clinic.run(EMPLOYEES, &[]).await;
    clinic.mediment(json!({"upsert": [{"employee_number": "C002", "first_name_kana": "テデ"}]})).await;
    clinic.import(&run).await;
    let people = clinic.held().await;
    let changed = people.iter().find(|person| person["employee_number"] == "C002").expect("C002");
    assert_eq!(
        (&changed["first_name_kana"], &changed["retired_on"]),
        (&json!("テデ"), &json!("2024-10-31")),
        "others' メイ changes in this run, C002's 退職日 alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_handed_over_whole_each_time() {
    let clinic = Clinic::empty("").await;
    october(&clinic).await;
    let _daemon = clinic.daemon().await;
    let first = clinic.run(ATTENDANCE, &["month", "2026-10"]).await;
    assert_eq!((&first["status"], &first["counts"]["updated"]), (&json!("完了"), &json!(3)), "{first}");
    insta::assert_snapshot!("attendance", format!("{}{}\n", clinic.texts(&first), first["handover"]["next"]));
    let second = clinic.run(ATTENDANCE, &["month", "2026-10"]).await;
    assert_eq!(clinic.texts(&second), clinic.texts(&first), "what mediment has of a month can't be read");
    assert_ne!(files_of(&second), files_of(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_says_what_its_files_look_like() {
    let clinic = Clinic::empty(
        ", encoding: cp932, dates: iso, durations: minutes, formulas: quote, names: true, template: template.yaml",
    )
    .await;
    let template = "new: [{ header: 従業員コード, item: 社員番号 }, 氏名, { header: 入社, item: 入社日, format: slash }, 退職日, { header: 区分, value: 新規 }]\n\
                    update: [社員番号, 氏名, 所属部署1]\n";
    fs::write(clinic.world.folder().join("template.yaml"), template).expect("a template");
    mixed(&clinic).await;
    let lacking = with(user("K001", ["𠮷", "野"], "k001@example.jp"), &json!({}));
    let renamed = user("W001", ["新姓", "花"], "w001@example.jp");
    clinic.hrmos(json!({"insert": [lacking, renamed]})).await;
    clinic.mediment(json!({"insert": [employee("W001", ["旧姓", "花"], "w001@example.jp")]})).await;
    october(&clinic).await;
    let _daemon = clinic.daemon().await;
    let run = clinic.run(EMPLOYEES, &[]).await;
    let month = clinic.run(ATTENDANCE, &["month", "2026-10"]).await;
    insta::assert_snapshot!("other_forms", format!("{}{}", clinic.texts(&run), clinic.texts(&month)));
    let people = run["people"].as_array().expect("people");
    let refused = people.iter().find(|person| person["code"] == "K001").expect("K001");
    assert_eq!(refused["errors"][0]["code"], "E_CHARACTER", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_list_does_not_say_is_not_compared_and_the_run_says_so() {
    let clinic = Clinic::empty("").await;
    mixed(&clinic).await;
    let list = "社員番号,氏名,メールアドレス\r\nC001,変更,c001@example.jp\r\nC002,変 更二,c002@example.jp\r\nU001,同　一,old@example.jp\r\n";
    fs::write(clinic.folder().join("roster/list.csv"), list).expect("a list");
    let _daemon = clinic.daemon().await;
    let run = clinic.run(EMPLOYEES, &["employees", "C001,C002,U001"]).await;
    assert_eq!(
        (&run["counts"]["unchanged"], &run["counts"]["updated"], &run["status"]),
        (&json!(2), &json!(1), &json!("完了")),
        "U001's メールアドレス alone: {run}"
    );
    let next = run["handover"]["next"].as_str().expect("what is next");
    assert!(
        next.ends_with(
            "従業員一覧に列がない項目(セイ、メイ、事業所、所属部署1、入社日、退職日)は、登録済みの従業員では比較していません。\
             従業員一覧の氏名に空白がない1名は、社員番号だけで照合し、氏名を比較していません。"
        ),
        "{next}"
    );
    let unchanged = clinic.run(EMPLOYEES, &["employees", "C001"]).await;
    assert_eq!(files_of(&unchanged), Vec::<String>::new());
    assert!(unchanged["handover"]["next"].as_str().is_some_and(|next| next.contains("比較していません")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_nobody_needs_no_force_and_a_list_of_few_does() {
    let clinic = Clinic::empty("").await;
    let number = |n: usize| format!("B{n:03}");
    let users = (0..60).map(|n| user(&number(n), ["多", &number(n)], &format!("{}@example.jp", number(n))));
    clinic.hrmos(json!({"insert": users.collect::<Vec<Value>>()})).await;
    let list = fs::read_to_string(clinic.export().await).expect("a list");
    assert_eq!(list.lines().count(), 1, "mediment has nobody");
    let _daemon = clinic.daemon().await;
    let run = clinic.run(EMPLOYEES, &[]).await;
    assert_eq!((&run["status"], &run["counts"]["created"]), (&json!("完了"), &json!(60)), "{run}");

    clinic.mediment(json!({"insert": [employee("B000", ["多", "B000"], "b000@example.jp")]})).await;
    clinic.export().await;
    let stopped = clinic.run(EMPLOYEES, &[]).await;
    assert_eq!(
        (&stopped["status"], &stopped["reason"]["code"]),
        (&json!("異常終了"), &json!("F_GUARD")),
        "{stopped}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_too_old_ends_the_run_and_says_what_to_do() {
    let clinic = Clinic::empty("").await;
    mixed(&clinic).await;
    let list = clinic.export().await;
    let file = File::options().write(true).open(&list).expect("a list");
    file.set_modified(SystemTime::now() - Duration::from_secs(25 * 3600)).expect("its time");
    let _daemon = clinic.daemon().await;
    for fields in [(EMPLOYEES, &[][..]), (ATTENDANCE, &["month", "2026-10"][..])] {
        let run = clinic.run(fields.0, fields.1).await;
        assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_FILE")), "{run}");
        assert_eq!(
            run["reason"]["message"],
            "medimentのファイル”従業員情報.csv”を使えません:古すぎます(25時間前/上限24時間)。従業員情報のCSVを出力し直し、フォルダに置いてください。"
        );
        assert_eq!(files_in(&clinic.folder()), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_hands_over_once_and_waits_for_nothing() {
    let clinic = Clinic::empty("").await;
    mixed(&clinic).await;
    clinic.export().await;
    let slow = json!({
        "service": "hrmos", "times": 1, "match": {"method": "GET", "path": "/hrmos/api/demo/v1/departments"}, "action": {"delay_ms": 60_000},
    });
    clinic.world.sandbox.plant(slow).await;
    let killed = clinic.world.daemon("killed").await;
    let run = clinic.world.xadd(&["link", "clinic", "flow", EMPLOYEES]);
    clinic.world.sandbox.hit().await;
    killed.kill();
    let _daemon = clinic.world.daemon("next").await;
    let ended = clinic.world.ended(&run).await;
    assert_eq!((&ended["status"], &ended["attempts"]), (&json!("完了"), &json!(2)), "{ended}");
    let mut files = files_of(&ended);
    files.sort();
    let mut there = files_in(&clinic.folder());
    there.sort();
    assert_eq!(there, files);
    assert_eq!((&ended["counts"]["created"], &ended["counts"]["updated"]), (&json!(2), &json!(5)), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_the_form_and_tries_the_list_and_the_folders() {
    let clinic = Clinic::empty("").await;
    mixed(&clinic).await;
    clinic.export().await;
    let check = || {
        let (code, stdout, _) = clinic.world.renkei(&["check", "--online", "--format", "json"]);
        let report: Value = serde_json::from_str(&stdout).expect("JSON");
        let findings = report["links"][0]["findings"].as_array().expect("findings").clone();
        let of_mediment = findings.into_iter().filter(|finding| finding["service"] == "mediment");
        let line = |finding: Value| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("severity"), text("code"), text("message"))
        };
        (code, of_mediment.map(line).collect::<Vec<String>>())
    };
    let (_, found) = check();
    assert!(
        found[0].starts_with("info FORM form csv: lists of employees named *.csv are read from "),
        "{found:#?}"
    );
    assert!(found.iter().filter(|line| line.ends_with("read 6 people")).count() == 2, "{found:#?}");
    assert_eq!(files_in(&clinic.folder()), Vec::<String>::new(), "a check writes nothing");
    fs::set_permissions(clinic.folder(), Permissions::from_mode(0o750)).expect("its mode");
    let (code, found) = check();
    let exposed =
        "error F_FILE failed to use mediment: others than the owner can look into the folder (mode 0750)";
    assert!(code == 1 && found.iter().any(|line| line.starts_with(exposed)), "{found:#?}");
}
