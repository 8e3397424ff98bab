//! `renkei retry`.

use serde_json::json;

use crate::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_run_becomes_a_new_job_with_the_same_fields() {
    let world = World::new(30, "").await;
    let daemon = world.daemon("daemon").await;
    let run = world
        .run(&["employees", "A0003", "items", "メールアドレス", "requested_by", "sato", "key", "k1"])
        .await;
    drop(daemon);
    let (code, stdout, stderr) = world.renkei(&["retry", run["id"].as_str().expect("an id")]);
    assert_eq!(code, 0, "{stderr}");
    let again = stdout.trim();
    assert_ne!(again, run["id"]);
    let fields = world.redis.cli(&["XRANGE", "renkei:jobs", again, again]);
    for word in ["acme", "A0003", "メールアドレス"] {
        assert!(fields.contains(word), "{fields}");
    }
    assert!(!fields.contains("k1") && !fields.contains("force"), "{fields}");
    let (_, stdout, _) =
        world.renkei(&["retry", run["id"].as_str().expect("an id"), "--force", "--format", "json"]);
    let forced = crate::json(&stdout)["run"].as_str().expect("an id").to_owned();
    assert!(world.redis.cli(&["XRANGE", "renkei:jobs", &forced, &forced]).contains("force"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_for_its_next_attempt_is_due_now() {
    let mut world = World::new(30, "").await;
    world.config = world
        .config
        .replace("steps: [300ms, 500ms, 1s]", "steps: [10m]")
        .replace("deadline: 60s", "deadline: 6h");
    let _daemon = world.daemon("daemon").await;
    let away = json!({"service": "officestation", "times": null, "action": {"status": 503}});
    world.sandbox.control("faults", away).await;
    let run = world.sync(&["employees", "A0003"]);
    world.status(&run, &["再試行待ち"]).await;
    reset_faults(&world).await;
    let (code, stdout, stderr) = world.renkei(&["retry", &run, "--force"]);
    assert_eq!((code, stdout.trim()), (0, run.as_str()), "{stderr}");
    assert!(stderr.contains("--force is for ended runs"), "{stderr}");
    let ended = world.ended(&run).await;
    assert_eq!((ended["status"].as_str(), ended["attempts"].as_u64()), (Some("完了"), Some(2)), "{ended}");
}

async fn reset_faults(world: &World) {
    let url = format!("{}/__sandbox/faults", world.sandbox.http);
    crate::support::http()
        .delete(url)
        .send()
        .await
        .expect("an answer")
        .error_for_status()
        .expect("a success");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_run_again_says_why() {
    let world = World::new(20, "").await;
    let (code, _, stderr) = world.renkei(&["retry", "1763700000000-0"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("there is no run"), "{stderr}");
    let waiting = world.sync(&[]);
    let (code, stdout, stderr) = world.renkei(&["retry", &waiting]);
    assert_eq!((code, stdout.trim()), (0, waiting.as_str()), "it is on its way");
    assert!(stderr.contains("実行待ち"), "{stderr}");
    let _daemon = world.daemon("daemon").await;
    let refused = world.xadd(&["link", "acmee", "flow", "officestation-to-kaonavi"]);
    world.ended(&refused).await;
    let (code, _, stderr) = world.renkei(&["retry", &refused]);
    assert_eq!(code, 1);
    assert!(stderr.contains("valid job"), "{stderr}");
}
