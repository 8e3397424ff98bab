//! The credentials whose end the configuration knows.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;

use crate::config::{Config, Link, Secret, SecretOrigin};
use crate::job::Service;

/// What a credential opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An account of a service.
    Service(Service),
    /// The mail server.
    MailServer,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 5] = [
        Target::Service(Service::OfficeStation),
        Target::Service(Service::Kaonavi),
        Target::Service(Service::Hrmos),
        Target::Service(Service::Mediment),
        Target::MailServer,
    ];

    /// The word in metrics and keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Target::Service(service) => service.as_str(),
            Target::MailServer => "smtp",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A key or password that ends, as one organization has it: however many of its links log in with it, it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Who is told.
    pub organization: String,
    /// What it opens.
    pub target: Target,
    /// The account's id (`DESIGN` §2); nothing for the mail server.
    pub account: String,
    /// The organization's links that use it, sorted; none for the mail server.
    pub links: Vec<String>,
    /// Its place in the configuration, such as `links.clinic.hrmos.secret_key`.
    pub place: String,
    /// Where its value is taken from.
    pub origin: SecretOrigin,
    /// The day in Asia/Tokyo from which it isn't taken any more.
    pub ends: NaiveDate,
}

/// What the configuration says about an account's end.
struct End<'a> {
    place: String,
    secret: &'a Secret,
    day: NaiveDate,
}

/// All of them, each once an organization. Where links that share an account say different days, the first one counts: it is the one
/// that must not be missed.
pub fn credentials(config: &Config) -> Vec<Credential> {
    let mut ends: BTreeMap<(Target, String), End<'_>> = BTreeMap::new();
    let mut users: BTreeMap<(&str, Target, String), Vec<&str>> = BTreeMap::new();
    for link in config.links.values() {
        for (target, account) in accounts(link) {
            users.entry((&link.organization, target, account)).or_default().push(&link.name);
        }
        for (account, end) in ends_of(link) {
            let known = ends.entry(account).or_insert_with(|| End { place: end.place.clone(), ..end });
            if end.day < known.day {
                *known = end;
            }
        }
    }
    let credential = |((organization, target, account), links): ((&str, Target, String), Vec<&str>)| {
        let End { place, secret, day } = ends.get(&(target, account.clone()))?;
        Some(Credential {
            organization: organization.to_owned(),
            target,
            account,
            links: links.into_iter().map(str::to_owned).collect(),
            place: place.clone(),
            origin: secret.origin().clone(),
            ends: *day,
        })
    };
    mail_password(config).into_iter().chain(users.into_iter().filter_map(credential)).collect()
}

/// The accounts of a link.
fn accounts(link: &Link) -> impl Iterator<Item = (Target, String)> {
    link.accounts().into_iter().filter_map(|name| {
        let (service, account) = name.split_once(':')?;
        Some((target(service)?, account.to_owned()))
    })
}

/// The accounts of a link whose end it says.
fn ends_of(link: &Link) -> impl Iterator<Item = ((Target, String), End<'_>)> {
    link.secrets().into_iter().filter_map(|(key, secret)| {
        let target = target(key.split('.').next()?)?;
        let account = accounts(link).find(|(other, _)| *other == target)?;
        let place = format!("links.{}.{key}", link.name);
        Some((account, End { place, secret, day: secret.ends()? }))
    })
}

fn target(service: &str) -> Option<Target> {
    Target::ALL.into_iter().find(|target| target.as_str() == service)
}

/// The mail server is everybody's; the organization of the file's own addresses is told.
fn mail_password(config: &Config) -> Option<Credential> {
    let password = config.mail.as_ref()?.smtp.password.as_ref()?;
    Some(Credential {
        organization: Config::DEFAULT_ORGANIZATION.to_owned(),
        target: Target::MailServer,
        account: String::new(),
        links: Vec::new(),
        place: "mail.password".to_owned(),
        origin: password.origin().clone(),
        ends: password.ends()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
mail: { smtp: "smtps://mail.example.jp", from: a@example.jp, to: [hr@example.jp], username: u, password: p, expires: 2027-06-30 }
organizations: { subsidiary: { mail_to: [hr@subsidiary.jp] } }
links:
  clinic: &link
    kind: hrmos-mediment
    hrmos: &hrmos { company: demo, secret_key: k, key_issued: 2026-09-01 }
    mediment: &mediment { base_url: "https://mediment.example.jp", consumer_key: k, consumer_secret: s }
  ward:
    kind: hrmos-mediment
    hrmos: { company: demo, secret_key: k, key_issued: 2026-08-15 }
    mediment: *mediment
  branch:
    kind: hrmos-mediment
    organization: subsidiary
    hrmos: { company: demo, secret_key: k }
    mediment: *mediment
  other:
    kind: hrmos-mediment
    hrmos: { company: other, secret_key: k2, expires: 2026-12-24 }
    mediment: *mediment
"#;

    #[test]
    fn an_account_is_one_line_an_organization_with_the_first_of_its_days() {
        let config = crate::config::parse_str(CONFIG).unwrap();
        let found = credentials(&config);
        let line = |one: &Credential| {
            let links = one.links.join("+");
            format!("{} {} [{links}] {} {}", one.organization, one.target, one.place, one.ends)
        };
        let mut lines: Vec<String> = found.iter().map(line).collect();
        lines.sort();
        assert_eq!(
            lines,
            [
                "default hrmos [clinic+ward] links.ward.hrmos.secret_key 2026-11-15",
                "default hrmos [other] links.other.hrmos.secret_key 2026-12-24",
                "default smtp [] mail.password 2027-06-30",
                "subsidiary hrmos [branch] links.ward.hrmos.secret_key 2026-11-15",
            ]
        );
        assert_eq!(found.iter().find(|one| one.links == ["branch"]).unwrap().account.len(), 16);
    }
}
