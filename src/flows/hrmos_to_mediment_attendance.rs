//! HRMOS勤怠→mediment, 勤怠情報 of a month (`reference/mediment.md` D3; `DESIGN` §6 mediment).
//!
//! People are found afresh as 従業員情報 finds them; nobody is created, and who isn't surely found is left out. Twelve items are sent,
//! 所定外労働時間 = 実労働時間 − 所定労働時間 among them; 休憩時間 and 有給時間, which people type in mediment, never are.

use super::from_hrmos::{self, Attendance, NOT_CLOSED};
use super::handover::Run;
use super::purpose::Purpose;
use super::to_mediment::{self, ToAttendance};
use super::work::{Work, bind, settings};
use super::{FlowError, Request, Tools, foreign, hrmos_and_mediment};
use crate::config::{AttendanceSettings, LinkServices, NegativeOvertime};
use crate::job::{Month, Service};
use crate::sync::{
    DestinationRoles, Doubt, Form, Guarded, IdentityRoles, Kind, Layout, LayoutItem, LayoutSheet, Mapping,
    Matching, Roles, RunFailure, Scope, TodoRoles, TodoRule, Unknown,
};

/// Reads and plans the flow for a purpose.
pub(super) async fn with<P: Purpose>(
    tools: &Tools,
    request: &Request<'_>,
    purpose: P,
) -> Result<P::Outcome, FlowError> {
    let LinkServices::HrmosMediment { hrmos, mediment } = &request.link.services else {
        return Err(foreign(request));
    };
    let (hrmos, mediment) = hrmos_and_mediment(tools, hrmos, mediment);
    let Some(month) = request.job.month else {
        let reason = format!("”{}”には対象の年月(month)が必要です。", request.job.flow);
        return Err(FlowError::Permanent(RunFailure::Job { reason: &reason }.into()));
    };
    let choices = request.link.flows[&request.job.flow].attendance;
    let of_month = Roles { todo: todo(month), ..roles() };
    let rules = bind(request, &layout(&settings(request).mapping, choices), &of_month)?;
    let origin = Attendance { hrmos: &hrmos, settings: choices, month };
    let destination = ToAttendance { mediment: &mediment, month, run: Run::of(request) };
    let work = Work::read(request, rules, &origin, &destination).await?;
    purpose.serve(work, &destination).await
}

/// What mediment takes of 勤怠情報: numbers, minutes or days, none below zero unless the link says so.
pub(super) fn layout(mapping: &Mapping, settings: AttendanceSettings) -> Layout {
    let item = |name: &String| {
        let below_zero = name == "所定外労働時間" && settings.negative_overtime == NegativeOvertime::Keep;
        let form = if below_zero { Form::Trimmed } else { Form::NotNegative };
        LayoutItem { name: name.clone(), kind: Kind::Number, form, ..LayoutItem::default() }
    };
    let items = mapping.self_items.iter().map(|line| item(&line.target.item)).collect();
    Layout { sheets: vec![LayoutSheet { id: 0, name: String::new(), multi: false, items }] }
}

/// The items that play a part of their own.
pub(super) fn roles() -> Roles {
    let identity = IdentityRoles {
        source: from_hrmos::identity(),
        destination: to_mediment::identity(),
        unknown: Unknown::Skip("unknown_employee"),
        doubt: Doubt::Hold,
    };
    Roles {
        scope: Scope::Everyone,
        matching: Matching::Identity(Box::new(identity)),
        guarded: Guarded::Reading,
        source: from_hrmos::roles(),
        destination: DestinationRoles { service: Service::Mediment.name(), ..DestinationRoles::default() },
        todo: TodoRoles::default(),
    }
}

/// 要対応 of a month: whom mediment knows and HRMOS勤怠 has not closed yet.
fn todo(month: Month) -> TodoRoles {
    let rule = TodoRule::NotClosed { column: NOT_CLOSED.to_owned(), month: month.to_string() };
    TodoRoles { rules: vec![rule], ..TodoRoles::default() }
}
