//! A sandbox on free ports, and short words for talking to it.

use std::time::Duration;

use chrono::NaiveDate;
use renkei::sandbox::{Options, Sandbox, start};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

pub(crate) const OFFICESTATION: &str = "/officestation/api/v1";
pub(crate) const KAONAVI: &str = "/kaonavi/api/v2.0";

/// A running sandbox on 2026-11-21.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// OfficeStation's error code.
    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or("none"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(20, 1).await
    }

    pub(crate) async fn with(employees: usize, seed: u64) -> Self {
        let local = "127.0.0.1:0".parse().expect("an address");
        let now = NaiveDate::from_ymd_opt(2026, 11, 21);
        let options = Options { listen: local, smtp: local, employees, seed, now };
        // Another test may have installed it before.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
        Self { sandbox: start(options).await.expect("free ports"), client }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.sandbox.addr()))
    }

    /// An OfficeStation token of a station's demo login.
    pub(crate) async fn token(&self, station: &str) -> String {
        let answer = self.log_in(station, "renkei-api", "demo-password").await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body["accessToken"].as_str().expect("a token").to_owned()
    }

    pub(crate) async fn log_in(&self, station: &str, login: &str, password: &str) -> Answer {
        let body = json!({"stationId": station, "loginId": login, "password": password});
        send(self.request(Method::POST, &format!("{OFFICESTATION}/auth/token")).json(&body)).await
    }

    /// A session with the demo tenant of OfficeStation.
    pub(crate) async fn session(&self) -> Session<'_> {
        self.session_of("STDEMO01").await
    }

    pub(crate) async fn session_of<'a>(&'a self, station: &'a str) -> Session<'a> {
        Session { world: self, station, token: self.token(station).await }
    }

    /// A Kaonavi token.
    pub(crate) async fn kaonavi_token(&self, key: &str) -> Answer {
        let request = self
            .request(Method::POST, &format!("{KAONAVI}/token"))
            .basic_auth(key, Some(key.replace("key", "secret")))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        send(request).await
    }

    /// `GET` of a Kaonavi path with a fresh token.
    pub(crate) async fn kaonavi(&self, key: &str, path: &str) -> Answer {
        let token = self.kaonavi_token(key).await.body["access_token"].as_str().expect("a token").to_owned();
        send(self.request(Method::GET, &format!("{KAONAVI}{path}")).header("Kaonavi-Token", token)).await
    }

    /// `POST /__sandbox/<what>`, which has to succeed.
    pub(crate) async fn control(&self, what: &str, order: Value) -> Value {
        let answer = self.order(what, &order).await;
        assert_eq!(answer.status, 200, "{what} {order} → {:?}", answer.body);
        answer.body
    }

    pub(crate) async fn order(&self, what: &str, order: &Value) -> Answer {
        send(self.request(Method::POST, &format!("/__sandbox/{what}")).json(order)).await
    }

    /// `GET /__sandbox/<what>`.
    pub(crate) async fn look(&self, what: &str) -> Value {
        send(self.request(Method::GET, &format!("/__sandbox/{what}"))).await.body
    }

    /// One person as a service holds them.
    pub(crate) async fn person(&self, service: &str, code: &str) -> Value {
        self.look(&format!("people?service={service}&code={code}")).await[0].clone()
    }
}

/// A login to a tenant of OfficeStation.
pub(crate) struct Session<'a> {
    pub(crate) world: &'a World,
    pub(crate) station: &'a str,
    pub(crate) token: String,
}

impl Session<'_> {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.world.request(method, &format!("{OFFICESTATION}{path}"));
        request.bearer_auth(&self.token).header("X-Station-Id", self.station)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        send(self.request(method, path).json(body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &body).await
    }

    pub(crate) async fn patch(&self, number: &str, body: Value) -> Answer {
        self.send(Method::PATCH, &format!("/employees/{number}"), &body).await
    }
}

/// Sends a request that has to be answered.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    read(request.send().await.expect("an answer")).await
}

pub(crate) async fn read(response: Response) -> Answer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, headers, body }
}
