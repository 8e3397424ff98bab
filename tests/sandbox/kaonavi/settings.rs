//! Changing the layout and the rights of a tenant.

use reqwest::Method;
use serde_json::json;

use super::support::{BASIC, DEPENDENTS, SELF_SHEET, Service, answer, members};

#[tokio::test]
async fn an_english_tenant_names_the_standard_items_in_ascii() {
    let service = Service::start().await;
    service.store.settings(&json!({"language": "en"})).expect("a known setting");
    let layout = service.get("/member_layouts").await;
    let names = layout.as_object().into_iter().flatten().filter(|(key, _)| *key != "custom_fields");
    assert!(
        names.clone().count() == 10
            && names.clone().all(|(_, field)| field["name"].as_str().is_some_and(str::is_ascii))
    );
    service.store.settings(&json!({"language": "ja"})).expect("a known setting");
    assert_eq!(service.get("/member_layouts").await["name"]["name"], "氏名");
}

#[tokio::test]
async fn sheets_and_items_can_be_renamed_doubled_and_removed() {
    let service = Service::start().await;
    let order = json!({
        "rename_item": [{"sheet": SELF_SHEET, "from": "役職", "to": "職位"},
            {"sheet": BASIC, "from": "性別", "to": "性"}],
        "remove_item": [{"sheet": SELF_SHEET, "item": "部署メモ"},
            {"sheet": BASIC, "item": "生年月日"}, {"sheet": BASIC, "item": "所属"}],
        "duplicate_item": {"sheet": SELF_SHEET, "item": "電話番号"},
        "duplicate_sheet": DEPENDENTS,
    });
    service.store.settings(&order).expect("known settings");
    let layout = service.get("/member_layouts").await;
    assert_eq!((layout["gender"]["name"].as_str(), layout.get("birthday")), (Some("性"), None));
    let own = service.sheet(SELF_SHEET).await;
    let count = |name: &str| {
        own["custom_fields"].as_array().into_iter().flatten().filter(|one| one["name"] == name).count()
    };
    assert_eq!([count("役職"), count("職位"), count("部署メモ"), count("電話番号")], [0, 1, 0, 2]);
    let all = service.get("/sheet_layouts").await;
    assert_eq!(
        all["sheets"].as_array().into_iter().flatten().filter(|one| one["name"] == DEPENDENTS).count(),
        2
    );
    assert!(service.member("E001").await.get("birthday").is_none());
    for mut gone in [json!({"birthday": "1990-01-01"}), json!({"department": {"code": "D0311"}})] {
        gone["code"] = json!("E001");
        service.refused(Method::PATCH, "/members", members(json!([gone]))).await;
    }

    service
        .store
        .settings(&json!({"rename_sheet": {"from": SELF_SHEET, "to": "本人"}}))
        .expect("a known setting");
    assert_eq!(service.sheet("本人").await["id"], own["id"]);
}

#[tokio::test]
async fn value_lists_and_lengths_can_be_changed() {
    let service = Service::start().await;
    let order = json!({
        "enum": {"sheet": BASIC, "item": "性別", "values": ["男", "女"]},
        "max_length": {"sheet": BASIC, "item": "氏名", "max_length": 3},
        "strict_dates": true,
    });
    service.store.settings(&order).expect("known settings");
    service
        .write(Method::PATCH, "/members", members(json!([{"code": "E001", "gender": "女", "name": "あ い"}])))
        .await;
    let wrong = json!({"code": "E001", "gender": "女性", "name": "あ いう", "birthday": "2000/01/01"});
    let errors = service.refused(Method::PATCH, "/members", members(json!([wrong]))).await;
    assert_eq!(errors.len(), 3, "{errors:?}");
}

#[tokio::test]
async fn a_disabled_operation_answers_403() {
    let service = Service::start().await;
    let path = service.sheet_path(SELF_SHEET).await;
    let other = service.sheet_path(DEPENDENTS).await;
    let order = json!({"disable": ["PATCH /members", format!("GET /sheets/{SELF_SHEET}")]});
    service.store.settings(&order).expect("a known setting");
    let body = members(json!([{"code": "E001", "name": "x"}]));
    assert_eq!(service.send(Method::PATCH, "/members", body.clone()).await.0, 403);
    assert_eq!(answer(service.request(Method::GET, &path)).await.0, 403);
    service.get(&other).await;
    service.get("/members").await;
    service.store.settings(&json!({"disable": ["GET /sheets"]})).expect("a known setting");
    assert_eq!(answer(service.request(Method::GET, &other)).await.0, 403);
    service.write(Method::PATCH, "/members", body).await;
}

#[tokio::test]
async fn a_wrong_setting_is_refused_and_none_is_applied() {
    let service = Service::start().await;
    for bad in [
        json!({"task_ms": 1, "no_such": 1}),
        json!({"task_ms": -1}),
        json!({"rename_sheet": {"from": "謎", "to": "x"}}),
        json!({"language": "ja", "enum": {"sheet": BASIC, "item": "謎", "values": []}}),
        json!({"remove_item": {"sheet": BASIC, "item": "社員番号"}}),
        json!({"rename_sheet": {"from": SELF_SHEET, "to": "本人"}, "required": {"sheet": SELF_SHEET, "item": "役職"}}),
        json!([]),
    ] {
        assert!(service.store.settings(&bad).is_err(), "{bad}");
    }
    service.sheet(SELF_SHEET).await;
}
