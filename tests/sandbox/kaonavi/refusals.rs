//! What is refused of a member: at once, all problems named, nothing written.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{BASIC, SELF_SHEET, Service, members};

#[tokio::test]
async fn every_wrong_value_is_refused() {
    let service = Service::start().await;
    let before = service.store.read(None);
    let grade = service.fields(BASIC, &[("等級", "G9")]).await;
    let calculated = service.fields(BASIC, &[("勤続表示", "3年")]).await;
    let of_a_sheet = service.fields(SELF_SHEET, &[("役職", "課長")]).await;
    let grade_id = &grade[0]["id"];
    for wrong in [
        json!({"gender": "女"}),
        json!({"gender": null}),
        json!({"mail": "no address"}),
        json!({"mail": "あ".repeat(101)}),
        json!({"name": "あ".repeat(101)}),
        json!({"name": 5}),
        json!({"entered_date": "2026-13-01"}),
        json!({"birthday": "19890102"}),
        json!({"retired_date": null}),
        json!({"age": 30}),
        json!({"id": 1}),
        json!({"years_of_service": "1年0ヵ月"}),
        json!({"face_image": null}),
        json!({"unknown": "x"}),
        json!({"department": {"code": "D9999"}}),
        json!({"department": "D0311"}),
        json!({"sub_departments": {"code": "D0311"}}),
        json!({"custom_fields": grade}),
        json!({"custom_fields": calculated}),
        json!({"custom_fields": of_a_sheet}),
        json!({"custom_fields": [{"id": grade_id, "values": ["G1", "G2"]}]}),
        json!({"custom_fields": [{"id": grade_id, "values": [null]}]}),
        json!({"custom_fields": [{"id": grade_id, "values": []}]}),
        json!({"custom_fields": [{"id": grade_id}]}),
        json!({"custom_fields": null}),
    ] {
        let mut entry = wrong;
        entry["code"] = json!("E001");
        let errors = service.refused(Method::PATCH, "/members", members(json!([entry]))).await;
        assert_eq!(errors.len(), 1, "{entry}: {errors:?}");
    }
    service.clock.advance(60);
    assert_eq!(service.store.read(None), before);
}

#[tokio::test]
async fn wrong_codes_are_refused() {
    let service = Service::start().await;
    for body in [
        json!([{"code": "E999", "name": "x"}]),
        json!([{"code": "", "name": "x"}]),
        json!([{"code": 1, "name": "x"}]),
        json!([{"name": "x"}]),
        json!([{"code": "E001", "name": "x"}, {"code": "E001", "name": "y"}]),
        json!(["E001"]),
        json!([]),
        json!({"code": "E001"}),
    ] {
        service.refused(Method::PATCH, "/members", members(body)).await;
    }
    service.refused(Method::PATCH, "/members", json!([])).await;
    for code in ["E001".to_owned(), "x".repeat(51)] {
        let errors =
            service.refused(Method::POST, "/members", members(json!([{"code": code, "name": "x"}]))).await;
        assert_eq!(errors.len(), 1, "{errors:?}");
    }
    service.refused(Method::PATCH, "/members", members(json!([{"code": "0E001", "name": "x"}]))).await;
}

#[tokio::test]
async fn all_problems_are_named_and_the_good_entries_are_not_written_either() {
    let service = Service::start().await;
    let body = members(json!([
        {"code": "E001", "name": "良い 値"},
        {"code": "E002", "gender": "女", "mail": "x"},
        {"code": "E999", "birthday": "x"},
    ]));
    let errors = service.refused(Method::PATCH, "/members", body).await;
    assert_eq!(errors.len(), 4, "{errors:?}");
    assert!(errors[0].starts_with("member_data.1."), "{errors:?}");
    service.clock.advance(60);
    assert_eq!(service.member("E001").await["name"], "佐藤 明");
}

#[tokio::test]
async fn length_is_counted_in_characters() {
    let service = Service::start().await;
    let body = members(json!([{"code": "E001", "name": "𠮷".repeat(100)}]));
    service.write(Method::PATCH, "/members", body).await;
}

#[tokio::test]
async fn required_items_are_asked_of_new_members_and_may_not_be_cleared() {
    let service = Service::start().await;
    let order = json!({"required": [
        {"sheet": BASIC, "item": "メールアドレス", "required": true},
        {"sheet": BASIC, "item": "等級", "required": true},
    ]});
    service.store.settings(&order).expect("a known setting");
    let errors =
        service.refused(Method::POST, "/members", members(json!([{"code": "N1", "name": "x"}]))).await;
    assert_eq!(errors.len(), 2, "{errors:?}");
    let grade = service.fields(BASIC, &[("等級", "G1")]).await;
    let whole = json!([{"code": "N1", "name": "x", "mail": "n1@example.jp", "custom_fields": grade}]);
    service.write(Method::POST, "/members", members(whole)).await;
    service.write(Method::PATCH, "/members", members(json!([{"code": "E002", "name": "x"}]))).await;
    let order = json!({"required": {"sheet": BASIC, "item": "所属", "required": true}});
    service.store.settings(&order).expect("a known setting");
    let grade = service.fields(BASIC, &[("等級", "G1")]).await;
    let mut new = json!({"code": "N2", "mail": "n2@example.jp", "custom_fields": grade});
    service.refused(Method::POST, "/members", members(json!([new]))).await;
    new["department"] = json!({"code": "D0311"});
    service.write(Method::POST, "/members", members(json!([new]))).await;
    let cleared = service.fields(BASIC, &[("等級", "")]).await;
    for clear in [json!({"mail": ""}), json!({ "custom_fields": cleared })] {
        let mut entry: Value = clear;
        entry["code"] = json!("N1");
        service.refused(Method::PATCH, "/members", members(json!([entry]))).await;
    }
}
