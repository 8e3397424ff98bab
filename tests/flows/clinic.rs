//! What the tests of HRMOS勤怠→mediment share: links whose tenants hold nobody but whom a test puts there, and a look at every
//! request that was sent.

use serde_json::{Map, Value, json};

use crate::support::daemon::Daemon;
use crate::support::world::World;

pub(crate) const EMPLOYEES: &str = "hrmos-to-mediment-employees";
pub(crate) const ATTENDANCE: &str = "hrmos-to-mediment-attendance";

/// All keys that a link may ever send to mediment. The three items that mediment fills in by itself, 休憩時間 (`break_minutes`) and 有給時間
/// (`paid_leave_minutes`) are not among them.
const SENT: [&str; 28] = [
    "consumer_key",
    "consumer_secret",
    "id",
    "employee_id",
    "employee_number",
    "last_name",
    "first_name",
    "last_name_kana",
    "first_name_kana",
    "email",
    "office",
    "department1",
    "hired_on",
    "retired_on",
    "gender",
    "year_month",
    "working_days",
    "absence_count",
    "late_count",
    "early_leave_count",
    "actual_minutes",
    "late_minutes",
    "early_leave_minutes",
    "scheduled_minutes",
    "outside_scheduled_minutes",
    "outside_statutory_minutes",
    "night_minutes",
    "paid_leave_days",
];

/// A world with links, each to tenants of its own, and a daemon.
pub(crate) struct Stage {
    // Before the world, whose folder holds its log.
    pub(crate) daemon: Daemon,
    pub(crate) world: World,
    flow: &'static str,
}

impl Stage {
    /// One link for each of these settings of the flow, in YAML.
    pub(crate) async fn new(flow: &'static str, settings: &[&str]) -> Stage {
        Stage::with(flow, settings, |_| {}).await
    }

    /// The same, with more to be done to the configuration before the daemon starts.
    pub(crate) async fn with(
        flow: &'static str,
        settings: &[&str],
        prepare: impl FnOnce(&mut World),
    ) -> Stage {
        let mut world = World::clinic(20, "").await;
        let first = world.config.find("  clinic:\n").expect("a link");
        world.config.truncate(first);
        for (number, settings) in (1..).zip(settings) {
            world.clinic_link(&link(number), number);
            let flows = format!("    flows: {{ {flow}: {settings} }}\n");
            world.config.push_str(&flows);
        }
        prepare(&mut world);
        let daemon = world.daemon("daemon").await;
        let stage = Stage { daemon, world, flow };
        for number in 1..=settings.len() {
            stage.clinic(number).empty().await;
        }
        stage
    }

    /// The stage goes on with another daemon.
    pub(crate) fn over(flow: &'static str, world: World, daemon: Daemon) -> Stage {
        Stage { daemon, world, flow }
    }

    /// The link of this number, from 1.
    pub(crate) fn clinic(&self, number: usize) -> Clinic<'_> {
        let number = u32::try_from(number).expect("a small number");
        let (company, key) = match number {
            1 => ("demo".to_owned(), "demo-key".to_owned()),
            n => (format!("demo-{n}"), format!("demo-key-{n}")),
        };
        Clinic { world: &self.world, flow: self.flow, link: link(number), company, key }
    }
}

fn link(number: u32) -> String {
    format!("clinic-{number}")
}

/// One link with its company of HRMOS勤怠 and its tenant of mediment.
pub(crate) struct Clinic<'a> {
    pub(crate) world: &'a World,
    flow: &'static str,
    pub(crate) link: String,
    company: String,
    key: String,
}

impl<'a> Clinic<'a> {
    /// A link of a world that has no stage, over the demo tenants and whom they hold.
    pub(crate) fn demo(world: &'a World, flow: &'static str) -> Self {
        Clinic { world, flow, link: "clinic".into(), company: "demo".into(), key: "demo-key".into() }
    }

    /// The same link, another flow.
    pub(crate) fn flow(&self, flow: &'static str) -> Clinic<'a> {
        let (link, company, key) = (self.link.clone(), self.company.clone(), self.key.clone());
        Clinic { world: self.world, flow, link, company, key }
    }

    /// Changes HRMOS勤怠 by `/__sandbox/people`.
    pub(crate) async fn hrmos(&self, order: Value) {
        self.world.sandbox.control("people", order_of("hrmos", &self.company, order)).await;
    }

    /// Changes mediment by `/__sandbox/people`.
    pub(crate) async fn mediment(&self, order: Value) {
        self.world.sandbox.control("people", order_of("mediment", &self.key, order)).await;
    }

    /// Turns knobs of HRMOS勤怠.
    pub(crate) async fn set_hrmos(&self, order: Value) {
        self.world.sandbox.control("settings", order_of("hrmos", &self.company, order)).await;
    }

    /// Turns knobs of mediment.
    pub(crate) async fn set_mediment(&self, order: Value) {
        self.world.sandbox.control("settings", order_of("mediment", &self.key, order)).await;
    }

    /// Puts people into HRMOS勤怠.
    pub(crate) async fn users(&self, users: &[Value]) {
        self.hrmos(json!({"insert": users})).await;
    }

    /// Puts people into mediment.
    pub(crate) async fn known(&self, people: &[Value]) {
        self.mediment(json!({"insert": people})).await;
    }

    /// Puts so many people into both, equal.
    pub(crate) async fn equal(&self, count: usize) {
        let users: Vec<Value> = (1..=count)
            .map(|n| user(&format!("E{n:04}"), "等 しい", &format!("equal{n}@example.jp")))
            .collect();
        self.users(&users).await;
        self.known(&users.iter().map(known).collect::<Vec<_>>()).await;
    }

    /// Everybody in HRMOS勤怠.
    pub(crate) async fn all_users(&self) -> Vec<Value> {
        self.list(&format!("people?service=hrmos&tenant={}", self.company)).await
    }

    /// Everybody in mediment, by id.
    pub(crate) async fn all_known(&self) -> Vec<Value> {
        self.list(&format!("people?service=mediment&tenant={}", self.key)).await
    }

    /// Who has this 社員番号 or id in mediment; null if nobody.
    pub(crate) async fn held(&self, code: &str) -> Value {
        let found = self.list(&format!("people?service=mediment&tenant={}&code={code}", self.key)).await;
        assert!(found.len() < 2, "{code} is there {} times", found.len());
        found.into_iter().next().unwrap_or(Value::Null)
    }

    /// mediment's row of somebody in a month; null if there is none.
    pub(crate) async fn row(&self, month: &str, code: &str) -> Value {
        let query = format!("attendance?service=mediment&tenant={}&month={month}&code={code}", self.key);
        self.list(&query).await.into_iter().next().unwrap_or(Value::Null)
    }

    async fn list(&self, what: &str) -> Vec<Value> {
        self.world.sandbox.look(what).await.as_array().expect("a list").clone()
    }

    /// Takes everybody out of both.
    pub(crate) async fn empty(&self) {
        let ids = |people: Vec<Value>| people.iter().map(|person| person["id"].clone()).collect::<Vec<_>>();
        self.hrmos(json!({"delete": ids(self.all_users().await)})).await;
        self.mediment(json!({"delete": ids(self.all_known().await)})).await;
    }

    /// Adds a job with these further fields; the run's id.
    pub(crate) fn start(&self, further: &[&str]) -> String {
        self.world.xadd(&[&["link", &self.link, "flow", self.flow], further].concat())
    }

    /// Runs a job with these further fields to its end, and looks at the requests.
    pub(crate) async fn run(&self, further: &[&str]) -> Value {
        let run = self.world.ended(&self.start(further)).await;
        self.audit().await;
        run
    }

    /// Runs the job twice: both are 完了, and the second writes nothing. The first.
    pub(crate) async fn twice(&self, further: &[&str]) -> Value {
        let first = self.run(further).await;
        assert_eq!(first["status"], "完了", "{first}");
        let writes = self.writes().await;
        let second = self.run(further).await;
        assert_eq!(self.writes().await, writes, "the second run writes nothing: {second}");
        assert_eq!(second["status"], "完了", "{second}");
        for outcome in ["created", "updated"] {
            assert_eq!(second["counts"][outcome], 0, "{second}");
        }
        for outcome in ["held", "rejected", "skipped"] {
            assert_eq!(second["counts"][outcome], first["counts"][outcome], "{outcome}: {second}");
        }
        assert_eq!(second["skipped"], first["skipped"]);
        first
    }

    /// How many requests wrote to mediment so far.
    pub(crate) async fn writes(&self) -> usize {
        self.batches().await.len()
    }

    /// The sizes of the batches so far, with their verbs and paths.
    pub(crate) async fn batches(&self) -> Vec<(String, u64)> {
        let requests = self.list(&format!("mediment/requests?tenant={}", self.key)).await;
        let text = |request: &Value, key: &str| request[key].as_str().expect(key).to_owned();
        let writes = requests
            .iter()
            .filter(|request| request["method"] != "GET" && !text(request, "path").ends_with("/oauth/token"));
        writes
            .map(|request| {
                let path = text(request, "path").replace("/mediment/api/v0/", "");
                (format!("{} {path}", text(request, "method")), request["records"].as_u64().unwrap_or(0))
            })
            .collect()
    }

    /// E42 and what else is true of every request of every run: HRMOS勤怠 is asked for tokens and otherwise only read, nothing is deleted
    /// anywhere, batches are small, and no key is sent but those of the requirement's tables.
    async fn audit(&self) {
        let requests = self.world.sandbox.look("requests").await;
        for request in requests.as_array().expect("a list") {
            let (method, path) = (&request["method"], request["path"].as_str().expect("a path"));
            let may_write = match request["service"].as_str() {
                Some("hrmos") => path.ends_with("/authentication/postpone"),
                _ => true,
            };
            assert!(method != "DELETE" && (method == "GET" || may_write), "{request}");
        }
        for request in self.list("mediment/requests").await {
            assert!(request["records"].as_u64().unwrap_or(0) <= 100, "{request}");
            for key in request["keys"].as_array().into_iter().flatten() {
                assert!(SENT.iter().any(|sent| key == sent), "{key}: {request}");
            }
        }
    }
}

fn order_of(service: &str, tenant: &str, order: Value) -> Value {
    with(order, json!({"service": service, "tenant": tenant}))
}

/// A user of HRMOS勤怠: 社員番号, 姓 and 名 in one, メールアドレス; the rest is the same of everybody. All of 本社, 営業部.
pub(crate) fn user(number: &str, name: &str, mail: &str) -> Value {
    let (last, first) = name.split_once(' ').expect("姓 and 名");
    json!({
        "number": number, "last_name": last, "first_name": first, "last_name_kana": "セイ", "first_name_kana": "メイ",
        "email": mail, "start_date": "2020-04-01", "lodgment_id": 1, "department_id": 1,
    })
}

/// What mediment holds of a user if both agree.
pub(crate) fn known(user: &Value) -> Value {
    let filled = |key: &str| user.get(key).filter(|value| !value.is_null() && *value != "").cloned();
    json!({
        "employee_number": filled("number"), "last_name": filled("last_name"), "first_name": filled("first_name"),
        "last_name_kana": filled("last_name_kana"), "first_name_kana": filled("first_name_kana"), "email": filled("email"),
        "office": filled("lodgment_id").map(|_| "本社"), "department1": filled("department_id").map(|_| "営業部"),
        "hired_on": filled("start_date"), "retired_on": filled("end_date"),
    })
}

/// An object with other values of these keys.
pub(crate) fn with(object: Value, others: Value) -> Value {
    let (Value::Object(mut object), Value::Object(others)) = (object, others) else {
        panic!("two objects");
    };
    object.extend(others);
    Value::Object(object)
}

/// Somebody's line in a run's record; null for one who is unchanged or 対象外.
pub(crate) fn person<'r>(run: &'r Value, code: &str) -> &'r Value {
    let mut people = run["people"].as_array().expect("people").iter();
    people.find(|person| person["code"] == code).unwrap_or(&Value::Null)
}

/// Somebody's outcome and the items that were written.
pub(crate) fn outcome<'r>(run: &'r Value, code: &str) -> (&'r str, Vec<&'r str>) {
    let person = person(run, code);
    let items = person["items"].as_array().into_iter().flatten();
    (person["outcome"].as_str().unwrap_or("-"), items.filter_map(Value::as_str).collect())
}

/// The codes of somebody's errors, with the items that they are about.
pub(crate) fn errors(run: &Value, code: &str) -> Vec<String> {
    let errors = person(run, code)["errors"].as_array().into_iter().flatten();
    errors
        .map(|error| {
            let item = error["item"].as_str().map(|item| format!(" {item}")).unwrap_or_default();
            format!("{}{item}", error["code"].as_str().expect("a code"))
        })
        .collect()
}

/// The keys of an object that have these values there.
pub(crate) fn assert_holds(held: &Value, expected: &Value) {
    let held_of: Map<String, Value> =
        expected.as_object().expect("an object").keys().map(|key| (key.clone(), held[key].clone())).collect();
    assert_eq!(&Value::Object(held_of), expected, "{held}");
}

/// Today in Japan, and so many days later.
pub(crate) fn day(later: i64) -> String {
    let today = (chrono::Utc::now() + chrono::Duration::hours(9)).date_naive();
    (today + chrono::Duration::days(later)).to_string()
}

/// The month so many months before this one, in Japan.
pub(crate) fn month(before: u32) -> String {
    let today = (chrono::Utc::now() + chrono::Duration::hours(9)).date_naive();
    (today - chrono::Months::new(before)).format("%Y-%m").to_string()
}
