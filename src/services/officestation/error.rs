//! What OfficeStation's refusals mean (`reference/officestation-api.md` §4.2, §4.3).

use super::wire::code;
use crate::http::{Detail, HttpError};
use crate::job::Service;
use crate::services::{AuthReason, ServiceError};

/// A failed login.
pub(super) fn of_login(error: HttpError) -> ServiceError {
    let reason = match &error {
        HttpError::Unauthorized { .. } => Some(AuthReason::Credentials),
        HttpError::Refused { status: 403, details } => {
            Some(reason_of(details).unwrap_or(AuthReason::NotAllowed))
        }
        error => locked(error),
    };
    of_reason(reason, "POST /auth/token", false, error)
}

/// Any other failed call.
pub(super) fn of_call(what: &str, writes: bool, error: HttpError) -> ServiceError {
    let reason = match &error {
        HttpError::Refused { status: 403, details } => reason_of(details),
        error => locked(error),
    };
    of_reason(reason, what, writes, error)
}

fn of_reason(reason: Option<AuthReason>, what: &str, writes: bool, error: HttpError) -> ServiceError {
    let service = Service::OfficeStation;
    match reason {
        Some(reason) => ServiceError::Auth { service, reason },
        None => ServiceError::of(service, what, writes, error),
    }
}

fn locked(error: &HttpError) -> Option<AuthReason> {
    matches!(error, HttpError::Refused { status: 423, .. }).then_some(AuthReason::Locked)
}

fn reason_of(details: &[Detail]) -> Option<AuthReason> {
    match details.first()?.code.as_str() {
        code::MFA_REQUIRED => Some(AuthReason::SecondFactor),
        code::API_NOT_ALLOWED => Some(AuthReason::NotAllowed),
        code::STATION_MISMATCH => Some(AuthReason::Token),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(error: &ServiceError) -> Option<AuthReason> {
        match error {
            ServiceError::Auth { reason, .. } => Some(*reason),
            _ => None,
        }
    }

    #[test]
    fn each_refusal_has_its_reason() {
        let refused = |status, code: &str| HttpError::Refused {
            status,
            details: vec![Detail { code: code.into(), item: None }],
        };
        let wrong = HttpError::Unauthorized { details: Vec::new() };
        let cases = [
            (of_login(wrong.clone()), Some(AuthReason::Credentials)),
            (of_login(refused(403, "MFA_REQUIRED")), Some(AuthReason::SecondFactor)),
            (of_login(refused(403, "API_NOT_ALLOWED")), Some(AuthReason::NotAllowed)),
            (of_login(refused(423, "ACCOUNT_LOCKED")), Some(AuthReason::Locked)),
            (of_call("GET /x", false, refused(403, "STATION_MISMATCH")), Some(AuthReason::Token)),
            (of_call("GET /x", false, wrong), Some(AuthReason::Token)),
            (of_call("GET /x", false, refused(403, "FORBIDDEN")), None),
            (of_call("GET /x", false, refused(404, "EMPLOYEE_NOT_FOUND")), None),
        ];
        for (error, expected) in cases {
            assert_eq!(reason(&error), expected, "{error}");
        }
    }
}
