//! HRMOS勤怠's client against the sandbox.

use renkei::job::{Month, Service};
use renkei::services::hrmos::{
    DayField, Days, Malformed, Minutes, MonthRow, Read, TimeField, User, UserField,
};
use renkei::services::{AuthReason, Class, ServiceError};
use renkei::sync::Cell;
use serde_json::{Value, json};

use crate::support::World;

const ROOT: &str = "/hrmos/api/demo/v1";

fn month() -> Month {
    "2026-10".parse().expect("a month")
}

fn user(read: &Read<User>, id: u64) -> &User {
    read.rows.iter().find(|user| user.id == id).expect("a user")
}

fn row(read: &Read<MonthRow>, id: u64) -> &MonthRow {
    read.rows.iter().find(|row| row.user_id == id).expect("a row")
}

async fn set(world: &World, settings: Value) {
    let mut order = settings;
    order["service"] = "hrmos".into();
    world.control("settings", order).await;
}

#[tokio::test]
async fn everybody_is_read_whoever_left_included() {
    let world = World::start(230).await;
    let client = world.hrmos();
    let read = client.users(&[]).await.unwrap();
    assert_eq!((read.rows.len(), read.announced), (230, None));
    let first = user(&read, 1);
    assert_eq!(first.cell(UserField::Number), Cell::Text("A0001"));
    assert_eq!(
        (first.cell(UserField::LastName), first.cell(UserField::FirstName)),
        (Cell::Text("山田"), Cell::Text("花子"))
    );
    assert_eq!(first.cell(UserField::StartDate), Cell::Text("2020-04-01"));
    assert_eq!(first.cell(UserField::EndDate), Cell::Blank);
    assert_eq!(
        user(&read, 3).cell(UserField::LastName),
        Cell::Text("五十嵐"),
        "spaces at the ends are no name"
    );
    assert_eq!(user(&read, 4).cell(UserField::EndDate), Cell::Text("2026-11-01"));
    assert_eq!(
        (user(&read, 7).cell(UserField::Number), user(&read, 8).cell(UserField::Number)),
        (Cell::Blank, Cell::Blank)
    );
    assert_eq!(user(&read, 9).cell(UserField::LastNameKana), Cell::Blank);
    assert_eq!(user(&read, 13).cell(UserField::DepartmentId), Cell::Blank);

    let requests = world.requests().await;
    let (token, page) = (format!("GET {ROOT}/authentication/token 200"), format!("GET {ROOT}/users 200"));
    assert_eq!(requests, [&token, &page, &page, &page].map(String::as_str));
    assert_eq!(world.meter.count(Service::Hrmos), 4);
}

#[tokio::test]
async fn ids_have_names_unless_what_they_name_is_gone() {
    let world = World::start(20).await;
    let client = world.hrmos();
    let (users, departments, lodgments) =
        tokio::try_join!(client.users(&[]), client.departments(), client.lodgments()).unwrap();
    let id = |of: u64, field| user(&users, of).cell(field).text();
    let lodgment = id(1, UserField::LodgmentId).expect("an id");
    assert!(lodgments.get(lodgment).is_some_and(|name| !name.is_empty()));
    assert!(departments.get(id(1, UserField::DepartmentId).expect("an id")).is_some());
    assert_eq!(departments.get(id(12, UserField::DepartmentId).expect("an id")), None, "it was deleted");
    world
        .control("people", json!({"service": "hrmos", "departments": [{"id": 1, "name": "営業本部"}]}))
        .await;
    assert_eq!(client.departments().await.unwrap().get("1"), Some("営業本部"));
}

#[tokio::test]
async fn a_further_field_is_read_by_its_key() {
    let world = World::start(20).await;
    let client = world.hrmos();
    assert_eq!(user(&client.users(&["gender"]).await.unwrap(), 1).extra(0), Cell::Absent);
    set(&world, json!({"extra_user_fields": {"gender": "性別"}, "absent_user_fields": ["email"]})).await;
    let read = client.users(&["comment", "gender"]).await.unwrap();
    assert_eq!((user(&read, 1).extra(1), user(&read, 2).extra(1)), (Cell::Text("女性"), Cell::Text("男性")));
    assert_eq!(user(&read, 1).cell(UserField::Email), Cell::Absent);
}

#[tokio::test]
async fn a_month_has_a_row_a_person_and_null_is_not_zero() {
    let world = World::start(120).await;
    let bad = json!({"month": "2026-10", "user": 10, "row": {"actual_working_hours": 28_800, "working_days": "19,5"}});
    world.control("people", json!({"service": "hrmos", "months": [bad]})).await;
    let client = world.hrmos();
    let read = client.months(month()).await.unwrap();
    assert_eq!(read.announced, None);

    let example = row(&read, 1);
    assert_eq!(example.number.as_deref(), Some("A0001"));
    let minutes = |field| example.time(field).unwrap().map(|Minutes(minutes)| minutes);
    let fields = [
        TimeField::ActualWorking,
        TimeField::Prescribed,
        TimeField::ExcessOfStatutory,
        TimeField::LateNight,
        TimeField::Late,
    ];
    assert_eq!(fields.map(minutes), [Some(1560), Some(900), Some(600), Some(120), Some(60)]);
    assert_eq!(example.days(DayField::Working), Ok(Some(Days(29_000))));
    assert_eq!(example.days(DayField::Tardy), Ok(Some(Days(1000))));

    let zero = row(&read, 2);
    assert_eq!(
        (zero.time(TimeField::ActualWorking), zero.days(DayField::Working)),
        (Ok(Some(Minutes(0))), Ok(Some(Days(0))))
    );
    let partly = row(&read, 3);
    assert_eq!(partly.time(TimeField::ActualWorking), Ok(None));
    assert!(matches!(partly.time(TimeField::Prescribed), Ok(Some(_))));
    let nothing = row(&read, 9);
    assert_eq!((nothing.time(TimeField::Late), nothing.days(DayField::PaidHolidays)), (Ok(None), Ok(None)));
    assert!(!read.rows.iter().any(|row| row.user_id == 13), "a month that nobody opened has no row");
    assert_eq!(
        row(&read, 10).time(TimeField::ActualWorking),
        Err(Malformed),
        "seconds are for the daily rows"
    );
    assert_eq!(row(&read, 10).days(DayField::Working), Err(Malformed));
}

#[tokio::test]
async fn who_is_closed_is_asked_for_apart() {
    let world = World::start(120).await;
    let status = |user: u64, status: u64| json!({"month": "2026-10", "user": user, "status": status});
    let months = json!([status(1, 3), status(2, 99), status(3, 2), status(9, 0)]);
    world.control("people", json!({"service": "hrmos", "months": months})).await;
    let client = world.hrmos();
    let (all, closed) = tokio::try_join!(client.months(month()), client.closed(month())).unwrap();
    assert_eq!([1, 2, 3, 9].map(|id| closed.contains(&id)), [true, true, false, false]);
    assert!(closed.len() < all.rows.len());
    assert!(closed.iter().all(|id| all.rows.iter().any(|row| row.user_id == *id)));
}

#[tokio::test]
async fn a_revoked_key_ends_the_run_and_says_why() {
    let world = World::start(20).await;
    let client = world.hrmos();
    client.users(&[]).await.unwrap();
    set(&world, json!({"revoke_key": true})).await;
    let service = Service::Hrmos;
    let error = client.users(&[]).await.unwrap_err();
    assert_eq!(error, ServiceError::Auth { service, reason: AuthReason::Credentials });
    assert_eq!(error.class(), Class::Permanent);
    let refused = world.requests().await.iter().filter(|line| line.ends_with(" 401")).count();
    assert_eq!(refused, 2, "the page and the token, each once");

    let mut account = world.hrmos_account();
    account.company = "nobody's".into();
    let error = world.hrmos_with(account).login().await.unwrap_err();
    assert_eq!(error, ServiceError::Auth { service, reason: AuthReason::Token });
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_and_one_in_its_last_hour_postponed() {
    // The ends of tokens are told on the sandbox's clock, which has to be ours here.
    let world = World::on(None, 20).await;
    let client = world.hrmos();
    client.login().await.unwrap();
    world.control("faults", json!({"service": "hrmos", "action": {"expire_token": true}})).await;
    client.users(&[]).await.unwrap();
    let asked = async |what: &str| world.requests().await.iter().filter(|line| line.contains(what)).count();
    assert_eq!(asked("/authentication/token 200").await, 2);

    set(&world, json!({"token_seconds": 1800, "expire_tokens": true})).await;
    client.users(&[]).await.unwrap();
    assert_eq!((asked("/authentication/token 200").await, asked("/postpone").await), (3, 0));
    client.users(&[]).await.unwrap();
    client.users(&[]).await.unwrap();
    assert_eq!((asked("/authentication/token 200").await, asked("PUT").await), (3, 1));
}

#[tokio::test]
async fn faults_on_the_way_are_overcome() {
    let world = World::start(350).await;
    let hit = json!({"method": "GET", "path": format!("{ROOT}/users")});
    let actions = [
        json!({"truncate": true}),
        json!({"html": true}),
        json!({"drop": true}),
        json!({"truncate": "json"}),
        json!({"status": 429}),
        json!({"status": 429, "retry_after": 0}),
        json!({"status": 503}),
    ];
    // Each is skipped by the pages before, so that no page fails three times.
    for (skip, action) in actions.into_iter().enumerate() {
        let fault = json!({"service": "hrmos", "match": hit, "skip": skip / 2, "action": action});
        world.control("faults", fault).await;
    }
    let read = world.hrmos().users(&[]).await.unwrap();
    assert_eq!(read, World::start(350).await.hrmos().users(&[]).await.unwrap());
}

#[tokio::test]
async fn maintenance_is_for_another_attempt() {
    let world = World::start(20).await;
    let client = world.hrmos();
    client.login().await.unwrap();
    set(&world, json!({"maintenance": true})).await;
    let error = client.months(month()).await.unwrap_err();
    assert_eq!(error.class(), Class::Transient);
    assert!(!format!("{error:?}").contains("メンテナンス"));
}

#[tokio::test]
async fn too_many_requests_are_waited_out_and_in_the_end_for_another_attempt() {
    let world = World::start(20).await;
    let client = world.hrmos();
    client.login().await.unwrap();
    set(&world, json!({"rate_limit_per_60s": 1})).await;
    client.users(&[]).await.unwrap();
    let error = client.users(&[]).await.unwrap_err();
    assert_eq!(error.class(), Class::Transient);
    let busy = world.requests().await.iter().filter(|line| line.ends_with("/users 429")).count();
    assert_eq!(busy, 5);
    set(&world, json!({"rate_limit_per_60s": 1, "retry_after": 3600})).await;
    let error = client.users(&[]).await.unwrap_err();
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(3600));
}

#[tokio::test]
async fn however_pages_are_cut_everybody_is_read_once_or_the_read_says_so() {
    let world = World::start(230).await;
    let client = world.hrmos();
    let ids = |read: &Read<User>| {
        let mut ids: Vec<u64> = read.rows.iter().map(|user| user.id).collect();
        ids.sort_unstable();
        ids
    };
    let everybody: Vec<u64> = (1..=230).collect();
    for paging in ["shuffled", "repeating"] {
        set(&world, json!({"paging": paging})).await;
        let read = client.users(&[]).await.unwrap();
        assert_eq!((ids(&read), read.announced), (everybody.clone(), None), "{paging}");
    }
    set(&world, json!({"paging": "unstable"})).await;
    let read = client.users(&[]).await.unwrap();
    assert_eq!(read.announced, Some(230), "some come twice, so others don't come");
    assert!(ids(&read).windows(2).all(|pair| pair[0] < pair[1]) && read.rows.len() < 230);
    set(&world, json!({"paging": "growing"})).await;
    assert_eq!(client.users(&[]).await.unwrap_err().class(), Class::Transient);
}
