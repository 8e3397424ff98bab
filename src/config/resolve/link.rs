//! A link, and what links must not do to each other.

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use super::{Checks, account, flow};
use crate::config::raw::{RawLink, Text};
use crate::config::{Config, Link, LinkServices};
use crate::job::{LinkKind, Service, nearest};

/// A link; none if its kind or its accounts cannot be used. The caller looks at the mistakes noted as well.
pub(in crate::config) fn link(
    checks: &Checks<'_>,
    base: &Config,
    name: &Text,
    raw: &RawLink,
) -> Option<Link> {
    checks.name(name, "a link");
    let organization = organization(checks, base, raw.organization.as_ref());
    let kind = kind(checks, name, raw.kind.as_ref())?;
    let services = services(checks, name, kind, raw);
    let flows = flow::flows(checks, kind, raw);
    Some(Link { name: name.value.clone(), organization, kind, services: services?, flows })
}

fn organization(checks: &Checks<'_>, base: &Config, raw: Option<&Text>) -> String {
    let Some(raw) = raw else { return Config::DEFAULT_ORGANIZATION.to_owned() };
    if !base.organizations.contains_key(&raw.value) {
        let names: Vec<&str> = base.organizations.keys().map(String::as_str).collect();
        let near = nearest(&raw.value, names.iter().copied())
            .map(|near| format!("write `{near}`, or "))
            .unwrap_or_default();
        let reason = format!("unknown organization `{}`", raw.value);
        checks.problem(
            raw,
            reason,
            format!("{near}add it under `organizations:` (there are {})", names.join(", ")),
        );
    }
    raw.value.clone()
}

fn kind(checks: &Checks<'_>, name: &Text, raw: Option<&Text>) -> Option<LinkKind> {
    if raw.is_none() {
        checks.missing(name, "kind", "officestation-kaonavi");
    }
    let kinds = [LinkKind::OfficeStationKaonavi, LinkKind::HrmosMediment];
    let words = kinds.map(|kind| (kind.as_str(), Some(kind)));
    checks.choice(Some(raw?), &words, None)
}

fn services(checks: &Checks<'_>, name: &Text, kind: LinkKind, raw: &RawLink) -> Option<LinkServices> {
    let absent = |given: bool, key: &str| {
        if !given {
            checks.missing(name, key, "{ … }");
        }
    };
    match kind {
        LinkKind::OfficeStationKaonavi => {
            refuse(checks, kind, "hrmos", raw.hrmos.as_ref());
            refuse(checks, kind, "mediment", raw.mediment.as_ref());
            absent(raw.officestation.is_some(), "officestation");
            absent(raw.kaonavi.is_some(), "kaonavi");
            let officestation =
                raw.officestation.as_ref().and_then(|raw| account::officestation(checks, raw));
            let kaonavi = raw.kaonavi.as_ref().and_then(|raw| account::kaonavi(checks, raw));
            Some(LinkServices::OfficeStationKaonavi { officestation: officestation?, kaonavi: kaonavi? })
        }
        LinkKind::HrmosMediment => {
            refuse(checks, kind, "officestation", raw.officestation.as_ref());
            refuse(checks, kind, "kaonavi", raw.kaonavi.as_ref());
            absent(raw.hrmos.is_some(), "hrmos");
            absent(raw.mediment.is_some(), "mediment");
            let hrmos = raw.hrmos.as_ref().and_then(|raw| account::hrmos(checks, raw));
            let mediment = raw.mediment.as_ref().and_then(|raw| account::mediment(checks, raw));
            Some(LinkServices::HrmosMediment { hrmos: hrmos?, mediment: mediment? })
        }
    }
}

fn refuse<T>(checks: &Checks<'_>, kind: LinkKind, key: &str, raw: Option<&Spanned<T>>) {
    if let Some(raw) = raw {
        let other = if kind == LinkKind::HrmosMediment {
            LinkKind::OfficeStationKaonavi
        } else {
            LinkKind::HrmosMediment
        };
        let reason = format!("a link of kind `{kind}` has no `{key}`");
        checks.problem(raw, reason, format!("leave it out, or write `kind: {other}`"));
    }
}

/// Which link named an account first, by the account's lock name.
pub(in crate::config) type Accounts = BTreeMap<String, String>;

/// Two links may share an account (they take turns), but then they must log in and count alike: tokens and quotas are the account's.
pub(in crate::config) fn conflicts(
    checks: &Checks<'_>,
    links: &BTreeMap<String, Link>,
    accounts: &mut Accounts,
    name: &Text,
    link: &Link,
) {
    for account in link.accounts() {
        let Some(first) = accounts.get(&account) else {
            accounts.insert(account, link.name.clone());
            continue;
        };
        let service = account.split(':').next().unwrap_or_default();
        if links.get(first).is_some_and(|first| !alike(service, &first.services, &link.services)) {
            let reason = format!(
                "the {service} account of this link is also that of `{first}`, with another login or other limits"
            );
            checks.problem(name, reason, "write the same in both links");
        }
    }
}

/// True if two links say the same of a service.
fn alike(service: &str, one: &LinkServices, other: &LinkServices) -> bool {
    use LinkServices::{HrmosMediment, OfficeStationKaonavi};
    match (one, other) {
        (OfficeStationKaonavi { officestation, .. }, OfficeStationKaonavi { officestation: too, .. })
            if service == Service::OfficeStation.as_str() =>
        {
            officestation == too
        }
        (OfficeStationKaonavi { kaonavi, .. }, OfficeStationKaonavi { kaonavi: too, .. }) => kaonavi == too,
        (HrmosMediment { hrmos, .. }, HrmosMediment { hrmos: too, .. })
            if service == Service::Hrmos.as_str() =>
        {
            hrmos == too
        }
        (HrmosMediment { mediment, .. }, HrmosMediment { mediment: too, .. }) => mediment == too,
        (OfficeStationKaonavi { .. }, HrmosMediment { .. })
        | (HrmosMediment { .. }, OfficeStationKaonavi { .. }) => true,
    }
}
