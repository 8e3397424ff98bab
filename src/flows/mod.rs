//! The flows: what each reads, which rules it applies and how it writes. One file a flow; this one joins them.
//!
//! A flow's way is always the same (`carry_out.rs`): bind the mapping to the destination's layout, read both sides, settle what an earlier
//! attempt left open, plan (pure), stop at a tripped guard, apply. It writes only what [`Journal`] was told first.

mod carry_out;
mod check;
mod error;
mod explain;
mod from_hrmos;
mod gender;
mod handover;
mod hrmos_to_mediment_attendance;
mod hrmos_to_mediment_employees;
mod journal;
mod kaonavi_to_officestation;
mod kaonavi_writer;
mod mediment_import;
mod officestation_import;
mod officestation_to_kaonavi;
mod officestation_writer;
mod one_by_one;
mod purpose;
mod report;
mod settle;
mod to_mediment;
mod work;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDate};

pub use self::check::{CheckRequest, Finding, Severity, check};
pub use self::error::FlowError;
pub use self::explain::{Connection, Explanation, Told, explain};
pub use self::handover::Handover;
pub use self::journal::{Act, Answer, Halt, Intent, Journal};
use self::purpose::{Apply, Purpose, Show};
pub use self::report::{PersonReport, Preview, Report, applied};
pub use crate::services::{Http, Meter, Stop};
pub use crate::sync::{
    Counts, Decisions, Dependents, Failure, Hold, ItemMeasure, OpenTodo, Outcome, Pair, Problem, RunFailure,
    TodoItem, Trip, Values, Verdict,
};

use crate::config::{HrmosAccount, Link, LinkServices, MedimentAccount};
use crate::job::{Flow, Job};
use crate::services::hrmos::Hrmos;
use crate::services::kaonavi::Kaonavi;
use crate::services::mediment::Mediment;
use crate::services::officestation::OfficeStation;
use crate::sync::match_code;

/// All that a run of a flow depends on, beside what the services say.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The link.
    pub link: &'a Link,
    /// The run's id, which names the run's writes to services that take such a name; empty for a preview.
    pub run: &'a str,
    /// The job; its flow is of the link's kind.
    pub job: &'a Job,
    /// When the run began, in the time zone of the services; its day decides who is 現職者, fixed for the run.
    pub began: DateTime<FixedOffset>,
    /// 対象 of the flow's last full 完了 run, for the guard on a shrunken source.
    pub last_full: Option<u64>,
    /// What people decided about holds of this flow and link.
    pub decisions: &'a Decisions,
    /// 要対応 that earlier runs of the flow left open.
    pub todo: &'a [OpenTodo],
    /// The writes that earlier attempts of this run meant to make, in order.
    pub intents: &'a [Intent],
    /// How long a write of unknown end is looked for, and how often.
    pub settle: Settle,
}

/// How long a write of unknown end is looked for before the next plan.
#[derive(Debug, Clone, Copy)]
pub struct Settle {
    /// From the write on.
    pub limit: Duration,
    /// Between two looks.
    pub every: Duration,
}

impl Request<'_> {
    fn today(&self) -> NaiveDate {
        self.began.date_naive()
    }
}

/// What a flow needs of the process it runs in.
#[derive(Debug, Clone)]
pub struct Tools {
    /// The outgoing HTTP client.
    pub http: Http,
    /// Counts the run's requests.
    pub meter: Meter,
    /// Ends the run's waits and forbids writes.
    pub stop: Stop,
}

/// The 社員番号 that a job names, as they are matched: trimmed, and padded where the link pads. Lines about people carry them so.
pub fn named_codes(link: &Link, job: &Job) -> Vec<String> {
    let padding = work::settings_of(link, job).policy.padding;
    job.employees.iter().map(|code| match_code(code, padding).into_owned()).collect()
}

/// Runs a flow to its end.
///
/// # Errors
/// [`FlowError`], in the classes of `DESIGN` §5.5. What was written until then is in the journal.
pub async fn run<J: Journal>(tools: &Tools, request: &Request<'_>, journal: &J) -> Result<Report, FlowError> {
    Box::pin(with(tools, request, Apply(journal))).await
}

/// What a run would do, without writing.
///
/// # Errors
/// [`FlowError`], as [`run`].
pub async fn preview(tools: &Tools, request: &Request<'_>) -> Result<Preview, FlowError> {
    Box::pin(with(tools, request, Show)).await
}

/// Reads and plans a flow for a purpose.
async fn with<P: Purpose>(tools: &Tools, request: &Request<'_>, purpose: P) -> Result<P::Outcome, FlowError> {
    match request.job.flow {
        Flow::OfficeStationToKaonavi => officestation_to_kaonavi::with(tools, request, purpose).await,
        Flow::KaonaviToOfficeStation => kaonavi_to_officestation::with(tools, request, purpose).await,
        Flow::HrmosToMedimentEmployees => hrmos_to_mediment_employees::with(tools, request, purpose).await,
        Flow::HrmosToMedimentAttendance => hrmos_to_mediment_attendance::with(tools, request, purpose).await,
    }
}

/// The clients of a link between OfficeStation and Kaonavi.
fn clients(tools: &Tools, request: &Request<'_>) -> Result<(OfficeStation, Kaonavi), FlowError> {
    let LinkServices::OfficeStationKaonavi { officestation, kaonavi } = &request.link.services else {
        return Err(foreign(request));
    };
    let Tools { http, meter, stop } = tools;
    let officestation = OfficeStation::new(http, officestation, meter, stop);
    let kaonavi = Kaonavi::new(http, Arc::new(kaonavi.into()), meter, stop);
    Ok((officestation, kaonavi))
}

/// The clients of a link from HRMOS勤怠 to mediment.
fn hrmos_and_mediment(tools: &Tools, hrmos: &HrmosAccount, mediment: &MedimentAccount) -> (Hrmos, Mediment) {
    let Tools { http, meter, stop } = tools;
    let hrmos = Hrmos::new(http, Arc::new(hrmos.into()), meter, stop);
    (hrmos, Mediment::new(http, mediment, meter, stop))
}

/// A job is checked against its link before it gets here; a reload in between may have changed the link.
fn foreign(request: &Request<'_>) -> FlowError {
    let reason = format!("連携”{}”では”{}”を実行できません。", request.link.name, request.job.flow);
    FlowError::Permanent(RunFailure::Job { reason: &reason }.into())
}
