//! A session with a company, and short words for talking to it.

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, World, send};

pub(crate) const KEY: &str = "ZGVtby1ocm1vcy1rZXk=";

/// Where a company's API begins.
pub(crate) fn root(company: &str) -> String {
    format!("/hrmos/api/{company}/v1")
}

/// A live token of a company.
pub(crate) struct Session<'a> {
    pub(crate) world: &'a World,
    pub(crate) company: &'a str,
    pub(crate) token: String,
}

/// `GET /authentication/token` with this header.
pub(crate) async fn ask_token(world: &World, company: &str, authorization: &str) -> Answer {
    let path = format!("{}/authentication/token", root(company));
    send(world.request(Method::GET, &path).header("Authorization", authorization)).await
}

impl<'a> Session<'a> {
    /// A session with the demo company.
    pub(crate) async fn demo(world: &'a World) -> Self {
        Self::of(world, "demo", KEY).await
    }

    pub(crate) async fn of(world: &'a World, company: &'a str, key: &str) -> Self {
        let answer = ask_token(world, company, &format!("Basic {key}")).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        let token = answer.body["token"].as_str().expect("a token").to_owned();
        Self { world, company, token }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.world.request(method, &format!("{}{path}", root(self.company)));
        request.header("Authorization", format!("Token {}", self.token))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// The rows of a list that has to be answered.
    pub(crate) async fn rows(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "GET {path}: {:?}", answer.body);
        answer.body.as_array().expect("a bare array").clone()
    }

    /// All pages of a list, by a hundred, as a client reads them.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let sign = if path.contains('?') { '&' } else { '?' };
        for page in 1.. {
            let rows = self.rows(&format!("{path}{sign}limit=100&page={page}")).await;
            if rows.is_empty() {
                break;
            }
            all.extend(rows);
        }
        all
    }
}

/// The keys of an object.
pub(crate) fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// `POST /__sandbox/people` for the demo company.
pub(crate) async fn plant(world: &World, mut order: Value) {
    order["service"] = json!("hrmos");
    world.control("people", order).await;
}

/// `POST /__sandbox/settings` for the demo company.
pub(crate) async fn set(world: &World, mut settings: Value) {
    settings["service"] = json!("hrmos");
    world.control("settings", settings).await;
}

/// The minutes of `"160:00"`.
pub(crate) fn minutes(value: &Value) -> u32 {
    let (hours, minutes) = value.as_str().and_then(|text| text.split_once(':')).expect("H:MM");
    hours.parse::<u32>().expect("hours") * 60 + minutes.parse::<u32>().expect("minutes")
}
