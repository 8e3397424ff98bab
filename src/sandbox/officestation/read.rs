//! Reading: lists, one employee, one employee's dependants (`reference/officestation-api.md` §4.4).

use axum::http::StatusCode;

use super::api::{Answer, Session};
use super::errors::Refusal;
use super::ledger::Rows;
use super::query::Query;
use super::tenant::State;

/// `GET /employees`, `GET /dependents`.
pub(super) fn list(session: &Session<'_>, state: &mut State, rows: Rows) -> Result<Answer, Refusal> {
    let query = Query::parse(&session.call.query, session.today)?;
    let view = state.ledger.view(rows, &query.filter);
    let visible = session.visible(state)?;
    let skipped = (query.page - 1).saturating_mul(query.per_page).min(view.len());
    let page = &view[skipped..view.len().min(skipped + query.per_page)];
    let mut out = format!(
        r#"{{"page":{},"perPage":{},"totalCount":{},"totalPages":{},"asOf":"{}","items":["#,
        query.page,
        query.per_page,
        view.len(),
        view.len().div_ceil(query.per_page),
        session.as_of(),
    )
    .into_bytes();
    for (index, (place, dependent)) in page.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let Some(employee) = state.ledger.employees().get(*place as usize) else { continue };
        match rows {
            Rows::Employees => employee.write_json(&mut out, query.filter.day, &visible),
            Rows::Dependents => employee.write_dependent(&mut out, usize::from(*dependent)),
        }
    }
    out.extend_from_slice(b"]}");
    Ok((StatusCode::OK, out))
}

/// `GET /employees/{employeeNumber}`.
pub(super) fn one(session: &Session<'_>, state: &State, number: &str) -> Result<Answer, Refusal> {
    session.no_parameters()?;
    employee(session, state, number, StatusCode::OK)
}

/// One employee as the answer to a read or a write.
pub(super) fn employee(
    session: &Session<'_>,
    state: &State,
    number: &str,
    status: StatusCode,
) -> Result<Answer, Refusal> {
    let visible = session.visible(state)?;
    let employee = state.ledger.find(number).ok_or_else(Refusal::employee_not_found)?;
    let mut out = Vec::new();
    employee.write_json(&mut out, session.today, &visible);
    Ok((status, out))
}

/// `GET /employees/{employeeNumber}/dependents`: `{"items": […]}`.
pub(super) fn dependents_of(session: &Session<'_>, state: &State, number: &str) -> Result<Answer, Refusal> {
    session.no_parameters()?;
    let employee = state.ledger.find(number).ok_or_else(Refusal::employee_not_found)?;
    let mut out = b"{\"items\":[".to_vec();
    for index in 0..employee.dependents.len() {
        if index > 0 {
            out.push(b',');
        }
        employee.write_dependent(&mut out, index);
    }
    out.extend_from_slice(b"]}");
    Ok((StatusCode::OK, out))
}
