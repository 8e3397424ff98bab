//! `renkei check` of keys that end.

use chrono::{Months, NaiveDate, TimeDelta, Utc};
use serde_json::Value;

use crate::{json, renkei, write_config};

/// The day in Japan, so many days from now.
fn day(ahead: i64) -> NaiveDate {
    (Utc::now() + TimeDelta::hours(9)).date_naive() + TimeDelta::days(ahead)
}

fn link(name: &str, company: &str, keys: &str) -> String {
    format!(
        "  {name}:\n    kind: hrmos-mediment\n    hrmos: {{ company: {company}, secret_key: hunter2-{company}, {keys} }}\n    \
         mediment: {{ base_url: \"https://mediment.example.co.jp\", consumer_key: hunter3, consumer_secret: hunter4 }}\n"
    )
}

/// The exit code, and what was found about ends: where, how bad, which code, and the message.
fn ends(links: &[String]) -> (i32, Vec<(String, Value)>) {
    let folder = tempfile::tempdir().expect("a folder");
    write_config(folder.path(), &format!("links:\n{}", links.concat()));
    let (code, stdout, _) = renkei(folder.path(), &["check", "--format", "json"]);
    assert!(!stdout.contains("hunter"), "{stdout}");
    let report = json(&stdout);
    let links = report["links"].as_array().expect("links").iter();
    let found = links.flat_map(|link| {
        let name = link["link"].as_str().expect("a name").to_owned();
        let findings = link["findings"].as_array().expect("findings").clone();
        findings.into_iter().map(move |finding| (name.clone(), finding))
    });
    let about_ends = |finding: &Value| finding["code"].as_str().is_some_and(|code| code.starts_with("KEY_"));
    (code, found.filter(|(_, finding)| about_ends(finding)).collect())
}

#[test]
fn a_key_that_ends_within_three_weeks_is_a_warning_and_no_failure() {
    for (days, expected) in
        [(22, None), (21, Some("in 21 days")), (7, Some("in 7 days")), (1, Some("in 1 day"))]
    {
        let (code, found) = ends(&[link("clinic", "demo", &format!("expires: {}", day(days)))]);
        assert_eq!((code, found.len()), (0, usize::from(expected.is_some())), "{days}");
        if let Some(text) = expected {
            let (_, finding) = &found[0];
            assert_eq!(
                [&finding["severity"], &finding["code"], &finding["service"]],
                ["warning", "KEY_ENDS", "hrmos"]
            );
            assert_eq!(
                finding["message"],
                format!(
                    "`links.clinic.hrmos.secret_key` (the configuration file) ends on {}, {text}",
                    day(days)
                )
            );
            let remedy = finding["remedy"].as_str().expect("a remedy");
            assert!(remedy.contains("「API KEYの設定」→「API KEYの生成」→「表示」"), "{remedy}");
            assert!(remedy.contains("key_issued") && remedy.ends_with("systemctl reload renkei"), "{remedy}");
        }
    }
}

#[test]
fn a_key_that_has_ended_is_an_error() {
    let issued = day(0).checked_sub_months(Months::new(4)).expect("a day");
    let (code, found) = ends(&[link("clinic", "demo", &format!("key_issued: {issued}"))]);
    assert_eq!(code, 1);
    assert_eq!([&found[0].1["severity"], &found[0].1["code"]], ["error", "KEY_ENDED"]);
}

#[test]
fn links_that_share_an_account_are_one_line() {
    let expires = format!("expires: {}", day(3));
    let links =
        [link("clinic", "demo", &expires), link("ward", "demo", &expires), link("other", "else", &expires)];
    let (_, found) = ends(&links);
    let places: Vec<&str> = found.iter().map(|(link, _)| link.as_str()).collect();
    assert_eq!(places, ["clinic", "other"]);
    let message = found[0].1["message"].as_str().expect("a message");
    assert!(message.ends_with("; ward log in with it too"), "{message}");
}

#[test]
fn a_key_of_hrmos_that_is_said_to_live_for_years_is_doubtful() {
    let (code, found) = ends(&[link("clinic", "demo", &format!("key_issued: {}", day(365)))]);
    assert_eq!((code, found.len()), (0, 1));
    assert!(found[0].1["message"].as_str().expect("a message").contains("three months only"), "{found:?}");
}

#[test]
fn the_table_shows_when_a_secret_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = format!("links:\n{}", link("clinic", "demo", "key_issued: 2026-11-30"));
    write_config(folder.path(), &config);
    let (_, stdout, _) = renkei(folder.path(), &["check"]);
    assert!(stdout.contains("the configuration file; ends 2027-02-28"), "{stdout}");
}
