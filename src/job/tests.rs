use chrono::NaiveDate;
use proptest::prelude::*;

use super::{DataSet, Flow, Job, JobError, JobErrorKind, Month, Trigger};
use crate::config::{self, Config};

const CONFIG: &str = r#"
links:
  acme:
    kind: officestation-kaonavi
    officestation: { base_url: "https://os.example.jp", station_id: S1, login_id: api, password: "p" }
    kaonavi: { consumer_key: "k", consumer_secret: "s" }
    mapping:
      officestation-to-kaonavi:
        spot: { self: { 基本情報/メールアドレス: null } }
  clinic:
    kind: hrmos-mediment
    hrmos: { company: demo, secret_key: "x" }
    mediment: { base_url: "https://mediment.example.jp", consumer_key: "k", consumer_secret: "s" }
"#;

fn links() -> Config {
    config::parse_str(CONFIG).unwrap_or_else(|error| panic!("{error}"))
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

fn bytes(fields: &[(&str, &str)]) -> Vec<(Vec<u8>, Vec<u8>)> {
    fields.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect()
}

fn parse(fields: &[(&str, &str)]) -> Result<Job, JobError> {
    Job::parse(&bytes(fields), &links(), today())
}

const SELF: [(&str, &str); 2] = [("link", "acme"), ("flow", "officestation-to-kaonavi")];
const BACK: [(&str, &str); 2] = [("link", "acme"), ("flow", "kaonavi-to-officestation")];
const ATTENDANCE: [(&str, &str); 2] = [("link", "clinic"), ("flow", "hrmos-to-mediment-attendance")];

fn with<'a>(base: [(&'a str, &'a str); 2], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn the_shortest_job_is_for_everybody_and_everything() {
    let job = parse(&SELF).unwrap();
    assert_eq!(job, Job::new("acme", Flow::OfficeStationToKaonavi));
    assert_eq!(job.datasets, [DataSet::Own, DataSet::Dependents]);
    assert_eq!(job.trigger(), Trigger::Spot);
    assert_eq!(parse(&BACK).unwrap().datasets, [DataSet::Own]);
}

#[test]
fn every_field_is_read() {
    let job = parse(&with(
        SELF,
        &[
            ("employees", " A0001 ,A0002,A0001"),
            ("datasets", "dependents,self"),
            ("items", "市区町村,オフィスステーション_扶養家族情報/同居/別居, 氏名"),
            ("dry_run", "true"),
            ("force", "false"),
            ("requested_by", " sato "),
            ("key", "2026-11-21"),
            ("run", "1763700000000-0"),
        ],
    ))
    .unwrap();
    assert_eq!(job.employees, ["A0001", "A0002"]);
    assert_eq!(job.datasets, [DataSet::Own, DataSet::Dependents]);
    assert_eq!(job.items, ["市区町村", "オフィスステーション_扶養家族情報/同居/別居", "氏名"]);
    assert!(job.dry_run && !job.force);
    assert_eq!((job.requested_by.as_deref(), job.key.as_deref()), (Some("sato"), Some("2026-11-21")));
    assert_eq!(job.run.map(|run| run.to_string()).as_deref(), Some("1763700000000-0"));
}

#[test]
fn a_tick_makes_it_a_periodic_run() {
    let job = parse(&with(SELF, &[("tick", "2026-11-21T06:00:00+09:00")])).unwrap();
    assert_eq!(job.trigger(), Trigger::Periodic);
    assert_eq!(job.tick.unwrap().to_rfc3339(), "2026-11-21T06:00:00+09:00");
}

#[test]
fn items_are_those_of_the_trigger() {
    let mail = ("items", "メールアドレス");
    assert_eq!(parse(&with(SELF, &[mail])).unwrap_err().reason, JobErrorKind::Items);
    assert!(parse(&with(SELF, &[mail, ("tick", "2026-11-21T06:00:00+09:00")])).is_ok());
}

#[test]
fn a_month_may_be_this_one_and_not_the_next() {
    let month = |text| {
        parse(&with(ATTENDANCE, &[("month", text)])).map(|job| job.month.map(|month| month.to_string()))
    };
    assert_eq!(month("2026-10"), Ok(Some("2026-10".into())));
    assert_eq!(month("2026-11"), Ok(Some("2026-11".into())));
    assert_eq!(month("2026-12").unwrap_err().reason, JobErrorKind::Month);
    assert_eq!(month("2027-01").unwrap_err().reason, JobErrorKind::Month);
}

#[test]
fn what_is_wrong_with_a_job_is_one_japanese_sentence() {
    let long = "あ".repeat(101);
    let key = "k".repeat(257);
    let huge = "A0001,".repeat(700);
    let cases: Vec<Vec<(&str, &str)>> = vec![
        vec![],
        vec![("flow", "officestation-to-kaonavi")],
        vec![("link", "acmee"), ("flow", "officestation-to-kaonavi")],
        vec![("link", "zzz"), ("flow", "officestation-to-kaonavi")],
        vec![("link", "acme")],
        vec![("link", "acme"), ("flow", "officestation-to-kaonav")],
        vec![("link", "acme"), ("flow", "hrmos-to-mediment-employees")],
        vec![("link", "clinic"), ("flow", "kaonavi-to-officestation")],
        with(SELF, &[("linkk", "acme")]),
        with(SELF, &[("氏名", "x")]),
        with(SELF, &[("link", "acme")]),
        with(SELF, &[("month", "2026-10")]),
        with(ATTENDANCE, &[]),
        with(ATTENDANCE, &[("month", "2026-13")]),
        with(ATTENDANCE, &[("month", "2026-12")]),
        with(SELF, &[("employees", "")]),
        with(SELF, &[("employees", "A0001,,A0002")]),
        with(SELF, &[("employees", &huge)]),
        with(SELF, &[("datasets", "")]),
        with(SELF, &[("datasets", "self,dependants")]),
        with(BACK, &[("datasets", "dependents")]),
        with(SELF, &[("items", "")]),
        with(SELF, &[("items", "市区長村")]),
        with(SELF, &[("items", "オフィスステーション_本人情報/電話番")]),
        with(SELF, &[("items", "続柄"), ("datasets", "self")]),
        with(ATTENDANCE, &[("month", "2026-10"), ("items", "欠勤日数")]),
        with(SELF, &[("dry_run", "yes")]),
        with(SELF, &[("force", "")]),
        with(SELF, &[("requested_by", &long)]),
        with(SELF, &[("key", "")]),
        with(SELF, &[("key", &key)]),
        with(BACK, &[("tick", "2026-11-21T06:00:00+09:00")]),
        with(SELF, &[("tick", "yesterday")]),
        with(SELF, &[("run", "latest")]),
    ];
    let errors = cases.iter().map(|fields| parse(fields).unwrap_err());
    let lines: Vec<String> = errors
        .inspect(|error| assert_eq!(error.to_string().find('。'), error.to_string().rfind('。')))
        .map(|error| format!("{} {}\n  {error}", error.reason.as_str(), error.link.as_deref().unwrap_or("-")))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_value_that_is_not_utf_8_is_refused_and_the_link_is_still_known() {
    let mut fields = bytes(&SELF);
    fields.push((b"requested_by".to_vec(), vec![0xff]));
    let error = Job::parse(&fields, &links(), today()).unwrap_err();
    assert_eq!((error.reason, error.link.as_deref()), (JobErrorKind::NotUtf8, Some("acme")));
}

#[test]
fn the_run_of_a_job_that_comes_back_does_not_count_for_its_size() {
    let filled = |size: usize| {
        let rest = size - bytes(&SELF).iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        let mut fields = bytes(&SELF);
        fields.push((b"employees".to_vec(), vec![b'A'; rest - "employees".len()]));
        fields
    };
    let run = (b"run".to_vec(), b"18446744073709551615-18446744073709551615".to_vec());
    let mut largest = filled(4096);
    largest.push(run.clone());
    assert!(Job::parse(&largest, &links(), today()).is_ok());
    let mut larger = filled(4097);
    larger.push(run);
    let error = Job::parse(&larger, &links(), today()).unwrap_err();
    assert_eq!(error.reason, JobErrorKind::TooLarge);
    assert!(error.to_string().contains("4097バイト"), "{error}");
    let mut odd = bytes(&SELF);
    odd.push((b"run".to_vec(), vec![b'1'; 5000]));
    assert_eq!(Job::parse(&odd, &links(), today()).unwrap_err().reason, JobErrorKind::TooLarge);
}

#[test]
fn the_size_of_an_entry_that_was_cut_is_not_made_up() {
    let mut cut = bytes(&SELF);
    let rest = Job::KEPT_BYTES - cut.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    cut.push((b"employees".to_vec(), vec![b'A'; rest - "employees".len()]));
    let error = Job::parse(&cut, &links(), today()).unwrap_err();
    assert_eq!(error.reason, JobErrorKind::TooLarge);
    assert!(error.to_string().contains("(16384バイト以上、"), "{error}");
}

#[test]
fn no_more_than_64_characters_of_a_value_are_repeated() {
    let value = "秘".repeat(1000);
    for field in ["link", "flow", "items", "datasets", "dry_run", "tick", "run", &value] {
        let fields: Vec<_> =
            SELF.iter().filter(|(name, _)| *name != field).copied().chain([(field, &*value)]).collect();
        let message = parse(&fields).unwrap_err().to_string();
        assert!(message.matches('秘').count() <= 64, "{message}");
    }
    let error = parse(&with(SELF, &[("run", "a\nb\u{1b}[2J")])).unwrap_err().to_string();
    assert!(!error.contains(char::is_control));
}

proptest! {
    #[test]
    fn a_jobs_fields_read_back_to_the_same_job(
        attendance in any::<bool>(),
        dry_run in any::<bool>(),
        force in any::<bool>(),
        employees in proptest::collection::btree_set("[A-Za-z0-9あ-ん]{1,8}", 0..5),
        items in proptest::sample::subsequence(vec!["氏名", "基本情報/性別", "電話番号", "フリガナ"], 0..4),
        only in proptest::option::of(any::<bool>()),
        requested_by in proptest::option::of("[a-z][ a-zあ-ん]{0,40}[a-z]"),
        key in proptest::option::of(".{1,40}"),
        periodic in any::<bool>(),
        run in proptest::option::of((any::<u64>(), any::<u32>())),
    ) {
        let flow = if attendance { Flow::HrmosToMedimentAttendance } else { Flow::OfficeStationToKaonavi };
        let mut job = Job::new(if attendance { "clinic" } else { "acme" }, flow);
        job.employees = employees.into_iter().collect();
        if attendance {
            job.month = Some(Month::of(today()).previous());
        } else {
            job.items = items.into_iter().map(str::to_owned).collect();
            // Every item above is in both data sets or in 本人情報 alone.
            job.datasets = match only {
                None => job.datasets,
                Some(_) => vec![DataSet::Own],
            };
        }
        (job.dry_run, job.force, job.requested_by, job.key) = (dry_run, force, requested_by, key);
        job.tick = periodic.then(|| chrono::DateTime::parse_from_rfc3339("2026-11-21T06:00:00.25+09:00").unwrap());
        job.run = run.map(|(milliseconds, sequence)| format!("{milliseconds}-{sequence}").parse().unwrap());
        let fields: Vec<_> =
            job.to_fields().into_iter().map(|(name, value)| (name.as_bytes().to_vec(), value.into_bytes())).collect();
        prop_assert_eq!(Job::parse(&fields, &links(), today()), Ok(job));
    }
}
