use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::services::table::{Column, Need, Pattern, Reading, read};
use crate::sync::Cell;

const DAY: Duration = Duration::from_secs(86_400);

fn naming(run: &str) -> Naming<'_> {
    let began = DateTime::parse_from_rfc3339("2026-11-22T06:00:01+09:00").unwrap();
    Naming { stem: "officestation", began, run }
}

fn sheet(part: &str, encoding: FileEncoding, cell: &str) -> Sheet {
    let header = ["従業員番号", "氏"].map(str::to_owned).to_vec();
    Sheet { part: part.into(), encoding, header, rows: vec![vec!["A1".into(), cell.into()]] }
}

async fn handed(folder: &Folder, naming: &Naming<'_>, sheets: Vec<Sheet>) -> Result<Vec<String>, TableError> {
    hand_over(folder, naming, sheets, |error| error, || Ok(())).await
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn scene() -> (tempfile::TempDir, Folder) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("import");
    (dir, Folder { path, keep: 30 * DAY })
}

fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(&folder.path).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_for_its_owner_alone_and_can_be_read_again() {
    let (_dir, folder) = scene();
    for (part, encoding) in [("new", FileEncoding::Utf8Bom), ("update-1", FileEncoding::Cp932)] {
        let cell = "山\"田\r\n,太郎";
        let names = handed(&folder, &naming("1-0"), vec![sheet(part, encoding, cell)]).await.unwrap();
        assert_eq!(names, [format!("officestation_{part}_20261122-060001_1-0.csv")]);
        let path = folder.path.join(&names[0]);
        assert_eq!((mode(&folder.path), mode(&path)), (0o700, 0o600));
        let bytes = fs::read(&path).unwrap();
        assert_eq!(bytes.starts_with(b"\xEF\xBB\xBF"), encoding == FileEncoding::Utf8Bom);
        assert!(bytes.ends_with(b"\"\r\n"));
        let reading = Reading {
            folder: &folder.path,
            pattern: &Pattern::new("officestation_*.csv").unwrap(),
            others: &[],
            max_age: DAY,
            max_size: 1 << 20,
            look: Duration::ZERO,
        };
        let columns = [Column { name: "氏", header: "氏", need: Need::Required }];
        let table = read(&reading, &columns).await.unwrap();
        assert_eq!(table.rows[0].cell(0), Cell::Text(cell));
    }
}

#[tokio::test]
async fn a_repeated_attempt_overwrites_its_own_files_and_nothing_else() {
    let (_dir, folder) = scene();
    let write = async |run: &str, parts: &[&str]| {
        let sheets = parts.iter().map(|part| sheet(part, FileEncoding::Utf8Bom, part)).collect();
        handed(&folder, &naming(run), sheets).await.unwrap()
    };
    write("1-0", &["new"]).await;
    write("2-0", &["new", "update-1", "update-2"]).await;
    fs::write(folder.path.join("notes_2-0.csv"), "mine").unwrap();
    write("2-0", &["new", "update-1"]).await;
    let expected = [
        "notes_2-0.csv",
        "officestation_new_20261122-060001_1-0.csv",
        "officestation_new_20261122-060001_2-0.csv",
        "officestation_update-1_20261122-060001_2-0.csv",
    ];
    assert_eq!(names(&folder), expected);
}

#[tokio::test]
async fn if_one_file_can_t_be_written_no_file_of_the_run_is_there() {
    let (_dir, folder) = scene();
    let sheets =
        || ["new", "update-1", "report"].map(|part| sheet(part, FileEncoding::Utf8Bom, part)).to_vec();
    let other = handed(&folder, &naming("1-0"), sheets()).await.unwrap();
    // An earlier attempt has written all but what is in the way.
    handed(&folder, &naming("2-0"), vec![sheet("report", FileEncoding::Utf8Bom, "old")]).await.unwrap();
    let in_the_way = naming("2-0").file("update-1");
    let taken = folder.path.join(&in_the_way);
    fs::create_dir(&taken).unwrap();
    let refused = handed(&folder, &naming("2-0"), sheets()).await.unwrap_err();
    assert_eq!(refused, TableError { name: in_the_way.clone(), flaw: FileFlaw::Unwritable });
    let mut left = [&other[..], &[in_the_way]].concat();
    left.sort();
    assert_eq!(names(&folder), left);
    fs::remove_dir(&taken).unwrap();
    // The same before anything is renamed.
    let in_the_way = part(&folder.path, &naming("2-0").file("update-1"));
    fs::create_dir(&in_the_way).unwrap();
    assert_eq!(handed(&folder, &naming("2-0"), sheets()).await.unwrap_err().flaw, FileFlaw::Unwritable);
    fs::remove_dir(&in_the_way).unwrap();
    let mut left = other;
    left.sort();
    assert_eq!(names(&folder), left);
}

#[tokio::test]
async fn files_that_are_not_published_are_gone_and_the_earlier_ones_stay() {
    let (_dir, folder) = scene();
    let write = |cell: &'static str| vec![sheet("new", FileEncoding::Utf8Bom, cell)];
    let first = handed(&folder, &naming("1-0"), write("first")).await.unwrap();
    let prepared = prepare(&folder, &naming("1-0"), write("second")).await.unwrap();
    assert_eq!(names(&folder), [format!(".{}.part", first[0]), first[0].clone()]);
    drop(prepared);
    assert_eq!(names(&folder), first);
    assert!(fs::read_to_string(folder.path.join(&first[0])).unwrap().contains("first"));
}

#[tokio::test]
async fn only_own_files_that_are_too_old_go_away() {
    let (_dir, folder) = scene();
    make_private(&folder.path).unwrap();
    let kept = ["officestation_list.csv", "従業員.csv", "officestation_new_20261022-060001_x.csv"];
    let own =
        ["officestation_new_20261022-060001_1-0.csv", ".officestation_new_20261022-060001_1-0.csv.part"];
    for name in kept.iter().chain(&own) {
        let file = File::create(folder.path.join(name)).unwrap();
        file.set_modified(SystemTime::now() - 31 * DAY).unwrap();
    }
    handed(&folder, &naming("2-0"), Vec::new()).await.unwrap();
    let mut kept = kept.map(str::to_owned);
    kept.sort();
    assert_eq!(names(&folder), kept);
}

#[tokio::test]
async fn a_folder_that_others_can_look_into_is_refused() {
    let (_dir, folder) = scene();
    fs::create_dir(&folder.path).unwrap();
    for exposed in [0o750, 0o701] {
        fs::set_permissions(&folder.path, fs::Permissions::from_mode(exposed)).unwrap();
        let refused = handed(&folder, &naming("1-0"), Vec::new()).await.unwrap_err();
        assert_eq!(refused, TableError { name: "import".into(), flaw: FileFlaw::Exposed(exposed) });
    }
}
