//! What a mapping leaves out stays in Kaonavi, and people are recognized all the same.

use serde_json::json;

use crate::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_is_not_mapped_stays_when_rows_are_replaced() {
    let extra = "    mapping: { officestation-to-kaonavi: { dependents: { オフィスステーション_扶養家族情報/職業: null } } }\n";
    let world = World::new(30, extra).await;
    let _daemon = world.daemon("daemon").await;
    let rows = async || world.sandbox.member("A0001").await["オフィスステーション_扶養家族情報"].clone();
    let before = rows().await;
    assert_eq!((before.as_array().map(Vec::len), &before[0]["職業"]), (Some(1), &json!("無職")), "{before}");
    let run = world.run(&[]).await;
    assert_eq!(run["status"], "完了", "{run}");
    let person = run["people"].as_array().expect("people").iter().find(|person| person["code"] == "A0001");
    let items = person.expect("A0001")["items"].as_array().expect("items").clone();
    assert!(items.contains(&json!("続柄")) && !items.contains(&json!("職業")), "{items:?}");
    let after = rows().await;
    assert_eq!(after.as_array().map(Vec::len), Some(2), "the child who was born meanwhile: {after}");
    assert_eq!(after[0]["職業"], "無職", "{after}");
    assert!(after[1]["職業"].as_str().is_none_or(str::is_empty), "{after}");
    let writes = world.sandbox.writes().await.len();
    world.run(&[]).await;
    assert_eq!(world.sandbox.writes().await.len(), writes, "the second run writes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn near_duplicates_are_found_by_a_kana_that_is_not_mapped() {
    let extra = "    mapping: { officestation-to-kaonavi: { self: { 基本情報/フリガナ: null } } }\n";
    let world = World::new(30, extra).await;
    let _daemon = world.daemon("daemon").await;
    let twin = json!({
        "employeeNumber": "N0001", "lastName": "山田", "firstName": "太郎", "lastNameKana": "ヤマダ", "firstNameKana": "タロウ",
        "gender": "男性", "birthDate": "1990-04-01", "hireDate": "2020-04-01", "employeeCategory": "正社員", "dependents": []
    });
    world.sandbox.officestation(twin).await;
    let run = world.run(&[]).await;
    let person = run["people"].as_array().expect("people").iter().find(|person| person["code"] == "N0001");
    let person = person.expect("N0001");
    assert_eq!(person["outcome"], "held", "{person}");
    assert_eq!(person["errors"][0]["code"], "H_NEAR_DUPLICATE");
    assert!(world.sandbox.member("N0001").await.is_null());
}
