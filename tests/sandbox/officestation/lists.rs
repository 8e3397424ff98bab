//! Lists, paging, filters, single reads, masters (§4.4 to §4.6, §4.8).

use serde_json::{Value, json};

use crate::support::{Session, World};

async fn numbers(session: &Session<'_>, query: &str) -> Vec<String> {
    let answer = session.get(&format!("/employees?perPage=200&{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {:?}", answer.body);
    let items = answer.body["items"].as_array().expect("items");
    items.iter().map(|item| item["employeeNumber"].as_str().expect("a number").to_owned()).collect()
}

#[tokio::test]
async fn pages_walk_through_everybody_once_in_order() {
    let world = World::with(257, 1).await;
    let session = world.session().await;
    let mut seen = Vec::new();
    for page in 1.. {
        let answer = session.get(&format!("/employees?page={page}")).await;
        let items = answer.body["items"].as_array().expect("items");
        seen.extend(items.iter().map(|item| item["employeeNumber"].as_str().expect("text").to_owned()));
        // Two of the 257 are in Kaonavi only.
        assert_eq!((&answer.body["totalCount"], &answer.body["totalPages"]), (&json!(255), &json!(3)));
        assert_eq!((&answer.body["page"], &answer.body["perPage"]), (&json!(page), &json!(100)));
        if items.len() < 100 {
            break;
        }
    }
    assert_eq!(seen.len(), 255);
    assert!(seen.is_sorted());
    let past = session.get("/employees?page=9&perPage=200").await;
    assert_eq!((past.status, &past.body["items"]), (200, &json!([])));
    assert!(past.body["asOf"].as_str().expect("a time").starts_with("2026-11-21T09:00"));
}

#[tokio::test]
async fn parameters_out_of_range_or_unknown_are_refused() {
    let world = World::start().await;
    let session = world.session().await;
    for bad in ["perPage=201", "perPage=0", "page=0", "status=gone", "baseDate=today", "colour=red"] {
        assert_eq!(
            session.get(&format!("/employees?{bad}")).await.code(),
            (400, "INVALID_PARAMETER"),
            "{bad}"
        );
    }
    assert_eq!(session.get("/masters?page=1").await.code(), (400, "INVALID_PARAMETER"));
}

#[tokio::test]
async fn status_follows_the_two_dates_and_the_base_date() {
    let world = World::start().await;
    let session = world.session().await;
    let active = numbers(&session, "status=active").await;
    for number in ["A0001", "A0004", "A0008", "11"] {
        assert!(active.iter().any(|n| n == number), "{number}");
    }
    assert!(numbers(&session, "status=expected").await.contains(&"A0003".to_owned()));
    let retired = numbers(&session, "status=retired").await;
    assert!(retired.contains(&"A0005".to_owned()) && !retired.contains(&"A0004".to_owned()));
    let tomorrow = numbers(&session, "status=retired&baseDate=2026-11-22").await;
    assert!(tomorrow.contains(&"A0004".to_owned()));
    let all = numbers(&session, "").await.len();
    assert_eq!(numbers(&session, "status=expected,active,retired").await.len(), all);
}

#[tokio::test]
async fn numbers_and_times_narrow_a_list() {
    let world = World::start().await;
    let session = world.session().await;
    assert_eq!(numbers(&session, "employeeNumbers=A0001,11,nobody").await, ["11", "A0001"]);
    let since = "updatedSince=2026-11-21T00:00:00%2B09:00";
    assert!(numbers(&session, since).await.is_empty());
    session.patch("A0001", json!({"position": "部長"})).await;
    assert_eq!(numbers(&session, since).await, ["A0001"]);
}

#[tokio::test]
async fn one_employee_is_shown_as_the_contract_says() {
    let world = World::start().await;
    let session = world.session().await;
    let taro = session.get("/employees/A0001").await.body;
    assert_eq!(
        (&taro["lastName"], &taro["firstName"], &taro["gender"]),
        (&json!("山田"), &json!("太郎"), &json!("男性"))
    );
    assert_eq!(taro["standardMonthlyRemuneration"], json!(300_000));
    assert_eq!(
        (&taro["building"], &taro["status"], &taro["customItems"]),
        (&Value::Null, &json!("active"), &json!([]))
    );
    assert!(taro["updatedAt"].as_str().expect("a time").ends_with("+09:00"));
    let rokuko = session.get("/employees/A0008").await.body;
    assert_eq!(rokuko["customItems"][0], json!({"name": "制服サイズ", "value": "L"}));
    assert_eq!(rokuko["hireDate"], Value::Null);
    assert_eq!(session.get("/employees/A%30002").await.body["gender"], "女");
    assert_eq!(session.get("/employees/nobody").await.code(), (404, "EMPLOYEE_NOT_FOUND"));
}

#[tokio::test]
async fn dependants_are_listed_for_all_and_for_one() {
    let world = World::start().await;
    let session = world.session().await;
    let of_taro = session.get("/employees/A0001/dependents").await.body["items"].clone();
    assert_eq!(of_taro.as_array().map(Vec::len), Some(2));
    assert_eq!((&of_taro[0]["relationship"], &of_taro[0]["annualIncome"]), (&json!("妻"), &json!(0)));
    assert_eq!(of_taro[1]["sortOrder"], 2);
    let all = session.get("/dependents?perPage=200&employeeNumbers=A0001").await.body;
    assert_eq!((&all["items"], &all["totalCount"]), (&of_taro, &json!(2)));
    let paged = session.get("/dependents?perPage=1&page=2&employeeNumbers=A0001").await.body;
    assert_eq!(paged["items"], json!([of_taro[1]]));
    assert_eq!(session.get("/employees/nobody/dependents").await.code(), (404, "EMPLOYEE_NOT_FOUND"));
}

#[tokio::test]
async fn masters_can_be_exchanged() {
    let world = World::start().await;
    let session = world.session().await;
    let masters = session.get("/masters").await.body;
    assert_eq!(masters["livingTogether"], json!(["同居", "別居"]));
    assert!(masters["gender"].as_array().expect("a list").contains(&json!("女")));
    let order = json!({"service": "officestation", "masters": {"gender": ["男", "女"]}});
    world.control("settings", order).await;
    assert_eq!(session.get("/masters").await.body["gender"], json!(["男", "女"]));
    let refused = session.patch("A0001", json!({"gender": "女性"})).await;
    assert_eq!(refused.body["error"]["details"][0]["code"], "INVALID_CHOICE");
}
