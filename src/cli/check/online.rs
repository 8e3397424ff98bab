//! What Redis, the mail server and both services of each link say.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use futures::StreamExt;

use crate::cli::connect::{local_http, queue, shown_redis};
use crate::cli::error::ExpectedError;
use crate::config::Config;
use crate::flows::{CheckRequest, Finding, Meter, Severity, Stop, Tools, check};
use crate::history;
use crate::job::{Flow, now};
use crate::notify;
use crate::queue::Queue;

/// Links looked at at a time.
const AT_ONCE: usize = 4;
/// The oldest Redis that has the commands.
const OLDEST: (u32, u32) = (6, 2);

/// What was tried.
#[derive(Debug)]
pub(super) struct Online {
    /// Redis and mail.
    pub(super) general: Vec<Finding>,
    /// Each link's, in order.
    pub(super) links: Vec<Vec<Finding>>,
}

/// Tries everything.
pub(super) async fn all(config: &Config) -> Result<Online, ExpectedError> {
    let (queue, redis) = redis(config).await;
    let mut general = vec![redis];
    general.extend(smtp(config).await);
    let http = local_http(config)?;
    let tools = || Tools { http: http.clone(), meter: Meter::new(), stop: Stop::never() };
    let links = futures::stream::iter(config.links.values()).map(|link| {
        let (tools, queue) = (tools(), queue.as_ref());
        async move {
            let last_full = match queue {
                Some(queue) => last_full(queue, &link.name).await,
                None => BTreeMap::new(),
            };
            check(&tools, &CheckRequest { link, now: now(), last_full: &last_full }).await
        }
    });
    let links = links.buffered(AT_ONCE).collect().await;
    Ok(Online { general, links })
}

/// What the guard against a shrunken source compares with; without it, it only looks for an empty one.
async fn last_full(queue: &Queue, link: &str) -> BTreeMap<Flow, u64> {
    let mut known = BTreeMap::new();
    for flow in [Flow::OfficeStationToKaonavi, Flow::KaonaviToOfficeStation] {
        if let Ok(Some(people)) = history::last_full(queue, link, flow, None).await {
            known.insert(flow, people);
        }
    }
    known
}

async fn redis(config: &Config) -> (Option<Queue>, Finding) {
    let at = shown_redis(config);
    let found = match queue(config).await {
        Ok(queue) => {
            let finding = version(&queue, &at).await;
            return (Some(queue), finding);
        }
        Err(ExpectedError::Redis { source, .. }) => source,
        Err(error) => return (None, Finding::new(Severity::Error, "REDIS", error.to_string())),
    };
    let finding = match &config.redis {
        Some(_) => Finding::new(Severity::Error, "REDIS", format!("failed to use Redis at {at}: {found}"))
            .remedy("start it, or put `redis: { url: … }` right; without `url` the daemon starts its own"),
        None if is_installed() => {
            let message = "the private Redis doesn't run: `renkei serve` starts it";
            Finding::new(Severity::Info, "REDIS", message).remedy("nothing, unless the daemon is running")
        }
        None => Finding::new(
            Severity::Error,
            "REDIS",
            "the daemon is to start a private Redis, and redis-server is not installed",
        )
        .remedy("install it (apt-get install redis-server), or set `redis: { url: … }`"),
    };
    (None, finding)
}

fn is_installed() -> bool {
    let mut command = Command::new("redis-server");
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

async fn version(queue: &Queue, at: &str) -> Finding {
    let info: Result<String, _> = redis::cmd("INFO").arg("server").query_async(&mut queue.connection()).await;
    let text = info.unwrap_or_default();
    let version = text.lines().find_map(|line| line.strip_prefix("redis_version:")).map(str::trim);
    match version {
        Some(version) if parts(version).is_some_and(|found| found < OLDEST) => {
            let message = format!("Redis at {at} is {version}, too old for the daemon");
            Finding::new(Severity::Error, "REDIS", message).remedy("use Redis 6.2 or later")
        }
        Some(version) => Finding::new(Severity::Ok, "REDIS", format!("Redis {version} answers at {at}")),
        // Some services hide it.
        None => Finding::new(Severity::Ok, "REDIS", format!("Redis answers at {at}")),
    }
}

fn parts(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

async fn smtp(config: &Config) -> Option<Finding> {
    let mail = config.mail.as_ref()?;
    let at = &mail.smtp.url;
    Some(match notify::greet(mail).await {
        Ok(()) => {
            let login = if mail.smtp.username.is_some() { " and takes the login" } else { "" };
            Finding::new(Severity::Ok, "SMTP", format!("the mail server at {at} answers{login}"))
        }
        Err(error) => {
            Finding::new(Severity::Error, "SMTP", format!("failed to reach the mail server at {at}: {error}"))
                .remedy("put `mail:` right; `renkei mail-test` sends a mail")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(parts("6.0.16").is_some_and(|found| found < OLDEST));
        assert!(parts("6.2.0").is_some_and(|found| found >= OLDEST));
        assert!(parts("10.0.1").is_some_and(|found| found >= OLDEST));
        assert_eq!(parts("unknown"), None);
    }
}
