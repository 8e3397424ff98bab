//! The loop that looks at the ends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use tokio::sync::watch;
use tokio::time::sleep;

use super::{Credential, Step, Target, Warning, credentials, text, warnings};
use crate::config::{Config, MailConfig};
use crate::job::LinkKind;
use crate::notify::outbox::{OutboxEntry, message_id};
use crate::queue::{Keys, Queue, QueueError, Reminded};
use crate::telemetry::metrics;

/// The time between two looks, and between two beats.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Says that the loop turns.
type Beat = Arc<dyn Fn() + Send + Sync>;

/// Reminds of ends until `stop` turns true or its sender is gone. `now` tells the time in Asia/Tokyo. `beat` is called before each look
/// and each mail. A new configuration counts at once. Redis being away is waited out: the next look tries again.
pub async fn remind(
    queue: Queue,
    config: watch::Receiver<Arc<Config>>,
    now: impl Fn() -> DateTime<FixedOffset> + Send,
    beat: Beat,
    mut stop: watch::Receiver<bool>,
) {
    tokio::select! {
        // A sender that is gone is an end as well.
        _ = stop.wait_for(|stop| *stop) => {}
        () = turn(&queue, config, &now, &beat) => {}
    }
}

async fn turn(
    queue: &Queue,
    mut config: watch::Receiver<Arc<Config>>,
    now: &(impl Fn() -> DateTime<FixedOffset> + Send),
    beat: &Beat,
) {
    let mut reminder = Reminder::default();
    let mut failed = false;
    loop {
        beat();
        let current = Arc::clone(&config.borrow_and_update());
        reminder.follow(&current);
        let looked = reminder.look(queue, &current, now(), beat).await;
        // The queue logs an outage itself.
        let fault = looked.err().filter(|error| !error.is_outage());
        if let Some(error) = fault.as_ref().filter(|_| !failed) {
            tracing::error!(%error, "failed to put a reminder of a key's end into the outbox; it is tried again");
        }
        failed = fault.is_some();
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            () = changed(&mut config) => {}
        }
    }
}

/// A configuration whose sender is gone never changes.
async fn changed(config: &mut watch::Receiver<Arc<Config>>) {
    if config.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// What this process knows.
#[derive(Debug, Default)]
struct Reminder {
    followed: Option<Arc<Config>>,
    credentials: Vec<Credential>,
    /// The targets that the metrics show.
    shown: BTreeSet<Target>,
    /// The marks of what is in the log, and of what an organization knows.
    logged: BTreeSet<String>,
    told: BTreeSet<String>,
}

/// The warnings of one mail, each with its mark.
type Letter<'a> = Vec<(String, Warning<'a>)>;

impl Reminder {
    /// Takes over a configuration, unless it is the one that it has.
    fn follow(&mut self, config: &Arc<Config>) {
        if self.followed.as_ref().is_some_and(|followed| Arc::ptr_eq(followed, config)) {
            return;
        }
        self.followed = Some(Arc::clone(config));
        self.credentials = credentials(config);
        let mut first: BTreeMap<Target, NaiveDate> = BTreeMap::new();
        for credential in &self.credentials {
            let day = first.entry(credential.target).or_insert(credential.ends);
            *day = credential.ends.min(*day);
        }
        self.shown.extend(first.keys());
        for target in &self.shown {
            metrics::credential_expires(target.as_str(), first.get(target).copied().map(begin));
        }
    }

    /// Logs what is new, and mails what nobody was told yet.
    async fn look(
        &mut self,
        queue: &Queue,
        config: &Config,
        now: DateTime<FixedOffset>,
        beat: &Beat,
    ) -> Result<(), QueueError> {
        let warnings = warnings(now.date_naive(), &self.credentials);
        let marked: Vec<_> =
            warnings.into_iter().map(|warning| (mark(queue.keys(), &warning), warning)).collect();
        let current: BTreeSet<String> = marked.iter().map(|(mark, _)| mark.clone()).collect();
        self.logged.retain(|mark| current.contains(mark));
        self.told.retain(|mark| current.contains(mark));
        let mut letters: BTreeMap<(&str, Step), Letter<'_>> = BTreeMap::new();
        for (mark, warning) in marked {
            if self.logged.insert(mark.clone()) {
                log(&warning);
            }
            let organization = warning.credential.organization.as_str();
            if !self.told.contains(&mark) && is_time(config, organization, now.time()) {
                letters.entry((organization, warning.step)).or_default().push((mark, warning));
            }
        }
        for ((organization, step), letter) in letters {
            beat();
            let marks: Vec<String> = letter.iter().map(|(mark, _)| mark.clone()).collect();
            tell(queue, config, organization, step, letter, now).await?;
            self.told.extend(marks);
        }
        Ok(())
    }
}

/// The beginning of a day in Asia/Tokyo as Unix seconds.
fn begin(day: NaiveDate) -> f64 {
    const TOKYO: f64 = 9.0 * 3600.0;
    let days = i32::try_from((day - NaiveDate::default()).num_days()).unwrap_or(i32::MAX);
    f64::from(days) * 86_400.0 - TOKYO
}

/// What stands for a warning in Redis.
fn mark(keys: &Keys, warning: &Warning<'_>) -> String {
    let Credential { organization, target, account, ends, .. } = warning.credential;
    let (ends, step) = (ends.to_string(), warning.step.days().to_string());
    keys.reminder(&[organization, target.as_str(), account, &ends, &step])
}

/// True if the organization's addresses may be written to at this time of day. Without addresses nothing is marked as told: whoever is
/// entered later is told then.
fn is_time(config: &Config, organization: &str, time: NaiveTime) -> bool {
    let from = config.mail.as_ref().map(|mail| mail.remind_from);
    from.is_some_and(|from| time >= from) && !config.mail_to(organization).is_empty()
}

fn log(warning: &Warning<'_>) {
    let Credential { organization, target, place, ends, .. } = warning.credential;
    let days = warning.days;
    if warning.step == Step::Ended {
        tracing::error!(%organization, service = %target, secret = %place, %ends, "a key or password has ended");
    } else {
        tracing::warn!(%organization, service = %target, secret = %place, %ends, days, "a key or password ends soon");
    }
}

/// Puts the mail into the outbox, without what another daemon told.
async fn tell(
    queue: &Queue,
    config: &Config,
    organization: &str,
    step: Step,
    mut letter: Letter<'_>,
    now: DateTime<FixedOffset>,
) -> Result<(), QueueError> {
    loop {
        let marks: Vec<String> = letter.iter().map(|(mark, _)| mark.clone()).collect();
        let mut known = queue.reminded(&marks).await?.into_iter();
        letter.retain(|_| !known.next().unwrap_or(false));
        if letter.is_empty() {
            return Ok(());
        }
        let (marks, warnings): (Vec<String>, Vec<Warning<'_>>) = letter.iter().cloned().unzip();
        let entry = entry(config, organization, step, &marks, &warnings, now);
        if queue.remind(&marks, &entry.to_fields()).await? == Reminded::Told {
            tracing::info!(organization, days = step.days(), credentials = marks.len(), "reminded of ends");
            return Ok(());
        }
    }
}

fn entry(
    config: &Config,
    organization: &str,
    step: Step,
    marks: &[String],
    warnings: &[Warning<'_>],
    now: DateTime<FixedOffset>,
) -> OutboxEntry {
    // It is no run's: its name says what it is about wherever a run's would stand.
    let name = format!("key-end-{}", step.days());
    let scope: Vec<&str> = marks.iter().map(String::as_str).collect();
    let sender = config.mail.as_ref().map(|mail: &MailConfig| mail.from.as_str());
    OutboxEntry {
        message_id: message_id(&name, &scope, sender),
        run: name,
        organization: organization.to_owned(),
        kind: kind(config, warnings),
        mail: text::compose(step, warnings, config.support_of(organization)),
        created: now.to_rfc3339(),
    }
}

/// The kind of the first link; the mail server's password has none, and nothing depends on it.
fn kind(config: &Config, warnings: &[Warning<'_>]) -> LinkKind {
    let first = warnings.iter().find_map(|warning| config.links.get(warning.credential.links.first()?));
    first.map_or(LinkKind::OfficeStationKaonavi, |link| link.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_tokyo() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        let expected = DateTime::parse_from_rfc3339("2026-12-01T00:00:00+09:00").unwrap().timestamp();
        assert!((begin(day) - f64::from(u32::try_from(expected).unwrap())).abs() < 0.5);
    }

    #[test]
    fn nobody_is_written_to_before_the_time_or_without_an_address() {
        let text = "mail: { smtp: \"smtp://127.0.0.1\", from: a@example.jp, to: [hr@example.jp] }\norganizations: { quiet: }\n";
        let config = crate::config::parse_str(text).unwrap();
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        assert!(!is_time(&config, "default", at(8, 59)));
        assert!(is_time(&config, "default", at(9, 0)) && is_time(&config, "default", at(23, 0)));
        assert!(!is_time(&config, "quiet", at(12, 0)));
        assert!(!is_time(&crate::config::parse_str("").unwrap(), "default", at(12, 0)));
    }
}
