//! The YAML as written: no other keys than these, every value with its place, nothing judged yet.
//!
//! What can be judged by itself (a number, a word of a list, a duration) is read as text, so that `resolve` can report all
//! mistakes at once. Only the shape is serde's matter: broken YAML, unknown keys, a list where a mapping belongs.

mod link;
mod table;
mod template;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde_saphyr::Spanned;
use std::fmt;

pub(super) use link::{
    RawFlow, RawFrom, RawGuards, RawHrmos, RawItem, RawKaonavi, RawLink, RawMapping, RawMediment,
    RawOfficeStation, RawSettings, RawTable,
};
pub(super) use table::Table;
pub(super) use template::{RawColumn, RawTemplate};

/// A scalar and its place.
pub(super) type Text = Spanned<String>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with the keys of a configuration")]
pub(super) struct RawConfig {
    pub redis: Option<RawRedis>,
    pub state_dir: Option<Text>,
    pub http: Option<RawListen>,
    pub worker: Option<RawWorker>,
    pub support: Option<Text>,
    pub mail: Option<RawMail>,
    pub organizations: Option<Table<Option<RawOrganization>>>,
    pub links: Option<Table<RawLink>>,
    pub links_dir: Option<Text>,
    pub timezone: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys of `redis`")]
pub(super) struct RawRedis {
    pub url: Option<Spanned<RawSecret>>,
    pub prefix: Option<Text>,
    pub allow_plaintext: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `listen`")]
pub(super) struct RawListen {
    pub listen: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with the keys of `worker`")]
pub(super) struct RawWorker {
    pub concurrency: Option<Text>,
    pub lease: Option<Text>,
    pub renew: Option<Text>,
    pub write_margin: Option<Text>,
    pub drain: Option<Text>,
    pub settle: Option<Text>,
    pub settle_poll: Option<Text>,
    pub sweep: Option<Text>,
    pub retry: Option<RawRetry>,
    pub http: Option<RawHttp>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with the keys of `retry`")]
pub(super) struct RawRetry {
    pub steps: Option<Spanned<Vec<Text>>>,
    pub jitter_percent: Option<Text>,
    pub attempts: Option<Text>,
    pub deadline: Option<Text>,
    pub quick_tries: Option<Text>,
    pub quick_wait: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with the keys of the outgoing `http`")]
pub(super) struct RawHttp {
    pub connect_timeout: Option<Text>,
    pub read_timeout: Option<Text>,
    pub total_timeout: Option<Text>,
    pub max_body: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys of `mail`")]
pub(super) struct RawMail {
    pub smtp: Option<Text>,
    pub username: Option<Text>,
    pub password: Option<Spanned<RawSecret>>,
    pub from: Option<Text>,
    pub to: Option<Vec<Text>>,
    pub expires: Option<Text>,
    pub remind_from: Option<Text>,
    pub allow_plaintext: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with `mail_to` and `support`")]
pub(super) struct RawOrganization {
    pub mail_to: Option<Vec<Text>>,
    pub support: Option<Text>,
}

/// The keys of a mapping that goes by this name; none if the operator chooses them.
pub(super) fn keys(name: &str) -> Vec<&'static str> {
    fn of<T: de::DeserializeOwned>() -> Vec<&'static str> {
        let error = serde_saphyr::from_str::<T>("\"?\": x").err();
        match error.as_ref().map(serde_saphyr::Error::without_snippet) {
            Some(serde_saphyr::Error::SerdeUnknownField { expected, .. }) => expected.clone(),
            Some(_) | None => Vec::new(),
        }
    }
    match name {
        "redis" => of::<RawRedis>(),
        "worker" => of::<RawWorker>(),
        "retry" => of::<RawRetry>(),
        "mail" => of::<RawMail>(),
        "officestation" => of::<RawOfficeStation>(),
        "kaonavi" => of::<RawKaonavi>(),
        "hrmos" => of::<RawHrmos>(),
        "mediment" => of::<RawMediment>(),
        "guards" => of::<RawGuards>(),
        "spot" => of::<link::RawSpot>(),
        _ => Vec::new(),
    }
}

/// A secret: a reference, or the value itself.
pub(super) enum RawSecret {
    Inline(String),
    Reference(Box<RawReference>),
}

/// Exactly one of the keys; more or fewer are found when it is resolved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReference {
    pub file: Option<Text>,
    pub env: Option<Text>,
    pub credential: Option<Text>,
    pub sandbox: Option<Text>,
}

impl fmt::Debug for RawSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RawSecret::Inline(_) => f.write_str("Inline(…)"),
            RawSecret::Reference(reference) => reference.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for RawSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SecretVisitor;

        impl<'de> Visitor<'de> for SecretVisitor {
            type Value = RawSecret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("{ file: … }, { env: … }, { credential: … } or the value itself, in quotes")
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<RawSecret, E> {
                Ok(RawSecret::Inline(value.to_owned()))
            }

            // What looks like a number or a boolean would lose its zeros; it is not echoed, for it may be the secret.
            fn visit_bool<E: de::Error>(self, _: bool) -> Result<RawSecret, E> {
                Err(E::invalid_type(de::Unexpected::Other("a bare word"), &self))
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<RawSecret, E> {
                Err(E::invalid_type(de::Unexpected::Other("a bare number"), &self))
            }

            fn visit_u64<E: de::Error>(self, _: u64) -> Result<RawSecret, E> {
                Err(E::invalid_type(de::Unexpected::Other("a bare number"), &self))
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<RawSecret, E> {
                Err(E::invalid_type(de::Unexpected::Other("a bare number"), &self))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawSecret, A::Error> {
                let map = de::value::MapAccessDeserializer::new(map);
                RawReference::deserialize(map).map(|reference| RawSecret::Reference(Box::new(reference)))
            }
        }

        deserializer.deserialize_any(SecretVisitor)
    }
}
