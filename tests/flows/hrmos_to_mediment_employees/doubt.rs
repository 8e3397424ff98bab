//! People who may be somebody else: E05, E20 to E24.

use serde_json::{Value, json};

use crate::clinic::{Clinic, EMPLOYEES, Stage, assert_holds, errors, known, outcome, user, with};

/// E05: an unknown number with somebody's mail; e23: a known number with nothing else in common.
async fn same_mail_and_used_number(clinic: &Clinic<'_>) -> [Value; 2] {
    let married = known(&user("9005", "木下 九美", "kumi@example.jp"));
    let predecessor = known(&user("A0023", "前任 太郎", "taro@example.jp"));
    clinic.known(&[married.clone(), predecessor.clone()]).await;
    let successor = user("A0023", "後任 次郎", "jiro@example.jp");
    let successor = with(successor, json!({"first_name_kana": "ジロウ", "start_date": "2026-10-01"}));
    clinic.users(&[user("A0005", "中村 九美", "Kumi@example.jp"), successor]).await;
    [married, predecessor]
}

#[tokio::test(flavor = "multi_thread")]
async fn e05_e23_the_same_mail_alone_and_a_number_used_again_are_held() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let [married, predecessor] = same_mail_and_used_number(&clinic).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(
        (outcome(&run, "A0005"), errors(&run, "A0005")),
        (("held", vec![]), vec!["H_SAME_MAIL".into()])
    );
    assert_eq!(
        (outcome(&run, "A0023"), errors(&run, "A0023")),
        (("held", vec![]), vec!["H_NUMBER_REUSED".into()])
    );
    assert_eq!((&run["counts"]["held"], clinic.writes().await), (&json!(2), 0));
    assert_holds(&clinic.held("9005").await, &married);
    assert_holds(&clinic.held("A0023").await, &predecessor);
}

#[tokio::test(flavor = "multi_thread")]
async fn e05_e23_to_the_letter_the_one_is_created_and_the_other_updated() {
    let stage = Stage::new(EMPLOYEES, &["{ strict_seed: true }"]).await;
    let clinic = stage.clinic(1);
    let [married, _] = same_mail_and_used_number(&clinic).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0005").0, "created");
    assert_holds(&clinic.held("9005").await, &married);
    assert_eq!(outcome(&run, "A0023"), ("updated", vec!["メイ", "メールアドレス", "入社日"]));
    assert_holds(&clinic.held("A0023").await, &json!({"last_name": "前任", "email": "jiro@example.jp"}));
}

/// `DESIGN` §6: a marriage changes name and mail, but not 名 and 入社日.
#[tokio::test(flavor = "multi_thread")]
async fn e23_who_was_married_has_the_same_first_name_or_day_of_joining_and_is_updated() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let before = [
        known(&user("A0001", "林 結", "hayashi@example.jp")),
        known(&user("A0002", "森 愛", "mori@example.jp")),
    ];
    clinic.known(&before).await;
    let same_name =
        with(user("A0001", "木村 結衣", "kimura@example.jp"), json!({"start_date": "2021-04-01"}));
    let same_day = with(user("A0002", "原 藍", "hara@example.jp"), json!({"first_name_kana": "ラン"}));
    clinic.users(&[same_name, same_day]).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0001"), ("updated", vec!["姓", "名", "メールアドレス", "入社日"]));
    assert_eq!(outcome(&run, "A0002"), ("updated", vec!["姓", "名", "メイ", "メールアドレス"]));
    assert_eq!(clinic.held("A0001").await["last_name"], "木村");
}

/// Everybody of E20, E21, E22 and E24 on both sides, beside people who agree.
async fn conflicts(clinic: &Clinic<'_>) -> Vec<Value> {
    clinic.equal(12).await;
    let twin = |number: &str| user(number, "小川 愛", "ogawa@example.jp");
    let double = |number: &str| user(number, "斎藤 学", "saito@example.jp");
    let [x, y] = [user("A0122", "田村 一", "x@example.jp"), user("A0123", "野村 二", "y@example.jp")];
    let [left, right] =
        [user("A0241", "左 右子", "left@example.jp"), user("A0242", "右 左子", "right@example.jp")];
    let there: Vec<Value> = [&double("9021"), &double("9022"), &x, &y, &left, &right].map(known).into();
    clinic.known(&there).await;
    let number_of = |person: Value, number: &str| with(person, json!({"number": number}));
    clinic
        .users(&[
            twin("A0201"),
            twin("A0202"),
            double("A0021"),
            number_of(y, "A0122"),
            number_of(left, "A0242"),
            number_of(right, "A0241"),
        ])
        .await;
    there
}

#[tokio::test(flavor = "multi_thread")]
async fn e20_e21_e22_e24_whoever_cannot_be_told_apart_is_written_to_nobody() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ strict_seed: true }"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        let there = conflicts(&clinic).await;
        let run = clinic.twice(&[]).await;
        for (case, code) in [
            ("E20: 氏名 and メールアドレス twice in HRMOS勤怠", "A0201"),
            ("E20", "A0202"),
            ("E21: twice in mediment", "A0021"),
            ("E22: the number of one, name and mail of another", "A0122"),
            ("E24: two swapped their numbers", "A0241"),
            ("E24", "A0242"),
        ] {
            assert_eq!(
                (outcome(&run, code), errors(&run, code)),
                (("rejected", vec![]), vec!["E_CONFLICT".into()]),
                "{case}"
            );
        }
        assert_eq!((&run["counts"]["rejected"], clinic.writes().await), (&json!(6), 0), "{run}");
        let held = clinic.all_known().await;
        assert_eq!(held.len(), 12 + there.len());
        for (held, before) in held[12..].iter().zip(&there) {
            assert_holds(held, before);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_names_everybody_who_was_not_written_and_why() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    conflicts(&clinic).await;
    same_mail_and_used_number(&clinic).await;
    clinic.known(&[known(&user("12", "中田 十二", "juni@example.jp"))]).await;
    let nameless = with(user("A0301", "無 名", "none@example.jp"), json!({"last_name": null}));
    let number = "9".repeat(51);
    let long = user(&number, "長 井", "long@example.jp");
    clinic.users(&[user("0012", "田中 零", "rei@example.jp"), nameless, long]).await;
    clinic.hrmos(json!({"upsert": [{"number": "E0001", "email": "no mail address"}]})).await;
    let named = format!("A9999,A0005,A0023,A0201,A0202,A0021,0012,A0301,E0001,E0002,{number}");
    let run = clinic.run(&["employees", &named]).await;
    assert_eq!(run["status"], "完了", "{run}");
    let run = run["id"].as_str().expect("an id").to_owned();
    let (subject, body) = stage.world.mails(1).await.remove(0);
    insta::assert_snapshot!(format!("{subject}\n\n{}", body.replace(&run, "{run}")));
    let (_, shown, _) = stage.world.renkei(&["history", "--limit", "1"]);
    assert!(shown.contains("完了(エラー"), "{shown}");
}
