//! OfficeStation by its own screens: what of an export is read, and which exports are refused.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use renkei::config::{FileSettings, OfficeStationFiles, Pattern};
use renkei::services::ServiceError;
use renkei::services::officestation::Files;
use renkei::sync::{Cell, FileFlaw, People};

const HOUR: Duration = Duration::from_secs(3600);
const ITEMS: [&str; 3] = ["氏", "氏(カナ)", "入社年月日"];
const DEPENDENTS: [&str; 2] = ["名", "続柄"];
const EMPLOYEES: &str =
    "従業員番号,氏,氏(カナ),入社年月日\r\nA1,髙橋,タカハシ,2015/04/01\r\n000011,\"伊藤, 四郎\",,\r\n";
const FAMILY: &str = "従業員番号,名,続柄\r\nA1,花子,妻\r\nA1,桃子,子\r\n";

/// A folder of exports.
struct Place {
    folder: tempfile::TempDir,
    settings: OfficeStationFiles,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).expect("its mode");
        let pattern = |text| Pattern::new(text).expect("a pattern");
        let files = FileSettings { look: Duration::ZERO, ..FileSettings::new(folder.path()) };
        let settings = OfficeStationFiles {
            files,
            employees: pattern("従業員*.csv"),
            dependents: pattern("扶養家族*.csv"),
            headers: BTreeMap::new(),
            dependent_headers: BTreeMap::new(),
        };
        Place { folder, settings }
    }

    /// The two usual exports.
    fn usual() -> Place {
        let place = Place::new();
        place.put("従業員.csv", EMPLOYEES.as_bytes());
        place.put("扶養家族.csv", FAMILY.as_bytes());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("an export");
    }

    /// Moves a file's time of change.
    fn dated(&self, name: &str, time: SystemTime) {
        let file = File::options().write(true).open(self.path(name)).expect("an export");
        file.set_modified(time).expect("its time");
    }

    async fn read(&self) -> Result<People, ServiceError> {
        Files::new(self.settings.clone()).read(&ITEMS, &DEPENDENTS).await
    }

    /// Which file is refused, and why.
    async fn refused(&self) -> (String, FileFlaw) {
        match self.read().await {
            Err(ServiceError::File { error, .. }) => (error.name, error.flaw),
            other => panic!("{other:?}"),
        }
    }
}

/// Each person in a line: code, items, dependants. `-` is absent.
fn told(people: &People) -> Vec<String> {
    let text = |cell: Cell<'_>| match cell {
        Cell::Absent => "-".to_owned(),
        cell => cell.text().unwrap_or_default().to_owned(),
    };
    let line = |person: &renkei::sync::Person| {
        let own: Vec<String> = (0..ITEMS.len()).map(|at| text(person.row.cell(at))).collect();
        let family = person
            .dependents
            .iter()
            .map(|row| (0..DEPENDENTS.len()).map(|at| text(row.cell(at))).collect::<Vec<_>>().join("/"));
        format!("{}|{}|{}", person.code, own.join("|"), family.collect::<Vec<_>>().join(" "))
    };
    people.people.iter().map(line).collect()
}

const READ: [&str; 2] = ["A1|髙橋|タカハシ|2015/04/01|花子/妻 桃子/子", "000011|伊藤, 四郎|||"];

#[tokio::test]
async fn an_export_reads_the_same_in_utf_8_with_and_without_bom_and_in_cp932() {
    let (cp932, _, lacking) = encoding_rs::SHIFT_JIS.encode(EMPLOYEES);
    assert!(!lacking);
    let marked = [b"\xEF\xBB\xBF", EMPLOYEES.as_bytes()].concat();
    for bytes in [EMPLOYEES.as_bytes(), &marked, &cp932] {
        let place = Place::usual();
        place.put("従業員.csv", bytes);
        let people = place.read().await.expect("people");
        assert_eq!(told(&people), READ);
        assert_eq!((people.columns.names(), people.announced), (&ITEMS.map(str::to_owned)[..], None));
    }
}

#[tokio::test]
async fn headers_may_be_called_otherwise_and_stand_anywhere() {
    let mut place = Place::new();
    let renamed = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(item, header)| ((*item).to_owned(), (*header).to_owned())).collect()
    };
    place.settings.headers = renamed(&[("従業員番号", "社員コード"), ("入社年月日", "入社日")]);
    place.settings.dependent_headers = renamed(&[("名", "家族の名")]);
    place.put(
        "従業員_20261122.CSV",
        "入社日,備考,氏\u{FF08}カナ\u{FF09}\u{3000},社員コード,氏\n2015/04/01,x,タカハシ,A1,髙橋\n,,,000011,\"伊藤, 四郎\"\n"
            .as_bytes(),
    );
    place.put("扶養家族.csv", "続柄,家族の名,社員コード\n妻,花子,A1\n子,桃子,A1\n".as_bytes());
    assert_eq!(told(&place.read().await.expect("people")), READ);
}

#[tokio::test]
async fn an_item_without_a_column_is_absent_and_not_blank() {
    let place = Place::usual();
    place.put("従業員.csv", "従業員番号,氏\r\nA1,髙橋\r\n".as_bytes());
    assert_eq!(told(&place.read().await.expect("people")), ["A1|髙橋|-|-|花子/妻 桃子/子"]);
}

#[tokio::test]
async fn the_newest_export_is_the_one_that_is_meant_and_its_name_is_kept() {
    let place = Place::usual();
    place.put("従業員_昨日.csv", "従業員番号,氏\r\nZ9,旧\r\n".as_bytes());
    place.dated("従業員_昨日.csv", SystemTime::now() - 20 * HOUR);
    let files = Files::new(place.settings.clone());
    assert_eq!(told(&files.read(&ITEMS, &DEPENDENTS).await.expect("people")), READ);
    assert_eq!(files.used(), ["従業員.csv", "扶養家族.csv"]);
}

#[tokio::test]
async fn the_export_of_the_dependants_is_needed_only_if_they_are_asked_for() {
    let place = Place::usual();
    fs::remove_file(place.path("扶養家族.csv")).expect("there");
    let (name, flaw) = place.refused().await;
    assert_eq!(flaw, FileFlaw::NoFile("扶養家族*.csv".to_owned()), "{name}");
    let people = Files::new(place.settings.clone()).read(&ITEMS, &[]).await.expect("people");
    assert_eq!(people.people.len(), 2);
}

#[tokio::test]
async fn an_export_that_is_too_old_or_from_the_future_is_refused() {
    let place = Place::usual();
    place.dated("従業員.csv", SystemTime::now() - 30 * HOUR);
    let refused = place.refused().await;
    assert_eq!(refused, ("従業員.csv".to_owned(), FileFlaw::TooOld { hours: 30, max: 26 }));
    place.dated("従業員.csv", SystemTime::now() + HOUR);
    assert_eq!(place.refused().await.1, FileFlaw::Future);
}

#[tokio::test]
async fn two_exports_that_may_both_be_meant_are_refused() {
    let place = Place::usual();
    place.put("従業員2.csv", EMPLOYEES.as_bytes());
    let moment = SystemTime::now() - HOUR;
    for name in ["従業員.csv", "従業員2.csv"] {
        place.dated(name, moment);
    }
    assert!(matches!(place.refused().await.1, FileFlaw::Ambiguous(_)));
    // One that may be either export, whatever its age.
    let mut place = Place::usual();
    place.settings.employees = Pattern::new("*.csv").expect("a pattern");
    assert_eq!(
        place.refused().await,
        ("扶養家族.csv".to_owned(), FileFlaw::Ambiguous("扶養家族*.csv".to_owned()))
    );
}

#[tokio::test]
async fn an_export_that_is_not_whole_is_refused() {
    for (text, flaw) in [
        ("", FileFlaw::Unfinished),
        ("従業員番号,氏\r\nA1,髙", FileFlaw::Cut),
        ("従業員番号,氏\r\nA1,\"髙橋\r\n", FileFlaw::Cut),
        ("従業員番号,氏\r\n", FileFlaw::NoRows),
        ("氏,名\r\n髙橋,太郎\r\n", FileFlaw::MissingColumn("従業員番号".to_owned())),
        ("従業員番号,氏,氏\r\nA1,髙橋,x\r\n", FileFlaw::DuplicateColumn("氏".to_owned())),
        ("従業員番号,氏\r\nA1,髙橋\r\nA2\r\n", FileFlaw::Ragged(3)),
    ] {
        let place = Place::usual();
        place.put("従業員.csv", text.as_bytes());
        assert_eq!(place.refused().await, ("従業員.csv".to_owned(), flaw), "{text:?}");
    }
}

#[tokio::test]
async fn dependants_without_a_number_are_refused_for_their_family_would_be_replaced_without_them() {
    for blank in ["", " ", "\u{3000}"] {
        let place = Place::usual();
        place.put("扶養家族.csv", format!("{FAMILY}{blank},次郎,子\r\n").as_bytes());
        let flaw = FileFlaw::BlankCell { line: 4, column: "従業員番号".to_owned() };
        assert_eq!(place.refused().await, ("扶養家族.csv".to_owned(), flaw), "{blank:?}");
    }
}

#[tokio::test]
async fn dependants_of_nobody_are_refused_unless_the_employees_were_exported_before() {
    let place = Place::usual();
    place.put("扶養家族.csv", format!("{FAMILY}B9,誰,子\r\nB9,彼,子\r\n").as_bytes());
    let now = SystemTime::now();
    for employees in [now, now - HOUR] {
        place.dated("従業員.csv", employees);
        place.dated("扶養家族.csv", now - HOUR);
        let refused = place.refused().await;
        assert_eq!(refused, ("扶養家族.csv".to_owned(), FileFlaw::UnknownNumbers(2)));
    }
    place.dated("従業員.csv", now - 2 * HOUR);
    assert_eq!(told(&place.read().await.expect("people")), READ);
}

#[tokio::test]
async fn an_export_as_long_as_one_can_be_is_refused_for_others_may_be_missing() {
    for (name, header, row) in [
        ("従業員.csv", "従業員番号,氏\r\nA1,髙橋\r\n", "A2,森\r\n"),
        ("扶養家族.csv", FAMILY, "A1,次郎,子\r\n"),
    ] {
        let place = Place::usual();
        let most = header.to_owned() + &row.repeat(30_000 + 1 - header.lines().count());
        place.put(name, most.as_bytes());
        assert_eq!(place.refused().await, (name.to_owned(), FileFlaw::Full(30_000)));
        let fewer = most.strip_suffix(row).expect("its last row");
        place.put(name, fewer.as_bytes());
        assert!(place.read().await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn that_nobody_has_dependants_is_a_fact_but_the_file_must_say_so() {
    let place = Place::usual();
    place.put("扶養家族.csv", "従業員番号,名,続柄\r\n".as_bytes());
    let files = Files::new(place.settings.clone());
    let people = files.read(&ITEMS, &DEPENDENTS).await.expect("people");
    assert_eq!(told(&people), ["A1|髙橋|タカハシ|2015/04/01|", "000011|伊藤, 四郎|||"]);
    assert_eq!(files.used(), ["従業員.csv", "扶養家族.csv"]);
    for (text, flaw) in [
        ("", FileFlaw::Unfinished),
        ("\r\n", FileFlaw::NoRows),
        ("従業員番号,名,続柄", FileFlaw::Cut),
        ("名,続柄\r\n", FileFlaw::MissingColumn("従業員番号".to_owned())),
    ] {
        place.put("扶養家族.csv", text.as_bytes());
        assert_eq!(place.refused().await, ("扶養家族.csv".to_owned(), flaw), "{text:?}");
    }
}

#[tokio::test]
async fn an_export_that_is_still_written_is_left_for_another_attempt() {
    let mut place = Place::usual();
    // Longer than the writer's pause, however slow the machine is.
    place.settings.files.look = Duration::from_millis(500);
    let path = place.path("従業員.csv");
    let writer = tokio::task::spawn_blocking(move || {
        let mut file = OpenOptions::new().append(true).open(path).expect("an export");
        for _ in 0..200 {
            file.write_all("A9,森,モリ,\r\n".as_bytes()).expect("a line");
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let error = place.read().await.expect_err("it grows");
    assert!(
        matches!(&error, ServiceError::File { error, .. } if error.flaw == FileFlaw::Unfinished),
        "{error}"
    );
    assert_eq!(error.class(), renkei::services::Class::Transient);
    writer.await.expect("the writer ends");
    assert!(place.read().await.is_ok(), "written at last");
}

#[tokio::test]
async fn a_folder_that_others_can_look_into_and_a_file_that_is_too_large_are_refused() {
    let mut place = Place::usual();
    place.settings.files.max_size = 16;
    assert_eq!(place.refused().await.1, FileFlaw::TooLarge(1));
    fs::set_permissions(place.folder.path(), Permissions::from_mode(0o755)).expect("its mode");
    assert_eq!(place.refused().await.1, FileFlaw::Exposed(0o755));
    place.settings.files.folder = place.path("nowhere");
    assert_eq!(place.refused().await.1, FileFlaw::NoFolder);
}
