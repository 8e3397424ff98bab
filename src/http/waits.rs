//! How long to wait before another try of the same call.

use std::slice;
use std::time::Duration;

use super::{Call, HttpError, Repeat, Settings};

/// The tries that a call has left.
#[derive(Debug)]
pub(super) struct Waits<'a> {
    /// Quick tries.
    quick: u32,
    /// The wait before the next quick one.
    pause: Duration,
    /// The waits before the tries after a 429; `None` if such a call gets no tries of that kind.
    busy: Option<slice::Iter<'a, Duration>>,
    patience: Duration,
    quota_patience: Duration,
}

impl<'a> Waits<'a> {
    pub(super) fn new(call: &Call<'a>, settings: &Settings) -> Self {
        Waits {
            quick: match call.repeat {
                Repeat::Quick => settings.quick_tries.saturating_sub(1),
                Repeat::Never => 0,
            },
            pause: settings.quick_wait,
            busy: (!call.busy.is_empty()).then(|| call.busy.iter()),
            patience: settings.patience,
            quota_patience: settings.quota_patience,
        }
    }

    /// How long to wait before the next try; `None` if there is to be none.
    pub(super) fn after(&mut self, error: &HttpError) -> Option<Duration> {
        let HttpError::Transient { status, retry_after, .. } = error else { return None };
        if let (Some(429), Some(busy)) = (status, &mut self.busy) {
            let step = *busy.next()?;
            return match retry_after {
                Some(wait) => (*wait <= self.quota_patience).then_some(*wait),
                None => Some(step),
            };
        }
        self.quick = self.quick.checked_sub(1)?;
        let pause = self.pause;
        self.pause *= 2;
        match retry_after {
            Some(wait) => (*wait <= self.patience).then(|| pause.max(*wait)),
            // A used-up quota that names no time won't be there again in a second.
            None if *status == Some(429) => None,
            None => Some(pause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Effect;

    const STEPS: [Duration; 4] =
        [Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(15), Duration::from_secs(20)];

    fn answered(status: u16, retry_after: Option<u64>) -> HttpError {
        let retry_after = retry_after.map(Duration::from_secs);
        HttpError::Transient { what: String::new(), status: Some(status), retry_after, effect: Effect::None }
    }

    fn waits(call: &Call<'_>, errors: impl IntoIterator<Item = HttpError>) -> Vec<Option<f64>> {
        let mut waits = Waits::new(call, &Settings::default());
        errors.into_iter().map(|error| waits.after(&error).map(|wait| wait.as_secs_f64())).collect()
    }

    #[test]
    fn a_call_has_three_quick_tries() {
        let quick = Call::get("/x", &[]);
        let down = || [answered(503, None), answered(503, None), answered(503, None)];
        assert_eq!(waits(&quick, down()), [Some(0.5), Some(1.0), None]);
        assert_eq!(waits(&Call { repeat: Repeat::Never, ..quick }, down()), [None; 3]);
    }

    #[test]
    fn a_429_gets_the_steps_of_its_call_beside_the_quick_tries() {
        let call = Call { busy: &STEPS, ..Call::get("/x", &[]) };
        let busy = std::iter::repeat_with(|| answered(429, None)).take(5);
        assert_eq!(waits(&call, busy), [Some(5.0), Some(10.0), Some(15.0), Some(20.0), None]);
        let mixed = [answered(429, None), answered(500, None), answered(429, Some(60)), answered(500, None)];
        assert_eq!(waits(&call, mixed), [Some(5.0), Some(0.5), Some(60.0), Some(1.0)]);
        assert_eq!(waits(&call, [answered(429, Some(3600))]), [None], "that long is for another attempt");
    }

    #[test]
    fn a_429_of_a_call_without_steps_waits_only_for_a_short_time_that_is_named() {
        let call = Call::get("/x", &[]);
        assert_eq!(waits(&call, [answered(429, None)]), [None]);
        assert_eq!(waits(&call, [answered(429, Some(7))]), [Some(7.0)]);
        assert_eq!(waits(&call, [answered(429, Some(11))]), [None]);
    }
}
