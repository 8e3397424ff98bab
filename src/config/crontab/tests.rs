use chrono::{DateTime, NaiveDateTime, TimeZone};
use chrono_tz::{America::New_York, Asia::Tokyo, Tz};

use super::Crontab;

fn at(zone: Tz, text: &str) -> DateTime<Tz> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    zone.from_local_datetime(&local).earliest().unwrap()
}

fn next(zone: Tz, crontab: &str, after: &str) -> String {
    let crontab: Crontab = crontab.parse().unwrap();
    crontab.next_after(&at(zone, after)).unwrap().format("%a %Y-%m-%d %H:%M").to_string()
}

#[test]
fn every_weekday_by_number_and_name_is_crontabs_own() {
    // 2026-11-21 is a Saturday.
    for (field, due) in [
        ("0", "Sun 2026-11-22 06:00"),
        ("1", "Mon 2026-11-23 06:00"),
        ("2", "Tue 2026-11-24 06:00"),
        ("3", "Wed 2026-11-25 06:00"),
        ("4", "Thu 2026-11-26 06:00"),
        ("5", "Fri 2026-11-27 06:00"),
        ("6", "Sat 2026-11-28 06:00"),
        ("7", "Sun 2026-11-22 06:00"),
        ("sun", "Sun 2026-11-22 06:00"),
        ("MON", "Mon 2026-11-23 06:00"),
        ("Tue", "Tue 2026-11-24 06:00"),
        ("wed", "Wed 2026-11-25 06:00"),
        ("thu", "Thu 2026-11-26 06:00"),
        ("fri", "Fri 2026-11-27 06:00"),
        ("sat", "Sat 2026-11-28 06:00"),
        ("1-5", "Mon 2026-11-23 06:00"),
        ("mon-fri", "Mon 2026-11-23 06:00"),
        ("5-7", "Sun 2026-11-22 06:00"),
        ("2,4", "Tue 2026-11-24 06:00"),
    ] {
        assert_eq!(next(Tokyo, &format!("0 6 * * {field}"), "2026-11-21 06:00"), due, "{field}");
    }
}

#[test]
fn lists_ranges_steps_and_months_are_read() {
    for (crontab, after, due) in [
        ("0 6 * * *", "2026-11-21 05:59", "Sat 2026-11-21 06:00"),
        ("0 6 * * *", "2026-11-21 06:00", "Sun 2026-11-22 06:00"),
        ("*/15 * * * *", "2026-11-21 06:01", "Sat 2026-11-21 06:15"),
        ("10-30/10,55 6 * * *", "2026-11-21 06:30", "Sat 2026-11-21 06:55"),
        ("0 7 5 * *", "2026-11-21 06:00", "Sat 2026-12-05 07:00"),
        ("30 6 1 apr,Oct *", "2026-11-21 06:00", "Thu 2027-04-01 06:30"),
        ("0 0 29 2 *", "2026-11-21 06:00", "Tue 2028-02-29 00:00"),
        ("0 0 31 12 *", "2026-12-31 00:00", "Fri 2027-12-31 00:00"),
    ] {
        assert_eq!(next(Tokyo, crontab, after), due, "{crontab}");
    }
}

#[test]
fn either_day_field_matches_if_both_are_restricted() {
    for (crontab, due) in [
        ("0 6 25 * 5", "Wed 2026-11-25 06:00"),
        ("0 6 30 * 1", "Mon 2026-11-23 06:00"),
        // A day field that begins with a star restricts nothing by itself: both must match.
        ("0 6 */2 * 1", "Mon 2026-11-23 06:00"),
        ("0 6 * * 1", "Mon 2026-11-23 06:00"),
        ("0 6 25 * *", "Wed 2026-11-25 06:00"),
    ] {
        assert_eq!(next(Tokyo, crontab, "2026-11-21 06:00"), due, "{crontab}");
    }
    assert_eq!(next(Tokyo, "0 6 */2 * 1", "2026-11-23 06:00"), "Mon 2026-12-07 06:00");
}

#[test]
fn a_time_that_the_clocks_skip_falls_due_after_the_gap() {
    // New York skips 02:00 to 03:00 on 2026-03-08.
    assert_eq!(next(New_York, "30 2 * * *", "2026-03-08 01:59"), "Sun 2026-03-08 03:00");
    assert_eq!(next(New_York, "30 2 * * *", "2026-03-08 03:00"), "Mon 2026-03-09 02:30");
    assert_eq!(next(New_York, "0 * * * *", "2026-03-08 01:00"), "Sun 2026-03-08 03:00");
    assert_eq!(next(New_York, "0 * * * *", "2026-03-08 03:00"), "Sun 2026-03-08 04:00");
}

#[test]
fn a_time_that_comes_twice_falls_due_once() {
    // New York repeats 01:00 to 02:00 on 2026-11-01.
    let crontab: Crontab = "30 1 * * *".parse().unwrap();
    let first = crontab.next_after(&at(New_York, "2026-11-01 00:00")).unwrap();
    assert_eq!(first.to_rfc3339(), "2026-11-01T01:30:00-04:00");
    assert_eq!(crontab.next_after(&first).unwrap().to_rfc3339(), "2026-11-02T01:30:00-05:00");
    let second_pass = first + chrono::Duration::minutes(40);
    assert_eq!(crontab.next_after(&second_pass).unwrap().to_rfc3339(), "2026-11-02T01:30:00-05:00");
}

#[test]
fn the_last_due_time_is_found_backwards_and_includes_now() {
    for (crontab, until, due) in [
        ("0 6 * * *", "2026-11-21 06:00", "2026-11-21T06:00:00+09:00"),
        ("0 6 * * *", "2026-11-21 05:59", "2026-11-20T06:00:00+09:00"),
        ("0 7 5 * *", "2026-11-04 10:00", "2026-10-05T07:00:00+09:00"),
        ("0 6 25 * 5", "2026-11-26 10:00", "2026-11-25T06:00:00+09:00"),
        ("*/10 * * * *", "2026-01-01 00:05", "2026-01-01T00:00:00+09:00"),
    ] {
        let crontab: Crontab = crontab.parse().unwrap();
        assert_eq!(crontab.last_until(&at(Tokyo, until)).unwrap().to_rfc3339(), due, "{crontab}");
    }
}

#[test]
fn what_is_no_schedule_is_refused_with_what_to_write() {
    let errors: Vec<String> = [
        "",
        "@daily",
        "0 0 6 * * *",
        "0 24 * * *",
        "60 6 * * *",
        "0 6 0 * *",
        "0 6 * 13 *",
        "0 6 * * 8",
        "0 6 * * mo",
        "0 6 * * 5-1",
        "0 5/2 * * *",
        "*/0 6 * * *",
        "*/x 6 * * *",
        "0 6 , * *",
        "0 6 L * *",
        "0 6 30 2 *",
        "0 ６ * * *",
    ]
    .iter()
    .map(|text| format!("{text:13} {}", text.parse::<Crontab>().unwrap_err()))
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn the_last_due_time_is_never_ahead_of_the_time_asked_for() {
    let crontab: Crontab = "0 6 * * *".parse().unwrap();
    let just_before = at(Tokyo, "2026-11-21 05:59") + chrono::Duration::milliseconds(59_500);
    let last = crontab.last_until(&just_before).unwrap();
    assert_eq!(last.to_rfc3339(), "2026-11-20T06:00:00+09:00");
}
