//! The gate: no service is asked more often than its quota allows, by all daemons together.
//!
//! Request times are kept per account, those of a class of requests beside those of all. A request passes if each
//! limit that concerns it had fewer than its count of requests within its sliding window; otherwise nothing is
//! noted and the gate tells how long to wait. The caller makes windows a little longer than the service's,
//! because a request takes its time to arrive.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::script;
use super::{Queue, QueueError};

/// So many requests in any window of that length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The class of requests that it concerns; all if there is none.
    pub class: Option<&'static str>,
    /// The most requests in a window.
    pub count: u32,
    /// The length of the window.
    pub window: Duration,
}

/// The gate's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// The request may be sent now; it is noted.
    Go,
    /// It may not; ask again after this time.
    Wait(Duration),
}

/// Where request times are kept.
#[derive(Debug)]
pub enum Gate {
    /// In Redis, for all daemons.
    Redis(Queue),
    /// In this process, for commands that run without Redis.
    Local(Local),
}

/// Request times of one process, by the name of their limit.
#[derive(Debug, Default)]
pub struct Local(Mutex<BTreeMap<String, VecDeque<Instant>>>);

static NUMBER: AtomicU64 = AtomicU64::new(0);

impl Gate {
    /// Asks for one request of `class` to an account of a service. Waits for Redis if it is away.
    ///
    /// # Errors
    /// Any failure of Redis that waiting can't mend.
    pub async fn pass(
        &self,
        service: &str,
        account: &str,
        class: &str,
        limits: &[Limit],
    ) -> Result<Pass, QueueError> {
        let concerned = limits.iter().filter(|limit| limit.class.is_none_or(|of| of == class));
        let concerned: Vec<Limit> = concerned.copied().collect();
        if concerned.is_empty() {
            return Ok(Pass::Go);
        }
        match self {
            Gate::Redis(queue) => queue.persist(|| queue.try_pass(service, account, &concerned)).await,
            Gate::Local(local) => Ok(local.pass(service, account, &concerned, Instant::now())),
        }
    }
}

impl Queue {
    async fn try_pass(&self, service: &str, account: &str, limits: &[Limit]) -> Result<Pass, QueueError> {
        let mut call = script::GATE.prepare_invoke();
        // Two daemons on one machine differ in their process, two on two machines in the time as well: a name
        // that does repeat within one millisecond would only let one request more pass.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        call.arg(format!("{}-{number}-{}", std::process::id(), now.as_nanos()));
        for limit in limits {
            call.key(self.keys().gate(service, account, limit.class));
            call.arg(limit.count).arg(u64::try_from(limit.window.as_millis()).unwrap_or(u64::MAX));
        }
        let wait: u64 = self.call(&call).await?;
        Ok(if wait == 0 { Pass::Go } else { Pass::Wait(Duration::from_millis(wait)) })
    }
}

impl Local {
    fn pass(&self, service: &str, account: &str, limits: &[Limit], now: Instant) -> Pass {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = |limit: &Limit| format!("{service}:{account}:{}", limit.class.unwrap_or_default());
        let mut wait = Duration::ZERO;
        for limit in limits {
            let Some(times) = times.get(&name(limit)) else { continue };
            let used = times.iter().filter(|at| now.duration_since(**at) < limit.window);
            let count = limit.count as usize;
            // The newest `count` requests fill the window until the oldest of them leaves it.
            if let Some(blocking) = used.rev().nth(count.saturating_sub(1)) {
                wait = wait.max(limit.window.saturating_sub(now.duration_since(*blocking)));
            }
        }
        if wait > Duration::ZERO {
            return Pass::Wait(wait);
        }
        let mut windows: BTreeMap<String, Duration> = BTreeMap::new();
        for limit in limits {
            let window = windows.entry(name(limit)).or_default();
            *window = limit.window.max(*window);
        }
        for (name, window) in windows {
            let times = times.entry(name).or_default();
            times.retain(|at| now.duration_since(*at) < window);
            times.push_back(now);
        }
        Pass::Go
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Limit = Limit { class: None, count: 3, window: Duration::from_secs(60) };
    const UPDATES: Limit = Limit { class: Some("update"), count: 2, window: Duration::from_secs(10) };

    #[test]
    fn the_local_gate_closes_at_the_count_and_opens_when_the_window_moved_on() {
        let gate = Local::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(gate.pass("kaonavi", "a", &[UPDATES], at(0)), Pass::Go);
        assert_eq!(gate.pass("kaonavi", "a", &[UPDATES], at(4)), Pass::Go);
        assert_eq!(gate.pass("kaonavi", "a", &[UPDATES], at(5)), Pass::Wait(Duration::from_secs(5)));
        assert_eq!(gate.pass("kaonavi", "b", &[UPDATES], at(5)), Pass::Go);
        assert_eq!(gate.pass("kaonavi", "a", &[UPDATES], at(10)), Pass::Go);
        assert_eq!(gate.pass("kaonavi", "a", &[UPDATES], at(11)), Pass::Wait(Duration::from_secs(3)));
    }

    #[test]
    fn a_request_that_one_limit_stops_counts_for_none() {
        let gate = Local::default();
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(gate.pass("kaonavi", "a", &[ALL], start), Pass::Go);
        }
        assert_eq!(gate.pass("kaonavi", "a", &[ALL, UPDATES], start), Pass::Wait(ALL.window));
        for _ in 0..2 {
            assert_eq!(gate.pass("kaonavi", "a", &[UPDATES], start), Pass::Go);
        }
    }
}
