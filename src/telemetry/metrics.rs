//! Every metric of the daemon, each behind one function. Names begin with `renkei_`, units are seconds, and no label ever
//! names a person.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::job::Service;

const RUNS: &str = "renkei_runs_total";
const RUN_DURATION: &str = "renkei_run_duration_seconds";
const PEOPLE: &str = "renkei_people_total";
const ATTEMPTS: &str = "renkei_attempts_total";
const REQUESTS: &str = "renkei_requests_total";
const REQUEST_DURATION: &str = "renkei_request_duration_seconds";
const QUEUE_DEPTH: &str = "renkei_queue_depth";
const QUEUE_OLDEST_AGE: &str = "renkei_queue_oldest_age_seconds";
const JOBS_REJECTED: &str = "renkei_jobs_rejected_total";
const GUARD_TRIPS: &str = "renkei_guard_trips_total";
const TICKS_SKIPPED: &str = "renkei_ticks_skipped_total";
const MAIL: &str = "renkei_mail_total";
const LAST_SUCCESS: &str = "renkei_last_success_timestamp_seconds";
const CREDENTIAL_EXPIRES: &str = "renkei_credential_expires_timestamp_seconds";
const REDIS_UP: &str = "renkei_redis_up";
const BUILD_INFO: &str = "renkei_build_info";

/// A run lasts from a fraction of a second (nothing to do) to hours (a service's quota).
const RUN_BUCKETS: [f64; 13] =
    [0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 10800.0];
/// A request lasts from milliseconds to the minutes that a full read of a large tenant takes.
const REQUEST_BUCKETS: [f64; 14] =
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

/// How a run ended, as the label `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// 完了.
    Completed,
    /// 異常終了.
    Failed,
}

/// How one attempt ended, as the label `class` (`DESIGN` §5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptClass {
    /// The run is 完了.
    Completed,
    /// To be tried again later.
    Transient,
    /// The run is 異常終了.
    Permanent,
    /// The attempt panicked or its process died.
    Crashed,
    /// Put back because the daemon stops; not counted as an attempt in the history.
    Drained,
    /// Another worker has the run now.
    Lost,
}

/// What became of a person, as the label `outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonOutcome {
    /// 新規追加.
    Created,
    /// 更新.
    Updated,
    /// 変更なし.
    Unchanged,
    /// 保留.
    Held,
    /// エラー.
    Rejected,
    /// 対象外.
    Skipped,
}

/// Where a job waits, as the label `state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueState {
    /// In the stream, taken by nobody yet.
    Ready,
    /// Taken by a worker.
    Running,
    /// 実行待ち because its account is busy.
    Waiting,
    /// 再試行待ち.
    Delayed,
}

/// What became of a mail (or of one try to send it), as the label `outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// The server accepted it.
    Sent,
    /// The organization has no address; nothing to send.
    NoAddress,
    /// To be tried again.
    Retried,
    /// The server refused it for good; it is tried again slowly until it is dropped.
    Refused,
    /// Given up after days of refusals.
    Dropped,
}

/// The words of a label.
macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// The word in the label.
            pub fn as_str(self) -> &'static str {
                match self { $($type::$variant => $word),+ }
            }
        }
    };
}
words!(RunStatus { Completed => "completed", Failed => "failed" });
words!(AttemptClass {
    Completed => "completed", Transient => "transient", Permanent => "permanent", Crashed => "crashed",
    Drained => "drained", Lost => "lost",
});
words!(PersonOutcome {
    Created => "created", Updated => "updated", Unchanged => "unchanged", Held => "held", Rejected => "rejected",
    Skipped => "skipped",
});
words!(QueueState { Ready => "ready", Running => "running", Waiting => "waiting", Delayed => "delayed" });
words!(MailOutcome {
    Sent => "sent", NoAddress => "no_address", Retried => "retried", Refused => "refused", Dropped => "dropped",
});

/// What `/metrics` answers from.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// The text of `/metrics` (Prometheus text format).
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Folds what histograms have collected. To be called every few seconds: without it a daemon that nobody scrapes would
    /// collect for ever.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

/// Makes the process's recorder and says which build runs. To be called once, at start.
///
/// # Errors
/// A recorder is already in place.
pub fn install() -> Result<Metrics, MetricsError> {
    let recorder = recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| MetricsError)?;
    describe();
    build_info();
    Ok(Metrics(handle))
}

/// The process has a metrics recorder already.
#[derive(Debug, thiserror::Error)]
#[error("the process has a metrics recorder already")]
pub struct MetricsError;

fn recorder() -> PrometheusRecorder {
    let builder = PrometheusBuilder::new();
    let buckets = [(RUN_DURATION, &RUN_BUCKETS[..]), (REQUEST_DURATION, &REQUEST_BUCKETS[..])];
    buckets
        .into_iter()
        .fold(builder, |builder, (name, buckets)| {
            builder
                .set_buckets_for_metric(Matcher::Full(name.to_owned()), buckets)
                .expect("the lists of buckets are constants that are not empty")
        })
        .build_recorder()
}

fn describe() {
    describe_counter!(RUNS, "Ended runs");
    describe_histogram!(RUN_DURATION, Unit::Seconds, "Time from a run's first start to its end");
    describe_counter!(PEOPLE, "People in ended runs by what became of them");
    describe_counter!(ATTEMPTS, "Attempts at runs by how they ended");
    describe_counter!(REQUESTS, "Requests to services");
    describe_histogram!(
        REQUEST_DURATION,
        Unit::Seconds,
        "Time of one request, without waiting for the quota"
    );
    describe_gauge!(QUEUE_DEPTH, "Runs that have not ended, by where they are");
    describe_gauge!(
        QUEUE_OLDEST_AGE,
        Unit::Seconds,
        "How long the oldest job that could start and that no worker took has been there"
    );
    describe_counter!(JOBS_REJECTED, "Entries of the job stream that were no valid job");
    describe_counter!(GUARD_TRIPS, "Guards that stopped a run before any write");
    describe_counter!(TICKS_SKIPPED, "Ticks of the schedule skipped because the previous run was still open");
    describe_counter!(MAIL, "Mails by what became of them");
    describe_gauge!(LAST_SUCCESS, Unit::Seconds, "Unix time of the last run that ended as completed");
    describe_gauge!(
        CREDENTIAL_EXPIRES,
        Unit::Seconds,
        "Unix time at which the first key or password for a service ends, NaN if no end is known"
    );
    describe_gauge!(REDIS_UP, "1 while Redis answers");
    describe_gauge!(BUILD_INFO, "Always 1; the labels say which build runs");
}

/// A run ended. `took` counts from its first start, waits for retries included. A run without a valid link (`F_JOB`) has
/// empty labels, so that a mistyped job cannot make a time series.
pub fn run_ended(link: Option<&str>, flow: Option<&str>, status: RunStatus, took: Duration) {
    let (link, flow) = (link.unwrap_or_default().to_owned(), flow.unwrap_or_default().to_owned());
    counter!(RUNS, "link" => link, "flow" => flow, "status" => status.as_str()).increment(1);
    histogram!(RUN_DURATION).record(took.as_secs_f64());
}

/// People of an ended run.
pub fn people(link: &str, flow: &str, outcome: PersonOutcome, n: u64) {
    counter!(PEOPLE, "link" => link.to_owned(), "flow" => flow.to_owned(), "outcome" => outcome.as_str())
        .increment(n);
}

/// An attempt ended.
pub fn attempt_ended(link: &str, class: AttemptClass) {
    counter!(ATTEMPTS, "link" => link.to_owned(), "class" => class.as_str()).increment(1);
}

/// A request was answered or failed. `status` is the HTTP status; `None` if no answer came, shown as `error`.
pub fn request(service: Service, method: &str, status: Option<u16>, took: Duration) {
    let status = status.map_or_else(|| "error".to_owned(), |status| status.to_string());
    counter!(REQUESTS, "service" => service.as_str(), "method" => method.to_owned(), "status" => status)
        .increment(1);
    histogram!(REQUEST_DURATION, "service" => service.as_str()).record(took.as_secs_f64());
}

/// How many runs are in a state now.
pub fn queue_depth(state: QueueState, n: u64) {
    gauge!(QUEUE_DEPTH, "state" => state.as_str()).set(whole(n));
}

/// How long the oldest job that no worker took has been on the stream; zero if there is none. Runs in line for an account
/// and runs in a worker's hands don't count.
pub fn queue_oldest_age(age: Duration) {
    gauge!(QUEUE_OLDEST_AGE).set(age.as_secs_f64());
}

/// An entry was no valid job. `reason` is one of a fixed list of words.
pub fn job_rejected(reason: &'static str) {
    counter!(JOBS_REJECTED, "reason" => reason).increment(1);
}

/// A guard stopped a run.
pub fn guard_tripped(guard: &'static str) {
    counter!(GUARD_TRIPS, "guard" => guard).increment(1);
}

/// A tick was skipped because the flow's previous run is still open.
pub fn tick_skipped() {
    counter!(TICKS_SKIPPED).increment(1);
}

/// A mail went out, was put off or was given up.
pub fn mail(outcome: MailOutcome) {
    counter!(MAIL, "outcome" => outcome.as_str()).increment(1);
}

/// A run that is no dry run ended as 完了 at this Unix time in seconds.
pub fn last_success(link: &str, flow: &str, at: f64) {
    gauge!(LAST_SUCCESS, "link" => link.to_owned(), "flow" => flow.to_owned()).set(at);
}

/// The first of a service's keys and passwords ends at this Unix time in seconds; `None` if no end is known any more. `service` is
/// one of a fixed list of words.
pub fn credential_expires(service: &'static str, at: Option<f64>) {
    gauge!(CREDENTIAL_EXPIRES, "service" => service).set(at.unwrap_or(f64::NAN));
}

/// Whether Redis answers.
pub fn redis_up(up: bool) {
    gauge!(REDIS_UP).set(if up { 1.0 } else { 0.0 });
}

fn build_info() {
    gauge!(BUILD_INFO, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// A count as a gauge's value. Counts here stay far below 2^52.
fn whole(n: u64) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(work: impl FnOnce()) -> String {
        let recorder = recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            describe();
            work();
        });
        let mut lines: Vec<&str> = Vec::new();
        let text = handle.render();
        lines.extend(text.lines().filter(|line| !line.is_empty()));
        lines.sort_unstable();
        lines.join("\n")
    }

    #[test]
    fn every_metric_has_its_name_labels_and_description() {
        let text = rendered(|| {
            let second = Duration::from_millis(1500);
            run_ended(Some("acme"), Some("officestation-to-kaonavi"), RunStatus::Completed, second);
            run_ended(None, None, RunStatus::Failed, Duration::ZERO);
            people("acme", "officestation-to-kaonavi", PersonOutcome::Rejected, 5);
            attempt_ended("acme", AttemptClass::Transient);
            request(Service::Kaonavi, "PATCH", Some(429), second);
            request(Service::OfficeStation, "GET", None, second);
            queue_depth(QueueState::Waiting, 7);
            queue_oldest_age(Duration::from_secs(90));
            job_rejected("unknown_link");
            guard_tripped("source_shrunk");
            tick_skipped();
            mail(MailOutcome::NoAddress);
            last_success("acme", "officestation-to-kaonavi", 1_763_700_000.0);
            credential_expires("hrmos", Some(1_796_050_800.0));
            credential_expires("smtp", None);
            redis_up(true);
            build_info();
        });
        insta::assert_snapshot!(text);
    }

    #[test]
    fn folding_keeps_what_was_collected() {
        let recorder = recorder();
        let metrics = Metrics(recorder.handle());
        metrics::with_local_recorder(&recorder, || {
            request(Service::Kaonavi, "GET", Some(200), Duration::from_millis(20));
        });
        metrics.upkeep();
        metrics.upkeep();
        let text = metrics.render();
        assert!(text.contains(r#"renkei_request_duration_seconds_count{service="kaonavi"} 1"#), "{text}");
    }
}
