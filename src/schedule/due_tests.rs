use chrono::{NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::{America::New_York, Asia::Tokyo};
use proptest::prelude::*;

use super::*;

const SIX_HOURS: Duration = Duration::from_secs(6 * 3600);

fn at(zone: Tz, text: &str) -> DateTime<Tz> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap();
    zone.from_local_datetime(&local).earliest().unwrap()
}

fn crontab(text: &str) -> Crontab {
    text.parse().unwrap()
}

#[test]
fn only_the_last_missed_tick_within_catch_up_fires() {
    for (schedule, stored, now, expected) in [
        // Nothing since the stored tick.
        ("0 6 * * *", "11-21 06:00:00", "11-22 05:59:59.999", "nothing"),
        // On time, with what the clock adds.
        ("0 6 * * *", "11-21 06:00:00", "11-22 06:00:00", "fire 11-22 06:00"),
        ("0 6 * * *", "11-21 06:00:00", "11-22 06:00:00.7", "fire 11-22 06:00"),
        // Fired already.
        ("0 6 * * *", "11-22 06:00:00", "11-22 06:00:00.7", "nothing"),
        // The clock went back, and the stored tick lies ahead.
        ("0 6 * * *", "11-22 06:00:00", "11-20 12:00:00", "nothing"),
        ("*/10 * * * *", "11-22 06:00:00", "11-22 05:35:00", "nothing"),
        // After downtime.
        ("0 6 * * *", "11-19 06:00:00", "11-22 11:59:59", "fire 11-22 06:00"),
        ("0 6 * * *", "11-19 06:00:00", "11-22 12:00:00", "fire 11-22 06:00"),
        ("0 6 * * *", "11-19 06:00:00", "11-22 12:00:01", "missed 11-22 06:00"),
        ("0 6 * * *", "11-19 06:00:00", "11-22 05:00:00", "missed 11-21 06:00"),
        ("*/10 * * * *", "11-22 01:00:00", "11-22 05:35:00", "fire 11-22 05:30"),
        // The starting point of a link need be no due time.
        ("0 6 * * *", "11-22 05:00:00", "11-22 06:00:00", "fire 11-22 06:00"),
        ("0 6 * * *", "11-22 06:30:00", "11-22 07:00:00", "nothing"),
        // Once a month.
        ("0 7 5 * *", "11-05 07:00:00", "12-05 07:00:01", "fire 12-05 07:00"),
        ("0 7 5 * *", "11-05 07:00:00", "12-06 07:00:00", "missed 12-05 07:00"),
    ] {
        let [stored, now] = [stored, now].map(|text| at(Tokyo, &format!("2026-{text}")));
        let shown = |tick: DateTime<Tz>| tick.format("%m-%d %H:%M").to_string();
        let found = match due(&crontab(schedule), Some(milliseconds(&stored)), &now, SIX_HOURS) {
            Due::New => "new".to_owned(),
            Due::Nothing => "nothing".to_owned(),
            Due::Fire(tick) => format!("fire {}", shown(tick)),
            Due::Missed(tick) => format!("missed {}", shown(tick)),
        };
        assert_eq!(found, expected, "{schedule}, stored {stored}, now {now}");
    }
}

#[test]
fn a_new_link_makes_up_for_nothing() {
    let (schedule, now) = (crontab("0 6 * * *"), at(Tokyo, "2026-11-22 06:00:00.2"));
    assert_eq!(due(&schedule, None, &now, SIX_HOURS), Due::New);
    let begun = start(&schedule, &now);
    assert_eq!(begun, at(Tokyo, "2026-11-22 06:00:00"));
    assert_eq!(due(&schedule, Some(milliseconds(&begun)), &now, SIX_HOURS), Due::Nothing);
}

#[test]
fn without_any_catch_up_a_tick_of_the_minute_still_fires() {
    let (schedule, stored) = (crontab("0 6 * * *"), milliseconds(&at(Tokyo, "2026-11-21 06:00:00")));
    let at_time =
        |time: &str| due(&schedule, Some(stored), &at(Tokyo, &format!("2026-11-22 {time}")), Duration::ZERO);
    let tick = at(Tokyo, "2026-11-22 06:00:00");
    assert_eq!(at_time("06:00:59"), Due::Fire(tick));
    assert_eq!(at_time("06:01:01"), Due::Missed(tick));
}

#[test]
fn a_catch_up_beyond_all_calendars_has_no_limit() {
    let stored = milliseconds(&at(Tokyo, "2026-11-05 07:00:00"));
    let now = at(Tokyo, "2027-03-01 00:00:00");
    let found = due(&crontab("0 7 5 * *"), Some(stored), &now, Duration::MAX);
    assert_eq!(found, Due::Fire(at(Tokyo, "2027-02-05 07:00:00")));
}

#[test]
fn a_tick_is_at_the_local_time_of_its_zone() {
    let stored = milliseconds(&at(New_York, "2026-11-20 06:00:00"));
    let now = at(Tokyo, "2026-11-21 20:00:30").with_timezone(&New_York);
    let Due::Fire(tick) = due(&crontab("0 6 * * *"), Some(stored), &now, SIX_HOURS) else {
        panic!("it is six in the morning in New York");
    };
    assert_eq!(tick.to_rfc3339(), "2026-11-21T06:00:00-05:00");
    assert_eq!(jobs("acme", Flow::OfficeStationToKaonavi, 2, &tick)[0].tick, Some(tick.fixed_offset()));
}

#[test]
fn attendance_sends_the_last_months_oldest_first() {
    let months = |months, tick| {
        let jobs = jobs("clinic", Flow::HrmosToMedimentAttendance, months, &at(Tokyo, tick));
        jobs.iter().filter_map(|job| job.month).map(|month| month.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(months(2, "2026-12-05 07:00:00"), ["2026-10", "2026-11"]);
    assert_eq!(months(1, "2026-12-01 00:00:00"), ["2026-11"]);
    assert_eq!(months(3, "2027-01-31 23:59:00"), ["2026-10", "2026-11", "2026-12"]);
}

#[test]
fn every_other_flow_is_one_job_without_a_month() {
    let tick = at(Tokyo, "2026-11-22 06:00:00");
    let jobs = jobs("acme", Flow::OfficeStationToKaonavi, 2, &tick);
    let fields: Vec<_> = jobs.iter().map(Job::to_fields).collect();
    let text = |text: &str| text.to_owned();
    assert_eq!(
        fields,
        [[
            ("link", text("acme")),
            ("flow", text("officestation-to-kaonavi")),
            ("tick", text("2026-11-22T06:00:00+09:00")),
        ]]
    );
}

fn schedules() -> impl Strategy<Value = Crontab> {
    let texts = vec![
        "0 6 * * *",
        "*/10 * * * *",
        "* * * * *",
        "30 6 * * 1-5",
        "0 7 5 * *",
        "15 2 * * *",
        "0 1 25 * 0",
        "0 0 29 2 *",
    ];
    proptest::sample::select(texts).prop_map(crontab)
}

proptest! {
    #[test]
    fn what_fires_is_new_not_in_the_future_not_too_late_and_the_last(
        schedule in schedules(),
        zone in proptest::sample::select(vec![Tokyo, New_York]),
        now in 1_700_000_000_000_i64..1_900_000_000_000,
        behind in 0_i64..40 * 86_400_000,
        catch_up in (0_u64..48 * 3600).prop_map(Duration::from_secs),
    ) {
        let now = zone.timestamp_millis_opt(now).unwrap();
        let stored = milliseconds(&now) - u64::try_from(behind).unwrap();
        match due(&schedule, Some(stored), &now, catch_up) {
            Due::New => prop_assert!(false, "something is stored"),
            Due::Fire(tick) => {
                prop_assert!(tick <= now && milliseconds(&tick) > stored);
                prop_assert!((now - tick).to_std().unwrap() <= catch_up.max(ON_TIME));
                prop_assert!(schedule.next_after(&tick).is_none_or(|next| next > now));
                // Stored, it never fires again, even if the clock goes back.
                let stored = Some(milliseconds(&tick));
                prop_assert_eq!(due(&schedule, stored, &now, catch_up), Due::Nothing);
                prop_assert_eq!(due(&schedule, stored, &(now - catch_up), catch_up), Due::Nothing);
            }
            Due::Missed(tick) => prop_assert!((now - tick).to_std().unwrap() > catch_up.max(ON_TIME)),
            Due::Nothing => {
                let stored = zone.timestamp_millis_opt(i64::try_from(stored).unwrap()).unwrap();
                prop_assert!(schedule.next_after(&stored).is_none_or(|next| next > now));
            }
        }
    }

    #[test]
    fn a_scheduler_that_looks_often_fires_every_tick_once(
        schedule in schedules(),
        begin in 1_750_000_000_000_i64..1_800_000_000_000,
        steps in proptest::collection::vec(1_i64..90_000, 1..400),
    ) {
        let mut now = Tokyo.timestamp_millis_opt(begin).unwrap();
        let mut stored = milliseconds(&start(&schedule, &now));
        let mut expected = schedule.next_after(&now);
        for step in steps {
            now += TimeDelta::milliseconds(step);
            while let Due::Fire(tick) = due(&schedule, Some(stored), &now, SIX_HOURS) {
                stored = milliseconds(&tick);
                // A step may pass a tick of every minute; the last one stands for it.
                while expected.is_some_and(|expected| expected < tick) {
                    prop_assert!(step > 60_000);
                    expected = schedule.next_after(&expected.unwrap());
                }
                prop_assert_eq!(expected, Some(tick));
                expected = schedule.next_after(&tick);
            }
            prop_assert!(expected.is_none_or(|expected| expected > now));
        }
    }

    #[test]
    fn months_are_those_before_the_tick_in_order_and_without_a_gap(
        day in 0_i64..20_000,
        months in 1_u32..=24,
    ) {
        let day = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + TimeDelta::days(day);
        let tick = Tokyo.from_local_datetime(&day.and_hms_opt(7, 0, 0).unwrap()).unwrap();
        let sent: Vec<Month> = jobs("clinic", Flow::HrmosToMedimentAttendance, months, &tick)
            .into_iter()
            .filter_map(|job| job.month)
            .collect();
        prop_assert_eq!(sent.len(), months as usize);
        prop_assert_eq!(sent.last().copied(), Some(Month::of(day).previous()));
        prop_assert!(sent.windows(2).all(|pair| pair[0] == pair[1].previous()));
    }
}
