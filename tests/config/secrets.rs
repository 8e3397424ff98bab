//! Where secrets may stand.

use secrecy::ExposeSecret;

use super::Place;
use renkei::config::{LinkServices, OfficeStationAccount, SecretOrigin};

const YAML: &str = r#"links:
  acme:
    kind: officestation-kaonavi
    officestation: { base_url: "https://os.example.jp", station_id: S1, login_id: api, password: { file: secrets/os } }
    kaonavi: { consumer_key: { env: KAONAVI_KEY }, consumer_secret: { credential: kaonavi-secret } }
"#;

fn place() -> Place {
    let mut place = Place::new();
    place.file("config.yaml", YAML);
    place.file("secrets/os", "hunter2\n");
    place.file_with("credentials/kaonavi-secret", "s-secret", 0o440);
    let credentials = place.directory.path().join("credentials").display().to_string();
    place.env.insert("CREDENTIALS_DIRECTORY".into(), credentials);
    place.env.insert("KAONAVI_KEY".into(), "k-secret".into());
    place
}

#[test]
fn files_variables_and_credentials_are_read_and_say_where_they_came_from() {
    let place = place();
    let config = place.load().unwrap_or_else(|error| panic!("{error}"));
    let LinkServices::OfficeStationKaonavi {
        officestation: OfficeStationAccount::Rest(officestation),
        kaonavi,
    } = &config.links["acme"].services
    else {
        panic!()
    };
    assert_eq!(officestation.password.value().expose_secret(), "hunter2");
    assert_eq!(kaonavi.consumer_key.value().expose_secret(), "k-secret");
    assert_eq!(kaonavi.consumer_secret.value().expose_secret(), "s-secret");
    assert_eq!(
        officestation.password.origin(),
        &SecretOrigin::File(place.directory.path().join("secrets/os"))
    );
    assert_eq!(kaonavi.consumer_key.origin().to_string(), "environment variable KAONAVI_KEY");
    assert_eq!(kaonavi.consumer_secret.origin().to_string(), "systemd credential kaonavi-secret");
    let origins: Vec<String> =
        config.secrets().iter().map(|(name, secret)| format!("{name}: {}", secret.origin())).collect();
    assert_eq!(origins[1], "links.acme.kaonavi.consumer_key: environment variable KAONAVI_KEY");
    assert_eq!(origins.len(), 3);
    let debug = format!("{config:?}");
    assert!(!["hunter2", "k-secret", "s-secret"].iter().any(|secret| debug.contains(secret)));
}

#[test]
fn what_is_not_there_is_refused_all_at_once() {
    let mut place = place();
    place.env.clear();
    std::fs::remove_file(place.directory.path().join("secrets/os")).unwrap();
    insta::assert_snapshot!(place.refused());
}

#[test]
fn a_secret_file_that_others_can_read_is_refused() {
    let place = place();
    place.file_with("secrets/os", "hunter2\n", 0o640);
    insta::assert_snapshot!(place.refused());
}

#[test]
fn an_inline_secret_needs_a_file_that_only_its_owner_reads() {
    let place = place();
    let inline = YAML.replace("{ file: secrets/os }", "hunter2");
    place.file_with("config.yaml", &inline, 0o644);
    insta::assert_snapshot!(place.refused());
    place.file_with("config.yaml", &inline, 0o600);
    assert!(place.load().is_ok());
}

#[test]
fn a_configuration_without_inline_secrets_may_be_read_by_everybody() {
    let place = place();
    place.file_with("config.yaml", YAML, 0o644);
    assert!(place.load().is_ok());
}

#[test]
fn a_redis_url_is_a_secret_if_it_holds_a_password() {
    let place = Place::new();
    place.file_with("config.yaml", "redis: { url: \"redis://127.0.0.1/0\" }\n", 0o644);
    assert!(place.load().is_ok());
    for url in ["redis://:hunter2@127.0.0.1/0", "unix:///run/redis.sock?user=renkei&pass=hunter2"] {
        place.file_with("config.yaml", &format!("redis: {{ url: \"{url}\" }}\n"), 0o644);
        let message = place.refused();
        assert!(message.contains("chmod 600") && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn the_sandboxs_credentials_are_for_this_machine_alone() {
    let place = place();
    place.file_with("config.yaml", &YAML.replace("{ file: secrets/os }", "{ sandbox: hunter2 }"), 0o644);
    let message = place.refused();
    assert!(message.contains("`sandbox` is for the sandbox on this machine alone"), "{message}");
}

#[test]
fn odd_secret_files_are_refused() {
    let place = place();
    for (content, reason) in [("", "is empty"), ("\n", "is empty")] {
        place.file("secrets/os", content);
        let message = place.refused();
        assert!(message.contains(reason), "{message}");
    }
    std::fs::write(place.directory.path().join("secrets/os"), [0xff, 0xfe]).unwrap();
    assert!(place.refused().contains("is not UTF-8 text"));
    place.file("secrets/os", &"x".repeat(70_000));
    assert!(place.refused().contains("is longer than any secret"));
}
