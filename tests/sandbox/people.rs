//! The two sides of a tenant at the start.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::World;

async fn everybody(world: &World, service: &str, tenant: &str, key: &str) -> BTreeMap<String, Value> {
    let people = world.look(&format!("people?service={service}&tenant={tenant}")).await;
    let people = people.as_array().expect("a list").iter();
    people.map(|person| (person[key].as_str().expect("a code").to_owned(), person.clone())).collect()
}

#[tokio::test]
async fn each_side_lacks_a_few_and_nobody_is_lacking_on_both() {
    for employees in [20, 50, 1000] {
        let world = World::with(employees, 3).await;
        let here = everybody(&world, "officestation", "STDEMO01", "employeeNumber").await;
        let there = everybody(&world, "kaonavi", "demo-key", "code").await;
        let (here, there): (BTreeSet<_>, BTreeSet<_>) = (here.keys().collect(), there.keys().collect());
        let missing = (employees / 100).clamp(1, 15);
        assert_eq!((here.len(), there.len()), (employees - missing, employees - missing));
        // "11" is "000011" in Kaonavi.
        let unknown_there: BTreeSet<_> = here.difference(&there).filter(|n| **n != "11").collect();
        let extra: BTreeSet<_> = there.difference(&here).filter(|n| **n != "000011").collect();
        assert_eq!((unknown_there.len(), extra.len()), (missing, missing));
    }
}

#[tokio::test]
async fn kaonavi_holds_what_the_default_mapping_writes() {
    let world = World::start().await;
    let (taro, member) =
        (world.person("officestation", "A0001").await, world.person("kaonavi", "A0001").await);
    let basic = &member["基本情報"];
    assert_eq!(
        (&basic["氏名"], &basic["フリガナ"]),
        (&json!("山田\u{3000}太郎"), &json!("ヤマダ\u{3000}タロウ"))
    );
    assert_eq!((&basic["入社日"], &basic["生年月日"]), (&taro["hireDate"], &taro["birthDate"]));
    let single = &member["オフィスステーション_本人情報"];
    assert_eq!((&single["市区町村"], &single["緊急連絡先氏名"]), (&taro["city"], &json!("山田\u{3000}花子")));
    assert_ne!(single["携帯電話番号"], taro["mobilePhoneNumber"]);
    let family = member["オフィスステーション_扶養家族情報"].as_array().expect("rows");
    assert_eq!((family.len(), &family[0]["氏名"]), (1, &json!("山田\u{3000}花子")));
    let nanami = world.person("kaonavi", "A0009").await;
    assert_eq!(nanami["基本情報"]["氏名"], "中村\u{3000}七海");
    assert_eq!(world.person("officestation", "A0009").await["lastName"], "山本");
}

#[tokio::test]
async fn what_kaonavi_only_has_can_be_created_in_officestation() {
    let world = World::with(1000, 1).await;
    let session = world.session().await;
    let here = everybody(&world, "officestation", "STDEMO01", "employeeNumber").await;
    let there = everybody(&world, "kaonavi", "demo-key", "code").await;
    let mut items = Vec::new();
    for (code, member) in there.iter().filter(|(code, _)| !here.contains_key(*code) && *code != "000011") {
        let basic = |name: &str| member["基本情報"][name].as_str().expect("filled").to_owned();
        let (name, kana) = (basic("氏名"), basic("フリガナ"));
        let (last, first) = name.split_once('\u{3000}').expect("a space");
        let (last_kana, first_kana) = kana.split_once('\u{3000}').expect("a space");
        items.push(
            json!({"employeeNumber": code, "lastName": last, "firstName": first, "lastNameKana": last_kana,
            "firstNameKana": first_kana, "gender": basic("性別"), "birthDate": basic("生年月日"),
            "email": basic("メールアドレス"), "hireDate": basic("入社日")}),
        );
    }
    assert_eq!(items.len(), 10);
    let answer = session.post("/employees/batch", json!({ "items": items })).await;
    let results = answer.body["results"].as_array().expect("results");
    assert!(results.iter().all(|result| result["result"] == "created"), "{results:?}");
}

#[tokio::test]
async fn everybody_passes_officestations_own_rules() {
    let world = World::with(1000, 1).await;
    world.control("settings", json!({"service": "officestation", "rate_per_minute": 0})).await;
    let session = world.session().await;
    let people = everybody(&world, "officestation", "STDEMO01", "employeeNumber").await;
    let hidden =
        ["employeeId", "version", "status", "ledgers", "customItems", "createdAt", "updatedAt", "dependents"];
    let items: Vec<Value> = people
        .into_values()
        .map(|mut person| {
            let object = person.as_object_mut().expect("an object");
            object.retain(|key, _| !hidden.contains(&key.as_str()) && key != "standardMonthlyRemuneration");
            person
        })
        .collect();
    for chunk in items.chunks(100) {
        let answer = session.post("/employees/batch", json!({ "items": chunk })).await;
        let results = answer.body["results"].as_array().expect("results");
        let bad: Vec<&Value> = results.iter().filter(|result| result["result"] != "unchanged").collect();
        assert!(bad.is_empty(), "{bad:?}");
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_tenants_and_each_its_own_people() {
    let (one, two) = (World::with(30, 5).await, World::with(30, 5).await);
    for service in ["officestation&tenant=STDEMO03", "kaonavi&tenant=demo-key-3"] {
        let path = format!("people?service={service}");
        assert_eq!(one.look(&path).await, two.look(&path).await);
    }
    let first = one.look("people?service=officestation&tenant=STDEMO01").await;
    assert_ne!(first, one.look("people?service=officestation&tenant=STDEMO03").await);
    let here = everybody(&one, "officestation", "STDEMO03", "employeeNumber").await;
    let there = everybody(&one, "kaonavi", "demo-key-3", "code").await;
    let same = here.iter().filter(|(code, person)| {
        there.get(*code).is_some_and(|member| member["基本情報"]["生年月日"] == person["birthDate"])
    });
    assert_eq!(same.count(), 27);
}
