//! A running daemon reads its file again.

use super::{Place, with_link};
use renkei::config::{Config, reload};
use renkei::job::Flow;

fn schedule(config: &Config, link: &str) -> Option<String> {
    config.links[link].flows[&Flow::OfficeStationToKaonavi].schedule.as_ref().map(ToString::to_string)
}

fn yaml(support: &str, acme: &str, beta: &str) -> String {
    let one = with_link(&format!("    schedule: {{ officestation-to-kaonavi: \"{acme}\" }}\n"));
    let (_, link) = one.split_once("  acme:").unwrap();
    format!("support: {support}\n{one}  beta:{}", link.replace(acme, beta))
}

#[test]
fn a_mistake_in_one_link_leaves_that_link_as_it_was() {
    let place = Place::new();
    place.file("config.yaml", &yaml("a", "0 6 * * *", "0 7 * * *"));
    let before = place.load().unwrap();
    place.file("config.yaml", &yaml("b", "0 6 * *", "0 8 * * *"));
    let after = reload(&before, &place.surroundings());
    assert_eq!(schedule(&after.config, "acme").as_deref(), Some("0 6 * * *"));
    assert_eq!(schedule(&after.config, "beta").as_deref(), Some("0 8 * * *"));
    assert_eq!(after.config.support.as_deref(), Some("b"));
    let error = after.error.unwrap();
    assert_eq!(error.problems().len(), 1);
    assert_eq!(error.problems()[0].link(), Some("acme"));
}

#[test]
fn a_mistake_outside_the_links_leaves_everything_but_the_links() {
    let place = Place::new();
    place.file("config.yaml", &yaml("a", "0 6 * * *", "0 7 * * *"));
    let before = place.load().unwrap();
    place.file("config.yaml", &format!("timezone: Mars\n{}", yaml("b", "0 5 * * *", "0 7 * * *")));
    let after = reload(&before, &place.surroundings());
    assert_eq!(after.config.support.as_deref(), Some("a"));
    assert_eq!(schedule(&after.config, "acme").as_deref(), Some("0 5 * * *"));
    assert!(after.error.is_some());
}

#[test]
fn a_file_that_cannot_be_read_changes_nothing() {
    let place = Place::new();
    place.file("config.yaml", &yaml("a", "0 6 * * *", "0 7 * * *"));
    let before = place.load().unwrap();
    for text in ["links: [", "unknown: 1\n"] {
        place.file("config.yaml", text);
        let after = reload(&before, &place.surroundings());
        assert!(after.config == before && after.error.is_some());
    }
    place.file("config.yaml", &yaml("b", "0 6 * * *", "0 7 * * *"));
    assert!(reload(&before, &place.surroundings()).error.is_none());
}

const MAIL: &str = "mail: { smtp: \"smtp://127.0.0.1\", from: \"renkei@example.jp\" }\n";

/// Two links in files of their own, beside one in the file itself.
fn with_directory() -> (Place, Config) {
    let place = Place::new();
    place.file("config.yaml", &format!("links_dir: links.d\n{}", with_link("")));
    for (name, hour) in [("beta", 7), ("gamma", 8)] {
        place.file(&format!("links.d/{name}.yaml"), &link_file(name, hour));
    }
    let config = place.load().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.links.len(), 3);
    (place, config)
}

fn link_file(station: &str, hour: u32) -> String {
    format!(
        r#"kind: officestation-kaonavi
officestation: {{ base_url: "https://os.example.jp", station_id: {station}, login_id: api, password: "hunter2" }}
kaonavi: {{ consumer_key: "k-{station}", consumer_secret: "s-secret" }}
schedule: {{ officestation-to-kaonavi: "0 {hour} * * *" }}
"#
    )
}

#[test]
fn a_directory_of_links_that_cannot_be_read_loses_no_link() {
    let (place, before) = with_directory();
    let directory = place.directory.path().join("links.d");
    std::fs::rename(&directory, place.directory.path().join("away")).unwrap();
    place.file("config.yaml", &format!("support: b\nlinks_dir: links.d\n{}", with_link("")));
    let after = reload(&before, &place.surroundings());
    assert_eq!(after.config.links, before.links);
    assert_eq!(after.config.support.as_deref(), Some("b"), "the settings have no mistake");
    assert_eq!(after.error.unwrap().problems().len(), 1);

    std::fs::rename(place.directory.path().join("away"), &directory).unwrap();
    place.file("config.yaml", &format!("links_dir: links,d\n{}", with_link("")));
    assert_eq!(reload(&before, &place.surroundings()).config.links, before.links);
}

#[test]
fn a_broken_file_of_the_directory_keeps_its_link_and_a_removed_one_takes_it_away() {
    let (place, before) = with_directory();
    place.file("links.d/gamma.yaml", &link_file("gamma", 9));
    for broken in ["kind: [\n", "kidn: x\n", "kind: hrmos-mediment\n", ""] {
        place.file("links.d/beta.yaml", broken);
        let after = reload(&before, &place.surroundings());
        assert_eq!(after.config.links["beta"], before.links["beta"], "{broken:?}");
        assert_eq!(schedule(&after.config, "gamma").as_deref(), Some("0 9 * * *"));
        assert_eq!(after.error.unwrap().problems()[0].link(), Some("beta"));
    }
    let file = place.directory.path().join("links.d/beta.yaml");
    std::fs::write(&file, [0xff, 0xfe]).unwrap();
    assert_eq!(reload(&before, &place.surroundings()).config.links["beta"], before.links["beta"]);
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("nowhere", &file).unwrap();
    assert_eq!(reload(&before, &place.surroundings()).config.links["beta"], before.links["beta"]);
    std::fs::remove_file(&file).unwrap();
    let after = reload(&before, &place.surroundings());
    assert!(after.error.is_none() && after.config.links.keys().eq(["acme", "gamma"]));
}

#[test]
fn a_link_whose_new_organization_is_refused_stays_in_its_old_one() {
    let place = Place::new();
    place.file("config.yaml", &with_link(""));
    let before = place.load().unwrap();
    let moved = with_link("    organization: subsidiary\n");
    let (_, acme) = moved.split_once("  acme:").unwrap();
    let beta = acme.replace("S1", "S2").replace("k-secret", "k-other");
    let yaml = format!("organizations: {{ subsidiary: {{}} }}\n{moved}  beta:{beta}");
    place.file("config.yaml", &format!("timezone: Mars\n{yaml}"));
    let after = reload(&before, &place.surroundings());
    assert_eq!(after.config, before);
    let error = after.error.unwrap();
    assert_eq!(
        error.problems().iter().filter_map(renkei::config::Problem::link).collect::<Vec<_>>(),
        ["acme", "beta"]
    );
    assert!(
        error.to_string().contains("the link `beta` waits for its new organization `subsidiary`"),
        "{error}"
    );

    place.file("config.yaml", &yaml);
    let after = reload(&before, &place.surroundings());
    assert!(after.error.is_none() && after.config.links["acme"].organization == "subsidiary");
}

#[test]
fn a_broken_link_keeps_its_organization_with_it() {
    let place = Place::new();
    let organization = "organizations: { subsidiary: { mail_to: [\"hr@subsidiary.jp\"] } }\n";
    place
        .file("config.yaml", &format!("{MAIL}{organization}{}", with_link("    organization: subsidiary\n")));
    let before = place.load().unwrap_or_else(|error| panic!("{error}"));
    for broken in ["    organization: subsidiary\n", "    schedule: { officestation-to-kaonavi: daily }\n"] {
        place.file("config.yaml", &format!("support: b\n{MAIL}{}", with_link(broken)));
        let after = reload(&before, &place.surroundings());
        assert_eq!(after.config.links, before.links);
        assert_eq!(after.config.mail_to("subsidiary"), ["hr@subsidiary.jp"]);
        assert_eq!(after.config.support.as_deref(), Some("b"));
        assert!(after.error.is_some());
    }
    place.file("config.yaml", &format!("{MAIL}{}", with_link("")));
    let after = reload(&before, &place.surroundings());
    assert!(after.error.is_none() && !after.config.organizations.contains_key("subsidiary"));
}

#[test]
fn a_removed_link_goes_even_if_there_is_a_mistake_elsewhere() {
    let place = Place::new();
    place.file("config.yaml", &yaml("a", "0 6 * * *", "0 7 * * *"));
    let before = place.load().unwrap();
    place.file("config.yaml", &format!("timezone: Mars\n{}", with_link("")));
    let after = reload(&before, &place.surroundings());
    assert!(after.config.links.keys().eq(["acme"]) && after.error.is_some());
}
