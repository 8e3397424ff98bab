//! Creating and updating one employee (§4.5, §4.7).

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World, send};

fn newcomer() -> Value {
    json!({
        "employeeNumber": "N0001", "lastName": "新", "firstName": "人", "lastNameKana": "シン", "firstNameKana": "ジン",
        "gender": "男性", "birthDate": "2000-01-01", "hireDate": "2026-11-01",
    })
}

/// Item and code of every reported mistake.
fn mistakes(answer: &Answer) -> Vec<(&str, &str)> {
    assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{:?}", answer.body);
    let details = answer.body["error"]["details"].as_array().expect("details");
    details.iter().map(|d| (d["item"].as_str().unwrap_or(""), d["code"].as_str().unwrap_or(""))).collect()
}

#[tokio::test]
async fn somebody_is_created_with_defaults_and_only_once() {
    let world = World::start().await;
    let session = world.session().await;
    let created = session.post("/employees", newcomer()).await;
    assert_eq!(created.status, 201, "{:?}", created.body);
    assert_eq!((&created.body["version"], &created.body["status"]), (&json!(1), &json!("active")));
    assert_eq!(created.body["employeeCategory"], "正社員");
    assert_eq!(created.body["employeeCategoryFrom"], "2026-11-01");
    assert_eq!(session.get("/employees/N0001").await.body, created.body);
    let again = session.post("/employees", newcomer()).await;
    assert_eq!(again.code(), (409, "DUPLICATE_EMPLOYEE_NUMBER"));
}

#[tokio::test]
async fn everything_that_is_missing_is_reported_at_once() {
    let world = World::start().await;
    let session = world.session().await;
    let answer = session.post("/employees", json!({"employeeNumber": "N0001", "lastName": " "})).await;
    let missing = ["lastName", "firstName", "lastNameKana", "firstNameKana", "gender", "birthDate"];
    assert_eq!(mistakes(&answer), missing.map(|item| (item, "REQUIRED")));
    let first = &answer.body["error"]["details"][0];
    assert_eq!((&first["label"], &first["message"]), (&json!("氏"), &json!("氏は必須です。")));
}

#[tokio::test]
async fn each_rule_has_its_code() {
    let world = World::start().await;
    world.control("settings", json!({"service": "officestation", "rate_per_minute": 0})).await;
    let session = world.session().await;
    for (item, value, code) in [
        ("lastNameKana", json!("やまだ"), "NOT_KATAKANA"),
        ("cityKana", json!("千代田"), "NOT_KATAKANA"),
        ("gender", json!("不明"), "INVALID_CHOICE"),
        ("prefecture", json!("江戸"), "INVALID_CHOICE"),
        ("employeeCategoryDetail", json!("管理職"), "INVALID_CHOICE"),
        ("emergencyRelationship", json!("友人"), "INVALID_CHOICE"),
        ("birthDate", json!("1990-02-30"), "INVALID_DATE"),
        ("birthDate", json!("2026-11-22"), "INVALID_DATE"),
        ("hireDate", json!("平成元年"), "INVALID_DATE"),
        ("email", json!("taro.example.jp"), "INVALID_FORMAT"),
        ("phoneNumber", json!("03(0000)0000"), "INVALID_FORMAT"),
        ("postalCode", json!("100-00011"), "INVALID_FORMAT"),
        ("position", json!("長".repeat(51)), "TOO_LONG"),
        ("mobilePhoneNumber", json!("0".repeat(21)), "TOO_LONG"),
        ("note", json!(12), "INVALID_FORMAT"),
        ("lastName", Value::Null, "REQUIRED"),
        ("gender", json!(""), "REQUIRED"),
        ("retireDate", json!("2015-03-31"), "DATE_ORDER"),
        ("standardMonthlyRemuneration", json!("1"), "READ_ONLY"),
        ("employeeNumber", json!("A9999"), "READ_ONLY"),
        ("status", json!("retired"), "READ_ONLY"),
        ("ledgers", json!([]), "READ_ONLY"),
    ] {
        let answer = session.patch("A0001", json!({ item: value })).await;
        assert_eq!(mistakes(&answer), [(item, code)], "{value}");
    }
    let long = session.patch("A0001", json!({"position": "長".repeat(51)})).await;
    assert_eq!(long.body["error"]["details"][0]["message"], "役職は50文字以内で入力してください。");
}

#[tokio::test]
async fn values_are_converted_before_they_are_checked() {
    let world = World::start().await;
    let session = world.session().await;
    let answer = session
        .patch(
            "A0001",
            json!({"lastNameKana": "ﾔﾏﾀﾞ", "prefecture": "大阪府吹田市", "hireDate": "2015/04/02", "street": " 2-2 ",
                   "postalCode": "5640051"}),
        )
        .await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let get = |key: &str| answer.body[key].as_str().unwrap_or("").to_owned();
    assert_eq!((get("lastNameKana"), get("prefecture")), ("ヤマダ".into(), "大阪府".into()));
    assert_eq!((get("hireDate"), get("street")), ("2015-04-02".into(), "2-2".into()));
}

#[tokio::test]
async fn what_is_sent_changes_what_is_not_sent_stays_and_blank_clears() {
    let world = World::start().await;
    let session = world.session().await;
    let before = session.get("/employees/A0001").await.body;
    let changed =
        session.patch("A0001", json!({"email": "new@example.jp", "phoneNumber": null, "position": ""})).await;
    assert_eq!(
        (&changed.body["email"], &changed.body["phoneNumber"]),
        (&json!("new@example.jp"), &Value::Null)
    );
    assert_eq!((&changed.body["position"], &changed.body["city"]), (&Value::Null, &before["city"]));
    assert_eq!(changed.body["version"], json!(2));
    world.control("clock", json!({"advance_seconds": 60})).await;
    let same = session.patch("A0001", json!({"email": "new@example.jp"})).await;
    assert_eq!(same.body, changed.body);
    assert_eq!(session.patch("nobody", json!({})).await.code(), (404, "EMPLOYEE_NOT_FOUND"));
}

#[tokio::test]
async fn a_stale_version_is_a_conflict() {
    let world = World::start().await;
    let session = world.session().await;
    let patch = |version: &'static str, position: &'static str| {
        let request = session.request(Method::PATCH, "/employees/A0001").header("If-Match", version);
        send(request.json(&json!({"position": position})))
    };
    assert_eq!(patch("\"1\"", "部長").await.status, 200);
    assert_eq!(patch("\"1\"", "係長").await.code(), (409, "VERSION_CONFLICT"));
    assert_eq!(patch("\"2\"", "係長").await.status, 200);
}

#[tokio::test]
async fn an_unknown_key_refuses_the_request() {
    let world = World::start().await;
    let session = world.session().await;
    let answer = session.patch("A0001", json!({"email": "x@example.jp", "myNumber": "1"})).await;
    assert_eq!(answer.code(), (400, "UNKNOWN_FIELD"));
    assert_eq!(session.get("/employees/A0001").await.body["email"], "taro@example.jp");
}

#[tokio::test]
async fn over_long_text_is_cut_only_when_the_switch_is_on() {
    let world = World::start().await;
    let session = world.session().await;
    world.control("settings", json!({"service": "officestation", "truncate_overlong": true})).await;
    let answer = session.patch("A0001", json!({"position": "長".repeat(60)})).await;
    assert_eq!(answer.body["position"], json!("長".repeat(50)));
}
