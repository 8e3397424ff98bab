//! How a run ends whatever happens on its way: as a clean one does.

use serde_json::{Map, Value, json};

use crate::flows::{Flow, MAIN};
use crate::support::world::World;

/// What a run left behind, without what differs from one run to the next.
#[derive(Debug)]
pub(crate) struct Ending {
    /// All that the destination holds.
    pub(crate) state: Vec<Value>,
    /// Status, counts and people of the run.
    pub(crate) run: Map<String, Value>,
    /// Subject and body of each mail; the run's id is left out.
    mails: Vec<(String, String)>,
}

/// The main flow's world.
pub(crate) async fn world() -> World {
    MAIN.world().await
}

/// How a run ends when nothing goes wrong: it writes what the table says, the next one writes nothing, and the source is only read.
pub(crate) async fn clean(flow: &'static Flow) -> &'static Ending {
    let run = || async {
        let world = flow.world().await;
        let _daemon = world.daemon("clean").await;
        let run = flow.add(&world, &[]);
        let ending = Ending::of(flow, &world, &run).await;
        let name = flow.name;
        assert_eq!((&ending.run["status"], ending.mails.len()), (&json!("完了"), 1), "{name}: {ending:?}");
        let writes = world.sandbox.writes_of(flow.destination()).await;
        let expected = flow.writes.iter().map(|write| format!("{} {}", write.method, write.path));
        assert_eq!(writes.len(), flow.writes.len(), "{name}: {writes:?}");
        for (write, expected) in writes.iter().zip(expected) {
            assert!(write.starts_with(&expected), "{name}: {writes:?}");
        }
        let again = flow.add(&world, &[]);
        assert_eq!(world.ended(&again).await["status"], "完了", "{name}");
        let refused = ending.refused();
        let once_more = world.sandbox.writes_of(flow.destination()).await.len() - writes.len();
        assert!(once_more <= refused, "{name}: the second run writes nothing but what was refused");
        assert_eq!(flow.state(&world).await, ending.state, "{name}: the second run changes nothing");
        assert_eq!(world.sandbox.writes_of(flow.source()).await, [""; 0], "{name}: the source is only read");
        ending
    };
    flow.clean.get_or_init(run).await
}

impl Ending {
    /// Waits for the end of a run, and of its mail.
    pub(crate) async fn of(flow: &Flow, world: &World, run: &str) -> Ending {
        let shown = world.ended(run).await;
        world.outbox_is_empty().await;
        let mails = world.sandbox.mails().await;
        let mails = mails.into_iter().map(|(subject, body)| (subject, body.replace(run, "RUN"))).collect();
        let kept = ["status", "reason", "counts", "skipped", "people", "todo", "attempts"];
        let run = kept.iter().map(|key| ((*key).to_owned(), shown[*key].clone())).collect();
        Ending { state: flow.state(world).await, run, mails }
    }

    /// Fails, saying where, unless this is how a clean run of the flow ends.
    pub(crate) async fn is_clean(&self, flow: &'static Flow, what: &str) {
        let what = format!("{}: {what}", flow.name);
        let clean = clean(flow).await;
        assert_eq!(self.run, clean.run, "{what}");
        assert_eq!(self.mails, clean.mails, "{what}");
        for (here, there) in self.state.iter().zip(&clean.state) {
            assert_eq!(here, there, "{what}");
        }
        assert_eq!(self.state.len(), clean.state.len(), "{what}");
    }

    /// How often the run was tried.
    pub(crate) fn attempts(&mut self) -> u64 {
        let attempts = self.run["attempts"].as_u64().expect("a count");
        self.run["attempts"] = json!(1);
        attempts
    }

    /// How many people the service itself refused.
    fn refused(&self) -> usize {
        let people = self.run["people"].as_array().expect("people").iter();
        let errors = people.filter_map(|person| person["errors"].as_array()).flatten();
        errors.filter(|error| error["code"] == "E_REFUSED").count()
    }
}
