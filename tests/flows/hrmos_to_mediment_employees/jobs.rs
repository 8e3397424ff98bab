//! Jobs about some people, some items, or nothing but a look: E41.

use serde_json::{Value, json};

use crate::clinic::{Clinic, EMPLOYEES, Stage, assert_holds, errors, known, outcome, user, with};

/// Four people of whom three differ in two items, one of them without 社員番号, and one who is new.
async fn four(clinic: &Clinic<'_>) {
    let numbered = ["A0001", "A0002"].map(|number| user(number, "等 しい", &format!("{number}@example.jp")));
    let unnumbered = with(user("", "無 番", "none@example.jp"), json!({"number": null}));
    let mut users = vec![numbered[0].clone(), numbered[1].clone(), unnumbered];
    let there: Vec<Value> = users
        .iter()
        .map(|user| with(known(user), json!({"office": "大阪支社", "hired_on": "2019-04-01"})))
        .collect();
    users.push(user("N0001", "新 人", "shin@example.jp"));
    clinic.known(&there).await;
    clinic.users(&users).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_may_be_about_some_people_also_by_their_id_in_hrmos() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    four(&clinic).await;
    let run = clinic.twice(&["employees", "A0001,(ID:3),A0404,(ID:404)"]).await;
    let items = vec!["事業所", "入社日"];
    assert_eq!(
        (outcome(&run, "A0001"), outcome(&run, "(ID:3)")),
        (("updated", items.clone()), ("updated", items))
    );
    for missing in ["A0404", "(ID:404)"] {
        assert_eq!(errors(&run, missing), ["E_NOT_FOUND"]);
    }
    assert_eq!(run["counts"]["target"], 4, "{run}");
    assert_eq!(clinic.held("A0002").await["office"], "大阪支社");
    assert!(clinic.held("N0001").await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_may_be_about_some_items() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    four(&clinic).await;
    let run = clinic.twice(&["items", "入社日"]).await;
    assert_eq!(outcome(&run, "A0001"), ("updated", vec!["入社日"]));
    assert_holds(&clinic.held("A0001").await, &json!({"office": "大阪支社", "hired_on": "2020-04-01"}));
    // Whoever is new gets what people are found by as well, or the next run would create them again.
    let new =
        json!({"last_name": "新", "email": "shin@example.jp", "hired_on": "2020-04-01", "office": null});
    assert_holds(&clinic.held("N0001").await, &new);

    let unknown = clinic.run(&["items", "入社日,国籍"]).await;
    assert_eq!((&unknown["status"], &unknown["reason"]["code"]), (&json!("異常終了"), &json!("F_JOB")));
    let gender = clinic.run(&["items", "性別"]).await;
    assert_eq!(gender["reason"]["code"], "F_JOB", "without a source it isn't mapped: {gender}");
}

#[tokio::test(flavor = "multi_thread")]
async fn e41_a_dry_run_tells_everything_and_writes_nothing() {
    let stage = Stage::new(EMPLOYEES, &["{}"]).await;
    let clinic = stage.clinic(1);
    four(&clinic).await;
    clinic.known(&[known(&user("9005", "他 人", "one@example.jp"))]).await;
    clinic.users(&[user("A0005", "本 人", "one@example.jp")]).await;
    let dry = clinic.run(&["dry_run", "true"]).await;
    assert_eq!((&dry["status"], &dry["dry_run"]), (&json!("完了"), &json!(true)));
    let writes = stage.world.sandbox.writes_of("mediment").await;
    assert_eq!((writes.len(), clinic.all_known().await.len()), (0, 4));
    let real = clinic.run(&[]).await;
    for part in ["counts", "people", "skipped"] {
        assert_eq!(dry[part], real[part], "{part}");
    }
    assert_eq!((outcome(&real, "N0001").0, outcome(&real, "A0005").0), ("created", "held"));
    assert_eq!(stage.world.mails(1).await.len(), 1, "the dry run mails nobody");
}
