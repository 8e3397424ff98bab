//! What the configuration says, without the value of any secret.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::cli::connect::shown_redis;
use crate::config::{Config, Link, LinkServices, MedimentAccount, OfficeStationAccount, Url};
use crate::job::{Flow, Service};

/// The whole configuration, as far as an operator wants to see it again.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) file: String,
    pub(super) redis: Redis,
    pub(super) state_dir: String,
    pub(super) http: String,
    pub(super) timezone: String,
    pub(super) mail: Option<Mail>,
    pub(super) organizations: Vec<Organization>,
    pub(super) secrets: Vec<Secret>,
    pub(super) links: Vec<LinkSummary>,
}

#[derive(Debug, Serialize)]
pub(super) struct Redis {
    /// True if the daemon starts its own.
    pub(super) private: bool,
    /// The address without user and password.
    pub(super) url: String,
    pub(super) prefix: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Mail {
    pub(super) smtp: String,
    pub(super) username: Option<String>,
    pub(super) from: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Organization {
    pub(super) name: String,
    pub(super) mail_to: Vec<String>,
    pub(super) support: Option<String>,
}

/// A secret's place in the configuration, and where its value was taken from.
#[derive(Debug, Serialize)]
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) from: String,
    /// The day on which it ends, where the configuration says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ends: Option<String>,
}

#[derive(Debug)]
pub(super) struct LinkSummary {
    pub(super) name: String,
    pub(super) organization: String,
    pub(super) kind: &'static str,
    pub(super) services: Vec<ServiceSummary>,
    pub(super) flows: Vec<FlowSummary>,
}

#[derive(Debug, Serialize)]
pub(super) struct ServiceSummary {
    pub(super) service: &'static str,
    /// Null for a service that is reached by files.
    pub(super) base_url: Option<String>,
    /// The folder of a service that is reached by files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) folder: Option<String>,
    pub(super) account: String,
}

#[derive(Debug, Serialize)]
pub(super) struct FlowSummary {
    pub(super) flow: Flow,
    /// As in the configuration; nothing if the flow runs only when it is asked for.
    pub(super) schedule: Option<String>,
    /// RFC 3339, in the time zone of the schedules.
    pub(super) next: Option<String>,
}

impl Summary {
    pub(super) fn new(config: &Config, now: DateTime<Utc>) -> Self {
        let organization = |(name, organization): (&String, &crate::config::Organization)| Organization {
            name: name.clone(),
            mail_to: organization.mail_to.clone(),
            support: config.support_of(name).map(str::to_owned),
        };
        let secret = |(name, secret): (String, &crate::config::Secret)| Secret {
            name,
            from: secret.origin().to_string(),
            ends: secret.ends().map(|day| day.to_string()),
        };
        Summary {
            file: config.path.display().to_string(),
            redis: Redis {
                private: config.redis.is_none(),
                url: shown_redis(config),
                prefix: config.prefix.clone(),
            },
            state_dir: config.state_dir.display().to_string(),
            http: config.http.listen.to_string(),
            timezone: config.timezone.to_string(),
            mail: config.mail.as_ref().map(|mail| Mail {
                smtp: mail.smtp.url.clone(),
                username: mail.smtp.username.clone(),
                from: mail.from.clone(),
            }),
            organizations: config.organizations.iter().map(organization).collect(),
            secrets: config.secrets().into_iter().map(secret).collect(),
            links: config.links.values().map(|link| LinkSummary::new(config, link, now)).collect(),
        }
    }
}

impl LinkSummary {
    fn new(config: &Config, link: &Link, now: DateTime<Utc>) -> Self {
        let now = now.with_timezone(&config.timezone);
        let flows = link.flows.iter().map(|(flow, settings)| {
            let next = settings.schedule.as_ref().and_then(|schedule| schedule.next_after(&now));
            FlowSummary {
                flow: *flow,
                schedule: settings.schedule.as_ref().map(|schedule| schedule.as_str().to_owned()),
                next: next.map(|next| next.to_rfc3339_opts(SecondsFormat::Secs, false)),
            }
        });
        let services = services(link).into_iter().map(|(service, place, account)| ServiceSummary {
            service: service.as_str(),
            base_url: place.url().map(|url| url.as_str().trim_end_matches('/').to_owned()),
            folder: place.folder().map(|folder| folder.display().to_string()),
            account,
        });
        LinkSummary {
            name: link.name.clone(),
            organization: link.organization.clone(),
            kind: link.kind.as_str(),
            services: services.collect(),
            flows: flows.collect(),
        }
    }
}

/// Where a service is reached.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// Its API.
    Url(&'a Url),
    /// Files of its own screens.
    Folder(&'a Path),
}

impl<'a> Place<'a> {
    pub(super) fn url(self) -> Option<&'a Url> {
        match self {
            Place::Url(url) => Some(url),
            Place::Folder(_) => None,
        }
    }

    pub(super) fn folder(self) -> Option<&'a Path> {
        match self {
            Place::Url(_) => None,
            Place::Folder(folder) => Some(folder),
        }
    }
}

/// The accounts of a link: service, place and id.
pub(super) fn services(link: &Link) -> [(Service, Place<'_>, String); 2] {
    match &link.services {
        LinkServices::OfficeStationKaonavi { officestation, kaonavi } => {
            let place = match officestation {
                OfficeStationAccount::Rest(api) => Place::Url(&api.base_url),
                OfficeStationAccount::Csv(csv) => Place::Folder(&csv.files.folder),
            };
            [
                (Service::OfficeStation, place, officestation.id()),
                (Service::Kaonavi, Place::Url(&kaonavi.base_url), kaonavi.id()),
            ]
        }
        LinkServices::HrmosMediment { hrmos, mediment } => {
            let place = match mediment {
                MedimentAccount::Rest(api) => Place::Url(&api.base_url),
                MedimentAccount::Csv(csv) => Place::Folder(&csv.files.folder),
            };
            [
                (Service::Hrmos, Place::Url(&hrmos.base_url), hrmos.id()),
                (Service::Mediment, place, mediment.id()),
            ]
        }
    }
}
