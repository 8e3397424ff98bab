//! Why a service could not do what was asked, in the classes of `DESIGN` §5.5.

use std::time::Duration;

use thiserror::Error;

use super::table::TableError;
use crate::http::{Detail, Effect, HttpError};
use crate::job::Service;

/// What a failure means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It may work later: another attempt (`F_TIMEOUT` when there is none left).
    Transient,
    /// It won't work until somebody acts.
    Permanent,
    /// Somebody's data were refused: the batch is halved (`E_REFUSED`, `E_BATCH`).
    Data,
    /// The attempt is to stop: drained, or its lease is gone.
    Stopped,
}

/// Why a login failed (`F_AUTH`): what to do differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthReason {
    /// The credentials are wrong. Never tried again by itself: five failures lock an OfficeStation login.
    Credentials,
    /// The login asks for a second factor.
    SecondFactor,
    /// The login may not use the API.
    NotAllowed,
    /// The login is locked.
    Locked,
    /// The token does not belong to this tenant, or a fresh token is refused.
    Token,
}

impl AuthReason {
    /// The reason in engineers' words.
    pub fn as_str(self) -> &'static str {
        match self {
            AuthReason::Credentials => "the credentials are wrong",
            AuthReason::SecondFactor => "the login asks for a second factor",
            AuthReason::NotAllowed => "the login may not use the API",
            AuthReason::Locked => "the login is locked",
            AuthReason::Token => "a fresh token is refused",
        }
    }
}

/// Why a service could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ServiceError {
    /// It may work later.
    #[error("{service}: {what}")]
    Transient {
        /// Who.
        service: Service,
        /// What happened, in engineers' words.
        what: String,
        /// The status, where there was one.
        status: Option<u16>,
        /// How long to wait at least.
        retry_after: Option<Duration>,
        /// What a write may have done; [`Effect::None`] settles its intent.
        effect: Effect,
    },
    /// The login failed.
    #[error("{service}: {}", reason.as_str())]
    Auth {
        /// Who.
        service: Service,
        /// Why.
        reason: AuthReason,
    },
    /// The login is good and lacks a permission.
    #[error("{service}: {what} is not permitted")]
    Forbidden {
        /// Who.
        service: Service,
        /// What was asked, such as `PATCH /members`.
        what: String,
    },
    /// The service understood and said no.
    #[error("{service}: {what} was refused with {status}")]
    Refused {
        /// Who.
        service: Service,
        /// What was asked.
        what: String,
        /// The status.
        status: u16,
        /// The structured codes, if any, items by their names in mappings.
        problems: Vec<Detail>,
    },
    /// The service and renkei do not speak the same protocol.
    #[error("{service}: {what}")]
    Protocol {
        /// Who.
        service: Service,
        /// How, in engineers' words.
        what: String,
    },
    /// A file from or for the service's own screen is not what it has to be.
    #[error("{service}: {error}")]
    File {
        /// Who.
        service: Service,
        /// Which file, and what is wrong with it.
        error: TableError,
    },
    /// The attempt is to stop; the request was not sent.
    #[error("{service}: stopped")]
    Stopped {
        /// Who.
        service: Service,
    },
}

impl ServiceError {
    /// What it means for the run.
    pub fn class(&self) -> Class {
        match self {
            ServiceError::Transient { .. } => Class::Transient,
            ServiceError::File { error, .. } if error.flaw.may_pass() => Class::Transient,
            ServiceError::Refused { status: 400 | 409 | 413 | 422, .. } => Class::Data,
            ServiceError::Auth { .. }
            | ServiceError::Forbidden { .. }
            | ServiceError::Refused { .. }
            | ServiceError::Protocol { .. }
            | ServiceError::File { .. } => Class::Permanent,
            ServiceError::Stopped { .. } => Class::Stopped,
        }
    }

    /// Who failed.
    pub fn service(&self) -> Service {
        match self {
            ServiceError::Transient { service, .. }
            | ServiceError::Auth { service, .. }
            | ServiceError::Forbidden { service, .. }
            | ServiceError::Refused { service, .. }
            | ServiceError::Protocol { service, .. }
            | ServiceError::File { service, .. }
            | ServiceError::Stopped { service } => *service,
        }
    }

    /// How long to wait at least before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            ServiceError::Transient { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What a write that failed so may have done.
    pub fn effect(&self) -> Effect {
        match self {
            ServiceError::Transient { effect, .. } => *effect,
            // The answer was no answer, but the service may have done its work all the same.
            ServiceError::Protocol { .. } => Effect::Unknown,
            ServiceError::Auth { .. }
            | ServiceError::Forbidden { .. }
            | ServiceError::Refused { .. }
            | ServiceError::File { .. }
            | ServiceError::Stopped { .. } => Effect::None,
        }
    }

    /// A failed call that asked for `what`. A 401 that is still here was answered to a fresh token. Only a write can be refused
    /// for its data; a read that is refused was asked wrongly.
    pub(crate) fn of(service: Service, what: &str, writes: bool, error: HttpError) -> Self {
        match error {
            HttpError::Transient { what: why, status, retry_after, effect } => {
                let what = format!("{what}: {why}");
                ServiceError::Transient { service, what, status, retry_after, effect }
            }
            HttpError::Unauthorized { .. } => ServiceError::Auth { service, reason: AuthReason::Token },
            HttpError::Refused { status: 403, .. } => {
                ServiceError::Forbidden { service, what: what.to_owned() }
            }
            HttpError::Refused { status, .. } if !writes && status != 404 => {
                ServiceError::Protocol { service, what: format!("{what} was refused with {status}") }
            }
            HttpError::Refused { status, details } => {
                ServiceError::Refused { service, what: what.to_owned(), status, problems: details }
            }
            HttpError::Protocol(why) => ServiceError::Protocol { service, what: format!("{what}: {why}") },
            HttpError::Stopped => ServiceError::Stopped { service },
        }
    }
}
