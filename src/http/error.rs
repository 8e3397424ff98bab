//! Why a request came to nothing. No text of an answer is in here: it may quote a value.

use std::time::Duration;

use thiserror::Error;

/// What the service may have done although the request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the request never arrived, or the service said that it refused it.
    None,
    /// Perhaps all of it: the answer was lost.
    Unknown,
}

/// One structured complaint of a service about a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detail {
    /// The service's code, such as `INVALID_CHOICE`; ASCII letters, digits and `_` only.
    pub code: String,
    /// The item, by the service's key.
    pub item: Option<String>,
}

/// Why a request came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HttpError {
    /// It may work later: time-outs, lost connections, 5xx, 429, a page instead of JSON, broken JSON.
    #[error("{what}")]
    Transient {
        /// What happened, in engineers' words.
        what: String,
        /// The status, where there was one.
        status: Option<u16>,
        /// How long the service asks to wait.
        retry_after: Option<Duration>,
        /// What it may have done.
        effect: Effect,
    },
    /// 401: the token or the credentials are not good.
    #[error("the service answered 401")]
    Unauthorized {
        /// The structured codes, if any.
        details: Vec<Detail>,
    },
    /// Another 4xx: the service understood and said no.
    #[error("the service answered {status}")]
    Refused {
        /// The status.
        status: u16,
        /// The structured codes, if any; the first one is the answer's own.
        details: Vec<Detail>,
    },
    /// The two sides do not speak the same protocol: a permanent redirect, an answer past the size cap, a bad address.
    #[error("{0}")]
    Protocol(String),
    /// The attempt is to stop; this request was not sent.
    #[error("stopped")]
    Stopped,
}

impl HttpError {
    /// A transient failure that has no status and whose effect is not known.
    pub(crate) fn lost(what: impl Into<String>) -> Self {
        HttpError::Transient { what: what.into(), status: None, retry_after: None, effect: Effect::Unknown }
    }

    /// A transient failure before anything arrived.
    pub(crate) fn unsent(what: impl Into<String>, retry_after: Option<Duration>) -> Self {
        HttpError::Transient { what: what.into(), status: None, retry_after, effect: Effect::None }
    }

    /// The class of a status that is not 2xx or 3xx.
    pub(crate) fn of_status(status: u16, retry_after: Option<Duration>, details: Vec<Detail>) -> Self {
        match status {
            401 => HttpError::Unauthorized { details },
            // 425 and 429 say by their meaning that nothing was done.
            425 | 429 => HttpError::Transient {
                what: format!("the service answered {status}"),
                status: Some(status),
                retry_after,
                effect: Effect::None,
            },
            408 | 500.. => HttpError::Transient {
                what: format!("the service answered {status}"),
                status: Some(status),
                retry_after,
                effect: Effect::Unknown,
            },
            _ => HttpError::Refused { status, details },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_comes_from_the_status() {
        let class = |status| match HttpError::of_status(status, None, Vec::new()) {
            HttpError::Transient { effect: Effect::None, .. } => "later, nothing done",
            HttpError::Transient { effect: Effect::Unknown, .. } => "later",
            HttpError::Unauthorized { .. } => "unauthorized",
            HttpError::Refused { .. } => "refused",
            HttpError::Protocol(_) | HttpError::Stopped => "other",
        };
        let cases = [
            (400, "refused"),
            (401, "unauthorized"),
            (403, "refused"),
            (404, "refused"),
            (408, "later"),
            (413, "refused"),
            (422, "refused"),
            (423, "refused"),
            (429, "later, nothing done"),
            (500, "later"),
            (503, "later"),
        ];
        for (status, expected) in cases {
            assert_eq!(class(status), expected, "{status}");
        }
    }
}
