//! Guards: reasons to stop a run before it writes anything (`DESIGN` §6 "Safety"). They are closed by default and a person opens them.

use super::{Failure, GuardLimits, Guarded, Measures, RunFailure};

/// A guard that tripped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// The label in metrics.
    pub guard: &'static str,
    /// What is unusual, in the words of staff.
    pub what: String,
    /// How much it is.
    pub n: u64,
    /// How much it may be.
    pub max: u64,
}

impl Trip {
    /// The sentence that staff read.
    pub fn message(&self) -> String {
        self.stop().to_string()
    }

    fn stop(&self) -> RunFailure<'_> {
        RunFailure::Guard { what: &self.what, n: self.n, max: self.max }
    }
}

/// At most this many trips are told; the rest would say the same again.
const TOLD: usize = 5;

/// The failure of a run with these trips; `None` if there are none.
pub fn guard_failure(trips: &[Trip]) -> Option<Failure> {
    let mut failure = Failure::from(trips.first()?.stop());
    failure.message = trips.iter().take(TOLD).map(Trip::message).collect();
    Some(failure)
}

/// The guards that trip, in a fixed order. `last` is how many people were in scope of the flow's last full 完了 run, if there was one.
pub fn guard(measures: &Measures, limits: &GuardLimits, last: Option<u64>) -> Vec<Trip> {
    // A reading with holes says of nobody that he isn't there, however few people a run is about: somebody may be created twice.
    let mut trips: Vec<Trip> = incomplete(measures).into_iter().collect();
    if !measures.full {
        return trips;
    }
    trips.extend(source(measures, limits, last));
    if measures.guarded == Guarded::Reading {
        return trips;
    }
    trips.extend(absent(measures));
    trips.extend(creations(measures, limits));
    trips.extend(items(measures, limits));
    trips.extend(rows(measures, limits));
    trips
}

/// True if what was read may not be all there is, so that nothing can be said about who is missing. A run about some people is asked
/// too: it reads everybody.
pub fn doubts_reading(measures: &Measures, trips: &[Trip]) -> bool {
    measures.read == 0
        || measures.incomplete.is_some()
        || trips.iter().any(|trip| trip.guard == SOURCE_SHRUNK)
}

const SOURCE_SHRUNK: &str = "source_shrunk";

fn incomplete(measures: &Measures) -> Option<Trip> {
    let n = measures.incomplete?;
    Some(Trip {
        guard: "incomplete_read", what: "取得した人数と全体の人数の差".to_owned(), n, max: 0
    })
}

fn source(measures: &Measures, limits: &GuardLimits, last: Option<u64>) -> Option<Trip> {
    if measures.read == 0 {
        let what = "連携元から取得した従業員の数".to_owned();
        return Some(Trip { guard: "source_empty", what, n: 0, max: last.unwrap_or(0) });
    }
    let (last, missing) = (last?, last?.saturating_sub(measures.in_scope));
    let fewer = measures.in_scope * 100 < last * u64::from(limits.source_percent);
    let fewest = limits.source_missing as u64;
    (fewer && missing >= fewest).then(|| {
        let allowed = share(last, 100 - limits.source_percent.min(100));
        let max = allowed.max(fewest.saturating_sub(1));
        Trip {
            guard: SOURCE_SHRUNK, what: "前回から減った対象者の数".to_owned(), n: missing, max
        }
    })
}

fn absent(measures: &Measures) -> impl Iterator<Item = Trip> + '_ {
    measures.absent.iter().map(|(item, n)| Trip {
        guard: "item_absent",
        what: format!("連携元で項目”{item}”を取得できない人数"),
        n: *n,
        max: 0,
    })
}

fn creations(measures: &Measures, limits: &GuardLimits) -> Option<Trip> {
    if measures.destination == 0 {
        return None;
    }
    let others = measures.creations.saturating_sub(measures.joiners);
    let bound = |percent| share(measures.destination, percent).max(limits.creations as u64);
    [(others, limits.creations_percent), (measures.creations, limits.joiners_percent)].into_iter().find_map(
        |(n, percent)| {
            let over = n > limits.creations as u64 && n * 100 > measures.destination * u64::from(percent);
            over.then(|| Trip {
                guard: "creations",
                what: "新規追加の件数".to_owned(),
                n,
                max: bound(percent),
            })
        },
    )
}

fn items<'a>(measures: &'a Measures, limits: &'a GuardLimits) -> impl Iterator<Item = Trip> + 'a {
    let over = |n: u64, people: u64, least: usize, percent: u32| {
        n > least as u64 && n * 100 > people * u64::from(percent)
    };
    measures.items.iter().filter(|item| !item.exempt).flat_map(move |item| {
        let changed = over(item.changed, item.people, limits.changed, limits.changed_percent).then(|| Trip {
            guard: "item_changed",
            what: format!("項目”{}”の更新件数", item.item),
            n: item.changed,
            max: share(item.people, limits.changed_percent).max(limits.changed as u64),
        });
        let cleared = over(item.cleared, item.people, limits.cleared, limits.cleared_percent).then(|| Trip {
            guard: "item_cleared",
            what: format!("項目”{}”の削除件数", item.item),
            n: item.cleared,
            max: share(item.people, limits.cleared_percent).max(limits.cleared as u64),
        });
        changed.into_iter().chain(cleared)
    })
}

fn rows(measures: &Measures, limits: &GuardLimits) -> Option<Trip> {
    let (before, after) = (measures.rows_before, measures.rows_after);
    let fewer = after * 100 < before * u64::from(limits.rows_percent);
    let missing = before.saturating_sub(after);
    let least = limits.rows_missing as u64;
    (fewer && missing >= least).then(|| {
        let allowed = share(before, 100 - limits.rows_percent.min(100));
        let max = allowed.max(least.saturating_sub(1));
        Trip {
            guard: "dependents_rows", what: "扶養家族情報の減少件数".to_owned(), n: missing, max
        }
    })
}

/// This many per cent, rounded down.
fn share(whole: u64, percent: u32) -> u64 {
    whole * u64::from(percent) / 100
}

#[cfg(test)]
mod tests;
