//! OfficeStation's client against the sandbox.

use renkei::job::Service;
use renkei::services::{AuthReason, Class, ServiceError};
use renkei::sync::Cell;
use serde_json::json;

use crate::support::{World, cell, dependents};

#[tokio::test]
async fn everybody_is_read_whatever_their_status() {
    let world = World::start(450).await;
    let items = ["従業員番号", "氏", "性別", "退職年月日", "建物名・部屋番号等", "入社年月日", "血液型"];
    let people = world.officestation().read(&items, &["氏", "名", "続柄"]).await.unwrap();
    assert_eq!(people.columns.names(), items);
    assert_eq!(people.announced, None);
    assert_eq!(cell(&people, "A0001", "氏"), Cell::Text("山田"));
    assert_eq!(cell(&people, "A0001", "従業員番号"), Cell::Text("A0001"));
    assert_eq!(cell(&people, "A0001", "血液型"), Cell::Absent, "no such item");
    assert_eq!(cell(&people, "A0002", "性別"), Cell::Text("女"));
    assert_eq!(cell(&people, "A0005", "退職年月日"), Cell::Text("2026-11-20"), "those who left are read too");
    assert_eq!(cell(&people, "A0007", "建物名・部屋番号等"), Cell::Blank);
    assert_eq!(cell(&people, "A0008", "入社年月日"), Cell::Blank);
    assert_eq!(dependents(&people, "A0001").len(), 2);
    assert!(dependents(&people, "A0001").iter().flatten().all(Option::is_some));

    let pages = world.requests().await.iter().filter(|line| line.contains("/employees ")).count();
    assert_eq!(pages, 450 / 200 + 1);
    let sent = u64::try_from(world.requests().await.len()).unwrap();
    assert_eq!(world.meter.count(Service::OfficeStation), sent, "token included");
}

#[tokio::test]
async fn dependants_are_not_read_unless_wanted() {
    let world = World::start(20).await;
    let people = world.officestation().read(&["氏"], &[]).await.unwrap();
    assert!(people.people.iter().all(|person| person.dependents.is_empty()));
    assert!(!world.requests().await.iter().any(|line| line.contains("/dependents")));
}

#[tokio::test]
async fn runs_of_one_account_share_a_token() {
    let world = World::start(20).await;
    let (one, two) = (world.officestation(), world.officestation());
    let (one, two) = tokio::join!(one.company(), two.masters());
    assert_eq!(one.unwrap().station_id.as_deref(), Some("STDEMO01"));
    assert!(two.unwrap().values("性別").is_some_and(|values| values.contains(&"男性".to_owned())));
    let tokens = world.requests().await.iter().filter(|line| line.contains("/auth/token")).count();
    assert_eq!(tokens, 1);
}

#[tokio::test]
async fn value_lists_have_item_names() {
    let world = World::start(20).await;
    let masters = world.officestation().masters().await.unwrap();
    assert_eq!(masters.values("社員区分詳細"), Some(&["総合職".to_owned(), "一般職".to_owned()][..]));
    assert!(masters.values("続柄").is_some_and(|values| values.contains(&"妻".to_owned())));
    assert_eq!(masters.values("氏"), None);
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let world = World::start(20).await;
    let wrong = world.officestation_with(world.officestation_account("guess"));
    let error = wrong.read(&["氏"], &[]).await.unwrap_err();
    let service = Service::OfficeStation;
    assert_eq!(error, ServiceError::Auth { service, reason: AuthReason::Credentials });
    assert_eq!(error.class(), Class::Permanent);
    assert_eq!(world.requests().await, ["POST /officestation/api/v1/auth/token 401"]);
    world.officestation().login().await.expect("another password has another token");
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let world = World::start(20).await;
    let client = world.officestation();
    client.company().await.unwrap();
    world.control("faults", json!({"service": "officestation", "action": {"expire_token": true}})).await;
    client.company().await.unwrap();
    let tokens = world.requests().await.iter().filter(|line| line.contains("/auth/token 200")).count();
    assert_eq!(tokens, 2);
}

#[tokio::test]
async fn faults_on_the_way_are_overcome() {
    let world = World::start(450).await;
    let hit = json!({"method": "GET", "path": "/officestation/api/v1/employees"});
    // Each is skipped by the pages before, so that no page fails three times.
    let actions =
        [json!({"truncate": true}), json!({"html": true}), json!({"drop": true}), json!({"status": 500})];
    for (skip, action) in actions.into_iter().enumerate() {
        let fault = json!({"service": "officestation", "match": hit, "skip": skip, "action": action});
        world.control("faults", fault).await;
    }
    let people = world.officestation().read(&["氏", "名"], &[]).await.unwrap();
    let mut codes: Vec<&str> = people.people.iter().map(|person| &*person.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), people.people.len(), "nobody twice");
    assert_eq!(people.announced, None);
    let clean = World::start(450).await.officestation().read(&["氏", "名"], &[]).await.unwrap();
    assert_eq!(people, clean);
}

#[tokio::test]
async fn what_the_login_may_not_see_is_absent() {
    let world = World::start(20).await;
    world.control("settings", json!({"service": "officestation", "login": {"payroll": false}})).await;
    let client = world.officestation();
    assert_eq!(client.login().await.unwrap().payroll, Some(false));
    let people = client.read(&["標準報酬月額", "氏"], &[]).await.unwrap();
    assert_eq!(cell(&people, "A0001", "標準報酬月額"), Cell::Absent);
    assert_eq!(cell(&people, "A0001", "氏"), Cell::Text("山田"));
}
