//! mediment's client against the sandbox.

use std::time::Duration;

use renkei::http::{Effect, Settings};
use renkei::job::{Month, Service};
use renkei::services::mediment::{
    ATTENDANCE_ITEMS, Batch, EMPLOYEE_ITEMS, FILLED_ITEMS, Items, Records, Refusal, Rest, Whose, Written,
};
use renkei::services::{AuthReason, Class, ServiceError};
use renkei::sync::Cell;
use serde_json::json;

use crate::support::{World, cell, http, settings};

const ROOT: &str = "/mediment/api/v0";

fn month() -> Month {
    "2026-10".parse().expect("a month")
}

/// The id of the person of this 社員番号.
fn id(records: &Records, code: &str) -> String {
    let place = records.people.people.iter().position(|person| &*person.code == code).expect(code);
    records.ids[place].to_string()
}

async fn write(client: &Rest, batch: &Batch) -> Vec<Written> {
    let slot = client.slot().await.expect("no limit is near");
    client.write(slot, batch).await.expect("an answer about the batch")
}

fn newcomer<'a>(number: &'a str, mail: &'a str) -> Items<'a> {
    vec![
        ("社員番号", Some(number)),
        ("姓", Some("新田")),
        ("名", Some("真")),
        ("セイ", Some("ニッタ")),
        ("メイ", Some("マコト")),
        ("メールアドレス", Some(mail)),
        ("事業所", Some("本社")),
        ("入社日", Some("2026-12-01")),
        ("性別", Some("女性")),
    ]
}

#[tokio::test]
async fn everybody_is_read_page_by_page() {
    let world = World::start(230).await;
    let records = world.mediment().employees().await.unwrap();
    let people = &records.people;
    let filled = FILLED_ITEMS.map(|(item, _)| item);
    assert_eq!(people.columns.names(), [&EMPLOYEE_ITEMS[..], &filled].concat());
    for (item, value) in FILLED_ITEMS {
        assert_eq!(cell(people, "A0001", item), Cell::Text(value));
    }
    assert_eq!((people.announced, records.ids.len()), (None, people.people.len()));
    assert_eq!(cell(people, "A0001", "姓"), Cell::Text("山田"));
    assert_eq!(cell(people, "A0001", "社員番号"), Cell::Text("A0001"));
    assert_eq!(cell(people, "A0001", "退職日"), Cell::Blank);
    assert!(matches!(cell(people, "A0001", "性別"), Cell::Text("男性" | "女性")));
    let nameless =
        people.people.iter().position(|person| person.code.is_empty()).expect("one without number");
    assert!(records.ids[nameless].starts_with("emp_"));

    let requests = world.requests().await;
    let pages = requests.iter().filter(|line| line.contains("/employees ")).count();
    assert_eq!(pages, people.people.len() / 100 + 1);
    assert_eq!(world.meter.count(Service::Mediment), requests.len() as u64, "the token included");
}

#[tokio::test]
async fn a_batch_creates_and_refuses_record_by_record() {
    let world = World::start(20).await;
    let client = world.mediment();
    let batch = Batch::create([
        newcomer("N0001", "makoto@example.jp"),
        newcomer("A0001", "other@example.jp"),
        newcomer("N0002", "no mail"),
    ]);
    let written = write(&client, &batch).await;
    let refused = |code, item| Written::Refused(vec![Refusal { code, item: Some(item) }]);
    assert_eq!(written[1], refused("duplicate_employee_number", "社員番号"));
    assert_eq!(written[2], refused("invalid_format", "メールアドレス"));
    let Written::Accepted { id: Some(created) } = &written[0] else { panic!("{written:?}") };

    let records = client.employees().await.unwrap();
    assert_eq!(id(&records, "N0001"), **created);
    for (item, value) in newcomer("N0001", "makoto@example.jp") {
        assert_eq!(cell(&records.people, "N0001", item).text(), value, "{item}");
    }
    assert_eq!(cell(&records.people, "N0001", "所属部署1"), Cell::Blank);
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_empties_what_has_no_value() {
    let world = World::start(20).await;
    let client = world.mediment();
    let before = client.employees().await.unwrap();
    let (first, second) = (id(&before, "A0001"), id(&before, "A0003"));
    let batch = Batch::update([
        (first.as_str(), vec![("退職日", Some("2026-12-31")), ("所属部署1", None)]),
        (second.as_str(), vec![("社員番号", Some("A0003"))]),
        ("emp_999999", vec![("姓", Some("誰"))]),
    ]);
    let written = write(&client, &batch).await;
    assert!(matches!(written[..2], [Written::Accepted { .. }, Written::Accepted { .. }]));
    assert!(matches!(&written[2], Written::Refused(refusals) if refusals[0].code == "not_found"));
    let after = client.employees().await.unwrap();
    assert_eq!(cell(&after.people, "A0001", "退職日"), Cell::Text("2026-12-31"));
    assert_eq!(cell(&after.people, "A0001", "所属部署1"), Cell::Blank);
    assert_eq!(cell(&after.people, "A0001", "姓"), cell(&before.people, "A0001", "姓"));
}

#[tokio::test]
async fn a_month_is_written_by_number_or_id_and_what_is_not_sent_stays() {
    let world = World::start(20).await;
    let client = world.mediment();
    let by_hand = json!({"employee_number": "A0001", "attendances": {"2026-10": {"break_minutes": 60}}});
    world.control("people", json!({"service": "mediment", "upsert": [by_hand]})).await;
    let employees = client.employees().await.unwrap();
    let nameless = employees.people.people.iter().position(|person| person.code.is_empty()).unwrap();
    let values = ["29.0", "0.5", "1.0", "0.0", "1560", "60", "0", "900", "660", "600", "120", "0.0"];
    let all: Items<'_> = ATTENDANCE_ITEMS.into_iter().zip(values.map(Some)).collect();
    let batch = Batch::attendances(
        month(),
        [
            (Whose::Number("A0001"), all.clone()),
            (Whose::Id(&employees.ids[nameless]), vec![("実労働時間", Some("9600"))]),
            (Whose::Number("Z9999"), all),
            (Whose::Number("A0003"), vec![("実働日数", Some("0.25")), ("遅刻時間", None)]),
        ],
    );
    let written = write(&client, &batch).await;
    assert!(matches!(written[..2], [Written::Accepted { .. }, Written::Accepted { .. }]), "{written:?}");
    assert!(matches!(&written[2], Written::Refused(of) if of[0].code == "not_found"));
    let finer = Refusal { code: "invalid_format", item: Some("実働日数") };
    assert_eq!(written[3], Written::Refused(vec![finer]), "nothing is rounded on the way");

    let rows = client.attendances(month()).await.unwrap();
    assert_eq!(
        (rows.people.columns.names(), rows.people.announced),
        (&ATTENDANCE_ITEMS.map(String::from)[..], None)
    );
    for (item, value) in ATTENDANCE_ITEMS.into_iter().zip(values) {
        assert_eq!(cell(&rows.people, "A0001", item), Cell::Text(value), "{item}");
    }
    let place = rows.ids.iter().position(|id| *id == employees.ids[nameless]).expect("a row without number");
    let actual = rows.people.columns.position("実労働時間").unwrap();
    assert_eq!(rows.people.people[place].row.cell(actual), Cell::Text("9600"));
    let address = format!(
        "http://{}/__sandbox/attendance?service=mediment&month=2026-10&code=A0001",
        world.sandbox.addr()
    );
    let kept: serde_json::Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    assert_eq!(kept[0]["break_minutes"], 60);
}

#[tokio::test]
async fn a_wrong_secret_is_tried_once_and_an_expired_token_is_renewed_once() {
    let world = World::start(20).await;
    let mut account = world.mediment_account();
    account.consumer_secret = "guess".into();
    let error = world.mediment_with(account).employees().await.unwrap_err();
    assert_eq!(error, ServiceError::Auth { service: Service::Mediment, reason: AuthReason::Credentials });
    assert_eq!(world.requests().await, [format!("POST {ROOT}/oauth/token 401")]);

    let client = world.mediment();
    client.login().await.unwrap();
    world.control("faults", json!({"service": "mediment", "action": {"expire_token": true}})).await;
    client.employees().await.unwrap();
    let tokens = world.requests().await.iter().filter(|line| line.contains("/oauth/token 200")).count();
    assert_eq!(tokens, 2);
}

#[tokio::test]
async fn faults_on_the_way_are_overcome() {
    let world = World::start(350).await;
    let hit = json!({"method": "GET", "path": format!("{ROOT}/employees")});
    let actions = [
        json!({"truncate": true}),
        json!({"html": true}),
        json!({"drop": true}),
        json!({"truncate": "json"}),
        json!({"status": 429, "retry_after": 0}),
    ];
    // Each is skipped by the pages before, so that no page fails three times.
    for (skip, action) in actions.into_iter().enumerate() {
        let fault = json!({"service": "mediment", "match": hit, "skip": skip / 2, "action": action});
        world.control("faults", fault).await;
    }
    let records = world.mediment().employees().await.unwrap();
    assert_eq!(records, World::start(350).await.mediment().employees().await.unwrap());
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_not_repeated_and_an_update_is() {
    let world = World::start(20).await;
    let client = world.mediment();
    let first = id(&client.employees().await.unwrap(), "A0001");
    let lose = json!({"service": "mediment", "match": {"method": "POST", "path": format!("{ROOT}/employees")},
        "times": 2, "action": {"lose_answer": true}});
    world.control("faults", lose).await;

    let batch = Batch::create([newcomer("N0001", "makoto@example.jp")]);
    let error = client.write(client.slot().await.unwrap(), &batch).await.unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::Transient, Effect::Unknown));
    let records = client.employees().await.unwrap();
    assert_eq!(cell(&records.people, "N0001", "姓"), Cell::Text("新田"), "it was done all the same");
    assert_eq!(records.people.people.iter().filter(|person| &*person.code == "N0001").count(), 1);

    let written = write(&client, &Batch::update([(first.as_str(), vec![("姓", Some("川田"))])])).await;
    assert!(matches!(written[..], [Written::Accepted { .. }]));
}

#[tokio::test]
async fn a_missing_right_and_a_used_up_limit_are_told_apart() {
    let world = World::start(20).await;
    let client = world.mediment();
    world.control("settings", json!({"service": "mediment", "disable": ["GET /attendances"]})).await;
    let error = client.attendances(month()).await.unwrap_err();
    let what = "GET /attendances/2026-10".to_owned();
    assert_eq!(error, ServiceError::Forbidden { service: Service::Mediment, what });
    world.control("settings", json!({"service": "mediment", "rate_limit": 1})).await;
    let patient = Settings { patience: Duration::ZERO, ..settings() };
    let world = World { http: http(patient), ..world };
    let client = world.mediment();
    while client.employees().await.is_ok() {}
    let error = client.employees().await.unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::Transient, Effect::None));
    assert!(error.retry_after().is_some_and(|wait| wait > Duration::from_secs(30)), "{error:?}");
}
