//! `renkei plan`.

use crate::support::world::World;
use crate::{json, shape};

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_by_the_exit_code_only_when_asked() {
    let mut world = World::new(30, "").await;
    // A plan needs no Redis.
    world.redis.stop();
    let plan = ["plan", "acme", "officestation-to-kaonavi"];
    let (code, stdout, stderr) = world.renkei(&plan);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("性別の値が存在しません"), "{stdout}");
    assert_eq!(world.renkei(&[&plan[..], &["--exit-code"]].concat()).0, 4);
    assert_eq!(world.renkei(&[&plan[..], &["--exit-code", "--employees", "A0003"]].concat()).0, 0);
    assert_eq!(world.sandbox.writes().await, Vec::<String>::new(), "a plan writes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_json_is_stable() {
    let world = World::new(30, "").await;
    // A guard trips when the source has lost an item.
    let absent = serde_json::json!({"service": "officestation", "absent": ["email"]});
    world.sandbox.control("settings", absent).await;
    let (code, stdout, stderr) =
        world.renkei(&["plan", "acme", "officestation-to-kaonavi", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    insta::assert_snapshot!(shape(&json(&stdout)).join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_planned_says_why() {
    let mut world = World::new(20, "").await;
    let (code, stdout, stderr) = world.renkei(&["plan", "acmee", "officestation-to-kaonavi"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("acme"), "{stderr}");
    world.config.push_str(
        "  clinic:\n    kind: hrmos-mediment\n    hrmos: { company: demo, secret_key: x }\n    \
         mediment: { base_url: \"http://127.0.0.1:9\", consumer_key: x, consumer_secret: x }\n",
    );
    let (code, _, stderr) = world.renkei(&["plan", "clinic", "officestation-to-kaonavi"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("hrmos-to-mediment-employees"), "{stderr}");
    world.config = world.config.replace("password: demo-password", "password: wrong");
    let (code, stdout, stderr) = world.renkei(&["plan", "acme", "officestation-to-kaonavi"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("F_AUTH"), "{stderr}");
}
