//! Layouts and departments.

use serde_json::{Value, json};

use super::support::{DEPENDENTS, HISTORY, SELF_SHEET, Service, answer};

fn names(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect()
}

#[tokio::test]
async fn the_member_layout_has_the_ten_standard_items() {
    let service = Service::start().await;
    let layout = service.get("/member_layouts").await;
    assert_eq!(
        layout["code"],
        json!({"name": "社員番号", "required": true, "type": "string", "max_length": 50, "enum": []})
    );
    assert_eq!(
        layout["gender"],
        json!({"name": "性別", "required": false, "type": "enum", "max_length": null, "enum": ["男性", "女性"]})
    );
    assert_eq!(layout["sub_departments"]["type"], "department[]");
    assert_eq!(layout["birthday"]["type"], "date");
    assert_eq!(layout.as_object().map(serde_json::Map::len), Some(11));
}

#[tokio::test]
async fn calculated_items_are_listed_only_when_asked_for() {
    let service = Service::start().await;
    let layout = service.get("/member_layouts").await;
    assert_eq!(names(&layout["custom_fields"]), ["等級", "資格"]);
    assert_eq!(layout["custom_fields"][0]["enum"], json!(["G1", "G2", "G3", "G4", "G5", null]));
    assert_eq!(layout["custom_fields"][1]["type_detail"], "check_box");
    let layout = service.get("/member_layouts?get_calc_type=true").await;
    let calculated = &layout["custom_fields"][2];
    assert_eq!((&calculated["name"], &calculated["type"]), (&json!("勤続表示"), &json!("calc")));
    assert_eq!((&calculated["read_only"], &calculated["enum"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn sheets_are_listed_with_record_type_and_items() {
    let service = Service::start().await;
    let body = service.get("/sheet_layouts").await;
    assert_eq!(names(&body["sheets"]), [HISTORY, SELF_SHEET, "面談メモ", DEPENDENTS]);
    let types: Vec<&Value> =
        body["sheets"].as_array().into_iter().flatten().map(|one| &one["record_type"]).collect();
    assert_eq!(types, [1, 0, 0, 1]);
    let own = service.sheet(SELF_SHEET).await;
    assert_eq!(names(&own["custom_fields"]).len(), 39);
    let phone =
        own["custom_fields"].as_array().into_iter().flatten().find(|field| field["name"] == "電話番号");
    assert_eq!(phone.map(|field| &field["max_length"]), Some(&json!(20)));
    let one = service.get(&format!("/sheet_layouts/{}", own["id"])).await;
    assert_eq!(one, own);
    let (status, _) = answer(service.request(reqwest::Method::GET, "/sheet_layouts/999999")).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn ids_are_unique_in_a_tenant_and_differ_between_tenants() {
    let ids = async |key: &str| {
        let service = Service::with_key(key).await;
        let body = service.get("/sheet_layouts").await;
        let sheets = body["sheets"].as_array().cloned().unwrap_or_default();
        let fields =
            sheets.iter().flat_map(|sheet| sheet["custom_fields"].as_array().cloned().unwrap_or_default());
        let mut ids: Vec<u64> = fields.filter_map(|field| field["id"].as_u64()).collect();
        ids.sort_unstable();
        (sheets[0]["id"].as_u64(), ids)
    };
    let (first_sheet, first) = ids("demo-key").await;
    let (second_sheet, second) = ids("demo-key-2").await;
    let mut unique = first.clone();
    unique.dedup();
    assert_eq!(unique, first);
    assert_ne!(first_sheet, second_sheet);
    assert_ne!(first, second);
}

#[tokio::test]
async fn departments_are_a_flat_list_with_parents() {
    let service = Service::start().await;
    let body = service.get("/departments").await;
    let list = body["department_data"].as_array().expect("a list");
    let one = list.iter().find(|one| one["code"] == "D0311").expect("the tree has it");
    assert_eq!((&one["name"], &one["parent_code"]), (&json!("労務課"), &json!("D0310")));
    assert_eq!(list.iter().filter(|one| one["name"] == "営業1課").count(), 2, "a name is not an identity");
}
