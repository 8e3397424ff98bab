//! The way back, `kaonavi-to-officestation`. Nobody runs it unless it is asked for, so whatever it would stumble over is a warning at most.

use super::{Check, Finding, Severity, planned};
use crate::flows::carry_out::{Destination, Origin};
use crate::flows::handover::Run;
use crate::flows::kaonavi_to_officestation::{FromKaonavi, layout, roles};
use crate::flows::officestation_writer::ToOfficeStation;
use crate::job::{Flow, Service};
use crate::sync::{
    Decisions, Earlier, ItemRef, Layout, Mapping, PlanInput, Selection, check_source, plan, resolve,
};

/// Tries everything of the flow that can be tried without writing. Each finding names the flow.
pub(super) async fn look(check: &Check<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    tried(check, &mut findings).await;
    let flow = Flow::KaonaviToOfficeStation;
    let named = |finding: Finding| Finding {
        severity: finding.severity.max(Severity::Warning),
        message: format!("{flow}: {}", finding.message),
        ..finding
    };
    findings.into_iter().map(named).collect()
}

/// Stops silently where the other direction has said already what is wrong.
async fn tried(check: &Check<'_>, findings: &mut Vec<Finding>) -> Option<()> {
    let settings = &check.request.link.flows[&Flow::KaonaviToOfficeStation].spot;
    let today = check.request.now.date_naive();
    let masters = check.masters?;
    if check_source(&settings.mapping, &settings.policy, &check.tenant.layout).is_err() {
        add_missing(&settings.mapping, &check.tenant.layout, findings);
        return None;
    }
    let special = roles(check.tenant, &settings.mapping);
    let selection = Selection::default();
    let rules =
        resolve(&settings.mapping, &settings.policy, &layout(masters, today), &special, &selection).ok()?;
    for item in rules.resources().iter().flat_map(|resource| &resource.unfillable) {
        let message = format!("{item} is required, and no mapping fills it: nobody new can be written");
        let remedy = format!("feed it (`{item}: …` under `mapping:`)");
        findings.push(
            Finding::new(Severity::Warning, "E_REQUIRED", message).of(Service::OfficeStation).remedy(remedy),
        );
    }
    let origin = FromKaonavi { kaonavi: &check.services.kaonavi, tenant: check.tenant };
    let destination =
        ToOfficeStation { officestation: &check.services.officestation, run: Run::none(check.request.now) };
    let (source, held) = (origin.read(&rules).await.ok()?, destination.read(&rules).await.ok()?);
    let plan = plan(&PlanInput {
        today,
        source: &source,
        destination: &held,
        rules: &rules,
        policy: &settings.policy,
        selection: &selection,
        earlier: &Earlier::default(),
        decisions: Decisions::none(),
    });
    let last = check.request.last_full.get(&Flow::KaonaviToOfficeStation).copied();
    planned::add(&plan, &settings.policy, last, &planned::TOWARDS_OFFICESTATION, findings);
    Some(())
}

/// Mapped items that Kaonavi doesn't have.
fn add_missing(mapping: &Mapping, layout: &Layout, findings: &mut Vec<Finding>) {
    let known = |item: &&str| {
        let (sheet, name) = item.split_once('/').unwrap_or_default();
        layout.item(&ItemRef::new(sheet, name)).is_some()
    };
    for item in mapping.source_items().into_iter().filter(|item| !known(item)) {
        let message = format!("{item} is mapped, and there is no such item");
        let remedy = "make the item, or map another one or none under `mapping:`";
        findings
            .push(Finding::new(Severity::Warning, "F_CONFIG", message).of(Service::Kaonavi).remedy(remedy));
    }
}
