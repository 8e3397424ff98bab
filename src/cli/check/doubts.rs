//! What a valid configuration may still have wrong, as far as it can be seen without asking anybody.

use std::path::Path;

use super::Report;
use super::summary::{Place, services};
use crate::config::{Config, Link, SecretOrigin, Url};
use crate::flows::{Finding, Severity};
use crate::services::table::check_private;

/// Every doubt about the whole and about each link.
pub(super) fn all(config: &Config) -> Report {
    Report {
        general: general(config),
        links: config.links.values().map(|link| (link.name.clone(), of_link(config, link))).collect(),
    }
}

fn warning(code: &'static str, message: impl Into<String>, remedy: &str) -> Finding {
    Finding::new(Severity::Warning, code, message).remedy(remedy)
}

fn general(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.links.is_empty() {
        findings.push(warning("NO_LINK", "there is no link: nothing can be run", "add one under `links:`"));
    }
    if config.mail.is_none() {
        let remedy = "set `mail: { smtp, from, to }`, or look at `renkei history` every day";
        findings.push(warning("NO_MAIL", "no mail is sent: nobody is told about errors", remedy));
    }
    findings
}

fn of_link(config: &Config, link: &Link) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.mail.is_some() && config.mail_to(&link.organization).is_empty() {
        let message = format!(
            "the organization {} has no mail address: nobody is told about errors",
            link.organization
        );
        let remedy = match link.organization.as_str() {
            Config::DEFAULT_ORGANIZATION => "set `mail: { to: [...] }`",
            _ => "set `mail_to` of the organization",
        };
        findings.push(warning("NO_MAIL", message, remedy));
    }
    if link.flows.values().all(|settings| settings.schedule.is_none()) {
        let remedy = "set `schedule: { FLOW: \"0 6 * * *\" }`, unless every run is to be asked for";
        findings.push(warning("NO_SCHEDULE", "no flow has a schedule: nothing runs by itself", remedy));
    }
    for (service, place, _) in services(link) {
        let finding = match place {
            Place::Url(url) => of_address(url),
            Place::Folder(folder) => of_folder(folder),
        };
        findings.extend(finding.map(|finding| finding.of(service)));
    }
    if link.secrets().iter().any(|(_, secret)| *secret.origin() == SecretOrigin::Sandbox) {
        let remedy = "for the real services, set { file: … }, { env: … } or { credential: … }";
        findings.push(warning("SANDBOX", "a secret is a public demo credential of the sandbox", remedy));
    }
    findings
}

/// A folder of exports has to be there, for its owner alone, when a run begins.
fn of_folder(folder: &Path) -> Option<Finding> {
    let error = check_private(folder).err()?;
    let message = format!("{}: a run would end F_FILE: {error}", folder.display());
    Some(warning("F_FILE", message, error.remedy()))
}

/// `http://` is for this machine, where the sandbox is, or was allowed by `allow_plaintext`.
fn of_address(url: &Url) -> Option<Finding> {
    if url.scheme() != "http" {
        return None;
    }
    let host = url.host_str().unwrap_or_default();
    let here = host == "localhost"
        || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    Some(if here {
        warning(
            "SANDBOX",
            "the address is on this machine: that is the sandbox",
            "for real, set the service's https:// address",
        )
    } else {
        let message = format!("passwords and personal data travel to {host} unprotected");
        warning("PLAINTEXT", message, "use https:// if the service has it")
    })
}
