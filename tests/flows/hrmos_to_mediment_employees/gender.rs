//! 性別, which HRMOS勤怠's public API doesn't tell: E34 and the two sources that a link may name.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::clinic::{Clinic, EMPLOYEES, Stage, errors, known, outcome, user, with};

/// One whose 性別 mediment has, one whose it lacks, and one to be created.
async fn three(clinic: &Clinic<'_>) {
    let [first, second] =
        [user("A0001", "一 子", "one@example.jp"), user("A0002", "二 郎", "two@example.jp")];
    clinic.known(&[with(known(&first), json!({"gender": "male"})), known(&second)]).await;
    clinic.users(&[first, second, user("A0003", "三 子", "three@example.jp")]).await;
}

async fn genders(clinic: &Clinic<'_>) -> Vec<Value> {
    clinic.all_known().await.iter().map(|held| held["gender"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn e34_without_a_source_it_is_never_sent() {
    let stage = Stage::new(EMPLOYEES, &["{}", "{ gender_source: none, strict_seed: true }"]).await;
    for number in [1, 2] {
        let clinic = stage.clinic(number);
        three(&clinic).await;
        let run = clinic.twice(&[]).await;
        assert_eq!((outcome(&run, "A0001"), outcome(&run, "A0003").0), (("-", vec![]), "created"));
        assert_eq!(genders(&clinic).await, [json!("male"), Value::Null, Value::Null]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e34_a_further_field_of_the_user_may_tell_it() {
    let stage = Stage::new(EMPLOYEES, &["{ gender_source: \"field:gender\" }"]).await;
    let clinic = stage.clinic(1);
    clinic.set_hrmos(json!({"extra_user_fields": {"gender": null}})).await;
    three(&clinic).await;
    let says = |number: &str, word: &str| json!({"number": number, "gender": word});
    clinic
        .hrmos(json!({"upsert": [says("A0001", "女性"), says("A0002", "男性"), says("A0003", "女")]}))
        .await;
    clinic.equal(3).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0001"), ("updated", vec!["性別"]));
    assert_eq!(outcome(&run, "A0002"), ("updated", vec!["性別"]));
    assert_eq!((outcome(&run, "A0003").0, errors(&run, "A0003")), ("rejected", vec!["E_MASTER 性別".into()]));
    assert_eq!(genders(&clinic).await[..2], ["female", "male"]);
}

/// A folder for the file, which only its owner can look into.
fn folder(world: &Path) -> PathBuf {
    let folder = world.join("gender");
    fs::create_dir(&folder).expect("a folder");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("permissions");
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn e34_a_file_may_tell_it_by_number() {
    let text =
        "\u{feff}社員番号,氏名,性別\r\nＡ０００１,一 子,女性\r\nA0003,三 子,その他\r\nA9999,誰 か,男性\r\n";
    let stage = Stage::with(EMPLOYEES, &["{ gender_source: \"csv:gender/list.csv\" }"], |world| {
        fs::write(folder(world.folder()).join("list.csv"), text).expect("a file");
    });
    let stage = stage.await;
    let clinic = stage.clinic(1);
    three(&clinic).await;
    let run = clinic.twice(&[]).await;
    assert_eq!(outcome(&run, "A0001"), ("updated", vec!["性別"]));
    assert_eq!(outcome(&run, "A0002"), ("-", vec![]), "whom the file doesn't name is left alone");
    assert_eq!(genders(&clinic).await, [json!("female"), Value::Null, json!("other")]);

    let changed = text.replace("A0003,三 子,その他", "A0002,二 郎,男性");
    fs::write(stage.world.folder().join("gender/list.csv"), changed).expect("a file");
    clinic.twice(&[]).await;
    assert_eq!(
        genders(&clinic).await,
        [json!("female"), json!("male"), json!("other")],
        "it is read by every run"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn e34_a_file_that_is_not_what_it_has_to_be_ends_the_run_before_any_request() {
    let stage = Stage::with(EMPLOYEES, &["{ gender_source: \"csv:gender/list.csv\" }"], |world| {
        fs::write(folder(world.folder()).join("list.csv"), "社員番号,性別\nA0001,女性\n").expect("a file");
    });
    let stage = stage.await;
    let clinic = stage.clinic(1);
    three(&clinic).await;
    let file = stage.world.folder().join("gender/list.csv");
    let write = |text: &str| fs::write(&file, text).expect("a file");
    let mode = |mode| {
        let folder = file.parent().expect("a folder");
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("permissions");
    };
    let requests = stage.world.sandbox.requests().await.len();
    let mut said = Vec::new();
    for text in [
        "社員番号,せいべつ\nA0001,女性\n",
        "社員番号,性別\n",
        "社員番号,性別\nA0001\n",
        "社員番号,性別\nA0001,女",
    ] {
        write(text);
        said.push(clinic.run(&[]).await);
    }
    write("社員番号,性別\nA0001,女性\n");
    mode(0o755);
    said.push(clinic.run(&[]).await);
    mode(0o700);
    for run in &said {
        assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_FILE")), "{run}");
        assert_eq!(run["attempts"], 1, "{run}");
    }
    let said: Vec<&str> = said.iter().map(|run| run["reason"]["message"].as_str().expect("a text")).collect();
    insta::assert_snapshot!(said.join("\n"));
    // A configuration that names a file that is gone is refused, so that the command line can't be asked.
    fs::remove_file(&file).expect("a file");
    let run = clinic.start(&[]);
    stage.world.becomes(&run, "status", "異常終了").await;
    assert_eq!(stage.world.state(&run, "reason.code").as_deref(), Some("F_FILE"));
    assert_eq!(stage.world.sandbox.requests().await.len(), requests);

    write("社員番号,性別\nA0001,女性\n");
    assert_eq!(outcome(&clinic.twice(&[]).await, "A0001"), ("updated", vec!["性別"]));
}
