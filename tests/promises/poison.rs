//! Promise 4: a job that takes its daemon down again and again is given up, with a word to those who wait for it.

use serde_json::json;

use crate::scene;

#[tokio::test(flavor = "multi_thread")]
async fn no_poison_three_crashes_end_a_run_and_the_next_one_goes_on() {
    let world = scene::world().await;
    let deadly = json!({"service": "officestation", "match": {"path": "/officestation/api/v1/employees"}, "times": null,
                        "action": {"delay_ms": 60_000, "drop": true}});
    world.sandbox.plant(deadly).await;
    let poison = world.sync(&[]);
    let next = world.sync(&[]);
    for attempt in ["1", "2", "3"] {
        let daemon = world.daemon(&format!("daemon-{attempt}")).await;
        world.becomes(&poison, "attempts", attempt).await;
        daemon.kill();
    }
    world.sandbox.heal().await;
    let survivor = world.daemon("survivor").await;
    let ended = world.ended(&poison).await;
    let reason = (&ended["status"], &ended["reason"]["code"], &ended["attempts"]);
    assert_eq!(reason, (&json!("異常終了"), &json!("F_CRASH"), &json!(3)), "{ended}");
    assert_eq!(ended["reason"]["message"], "処理が3回中断したため中止しました。");
    let next = world.ended(&next).await;
    assert_eq!((&next["status"], &next["attempts"]), (&json!("完了"), &json!(1)), "{next}");

    world.mails(2).await;
    world.outbox_is_empty().await;
    let mails = world.sandbox.mails().await;
    let told: Vec<&str> =
        mails.iter().map(|(_, body)| body.as_str()).filter(|body| body.contains(&poison)).collect();
    assert_eq!((mails.len(), told.len()), (2, 1), "one mail a run");
    assert!(told[0].contains("処理が3回中断したため中止しました。"), "{}", told[0]);
    let whom =
        format!("「異常終了」の場合は、情報システム部 内線1234へお問い合わせください(実行ID:{poison})。");
    assert!(told[0].contains(&whom), "{}", told[0]);
    assert_eq!(survivor.log().matches("F_CRASH").count(), 1, "{}", survivor.log());
}
