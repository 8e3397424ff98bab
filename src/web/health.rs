//! Whether the daemon's loops turn. Each says so by a beat; one that has not beaten within its limit is stuck.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// All loops of the process.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<BTreeMap<&'static str, Loop>>>);

#[derive(Debug)]
struct Loop {
    last: Instant,
    limit: Duration,
}

/// One loop's hand on the register. Dropping it does not take the loop out: a loop whose task died is stuck, and shows as such.
#[derive(Debug, Clone)]
pub struct Beat {
    health: Health,
    name: &'static str,
}

impl Health {
    /// Enters a loop that must beat at least once within `limit`. It has just beaten.
    pub fn register(&self, name: &'static str, limit: Duration) -> Beat {
        self.with(|loops| loops.insert(name, Loop { last: Instant::now(), limit }));
        Beat { health: self.clone(), name }
    }

    /// The names of all loops and whether each turns.
    pub fn loops(&self) -> BTreeMap<&'static str, bool> {
        self.at(Instant::now())
    }

    /// The names of loops that are stuck.
    pub fn stuck(&self) -> Vec<&'static str> {
        self.loops().into_iter().filter(|(_, turns)| !turns).map(|(name, _)| name).collect()
    }

    fn at(&self, now: Instant) -> BTreeMap<&'static str, bool> {
        let turns = |state: &Loop| now.saturating_duration_since(state.last) <= state.limit;
        self.with(|loops| loops.iter().map(|(name, state)| (*name, turns(state))).collect())
    }

    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<&'static str, Loop>) -> T) -> T {
        // Nothing under this lock can leave the map half changed.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Beat {
    /// Says that the loop turns.
    pub fn beat(&self) {
        self.health.with(|loops| {
            if let Some(state) = loops.get_mut(self.name) {
                state.last = Instant::now();
            }
        });
    }

    /// Takes the loop out, because it has ended as it should.
    pub fn stop(self) {
        self.health.with(|loops| loops.remove(self.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_misses_its_limit_is_stuck_until_it_beats_again() {
        let health = Health::default();
        let beat = health.register("consumer", Duration::from_secs(30));
        let _mailer = health.register("mailer", Duration::from_secs(300));
        assert!(health.stuck().is_empty());
        let later = health.at(Instant::now() + Duration::from_secs(60));
        assert_eq!(later, BTreeMap::from([("consumer", false), ("mailer", true)]));
        health.with(|loops| loops.get_mut("consumer").unwrap().limit = Duration::ZERO);
        assert_eq!(health.stuck(), ["consumer"]);
        health.with(|loops| loops.get_mut("consumer").unwrap().limit = Duration::from_secs(30));
        beat.beat();
        assert!(health.stuck().is_empty());
    }

    #[test]
    fn a_loop_that_ended_as_it_should_is_not_stuck_but_one_that_died_is() {
        let health = Health::default();
        health.register("scheduler", Duration::ZERO).stop();
        assert!(health.loops().is_empty());
        drop(health.register("consumer", Duration::ZERO));
        assert!(health.loops().contains_key("consumer"));
    }
}
