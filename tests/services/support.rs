//! What the tests start: a sandbox, a server of a few routes, a server that speaks raw bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use chrono::NaiveDate;
use renkei::http::{Dialect, Http, Meter, Session, Settings, Stop};
use renkei::job::Service;
use renkei::queue::gate::{Gate, Local};
use renkei::sandbox::{Options, Sandbox, start};
use renkei::services::{hrmos, kaonavi, mediment, officestation};
use renkei::sync::{Cell, People};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The client's settings with waits that a test can afford.
pub(crate) fn settings() -> Settings {
    Settings {
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_secs(10),
        large_timeout: Duration::from_secs(20),
        quick_wait: Duration::from_millis(5),
        patience: Duration::from_secs(2),
        ..Settings::default()
    }
}

/// A client with its own gate.
pub(crate) fn http(settings: Settings) -> Http {
    Http::new(settings, Gate::Local(Local::default())).expect("a client")
}

/// A session with whatever listens at the address.
pub(crate) fn session(base: &str, settings: Settings) -> Session {
    Session {
        http: http(settings),
        service: Service::Kaonavi,
        account: "test".into(),
        base: base.into(),
        dialect: Dialect { details: |_| Vec::new() },
        meter: Meter::new(),
        stop: Stop::never(),
    }
}

/// Serves the routes on a free port; the address.
pub(crate) async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Answers each connection with the next of these texts and closes it; the last one again and again. Besides the address it
/// gives the count of connections.
pub(crate) async fn serve_raw(answers: Vec<String>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            let answer = answers[number.min(answers.len() - 1)].clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                if socket.read(&mut request).await.is_ok() {
                    let _ = socket.write_all(answer.as_bytes()).await;
                }
            });
        }
    });
    (format!("http://{address}"), count)
}

/// An answer of raw bytes whose announced length is not that of the body.
pub(crate) fn announced(length: usize, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// A sandbox on free ports, on 2026-11-21.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) meter: Meter,
    pub(crate) http: Http,
}

impl World {
    pub(crate) async fn start(employees: usize) -> Self {
        Self::on(NaiveDate::from_ymd_opt(2026, 11, 21), employees).await
    }

    /// On another day, or on the present one.
    pub(crate) async fn on(now: Option<NaiveDate>, employees: usize) -> Self {
        let local = "127.0.0.1:0".parse().expect("an address");
        let options = Options { listen: local, smtp: local, employees, seed: 1, now };
        let sandbox = start(options).await.expect("free ports");
        let settings = Settings { read_timeout: Duration::from_secs(20), ..settings() };
        World { sandbox, meter: Meter::new(), http: http(settings) }
    }

    pub(crate) fn kaonavi_account(&self) -> kaonavi::Account {
        kaonavi::Account {
            base_url: format!("http://{}/kaonavi", self.sandbox.addr()),
            task_poll: vec![Duration::from_millis(50)],
            ..kaonavi::Account::new("k", "demo-key".into(), "demo-secret".into())
        }
    }

    pub(crate) fn kaonavi(&self) -> kaonavi::Kaonavi {
        self.kaonavi_with(self.kaonavi_account())
    }

    pub(crate) fn kaonavi_with(&self, account: kaonavi::Account) -> kaonavi::Kaonavi {
        kaonavi::Kaonavi::new(&self.http, Arc::new(account), &self.meter, &Stop::never())
    }

    pub(crate) fn officestation_account(&self, password: &str) -> officestation::Account {
        let base = format!("http://{}/officestation", self.sandbox.addr());
        officestation::Account::new("o", base, "STDEMO01", "renkei-api", password.into())
    }

    pub(crate) fn officestation(&self) -> officestation::Rest {
        self.officestation_with(self.officestation_account("demo-password"))
    }

    pub(crate) fn officestation_with(&self, account: officestation::Account) -> officestation::Rest {
        officestation::Rest::new(&self.http, Arc::new(account), &self.meter, &Stop::never())
    }

    pub(crate) fn hrmos_account(&self) -> hrmos::Account {
        hrmos::Account {
            base_url: format!("http://{}/hrmos", self.sandbox.addr()),
            requests_per_minute: 100_000,
            busy_waits: vec![Duration::from_millis(5); 4],
            ..hrmos::Account::new("h", "demo", "ZGVtby1ocm1vcy1rZXk=".into())
        }
    }

    pub(crate) fn hrmos(&self) -> hrmos::Hrmos {
        self.hrmos_with(self.hrmos_account())
    }

    pub(crate) fn hrmos_with(&self, account: hrmos::Account) -> hrmos::Hrmos {
        hrmos::Hrmos::new(&self.http, Arc::new(account), &self.meter, &Stop::never())
    }

    pub(crate) fn mediment_account(&self) -> mediment::Account {
        let base = format!("http://{}/mediment", self.sandbox.addr());
        mediment::Account::new("m", base, "demo-key".into(), "demo-secret".into())
    }

    pub(crate) fn mediment(&self) -> mediment::Rest {
        self.mediment_with(self.mediment_account())
    }

    pub(crate) fn mediment_with(&self, account: mediment::Account) -> mediment::Rest {
        mediment::Rest::new(&self.http, Arc::new(account), &self.meter, &Stop::never())
    }

    /// Tells the sandbox something.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let address = format!("http://{}/__sandbox/{path}", self.sandbox.addr());
        let answer = reqwest::Client::new().post(address).json(&body).send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// The requests that the sandbox saw, as `METHOD path status`.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let address = format!("http://{}/__sandbox/requests", self.sandbox.addr());
        let journal: Vec<Value> =
            reqwest::get(address).await.expect("an answer").json().await.expect("a list");
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        journal
            .iter()
            .map(|line| {
                format!("{} {} {}", text(&line["method"]), text(&line["path"]), text(&line["status"]))
            })
            .collect()
    }
}

/// A person's cell by the column's name.
pub(crate) fn cell<'a>(people: &'a People, code: &str, column: &str) -> Cell<'a> {
    let place = people.columns.position(column).unwrap_or_else(|| panic!("no column {column}"));
    let person = people.people.iter().find(|person| &*person.code == code);
    person.unwrap_or_else(|| panic!("nobody is {code}")).row.cell(place)
}

/// All cells of a person's dependants.
pub(crate) fn dependents(people: &People, code: &str) -> Vec<Vec<Option<String>>> {
    let person = people.people.iter().find(|person| &*person.code == code);
    let width = people.dependent_columns.names().len();
    let text = |cell: Cell<'_>| cell.text().map(str::to_owned);
    person
        .unwrap_or_else(|| panic!("nobody is {code}"))
        .dependents
        .iter()
        .map(|row| (0..width).map(|column| text(row.cell(column))).collect())
        .collect()
}
