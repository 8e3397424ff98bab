//! `POST /employees/batch_create`.

use serde_json::{Value, json};

use super::support::{Service, errors, person};

#[tokio::test]
async fn the_service_fills_in_its_three_items_and_issues_no_account() {
    let service = Service::start().await;
    let results = service.create(json!([person("A0010", "高橋", "恵", "megumi@example.jp")])).await;
    assert_eq!(results, json!([{"index": 0, "status": "created", "id": "emp_000005"}]));
    let created = service.employee("emp_000005").await;
    assert_eq!(created["employee_number"], "A0010");
    for (key, text) in
        [("social_insurance", "加入"), ("stress_check_target", "対象"), ("health_check_target", "対象")]
    {
        assert_eq!(created[key], text);
    }
    assert_eq!((&created["account_issued"], &created["office"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn what_is_given_for_the_three_items_is_kept() {
    let service = Service::start().await;
    let mut given = person("A0010", "高橋", "恵", "megumi@example.jp");
    given["stress_check_target"] = json!("対象外");
    service.create(json!([given])).await;
    let created = service.employee("emp_000005").await;
    assert_eq!(
        (&created["stress_check_target"], &created["health_check_target"]),
        (&json!("対象外"), &json!("対象"))
    );
}

#[tokio::test]
async fn a_wrong_record_is_an_error_of_its_own_and_the_others_are_created() {
    let service = Service::start().await;
    let mut bad = person("A0011", "田中", "実", "no mail");
    bad["last_name_kana"] = json!("たなか");
    bad["hired_on"] = json!("2026-02-30");
    bad["gender"] = json!("女性");
    let results = service
        .create(json!([
            person("A0010", "高橋", "恵", "megumi@example.jp"),
            bad,
            person("A0012", "伊藤", "学", "manabu@example.jp")
        ]))
        .await;
    assert_eq!(results[0], json!({"index": 0, "status": "created", "id": "emp_000005"}));
    assert_eq!(results[2], json!({"index": 2, "status": "created", "id": "emp_000006"}));
    assert_eq!(results[1]["index"], 1);
    let known = [
        ("セイ", "invalid_format"),
        ("メールアドレス", "invalid_format"),
        ("入社日", "invalid_date"),
        ("性別", "invalid_format"),
    ];
    assert_eq!(errors(&results[1]), known.map(|(item, code)| (item.into(), code.into())));
    let first = &results[1]["errors"][1];
    assert_eq!(first["field"], "email");
    let message = first["message"].as_str().expect("a text");
    assert!(message.contains("「no mail」"), "a service may well quote what it was sent: {message}");
    assert_eq!(service.get("/employees").await["total_count"], 6);
}

#[tokio::test]
async fn a_name_is_required_and_a_number_or_mail_is_not() {
    let service = Service::start().await;
    let results = service
        .create(json!([
            {"employee_number": "A0010", "first_name": "恵"},
            {"employee_number": "A0010", "last_name": "", "first_name": null},
            {"employee_number": "A0010", "last_name": " ", "first_name": "恵"},
            {"last_name": "高橋", "first_name": "恵"},
            {"employee_number": "", "last_name": "伊藤", "first_name": "学", "email": null},
        ]))
        .await;
    let required = |items: &[&str]| -> Vec<(String, String)> {
        items.iter().map(|item| ((*item).to_owned(), "required".to_owned())).collect()
    };
    assert_eq!(errors(&results[0]), required(&["姓"]));
    assert_eq!(errors(&results[1]), required(&["姓", "名"]));
    assert_eq!(errors(&results[2]), required(&["姓"]));
    assert_eq!((&results[3]["status"], &results[4]["status"]), (&json!("created"), &json!("created")));
    assert_eq!(service.employee("emp_000006").await["employee_number"], Value::Null);
}

#[tokio::test]
async fn a_number_belongs_to_one_employee_exactly_as_it_is_written() {
    let service = Service::start().await;
    let results = service
        .create(json!([
            person("A0001", "高橋", "恵", "a@example.jp"),
            person("a0001", "高橋", "恵", "b@example.jp"),
            person("A0010", "高橋", "恵", "c@example.jp"),
            person("A0010", "高橋", "恵", "d@example.jp"),
            person(&"9".repeat(51), "高橋", "恵", "e@example.jp"),
        ]))
        .await;
    let taken = vec![("社員番号".to_owned(), "duplicate_employee_number".to_owned())];
    assert_eq!(errors(&results[0]), taken);
    assert_eq!((&results[1]["status"], &results[2]["status"]), (&json!("created"), &json!("created")));
    assert_eq!(errors(&results[3]), taken, "the one before has it now");
    assert_eq!(errors(&results[4]), [("社員番号".to_owned(), "too_long".to_owned())]);
}

#[tokio::test]
async fn the_same_name_and_mail_are_one_person_and_only_one_of_them_is_not() {
    let service = Service::start().await;
    let results = service
        .create(json!([
            person("A0010", "山田", "花 子", "HANAKO@example.jp"),
            person("A0011", "山田", "花子", "other@example.jp"),
            person("A0012", "山本", "花子", "hanako@example.jp"),
            {"last_name": "山田", "first_name": "花子"},
        ]))
        .await;
    assert_eq!(errors(&results[0]), [("メールアドレス".to_owned(), "duplicate_name_email".to_owned())]);
    for index in 1..4 {
        assert_eq!(results[index]["status"], "created", "{index}");
    }
}
