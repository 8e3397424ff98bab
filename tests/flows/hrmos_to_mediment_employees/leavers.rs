//! People who left or will leave: E07 to E13.

use serde_json::{Value, json};

use crate::clinic::{Clinic, EMPLOYEES, Stage, assert_holds, day, known, outcome, user, with};

/// Three people of whom mediment knows nothing: left, leaving today, leaving in a month.
async fn unknown_leavers(clinic: &Clinic<'_>) {
    let leaver = |number: &str, name: &str, later: i64| {
        with(user(number, name, &format!("{number}@example.jp")), json!({"end_date": day(later)}))
    };
    let users = [
        leaver("A0007", "高橋 次郎", -20),
        leaver("A0009", "伊藤 四郎", 0),
        leaver("A0008", "田中 三郎", 30),
    ];
    clinic.users(&users).await;
    clinic.equal(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e07_e08_e09_whoever_has_a_day_of_leaving_and_is_unknown_is_left_out() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ strict_seed: true }"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        unknown_leavers(&clinic).await;
        let run = clinic.twice(&[]).await;
        assert_eq!(run["skipped"], json!({"retired_unknown": 3}));
        let counts = &run["counts"];
        assert_eq!((&counts["skipped"], &counts["target"]), (&json!(3), &json!(1)), "no error: {run}");
        assert_eq!(clinic.all_known().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e08_a_link_may_create_whoever_is_still_there_and_will_leave() {
    let stage = Stage::new(EMPLOYEES, &["{ future_leaver: create }"]).await;
    let clinic = stage.clinic(1);
    unknown_leavers(&clinic).await;
    let run = clinic.twice(&[]).await;
    assert_eq!((outcome(&run, "A0008").0, &run["skipped"]), ("created", &json!({"retired_unknown": 2})));
    assert_eq!(clinic.held("A0008").await["retired_on"], day(30).as_str());
}

/// A known leaver's record in mediment, with an account and what was typed in by hand.
async fn known_leaver(clinic: &Clinic<'_>) {
    let left = with(user("A0010", "伊藤 四郎", "shiro@example.jp"), json!({"end_date": day(-3)}));
    let by_hand = json!({"retired_on": null, "office": "大阪支社", "stress_check_target": "対象外", "account_issued": true});
    clinic.known(&[with(known(&left), by_hand)]).await;
    clinic.users(&[left]).await;
    clinic.equal(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e10_a_known_leaver_gets_the_day_and_keeps_record_and_account() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    known_leaver(&clinic).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0010"), ("updated", vec!["事業所", "退職日"]));
    let expected = json!({
        "office": "本社", "retired_on": day(-3), "account_issued": true, "stress_check_target": "対象外", "health_check_target": "対象"
    });
    assert_holds(&clinic.held("A0010").await, &expected);
}

/// `strict_seed` never updates 退職日 either (`DESIGN` §6).
#[tokio::test(flavor = "multi_thread")]
async fn e11_the_day_of_leaving_is_left_alone_where_the_link_says_so() {
    let stage = Stage::new(EMPLOYEES, &["{ retire_date_update: never }", "{ strict_seed: true }"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        known_leaver(&clinic).await;
        let run = clinic.twice(&[]).await;
        assert_eq!(outcome(&run, "A0010"), ("updated", vec!["事業所"]));
        assert_holds(&clinic.held("A0010").await, &json!({"office": "本社", "retired_on": null}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e12_a_withdrawn_day_of_leaving_is_cleared() {
    let stage =
        Stage::new(EMPLOYEES, &["{}", "{ retire_date_update: never }", "{ strict_seed: true }"]).await;
    for (number, kept) in [(1, false), (2, true), (3, true)] {
        let clinic = stage.clinic(number);
        let back = user("A0012", "復職 十二", "back@example.jp");
        clinic.known(&[with(known(&back), json!({"retired_on": day(-40)}))]).await;
        clinic.users(&[back]).await;
        let run = clinic.twice(&[]).await;
        let (expected, held) = if kept {
            (("-", vec![]), json!(day(-40)))
        } else {
            (("updated", vec!["退職日"]), Value::Null)
        };
        assert_eq!(outcome(&run, "A0012"), expected);
        assert_eq!(clinic.held("A0012").await["retired_on"], held);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e13_somebody_whom_only_mediment_knows_stays_as_they_are() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    clinic.equal(2).await;
    clinic.hrmos(json!({"delete": ["E0002"]})).await;
    let before = clinic.held("E0002").await;
    let run = clinic.twice(&[]).await;
    assert_eq!((&run["counts"]["target"], clinic.writes().await), (&json!(1), 0), "{run}");
    assert_eq!(clinic.held("E0002").await, before);
}

/// HRMOS勤怠 lists for good who has left: somebody who came back is there twice, and the record is the one of today.
#[tokio::test(flavor = "multi_thread")]
async fn e12_somebody_who_came_back_as_another_user_keeps_the_record() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    let before = with(user("A0012", "復職 十二", "back@example.jp"), json!({"end_date": day(-400)}));
    let after = with(user("A0012", "復職 十二", "back@example.jp"), json!({"start_date": day(-10)}));
    clinic.known(&[known(&before)]).await;
    clinic.users(&[before, after]).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0012"), ("updated", vec!["入社日", "退職日"]));
    assert_eq!(run["skipped"], json!({"rehired": 1}));
    assert_holds(&clinic.held("A0012").await, &json!({"hired_on": day(-10), "retired_on": null}));
}
