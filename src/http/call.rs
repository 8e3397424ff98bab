//! What is asked of a service.

use std::time::Duration;

use bytes::Bytes;
use secrecy::SecretString;

use super::Limit;

/// The verbs that renkei uses. There is no DELETE: nothing is ever deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or asks for a token.
    Post,
    /// What a service calls so and is no replacing of a whole: a token's longer life (HRMOS勤怠), the named items of a month (mediment).
    Put,
    /// Changes what is sent.
    Patch,
}

impl Method {
    /// The verb as it is sent and counted.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
        }
    }
}

/// A body with its content type.
#[derive(Debug, Clone)]
pub enum Payload {
    /// No body.
    Empty,
    /// JSON.
    Json(Bytes),
    /// A JSON body that holds a secret, which is not shown.
    SecretJson(SecretString),
    /// `application/x-www-form-urlencoded`.
    Form(&'static str),
}

/// Whether a call may be repeated when its answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// A repeated call has the effect of one: it gets quick tries.
    Quick,
    /// Sent once.
    Never,
}

/// How much is sent or answered: it decides how long the service may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Up to some megabytes.
    Small,
    /// A whole company at once: up to the cap, and minutes until the first byte.
    Large,
}

/// Whether the gate still has to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Ask the gate first.
    Gate,
    /// The gate let this call through already ([`Session::admit`](super::Session::admit)); repeats ask again.
    Admitted,
}

/// One question to a service.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The verb.
    pub method: Method,
    /// Appended to the session's base address, beginning with `/`.
    pub path: String,
    /// Query parameters.
    pub query: Vec<(&'static str, String)>,
    /// Headers with secret values.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The body.
    pub payload: Payload,
    /// Whether it may be repeated.
    pub repeat: Repeat,
    /// How long to wait after each 429 that names no time before the next try, these tries beside the quick ones; none if a 429 is
    /// for another attempt, as where the quota's window is long.
    pub busy: &'a [Duration],
    /// Whether it changes people: then it is not begun when [`Stop::may_write`](super::Stop::may_write) is false.
    pub writes: bool,
    /// How much is answered.
    pub size: Size,
    /// The class for the gate.
    pub class: &'static str,
    /// The limits of the gate.
    pub limits: &'a [Limit],
    /// Whether the gate still has to be asked.
    pub entry: Entry,
}

impl<'a> Call<'a> {
    /// A small read that may be repeated.
    pub fn get(path: impl Into<String>, limits: &'a [Limit]) -> Self {
        Call {
            method: Method::Get,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            payload: Payload::Empty,
            repeat: Repeat::Quick,
            busy: &[],
            writes: false,
            size: Size::Small,
            class: "read",
            limits,
            entry: Entry::Gate,
        }
    }
}
