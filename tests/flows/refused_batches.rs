//! A batch that Kaonavi refuses as a whole is halved until the culprits are alone; everybody else is written.

use serde_json::json;

use crate::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_ends_ng_is_halved_and_nobody_is_lost() {
    let world = World::new(50, "").await;
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    for code in ["A0001", "A0003", "A0004"] {
        let mail = format!("{}@changed.example.jp", code.to_lowercase());
        world.sandbox.officestation(json!({"employeeNumber": code, "email": mail})).await;
    }
    let ng = json!({"service": "kaonavi", "match": {"method": "PATCH", "path": "/kaonavi/api/v2.0/members"}, "times": 1,
                    "action": {"task": "NG", "messages": ["氏名は正しくありません。"]}});
    world.sandbox.control("faults", ng).await;
    let run = world.run(&[]).await;
    assert_eq!((&run["status"], &run["counts"]["updated"]), (&json!("完了"), &json!(3)), "{run}");
    assert_eq!(world.sandbox.member("A0004").await["基本情報"]["メールアドレス"], "a0004@changed.example.jp");
    assert!(
        !serde_json::to_string(&run).expect("JSON").contains("正しくありません"),
        "a service's own words are not kept"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whom_kaonavi_alone_refuses_is_rejected_and_the_others_are_written() {
    let world = World::new(50, "").await;
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    for code in ["A0001", "A0003"] {
        let mail = format!("{}@changed.example.jp", code.to_lowercase());
        world.sandbox.officestation(json!({"employeeNumber": code, "email": mail})).await;
    }
    // The whole batch, and then the half that has A0001 in it.
    let refuse = json!({"service": "kaonavi", "match": {"method": "PATCH", "path": "/kaonavi/api/v2.0/members"}, "times": 2,
                        "action": {"status": 400}});
    world.sandbox.control("faults", refuse).await;
    let run = world.run(&[]).await;
    assert_eq!((&run["counts"]["updated"], run["status"].as_str()), (&json!(1), Some("完了")), "{run}");
    let refused = run["people"]
        .as_array()
        .expect("people")
        .iter()
        .find(|person| person["code"] == "A0001")
        .expect("A0001");
    assert_eq!(refused["errors"][0]["code"], "E_REFUSED");
    assert_eq!(
        refused["errors"][0]["message"],
        "社員番号:”A0001”のメールアドレスがカオナビで受け付けられませんでした。"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_refusal_holds_back_is_not_told_as_written() {
    let world = World::new(50, "").await;
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    let changed =
        json!({"employeeNumber": "A0001", "email": "changed@example.jp", "phoneNumber": "03-9999-0000"});
    world.sandbox.officestation(changed).await;
    let refuse = json!({"service": "kaonavi", "match": {"method": "PATCH", "path": "/kaonavi/api/v2.0/members"}, "times": 1,
                        "action": {"status": 400}});
    world.sandbox.control("faults", refuse).await;
    let before = world.sandbox.writes().await.len();
    let run = world.run(&[]).await;
    let refused = run["people"]
        .as_array()
        .expect("people")
        .iter()
        .find(|person| person["code"] == "A0001")
        .expect("A0001");
    assert_eq!((&refused["outcome"], &refused["items"]), (&json!("rejected"), &json!([])), "{run}");
    assert_eq!(
        world.sandbox.writes().await.len(),
        before + 1,
        "the sheet of a refused person is not written"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_joiner_whose_first_post_came_through_late_is_created_once_and_completely() {
    let world = World::new(50, "").await;
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    world
        .sandbox
        .officestation(json!({
            "employeeNumber": "N0001", "lastName": "新", "firstName": "人子", "lastNameKana": "アタラシ", "firstNameKana": "ヒトコ",
            "gender": "女性", "birthDate": "1999-09-09", "hireDate": "2020-04-01", "phoneNumber": "03-1234-0000", "dependents": []
        }))
        .await;
    // The answer is lost and the task outlasts the time that is waited for its effect, so the person is posted again.
    world.sandbox.control("settings", json!({"service": "kaonavi", "task_ms": 6000})).await;
    let lost = json!({"service": "kaonavi", "match": {"method": "POST", "path": "/kaonavi/api/v2.0/members"}, "times": 1,
                      "action": {"lose_answer": true}});
    world.sandbox.control("faults", lost).await;
    let run = world.run(&[]).await;
    let posts = world.sandbox.writes().await.iter().filter(|write| write.starts_with("POST")).count();
    assert!(posts >= 3, "posted once by the first run and twice by this one: {posts}");
    assert_eq!((&run["counts"]["created"], &run["counts"]["updated"]), (&json!(1), &json!(0)), "{run}");
    let rejected = run["people"]
        .as_array()
        .expect("people")
        .iter()
        .any(|person| person["code"] == "N0001" && person["outcome"] == "rejected");
    assert!(!rejected, "{run}");
    let member = world.sandbox.member("N0001").await;
    assert_eq!(member["オフィスステーション_本人情報"]["電話番号"], "03-1234-0000", "{member}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_on_a_later_attempt_does_not_hide_what_the_first_one_wrote() {
    let mut world = World::new(50, "").await;
    world.config = world.config.replace("steps: [300ms", "steps: [4s");
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    world
        .sandbox
        .officestation(json!({
            "employeeNumber": "N0001", "lastName": "新", "firstName": "人子", "lastNameKana": "アタラシ", "firstNameKana": "ヒトコ",
            "gender": "女性", "birthDate": "1999-09-09", "hireDate": "2020-04-01", "phoneNumber": "03-1234-0000", "dependents": []
        }))
        .await;
    let down = json!({"service": "kaonavi", "match": {"method": "PATCH", "path": "/kaonavi/api/v2.0/sheets"}, "times": 3,
                      "action": {"status": 503}});
    world.sandbox.control("faults", down).await;
    let run = world.sync(&[]);
    world.status(&run, &["再試行待ち"]).await;
    let people = world.sandbox.look("people?service=officestation&tenant=STDEMO01").await;
    let gone: Vec<&str> = people
        .as_array()
        .expect("people")
        .iter()
        .filter_map(|person| person["employeeNumber"].as_str())
        .filter(|code| code.starts_with('B'))
        .take(25)
        .collect();
    world
        .sandbox
        .control("people", json!({"service": "officestation", "tenant": "STDEMO01", "delete": gone}))
        .await;
    let run = world.ended(&run).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_GUARD")), "{run}");
    assert_eq!(run["counts"]["created"], 1, "{run}");
    assert!(
        run["people"].as_array().expect("people").iter().any(|person| person["code"] == "N0001"),
        "{run}"
    );
}
