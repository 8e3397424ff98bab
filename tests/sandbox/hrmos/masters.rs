//! 部門, 拠点, 雇用形態, 勤務区分, 都道府県, 休暇.

use serde_json::json;

use super::support::{Session, keys};
use crate::support::World;

#[tokio::test]
async fn departments_and_employments_are_id_name_and_order() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    for path in ["/departments", "/employments", "/paid_holidays"] {
        let rows = demo.rows(path).await;
        assert!(!rows.is_empty());
        for row in rows {
            assert_eq!(keys(&row), ["id", "name", "sequence"].into(), "{path}");
            assert!(row["id"].is_u64() && row["name"].is_string() && row["sequence"].is_u64());
        }
    }
}

#[tokio::test]
async fn lodgments_can_be_asked_for_by_prefecture() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let all = demo.rows("/lodgments").await;
    assert_eq!((all.len(), &all[0]["name"]), (5, &json!("本社")));
    let wanted = ["address", "created_at", "id", "ip_addresses", "name", "prefectural_id"];
    assert!(keys(&all[0]).is_superset(&wanted.into()) && keys(&all[0]).len() == 9);
    let osaka = demo.rows("/lodgments?prefectural_id=27").await;
    assert_eq!((osaka.len(), &osaka[0]["name"]), (1, &json!("大阪支社")));
    assert_eq!(demo.get("/lodgments?prefectural_id=Osaka").await.status, 400);
}

#[tokio::test]
async fn there_are_47_prefectures_on_two_pages() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let all = demo.all("/prefecturals").await;
    assert_eq!(all.len(), 47);
    assert_eq!((&all[12], &all[46]["name"]), (&json!({"id": 13, "name": "東京都"}), &json!("沖縄県")));
    let page = demo.get("/prefecturals").await;
    assert_eq!((page.header("x-total-count"), page.header("x-total-page")), (Some("47"), Some("2")));
}

#[tokio::test]
async fn a_segment_shows_every_key_and_times_with_seconds() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let rows = demo.rows("/segments").await;
    for row in &rows {
        assert_eq!(keys(row).len(), 28, "{row}");
    }
    assert_eq!((&rows[0]["start_at"], &rows[0]["status"]), (&json!("09:00:00"), &json!(1)));
    assert!(rows[1]["start_at"].is_null() && rows[1]["status"] == 2);
}

#[tokio::test]
async fn the_history_of_a_leave_tells_whether_hours_are_used() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let answer = demo.get("/paid_holidays/1/users/6/year/2026").await;
    assert_eq!((answer.status, answer.header("x-use-hour-holiday")), (200, Some("true")));
    let rows = answer.body.as_array().expect("a bare array");
    assert_eq!((rows.len(), keys(&rows[0]).len(), &rows[0]["date"]), (8, 14, &json!("2026-04-01")));
    for missing in ["/paid_holidays/2/users/6/year/2026", "/paid_holidays/1/users/999/year/2026"] {
        assert_eq!(demo.get(missing).await.status, 404, "{missing}");
    }
}
