//! Blanks, masters and what people typed in mediment: E14, E15, E17, E27 to E33.

use serde_json::{Value, json};

use crate::clinic::{EMPLOYEES, Stage, assert_holds, errors, known, outcome, user, with};

#[tokio::test(flavor = "multi_thread")]
async fn e14_e33_a_blank_mail_and_blank_kana_empty_nothing() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ blank: clear }"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        let full = user("A0014", "吉田 七海", "nanami@example.jp");
        clinic.known(&[known(&full)]).await;
        let blank =
            json!({"email": null, "last_name_kana": "", "first_name_kana": "", "start_date": "2021-04-01"});
        let new = with(
            user("N0033", "無 仮名", "kana@example.jp"),
            json!({"last_name_kana": "", "first_name_kana": ""}),
        );
        clinic.users(&[with(full, blank), new]).await;
        let run = clinic.twice(&[]).await;
        assert_eq!(outcome(&run, "A0014"), ("updated", vec!["入社日"]));
        let held = json!({"email": "nanami@example.jp", "last_name_kana": "セイ", "first_name_kana": "メイ"});
        assert_holds(&clinic.held("A0014").await, &held);
        assert_eq!(outcome(&run, "N0033").0, "created", "E33: the wire requires no kana");
        assert_holds(&clinic.held("N0033").await, &json!({"last_name_kana": null, "first_name_kana": null}));
    }
}

/// `DESIGN` §6: to the letter blanks overwrite, but for what a person is found by.
#[tokio::test(flavor = "multi_thread")]
async fn e14_e33_to_the_letter_blank_kana_empties_and_a_blank_mail_does_not() {
    let stage = Stage::new(EMPLOYEES, &["{ strict_seed: true }"]).await;
    let clinic = stage.clinic(1);
    let full = user("A0014", "吉田 七海", "nanami@example.jp");
    clinic.known(&[known(&full)]).await;
    clinic.users(&[with(full, json!({"email": null, "last_name_kana": "", "first_name_kana": ""}))]).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0014"), ("updated", vec!["セイ", "メイ"]));
    let held = json!({"email": "nanami@example.jp", "last_name_kana": null, "first_name_kana": null});
    assert_holds(&clinic.held("A0014").await, &held);
}

#[tokio::test(flavor = "multi_thread")]
async fn e15_somebody_without_a_mail_is_created_and_never_found_by_name_alone() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let there = with(known(&user("9015", "松本 十和", "")), json!({"email": null}));
    clinic.known(std::slice::from_ref(&there)).await;
    clinic.users(&[with(user("A0015", "松本 十和", ""), json!({"email": null}))]).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0015").0, "created");
    assert_holds(&clinic.held("A0015").await, &json!({"last_name": "松本", "email": null}));
    assert_holds(&clinic.held("9015").await, &there);
}

#[tokio::test(flavor = "multi_thread")]
async fn e15_where_mediment_wants_a_mail_it_is_an_error_of_the_person() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    clinic.set_mediment(json!({"require_email": true})).await;
    let none = with(user("A0015", "松本 十和", ""), json!({"email": ""}));
    clinic.users(&[none, user("N0001", "新 人", "shin@example.jp")]).await;
    for _ in 0..2 {
        let run = clinic.run(&[]).await;
        assert_eq!(run["status"], "完了");
        assert_eq!(
            (outcome(&run, "A0015").0, errors(&run, "A0015")),
            ("rejected", vec!["E_REFUSED メールアドレス".into()])
        );
    }
    assert_eq!(clinic.all_known().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn e17_whoever_has_neither_number_nor_mail_is_left_out() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ strict_seed: true }"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        let nobody = |number: Value, mail: Value| {
            with(user("", "無 名", ""), json!({"number": number, "email": mail}))
        };
        clinic.equal(1).await;
        clinic
            .users(&[
                nobody(Value::Null, Value::Null),
                nobody(json!(" "), json!("")),
                nobody(json!("　"), json!(" ")),
            ])
            .await;
        let run = clinic.twice(&[]).await;
        assert_eq!((&run["skipped"], clinic.writes().await), (&json!({"unidentifiable": 3}), 0));
        assert_eq!(clinic.all_known().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e27_no_office_and_no_department_keep_or_empty_as_the_link_says() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ blank: clear }", "{ strict_seed: true }"]).await;
    for (number, kept) in [(1, true), (2, false), (3, false)] {
        let clinic = stage.clinic(number);
        let placed = user("A0027", "山田 花子", "hanako@example.jp");
        clinic.known(&[known(&placed)]).await;
        clinic.users(&[with(placed, json!({"lodgment_id": null, "department_id": null}))]).await;
        let run = clinic.twice(&[]).await;
        let (expected, held) = if kept {
            (("-", vec![]), json!({"office": "本社", "department1": "営業部"}))
        } else {
            (("updated", vec!["事業所", "所属部署1"]), json!({"office": null, "department1": null}))
        };
        assert_eq!(outcome(&run, "A0027"), expected);
        assert_holds(&clinic.held("A0027").await, &held);
    }
}

/// Also where blanks overwrite: the 部門 is not blank, it is one that can't be named.
#[tokio::test(flavor = "multi_thread")]
async fn e28_a_deleted_department_leaves_the_item_and_warns() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ strict_seed: true }"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        let placed = user("A0028", "加藤 八重", "yae@example.jp");
        clinic.known(&[with(known(&placed), json!({"department1": "旧企画部", "office": "旧本社"}))]).await;
        clinic.users(&[with(placed, json!({"department_id": 7, "lodgment_id": 99}))]).await;
        // Nobody's 部門 can be told otherwise, and an item that nobody has is a reason to stop.
        clinic.equal(1).await;
        let run = clinic.twice(&[]).await;
        assert_eq!((outcome(&run, "A0028"), clinic.writes().await), (("-", vec![]), 0));
        assert_eq!(clinic.held("A0028").await["department1"], "旧企画部");
    }
    assert!(stage.daemon.log().contains("users name an entry that its list doesn't have"));
}

#[tokio::test(flavor = "multi_thread")]
async fn e29_a_renamed_department_reaches_everybody_in_it_and_trips_no_guard() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    clinic.equal(30).await;
    clinic.hrmos(json!({"departments": [{"id": 1, "name": "第一営業部"}]})).await;
    let run = clinic.twice(&[]).await;
    assert_eq!((&run["counts"]["updated"], outcome(&run, "E0030").1), (&json!(30), vec!["所属部署1"]));
    assert!(clinic.all_known().await.iter().all(|held| held["department1"] == "第一営業部"));
    assert_eq!(clinic.batches().await, [("POST employees/batch_update".to_owned(), 30)]);
}

/// E32's items (国籍, 役職 and the like) have no key in any request: every run of these tests is looked at for it.
#[tokio::test(flavor = "multi_thread")]
async fn e30_e31_e32_what_hrmos_has_is_put_back_and_what_it_lacks_is_never_touched() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ strict_seed: true }"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        clinic.equal(1).await;
        clinic.twice(&[]).await;
        let by_hand = json!({
            "employee_number": "E0001", "hired_on": "2019-04-01", "gender": "female", "social_insurance": "未加入",
            "stress_check_target": "対象外", "health_check_target": "対象外", "account_issued": true,
        });
        clinic.mediment(json!({"upsert": [by_hand.clone()]})).await;
        let run = clinic.twice(&[]).await;
        assert_eq!(outcome(&run, "E0001"), ("updated", vec!["入社日"]), "E30");
        let expected = with(by_hand, json!({"hired_on": "2020-04-01"}));
        assert_holds(&clinic.held("E0001").await, &expected);
    }
}
