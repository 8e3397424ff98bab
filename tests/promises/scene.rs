//! One run that does everything (a creation, changed members, two sheets, errors), and how it must end whatever happens on the way.

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::support::world::World;

const EMPLOYEES: usize = 60;

/// What a run left behind, without what differs from one run to the next.
#[derive(Debug)]
pub(crate) struct Ending {
    /// Everybody in Kaonavi.
    pub(crate) members: Value,
    /// Status, counts and people of the run.
    run: Value,
    /// Subject and body of each mail; the run's id is left out.
    mails: Vec<(String, String)>,
}

/// A world in which the two services differ in every way that the flow carries.
pub(crate) async fn world() -> World {
    let world = World::new(EMPLOYEES, "").await;
    stage(&world).await;
    world
}

async fn stage(world: &World) {
    let new = json!({
        "employeeNumber": "N0001", "lastName": "新", "firstName": "人子", "lastNameKana": "アタラシ", "firstNameKana": "ヒトコ",
        "gender": "女性", "birthDate": "1999-09-09", "email": "n0001@example.jp", "phoneNumber": "03-1234-5678",
        "hireDate": "2020-04-01", "employeeCategory": "正社員", "dependents": []
    });
    world.sandbox.officestation(new).await;
    let changed = json!({"employeeNumber": "A0004", "email": "a0004@changed.example.jp", "phoneNumber": "03-8765-4321"});
    world.sandbox.officestation(changed).await;
}

/// How the run ends when nothing goes wrong.
pub(crate) async fn clean() -> &'static Ending {
    static CLEAN: OnceCell<Ending> = OnceCell::const_new();
    CLEAN
        .get_or_init(|| async {
            let world = world().await;
            let _daemon = world.daemon("clean").await;
            let run = world.sync(&[]);
            let ending = Ending::of(&world, &run).await;
            let writes = world.sandbox.writes().await;
            let kinds: Vec<&str> =
                writes.iter().map(|write| write.rsplit_once('/').expect("a path").0).collect();
            let api = "/kaonavi/api/v2.0";
            let sheet = format!("PATCH {api}/sheets");
            assert_eq!(kinds, [format!("POST {api}"), format!("PATCH {api}"), sheet.clone(), sheet]);
            assert_eq!((&ending.run["status"], ending.mails.len()), (&json!("完了"), 1), "{ending:?}");
            ending
        })
        .await
}

impl Ending {
    /// Waits for the end of a run, and of its mail.
    pub(crate) async fn of(world: &World, run: &str) -> Ending {
        let shown = world.ended(run).await;
        world.outbox_is_empty().await;
        let mails = world.sandbox.mails().await;
        let mails = mails.into_iter().map(|(subject, body)| (subject, body.replace(run, "RUN"))).collect();
        let kept = ["status", "reason", "counts", "skipped", "people", "todo", "attempts"];
        let run = kept.iter().map(|key| ((*key).to_owned(), shown[*key].clone())).collect();
        Ending { members: world.sandbox.members().await, run, mails }
    }

    /// Fails, saying where, unless this is how a clean run ends.
    pub(crate) async fn is_clean(&self, what: &str) {
        let clean = clean().await;
        assert_eq!(self.run, clean.run, "{what}");
        assert_eq!(self.mails, clean.mails, "{what}");
        let all = |members: &Value| members.as_array().expect("members").clone();
        let (here, there) = (all(&self.members), all(&clean.members));
        for (member, expected) in here.iter().zip(&there) {
            assert_eq!(member, expected, "{what}");
        }
        assert_eq!(here.len(), there.len(), "{what}");
    }

    /// How often the run was tried.
    pub(crate) fn attempts(&mut self) -> u64 {
        let attempts = self.run["attempts"].as_u64().expect("a count");
        self.run["attempts"] = json!(1);
        attempts
    }
}
