//! A running emulator with four people, and short words for talking to it.

use std::sync::{Arc, Once};

use axum::response::Response;
use renkei::sandbox::Tenant;
use renkei::sandbox::clock::Clock;
use renkei::sandbox::mediment::{
    Seed, SeedAttendance, SeedEmployee, SeedMonths, Sent, Store, Tenants, router,
};
use reqwest::{Client, Method, RequestBuilder, header};
use serde_json::{Value, json};

/// An emulator of the tenant `demo-key` on a port of its own; its day is 2026-11-21.
pub(crate) struct Service {
    pub(crate) base: String,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) client: Client,
    pub(crate) token: String,
}

struct One(Store);

impl Tenants for One {
    fn by_key(&self, key: &str) -> Option<Store> {
        (key == self.0.key()).then(|| self.0.clone())
    }
}

impl Service {
    /// Starts it and takes a token.
    pub(crate) async fn start() -> Self {
        Self::with_seed(seed()).await
    }

    pub(crate) async fn with_seed(seed: Seed) -> Self {
        let clock = Clock::starting(chrono::NaiveDate::from_ymd_opt(2026, 11, 21));
        let store = Store::new("demo-key".into(), "demo-secret".into(), seed, clock.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}/mediment/api/v0", listener.local_addr().expect("it is bound"));
        let app = axum::Router::new()
            .nest("/mediment/api/v0", router(Arc::new(One(store.clone()))))
            .layer(axum::middleware::map_response(show_extensions));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let mut service = Self { base, store, clock, client: client(), token: String::new() };
        service.renew().await;
        service
    }

    /// Takes a new token.
    pub(crate) async fn renew(&mut self) {
        let (status, body) =
            self.ask_token(json!({"consumer_key": "demo-key", "consumer_secret": "demo-secret"})).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().expect("a token").clone_into(&mut self.token);
    }

    pub(crate) async fn ask_token(&self, body: Value) -> (u16, Value) {
        answer(self.client.post(format!("{}/oauth/token", self.base)).json(&body)).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = answer(self.request(Method::GET, path)).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::PUT, path).json(&body)).await
    }

    /// Sends employees to create; the results.
    pub(crate) async fn create(&self, employees: Value) -> Value {
        results(self.post("/employees/batch_create", json!({ "employees": employees })).await)
    }

    /// Sends employees to update; the results.
    pub(crate) async fn update(&self, employees: Value) -> Value {
        results(self.post("/employees/batch_update", json!({ "employees": employees })).await)
    }

    /// Sends rows of a month; the results.
    pub(crate) async fn put_rows(&self, month: &str, records: Value) -> Value {
        results(self.put(&format!("/attendances/{month}"), json!({ "records": records })).await)
    }

    /// An employee as the API shows them; null if there is none.
    pub(crate) async fn employee(&self, id: &str) -> Value {
        find(&self.get("/employees").await["employees"], "id", id)
    }

    /// The row of a month of an employee as the API shows it; null if there is none.
    pub(crate) async fn row(&self, month: &str, id: &str) -> Value {
        find(&self.get(&format!("/attendances/{month}")).await["records"], "employee_id", id)
    }

    /// Applies settings that have to be right.
    pub(crate) fn set(&self, order: &Value) {
        self.store.settings(order).expect("known settings");
    }
}

fn find(list: &Value, key: &str, text: &str) -> Value {
    let list = list.as_array().expect("a list");
    list.iter().find(|entry| entry[key] == text).cloned().unwrap_or(Value::Null)
}

fn results((status, body): (u16, Value)) -> Value {
    assert_eq!(status, 200, "{body}");
    body["results"].clone()
}

/// The codes of all errors of a result, with the items they are about.
pub(crate) fn errors(result: &Value) -> Vec<(String, String)> {
    assert_eq!(result["status"], "error", "{result}");
    let text = |value: &Value| value.as_str().expect("texts").to_owned();
    let errors = result["errors"].as_array().expect("a list").iter();
    errors.map(|error| (text(&error["item"]), text(&error["code"]))).collect()
}

/// The code of a refused request.
pub(crate) fn refusal((status, body): (u16, Value)) -> (u16, String) {
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
    assert!(body["errors"][0]["message"].is_string());
    (status, body["errors"][0]["code"].as_str().expect("a code").to_owned())
}

/// Sends a request; the status and the JSON of the answer.
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("the emulator answers");
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json; charset=utf-8");
    (status, response.json().await.expect("every answer is JSON"))
}

/// Makes what the emulator puts beside an answer visible.
async fn show_extensions(mut response: Response) -> Response {
    let tenant = response.extensions().get::<Tenant>().map(|Tenant(name)| name.clone());
    let sent =
        response.extensions().get::<Sent>().map(|sent| format!("{:?} {}", sent.records, sent.keys.join(",")));
    for (name, text) in [("x-tenant", tenant), ("x-sent", sent)] {
        if let Some(text) = text {
            response.headers_mut().insert(name, header::HeaderValue::from_str(&text).expect("ASCII"));
        }
    }
    response
}

/// A client that speaks plain HTTP.
fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::new()
}

/// A person with number, name and mail.
pub(crate) fn person(number: &str, last: &str, first: &str, mail: &str) -> Value {
    json!({"employee_number": number, "last_name": last, "first_name": first, "email": mail})
}

/// `emp_000001` (A0001) has everything and attendance, `emp_000002` (A0002) has 対象外, `emp_000003` no number,
/// `emp_000004` (A0004) the same name and mail as `emp_000003`.
fn seed() -> Seed {
    let text = |text: &str| Some(text.to_owned());
    let new = |id: &str, number: &str, [last, first, email]: [&str; 3]| SeedEmployee {
        id: id.into(),
        employee_number: text(number).filter(|number| !number.is_empty()),
        last_name: last.into(),
        first_name: first.into(),
        email: text(email),
        social_insurance: "加入".into(),
        stress_check_target: "対象".into(),
        health_check_target: "対象".into(),
        ..SeedEmployee::default()
    };
    let full = SeedEmployee {
        last_name_kana: text("ヤマダ"),
        first_name_kana: text("ハナコ"),
        office: text("本社"),
        department1: text("営業部"),
        hired_on: chrono::NaiveDate::from_ymd_opt(2020, 4, 1),
        gender: text("female"),
        account_issued: true,
        ..new("emp_000001", "A0001", ["山田", "花子", "hanako@example.jp"])
    };
    let mut excluded = new("emp_000002", "A0002", ["鈴木", "一", "hajime@example.jp"]);
    excluded.stress_check_target = "対象外".into();
    let same = ["佐藤", "明", "sato@example.jp"];
    let attendance = SeedMonths::of(|month| {
        let row = SeedAttendance { employee_id: "emp_000001".into(), ..SeedAttendance::default() };
        match month {
            "2026-10" => vec![SeedAttendance {
                working_days: Some(200),
                actual_minutes: Some(9_600),
                break_minutes: Some(1_200),
                paid_leave_minutes: Some(240),
                ..row
            }],
            "2026-09" => vec![SeedAttendance { working_days: Some(195), ..row }],
            _ => Vec::new(),
        }
    });
    Seed {
        employees: vec![full, excluded, new("emp_000003", "", same), new("emp_000004", "A0004", same)],
        attendance,
    }
}
