//! Which operation a method and a path mean (`reference/mediment.md` §B1–B3).

use axum::http::Method;

use super::refusal::Refusal;

/// An operation of the API. There is none that deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Token,
    Employees,
    CreateEmployees,
    UpdateEmployees,
    /// With the month as it stands in the path.
    Attendances(String),
    PutAttendances(String),
}

impl Endpoint {
    /// The operation of a request; `path` is relative to the API's root.
    ///
    /// # Errors
    /// 404 for a path that does not exist, 405 for one that does, but not with this method.
    pub(super) fn of(method: &Method, path: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let found = match (parts.as_slice(), method.as_str()) {
            (["oauth", "token"], "POST") => Self::Token,
            (["employees"], "GET") => Self::Employees,
            (["employees", "batch_create"], "POST") => Self::CreateEmployees,
            (["employees", "batch_update"], "POST") => Self::UpdateEmployees,
            (["attendances", month], "GET") if !month.is_empty() => Self::Attendances((*month).into()),
            (["attendances", month], "PUT") if !month.is_empty() => Self::PutAttendances((*month).into()),
            (["oauth", "token"] | ["employees"] | ["employees", "batch_create" | "batch_update"], _) => {
                return Err(Refusal::wrong_method());
            }
            (["attendances", month], _) if !month.is_empty() => return Err(Refusal::wrong_method()),
            _ => return Err(Refusal::not_found()),
        };
        Ok(found)
    }

    /// What the `disable` setting calls it.
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Self::Token => "POST /oauth/token",
            Self::Employees => "GET /employees",
            Self::CreateEmployees => "POST /employees/batch_create",
            Self::UpdateEmployees => "POST /employees/batch_update",
            Self::Attendances(_) => "GET /attendances",
            Self::PutAttendances(_) => "PUT /attendances",
        }
    }

    /// The key of the list that a batch's body consists of; none if the request carries no batch.
    pub(super) fn list(&self) -> Option<&'static str> {
        match self {
            Self::CreateEmployees | Self::UpdateEmployees => Some("employees"),
            Self::PutAttendances(_) => Some("records"),
            Self::Token | Self::Employees | Self::Attendances(_) => None,
        }
    }
}
