//! `worker:`.

use std::time::Duration;

use super::Checks;
use super::values::Zero::{Allowed, Refused};
use crate::config::raw::{RawHttp, RawRetry, RawWorker, Text};
use crate::config::{HttpConfig, RetryConfig, WorkerConfig};

pub(super) fn worker(checks: &Checks<'_>, raw: RawWorker) -> WorkerConfig {
    let default = WorkerConfig::default();
    let mistakes = checks.count();
    let worker = WorkerConfig {
        concurrency: checks.number(raw.concurrency.as_ref(), 1..=1000, default.concurrency),
        lease: checks.duration(raw.lease.as_ref(), Refused, default.lease),
        renew: checks.duration(raw.renew.as_ref(), Refused, default.renew),
        write_margin: checks.duration(raw.write_margin.as_ref(), Allowed, default.write_margin),
        drain: checks.duration(raw.drain.as_ref(), Allowed, default.drain),
        settle: checks.duration(raw.settle.as_ref(), Allowed, default.settle),
        settle_poll: checks.duration(raw.settle_poll.as_ref(), Refused, default.settle_poll),
        sweep: checks.duration(raw.sweep.as_ref(), Refused, default.sweep),
        retry: retry(checks, &raw.retry.unwrap_or_default()),
        http: http(checks, &raw.http.unwrap_or_default()),
    };
    if checks.count() == mistakes {
        lease(checks, [raw.lease.as_ref(), raw.renew.as_ref(), raw.write_margin.as_ref()], &worker);
    }
    worker
}

/// A lease must outlive two renewals, or one late one would lose every run; and a write needs some of it.
fn lease(checks: &Checks<'_>, places: [Option<&Text>; 3], worker: &WorkerConfig) {
    let Some(place) = places.into_iter().flatten().next() else { return };
    let WorkerConfig { lease, renew, write_margin, .. } = worker;
    if *lease < *renew * 2 {
        let reason = format!("a lease of {lease:?} is too short for a renewal every {renew:?}");
        checks.problem(place, reason, "write a `lease` of at least twice `renew`");
    } else if *write_margin >= *lease {
        let reason = format!(
            "with a `write_margin` of {write_margin:?} in a lease of {lease:?} nothing could be written"
        );
        checks.problem(place, reason, "write a `write_margin` shorter than `lease`");
    }
}

fn retry(checks: &Checks<'_>, raw: &RawRetry) -> RetryConfig {
    let default = RetryConfig::default();
    RetryConfig {
        steps: match &raw.steps {
            Some(steps) if steps.value.is_empty() => {
                checks.problem(steps, "there are no steps", "write at least one wait, such as [30s, 1m]");
                default.steps
            }
            Some(steps) => {
                steps.value.iter().map(|step| checks.duration(Some(step), Allowed, Duration::ZERO)).collect()
            }
            None => default.steps,
        },
        jitter_percent: checks.number(raw.jitter_percent.as_ref(), 0..=100, default.jitter_percent),
        attempts: checks.number(raw.attempts.as_ref(), 1..=1000, default.attempts),
        deadline: checks.duration(raw.deadline.as_ref(), Refused, default.deadline),
        quick_tries: checks.number(raw.quick_tries.as_ref(), 1..=100, default.quick_tries),
        quick_wait: checks.duration(raw.quick_wait.as_ref(), Allowed, default.quick_wait),
    }
}

fn http(checks: &Checks<'_>, raw: &RawHttp) -> HttpConfig {
    let default = HttpConfig::default();
    HttpConfig {
        connect_timeout: checks.duration(raw.connect_timeout.as_ref(), Refused, default.connect_timeout),
        read_timeout: checks.duration(raw.read_timeout.as_ref(), Refused, default.read_timeout),
        total_timeout: checks.duration(raw.total_timeout.as_ref(), Refused, default.total_timeout),
        max_body: checks.size(raw.max_body.as_ref(), default.max_body),
    }
}
