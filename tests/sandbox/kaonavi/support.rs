//! A running emulator with three people, and short words for talking to it.

use std::sync::{Arc, Once};

use axum::response::Response;
use renkei::sandbox::Tenant;
use renkei::sandbox::clock::Clock;
use renkei::sandbox::kaonavi::{Seed, SeedMember, Store, Tenants, router};
use reqwest::{Client, Method, RequestBuilder, header};
use serde_json::{Value, json};

pub(crate) const SELF_SHEET: &str = "オフィスステーション_本人情報";
pub(crate) const DEPENDENTS: &str = "オフィスステーション_扶養家族情報";
pub(crate) const HISTORY: &str = "所属・役職履歴";
pub(crate) const BASIC: &str = "基本情報";

/// An emulator of the tenant `demo-key` on a port of its own.
pub(crate) struct Service {
    pub(crate) base: String,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) client: Client,
    token: String,
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
        Self::with_key("demo-key").await
    }

    pub(crate) async fn with_key(key: &str) -> Self {
        Self::with_seed(key, seed()).await
    }

    pub(crate) async fn with_seed(key: &str, seed: Seed) -> Self {
        let clock = Clock::starting(chrono::NaiveDate::from_ymd_opt(2026, 11, 21));
        let store = Store::new(key.into(), "demo-secret".into(), seed, clock.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}/kaonavi/api/v2.0", listener.local_addr().expect("it is bound"));
        let app = axum::Router::new()
            .nest("/kaonavi/api/v2.0", router(Arc::new(One(store.clone()))))
            .layer(axum::middleware::map_response(show_tenant));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let mut service = Self { base, store, clock, client: client(), token: String::new() };
        service.renew().await;
        service
    }

    /// Takes a new token.
    pub(crate) async fn renew(&mut self) {
        let (status, body) = self.ask_token("demo-secret").await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().expect("a token").clone_into(&mut self.token);
    }

    pub(crate) async fn ask_token(&self, secret: &str) -> (u16, Value) {
        let request = self
            .client
            .post(format!("{}/token", self.base))
            .basic_auth(self.store.key(), Some(secret))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded;charset=UTF-8")
            .body("grant_type=client_credentials");
        answer(request).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).header("Kaonavi-Token", &self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = answer(self.request(Method::GET, path)).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(method, path).json(&body)).await
    }

    /// Sends an update and lets its task end; returns the task's final state.
    pub(crate) async fn run(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, body) = self.send(method, path, body).await;
        assert_eq!(status, 200, "{path}: {body}");
        self.clock.advance(60);
        self.get(&format!("/tasks/{}", body["task_id"])).await
    }

    /// Sends an update that has to succeed.
    pub(crate) async fn write(&self, method: Method, path: &str, body: Value) {
        let task = self.run(method, path, body).await;
        assert_eq!((&task["status"], &task["messages"]), (&json!("OK"), &json!([])));
    }

    /// Sends an update that has to be refused with 400; returns the errors. Refused ones count to the limit too,
    /// so it lets some time pass first.
    pub(crate) async fn refused(&self, method: Method, path: &str, body: Value) -> Vec<String> {
        self.clock.advance(12);
        let (status, answer) = self.send(method, path, body.clone()).await;
        assert_eq!(status, 400, "{body} → {answer}");
        let errors = answer["errors"].as_array().expect("a list of errors");
        errors.iter().map(|text| text.as_str().expect("texts").to_owned()).collect()
    }

    pub(crate) async fn member(&self, code: &str) -> Value {
        let body = self.get("/members").await;
        let list = body["member_data"].as_array().expect("a list");
        list.iter().find(|member| member["code"] == code).cloned().unwrap_or(Value::Null)
    }

    /// The layout of a sheet, looked up by name.
    pub(crate) async fn sheet(&self, name: &str) -> Value {
        let body = self.get("/sheet_layouts?get_calc_type=true").await;
        let sheets = body["sheets"].as_array().expect("a list");
        sheets
            .iter()
            .find(|sheet| sheet["name"] == name)
            .cloned()
            .unwrap_or_else(|| panic!("no sheet {name}"))
    }

    /// `/sheets/{id}` of a sheet.
    pub(crate) async fn sheet_path(&self, name: &str) -> String {
        format!("/sheets/{}", self.sheet(name).await["id"])
    }

    /// Custom fields for a write, from item names: `[{"id": …, "values": […]}]`.
    pub(crate) async fn fields(&self, sheet: &str, items: &[(&str, &str)]) -> Value {
        let layout = match sheet {
            BASIC => self.get("/member_layouts?get_calc_type=true").await,
            name => self.sheet(name).await,
        };
        let field = |name: &str| {
            let list = layout["custom_fields"].as_array().expect("a list");
            list.iter().find(|field| field["name"] == name).unwrap_or_else(|| panic!("no item {name}"))["id"]
                .clone()
        };
        items.iter().map(|(name, value)| json!({ "id": field(name), "values": [value] })).collect()
    }
}

/// Sends a request; the status and the JSON of the answer.
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("the emulator answers");
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    (status, response.json().await.expect("every answer is JSON"))
}

/// Makes the tenant that the emulator puts beside an answer visible.
async fn show_tenant(mut response: Response) -> Response {
    if let Some(Tenant(name)) = response.extensions().get::<Tenant>().cloned() {
        let value = header::HeaderValue::from_str(&name).expect("keys are ASCII");
        response.headers_mut().insert("x-tenant", value);
    }
    response
}

/// An object with one key.
pub(crate) fn object(key: &str, value: Value) -> Value {
    Value::Object([(key.to_owned(), value)].into_iter().collect())
}

/// A body with these members.
pub(crate) fn members(list: Value) -> Value {
    object("member_data", list)
}

/// A client that speaks plain HTTP.
pub(crate) fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::new()
}

/// E001 has everything, E002 little, E003 left.
pub(crate) fn seed() -> Seed {
    let text = |items: &[(&'static str, &str)]| {
        items.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    let full = SeedMember {
        code: "E001".into(),
        basic: text(&[
            ("name", "佐藤 明"),
            ("name_kana", "サトウ アキラ"),
            ("mail", "sato.akira@example.jp"),
            ("entered_date", "2012-04-01"),
            ("gender", "男性"),
            ("birthday", "1989-11-20"),
        ]),
        single: text(&[("都道府県", "東京都"), ("市区町村", "千代田区千代田"), ("社員区分", "正社員")]),
        dependents: vec![
            text(&[("氏名", "佐藤 花"), ("続柄", "妻"), ("生年月日", "1990-01-02")]),
            text(&[("氏名", "佐藤 一"), ("続柄", "子")]),
        ],
    };
    let little =
        SeedMember { code: "E002".into(), basic: text(&[("name", "鈴木 花")]), ..SeedMember::default() };
    let left = SeedMember {
        code: "E003".into(),
        basic: text(&[("name", "田中 三郎"), ("entered_date", "2020-01-15"), ("retired_date", "2026-03-31")]),
        single: text(&[("都道府県", "大阪府")]),
        ..SeedMember::default()
    };
    Seed { members: vec![full, little, left] }
}
