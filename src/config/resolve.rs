//! From the YAML as written to the configuration: defaults filled in, secrets read, every value checked.
//!
//! Nothing here ends early. A value that cannot be used is noted in `Checks` and its default stands in, so that what comes after is
//! checked too; the caller throws the result away if anything was noted.

mod account;
mod checks;
mod files;
mod flow;
mod link;
mod mail;
mod mediment;
mod redis;
mod secret;
mod template;
mod values;
mod worker;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono_tz::Tz;

use super::raw::{RawConfig, RawOrganization, Table, Text};
use super::{Config, ListenConfig, Organization};

pub(super) use checks::Checks;
pub(super) use link::{Accounts, conflicts, link};
pub(super) use secret::exposure;

/// Everything but the links.
pub(super) fn base(checks: &Checks<'_>, path: PathBuf, raw: &mut RawConfig) -> Config {
    let (redis, prefix) = redis::redis(checks, raw.redis.as_ref());
    let mail = raw.mail.as_ref().and_then(|mail| mail::mail(checks, mail));
    let support = checks.filled(raw.support.as_ref());
    let mut organizations =
        organizations(checks, raw.organizations.as_ref(), mail.is_some() || raw.mail.is_some());
    let default = organizations.entry(Config::DEFAULT_ORGANIZATION.to_owned()).or_default();
    if let Some(mail) = &mail {
        default.mail_to.clone_from(&mail.to);
    }
    Config {
        path,
        redis,
        prefix,
        state_dir: raw
            .state_dir
            .as_ref()
            .map_or_else(|| "/var/lib/renkei".into(), |dir| checks.path(&dir.value)),
        http: ListenConfig {
            listen: listen(checks, raw.http.as_ref().and_then(|http| http.listen.as_ref())),
        },
        worker: worker::worker(checks, raw.worker.take().unwrap_or_default()),
        support,
        mail,
        organizations,
        links: BTreeMap::new(),
        timezone: timezone(checks, raw.timezone.as_ref()),
    }
}

fn listen(checks: &Checks<'_>, raw: Option<&Text>) -> std::net::SocketAddr {
    let default = std::net::SocketAddr::from(([127, 0, 0, 1], 9464));
    raw.map_or(default, |raw| {
        raw.value.parse().unwrap_or_else(|_| {
            let reason = format!("`{}` is no address to listen on", raw.value);
            checks.problem(raw, reason, "write an IP address and a port, such as \"127.0.0.1:9464\"");
            default
        })
    })
}

fn timezone(checks: &Checks<'_>, raw: Option<&Text>) -> Tz {
    let Some(raw) = raw else { return Tz::Asia__Tokyo };
    raw.value.parse().unwrap_or_else(|_| {
        let near = crate::job::nearest(&raw.value, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        let reason = format!("unknown time zone `{}`", raw.value);
        checks.problem(
            raw,
            reason,
            format!("write a name of the IANA list, such as {}", near.unwrap_or("Asia/Tokyo")),
        );
        Tz::Asia__Tokyo
    })
}

fn organizations(
    checks: &Checks<'_>,
    raw: Option<&Table<Option<RawOrganization>>>,
    has_mail: bool,
) -> BTreeMap<String, Organization> {
    let mut organizations = BTreeMap::new();
    for (name, organization) in raw.map(|table| &table.0[..]).unwrap_or_default() {
        let empty = RawOrganization::default();
        let organization = organization.as_ref().unwrap_or(&empty);
        checks.name(name, "an organization");
        if let Some(first) = organization.mail_to.as_ref().and_then(|to| to.first()) {
            if name.value == Config::DEFAULT_ORGANIZATION {
                let help = "write the addresses under `mail: { to: […] }`";
                checks.problem(first, "the addresses of the organization `default` stand under `mail`", help);
            } else if !has_mail {
                let help = "add `mail: { smtp: …, from: …, to: […] }` at the top of the file";
                checks.problem(first, "there is no `mail:`, so no mail can be sent to this address", help);
            }
        }
        let mail_to = mail::addresses(checks, organization.mail_to.as_deref().unwrap_or_default());
        let support = checks.filled(organization.support.as_ref());
        organizations.insert(name.value.clone(), Organization { mail_to, support });
    }
    organizations
}

/// Why a file or a directory cannot be read.
pub(super) fn words(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it does not exist",
        std::io::ErrorKind::PermissionDenied => "permission denied",
        std::io::ErrorKind::IsADirectory => "it is a directory",
        std::io::ErrorKind::NotADirectory => "it is no directory",
        _ => "input/output error",
    }
}
