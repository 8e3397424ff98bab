//! `/__sandbox`: journal, clock, reset, data, settings.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{KAONAVI, OFFICESTATION, World, send};

#[tokio::test]
async fn the_journal_names_each_request_without_its_query() {
    let world = World::start().await;
    let session = world.session_of("STDEMO07").await;
    session.get("/employees?page=1").await;
    world.kaonavi("demo-key-7", "/members").await;
    send(world.request(Method::GET, &format!("{KAONAVI}/members"))).await;
    let requests = world.look("requests").await;
    let seen: Vec<String> = requests
        .as_array()
        .expect("a list")
        .iter()
        .map(|r| {
            format!("{} {} {} {} {}", r["service"], r["tenant"], r["method"], r["path"], r["status"])
                .replace('"', "")
        })
        .collect();
    assert_eq!(
        seen,
        [
            format!("officestation STDEMO07 POST {OFFICESTATION}/auth/token 200"),
            format!("officestation STDEMO07 GET {OFFICESTATION}/employees 200"),
            format!("kaonavi demo-key-7 POST {KAONAVI}/token 200"),
            format!("kaonavi demo-key-7 GET {KAONAVI}/members 200"),
            format!("kaonavi null GET {KAONAVI}/members 401"),
        ]
    );
    assert!(requests[0]["at"].as_str().expect("a time").starts_with("2026-11-21T09:00"));
    assert_eq!(world.look("requests?tenant=demo-key-7").await.as_array().map(Vec::len), Some(2));
    send(world.request(Method::DELETE, "/__sandbox/requests")).await;
    assert_eq!(world.look("requests").await, json!([]));
}

#[tokio::test]
async fn the_clock_moves_the_day_of_every_service() {
    let world = World::start().await;
    world.control("clock", json!({"now": "2026-11-22"})).await;
    assert_eq!(world.session().await.get("/employees/A0004").await.body["status"], "retired");
    world.control("clock", json!({"now": "2026-12-01T00:00:00+09:00"})).await;
    assert_eq!(world.session().await.get("/employees/A0003").await.body["status"], "active");
    assert_eq!(world.order("clock", &json!({"now": "soon"})).await.status, 400);
}

#[tokio::test]
async fn a_reset_begins_anew() {
    let world = World::start().await;
    let session = world.session().await;
    session.patch("A0001", json!({"position": "部長"})).await;
    world.control("faults", json!({"action": {"drop": true}})).await;
    world.control("settings", json!({"service": "officestation", "tenant": "*", "rate_per_minute": 1})).await;
    world.control("reset", json!({"employees": 50, "now": "2027-01-05"})).await;
    assert_eq!(world.look("requests").await, json!([]));
    assert_eq!(session.get("/company").await.code(), (401, "TOKEN_INVALID"));
    let session = world.session().await;
    let list = session.get("/employees?perPage=200").await.body;
    assert_eq!(list["totalCount"], 49);
    let taro = session.get("/employees/A0001").await.body;
    assert_eq!((&taro["position"], &taro["version"]), (&json!("課長"), &json!(1)));
    assert_eq!(session.get("/employees/A0004").await.body["retireDate"], "2027-01-05");
    for bad in [json!({"employees": 19}), json!({"now": "never"}), json!({"colour": "red"})] {
        assert_eq!(world.order("reset", &bad).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn officestations_people_can_be_planted_past_its_rules() {
    let world = World::start().await;
    let order = json!({"service": "officestation", "tenant": "STDEMO01", "upsert": [
        {"employeeNumber": "A0001", "gender": "不明", "birthDate": "いつか", "phoneNumber": null,
         "dependents": [{"lastName": "山田", "relationship": "友"}]},
        {"employeeNumber": "Z0001", "lastName": "無"},
    ], "insert": [{"employeeNumber": "A0001"}, {"employeeNumber": ""}], "delete": ["A0002", "nobody"]});
    assert_eq!(world.control("people", order).await, json!({"changed": 5}));
    let session = world.session().await;
    let twice = session.get("/employees?employeeNumbers=A0001").await.body;
    assert_eq!(twice["totalCount"], 2);
    let taro = &twice["items"][0];
    assert_eq!(
        (&taro["gender"], &taro["birthDate"], &taro["version"]),
        (&json!("不明"), &json!("いつか"), &json!(2))
    );
    assert_eq!((&taro["phoneNumber"], &taro["lastName"]), (&Value::Null, &json!("山田")));
    assert_eq!(session.get("/employees/A0001/dependents").await.body["items"][0]["relationship"], "友");
    assert_eq!(session.get("/employees/A0002").await.status, 404);
    assert_eq!(world.person("officestation", "Z0001").await["lastName"], "無");
}

#[tokio::test]
async fn kaonavis_people_can_be_planted_by_item_name() {
    let world = World::start().await;
    let order = json!({"service": "kaonavi", "upsert": [{"code": "A0001", "基本情報": {"メールアドレス": "x@example.jp"},
        "オフィスステーション_本人情報": {"電話番号": "1"}, "オフィスステーション_扶養家族情報": []}], "delete": ["A0004"]});
    assert_eq!(world.control("people", order).await, json!({"changed": 2}));
    let taro = world.person("kaonavi", "A0001").await;
    assert_eq!(taro["基本情報"]["メールアドレス"], "x@example.jp");
    assert_eq!(taro["オフィスステーション_本人情報"]["電話番号"], "1");
    assert_eq!(world.look("people?service=kaonavi&code=A0004").await, json!([]));
}

#[tokio::test]
async fn a_bad_order_is_explained_and_changes_nothing() {
    let world = World::start().await;
    for (what, bad, word) in [
        ("people", json!({"tenant": "STDEMO01"}), "service"),
        ("people", json!({"service": "saturn"}), "saturn"),
        ("people", json!({"service": "officestation", "tenant": "nobody"}), "nobody"),
        ("people", json!({"service": "officestation", "upsert": [{"lastName": "x"}]}), "employeeNumber"),
        ("people", json!({"service": "officestation", "update": []}), "update"),
        (
            "people",
            json!({"service": "officestation", "delete": ["A0001"], "upsert": [{"employeeNumber": "A0001", "x": 1}]}),
            "\"x\"",
        ),
        ("settings", json!({"service": "officestation", "colour": 1}), "colour"),
        ("settings", json!({"service": "officestation", "tenant": "*", "colour": 1}), "colour"),
        ("settings", json!({"service": "officestation", "login": {"hiddenCategories": ["全部"]}}), "全部"),
        ("settings", json!({"service": "smtp"}), "smtp"),
    ] {
        let answer = world.order(what, &bad).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert!(answer.body["error"].as_str().expect("a text").contains(word), "{:?}", answer.body);
    }
    assert_eq!(world.person("officestation", "A0001").await["lastName"], "山田");
}

#[tokio::test]
async fn settings_of_all_tenants_hold_for_those_made_later() {
    let world = World::start().await;
    world.session_of("STDEMO02").await;
    world.control("settings", json!({"service": "officestation", "tenant": "*", "rate_per_minute": 7})).await;
    for station in ["STDEMO01", "STDEMO02", "STDEMO03"] {
        let answer = world.log_in(station, "renkei-api", "demo-password").await;
        assert_eq!(answer.header("x-ratelimit-limit"), Some("7"), "{station}");
    }
    world.control("settings", json!({"service": "kaonavi", "tenant": "*", "tokens_per_hour": 1})).await;
    assert_eq!(world.kaonavi_token("demo-key-9").await.status, 200);
    assert_eq!(world.kaonavi_token("demo-key-9").await.status, 429);
}

#[tokio::test]
async fn a_stopped_sandbox_frees_its_ports() {
    let world = World::start().await;
    let (addr, smtp) = (world.sandbox.addr(), world.sandbox.smtp_addr());
    assert!(renkei::sandbox::banner(&world.sandbox).contains(&addr.to_string()));
    world.sandbox.stop().await;
    let options = renkei::sandbox::Options { listen: addr, smtp, ..Default::default() };
    let again = renkei::sandbox::start(options).await.expect("the ports are free");
    again.stop().await;
}
