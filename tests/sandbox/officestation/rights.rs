//! What a login sees and may do depends on its rights (§2 O8, O12; §4.5).

use serde_json::{Value, json};

use crate::support::World;

async fn set(world: &World, login: Value) {
    world.control("settings", json!({"service": "officestation", "login": login})).await;
}

#[tokio::test]
async fn without_the_payroll_right_the_pay_is_absent() {
    let world = World::start().await;
    let session = world.session().await;
    set(&world, json!({"payroll": false})).await;
    let taro = session.get("/employees/A0001").await.body;
    assert!(taro.get("standardMonthlyRemuneration").is_none() && taro.get("position").is_some());
    let token = world.log_in("STDEMO01", "renkei-api", "demo-password").await;
    assert_eq!(token.body["user"]["permissions"]["payroll"], false);
}

#[tokio::test]
async fn a_hidden_category_is_absent_and_read_only() {
    let world = World::start().await;
    let session = world.session().await;
    set(&world, json!({"hiddenCategories": ["社会保険", "緊急連絡先"]})).await;
    let list = session.get("/employees?employeeNumbers=A0001").await.body;
    let taro = &list["items"][0];
    for key in ["healthInsuranceNumber", "pensionFrom", "emergencyPhoneNumber"] {
        assert!(taro.get(key).is_none(), "{key}");
    }
    assert!(taro.get("employmentInsuranceFrom").is_some());
    let refused = session.patch("A0001", json!({"emergencyPhoneNumber": "090-0000-0000"})).await;
    assert_eq!(refused.body["error"]["details"][0]["code"], "READ_ONLY");
}

#[tokio::test]
async fn with_the_basic_information_hidden_every_call_about_people_is_forbidden() {
    let world = World::start().await;
    let session = world.session().await;
    set(&world, json!({"hiddenCategories": ["基本情報"]})).await;
    for path in ["/employees", "/employees/A0001", "/dependents", "/employees/A0001/dependents"] {
        assert_eq!(session.get(path).await.code(), (403, "FORBIDDEN"), "{path}");
    }
    assert_eq!(session.post("/employees/batch", json!({"items": []})).await.code(), (403, "FORBIDDEN"));
    assert_eq!(session.get("/company").await.status, 200);
}

#[tokio::test]
async fn hidden_dependants_are_forbidden() {
    let world = World::start().await;
    let session = world.session().await;
    set(&world, json!({"hiddenCategories": ["扶養家族情報"]})).await;
    assert_eq!(session.get("/dependents").await.code(), (403, "FORBIDDEN"));
    assert_eq!(session.get("/employees").await.status, 200);
}

#[tokio::test]
async fn an_absent_item_is_absent_from_everybody() {
    let world = World::start().await;
    let session = world.session().await;
    world.control("settings", json!({"service": "officestation", "absent": ["phoneNumber"]})).await;
    let list = session.get("/employees?perPage=200").await.body;
    assert!(list["items"].as_array().expect("items").iter().all(|item| item.get("phoneNumber").is_none()));
}
