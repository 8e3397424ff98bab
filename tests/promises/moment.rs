//! Moments of a run, found from outside: the sandbox holds a request, and while it is held the daemon is killed, frozen or drained.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::daemon::Daemon;
use crate::support::world::World;
use crate::support::{PATIENCE, eventually};

/// A request of a run: the first that matches after so many others that do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) skip: usize,
}

/// Where a daemon is met.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// The request is sent; the service never gets to see it.
    Unserved(Target),
    /// The service has served the request; the daemon hasn't seen the answer.
    Unanswered(Target),
    /// The daemon has the answer and couldn't record it yet.
    Unrecorded(Target),
    /// So many requests that match were answered.
    Answered(Target),
}

impl Target {
    pub(crate) const fn new(method: &'static str, path: &'static str, skip: usize) -> Target {
        Target { method, path, skip }
    }

    /// A fault that hits this request.
    pub(crate) fn fault(self, action: &Value) -> Value {
        json!({"match": {"method": self.method, "path": self.path}, "skip": self.skip, "times": 1, "action": action})
    }

    fn is_answered(self, requests: &[String]) -> bool {
        let matches = |request: &&String| {
            let rest =
                request.strip_prefix(self.method).and_then(|rest| rest.trim_start().strip_prefix(self.path));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        requests.iter().filter(matches).count() > self.skip
    }

    async fn answered(self, world: &World) {
        eventually(&format!("the answer to {self:?}"), PATIENCE, || async {
            self.is_answered(&world.sandbox.requests().await).then_some(())
        })
        .await;
    }
}

impl Moment {
    /// Makes sure that the moment will come; before the job is added.
    pub(crate) async fn prepare(self, world: &World) {
        let action = match self {
            Moment::Unserved(_) => json!({"delay_ms": 20_000, "drop": true}),
            Moment::Unanswered(_) | Moment::Unrecorded(_) => json!({"delay_ms": 1_500}),
            Moment::Answered(_) => return,
        };
        world.sandbox.plant(self.target().fault(&action)).await;
    }

    fn target(self) -> Target {
        let (Moment::Unserved(target)
        | Moment::Unanswered(target)
        | Moment::Unrecorded(target)
        | Moment::Answered(target)) = self;
        target
    }

    /// Waits for the moment and kills the daemon in it.
    pub(crate) async fn kill(self, world: &World, daemon: Daemon) {
        match self {
            Moment::Unserved(_) => world.sandbox.hit().await,
            Moment::Unanswered(_) => self.freeze(world, &daemon).await,
            Moment::Unrecorded(target) => {
                world.sandbox.hit().await;
                world.redis.cli(&["CLIENT", "PAUSE", "60000", "WRITE"]);
                target.answered(world).await;
                // It shows nowhere that the answer has arrived; that it hasn't would be another good moment.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Moment::Answered(target) => target.answered(world).await,
        }
        daemon.kill();
        world.redis.cli(&["CLIENT", "UNPAUSE"]);
    }

    /// Waits until the service has the request, stops the daemon and lets the service answer.
    pub(crate) async fn freeze(self, world: &World, daemon: &Daemon) {
        world.sandbox.hit().await;
        daemon.signal("STOP");
        self.target().answered(world).await;
    }
}
