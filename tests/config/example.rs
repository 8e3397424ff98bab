//! `config.example.yaml` says what the defaults are, and everything that it shows can be written.

use super::Place;
use renkei::config::{Config, EXAMPLE, LinkServices, OfficeStationAccount, WorkerConfig, parse_str};
use renkei::job::Flow;

/// The least that says the same as the example: whatever is not here is a default.
const LEAST: &str = r#"
support: "情報システム部 内線1234"
mail: { smtp: "smtp://127.0.0.1:18025", from: "renkei <renkei@example.co.jp>", to: ["hr@example.co.jp"] }
links:
  acme:
    kind: officestation-kaonavi
    officestation:
      base_url: "http://127.0.0.1:18080/officestation"
      station_id: STDEMO01
      login_id: renkei-api
      password: demo-password
    kaonavi: { base_url: "http://127.0.0.1:18080/kaonavi", consumer_key: demo-key, consumer_secret: demo-secret }
    schedule: { officestation-to-kaonavi: "0 6 * * *" }
  clinic:
    kind: hrmos-mediment
    hrmos: { base_url: "http://127.0.0.1:18080/hrmos", company: demo, secret_key: "ZGVtby1ocm1vcy1rZXk=" }
    mediment: { base_url: "http://127.0.0.1:18080/mediment", consumer_key: demo-key, consumer_secret: demo-secret }
    schedule: { hrmos-to-mediment-employees: "30 6 * * *", hrmos-to-mediment-attendance: "0 7 5 * *" }
"#;

fn read(text: &str) -> Config {
    parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_example_equals_the_defaults() {
    let example = read(EXAMPLE);
    assert_eq!(example, read(LEAST));
    assert_eq!(example.worker, WorkerConfig::default());
}

#[test]
fn the_example_works_as_it_stands_wherever_it_is_copied() {
    let place = Place::new();
    place.file_with("config.yaml", EXAMPLE, 0o644);
    let config = place.load().unwrap_or_else(|error| panic!("{error}"));
    let LinkServices::OfficeStationKaonavi {
        officestation: OfficeStationAccount::Rest(officestation), ..
    } = &config.links["acme"].services
    else {
        panic!()
    };
    assert_eq!(officestation.station_id, "STDEMO01");
}

/// Blocks of the example that are commented out, by their first line: uncommented they must load.
fn uncommented(first: &str) -> String {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in EXAMPLE.lines() {
        let bare = line.trim_start();
        let indent = &line[..line.len() - bare.len()];
        inside = bare.starts_with(&format!("# {first}")) || (inside && bare.starts_with("# "));
        match bare.strip_prefix("# ") {
            Some(rest) if inside => lines.push(format!("{indent}{rest}")),
            Some(_) | None => lines.push(line.to_owned()),
        }
    }
    assert!(lines.join("\n") != EXAMPLE.trim_end(), "the example has no block `{first}`");
    lines.join("\n")
}

#[test]
fn everything_that_is_commented_out_can_be_written() {
    for first in [
        "sheets:",
        "organizations:",
        "main_code_padding: { digits: 6 }",
        "allow_plaintext: true",
        "expires: 2027-03-31",
        "office:",
        "clinic-by-files:",
    ] {
        read(&uncommented(first));
    }
    let config = read(&uncommented("mapping:"));
    let settings = &config.links["acme"].flows[&Flow::OfficeStationToKaonavi];
    assert_ne!(settings.periodic.mapping, settings.spot.mapping);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 64, failure_persistence: None, ..Default::default() })]

    /// A broken file gives a message, whatever is broken: its excerpts are cut at characters, never within one.
    #[test]
    fn a_damaged_example_is_accepted_or_explained(
        start in 0usize..11_000,
        length in 0usize..40,
        inserted in "[ -~\n：あ　{}\\[\\]*&\"']{0,6}",
    ) {
        let characters: Vec<char> = EXAMPLE.chars().collect();
        let start = start.min(characters.len());
        let end = (start + length).min(characters.len());
        let damaged: String =
            characters[..start].iter().copied().chain(inserted.chars()).chain(characters[end..].iter().copied()).collect();
        if let Err(error) = parse_str(&damaged) {
            let report = error.report(100);
            proptest::prop_assert!(!error.problems().is_empty() && !report.is_empty());
            proptest::prop_assert!(error.to_string().lines().all(|line| line.contains("; ")), "{}", error);
        }
    }
}
