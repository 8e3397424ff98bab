//! `renkei check --online`: what would fail, found before the first run.
//!
//! Nothing is written. Both services are logged in to, the layouts are held against the mapping, both sides are read and planned as a
//! run would, and everything that a run would stumble over becomes a [`Finding`]: all of them, not only the first one. A finding is
//! for the operator, so it is English; the names of items, sheets and screens are Japanese, as the services show them. It names no
//! person and no value of one; the words of a select item, such as 性別, may stand in it.

mod access;
mod layout;
mod mediment;
mod planned;
mod reverse;
mod values;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, FixedOffset};

use self::access::Services;
use super::Tools;
use super::officestation_to_kaonavi::roles;
use crate::config::{FlowSettings, Link, LinkServices};
use crate::job::{Flow, Service};
use crate::services::kaonavi::Tenant;
use crate::services::officestation::Masters;
use crate::sync::{Decisions, Earlier, People, PlanInput, Selection, plan};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Runs would end 異常終了, or nobody could be written.
    Error,
    /// Some people or items would not be written, or somebody should look.
    Warning,
    /// Good to know.
    Info,
    /// It was tried and works.
    Ok,
}

impl Severity {
    /// The word in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Ok => "ok",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of thing: the code of the history where a run would show one (`F_CONFIG`, `E_MASTER`), else a word such as `LOGIN`.
    pub code: &'static str,
    /// The service to look at, where it is one.
    pub service: Option<Service>,
    /// What is so, in one sentence.
    pub message: String,
    /// What to do about it; nothing for what is well.
    pub remedy: Option<String>,
}

impl Finding {
    /// A finding about no service in particular.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Finding { severity, code, service: None, message: message.into(), remedy: None }
    }

    /// The same about a service.
    #[must_use]
    pub fn of(self, service: Service) -> Self {
        Finding { service: Some(service), ..self }
    }

    /// The same with what to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Finding { remedy: Some(remedy.into()), ..self }
    }
}

/// What a check depends on, beside what the services say.
#[derive(Debug, Clone, Copy)]
pub struct CheckRequest<'a> {
    /// The link.
    pub link: &'a Link,
    /// The time, in the time zone of the services.
    pub now: DateTime<FixedOffset>,
    /// 対象 of the last full 完了 run of each flow, where it is known.
    pub last_full: &'a BTreeMap<Flow, u64>,
}

/// Tries everything of a link that can be tried without writing.
pub async fn check(tools: &Tools, request: &CheckRequest<'_>) -> Vec<Finding> {
    let (officestation, kaonavi) = match &request.link.services {
        LinkServices::OfficeStationKaonavi { officestation, kaonavi } => (officestation, kaonavi),
        LinkServices::HrmosMediment { hrmos, mediment } => {
            let (hrmos, mediment) = super::hrmos_and_mediment(tools, hrmos, mediment);
            return mediment::look(request, hrmos, mediment).await;
        }
    };
    let mut findings = Vec::new();
    let services = Services::new(tools, officestation, kaonavi);
    let masters = services.officestation(&mut findings).await;
    let tenant = services.kaonavi(&mut findings).await;
    let Some(tenant) = tenant else { return findings };
    let check = Check { request, services: &services, masters: masters.as_ref(), tenant: &tenant };
    let flow = &request.link.flows[&Flow::OfficeStationToKaonavi];
    let periodic = check.settings(&flow.periodic).await;
    let spot = if flow.periodic == flow.spot { periodic.clone() } else { check.settings(&flow.spot).await };
    findings.extend(merged(periodic, &spot));
    findings.extend(reverse::look(&check).await);
    findings
}

/// One link's flow while it is looked at.
struct Check<'a> {
    request: &'a CheckRequest<'a>,
    services: &'a Services,
    /// The value lists of OfficeStation; nothing if the login failed.
    masters: Option<&'a Masters>,
    tenant: &'a Tenant,
}

impl Check<'_> {
    /// Tries the settings of one trigger.
    async fn settings(&self, settings: &FlowSettings) -> Vec<Finding> {
        let mut findings = Vec::new();
        let roles = roles(self.tenant, &settings.mapping);
        let bound = layout::bind(settings, &self.tenant.layout, &roles, &mut findings);
        let (Some(masters), Some(bound)) = (self.masters, bound) else { return findings };
        let source = self.services.source(&bound.rules, &mut findings).await;
        let destination = self.services.destination(self.tenant, &bound.rules, &mut findings).await;
        let Some(source) = source else { return findings };
        let nobody = People::default();
        let (selection, earlier) = (Selection::default(), Earlier::default());
        let input = PlanInput {
            today: self.request.now.date_naive(),
            source: &source,
            destination: destination.as_ref().unwrap_or(&nobody),
            rules: &bound.rules,
            policy: &settings.policy,
            selection: &selection,
            earlier: &earlier,
            decisions: Decisions::none(),
        };
        values::add(&input, masters, &mut findings);
        let plan = plan(&input);
        planned::add_absent(&plan.measures, &planned::TOWARDS_KAONAVI, &mut findings);
        if bound.is_whole && destination.is_some() {
            let last = self.request.last_full.get(&Flow::OfficeStationToKaonavi).copied();
            planned::add(&plan, &settings.policy, last, &planned::TOWARDS_KAONAVI, &mut findings);
        }
        findings
    }
}

/// A count of people in English.
fn people(n: u64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}

/// The findings of both triggers, those of one alone marked as its own.
fn merged(periodic: Vec<Finding>, spot: &[Finding]) -> Vec<Finding> {
    let mark =
        |of: Finding, trigger: &str| Finding { message: format!("{} ({trigger}のみ)", of.message), ..of };
    let mut alone: Vec<Finding> = spot
        .iter()
        .filter(|finding| !periodic.contains(finding))
        .cloned()
        .map(|of| mark(of, "スポット実行"))
        .collect();
    let mut all: Vec<Finding> = periodic
        .into_iter()
        .map(|finding| if spot.contains(&finding) { finding } else { mark(finding, "定期実行") })
        .collect();
    all.append(&mut alone);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_trigger_stumbles_over_says_which() {
        let finding = |text: &str| Finding::new(Severity::Error, "F_CONFIG", text);
        let all = merged(vec![finding("a"), finding("b")], &[finding("b"), finding("c")]);
        let texts: Vec<&str> = all.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(texts, ["a (定期実行のみ)", "b", "c (スポット実行のみ)"]);
    }
}
