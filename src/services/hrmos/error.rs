//! What HRMOS勤怠's refusals mean (`reference/hrmos-kintai-api.md` §2, §4).

use super::wire;
use crate::http::HttpError;
use crate::job::Service;
use crate::services::{AuthReason, ServiceError};

/// A token was not given.
pub(super) fn of_login(error: HttpError) -> ServiceError {
    let service = Service::Hrmos;
    let reason = match &error {
        // A key dies after three months (§1).
        HttpError::Unauthorized { .. } => AuthReason::Credentials,
        HttpError::Refused { status: 403, .. } => AuthReason::NotAllowed,
        // There is no such company, or it is another one than the key's.
        HttpError::Refused { status: 404, .. } => AuthReason::Token,
        _ => return ServiceError::of(service, &format!("GET {}", wire::TOKEN), false, error),
    };
    ServiceError::Auth { service, reason }
}

/// The two sides do not speak the same protocol.
pub(super) fn protocol(path: &str, what: &str) -> ServiceError {
    ServiceError::Protocol { service: Service::Hrmos, what: format!("GET {path}: {what}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_of_a_token_has_its_reason() {
        let refused = |status| HttpError::Refused { status, details: Vec::new() };
        let reason = |error| match of_login(error) {
            ServiceError::Auth { service: Service::Hrmos, reason } => Some(reason),
            _ => None,
        };
        assert_eq!(reason(HttpError::Unauthorized { details: Vec::new() }), Some(AuthReason::Credentials));
        assert_eq!(reason(refused(403)), Some(AuthReason::NotAllowed));
        assert_eq!(reason(refused(404)), Some(AuthReason::Token));
        assert_eq!(reason(refused(400)), None);
        assert_eq!(reason(HttpError::lost("no answer")), None);
    }
}
