//! `GET /users`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::support::{Session, keys};
use crate::support::World;

#[tokio::test]
async fn a_user_has_all_36_keys_and_nulls_are_shown() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    for user in demo.all("/users").await {
        assert_eq!(keys(&user).len(), 36, "{user}");
        for calendar in 1..=8 {
            assert_eq!(user.get(format!("default_calendar_{calendar}_id")), Some(&Value::Null));
        }
        assert!(user["group4_approvers"].is_array() && user["user_original_calendars"].is_array());
        for key in ["created_at", "updated_at"] {
            let at = user[key].as_str().expect("a time");
            assert!(at.ends_with(".000+09:00") && at.len() == 29, "{at}");
        }
        assert!(user["created_at"].as_str() <= user["updated_at"].as_str());
        assert!(user.get("gender").is_none() && user.get("login_id").is_none());
    }
}

#[tokio::test]
async fn the_example_user_looks_as_the_vendors_does() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let users = demo.rows("/users").await;
    let hanako = &users[0];
    for (key, value) in [
        ("id", json!(1)),
        ("number", json!("A0001")),
        ("last_name", json!("山田")),
        ("first_name_kana", json!("ハナコ")),
        ("email", json!("hanako@example.jp")),
        ("start_date", json!("2020-04-01")),
        ("end_date", json!(null)),
        ("cutoff_date", json!(31)),
        ("lodgment_id", json!(1)),
        ("segment", json!("1,2,3,4,5,6")),
    ] {
        assert_eq!(hanako[key], value, "{key}");
    }
    let boss = &users[1]["group1_approvers"][0];
    assert_eq!(keys(boss), ["department_id", "first_name", "id", "last_name", "lodgment_id"].into());
    assert_eq!(boss["id"], 1);
}

#[tokio::test]
async fn the_awkward_people_of_real_data_are_there() {
    let world = World::start().await;
    let demo = Session::demo(&world).await;
    let users = demo.all("/users").await;
    let any = |of: &dyn Fn(&Value) -> bool| users.iter().any(of);
    assert!(any(&|user| user["number"].is_null()) && any(&|user| user["number"] == ""));
    assert!(any(&|user| user["email"].is_null()) && any(&|user| user["last_name_kana"] == ""));
    assert!(any(&|user| user["end_date"].as_str().is_some_and(|day| day > "2026-11-21")));
    assert!(
        any(&|user| user["end_date"].as_str().is_some_and(|day| day < "2026-11-21")),
        "leavers are listed"
    );
    assert!(any(&|user| user["lodgment_id"].is_null() && user["department_id"].is_null()));
    assert!(any(&|user| user["last_name"].as_str().is_some_and(|name| name.contains('\u{3000}'))));
    assert!(any(&|user| user["email"].as_str().is_some_and(|mail| mail.chars().any(char::is_uppercase))));
    let departments = demo.all("/departments").await;
    let known: BTreeSet<_> = departments.iter().map(|row| row["id"].as_u64()).collect();
    assert!(any(&|user| user["department_id"].is_u64() && !known.contains(&user["department_id"].as_u64())));
    let mut names: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for user in &users {
        let name = (user["last_name"].to_string(), user["first_name"].to_string());
        names.entry(name).or_default().push(user["email"].clone());
    }
    let twins: Vec<_> = names.values().filter(|mails| mails.len() > 1).collect();
    assert!(twins.iter().any(|mails| mails[0] == mails[1]) && twins.iter().any(|mails| mails[0] != mails[1]));
}
