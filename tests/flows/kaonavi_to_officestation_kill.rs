//! A daemon that dies around a batch: another one ends the run as if nothing had happened.

use serde_json::json;

use crate::support::world::World;

/// Changes two people, adds one, kills the daemon while its batch is held, and looks at what the next one makes of it.
async fn killed(action: serde_json::Value, served: bool) {
    let world = World::new(30, "").await;
    let daemon = world.daemon("first").await;
    let job = ["link", "acme", "flow", "kaonavi-to-officestation"];
    let run = world.xadd(&job);
    world.ended(&run).await;
    for code in ["A0001", "A0003"] {
        let mail = format!("{}@new.example.jp", code.to_lowercase());
        world.sandbox.kaonavi(json!({"code": code, "基本情報": {"メールアドレス": mail}})).await;
    }
    let new = json!({"氏名": "新　人子", "フリガナ": "アタラシ　ヒトコ", "性別": "女性", "生年月日": "1999-09-09", "入社日": "2020-04-01"});
    world.sandbox.kaonavi(json!({"code": "N0001", "基本情報": new})).await;
    let before = world.sandbox.writes_of("officestation").await.len();
    let path = "/officestation/api/v1/employees/batch";
    world
        .sandbox
        .plant(json!({"match": {"method": "POST", "path": path}, "times": 1, "action": action}))
        .await;
    let run = world.xadd(&job);
    world.sandbox.hit().await;
    if served {
        daemon.signal("STOP");
        crate::support::eventually("the batch to be served", crate::support::PATIENCE, || async {
            (world.sandbox.writes_of("officestation").await.len() > before).then_some(())
        })
        .await;
    }
    daemon.kill();
    assert_eq!(world.state(&run, "status").as_deref(), Some("実行中"));
    let intents = world.state(&run, "intents").expect("an intent");
    assert!(intents.contains("\"unknown\""), "{intents}");
    assert!(
        !intents.contains("example.jp") && !intents.contains("人子"),
        "no value is part of an intent: {intents}"
    );
    let _heir = world.daemon("second").await;
    let ended = world.ended(&run).await;
    assert_eq!((&ended["status"], &ended["attempts"]), (&json!("完了"), &json!(2)), "{ended}");
    assert_eq!((&ended["counts"]["created"], &ended["counts"]["updated"]), (&json!(1), &json!(2)), "{ended}");
    assert_eq!(world.sandbox.employee("A0003").await["email"], "a0003@new.example.jp");
    assert_eq!(world.sandbox.employee("N0001").await["lastName"], "新");
    let again = world.xadd(&job);
    let written = world.sandbox.writes_of("officestation").await.len();
    world.ended(&again).await;
    assert_eq!(
        world.sandbox.writes_of("officestation").await.len(),
        written,
        "nothing is left to be written"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_intent_and_the_batch() {
    killed(json!({"delay_ms": 20_000, "drop": true}), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_batch_and_its_answer() {
    killed(json!({"delay_ms": 1_000}), true).await;
}
