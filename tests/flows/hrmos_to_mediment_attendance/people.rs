//! Whose attendance it is, and whose is left out: T08 to T14, T16, T17.

use serde_json::{Value, json};

use super::{closed, converted, example, example_with, worker};
use crate::clinic::{ATTENDANCE, EMPLOYEES, Stage, assert_holds, day, known, month, outcome, user, with};

#[tokio::test(flavor = "multi_thread")]
async fn t08_a_correction_arrives_and_what_was_typed_in_by_hand_stays() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    worker(&clinic, &month, "A0008", example()).await;
    clinic.twice(&["month", &month]).await;
    let by_hand = json!({"break_minutes": 1200, "paid_leave_minutes": 60, "late_minutes": 5});
    clinic
        .mediment(json!({"upsert": [{"employee_number": "A0008", "attendances": {&month: by_hand}}]}))
        .await;
    closed(&clinic, &month, json!("A0008"), json!({"late_night_overtime_working_hours": "3:00"})).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!(outcome(&run, "A0008"), ("updated", vec!["遅刻時間", "実深夜時間"]));
    let row =
        json!({"break_minutes": 1200, "paid_leave_minutes": 60, "night_minutes": 180, "late_minutes": 60});
    assert_holds(&clinic.row(&month, "A0008").await, &with(converted(), row));
}

#[tokio::test(flavor = "multi_thread")]
async fn t09_t17_without_a_row_nothing_is_written_and_nothing_taken_away() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    clinic.equal(1).await;
    worker(&clinic, &month, "A0017", example()).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!(run["skipped"], json!({"no_monthly_row": 1}), "T09");
    assert!(clinic.row(&month, "E0001").await.is_null());

    clinic.hrmos(json!({"months": [{"month": month, "user": "A0017", "row": null}]})).await;
    let writes = clinic.writes().await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!((&run["skipped"], clinic.writes().await), (&json!({"no_monthly_row": 2}), writes), "T17");
    assert_holds(&clinic.row(&month, "A0017").await, &converted());
}

/// Beside them E17's, who have neither number nor mail: they can't be found by anything.
#[tokio::test(flavor = "multi_thread")]
async fn t10_whoever_mediment_does_not_surely_know_is_left_out_and_never_created() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    clinic.equal(1).await;
    clinic.known(&[known(&user("9005", "木下 九美", "kumi@example.jp"))]).await;
    clinic.known(&[known(&user("A0023", "前任 太郎", "taro@example.jp"))]).await;
    let nobody = with(user("", "無 名", ""), json!({"number": null, "email": null}));
    let reused = with(
        user("A0023", "後任 次郎", "jiro@example.jp"),
        json!({"first_name_kana": "ジロウ", "start_date": "2026-10-01"}),
    );
    let users = [
        user("N0001", "新 人", "shin@example.jp"),
        with(user("A0007", "高橋 次郎", "jiro.t@example.jp"), json!({"end_date": day(-20)})),
        user("A0005", "中村 九美", "kumi@example.jp"),
        nobody,
        reused,
    ];
    clinic.users(&users).await;
    for id in 1..=6 {
        closed(&clinic, &month, json!(id), example()).await;
    }
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!(run["skipped"], json!({"unknown_employee": 5}), "{run}");
    assert_eq!((&run["counts"]["target"], clinic.all_known().await.len()), (&json!(1), 3));
    assert!(clinic.row(&month, "A0023").await.is_null(), "nobody else's attendance goes to A0023");
}

#[tokio::test(flavor = "multi_thread")]
async fn t11_t12_a_row_belongs_to_its_user_whatever_number_it_shows() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    // T11: the row's number is blank, or somebody else's.
    let users = [user("A0011", "一 一", "one@example.jp"), user("A0012", "二 二", "two@example.jp")];
    clinic.known(&users.each_ref().map(known)).await;
    clinic.users(&users).await;
    closed(&clinic, &month, json!(1), example_with(json!({"number": ""}))).await;
    closed(&clinic, &month, json!(2), example_with(json!({"number": "A0011", "working_days": "12.0"}))).await;
    // T12: mediment has the number from before the last change, or none of either side has one.
    let changed = user("A0013", "三 三", "three@example.jp");
    let unnumbered = with(user("", "四 四", "four@example.jp"), json!({"number": null}));
    clinic.known(&[with(known(&changed), json!({"employee_number": "9013"})), known(&unnumbered)]).await;
    clinic.users(&[changed, unnumbered]).await;
    closed(&clinic, &month, json!(3), example_with(json!({"working_days": "13.0"}))).await;
    closed(&clinic, &month, json!(4), example_with(json!({"working_days": "14.0"}))).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!(run["counts"]["updated"], 4, "{run}");
    for (code, days) in [("A0011", "29.0"), ("A0012", "12.0"), ("9013", "13.0")] {
        assert_eq!(clinic.row(&month, code).await["working_days"], days, "{code}");
    }
    let people = clinic.all_known().await;
    let id = people[3]["id"].as_str().expect("an id");
    assert_eq!(clinic.row(&month, id).await["working_days"], "14.0");
    assert_eq!(outcome(&run, "(ID:4)").0, "updated");
    assert_eq!(people[2]["employee_number"], "9013", "only the other flow writes numbers");

    // The employees' flow moves the number; the row stays with the person.
    clinic.flow(EMPLOYEES).twice(&[]).await;
    let writes = clinic.writes().await;
    clinic.twice(&["month", &month]).await;
    assert_eq!(clinic.writes().await, writes);
    assert_eq!(clinic.row(&month, "A0013").await["working_days"], "13.0");
}

/// `DESIGN` §6: by default people who aren't 承認 or 強制承認 are sent too.
#[tokio::test(flavor = "multi_thread")]
async fn t13_a_month_that_is_not_closed_is_sent_or_left_out_as_the_link_says() {
    let stage = Stage::new(ATTENDANCE, &["{}", "{ only_closed: true }"]).await;
    let month = month(1);
    for (number, skipped) in [(1, json!({})), (2, json!({"not_closed": 3}))] {
        let clinic = stage.clinic(number);
        for (code, status) in [("A0000", 0), ("A0001", 1), ("A0002", 2), ("A0003", 3), ("A0099", 99)] {
            worker(&clinic, &month, code, example()).await;
            clinic.hrmos(json!({"months": [{"month": month, "user": code, "status": status}]})).await;
        }
        let run = clinic.twice(&["month", &month]).await;
        assert_eq!(run["skipped"], skipped, "{run}");
        assert_eq!(clinic.row(&month, "A0002").await.is_null(), number == 2);
        for code in ["A0003", "A0099"] {
            assert_holds(&clinic.row(&month, code).await, &converted());
        }
    }
}

/// T16: a user whose month ends on the 25th has HRMOS勤怠's 稼働月; nothing is cut anew.
#[tokio::test(flavor = "multi_thread")]
async fn t14_t16_known_leavers_and_other_closing_days_are_sent_as_they_are() {
    let stage = Stage::new(ATTENDANCE, &["{}"]).await;
    let (clinic, month) = (stage.clinic(1), month(1));
    worker(&clinic, &month, "A0014", example()).await;
    worker(&clinic, &month, "A0016", example()).await;
    let left = json!({"number": "A0014", "end_date": format!("{month}-15")});
    clinic.hrmos(json!({"upsert": [left, {"number": "A0016", "cutoff_date": 25}]})).await;
    let run = clinic.twice(&["month", &month]).await;
    assert_eq!((&run["counts"]["updated"], &run["skipped"]), (&json!(2), &json!({})));
    for code in ["A0014", "A0016"] {
        assert_holds(&clinic.row(&month, code).await, &converted());
    }
    assert_eq!(
        clinic.held("A0014").await["retired_on"],
        Value::Null,
        "the attendance run writes no 従業員情報"
    );
}
