//! A clinic whose link reaches mediment by files, and a person who exports and imports them.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::support::daemon::Daemon;
use crate::support::world::World;

pub(crate) const EMPLOYEES: &str = "hrmos-to-mediment-employees";
pub(crate) const ATTENDANCE: &str = "hrmos-to-mediment-attendance";

/// The columns of a list, and the keys of the sandbox's control.
const LIST: [(&str, &str); 11] = [
    ("employee_number", "社員番号"),
    ("last_name", "姓"),
    ("first_name", "名"),
    ("last_name_kana", "セイ"),
    ("first_name_kana", "メイ"),
    ("email", "メールアドレス"),
    ("office", "事業所"),
    ("department1", "所属部署1"),
    ("hired_on", "入社日"),
    ("retired_on", "退職日"),
    ("gender", "性別"),
];

/// A world whose link reaches mediment by files.
pub(crate) struct Clinic {
    pub(crate) world: World,
}

impl Clinic {
    /// `extra` are further keys of the account.
    pub(crate) async fn new(extra: &str) -> Clinic {
        let mut world = World::clinic(20, "").await;
        let folder = world.folder().join("mediment");
        for folder in [folder.clone(), folder.join("roster")] {
            fs::create_dir(&folder).expect("a folder");
            fs::set_permissions(&folder, Permissions::from_mode(0o700)).expect("its mode");
        }
        let rest = format!(
            "mediment: {{ base_url: \"{}/mediment\", consumer_key: demo-key, consumer_secret: demo-secret, requests_per_minute: 60000 }}",
            world.sandbox.http
        );
        let folder = folder.display();
        let csv = format!(
            "mediment: {{ form: csv, folder: \"{folder}\", roster: \"{folder}/roster\", look: 0ms{extra} }}"
        );
        world.set(&rest, &csv);
        Clinic { world }
    }

    /// The same with nobody on either side.
    pub(crate) async fn empty(extra: &str) -> Clinic {
        let clinic = Clinic::new(extra).await;
        let users: Vec<u64> = (1..=20).collect();
        clinic.hrmos(json!({"delete": users})).await;
        let held = clinic.held().await;
        let ids: Vec<&Value> = held.iter().map(|person| &person["id"]).collect();
        clinic.mediment(json!({"delete": ids})).await;
        clinic
    }

    pub(crate) async fn hrmos(&self, mut order: Value) {
        (order["service"], order["tenant"]) = (json!("hrmos"), json!("demo"));
        self.world.sandbox.control("people", order).await;
    }

    pub(crate) async fn mediment(&self, mut order: Value) {
        (order["service"], order["tenant"]) = (json!("mediment"), json!("demo-key"));
        self.world.sandbox.control("people", order).await;
    }

    pub(crate) async fn held(&self) -> Vec<Value> {
        let people = self.world.sandbox.look("people?service=mediment&tenant=demo-key").await;
        people.as_array().expect("people").clone()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.world.folder().join("mediment")
    }

    /// 従業員情報の出力: everybody whom mediment holds.
    pub(crate) async fn export(&self) -> PathBuf {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(LIST.map(|(_, name)| name)).expect("a header");
        for person in self.held().await {
            let cell = |(key, _): (&str, &str)| match person[key].as_str().unwrap_or_default() {
                "male" => "男性".to_owned(),
                "female" => "女性".to_owned(),
                text if key.ends_with("_on") => text.replace('-', "/"),
                text => text.to_owned(),
            };
            writer.write_record(LIST.map(cell)).expect("a record");
        }
        let path = self.folder().join("roster/従業員情報.csv");
        fs::write(&path, writer.into_inner().expect("bytes")).expect("a list");
        path
    }

    /// Carries what a run handed over into mediment, as its screens would and as the report says.
    pub(crate) async fn import(&self, run: &Value) {
        for name in files_of(run) {
            for row in read(&self.folder().join(&name)) {
                if name.contains("_report_") {
                    self.by_hand(&row).await;
                    continue;
                }
                let people = self.held().await;
                let has = people.iter().find(|person| person["employee_number"] == row["社員番号"]);
                let known = |(header, _): &(&String, &String)| LIST.iter().any(|(_, item)| item == header);
                let mut person = Map::new();
                for (header, value) in row.iter().filter(known) {
                    let (key, _) = LIST.iter().find(|(_, item)| item == header).expect("an item");
                    assert!(has.is_none() || !value.is_empty(), "{name}: an empty cell of {header}");
                    let value = if key.ends_with("_on") { value.replace('/', "-") } else { value.clone() };
                    let value = if value.is_empty() { Value::Null } else { json!(value) };
                    person.insert((*key).to_owned(), value);
                }
                let what = if name.contains("_new_") { "insert" } else { "upsert" };
                self.mediment(json!({what: [person]})).await;
            }
        }
    }

    /// What somebody does by hand who reads a line of the report.
    async fn by_hand(&self, row: &BTreeMap<String, String>) {
        let (number, why) = (&row["社員番号"], &row["内容"]);
        if let Some((_, rest)) = why.split_once("medimentでの社員番号は”") {
            let (held, _) = rest.split_once('”').expect("a number");
            let people = self.held().await;
            let person = people.iter().find(|person| person["employee_number"] == held).expect("somebody");
            self.mediment(json!({"upsert": [{"id": person["id"], "employee_number": number}]})).await;
        } else if why.contains("空欄にしてください") {
            let blank = row["項目"].split('、').map(|item| {
                let (key, _) = LIST.iter().find(|(_, known)| *known == item).expect("an item");
                ((*key).to_owned(), Value::Null)
            });
            let mut person: Map<String, Value> = blank.collect();
            person.insert("employee_number".into(), json!(number));
            self.mediment(json!({"upsert": [person]})).await;
        }
    }

    pub(crate) async fn run(&self, flow: &str, further: &[&str]) -> Value {
        let mut fields = vec!["link", "clinic", "flow", flow];
        fields.extend(further);
        let run = self.world.xadd(&fields);
        self.world.ended(&run).await
    }

    /// The texts of a run's files with what varies in their names taken out.
    pub(crate) fn texts(&self, run: &Value) -> String {
        let id = run["id"].as_str().expect("an id");
        let told = |name: String| {
            let bare = name.strip_suffix(&format!("_{id}.csv")).expect("the run's id");
            let (part, time) = bare.rsplit_once('_').expect("a time");
            assert!(time.len() == 15 && time.starts_with("20"), "{name}");
            let path = self.folder().join(&name);
            let bom = fs::read(&path).expect("a file").starts_with(b"\xEF\xBB\xBF");
            let encoding = if bom { "UTF-8 with BOM" } else { "cp932" };
            format!("== {part} ({encoding})\n{}", text(&path).replace("\r\n", "<CRLF>\n"))
        };
        files_of(run).into_iter().map(told).collect()
    }

    pub(crate) async fn daemon(&self) -> Daemon {
        self.world.daemon("daemon").await
    }
}

pub(crate) fn files_of(run: &Value) -> Vec<String> {
    let files = run["handover"]["files"].as_array().cloned().unwrap_or_default();
    files.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
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

/// Somebody of HRMOS勤怠.
pub(crate) fn user(number: &str, name: [&str; 2], mail: &str) -> Value {
    json!({
        "number": number, "last_name": name[0], "first_name": name[1], "last_name_kana": "カナ", "first_name_kana": "メイ",
        "email": mail, "start_date": "2020-04-01", "lodgment_id": 1, "department_id": 1,
    })
}

/// Somebody of mediment who is equal to [`user`].
pub(crate) fn employee(number: &str, name: [&str; 2], mail: &str) -> Value {
    json!({
        "employee_number": number, "last_name": name[0], "first_name": name[1], "last_name_kana": "カナ",
        "first_name_kana": "メイ", "email": mail, "office": "本社", "department1": "営業部", "hired_on": "2020-04-01",
    })
}

/// A value with some keys replaced.
pub(crate) fn with(mut value: Value, changes: &Value) -> Value {
    let changes = changes.as_object().expect("an object").clone();
    value.as_object_mut().expect("an object").extend(changes);
    value
}

/// One of each kind: new, changed, renumbered, without a number, cleared, with a value that can't stand in a file.
pub(crate) async fn mixed(clinic: &Clinic) {
    let changed = json!({"department_id": 2, "first_name_kana": "カイ"});
    let users = [
        with(user("N001", ["新", "人子"], "n001@example.jp"), &json!({"start_date": "2026-04-01"})),
        with(user("", ["無", "番"], "none@example.jp"), &json!({"number": null})),
        with(user("C001", ["変", "更"], "c001@example.jp"), &changed),
        with(user("C002", ["変", "更二"], "c002@example.jp"), &json!({"end_date": "2024-10-31"})),
        with(user("R002", ["番", "号"], "r002@example.jp"), &json!({"department_id": 2})),
        with(user("R003", ["無", "号"], "r003@example.jp"), &json!({"department_id": 2})),
        user("E001", ["退職", "取消"], "e001@example.jp"),
        with(user("F001", ["=式", "太郎"], "f001@example.jp"), &json!({})),
        user("U001", ["同", "一"], "u001@example.jp"),
    ];
    let held = [
        employee("C001", ["変", "更"], "c001@example.jp"),
        employee("C002", ["変", "更二"], "c002@example.jp"),
        employee("R001", ["番", "号"], "r002@example.jp"),
        with(employee("", ["無", "号"], "r003@example.jp"), &json!({"employee_number": null})),
        with(employee("E001", ["退職", "取消"], "e001@example.jp"), &json!({"retired_on": "2024-10-31"})),
        employee("U001", ["同", "一"], "u001@example.jp"),
    ];
    clinic.hrmos(json!({"insert": users})).await;
    clinic.mediment(json!({"insert": held})).await;
}

/// Three people whom both sides know, one of them without 社員番号 in mediment, and their October.
pub(crate) async fn october(clinic: &Clinic) {
    let people = [("A", "一"), ("B", "二"), ("C", "三")];
    let mut rows = Vec::new();
    for (code, name) in people {
        let mail = format!("{code}@example.jp");
        clinic.hrmos(json!({"insert": [user(code, ["勤", name], &mail)]})).await;
        let number = if code == "C" { Value::Null } else { json!(code) };
        let held = with(employee("", ["勤", name], &mail), &json!({"employee_number": number}));
        clinic.mediment(json!({"insert": [held]})).await;
        let actual = if code == "B" { Value::Null } else { json!("160:30") };
        rows.push(json!({"month": "2026-10", "user": code, "status": 3, "row": {
            "working_days": "20.0", "absence_days": "0.5", "tardy_days": "1.0", "learve_early_days": "0.0",
            "actual_working_hours": actual, "total_late_hours": "1:05", "total_leave_early_hours": "0:00",
            "hours_in_prescribed_working_hours": "150:00", "excess_of_statutory_working_hours": "10:30",
            "late_night_overtime_working_hours": "2:00", "paid_holidays": "1.5",
        }}));
    }
    clinic.hrmos(json!({"months": rows})).await;
    clinic.export().await;
}

/// The names of the files in a folder.
pub(crate) fn files_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file());
    files.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect()
}
