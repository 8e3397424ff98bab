//! The report for an operator: tables of what the configuration says, then a line for each finding.

use std::fmt::Write;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};

use super::Report;
use super::summary::Summary;
use crate::flows::{Finding, Severity};

/// The whole report, its tables no wider than told.
pub(super) fn text(summary: &Summary, report: &Report, width: u16) -> String {
    let sections = [
        facts(summary, width).to_string(),
        format!("Links\n{}", links(summary, width)),
        format!("Flows\n{}", flows(summary, width)),
        format!("Secrets\n{}", secrets(summary, width)),
        findings(report),
    ];
    let filled =
        [true, !summary.links.is_empty(), !summary.links.is_empty(), !summary.secrets.is_empty(), true];
    let shown: Vec<String> =
        sections.into_iter().zip(filled).filter(|(_, filled)| *filled).map(|(section, _)| section).collect();
    shown.join("\n\n")
}

fn table(width: u16) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    table
}

fn facts(summary: &Summary, width: u16) -> Table {
    let mut table = table(width);
    let redis = &summary.redis;
    let how = if redis.private { "private, at " } else { "" };
    table.add_row(["configuration", &summary.file]);
    table.add_row(["Redis", &format!("{how}{}, keys {}:…", redis.url, redis.prefix)]);
    table.add_row(["state", &summary.state_dir]);
    table.add_row(["health, metrics", &format!("http://{}", summary.http)]);
    table.add_row(["time zone", &summary.timezone]);
    let mail = summary.mail.as_ref().map_or_else(
        || "none".to_owned(),
        |mail| {
            let user = mail.username.as_ref().map(|user| format!(" as {user}")).unwrap_or_default();
            format!("{}{user}, from {}", mail.smtp, mail.from)
        },
    );
    table.add_row(["mail", &mail]);
    for organization in &summary.organizations {
        let to = if organization.mail_to.is_empty() {
            "nobody".to_owned()
        } else {
            organization.mail_to.join(", ")
        };
        let support =
            organization.support.as_ref().map(|whom| format!("; support: {whom}")).unwrap_or_default();
        table.add_row([format!("organization {}", organization.name), format!("mail to {to}{support}")]);
    }
    table
}

fn links(summary: &Summary, width: u16) -> Table {
    let mut table = table(width);
    table.set_header(["link", "organization", "service", "base URL", "account"]);
    for link in &summary.links {
        for service in &link.services {
            table.add_row([
                &link.name,
                &link.organization,
                service.service,
                service.base_url.as_deref().or(service.folder.as_deref()).unwrap_or_default(),
                &service.account,
            ]);
        }
    }
    table
}

fn flows(summary: &Summary, width: u16) -> Table {
    let mut table = table(width);
    table.set_header(["link", "flow", "schedule", "next"]);
    for link in &summary.links {
        for flow in &link.flows {
            let schedule = flow.schedule.as_deref().unwrap_or("when asked for");
            table.add_row([&link.name, flow.flow.as_str(), schedule, flow.next.as_deref().unwrap_or("-")]);
        }
    }
    table
}

fn secrets(summary: &Summary, width: u16) -> Table {
    let mut table = table(width);
    table.set_header(["secret", "from"]);
    for secret in &summary.secrets {
        let ends = secret.ends.as_ref().map(|day| format!("; ends {day}")).unwrap_or_default();
        table.add_row([&secret.name, &format!("{}{ends}", secret.from)]);
    }
    table
}

fn findings(report: &Report) -> String {
    let mut text = String::new();
    let groups = std::iter::once(("renkei", &report.general))
        .chain(report.links.iter().map(|(name, findings)| (name.as_str(), findings)));
    for (name, findings) in groups.filter(|(_, findings)| !findings.is_empty()) {
        writeln!(text, "{name}").expect("writing to a string can't fail");
        for finding in findings {
            add_line(&mut text, finding);
        }
    }
    let count = |severity| report.findings().filter(|finding| finding.severity == severity).count();
    writeln!(text, "{} errors, {} warnings", count(Severity::Error), count(Severity::Warning))
        .expect("writing to a string can't fail");
    text
}

fn add_line(text: &mut String, finding: &Finding) {
    let Finding { severity, code, service, message, remedy } = finding;
    let service = service.map(|service| format!("{service}: ")).unwrap_or_default();
    let remedy = remedy.as_ref().map(|remedy| format!("\n           → {remedy}")).unwrap_or_default();
    writeln!(text, "  {:<8} {code}: {service}{message}{remedy}", severity.as_str())
        .expect("writing to a string can't fail");
}
