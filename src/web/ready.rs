//! `/readyz`: whether the daemon can work, dependency by dependency.

use std::collections::BTreeMap;

use serde::Serialize;

/// What the rest of the daemon knows of its dependencies at this moment.
#[derive(Debug, Clone, Copy)]
pub struct Dependencies {
    /// Redis answers.
    pub redis: bool,
    /// The data in Redis is of a version this build knows.
    pub schema: bool,
    /// The daemon is going down.
    pub draining: bool,
    /// `up` or `down` at the last try, `unknown` before the first, `off` where no mail is configured; only shown.
    pub smtp: &'static str,
}

/// The answer of `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    ready: bool,
    redis: &'static str,
    schema: &'static str,
    draining: bool,
    loops: BTreeMap<&'static str, &'static str>,
    smtp: &'static str,
}

impl Readiness {
    /// Judges the dependencies: SMTP never counts, all else does.
    pub fn of(dependencies: Dependencies, loops: &BTreeMap<&'static str, bool>) -> Self {
        let Dependencies { redis, schema, draining, smtp } = dependencies;
        let loops_turn = loops.values().all(|turns| *turns);
        Readiness {
            ready: redis && schema && !draining && loops_turn,
            redis: if redis { "up" } else { "down" },
            schema: if schema { "ok" } else { "unknown" },
            draining,
            loops: loops.iter().map(|(name, turns)| (*name, if *turns { "ok" } else { "stuck" })).collect(),
            smtp,
        }
    }

    /// Whether the daemon can work.
    pub fn is_ready(&self) -> bool {
        self.ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: Dependencies = Dependencies { redis: true, schema: true, draining: false, smtp: "down" };

    #[test]
    fn a_mail_server_that_is_down_is_shown_and_counts_for_nothing() {
        let readiness = Readiness::of(FINE, &BTreeMap::from([("consumer", true)]));
        assert!(readiness.is_ready());
        insta::assert_snapshot!(serde_json::to_string(&readiness).unwrap(), @r#"{"ready":true,"redis":"up","schema":"ok","draining":false,"loops":{"consumer":"ok"},"smtp":"down"}"#);
    }

    #[test]
    fn redis_schema_draining_and_a_stuck_loop_each_count() {
        let none = BTreeMap::new();
        assert!(!Readiness::of(Dependencies { redis: false, ..FINE }, &none).is_ready());
        assert!(!Readiness::of(Dependencies { schema: false, ..FINE }, &none).is_ready());
        assert!(!Readiness::of(Dependencies { draining: true, ..FINE }, &none).is_ready());
        let stuck = Readiness::of(FINE, &BTreeMap::from([("mailer", false), ("consumer", true)]));
        assert!(!stuck.is_ready());
        insta::assert_snapshot!(serde_json::to_string(&stuck).unwrap(), @r#"{"ready":false,"redis":"up","schema":"ok","draining":false,"loops":{"consumer":"ok","mailer":"stuck"},"smtp":"down"}"#);
    }
}
