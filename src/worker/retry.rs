//! When a run that failed for a passing reason is tried again (`DESIGN` §5.5). Pure: the time and the chance come in as values.

use std::time::Duration;

use crate::config::RetryConfig;

/// What is known of a run when an attempt of it has failed for a passing reason.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failed {
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// Time since the first attempt began.
    pub since_first: Duration,
    /// What the service asked for.
    pub retry_after: Option<Duration>,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Another attempt, after this long.
    After(Duration),
    /// 異常終了.
    GiveUp,
}

/// The wait before the next attempt: the step of this attempt, moved by the jitter, at least what the service asked for.
///
/// `chance` is a number from 0 to 1: 0.5 is no jitter. The run is given up when its attempts are used up or the next one would
/// start past the deadline.
pub(super) fn next_attempt(failed: Failed, config: &RetryConfig, chance: f64) -> Next {
    if failed.attempts >= config.attempts {
        return Next::GiveUp;
    }
    let index = usize::try_from(failed.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let step = config.steps.get(index).or(config.steps.last()).copied().unwrap_or_default();
    let share = f64::from(config.jitter_percent) / 100.0;
    let jittered = step.mul_f64((1.0 + share * (2.0 * chance.clamp(0.0, 1.0) - 1.0)).max(0.0));
    let wait = jittered.max(failed.retry_after.unwrap_or_default());
    if failed.since_first + wait > config.deadline { Next::GiveUp } else { Next::After(wait) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn config() -> RetryConfig {
        RetryConfig::default()
    }

    fn failed(attempts: u32) -> Failed {
        Failed { attempts, since_first: Duration::ZERO, retry_after: None }
    }

    #[test]
    fn waits_grow_by_the_table_of_the_design() {
        let waits: Vec<Next> = (1..=7).map(|attempt| next_attempt(failed(attempt), &config(), 0.5)).collect();
        let seconds = [30, 60, 120, 300, 600, 1200, 1800];
        assert_eq!(waits, seconds.map(|seconds| Next::After(Duration::from_secs(seconds))));
    }

    #[test]
    fn the_eighth_failed_attempt_is_the_last() {
        assert_eq!(next_attempt(failed(8), &config(), 0.5), Next::GiveUp);
    }

    #[test]
    fn jitter_moves_a_wait_by_a_fifth_at_most() {
        assert_eq!(next_attempt(failed(2), &config(), 0.0), Next::After(MINUTE.mul_f64(0.8)));
        assert_eq!(next_attempt(failed(2), &config(), 1.0), Next::After(MINUTE.mul_f64(1.2)));
    }

    #[test]
    fn a_service_that_names_a_time_is_not_asked_before_it() {
        let asked = Failed { retry_after: Some(10 * MINUTE), ..failed(1) };
        assert_eq!(next_attempt(asked, &config(), 0.0), Next::After(10 * MINUTE));
        let sooner = Failed { retry_after: Some(Duration::from_secs(1)), ..failed(1) };
        assert_eq!(next_attempt(sooner, &config(), 0.5), Next::After(MINUTE / 2));
    }

    #[test]
    fn nothing_starts_past_the_deadline() {
        let late = Failed { since_first: 359 * MINUTE + MINUTE * 3 / 4, ..failed(1) };
        assert_eq!(next_attempt(late, &config(), 0.5), Next::GiveUp);
        let far = Failed { retry_after: Some(7 * 60 * MINUTE), ..failed(1) };
        assert_eq!(next_attempt(far, &config(), 0.5), Next::GiveUp);
    }
}
