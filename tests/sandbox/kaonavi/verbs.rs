//! The verbs that replace and delete: a link must be shown not to use them, so they do what they say.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{SELF_SHEET, Service, members};

#[tokio::test]
async fn put_clears_what_is_not_sent_of_everybody() {
    let service = Service::start().await;
    service.write(Method::PUT, "/members", members(json!([{"code": "E001", "name": "佐藤 明"}]))).await;
    let (named, other) = (service.member("E001").await, service.member("E003").await);
    assert_eq!(
        (&named["name"], &named["mail"], &named["department"]),
        (&json!("佐藤 明"), &json!(""), &Value::Null)
    );
    assert_eq!((&other["name"], &other["entered_date"]), (&json!(""), &json!("")));
    let own = service.get(&service.sheet_path(SELF_SHEET).await).await;
    assert_eq!(own["member_data"].as_array().map(Vec::len), Some(2), "sheets stay");
}

#[tokio::test]
async fn put_registers_nobody() {
    let service = Service::start().await;
    let errors =
        service.refused(Method::PUT, "/members", members(json!([{"code": "N100", "name": "新"}]))).await;
    assert_eq!(errors.len(), 1, "{errors:?}");
}

#[tokio::test]
async fn overwrite_deletes_who_is_not_sent_and_registers_who_is_new() {
    let service = Service::start().await;
    let body = members(json!([{"code": "E001", "name": "佐藤 明"}, {"code": "N100", "name": "新"}]));
    service.write(Method::PUT, "/members/overwrite", body).await;
    let all = service.store.read(None);
    let codes: Vec<&Value> = all.as_array().into_iter().flatten().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["E001", "N100"]);
    assert_eq!(all[0][SELF_SHEET]["都道府県"], "東京都");
}

#[tokio::test]
async fn delete_removes_the_named() {
    let service = Service::start().await;
    service.write(Method::POST, "/members/delete", json!({"codes": ["E003"]})).await;
    assert_eq!(service.member("E003").await, Value::Null);
    for codes in [json!(["E003"]), json!([]), json!(["E001", "E001"]), json!([null])] {
        service.refused(Method::POST, "/members/delete", json!({ "codes": codes })).await;
    }
    assert_ne!(service.member("E001").await, Value::Null);
}

#[tokio::test]
async fn sheet_put_takes_the_records_of_who_is_not_sent() {
    let service = Service::start().await;
    let fields = service.fields(SELF_SHEET, &[("役職", "課長")]).await;
    let body = members(json!([{"code": "E002", "records": [{"custom_fields": fields}]}]));
    service.write(Method::PUT, &service.sheet_path(SELF_SHEET).await, body).await;
    assert_eq!(service.store.read(Some("E001"))[SELF_SHEET], json!({}));
    assert_eq!(service.store.read(Some("E002"))[SELF_SHEET], json!({"役職": "課長"}));
}
