//! Keys and passwords that end soon or have ended, as a finding under the first link that uses each.

use chrono::{Months, NaiveDate};

use super::Report;
use crate::config::Config;
use crate::flows::{Finding, Severity};
use crate::job::Service;
use crate::notify::expiry::{Credential, Step, Target, Warning, credentials, warnings};

/// Adds what is to be said about them on a day in Asia/Tokyo.
pub(super) fn add(report: &mut Report, config: &Config, today: NaiveDate) {
    let credentials = credentials(config);
    for warning in warnings(today, &credentials) {
        place(report, warning.credential, finding(&warning));
    }
    for credential in credentials.iter().filter(|credential| is_too_far(credential, today)) {
        place(report, credential, doubt(credential));
    }
}

fn place(report: &mut Report, credential: &Credential, finding: Finding) {
    let Target::Service(service) = credential.target else {
        report.general.push(finding);
        return;
    };
    let first = report.links.iter_mut().find(|(name, _)| credential.links.first() == Some(name));
    if let Some((_, findings)) = first {
        findings.push(finding.of(service));
    }
}

fn finding(warning: &Warning<'_>) -> Finding {
    let Credential { place, origin, ends, target, .. } = warning.credential;
    let others = others(warning.credential);
    let (severity, code, message) = match (warning.step, warning.days) {
        (Step::Ended, _) => {
            (Severity::Error, "KEY_ENDED", format!("`{place}` ({origin}) ended on {ends}{others}"))
        }
        (_, days) => {
            let unit = if days == 1 { "day" } else { "days" };
            let message = format!("`{place}` ({origin}) ends on {ends}, in {days} {unit}{others}");
            (Severity::Warning, "KEY_ENDS", message)
        }
    };
    let take = if origin.is_read_on_reload() {
        "systemctl reload renkei"
    } else {
        "systemctl restart renkei, because a reload doesn't read it anew"
    };
    let manual = target.manual();
    let remedy = format!(
        "make another one: {}; put it into the configuration ({}); {take}",
        manual.clicks, manual.keys
    );
    Finding::new(severity, code, message).remedy(remedy)
}

/// The other links that stop with it.
fn others(credential: &Credential) -> String {
    match credential.links.get(1..) {
        None | Some([]) => String::new(),
        Some(others) => format!("; {} log in with it too", others.join(", ")),
    }
}

/// A key of HRMOS lives for three months (`reference/hrmos-kintai-api.md` §1): a later end comes of a wrong year.
fn is_too_far(credential: &Credential, today: NaiveDate) -> bool {
    let latest = today.checked_add_months(Months::new(3));
    credential.target == Target::Service(Service::Hrmos)
        && latest.is_some_and(|latest| credential.ends > latest)
}

fn doubt(credential: &Credential) -> Finding {
    let Credential { place, ends, .. } = credential;
    let message =
        format!("`{place}` is said to end on {ends}, but a key of HRMOS lives for three months only");
    Finding::new(Severity::Warning, "KEY_ENDS", message)
        .remedy("put `key_issued` or `expires` right: nobody is reminded in time otherwise")
}
