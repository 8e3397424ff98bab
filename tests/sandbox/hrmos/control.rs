//! `POST /__sandbox/people` and what it shows.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Session, plant};
use crate::support::{World, send};

#[tokio::test]
async fn users_are_changed_by_id_or_number_added_and_removed() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let order = json!({"service": "hrmos", "upsert": [
        {"id": 1, "department_id": 2, "email": null},
        {"number": "A0002", "last_name_kana": 7},
        {"number": "Z0001", "last_name": "新", "first_name": "人", "start_date": "2026-11-01"},
    ], "insert": [{"number": "A0002"}], "delete": ["A0003", 5, "nobody"]});
    assert_eq!(world.control("people", order).await, json!({"changed": 6}));
    let users = demo.all("/users").await;
    let of = |id: u64| users.iter().find(|user| user["id"] == id);
    assert_eq!(of(1).map(|user| (&user["department_id"], &user["email"])), Some((&json!(2), &Value::Null)));
    assert_eq!(of(2).map(|user| &user["last_name_kana"]), Some(&json!(7)), "bad values can be planted");
    assert_eq!(
        of(21).map(|user| (&user["number"], &user["last_name"])),
        Some((&json!("Z0001"), &json!("新")))
    );
    assert_eq!(of(22).map(|user| user.as_object().map(serde_json::Map::len)), Some(Some(36)));
    assert!(of(3).is_none() && of(5).is_none());
    assert_eq!(of(1).map(|user| user["updated_at"].as_str().is_some_and(|at| at > "2026-11-21")), Some(true));
    let twice = world.look("people?service=hrmos&code=A0002").await;
    assert_eq!(twice.as_array().map(Vec::len), Some(2));
    assert_eq!(world.person("hrmos", "21").await["number"], "Z0001");
}

#[tokio::test]
async fn monthly_rows_and_closing_states_are_planted_by_user() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let october = "/work_output_months/monthly/2026-10";
    plant(&world, json!({"months": [
        {"month": "2026-10", "user": "A0001", "row": {"actual_working_hours": "1000:30", "month": "202609"}, "status": 0},
        {"month": "2026-10", "user": 2, "row": null},
        {"month": "2026-10", "user": 13, "row": {"working_days": "3.5"}, "status": 3},
        {"month": "2026-10", "user": 4711, "row": {"number": "X1"}},
        {"month": "2020-01", "user": 6, "row": {"working_days": "1.0"}},
    ]}))
    .await;
    let rows = demo.all(october).await;
    let of = |id: u64| rows.iter().find(|row| row["user_id"] == id);
    let hanako = of(1).expect("a row");
    assert_eq!((&hanako["actual_working_hours"], &hanako["month"]), (&json!("1000:30"), &json!("202609")));
    assert_eq!(hanako["total_late_hours"], "1:00", "the rest stays");
    assert!(hanako["updated_at"].as_str() > Some("2026-11-21"));
    assert!(of(2).is_none());
    let opened = of(13).expect("a row");
    assert_eq!((&opened["working_days"], &opened["paid_holidays"]), (&json!("3.5"), &Value::Null));
    assert_eq!(opened.as_object().map(serde_json::Map::len), Some(59));
    assert_eq!(of(4711).map(|row| &row["number"]), Some(&json!("X1")));
    assert_eq!(demo.all("/work_output_months/monthly/2020-01").await.len(), 1);
    let closed = demo.all(&format!("{october}?status=3")).await;
    assert!(closed.iter().any(|row| row["user_id"] == 13) && !closed.iter().any(|row| row["user_id"] == 1));
    let shown = world.look("attendance?service=hrmos&month=2026-10&code=A0001").await;
    assert_eq!((&shown[0]["status"], &shown[0]["user_id"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn a_row_is_changed_key_by_key() {
    let world = World::start().await;
    let set = |row: Value| json!({"months": [{"month": "2026-10", "user": "A0006", "row": row}]});
    plant(&world, set(json!({"working_days": "1.0"}))).await;
    plant(&world, set(json!({"paid_holidays": "2.0"}))).await;
    let shown = world.look("attendance?service=hrmos&month=2026-10&code=A0006").await;
    assert_eq!((&shown[0]["working_days"], &shown[0]["paid_holidays"]), (&json!("1.0"), &json!("2.0")));
}

#[tokio::test]
async fn departments_and_lodgments_are_renamed_added_and_removed() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    plant(&world, json!({
        "departments": [{"id": 1, "name": "第一営業部"}, {"id": 7, "name": "企画部"}, {"id": 2, "delete": true}],
        "lodgments": [{"id": 1, "name": "東京本社"}, {"id": 6, "name": "仙台営業所"}],
    }))
    .await;
    let departments = demo.rows("/departments").await;
    let named = |id: u64| departments.iter().find(|row| row["id"] == id).map(|row| row["name"].clone());
    assert_eq!((named(1), named(7), named(2)), (Some(json!("第一営業部")), Some(json!("企画部")), None));
    let lodgments = demo.rows("/lodgments").await;
    assert_eq!((&lodgments[0]["name"], lodgments.len()), (&json!("東京本社"), 6));
    assert_eq!(lodgments[5].as_object().map(serde_json::Map::len), Some(9));
}

#[tokio::test]
async fn a_leaving_date_ends_the_rows_after_it() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let months = async || {
        let mut some = Vec::new();
        for month in ["2026-08", "2026-09", "2026-10"] {
            let rows = demo.rows(&format!("/work_output_months/monthly/{month}?number=A0012")).await;
            some.push(rows.len());
        }
        some
    };
    assert_eq!(months().await, [1, 1, 1]);
    plant(&world, json!({"upsert": [{"number": "A0012", "end_date": "2026-09-10"}]})).await;
    assert_eq!(months().await, [1, 1, 0]);
    plant(&world, json!({"upsert": [{"number": "A0012", "end_date": null}]})).await;
    assert_eq!(months().await, [1, 1, 1]);
}

#[tokio::test]
async fn a_bad_order_is_explained_and_changes_nothing() {
    let world = World::start().await;
    for (bad, word) in [
        (json!({"update": []}), "update"),
        (json!({"upsert": [{"last_name": "x"}]}), "number"),
        (json!({"delete": ["A0001"], "upsert": [{"number": "A0001", "name": "x"}]}), "\"name\""),
        (
            json!({"delete": ["A0001"], "months": [{"month": "2026-10", "user": 1, "row": {"hours": 1}}]}),
            "hours",
        ),
        (json!({"delete": ["A0001"], "months": [{"month": "October", "user": 1}]}), "month"),
        (json!({"delete": ["A0001"], "departments": [{"name": "x"}]}), "id"),
        (json!({"tenant": "acme", "delete": ["A0001"]}), "acme"),
    ] {
        let mut order = bad.clone();
        order["service"] = json!("hrmos");
        let answer = world.order("people", &order).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert!(answer.body["error"].as_str().expect("a text").contains(word), "{:?}", answer.body);
    }
    assert_eq!(world.person("hrmos", "A0001").await["last_name"], "山田");
}

#[tokio::test]
async fn tenants_are_counted_and_a_reset_brings_the_first_day_back() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    plant(&world, json!({"delete": ["A0001"], "months": [{"month": "2026-10", "user": 2, "row": null}]}))
        .await;
    let counted = send(world.request(Method::GET, "/__sandbox")).await.body;
    assert_eq!(counted["tenants"]["hrmos"], 1);
    world.control("reset", json!({})).await;
    assert_eq!(demo.get("/users").await.status, 401, "tokens ended");
    let demo = Session::demo(&world).await;
    assert_eq!(demo.rows("/users").await[0]["number"], "A0001");
    assert_eq!(demo.rows("/work_output_months/monthly/2026-10?number=A0002").await.len(), 1);
}
