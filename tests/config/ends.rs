//! When keys and passwords end.

use super::{Place, accepted, clinic, with_link};
use renkei::config::{Config, Secret, reload};

fn ends(config: &Config, link: &str, secret: &str) -> Option<String> {
    let secrets: Vec<(&str, &Secret)> = config.links[link].secrets();
    let (_, secret) = secrets.iter().find(|(key, _)| *key == secret).expect("the link has it");
    secret.ends().map(|day| day.to_string())
}

#[test]
fn a_key_of_hrmos_ends_three_months_after_its_day_of_issue() {
    for (issued, end) in [
        ("2026-09-01", "2026-12-01"),
        ("2026-11-30", "2027-02-28"),
        ("2027-11-30", "2028-02-29"),
        ("2026-12-31", "2027-03-31"),
        ("2026-10-15", "2027-01-15"),
    ] {
        let config = accepted(&clinic(&format!("key_issued: {issued}")));
        assert_eq!(ends(&config, "clinic", "hrmos.secret_key").as_deref(), Some(end), "{issued}");
    }
}

#[test]
fn any_account_may_say_when_its_secret_ends() {
    let config = accepted(&clinic("expires: 2026-12-01"));
    assert_eq!(ends(&config, "clinic", "hrmos.secret_key").as_deref(), Some("2026-12-01"));
    assert_eq!(ends(&config, "clinic", "mediment.consumer_secret"), None);
    let quoted = clinic("").replace("s-mediment\"", "s-mediment\", expires: \"2027-04-30\"");
    let secret = ends(&accepted(&quoted), "clinic", "mediment.consumer_secret");
    assert_eq!(secret.as_deref(), Some("2027-04-30"));
    let yaml = with_link("").replace("hunter2\"", "hunter2\", expires: 2027-03-31");
    let config = accepted(&yaml.replace("s-secret\"", "s-secret\", expires: 2027-05-31"));
    assert_eq!(ends(&config, "acme", "officestation.password").as_deref(), Some("2027-03-31"));
    assert_eq!(ends(&config, "acme", "kaonavi.consumer_secret").as_deref(), Some("2027-05-31"));
    let mail = "mail: { smtp: \"smtps://mail.example.jp\", from: renkei@example.jp, username: renkei, password: hunter2, expires: 2027-06-30 }\n";
    let password = accepted(mail).mail.and_then(|mail| mail.smtp.password).expect("it is there");
    assert_eq!(password.ends().map(|day| day.to_string()).as_deref(), Some("2027-06-30"));
}

#[test]
fn two_links_of_one_account_need_not_both_say_when_its_key_ends() {
    let yaml = clinic("");
    let (_, second) = yaml.split_once("  clinic:").expect("the link");
    let config = accepted(&format!("{}  ward:{second}", clinic("key_issued: 2026-09-01")));
    assert_eq!(config.links["clinic"].accounts(), config.links["ward"].accounts());
}

#[test]
fn a_reload_takes_the_new_key_with_its_day_of_issue() {
    let place = Place::new();
    place.file("key", "old\n");
    let yaml =
        |issued: &str| clinic(&format!("key_issued: {issued}")).replace("\"k-secret\"", "{ file: key }");
    place.file("config.yaml", &yaml("2026-09-01"));
    let before = place.load().unwrap();
    place.file("key", "new\n");
    place.file("config.yaml", &yaml("2026-11-25"));
    let after = reload(&before, &place.surroundings());
    assert!(after.error.is_none());
    assert_eq!(ends(&after.config, "clinic", "hrmos.secret_key").as_deref(), Some("2027-02-25"));
    assert_ne!(before.links["clinic"].services, after.config.links["clinic"].services, "another key");

    place.file("config.yaml", &yaml("2026-11-35"));
    let refused = reload(&after.config, &place.surroundings());
    assert!(refused.error.is_some());
    assert_eq!(ends(&refused.config, "clinic", "hrmos.secret_key").as_deref(), Some("2027-02-25"));
}
