//! Who is found, and who is created: E01 to E04, E06, E16, E18, E19, E25, E26.

use serde_json::{Value, json};

use crate::clinic::{EMPLOYEES, Stage, assert_holds, errors, known, outcome, user, with};

#[tokio::test(flavor = "multi_thread")]
async fn e01_somebody_unknown_is_created_and_mediment_fills_in_the_rest() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    clinic.equal(1).await;
    clinic.users(&[user("N0001", "新田 一子", "ichiko@example.jp")]).await;
    let run = clinic.twice(&[]).await;
    let items =
        vec!["社員番号", "姓", "名", "セイ", "メイ", "メールアドレス", "事業所", "所属部署1", "入社日"];
    assert_eq!(outcome(&run, "N0001"), ("created", items));
    let expected = json!({
        "employee_number": "N0001", "last_name": "新田", "first_name": "一子", "last_name_kana": "セイ", "first_name_kana": "メイ",
        "email": "ichiko@example.jp", "office": "本社", "department1": "営業部", "hired_on": "2020-04-01", "retired_on": null,
        "gender": null, "social_insurance": "加入", "stress_check_target": "対象", "health_check_target": "対象",
        "account_issued": false,
    });
    assert_holds(&clinic.held("N0001").await, &expected);
    let counts = &run["counts"];
    assert_eq!(
        (&counts["target"], &counts["created"], &counts["unchanged"]),
        (&json!(2), &json!(1), &json!(1))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn e02_e03_somebody_known_by_number_or_by_name_and_mail_is_updated() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let (e02, e03) = (user("A0002", "佐藤 健", "new@example.jp"), user("A0003", "鈴木 愛", "ai@example.jp"));
    let old_mail = with(known(&e02), json!({"email": "old@example.jp"}));
    let old_number = with(known(&e03), json!({"employee_number": "9003"}));
    clinic.users(&[e02, e03]).await;
    clinic.known(&[old_mail, old_number]).await;
    let id = clinic.held("9003").await["id"].clone();
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0002"), ("updated", vec!["メールアドレス"]), "E02");
    assert_eq!(clinic.held("A0002").await["email"], "new@example.jp");
    assert_eq!(outcome(&run, "A0003"), ("updated", vec!["社員番号"]), "E03");
    assert_eq!(clinic.held("A0003").await["id"], id, "the record goes on under its new number");
    assert!(clinic.held("9003").await.is_null());
    assert_eq!(clinic.all_known().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn e04_the_same_name_alone_is_another_person() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let there = known(&user("9004", "山田 花子", "hanako@example.jp"));
    clinic.known(std::slice::from_ref(&there)).await;
    clinic.users(&[user("A0004", "山田 花子", "yamada.hanako@example.jp")]).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0004").0, "created");
    assert_holds(&clinic.held("9004").await, &there);
    assert_eq!(clinic.held("A0004").await["email"], "yamada.hanako@example.jp");
}

#[tokio::test(flavor = "multi_thread")]
async fn e06_kana_is_always_overwritten_and_the_name_as_the_link_says() {
    let settings = ["{}", "{ sync_name: false }", "{ strict_seed: true }"];
    let stage = Stage::new(EMPLOYEES, &settings).await;
    for (number, renamed) in [(1, true), (2, false), (3, false)] {
        let clinic = stage.clinic(number);
        let now = with(user("A0006", "木村 結", "yui@example.jp"), json!({"last_name_kana": "キムラ"}));
        let before = with(known(&now), json!({"last_name": "林", "last_name_kana": "ハヤシ"}));
        clinic.known(&[before]).await;
        clinic.users(&[now, user("N0006", "新 人", "shin@example.jp")]).await;
        let run = clinic.twice(&[]).await;
        let items = if renamed { vec!["姓", "セイ"] } else { vec!["セイ"] };
        assert_eq!(outcome(&run, "A0006"), ("updated", items), "{}", settings[number - 1]);
        let name = if renamed { "木村" } else { "林" };
        assert_holds(&clinic.held("A0006").await, &json!({"last_name": name, "last_name_kana": "キムラ"}));
        assert_eq!(clinic.held("N0006").await["last_name"], "新", "nobody is created without a name");
    }
}

/// People of HRMOS勤怠 without 社員番号 go by its own id.
#[tokio::test(flavor = "multi_thread")]
async fn e16_e18_e19_people_without_a_number_are_told_apart_by_name_and_mail() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let none = |name: &str, mail: &str, number: Value| with(user("", name, mail), json!({"number": number}));
    let e16 = none("渡辺 五美", "itsumi@example.jp", Value::Null);
    let e18 = none("新田 八子", "hachiko@example.jp", Value::Null);
    let first = none("小林 六子", "mutsuko@example.jp", json!(""));
    let second = none("大林 七子", "nanako@example.jp", json!(""));
    let numbered = with(known(&e16), json!({"employee_number": "A0016", "office": "大阪支社"}));
    let unnumbered = with(known(&first), json!({"employee_number": null, "office": "大阪支社"}));
    let other = with(known(&second), json!({"employee_number": "A0019"}));
    clinic.known(&[numbered, unnumbered, other]).await;
    clinic.users(&[e16, e18, first, second]).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "(ID:1)"), ("updated", vec!["事業所"]), "E16");
    assert_holds(&clinic.held("A0016").await, &json!({"last_name": "渡辺", "office": "本社"}));
    assert_eq!(outcome(&run, "(ID:2)").0, "created", "E18");
    assert_eq!(outcome(&run, "(ID:3)"), ("updated", vec!["事業所"]), "E19");
    assert_eq!(outcome(&run, "(ID:4)"), ("-", vec![]), "E19");
    assert_eq!(clinic.held("A0019").await["last_name"], "大林", "a blank number blanks none");
    let people = clinic.all_known().await;
    let numbers: Vec<(&str, Option<&str>)> = people
        .iter()
        .map(|held| (held["last_name"].as_str().expect("a name"), held["employee_number"].as_str()))
        .collect();
    assert_eq!(
        numbers,
        [("渡辺", Some("A0016")), ("小林", None), ("大林", Some("A0019")), ("新田", None)],
        "each once"
    );
}

/// D2 says that the numbers differ, and they do: 12 is not updated. `DESIGN` §6 holds a creation whose number differs from a known one in
/// zeros alone; `near_duplicates: create` creates.
#[tokio::test(flavor = "multi_thread")]
async fn e25_leading_zeros_make_another_number() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ near_duplicates: create }"]).await;
    for (number, expected) in [(1, "held"), (2, "created")] {
        let clinic = stage.clinic(number);
        let there = known(&user("12", "中田 十二", "juni@example.jp"));
        clinic.known(std::slice::from_ref(&there)).await;
        clinic.users(&[user("0012", "田中 零", "rei@example.jp")]).await;
        let run = clinic.twice(&[]).await;
        assert_eq!(outcome(&run, "0012").0, expected);
        assert_holds(&clinic.held("12").await, &there);
        if expected == "held" {
            assert_eq!(errors(&run, "0012"), ["H_NEAR_DUPLICATE"]);
        } else {
            assert_eq!(clinic.held("0012").await["last_name"], "田中");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e26_width_spaces_and_case_make_no_difference_and_nothing_is_written() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let users = [
        user("Ａ０００１", "山田　 花 子", "Hanako@Example.com"),
        with(user("", "佐藤　 健", "KEN@example.jp"), json!({"number": null})),
    ];
    let there = [
        known(&user("A0001", "山田 花子", "hanako@example.com")),
        known(&user("A0002", "佐藤 健", "ken@example.jp")),
    ];
    clinic.users(&users).await;
    clinic.known(&there).await;
    let run = clinic.twice(&[]).await;
    assert_eq!((&run["counts"]["unchanged"], clinic.writes().await), (&json!(2), 0), "{run}");
    assert_holds(&clinic.held("A0001").await, &there[0]);
}
