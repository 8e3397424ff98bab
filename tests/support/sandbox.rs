//! The sandbox as a process, and its control.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::{BINARY, PATIENCE, eventually, http};

/// `renkei sandbox` on free ports.
pub(crate) struct Sandbox {
    child: Child,
    pub(crate) http: String,
    pub(crate) smtp: String,
    client: reqwest::Client,
}

impl Sandbox {
    /// A sandbox with this many employees.
    pub(crate) fn start(employees: usize) -> Sandbox {
        let mut child = Command::new(BINARY)
            .args(["sandbox", "--format", "json", "--listen", "127.0.0.1:0", "--smtp", "127.0.0.1:0"])
            .args(["--employees", &employees.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the sandbox starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        let text = |key: &str| said[key].as_str().expect(key).to_owned();
        Sandbox { child, http: text("http"), smtp: text("smtp"), client: http() }
    }

    /// The client that it is asked with, for other addresses.
    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// `POST /__sandbox/<what>`, which must succeed.
    pub(crate) async fn control(&self, what: &str, body: Value) -> Value {
        let answer = self
            .client
            .post(format!("{}/__sandbox/{what}", self.http))
            .json(&body)
            .send()
            .await
            .expect("control");
        let (status, text) = (answer.status(), answer.text().await.expect("text"));
        assert!(status.is_success(), "POST {what}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// `GET /__sandbox/<what>`.
    pub(crate) async fn look(&self, what: &str) -> Value {
        let url = format!("{}/__sandbox/{what}", self.http);
        self.client.get(url).send().await.expect("look").json().await.expect("JSON")
    }

    /// Changes one person in OfficeStation's demo tenant.
    pub(crate) async fn officestation(&self, person: Value) {
        self.control("people", json!({"service": "officestation", "tenant": "STDEMO01", "upsert": [person]}))
            .await;
    }

    /// Changes one person in Kaonavi's demo tenant, by item names.
    pub(crate) async fn kaonavi(&self, person: Value) {
        self.control("people", json!({"service": "kaonavi", "tenant": "demo-key", "upsert": [person]})).await;
    }

    /// The employee as OfficeStation's demo tenant holds it.
    pub(crate) async fn employee(&self, code: &str) -> Value {
        let people = self.look(&format!("people?service=officestation&tenant=STDEMO01&code={code}")).await;
        people.as_array().and_then(|people| people.first()).cloned().unwrap_or(Value::Null)
    }

    /// The member as Kaonavi's demo tenant holds it, by item names.
    pub(crate) async fn member(&self, code: &str) -> Value {
        let people = self.look(&format!("people?service=kaonavi&tenant=demo-key&code={code}")).await;
        people.as_array().and_then(|people| people.first()).cloned().unwrap_or(Value::Null)
    }

    /// Changes people, monthly rows or places of HRMOS勤怠's demo company: `upsert`, `insert`, `delete`, `months`,
    /// `departments`, `lodgments`.
    pub(crate) async fn hrmos(&self, mut order: Value) {
        order["service"] = json!("hrmos");
        self.control("people", order).await;
    }

    /// Changes one person in mediment's demo tenant, by `id` or `employee_number`.
    pub(crate) async fn mediment(&self, person: Value) {
        self.control("people", json!({"service": "mediment", "tenant": "demo-key", "upsert": [person]}))
            .await;
    }

    /// The user as HRMOS勤怠's demo company holds it, by 社員番号 or id.
    pub(crate) async fn user(&self, code: &str) -> Value {
        self.look(&format!("people?service=hrmos&code={code}")).await[0].clone()
    }

    /// The person as mediment's demo tenant holds it, by 社員番号 or id.
    pub(crate) async fn patient(&self, code: &str) -> Value {
        self.look(&format!("people?service=mediment&code={code}")).await[0].clone()
    }

    /// The rows of a month (`2026-10`) in the demo tenant of `hrmos` or `mediment`.
    pub(crate) async fn attendance(&self, service: &str, month: &str) -> Value {
        self.look(&format!("attendance?service={service}&month={month}")).await
    }

    /// Turns settings of a service's demo tenant.
    pub(crate) async fn set(&self, service: &str, mut settings: Value) {
        settings["service"] = json!(service);
        self.control("settings", settings).await;
    }

    /// The writes that Kaonavi was asked for so far, as `METHOD path`.
    pub(crate) async fn writes(&self) -> Vec<String> {
        self.writes_of("kaonavi").await
    }

    /// The writes that a service was asked for so far, as `METHOD path`; what only concerns tokens is none.
    pub(crate) async fn writes_of(&self, service: &str) -> Vec<String> {
        let requests = self.look("requests").await;
        requests
            .as_array()
            .expect("an array")
            .iter()
            .filter(|request| request["service"] == service)
            .filter(|request| {
                let about_tokens = |path: &str| path.ends_with("/token") || path.contains("/authentication/");
                request["method"] != "GET" && !request["path"].as_str().is_some_and(about_tokens)
            })
            .map(|request| {
                format!(
                    "{} {}",
                    request["method"].as_str().expect("method"),
                    request["path"].as_str().expect("path")
                )
            })
            .collect()
    }

    /// All requests so far as `METHOD path`, in the order in which they were answered.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let requests = self.look("requests").await;
        let text = |request: &Value, key: &str| request[key].as_str().expect(key).to_owned();
        let all = requests.as_array().expect("an array").iter();
        all.map(|request| format!("{} {}", text(request, "method"), text(request, "path"))).collect()
    }

    /// Plants a fault.
    pub(crate) async fn plant(&self, fault: Value) {
        self.control("faults", fault).await;
    }

    /// Waits until every planted fault has hit its request.
    pub(crate) async fn hit(&self) {
        eventually("a planted fault to hit", PATIENCE, || async {
            self.look("faults").await.as_array().is_some_and(Vec::is_empty).then_some(())
        })
        .await;
    }

    /// Removes what is planted.
    pub(crate) async fn heal(&self) {
        let url = format!("{}/__sandbox/faults", self.http);
        assert!(self.client.delete(url).send().await.expect("heal").status().is_success());
    }

    /// Everybody whom Kaonavi's demo tenant holds.
    pub(crate) async fn members(&self) -> Value {
        self.look("people?service=kaonavi&tenant=demo-key").await
    }

    /// The mails that arrived, decoded: subject and body.
    pub(crate) async fn mails(&self) -> Vec<(String, String)> {
        let mails = self.look("mail").await;
        mails
            .as_array()
            .expect("an array")
            .iter()
            .map(|mail| decode(mail["raw"].as_str().expect("raw")))
            .collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Subject and body of a mail, transfer encodings undone.
fn decode(raw: &str) -> (String, String) {
    let (head, body) = raw.split_once("\r\n\r\n").expect("a head and a body");
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let header = |name: &str| {
        unfolded
            .split("\r\n")
            .find_map(|line| line.split_once(':').filter(|(key, _)| key.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let subject: String = header("Subject").split(' ').map(decode_word).collect();
    let body = match header("Content-Transfer-Encoding").to_ascii_lowercase().as_str() {
        "base64" => decode_base64(body),
        "quoted-printable" => decode_quoted(body),
        _ => body.to_owned(),
    };
    (subject, body.replace("\r\n", "\n"))
}

fn decode_base64(text: &str) -> String {
    use base64::Engine;
    let compact: String = text.split_whitespace().collect();
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(compact).expect("base64"))
        .expect("UTF-8")
}

fn decode_quoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'=' && tail.len() >= 2 {
            let hex = std::str::from_utf8(&tail[..2]).expect("ASCII");
            bytes.push(u8::from_str_radix(hex, 16).expect("hex"));
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// One encoded word of RFC 2047 (`=?utf-8?b?…?=`), or the text as it is.
fn decode_word(word: &str) -> String {
    let parts: Vec<&str> = word.split('?').collect();
    match parts.as_slice() {
        ["=", _, "b" | "B", text, "="] => decode_base64(text),
        ["=", _, "q" | "Q", text, "="] => decode_quoted(&text.replace('_', " ")),
        _ => word.to_owned(),
    }
}
