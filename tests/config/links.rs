//! Links in one file, in many, and beside each other.

use std::path::Path;
use std::sync::Arc;

use super::{Place, accepted, with_link};
use renkei::config;
use renkei::job::{Flow, LinkKind};

const LINK: &str = r#"kind: officestation-kaonavi
officestation: { base_url: "https://os.example.jp", station_id: S1, login_id: api, password: { file: ../os } }
kaonavi: { consumer_key: "k-secret", consumer_secret: "s-secret" }
"#;

#[test]
fn links_dir_adds_one_file_per_link_with_paths_relative_to_it() {
    let place = Place::new();
    place.file("config.yaml", "links_dir: links.d\n");
    place.file("os", "hunter2");
    place.file("links.d/acme.yaml", LINK);
    place.file("links.d/beta.yml", &LINK.replace("S1", "S2"));
    place.file("links.d/notes.txt", "no link");
    place.file("links.d/.hidden.yaml", "no link");
    let config = place.load().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.links.keys().collect::<Vec<_>>(), ["acme", "beta"]);
}

#[test]
fn every_file_is_reported_with_its_own_name() {
    let place = Place::new();
    place.file(
        "config.yaml",
        &with_link("    schedule: { officestation-to-kaonavi: daily }\n    organization: x\n")
            .replace("links:", "links_dir: links.d\nlinks:"),
    );
    place.file("links.d/acme.yaml", "kind: officestation-kaonavi\n");
    place.file("links.d/beta.yaml", "kidn: officestation-kaonavi\n");
    place.file_with("links.d/gamma.yaml", &LINK.replace("{ file: ../os }", "hunter2"), 0o644);
    place.file("links.d/del ta.yaml", "kind: hrmos-mediment\n");
    insta::assert_snapshot!(
        place.load().unwrap_err().to_string().replace(&format!("{}/", place.directory.path().display()), "")
    );
}

#[test]
fn two_links_may_share_an_account_only_with_the_same_login() {
    let twice = |second: &str| {
        let one = with_link("");
        let (_, link) = one.split_once("  acme:").unwrap();
        format!("{one}  beta:{}", link.replace("hunter2", second))
    };
    let shared = accepted(&twice("hunter2"));
    assert_eq!(shared.links["acme"].accounts(), shared.links["beta"].accounts());
    insta::assert_snapshot!(super::refused(&twice("hunter3")));
}

#[test]
fn a_link_has_every_flow_of_its_kind_and_only_those() {
    let config = accepted(&with_link(
        "    schedule: { officestation-to-kaonavi: \"0 6 * * 1-5\" }\n    main_code_padding: { digits: 6 }\n",
    ));
    let link = &config.links["acme"];
    assert_eq!(link.kind, LinkKind::OfficeStationKaonavi);
    assert_eq!(
        link.flows.keys().copied().collect::<Vec<_>>(),
        [Flow::OfficeStationToKaonavi, Flow::KaonaviToOfficeStation]
    );
    let (forth, back) =
        (&link.flows[&Flow::OfficeStationToKaonavi], &link.flows[&Flow::KaonaviToOfficeStation]);
    assert_eq!(forth.schedule.as_ref().map(config::Crontab::as_str), Some("0 6 * * 1-5"));
    assert_eq!(forth.periodic.policy.padding.map(|padding| padding.pad("11")).as_deref(), Some("000011"));
    assert_eq!((&back.schedule, back.periodic.policy.padding), (&None, None));
    assert!(link.accounts()[0].starts_with("kaonavi:") && link.accounts()[1].starts_with("officestation:"));
}

#[test]
fn organizations_have_their_own_addresses_and_never_anothers() {
    let config = accepted(
        r#"support: 情報システム部
mail: { smtp: "smtps://mail.example.jp", from: "renkei <renkei@example.jp>", to: ["hr@example.jp"] }
organizations: { subsidiary: { mail_to: ["人事 <hr@subsidiary.jp>"], support: 総務部 }, quiet: }
"#,
    );
    assert_eq!(config.mail_to("default"), ["hr@example.jp"]);
    assert_eq!(config.mail_to("subsidiary"), ["人事 <hr@subsidiary.jp>"]);
    assert!(config.mail_to("quiet").is_empty() && config.mail_to("nobody").is_empty());
    let supports = ["default", "subsidiary", "quiet"].map(|organization| config.support_of(organization));
    assert_eq!(supports, ["情報システム部", "総務部", "情報システム部"].map(Some));
    assert_eq!(accepted("").support_of("default"), None);
    let smtp = config.mail.unwrap().smtp;
    assert_eq!((smtp.host.as_str(), smtp.port), ("mail.example.jp", 465));
}

/// The requirement: 「連携ごとに基本設定を変えることはできません。」
#[test]
fn a_link_has_no_addresses_of_its_own() {
    for key in ["mail", "mail_to", "to"] {
        let message = super::refused(&with_link(&format!("    {key}: [\"hr@example.jp\"]\n")));
        assert!(message.starts_with(&format!("config.yaml:6:5: unknown key `{key}`;")), "{message}");
    }
}

#[test]
fn an_empty_file_is_a_configuration_of_defaults() {
    let config = accepted("");
    assert!(config.links.is_empty() && config.redis.is_none() && config.mail.is_none());
    assert_eq!(config.prefix, "renkei");
    assert_eq!(config.state_dir, Path::new("/var/lib/renkei"));
    assert!(config.organizations.contains_key("default"));
}

#[test]
fn a_missing_file_says_how_to_start() {
    let error = config::load(Path::new("does-not-exist.yaml")).unwrap_err();
    insta::assert_snapshot!(error.to_string());
}

#[test]
fn a_thousand_links_share_one_default_mapping() {
    let one = with_link("");
    let (_, link) = one.split_once("  acme:").unwrap();
    let entry = |n: usize| {
        format!("  link-{n}:{}", link.replace("S1", &format!("S{n}")).replace("k-secret", &format!("k-{n}")))
    };
    let config = accepted(&format!("links:\n{}", (0..1000).map(entry).collect::<String>()));
    let flow = |name: &str| &config.links[name].flows[&Flow::OfficeStationToKaonavi];
    assert_eq!(config.links.len(), 1000);
    assert!(Arc::ptr_eq(&flow("link-0").periodic.mapping, &flow("link-999").spot.mapping));
}

#[test]
fn a_thousand_links_of_both_kinds_are_files_beside_each_other() {
    let place = Place::new();
    place.file("config.yaml", "links_dir: links.d\n");
    for n in 0..500 {
        let acme = LINK
            .replace("S1", &format!("S{n}"))
            .replace("{ file: ../os }", "hunter2")
            .replace("k-secret", &format!("k-{n}"));
        place.file(&format!("links.d/acme-{n:03}.yaml"), &acme);
        let clinic = format!(
            "kind: hrmos-mediment\nhrmos: {{ company: demo-{n}, secret_key: key-{n} }}\n\
             mediment: {{ base_url: \"https://mediment.example.jp\", consumer_key: key-{n}, consumer_secret: secret }}\n"
        );
        place.file(&format!("links.d/clinic-{n:03}.yaml"), &clinic);
    }
    let config = place.load().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.links.len(), 1_000);
    let accounts: std::collections::BTreeSet<String> =
        config.links.values().flat_map(config::Link::accounts).collect();
    assert_eq!(accounts.len(), 2_000, "each link has two accounts of its own");
}
