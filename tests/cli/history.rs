//! `renkei history` and `renkei history show`.

use serde_json::json as value;

use crate::support::world::World;
use crate::{json, shape};

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_history_is_an_answer_and_an_unknown_run_is_none() {
    let world = World::new(20, "").await;
    assert_eq!(world.renkei(&["history"]), (0, "実行履歴はありません。\n".to_owned(), String::new()));
    assert_eq!(json(&world.renkei(&["history", "--format", "json"]).1), value!([]));
    for run in ["1763700000000-0", "nonsense"] {
        let (code, stdout, stderr) = world.renkei(&["history", "show", run]);
        assert_eq!((code, stdout.as_str()), (1, ""), "{stderr}");
        assert!(stderr.contains(run), "{stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_listed_by_link_and_status_and_shown_whole() {
    let world = World::new(30, "").await;
    let _daemon = world.daemon("daemon").await;
    let done = world.run(&["requested_by", "sato"]).await;
    let refused = world.xadd(&["link", "acmee", "flow", "officestation-to-kaonavi"]);
    world.ended(&refused).await;
    let ids = |args: &[&str]| {
        let (code, stdout, stderr) = world.renkei(&[&["history", "--format", "json"], args].concat());
        assert_eq!(code, 0, "{stderr}");
        let runs = json(&stdout);
        let id = |run: &serde_json::Value| run["id"].as_str().expect("an id").to_owned();
        runs.as_array().expect("an array").iter().map(id).collect::<Vec<_>>()
    };
    let first = done["id"].as_str().expect("an id").to_owned();
    assert_eq!(ids(&[]), [refused.as_str(), first.as_str()], "newest first");
    assert_eq!(ids(&["--limit", "1"]), [refused.as_str()]);
    assert_eq!(ids(&["--link", "acme"]), [first.as_str()]);
    assert_eq!(ids(&["--status", "異常終了"]), [refused.as_str()]);

    let (code, stdout, _) = world.renkei(&["history", "show", &refused]);
    assert_eq!(code, 0, "it answered, whatever the run's status");
    assert!(stdout.contains("異常終了") && stdout.contains("お問い合わせください"), "{stdout}");
    let (_, stdout, _) = world.renkei(&["history", "show", &first]);
    for part in ["完了(エラー1件)", "オフィスステーション→カオナビ", "スポット実行", "sato", "A0002", "ほか"]
    {
        assert!(stdout.contains(part), "{part} is missing in {stdout}");
    }
    let widest = stdout.lines().map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|widest| widest <= 120), "{stdout}");
    let (_, stdout, _) = world.renkei(&["history", "show", &first, "--format", "json"]);
    let mut run = json(&stdout);
    run["todo"] = value!([]);
    insta::assert_snapshot!(shape(&run).join("\n"));
}
