//! Kaonavi's client against the sandbox.

use renkei::job::Service;
use renkei::services::kaonavi::{
    BatchLimits, Field, MemberWrite, SheetWrite, Standard, TaskState, Tenant, member_batches, sheet_batches,
};
use renkei::services::{AuthReason, Class, ServiceError};
use renkei::sync::{Cell, ItemRef, Kind, People};
use serde_json::json;

use crate::support::{World, cell, dependents};

const OWN: &str = "オフィスステーション_本人情報";
const FAMILY: &str = "オフィスステーション_扶養家族情報";

fn items() -> Vec<ItemRef> {
    let basic = ["氏名", "性別", "退職日", "資格", "所属"].map(|item| ItemRef::new(ItemRef::BASIC, item));
    let own = ["市区町村", "電話番号", "血液型"].map(|item| ItemRef::new(OWN, item));
    basic.into_iter().chain(own).collect()
}

fn family() -> Vec<ItemRef> {
    ["氏名", "続柄"].map(|item| ItemRef::new(FAMILY, item)).to_vec()
}

async fn read(world: &World) -> (Tenant, People) {
    let client = world.kaonavi();
    let tenant = client.tenant().await.expect("layouts");
    let people = client.read(&tenant, &items(), &family()).await.expect("people");
    (tenant, people)
}

fn id(tenant: &Tenant, sheet: &str, item: &str) -> u64 {
    match tenant.field(&ItemRef::new(sheet, item)) {
        Some(Field::Custom(id)) => id,
        other => panic!("{sheet}/{item} is {other:?}"),
    }
}

fn sheet(tenant: &Tenant, name: &str) -> u64 {
    tenant.layout.sheet(name).expect("the sheet").id
}

#[tokio::test]
async fn layouts_say_what_each_item_takes() {
    let world = World::start(20).await;
    let tenant = world.kaonavi().tenant().await.unwrap();
    let kind = |sheet: &str, item: &str| {
        tenant.layout.item(&ItemRef::new(sheet, item)).map(|item| item.kind.clone())
    };
    assert_eq!(tenant.layout.sheets[0].name, ItemRef::BASIC);
    assert_eq!(kind("基本情報", "氏名"), Some(Kind::Text));
    assert_eq!(kind("基本情報", "退職日"), Some(Kind::Date));
    assert_eq!(kind("基本情報", "性別"), Some(Kind::Select(vec!["男性".into(), "女性".into()])));
    assert!(matches!(kind("基本情報", "資格"), Some(Kind::Multi(_))));
    assert_eq!(kind("基本情報", "所属"), Some(Kind::Other));
    assert_eq!(kind("面談メモ", "添付"), Some(Kind::Other));
    assert!(tenant.layout.item(&ItemRef::new("基本情報", "勤続表示")).is_some_and(|item| item.read_only));
    assert!(tenant.layout.sheet(FAMILY).is_some_and(|sheet| sheet.multi));
    assert_eq!(tenant.standard_name(Standard::Code), Some("社員番号"));
    assert_eq!(tenant.field(&ItemRef::new("基本情報", "氏名")), Some(Field::Standard(Standard::Name)));
    assert_eq!(tenant.field(&ItemRef::new("基本情報", "無い")), None);
}

#[tokio::test]
async fn everybody_is_read_from_members_and_sheets() {
    let world = World::start(120).await;
    let (_, people) = read(&world).await;
    let names: Vec<String> = items().iter().map(ToString::to_string).collect();
    let mut columns = people.columns.names().to_vec();
    columns.sort_unstable();
    let mut expected = names.clone();
    expected.sort_unstable();
    assert_eq!(columns, expected);
    assert!(people.people.len() >= 100);
    assert_eq!(cell(&people, "A0001", "基本情報/氏名"), Cell::Text("山田\u{3000}太郎"));
    assert_eq!(cell(&people, "A0001", "基本情報/性別"), Cell::Text("男性"));
    assert_eq!(cell(&people, "A0001", "基本情報/退職日"), Cell::Blank);
    assert!(matches!(cell(&people, "A0001", &format!("{OWN}/市区町村")), Cell::Text(_)));
    assert_eq!(cell(&people, "A0001", &format!("{OWN}/血液型")), Cell::Absent, "not in the layout");
    assert_eq!(people.dependent_columns.names(), [format!("{FAMILY}/氏名"), format!("{FAMILY}/続柄")]);
    let known = dependents(&people, "A0001");
    assert!(known.len() == 1 && known[0].iter().all(Option::is_some), "{known:?}");
    let requests = world.requests().await;
    let paths: Vec<&str> = requests.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    let root = "/kaonavi/api/v2.0";
    let (first, sheets) = paths.split_at(4);
    assert_eq!(
        first,
        ["token", "member_layouts", "sheet_layouts", "members"].map(|path| format!("{root}/{path}"))
    );
    assert!(sheets.iter().all(|path| path.starts_with(&format!("{root}/sheets/"))));
    assert_eq!(world.meter.count(Service::Kaonavi), 6, "a token, two layouts, members, two sheets");
}

#[tokio::test]
async fn a_member_without_a_record_is_blank_there() {
    let world = World::start(20).await;
    let body = json!({"service": "kaonavi", "upsert": [{"code": "Z0001", "基本情報": {"氏名": "新人"}}]});
    world.control("people", body).await;
    let (_, people) = read(&world).await;
    assert_eq!(cell(&people, "Z0001", &format!("{OWN}/市区町村")), Cell::Blank);
    assert_eq!(cell(&people, "Z0001", &format!("{OWN}/血液型")), Cell::Absent);
    assert!(dependents(&people, "Z0001").is_empty());
}

#[tokio::test]
async fn people_are_created_changed_and_cleared() {
    let world = World::start(20).await;
    let client = world.kaonavi();
    let tenant = client.tenant().await.unwrap();
    let limits = BatchLimits::default();

    let mut fields = vec![(Field::Standard(Standard::Name), Some("新\u{3000}人"))];
    fields.push((Field::Custom(id(&tenant, "基本情報", "資格")), Some("簿記2級\u{1f}衛生管理者")));
    let new = member_batches([MemberWrite { code: "Z0001", fields }], limits).next().unwrap();
    let task = client.create_members(client.slot().await.unwrap(), &new).await.unwrap();
    assert_eq!(client.wait(task).await.unwrap(), TaskState::Ok);

    let fields = vec![
        (Field::Standard(Standard::Mail), Some("a@example.jp")),
        (Field::Standard(Standard::Gender), None),
    ];
    let change = member_batches([MemberWrite { code: "A0001", fields }], limits).next().unwrap();
    let task = client.update_members(client.slot().await.unwrap(), &change).await.unwrap();
    assert_eq!(client.wait(task).await.unwrap(), TaskState::Ok);

    let records =
        vec![vec![(id(&tenant, OWN, "市区町村"), Some("千代田区")), (id(&tenant, OWN, "電話番号"), None)]];
    let own = sheet_batches([SheetWrite { code: "A0001", records }], limits).next().unwrap();
    let task = client.update_sheet(client.slot().await.unwrap(), sheet(&tenant, OWN), &own).await.unwrap();
    assert_eq!(client.wait(task).await.unwrap(), TaskState::Ok);

    let (name, relation) = (id(&tenant, FAMILY, "氏名"), id(&tenant, FAMILY, "続柄"));
    let records = vec![vec![(name, Some("山田\u{3000}花子")), (relation, Some("妻"))]];
    let family = sheet_batches([SheetWrite { code: "A0001", records }], limits).next().unwrap();
    let task =
        client.update_sheet(client.slot().await.unwrap(), sheet(&tenant, FAMILY), &family).await.unwrap();
    assert_eq!(client.wait(task).await.unwrap(), TaskState::Ok);

    let (_, people) = read(&world).await;
    assert_eq!(cell(&people, "Z0001", "基本情報/氏名"), Cell::Text("新\u{3000}人"));
    assert_eq!(cell(&people, "Z0001", "基本情報/資格"), Cell::Text("簿記2級\u{1f}衛生管理者"));
    assert_eq!(cell(&people, "A0001", "基本情報/性別"), Cell::Blank);
    assert_eq!(
        cell(&people, "A0001", "基本情報/氏名"),
        Cell::Text("山田\u{3000}太郎"),
        "what is not sent is kept"
    );
    assert_eq!(cell(&people, "A0001", &format!("{OWN}/市区町村")), Cell::Text("千代田区"));
    assert_eq!(cell(&people, "A0001", &format!("{OWN}/電話番号")), Cell::Blank);
    assert_eq!(dependents(&people, "A0001"), [[Some("山田\u{3000}花子".to_owned()), Some("妻".to_owned())]]);
}

#[tokio::test]
async fn a_refused_batch_is_a_matter_of_data() {
    let world = World::start(20).await;
    let client = world.kaonavi();
    let fields = vec![(Field::Standard(Standard::Gender), Some("女"))];
    let batch =
        member_batches([MemberWrite { code: "A0001", fields }], BatchLimits::default()).next().unwrap();
    let error = client.update_members(client.slot().await.unwrap(), &batch).await.unwrap_err();
    assert_eq!(error.class(), Class::Data);
    assert!(matches!(&error, ServiceError::Refused { status: 400, problems, .. } if problems.is_empty()));
    let refused = world.requests().await.iter().filter(|line| line.starts_with("PATCH")).count();
    assert_eq!(refused, 1);
}

#[tokio::test]
async fn wrong_credentials_are_told_from_a_missing_permission() {
    let world = World::start(20).await;
    let mut account = world.kaonavi_account();
    account.consumer_secret = "wrong".into();
    let error = world.kaonavi_with(account).tenant().await.unwrap_err();
    assert_eq!(error, ServiceError::Auth { service: Service::Kaonavi, reason: AuthReason::Credentials });

    world.control("settings", json!({"service": "kaonavi", "disable": ["GET /members"]})).await;
    let client = world.kaonavi();
    let tenant = client.tenant().await.unwrap();
    let error = client.read(&tenant, &items(), &[]).await.unwrap_err();
    assert!(matches!(&error, ServiceError::Forbidden { what, .. } if what == "GET /members"), "{error:?}");
    assert_eq!(error.class(), Class::Permanent);
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let world = World::start(20).await;
    let client = world.kaonavi();
    client.tenant().await.unwrap();
    world.control("faults", json!({"service": "kaonavi", "action": {"expire_token": true}})).await;
    client.tenant().await.unwrap();
    let tokens = world.requests().await.iter().filter(|line| line.contains("/token 200")).count();
    assert_eq!(tokens, 2);
}

#[tokio::test]
async fn faults_on_the_way_are_overcome() {
    let world = World::start(400).await;
    let (_, clean) = read(&world).await;
    for action in [json!({"truncate": true}), json!({"html": true})] {
        let hit = json!({"method": "GET", "path": "/kaonavi/api/v2.0/members"});
        world.control("faults", json!({"service": "kaonavi", "match": hit, "action": action})).await;
    }
    let hit = json!({"method": "GET", "path": "/kaonavi/api/v2.0/sheets"});
    world.control("faults", json!({"service": "kaonavi", "match": hit, "action": {"drop": true}})).await;
    let (_, people) = read(&world).await;
    assert_eq!(people, clean);
}

#[tokio::test]
async fn failed_tasks_are_final_and_unknown_ones_are_told() {
    let world = World::start(20).await;
    let client = world.kaonavi();
    let (fields, limits) =
        (vec![(Field::Standard(Standard::Mail), Some("a@example.jp"))], BatchLimits::default());
    let batch = member_batches([MemberWrite { code: "A0001", fields }], limits).next().unwrap();
    for (status, state) in [("NG", TaskState::Ng), ("ERROR", TaskState::Error)] {
        let hit = json!({"method": "PATCH", "path": "/kaonavi/api/v2.0/members"});
        let action = json!({"task": status, "messages": ["山田太郎の値"]});
        world.control("faults", json!({"service": "kaonavi", "match": hit, "action": action})).await;
        let task = client.update_members(client.slot().await.unwrap(), &batch).await.unwrap();
        assert_eq!(client.wait(task).await.unwrap(), state);
    }
    assert_eq!(client.task(999_999).await.unwrap(), TaskState::Unknown);
}
