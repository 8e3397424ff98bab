//! The hooks for tests: planting people past all checks, reading them back.

use serde_json::{Value, json};

use super::support::{BASIC, DEPENDENTS, SELF_SHEET, Service};

#[tokio::test]
async fn people_are_planted_by_item_names_without_checks() {
    let service = Service::start().await;
    let order = json!({
        "upsert": [
            {"code": "E001", BASIC: {"メールアドレス": "", "gender": "女", "所属": "D0311"}, SELF_SHEET: {"社員区分": "謎"}},
            {"code": "N1", BASIC: {"氏名": "新 人"}, DEPENDENTS: [{"氏名": "新 子"}, {"氏名": "新 父"}]},
        ],
        "delete": ["E003", "nobody"],
    });
    assert_eq!(service.store.apply_control(&order), Ok(3));
    let member = service.member("E001").await;
    assert_eq!(
        (&member["mail"], &member["gender"], &member["name"]),
        (&json!(""), &json!("女"), &json!("佐藤 明"))
    );
    assert_eq!(member["department"]["code"], "D0311");
    assert_eq!(service.store.read(Some("E001"))[SELF_SHEET]["社員区分"], "謎");
    assert_eq!(service.store.read(Some("E001"))[SELF_SHEET]["都道府県"], "東京都");
    assert_eq!(service.store.read(Some("N1"))[DEPENDENTS], json!([{"氏名": "新 子"}, {"氏名": "新 父"}]));
    assert_eq!(service.member("E003").await, Value::Null);
}

#[tokio::test]
async fn an_unknown_name_is_refused_and_nothing_is_planted() {
    let service = Service::start().await;
    let before = service.store.read(None);
    for bad in [
        json!({"upsert": [{"code": "E001", BASIC: {"氏名": "x"}}, {"code": "E002", BASIC: {"役職": "x"}}]}),
        json!({"upsert": [{"code": "E001", "謎のシート": {}}]}),
        json!({"upsert": [{"code": "E001", SELF_SHEET: {"謎": "x"}}]}),
        json!({"upsert": [{"code": "E001", DEPENDENTS: {"氏名": "x"}}]}),
        json!({"upsert": [{BASIC: {"氏名": "x"}}]}),
        json!({"delete": "E001"}),
    ] {
        assert!(service.store.apply_control(&bad).is_err(), "{bad}");
    }
    assert_eq!(service.store.read(None), before);
}

#[tokio::test]
async fn one_person_is_read_by_item_names() {
    let service = Service::start().await;
    let read = service.store.read(Some("E001"));
    assert_eq!(read["code"], "E001");
    assert_eq!((&read[BASIC]["氏名"], &read[BASIC]["退職日"]), (&json!("佐藤 明"), &json!("")));
    assert_eq!(read[DEPENDENTS][1], json!({"氏名": "佐藤 一", "続柄": "子"}));
    assert_eq!(service.store.read(Some("E999")), Value::Null);
}
