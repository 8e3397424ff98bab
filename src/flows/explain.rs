//! `renkei explain`: why one person is created, updated, held, skipped or rejected.
//!
//! Both services are logged in to, then everybody is read and planned as a run would, whoever is asked about: conflicts, near-duplicates
//! and guards need all people. Nothing is written.

use super::purpose::Explain;
use super::work::Work;
use super::{FlowError, Request, Tools, clients, foreign, hrmos_and_mediment, with};
use crate::config::LinkServices;
use crate::job::{Flow, Service, nearest_few};
use crate::services::ServiceError;
use crate::sync::{self, Action, Earlier, Failure, Trip, Values, judge};

/// Codes that are named in place of one that nobody has.
const MOST_SIMILAR: usize = 5;

/// How far an explanation came.
#[derive(Debug)]
pub struct Explanation {
    /// The services, the source first.
    pub connection: Vec<Connection>,
    /// What there is to tell of the person, or why a run couldn't have read or planned anything.
    pub told: Result<Told, FlowError>,
}

/// One service of the flow.
#[derive(Debug)]
pub struct Connection {
    /// Which one.
    pub service: Service,
    /// Why it can't be worked with; nothing if the login succeeded.
    pub error: Option<FlowError>,
}

/// What is told of a person.
#[derive(Debug)]
pub struct Told {
    /// The steps.
    pub explanation: sync::Explanation,
    /// Codes that are much like one which the source doesn't have, the likeliest first.
    pub similar: Vec<String>,
    /// Guards that would stop a full run before it writes anything. The one on a shrunken source is not asked, as it needs the history.
    pub trips: Vec<Trip>,
    /// Why a full run would be 異常終了 all the same.
    pub failure: Option<Failure>,
}

/// Explains what a run of the request's job would do with whoever goes by a 社員番号. The job must be about everybody.
pub async fn explain(tools: &Tools, request: &Request<'_>, code: &str, values: Values) -> Explanation {
    let mut connection = match connect(tools, request).await {
        Ok(connection) => connection,
        Err(error) => return Explanation { connection: Vec::new(), told: Err(error) },
    };
    let (source, _) = request.job.flow.services();
    connection.sort_by_key(|connection| connection.service != source);
    if let Some(error) = connection.iter().find_map(|connection| connection.error.clone()) {
        return Explanation { connection, told: Err(error) };
    }
    let told = Box::pin(with(tools, request, Explain { code, values })).await;
    Explanation { connection, told }
}

/// Logs in to both services, so that the failure of one doesn't hide the other's.
async fn connect(tools: &Tools, request: &Request<'_>) -> Result<Vec<Connection>, FlowError> {
    let connection = |service: Service, login: Result<(), ServiceError>| Connection {
        service,
        error: login.err().map(FlowError::from),
    };
    match (request.job.flow, &request.link.services) {
        (
            Flow::HrmosToMedimentEmployees | Flow::HrmosToMedimentAttendance,
            LinkServices::HrmosMediment { hrmos, mediment },
        ) => {
            let (hrmos, mediment) = hrmos_and_mediment(tools, hrmos, mediment);
            let (one, other) = futures::future::join(hrmos.login(), mediment.login()).await;
            Ok(vec![connection(Service::Hrmos, one), connection(Service::Mediment, other)])
        }
        (
            Flow::OfficeStationToKaonavi | Flow::KaonaviToOfficeStation,
            LinkServices::OfficeStationKaonavi { .. },
        ) => {
            let (officestation, kaonavi) = clients(tools, request)?;
            let (one, other) = futures::future::join(officestation.login(), kaonavi.login()).await;
            Ok(vec![connection(Service::OfficeStation, one.map(drop)), connection(Service::Kaonavi, other)])
        }
        _ => Err(foreign(request)),
    }
}

/// What the work's plan does with a person.
pub(super) fn told(work: &Work<'_>, code: &str, values: Values) -> Told {
    let earlier = Earlier::default();
    let input = work.input(&earlier);
    let explanation = sync::explain(&input, &work.plan, code, values);
    let codes = |side: &'_ sync::People| -> Vec<String> {
        side.people.iter().map(|person| person.code.trim().to_owned()).collect()
    };
    let similar = match explanation.people.first().map(|person| &person.action) {
        None => similar(code, &[codes(input.source), codes(input.destination)].concat()),
        Some(Action::OnlyDestination) => alike(code, &codes(input.source)),
        Some(_) => Vec::new(),
    };
    let failure = work.plan.failure.clone().or_else(|| judge(&work.plan, input.policy));
    Told { explanation, similar, trips: work.trips(), failure }
}

/// The known codes that are most like one: those that differ in leading zeros and case alone first.
fn similar(code: &str, known: &[String]) -> Vec<String> {
    let mut similar = alike(code, known);
    let near = nearest_few(code.trim(), known.iter().map(String::as_str), MOST_SIMILAR);
    for one in near {
        if !similar.iter().any(|known| known == one) {
            similar.push(one.to_owned());
        }
    }
    similar.truncate(MOST_SIMILAR);
    similar
}

/// The known codes that differ in leading zeros and case alone.
fn alike(code: &str, known: &[String]) -> Vec<String> {
    let bare = |code: &str| code.trim().trim_start_matches('0').to_lowercase();
    let wanted = bare(code);
    let mut alike: Vec<String> =
        known.iter().filter(|other| !other.is_empty() && bare(other) == wanted).cloned().collect();
    alike.sort_unstable();
    alike.dedup();
    alike.truncate(MOST_SIMILAR);
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_differ_in_zeros_and_case_alone_are_the_likeliest() {
        let known = ["A0001", "A0010", "000011", "12", "a0001", ""].map(str::to_owned);
        assert_eq!(similar("11", &known), ["000011", "12"]);
        assert_eq!(similar("A0001", &known), ["A0001", "a0001", "A0010", "000011"]);
        assert_eq!(similar("zebra", &known), [""; 0]);
    }
}
