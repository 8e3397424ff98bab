//! `renkei mail-test`.

use serde_json::json;

use crate::json as parse;
use crate::renkei;
use crate::support::world::World;
use crate::write_config;

#[tokio::test(flavor = "multi_thread")]
async fn every_address_gets_a_mail_and_the_answer_says_so() {
    let world = World::new(20, "").await;
    let (code, stdout, stderr) = world.renkei(&["mail-test", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(parse(&stdout), json!({"accepted": ["hr@example.co.jp"], "refused": []}));
    let (subject, _) = world.mails(1).await.swap_remove(0);
    assert!(subject.contains("renkei"), "{subject}");
}

#[test]
fn without_mail_or_addresses_it_says_what_to_set() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in
        ["links: {}\n", "mail: { smtp: \"smtp://127.0.0.1:9\", from: \"a@example.co.jp\" }\nlinks: {}\n"]
    {
        write_config(folder.path(), text);
        let (code, stdout, stderr) = renkei(folder.path(), &["mail-test"]);
        assert_eq!((code, stdout.as_str()), (1, ""), "{stderr}");
        assert!(stderr.contains("mail: {"), "{stderr}");
    }
}

#[test]
fn a_server_that_is_not_there_is_a_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "mail: { smtp: \"smtp://127.0.0.1:9\", from: \"a@example.co.jp\", to: [\"b@example.co.jp\"] }\nlinks: {}\n";
    write_config(folder.path(), text);
    let (code, stdout, stderr) = renkei(folder.path(), &["mail-test"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("connection"), "{stderr}");
}
