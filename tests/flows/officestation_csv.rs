//! OfficeStation by its own screens (`form: csv`), in both directions. What a person does there the tests do: they export the sandbox's ledger into
//! the folder, and carry the files of a run into it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use renkei::services::officestation::{DEPENDENT_ITEMS, SELF_ITEMS};
use serde_json::{Map, Value, json};

use crate::support::daemon::Daemon;
use crate::support::world::World;

const EMPLOYEES: usize = 30;
const SHEET: &str = "オフィスステーション_本人情報";

/// A world whose link reaches OfficeStation by files.
struct Office {
    world: World,
}

impl Office {
    /// `extra` are further keys of the account.
    async fn new(extra: &str) -> Office {
        let mut world = World::new(EMPLOYEES, "").await;
        let folder = world.folder().join("officestation");
        fs::create_dir(&folder).expect("a folder");
        fs::set_permissions(&folder, Permissions::from_mode(0o700)).expect("its mode");
        let rest = format!(
            "officestation: {{ base_url: \"{}/officestation\", station_id: STDEMO01, login_id: renkei-api, password: demo-password }}",
            world.sandbox.http
        );
        let csv =
            format!("officestation: {{ form: csv, folder: \"{}\", look: 0ms{extra} }}", folder.display());
        world.set(&rest, &csv);
        let office = Office { world };
        office.export().await;
        office
    }

    fn folder(&self) -> PathBuf {
        self.world.folder().join("officestation")
    }

    fn import_folder(&self) -> PathBuf {
        self.folder().join("import")
    }

    /// 汎用データ出力: everybody, and their dependants.
    async fn export(&self) {
        let people = self.world.sandbox.look("people?service=officestation&tenant=STDEMO01").await;
        let people = people.as_array().expect("people").clone();
        let of_family = |person: &Value| -> Vec<Value> {
            let number = person["employeeNumber"].clone();
            let rows = person["dependents"].as_array().cloned().unwrap_or_default();
            rows.into_iter()
                .map(|mut row| {
                    row["employeeNumber"] = number.clone();
                    row
                })
                .collect()
        };
        let family: Vec<Value> = people.iter().flat_map(of_family).collect();
        let dependent_items: Vec<(&str, &str)> =
            [("employeeNumber", "従業員番号")].into_iter().chain(DEPENDENT_ITEMS).collect();
        write(&self.folder().join("従業員.csv"), &SELF_ITEMS, &people);
        write(&self.folder().join("扶養家族.csv"), &dependent_items, &family);
    }

    /// Carries what a run handed over into the ledger, as the import screens would. The names of the files.
    async fn import(&self, run: &Value) -> Vec<String> {
        let files = files_of(run);
        for name in files.iter().filter(|name| !name.contains("_report_")) {
            for row in read(&self.import_folder().join(name)) {
                let mut person = Map::new();
                for (item, value) in row {
                    assert!(name.contains("_new_") || !value.is_empty(), "{name}: an empty cell of {item}");
                    let (key, _) = SELF_ITEMS.iter().find(|(_, known)| *known == item).expect("an item");
                    person.insert((*key).to_owned(), json!(iso(&value)));
                }
                self.world.sandbox.officestation(Value::Object(person)).await;
            }
        }
        files
    }

    /// Adds a job and waits for its end.
    async fn run(&self, flow: &str, further: &[&str]) -> Value {
        let mut fields = vec!["link", "acme", "flow", flow];
        fields.extend(further);
        let run = self.world.xadd(&fields);
        self.world.ended(&run).await
    }

    async fn back(&self) -> Value {
        self.run("kaonavi-to-officestation", &[]).await
    }

    /// What lies in the import folder.
    fn handed_over(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.import_folder()) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }

    /// Somebody new in Kaonavi, and a new mail address for somebody known.
    async fn changed(&self) {
        let new = json!({"氏名": "新　人子", "フリガナ": "アタラシ　ヒトコ", "性別": "女性", "生年月日": "1999-09-09", "入社日": "2020-04-01"});
        self.world.sandbox.kaonavi(json!({"code": "N0001", "基本情報": new})).await;
        let mail = json!({"code": "A0001", "基本情報": {"メールアドレス": "new@example.jp"}});
        self.world.sandbox.kaonavi(mail).await;
    }

    /// Both services agree as far as they can.
    async fn settled(extra: &str) -> (Office, Daemon) {
        let office = Office::new(extra).await;
        let daemon = office.world.daemon("daemon").await;
        let first = office.back().await;
        assert_eq!(first["status"], "完了", "{first}");
        office.import(&first).await;
        office.export().await;
        (office, daemon)
    }
}

fn files_of(run: &Value) -> Vec<String> {
    let files = run["handover"]["files"].as_array().cloned().unwrap_or_default();
    files.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

fn write(path: &Path, items: &[(&str, &str)], records: &[Value]) {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(items.iter().map(|(_, name)| *name)).expect("a header");
    for record in records {
        let cell = |(key, _): &(&str, &str)| match &record[*key] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        writer.write_record(items.iter().map(cell)).expect("a record");
    }
    fs::write(path, writer.into_inner().expect("bytes")).expect("an export");
}

/// The text of a file that only its owner may read: UTF-8 with BOM, or cp932.
fn text(path: &Path) -> String {
    let mode = fs::metadata(path).expect("a file").permissions().mode() & 0o7777;
    assert_eq!(mode, 0o600, "{}", path.display());
    let bytes = fs::read(path).expect("a file");
    if let Some(text) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return String::from_utf8(text.to_vec()).expect("UTF-8");
    }
    let (text, _, bad) = encoding_rs::SHIFT_JIS.decode(&bytes);
    assert!(!bad, "{}", path.display());
    text.into_owned()
}

/// The rows of a file, by header.
fn read(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = text(path);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// A day as the ledger keeps it.
fn iso(value: &str) -> String {
    let is_day = value.len() == 10 && value.matches('/').count() == 2;
    if is_day { value.replace('/', "-") } else { value.to_owned() }
}

/// The texts of a run's files with what varies in their names taken out.
fn texts(office: &Office, run: &Value) -> String {
    let id = run["id"].as_str().expect("an id");
    let of_file = |name: String| {
        let text = fs::read_to_string(office.import_folder().join(&name)).expect("UTF-8");
        let (part, _) = name.split_once("_20").expect("a time");
        assert!(name.ends_with(&format!("_{id}.csv")), "{name}");
        format!("== {part}\n{}", text.replace('\u{feff}', "<BOM>").replace("\r\n", "<CRLF>\n"))
    };
    files_of(run).into_iter().map(of_file).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn towards_kaonavi_an_export_is_as_good_as_the_api() {
    let office = Office::new("").await;
    let _daemon = office.world.daemon("daemon").await;
    let first = office.run("officestation-to-kaonavi", &[]).await;
    assert_eq!(first["status"], "完了", "{first}");
    assert!(first["counts"]["created"].as_u64() >= Some(1) && first["counts"]["updated"].as_u64() >= Some(1));
    let handover = json!({
        "form": "csv", "service": "officestation", "read": ["従業員.csv", "扶養家族.csv"], "files": [], "by_hand": 0, "next": null
    });
    assert_eq!(first["handover"], handover);
    assert_eq!(first["requests"]["officestation"], 0, "{first}");
    let written = office.world.sandbox.writes().await.len();
    let second = office.run("officestation-to-kaonavi", &[]).await;
    assert_eq!(second["status"], "完了", "{second}");
    assert_eq!(office.world.sandbox.writes().await.len(), written, "{second}");
    // The same world by the API plans the same.
    let rest = World::new(EMPLOYEES, "").await;
    let _other = rest.daemon("daemon").await;
    let by_api = rest.run(&[]).await;
    assert_eq!((&first["counts"], &first["people"]), (&by_api["counts"], &by_api["people"]));
    assert_eq!(office.world.sandbox.members().await, rest.sandbox.members().await);
    assert!(by_api["handover"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn towards_officestation_files_are_handed_over_and_once_imported_nothing_is_left() {
    let (office, _daemon) = Office::settled("").await;
    office.changed().await;
    let cleared =
        json!({"code": "A0003", SHEET: {"役職": ""}, "基本情報": {"メールアドレス": "kept@example.jp"}});
    office.world.sandbox.kaonavi(cleared).await;
    let (code, plan, _) = office.world.renkei(&["plan", "acme", "kaonavi-to-officestation"]);
    assert!(code == 0 && plan.contains("新規追加1 更新2"), "{plan}");
    let before = office.handed_over();
    let first = office.back().await;
    assert_eq!((&first["status"], &first["counts"]["created"]), (&json!("完了"), &json!(1)), "{first}");
    insta::assert_snapshot!(texts(&office, &first));
    assert_eq!(office.handed_over().len(), before.len() + files_of(&first).len());
    let next = first["handover"]["next"].as_str().expect("what is next");
    assert!(next.contains("一括追加") && next.contains("一括更新"), "{next}");
    let (_, shown, _) = office.world.renkei(&["history", "show", first["id"].as_str().expect("an id")]);
    assert!(shown.contains("次の作業") && shown.contains("取込ファイル"), "{shown}");
    // Until somebody imports them nothing has happened.
    assert!(office.world.sandbox.employee("N0001").await.is_null());
    office.import(&first).await;
    office.export().await;
    let created = office.world.sandbox.employee("N0001").await;
    assert_eq!((&created["lastName"], &created["birthDate"]), (&json!("新"), &json!("1999-09-09")));
    assert_eq!(office.world.sandbox.employee("A0001").await["email"], "new@example.jp");
    let second = office.back().await;
    let counts = (&second["counts"]["created"], &second["counts"]["updated"]);
    assert_eq!(counts, (&json!(0), &json!(0)), "{second}");
    assert_eq!(files_of(&second), Vec::<String>::new());
    assert!(office.world.sandbox.writes_of("officestation").await.is_empty(), "nothing is sent");
    assert!(office.world.sandbox.writes().await.is_empty(), "Kaonavi is only read");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_cleared_is_told_and_never_an_empty_cell() {
    let (mut office, daemon) = Office::settled("").await;
    daemon.kill();
    let clearing = "    flows: { kaonavi-to-officestation: { blank: clear } }\n";
    office.world.config.push_str(clearing);
    let _daemon = office.world.daemon("clearing").await;
    let blank = json!({"code": "A0001", "基本情報": {"メールアドレス": ""}});
    office.world.sandbox.kaonavi(blank).await;
    let first = office.run("kaonavi-to-officestation", &["employees", "A0001"]).await;
    assert_eq!(first["handover"]["by_hand"], 1, "{first}");
    let next = first["handover"]["next"].as_str().expect("what is next");
    assert!(next.contains("空欄にする項目がある1名"), "{next}");
    let report = files_of(&first).into_iter().find(|name| name.contains("_report_")).expect("a report");
    let lines = read(&office.import_folder().join(report));
    let line = lines.iter().find(|line| line["社員番号"] == "A0001").expect("a line");
    assert!(line["項目"].contains("メールアドレス"), "{lines:?}");
    office.import(&first).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_can_t_stand_in_a_file_is_an_error_and_the_others_are_written() {
    let (office, _daemon) = Office::settled(", encoding: cp932").await;
    office.changed().await;
    for (code, name) in [("A0003", "=鈴木　一郎"), ("A0004", "𠮷橋　次郎")] {
        office.world.sandbox.kaonavi(json!({"code": code, "基本情報": {"氏名": name}})).await;
    }
    let first = office.back().await;
    assert_eq!((&first["status"], &first["counts"]["created"]), (&json!("完了"), &json!(1)), "{first}");
    let errors = |code: &str| -> Value {
        let people = first["people"].as_array().expect("people");
        people.iter().find(|person| person["code"] == code).expect("a person")["errors"].clone()
    };
    assert_eq!(errors("A0003")[0]["code"], "E_FORMULA", "{first}");
    assert_eq!(errors("A0004")[0]["code"], "E_CHARACTER", "{first}");
    let files = files_of(&first);
    for name in files.iter().filter(|name| !name.contains("_report_")) {
        let text = text(&office.import_folder().join(name));
        assert!(text.starts_with("従業員番号") && !text.contains('?'), "{text}");
    }
    // The mail of such a run says what to import.
    let (_, body) = office.world.mails(2).await.pop().expect("a mail");
    assert!(body.contains("社員番号:”A0003”の氏は表計算ソフトで数式とみなされるおそれがあるため"), "{body}");
    assert!(body.contains(&format!("取込ファイル:{}", files.join("、"))), "{body}");
    assert!(body.contains("次の作業:オフィスステーションで、"), "{body}");
    for secret in ["鈴木", "𠮷橋", "new@example.jp"] {
        assert!(!body.contains(secret), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_no_good_ends_the_run_and_says_what_to_do() {
    let office = Office::new("").await;
    let _daemon = office.world.daemon("daemon").await;
    let file = fs::File::options().write(true).open(office.folder().join("従業員.csv")).expect("an export");
    file.set_modified(SystemTime::now() - Duration::from_secs(30 * 3600)).expect("its time");
    for flow in ["officestation-to-kaonavi", "kaonavi-to-officestation"] {
        let run = office.run(flow, &[]).await;
        assert_eq!(run["status"], "異常終了", "{run}");
        assert_eq!(
            run["reason"],
            json!({
                "code": "F_FILE",
                "message": "オフィスステーションのファイル”従業員.csv”を使えません:古すぎます(30時間前/上限26時間)。\
                            汎用データ出力で従業員と扶養家族のCSVを出力し直し、フォルダに置いてください。",
                "remedy": "汎用データ出力で従業員と扶養家族のCSVを出力し直し、フォルダに置いてください。"
            })
        );
    }
    assert!(office.world.sandbox.writes().await.is_empty());
    let (code, online, _) = office.world.renkei(&["check", "--online"]);
    assert!(code != 0 && online.contains("F_FILE") && online.contains("at most 26 h"), "{online}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_the_form_wherever_he_looks() {
    let office = Office::new("").await;
    let (code, text, _) = office.world.renkei(&["check", "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    let check: Value = serde_json::from_str(&text).expect("JSON");
    let service = &check["links"][0]["services"][0];
    assert_eq!(service["folder"], json!(office.folder().canonicalize().expect("a folder")), "{check}");
    assert!(service["base_url"].is_null(), "{check}");
    let (_, online, _) = office.world.renkei(&["check", "--online"]);
    assert!(online.contains("form csv: exports named 従業員*.csv and 扶養家族*.csv"), "{online}");
    assert!(online.contains("read 2") && !online.contains("F_FILE"), "{online}");
    let explain = ["explain", "acme", "officestation-to-kaonavi", "A0001"];
    let (code, told, _) = office.world.renkei(&explain);
    assert!(code == 0 && told.contains("A0001"), "{told}");
    fs::set_permissions(office.folder(), Permissions::from_mode(0o755)).expect("its mode");
    let (code, doubts, _) = office.world.renkei(&["check"]);
    assert!(code == 0 && doubts.contains("F_FILE") && doubts.contains("chmod 700"), "{doubts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_without_a_mapped_item_stops_at_the_guard() {
    let office = Office::new("").await;
    let _daemon = office.world.daemon("daemon").await;
    let people = office.world.sandbox.look("people?service=officestation&tenant=STDEMO01").await;
    let without: Vec<(&str, &str)> =
        SELF_ITEMS.into_iter().filter(|(_, name)| *name != "メールアドレス").collect();
    write(&office.folder().join("従業員.csv"), &without, people.as_array().expect("people"));
    let run = office.run("officestation-to-kaonavi", &[]).await;
    assert_eq!((&run["status"], &run["reason"]["code"]), (&json!("異常終了"), &json!("F_GUARD")), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_no_dependants_takes_nobody_s_away() {
    for (setting, expected) in [("keep", json!(["完了", null])), ("clear", json!(["異常終了", "F_GUARD"]))]
    {
        let mut office = Office::new("").await;
        let flow = format!("    flows: {{ officestation-to-kaonavi: {{ dependents_empty: {setting} }} }}\n");
        office.world.config.push_str(&flow);
        let _daemon = office.world.daemon("daemon").await;
        let items: Vec<(&str, &str)> =
            [("employeeNumber", "従業員番号")].into_iter().chain(DEPENDENT_ITEMS).collect();
        write(&office.folder().join("扶養家族.csv"), &items, &[]);
        let run = office.run("officestation-to-kaonavi", &["datasets", "dependents"]).await;
        assert_eq!(json!([run["status"], run["reason"]["code"]]), expected, "{run}");
        assert!(office.world.sandbox.writes().await.is_empty(), "{run}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_died_is_repeated_without_waiting_and_overwrites_its_own_files() {
    let (mut office, daemon) = Office::settled("").await;
    daemon.kill();
    // So long that a run which waited for its files to take effect would not end in time.
    office.world.set("settle: 2s", "settle: 10m");
    // Kaonavi is read long before the export counts as written.
    office.world.set("look: 0ms", "look: 1500ms");
    let first = office.world.daemon("first").await;
    office.changed().await;
    let before = office.handed_over();
    let redis = &office.world.redis;
    let sheets = async || {
        let asked = office.world.sandbox.requests().await;
        asked.iter().filter(|request| request.contains("/kaonavi/api/v2.0/sheets/")).count()
    };
    let once = sheets().await;
    let run = office.world.xadd(&["link", "acme", "flow", "kaonavi-to-officestation"]);
    crate::support::eventually("Kaonavi to be read", crate::support::PATIENCE, || async {
        (sheets().await == 2 * once).then_some(())
    })
    .await;
    // The files are written while nothing can be recorded, so the attempt dies between the two.
    redis.cli(&["CLIENT", "PAUSE", "60000", "WRITE"]);
    crate::support::eventually("the files to be there", crate::support::PATIENCE, || async {
        office
            .handed_over()
            .iter()
            .any(|name| name.contains("_report_") && !before.contains(name))
            .then_some(())
    })
    .await;
    first.kill();
    redis.cli(&["CLIENT", "UNPAUSE"]);
    let _second = office.world.daemon("second").await;
    let ended = office.world.ended(&run).await;
    assert_eq!((&ended["status"], &ended["attempts"]), (&json!("完了"), &json!(2)), "{ended}");
    let own: Vec<String> =
        office.handed_over().into_iter().filter(|name| name.contains(&format!("_{run}."))).collect();
    let mut named = files_of(&ended);
    named.sort();
    assert_eq!(own, named, "no file of the first attempt is left beside those of the second");
    assert_eq!((&ended["counts"]["created"], &ended["counts"]["updated"]), (&json!(1), &json!(1)), "{ended}");
}
