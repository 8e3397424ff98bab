//! Reading and writing sheets.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{DEPENDENTS, HISTORY, SELF_SHEET, Service, answer, members, object};

fn one(code: &str, records: Value) -> Value {
    let mut entry = object("records", records);
    entry["code"] = json!(code);
    members(json!([entry]))
}

#[tokio::test]
async fn a_sheet_lists_only_members_with_records_and_only_filled_items() {
    let service = Service::start().await;
    let path = service.sheet_path(SELF_SHEET).await;
    let body = service.get(&path).await;
    assert_eq!((&body["name"], &body["record_type"]), (&json!(SELF_SHEET), &json!(0)));
    assert_eq!(path, format!("/sheets/{}", body["id"]));
    assert!(body["updated_at"].is_string());
    let codes: Vec<&Value> =
        body["member_data"].as_array().into_iter().flatten().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["E001", "E003"]);
    let fields = &body["member_data"][1]["records"][0]["custom_fields"];
    assert_eq!((&fields[0]["name"], &fields[0]["values"]), (&json!("都道府県"), &json!(["大阪府"])));
    assert_eq!(fields.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn an_unknown_sheet_answers_404_to_reads_and_writes() {
    let service = Service::start().await;
    assert_eq!(answer(service.request(Method::GET, "/sheets/999999")).await.0, 404);
    assert_eq!(service.send(Method::PATCH, "/sheets/999999", one("E001", json!([]))).await.0, 404);
}

#[tokio::test]
async fn a_single_record_patch_keeps_other_items_and_makes_the_record_when_missing() {
    let service = Service::start().await;
    let path = service.sheet_path(SELF_SHEET).await;
    let fields = service.fields(SELF_SHEET, &[("市区町村", ""), ("役職", "課長")]).await;
    service.write(Method::PATCH, &path, one("E001", json!([{ "custom_fields": fields }]))).await;
    let expected = json!({"都道府県": "東京都", "役職": "課長", "社員区分": "正社員"});
    assert_eq!(service.store.read(Some("E001"))[SELF_SHEET], expected);
    service.write(Method::PATCH, &path, one("E002", json!([{ "custom_fields": fields }]))).await;
    assert_eq!(service.store.read(Some("E002"))[SELF_SHEET], json!({"役職": "課長"}));
}

#[tokio::test]
async fn a_multi_record_patch_replaces_the_whole_list_in_the_order_sent() {
    let service = Service::start().await;
    let path = service.sheet_path(DEPENDENTS).await;
    let child = service.fields(DEPENDENTS, &[("氏名", "佐藤 二"), ("続柄", "子")]).await;
    let wife = service.fields(DEPENDENTS, &[("氏名", "佐藤 花"), ("続柄", "妻")]).await;
    let records = json!([{ "custom_fields": child }, { "custom_fields": wife }]);
    service.write(Method::PATCH, &path, one("E001", records)).await;
    let expected = json!([{"氏名": "佐藤 二", "続柄": "子"}, {"氏名": "佐藤 花", "続柄": "妻"}]);
    assert_eq!(
        service.store.read(Some("E001"))[DEPENDENTS],
        expected,
        "items left out of a record become empty"
    );
    service.write(Method::PATCH, &path, one("E001", json!([]))).await;
    assert_eq!(service.get(&path).await["member_data"], json!([]), "an empty list deletes");
}

#[tokio::test]
async fn add_appends_to_multi_record_sheets_only() {
    let service = Service::start().await;
    let path = service.sheet_path(DEPENDENTS).await;
    let fields = service.fields(DEPENDENTS, &[("氏名", "佐藤 三")]).await;
    let body = one("E001", json!([{ "custom_fields": fields }]));
    service.write(Method::POST, &format!("{path}/add"), body.clone()).await;
    service.write(Method::POST, &format!("{path}/add"), body).await;
    let names: Vec<Value> = service.store.read(Some("E001"))[DEPENDENTS]
        .as_array()
        .into_iter()
        .flatten()
        .map(|record| record["氏名"].clone())
        .collect();
    assert_eq!(names, ["佐藤 花", "佐藤 一", "佐藤 三", "佐藤 三"], "a repeated request doubles records");
    service.refused(Method::POST, &format!("{path}/add"), one("E001", json!([]))).await;
    let single = service.sheet_path(SELF_SHEET).await;
    let fields = service.fields(SELF_SHEET, &[("役職", "課長")]).await;
    service
        .refused(Method::POST, &format!("{single}/add"), one("E001", json!([{ "custom_fields": fields }])))
        .await;
}

#[tokio::test]
async fn wrong_records_are_refused_and_nothing_is_written() {
    let service = Service::start().await;
    let before = service.store.read(None);
    let (own, dependents) = (service.sheet_path(SELF_SHEET).await, service.sheet_path(DEPENDENTS).await);
    let post = service.fields(SELF_SHEET, &[("役職", "課長")]).await;
    let phone = service.fields(SELF_SHEET, &[("電話番号", "012345678901234567890")]).await;
    let category = service.fields(SELF_SHEET, &[("社員区分", "アルバイト")]).await;
    let date = service.fields(SELF_SHEET, &[("健康保険資格取得日", "2026-02-30")]).await;
    let file = service.fields("面談メモ", &[("添付", "a.pdf")]).await;
    let record = |fields: &Value| json!([{ "custom_fields": fields }]);
    for records in [
        json!([{"custom_fields": post}, {"custom_fields": post}]),
        json!([]),
        json!(null),
        json!([{}]),
        record(&json!([])),
        record(&phone),
        record(&category),
        record(&date),
        record(&json!([{"id": post[0]["id"], "values": [null]}])),
        record(&json!([{"id": post[0]["id"], "values": null}])),
        record(&json!([{"id": post[0]["id"], "values": []}])),
        record(&json!([{"id": post[0]["id"], "values": [3]}])),
        record(&json!([{"id": post[0]["id"], "values": ["課長", "部長"]}])),
        record(&json!([post[0], post[0]])),
        record(&json!([{"id": 1, "values": ["x"]}])),
        record(&file),
    ] {
        service.refused(Method::PATCH, &own, one("E001", records)).await;
    }
    let good = record(&post);
    service.refused(Method::PATCH, &own, one("E999", good.clone())).await;
    let twice = members(json!([{"code": "E001", "records": good}, {"code": "E001", "records": good}]));
    service.refused(Method::PATCH, &own, twice).await;
    service.refused(Method::PATCH, &dependents, one("E001", good)).await;
    let memo = service.sheet_path("面談メモ").await;
    service.refused(Method::PATCH, &memo, one("E001", record(&file))).await;
    service.clock.advance(60);
    assert_eq!(service.store.read(None), before);
}

#[tokio::test]
async fn required_items_of_a_record_have_to_be_there() {
    let service = Service::start().await;
    let path = service.sheet_path(HISTORY).await;
    let without = service.fields(HISTORY, &[("所属名", "総務部")]).await;
    let errors =
        service.refused(Method::PATCH, &path, one("E002", json!([{ "custom_fields": without }]))).await;
    assert!(errors[0].contains("発令日"), "{errors:?}");
    let with = service.fields(HISTORY, &[("所属名", "総務部"), ("発令日", "2026-04-01")]).await;
    service.write(Method::PATCH, &path, one("E002", json!([{ "custom_fields": with }]))).await;

    let order = json!({"required": {"sheet": SELF_SHEET, "item": "都道府県", "required": true}});
    service.store.settings(&order).expect("a known setting");
    let own = service.sheet_path(SELF_SHEET).await;
    let post = service.fields(SELF_SHEET, &[("役職", "課長")]).await;
    service.write(Method::PATCH, &own, one("E001", json!([{ "custom_fields": post }]))).await;
    service.refused(Method::PATCH, &own, one("E002", json!([{ "custom_fields": post }]))).await;
    let clear = service.fields(SELF_SHEET, &[("都道府県", "")]).await;
    service.refused(Method::PATCH, &own, one("E001", json!([{ "custom_fields": clear }]))).await;
}
