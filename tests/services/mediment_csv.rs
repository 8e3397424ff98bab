//! mediment by its own screens: what of a list of employees is read, and which lists are refused. How a file is found and decoded is
//! the matter of `officestation_csv.rs`.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use encoding_rs::SHIFT_JIS;
use renkei::config::{FileSettings, MedimentFiles, Pattern, Template};
use renkei::services::ServiceError;
use renkei::services::mediment::{EMPLOYEE_ITEMS, Files, Roster};
use renkei::sync::{Cell, FileFlaw};

/// A folder of lists.
struct Place {
    folder: tempfile::TempDir,
    settings: MedimentFiles,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).expect("its mode");
        let files = FileSettings { look: Duration::ZERO, ..FileSettings::new(folder.path()) };
        let settings = MedimentFiles {
            files,
            roster: Pattern::new("*.csv").expect("a pattern"),
            headers: BTreeMap::new(),
            template: Arc::new(Template::default()),
        };
        Place { folder, settings }
    }

    fn holding(list: &str) -> Place {
        let place = Place::new();
        place.put("従業員情報.csv", list.as_bytes());
        place
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join(name), bytes).expect("a list");
    }

    fn files(&self) -> Files {
        Files::new(self.settings.clone())
    }

    async fn read(&self) -> Roster {
        self.files().employees(&EMPLOYEE_ITEMS).await.expect("a list")
    }

    async fn refused(&self) -> (String, FileFlaw) {
        match self.files().employees(&EMPLOYEE_ITEMS).await {
            Err(ServiceError::File { error, .. }) => (error.name, error.flaw),
            other => panic!("{other:?}"),
        }
    }
}

/// Each person in a line: code, then the cells. `-` is absent.
fn told(roster: &Roster) -> Vec<String> {
    let cell = |cell: Cell<'_>| match cell {
        Cell::Absent => "-".to_owned(),
        Cell::Blank => String::new(),
        Cell::Text(text) => text.to_owned(),
    };
    let width = roster.people.columns.names().len();
    let person = |person: &renkei::sync::Person| {
        let cells: Vec<String> = (0..width).map(|column| cell(person.row.cell(column))).collect();
        format!("{}: {}", person.code, cells.join(","))
    };
    roster.people.people.iter().map(person).collect()
}

#[tokio::test]
async fn a_list_is_read_by_its_item_names_whatever_else_it_has() {
    let list = "健康診断対象者,メールアドレス,姓,名,社員番号,セイ,メイ,事業所,所属部署1,入社日,退職日,性別\r\n\
                対象,hanako@example.jp,山田,花子, A0001 ,ヤマダ,ハナコ,本社,営業部,2020/04/01,,女性\r\n\
                対象外,ken@example.jp,佐藤,健,,サトウ,ケン,,,,2026/10/31,\r\n";
    let place = Place::holding(list);
    let files = place.files();
    assert_eq!(files.seen(), None);
    let roster = files.employees(&EMPLOYEE_ITEMS).await.expect("a list");
    assert_eq!(
        told(&roster),
        [
            "A0001:  A0001 ,山田,花子,ヤマダ,ハナコ,hanako@example.jp,本社,営業部,2020/04/01,,女性,-,-,対象,山田\u{3000}花子",
            ": ,佐藤,健,サトウ,ケン,ken@example.jp,,,,2026/10/31,,-,-,対象外,佐藤\u{3000}健",
        ]
    );
    assert_eq!((roster.missing.as_slice(), roster.unsplit), (&[][..], 0));
    assert_eq!(files.seen().map(|seen| seen.file).as_deref(), Some("従業員情報.csv"));
    let place = Place::new();
    place.put("従業員情報.csv", &SHIFT_JIS.encode(list).0);
    assert_eq!(place.read().await, roster, "in cp932");
}

#[tokio::test]
async fn a_column_that_is_not_there_is_absent_and_said() {
    let place =
        Place::holding("社員番号,姓,名,メールアドレス,入社日\r\nA1,山田,花子,h@example.jp,2020-04-01\r\n");
    let roster = place.read().await;
    assert_eq!(
        told(&roster),
        ["A1: A1,山田,花子,-,-,h@example.jp,-,-,2020-04-01,-,-,-,-,-,山田\u{3000}花子"]
    );
    let of_two = place.files().employees(&["セイ", "社員番号"]).await.expect("a list");
    assert_eq!(of_two.missing, ["セイ"]);
    assert_eq!(roster.missing, ["セイ", "メイ", "事業所", "所属部署1", "退職日", "性別"]);
}

#[tokio::test]
async fn a_name_in_one_column_is_split_at_its_space() {
    let place = Place::holding(
        "社員番号,氏名,メールアドレス\r\nA1,山田　花子,a@example.jp\r\nA2,\"Smith  John B\",b@example.jp\r\nA3,山田太郎,c@example.jp\r\nA4,,\r\n",
    );
    let roster = place.read().await;
    let names: Vec<String> = told(&roster)
        .iter()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{}|{}|{}", cells[1], cells[2], cells[14])
        })
        .collect();
    assert_eq!(
        names,
        ["山田|花子|山田\u{3000}花子", "Smith|John B|Smith\u{3000}John B", "-|-|山田太郎", "||"]
    );
    assert_eq!(roster.unsplit, 1, "A3 is found by 社員番号 alone");
    assert!(!roster.missing.contains(&"姓"));
}

#[tokio::test]
async fn a_list_that_does_not_say_who_somebody_is_is_refused() {
    for (list, column) in [
        ("姓,名,メールアドレス\r\n山田,花子,h@example.jp\r\n", "社員番号"),
        ("社員番号,姓,名\r\nA1,山田,花子\r\n", "メールアドレス"),
        ("社員番号,メールアドレス,姓\r\nA1,h@example.jp,山田\r\n", "名"),
        ("社員番号,メールアドレス\r\nA1,h@example.jp\r\n", "姓"),
    ] {
        let refused = Place::holding(list).refused().await;
        assert_eq!(refused, ("従業員情報.csv".to_owned(), FileFlaw::MissingColumn(column.to_owned())));
    }
}

#[tokio::test]
async fn a_header_alone_is_a_list_of_nobody_if_it_is_one_of_employees() {
    let roster = Place::holding("社員番号,氏名,メールアドレス,入社日\r\n").read().await;
    assert!(roster.people.people.is_empty());
    assert_eq!(roster.missing, ["セイ", "メイ", "事業所", "所属部署1", "退職日", "性別"]);
    for (list, flaw) in [
        ("社員番号,メールアドレス\r\n", FileFlaw::MissingColumn("姓".to_owned())),
        ("品番,品名\r\n", FileFlaw::MissingColumn("社員番号".to_owned())),
        ("\r\n", FileFlaw::NoRows),
        ("", FileFlaw::Unfinished),
        ("社員番号,氏名,メールアドレス", FileFlaw::Cut),
    ] {
        assert_eq!(Place::holding(list).refused().await.1, flaw, "{list:?}");
    }
}

#[tokio::test]
async fn the_link_names_the_columns_and_the_list() {
    let mut place = Place::holding("氏,姓,名,社員番号,メール\r\n山田,x,花子,A1,h@example.jp\r\n");
    place.put("other.csv", "社員番号\r\n".as_bytes());
    place.settings.roster = Pattern::new("従業員*.csv").expect("a pattern");
    let headers = [("姓", "氏"), ("メールアドレス", "メール")];
    place.settings.headers =
        headers.into_iter().map(|(item, header)| (item.to_owned(), header.to_owned())).collect();
    let roster = place.read().await;
    assert!(told(&roster)[0].starts_with("A1: A1,山田,花子,-,-,h@example.jp,"), "{:?}", told(&roster));
    place.settings.roster = Pattern::new("名簿.csv").expect("a pattern");
    assert_eq!(place.refused().await.1, FileFlaw::NoFile("名簿.csv".into()));
}
