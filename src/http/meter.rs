//! Counts the requests that leave, for the run's record (`requests.{service}`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::job::Service;

/// One run's requests by service. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<[AtomicU64; 4]>);

impl Meter {
    /// A meter at zero.
    pub fn new() -> Self {
        Meter::default()
    }

    /// How many requests were sent to a service, tokens and repeats included.
    pub fn count(&self, service: Service) -> u64 {
        self.0[place(service)].load(Ordering::Relaxed)
    }

    /// One request is being sent. It is counted before its answer, which a run that is stopped never sees.
    pub(super) fn sent(&self, service: Service) {
        self.0[place(service)].fetch_add(1, Ordering::Relaxed);
    }
}

fn place(service: Service) -> usize {
    match service {
        Service::OfficeStation => 0,
        Service::Kaonavi => 1,
        Service::Hrmos => 2,
        Service::Mediment => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_count_together_and_services_apart() {
        let meter = Meter::new();
        meter.clone().sent(Service::Kaonavi);
        meter.sent(Service::Kaonavi);
        assert_eq!((meter.count(Service::Kaonavi), meter.count(Service::OfficeStation)), (2, 0));
    }
}
