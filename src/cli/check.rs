//! `renkei check`: what the configuration says and what is doubtful about it; with `--online` also what both services, Redis and the
//! mail server say. It ends with 1 if anything is an error, and writes nothing anywhere.

mod doubts;
mod ends;
mod online;
mod summary;
mod text;

use serde_json::{Value, json};

use self::online::Online;
use self::summary::Summary;
use super::args::{CheckArgs, Format, Global};
use super::connect::{block_on, config};
use super::error::{Exit, ExpectedError};
use super::output;
use crate::flows::{Finding, Severity};
use crate::job::{Service, now};

pub(super) fn run(global: &Global, args: &CheckArgs) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    let summary = Summary::new(&config, now().to_utc());
    let mut report = doubts::all(&config);
    ends::add(&mut report, &config, now().date_naive());
    if args.online {
        let online = block_on(async { online::all(&config).await })?;
        report.merge(online);
    }
    match global.format {
        Format::Json => output::json(&as_json(&summary, &report))?,
        Format::Table => output::text(&text::text(&summary, &report, output::width()))?,
    }
    let failed = report.findings().any(|finding| finding.severity == Severity::Error);
    Ok(if failed { Exit::Failure } else { Exit::Done })
}

/// What was found.
#[derive(Debug, Default)]
struct Report {
    /// About the daemon itself.
    general: Vec<Finding>,
    /// About each link, by name.
    links: Vec<(String, Vec<Finding>)>,
}

impl Report {
    /// Adds what was tried behind what was read.
    fn merge(&mut self, online: Online) {
        self.general.extend(online.general);
        for ((_, findings), further) in self.links.iter_mut().zip(online.links) {
            findings.extend(further);
        }
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.general.iter().chain(self.links.iter().flat_map(|(_, findings)| findings))
    }
}

/// The stable form: what the configuration says, and `findings` of the whole and of each link.
fn as_json(summary: &Summary, report: &Report) -> Value {
    let links: Vec<Value> = summary
        .links
        .iter()
        .zip(&report.links)
        .map(|(link, (name, findings))| {
            json!({
                "link": name, "organization": link.organization, "kind": link.kind,
                "services": link.services, "flows": link.flows, "findings": all(findings),
            })
        })
        .collect();
    json!({
        "file": summary.file, "redis": summary.redis, "state_dir": summary.state_dir, "http": summary.http,
        "timezone": summary.timezone, "mail": summary.mail, "organizations": summary.organizations,
        "secrets": summary.secrets, "findings": all(&report.general), "links": links,
    })
}

fn all(findings: &[Finding]) -> Vec<Value> {
    let one = |finding: &Finding| {
        json!({
            "severity": finding.severity.as_str(), "code": finding.code,
            "service": finding.service.map(Service::as_str),
            "message": finding.message, "remedy": finding.remedy,
        })
    };
    findings.iter().map(one).collect()
}
