//! A link from HRMOS勤怠 to mediment: both logins, both sides, and what either flow would do today.

use super::access::noted;
use super::{CheckRequest, Finding, Severity, people, planned};
use crate::config::MedimentFiles;
use crate::flows::carry_out::{Destination, Origin};
use crate::flows::from_hrmos::{Attendance, Employees};
use crate::flows::gender::Gender;
use crate::flows::handover::Run;
use crate::flows::to_mediment::{ToAttendance, ToEmployees};
use crate::flows::{FlowError, hrmos_to_mediment_attendance, hrmos_to_mediment_employees};
use crate::job::{Flow, Month, Service};
use crate::services::ServiceError;
use crate::services::hrmos::Hrmos;
use crate::services::mediment::{Files, Mediment};
use crate::sync::{Decisions, Earlier, Layout, People, PlanInput, Roles, Rules, Selection, plan, resolve};

/// Tries everything of the link that can be tried without writing.
pub(super) async fn look(request: &CheckRequest<'_>, hrmos: Hrmos, mediment: Mediment) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut usable = vec![login(Service::Hrmos, hrmos.login().await, &mut findings)];
    usable.push(match &mediment {
        Mediment::Rest(rest) => login(Service::Mediment, rest.login().await, &mut findings),
        Mediment::Csv(files) => files_of(files, &mut findings),
    });
    if usable.contains(&false) {
        return findings;
    }
    let mut look = Look { request, findings };
    look.employees(&hrmos, &mediment).await;
    look.attendance(&hrmos, &mediment).await;
    look.findings
}

/// Says whether a login works.
fn login(service: Service, login: Result<(), ServiceError>, findings: &mut Vec<Finding>) -> bool {
    let login = noted(login, findings);
    findings.extend(login.map(|()| Finding::new(Severity::Ok, "LOGIN", "logged in").of(service)));
    login.is_some()
}

/// Says that files stand in for mediment's API, and where. What is wrong with the list shows when it is read.
fn files_of(files: &Files, findings: &mut Vec<Finding>) -> bool {
    let MedimentFiles { files: place, roster, .. } = files.settings();
    let message = format!(
        "form csv: lists of employees named {roster} are read from {}; files to import go to {}",
        place.folder.display(),
        place.import_folder.display()
    );
    findings.push(Finding::new(Severity::Info, "FORM", message).of(Service::Mediment));
    let folders = [files.check(), files.check_import()].map(|folder| noted(folder, findings));
    folders.iter().all(Option::is_some)
}

struct Look<'a> {
    request: &'a CheckRequest<'a>,
    findings: Vec<Finding>,
}

impl Look<'_> {
    async fn employees(&mut self, hrmos: &Hrmos, mediment: &Mediment) {
        let flow = Flow::HrmosToMedimentEmployees;
        let settings = &self.request.link.flows[&flow].employees;
        let gender = match Gender::of(&settings.gender_source).await {
            Ok(gender) => gender,
            Err(FlowError::Permanent(failure) | FlowError::Transient { failure, .. }) => {
                self.findings
                    .push(Finding::new(Severity::Error, failure.code, failure.message).of(Service::Hrmos));
                return;
            }
            Err(FlowError::Halted(_)) => return,
        };
        let layout = hrmos_to_mediment_employees::layout();
        let Some(rules) = self.rules(flow, &layout, &hrmos_to_mediment_employees::roles(settings)) else {
            return;
        };
        let origin = Employees { hrmos, gender: &gender };
        let destination = ToEmployees { mediment, run: Run::none(self.request.now) };
        let findings = self.tried(flow, &rules, &origin, &destination, None).await;
        self.findings.extend(findings);
    }

    /// The month before this one: the last that is over.
    async fn attendance(&mut self, hrmos: &Hrmos, mediment: &Mediment) {
        let flow = Flow::HrmosToMedimentAttendance;
        let month = Month::of(self.request.now.date_naive()).previous();
        let config = &self.request.link.flows[&flow];
        let (mapping, settings) = (&config.periodic.mapping, config.attendance);
        let layout = hrmos_to_mediment_attendance::layout(mapping, settings);
        let Some(rules) = self.rules(flow, &layout, &hrmos_to_mediment_attendance::roles()) else {
            return;
        };
        let origin = Attendance { hrmos, settings, month };
        let destination = ToAttendance { mediment, month, run: Run::none(self.request.now) };
        let findings = self.tried(flow, &rules, &origin, &destination, Some(month)).await;
        let named =
            |finding: Finding| Finding { message: format!("{flow} {month}: {}", finding.message), ..finding };
        self.findings.extend(findings.into_iter().map(named));
    }

    fn rules(&mut self, flow: Flow, layout: &Layout, roles: &Roles) -> Option<Rules> {
        let settings = &self.request.link.flows[&flow].periodic;
        let bound = resolve(&settings.mapping, &settings.policy, layout, roles, &Selection::default());
        let said =
            |failure: crate::sync::Failure| Finding::new(Severity::Error, failure.code, failure.message);
        bound.map_err(|failure| self.findings.push(said(failure))).ok()
    }

    async fn tried<O: Origin, D: Destination>(
        &self,
        flow: Flow,
        rules: &Rules,
        origin: &O,
        destination: &D,
        month: Option<Month>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let settings = &self.request.link.flows[&flow].periodic;
        let Some(source) = noted(origin.read(rules).await, &mut findings) else { return findings };
        let Some(held) = noted(destination.read(rules).await, &mut findings) else { return findings };
        let read = |found: &People| format!("read {}", people(found.people.len() as u64));
        findings.push(Finding::new(Severity::Ok, "READ", read(&source)).of(Service::Hrmos));
        findings.push(Finding::new(Severity::Ok, "READ", read(&held)).of(Service::Mediment));
        let plan = plan(&PlanInput {
            today: self.request.now.date_naive(),
            source: &source,
            destination: &held,
            rules,
            policy: &settings.policy,
            selection: &Selection::default(),
            earlier: &Earlier::default(),
            decisions: Decisions::none(),
        });
        planned::add_absent(&plan.measures, &planned::TOWARDS_MEDIMENT, &mut findings);
        // The guard on a shrunken month compares with that month's last run.
        let last = self.request.last_full.get(&flow).copied().filter(|_| month.is_none());
        planned::add(&plan, &settings.policy, last, &planned::TOWARDS_MEDIMENT, &mut findings);
        findings
    }
}
