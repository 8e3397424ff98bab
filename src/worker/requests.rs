//! How many requests a run has cost each service, over all its attempts.

use std::collections::BTreeMap;

use crate::flows::Meter;
use crate::history::{self, Run};
use crate::job::{Flow, Service};
use crate::queue::{Claim, Queue};

/// The requests of earlier attempts and, as they leave, this one's.
#[derive(Debug, Clone)]
pub(super) struct Requests {
    services: [Service; 2],
    before: BTreeMap<String, u64>,
    /// Counts this attempt's.
    pub(super) meter: Meter,
}

impl Requests {
    /// Goes on from what earlier attempts of the run have recorded.
    pub(super) async fn of(queue: &Queue, claim: &Claim, flow: Flow) -> Self {
        let (source, destination) = flow.services();
        let before = if claim.epoch > 1 { recorded(queue, claim).await } else { BTreeMap::new() };
        Requests { services: [source, destination], before, meter: Meter::new() }
    }

    /// All requests of the run so far, by service.
    pub(super) fn total(&self) -> BTreeMap<String, u64> {
        let all = |service: Service| {
            let before = self.before.get(service.as_str()).copied().unwrap_or_default();
            (service.as_str().to_owned(), before + self.meter.count(service))
        };
        self.services.map(all).into()
    }

    /// The same as fields of the run's hash.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        self.total().into_iter().map(|(service, n)| (format!("requests.{service}"), n.to_string())).collect()
    }
}

/// A count of requests is not worth a run: without Redis' answer only this attempt's are told.
async fn recorded(queue: &Queue, claim: &Claim) -> BTreeMap<String, u64> {
    let hash = history::hash(queue, &claim.run).await.ok().flatten();
    hash.map(|hash| Run::from_hash(claim.run.clone(), &hash).requests).unwrap_or_default()
}
