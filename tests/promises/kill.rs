//! Promises 1 to 3: a daemon that is killed at any moment of a run leaves no trace but an attempt more. Another one ends the run as if
//! nothing had happened: the same state of the destination, the same counts, one mail. Every flow of the table dies at each of its
//! reads and around each of its writes; Kaonavi's tasks, which go on without us, have moments of their own.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};

use crate::flows::{FLOWS, Flow, MAIN, WIDE, room};
use crate::moment::Moment::{self, Answered, Unanswered, Unrecorded, Unserved};
use crate::moment::Target;
use crate::scene::{self, Ending};
use crate::support::world::World;
use crate::support::{PATIENCE, eventually};

/// When the daemon that takes over is started.
#[derive(Clone, Copy, Debug)]
enum Heir {
    Before,
    After,
}

impl Heir {
    /// One case after the other has the other one.
    fn of(case: usize) -> Heir {
        if case.is_multiple_of(2) { Heir::After } else { Heir::Before }
    }
}

/// One death: of which flow, at which moment, with tasks that take so long, and who inherits.
struct Death {
    flow: &'static Flow,
    moment: Moment,
    task_ms: u64,
    heir: Heir,
    left: Left,
}

/// What the dead attempt had recorded of its last write.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Left {
    /// It was still reading.
    Nothing,
    /// An intent without an answer.
    Doubt,
    /// A task id.
    Task,
    /// That it was done.
    Settled,
}

impl Left {
    fn of(world: &World, run: &str) -> Left {
        let Some(intents) = world.state(run, "intents") else { return Left::Nothing };
        for value in ["example.jp", "人子", "アタラシ"] {
            assert!(!intents.contains(value), "no value is part of an intent: {intents}");
        }
        let intents: Value = serde_json::from_str(&intents).expect("JSON");
        match &intents.as_array().and_then(|intents| intents.last()).expect("an intent")["answer"] {
            answer if answer == "unknown" => Left::Doubt,
            answer if answer["task"].is_u64() => Left::Task,
            _ => Left::Settled,
        }
    }
}

/// The look at task `n`, if each task is done at the first look.
fn task(n: usize) -> Target {
    Target::new("GET", "/kaonavi/api/v2.0/tasks", n)
}

/// A death of the main flow.
fn at(moment: Moment, left: Left, heir: Heir) -> Death {
    Death { flow: MAIN, moment, task_ms: 10, heir, left }
}

/// With tasks that are still on their way when another daemon takes over.
fn slow(moment: Moment, left: Left, heir: Heir) -> Death {
    Death { task_ms: 4_500, ..at(moment, left, heir) }
}

/// A death of any flow.
fn of(flow: &'static Flow, case: usize, moment: Moment, left: Left) -> Death {
    Death { flow, ..at(moment, left, Heir::of(case)) }
}

async fn tasks(world: &World, ms: u64) {
    world.sandbox.control("settings", json!({"service": "kaonavi", "task_ms": ms})).await;
}

async fn die(death: Death) {
    let _room = room().await;
    // On a machine that is busy beyond measure the daemon may have gone on by the time it is killed: another moment than was meant.
    for _ in 0..5 {
        if die_once(&death).await == Met::AsMeant {
            return;
        }
    }
    panic!("never met {:?}", death.moment);
}

/// Whether the daemon was killed in the moment that was meant. How the run ends must be right in any case.
#[derive(PartialEq)]
enum Met {
    AsMeant,
    TooLate,
}

async fn die_once(death: &Death) -> Met {
    let flow = death.flow;
    let mut world = flow.world().await;
    // What was served shows and isn't waited for; what never came isn't waited for without end.
    let was_served = !matches!(death.moment, Unserved(_));
    world.set("settle: 2s", if was_served { "settle: 120s" } else { "settle: 6s" });
    tasks(&world, death.task_ms).await;
    let daemon = world.daemon("first").await;
    death.moment.prepare(&world).await;
    let run = flow.add(&world, &[]);
    let heir = match death.heir {
        Heir::Before => {
            world.becomes(&run, "status", "実行中").await;
            Some(world.daemon("second").await)
        }
        Heir::After => None,
    };
    death.moment.kill(&world, daemon).await;
    let what = format!("killed at {:?}", death.moment);
    let was_running = world.state(&run, "status").as_deref() == Some("実行中");
    let met = was_running && Left::of(&world, &run) == death.left;
    // From here on nothing has to be slow.
    tasks(&world, 10).await;
    let _heir = match heir {
        Some(heir) => heir,
        None => world.daemon("second").await,
    };
    let mut ending = Ending::of(flow, &world, &run).await;
    let attempts = ending.attempts();
    ending.is_clean(flow, &what).await;
    if !met {
        return Met::TooLate;
    }
    assert_eq!(attempts, 2, "{}: {what}", flow.name);
    Met::AsMeant
}

async fn die_each(deaths: impl IntoIterator<Item = Death>) {
    let deaths: Vec<Death> = deaths.into_iter().collect();
    join_all(deaths.iter().map(|death| scene::clean(death.flow))).await;
    let cases: Vec<_> = deaths.into_iter().map(|death| tokio::spawn(die(death))).collect();
    for case in join_all(cases).await {
        case.expect("a case holds");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_least_once_with_one_effect_killed_while_reading() {
    let reads = |flow: &'static Flow| {
        let read = move |(n, read): (usize, &Target)| {
            let moment = if n % 3 == 2 { Unanswered(*read) } else { Unserved(*read) };
            of(flow, n, moment, Left::Nothing)
        };
        flow.reads.iter().enumerate().map(read)
    };
    die_each(FLOWS.iter().flat_map(reads)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_least_once_with_one_effect_killed_around_each_write() {
    let writes = |flow: &'static Flow| {
        let around = |write: &Target| [Unserved(*write), Unanswered(*write), Unrecorded(*write)];
        let moments = flow.writes.iter().flat_map(around);
        moments.enumerate().map(move |(n, moment)| of(flow, n, moment, Left::Doubt))
    };
    die_each(FLOWS.iter().flat_map(writes)).await;
}

/// E38 of `reference/mediment.md`, for every flow that cuts its people into batches.
#[tokio::test(flavor = "multi_thread")]
async fn at_least_once_with_one_effect_killed_after_half_the_batches() {
    let halfway = |flow: &'static Flow| {
        let later = flow.writes.iter().filter(|write| write.skip > 0);
        let moments = later.flat_map(|write| [Unserved(*write), Unanswered(*write)]);
        moments.enumerate().map(move |(n, moment)| of(flow, n, moment, Left::Doubt))
    };
    die_each(WIDE.iter().flat_map(halfway)).await;
}

/// Kaonavi works on what it has taken while nobody looks.
#[tokio::test(flavor = "multi_thread")]
async fn at_least_once_with_one_effect_killed_between_and_during_tasks() {
    die_each([
        slow(Unanswered(MAIN.writes[0]), Left::Doubt, Heir::Before),
        slow(Answered(task(0)), Left::Task, Heir::After),
        slow(Answered(task(20)), Left::Task, Heir::Before),
        at(Unanswered(task(0)), Left::Task, Heir::After),
        at(Unrecorded(task(0)), Left::Task, Heir::Before),
        at(Unserved(task(1)), Left::Task, Heir::Before),
        at(Unserved(task(3)), Left::Task, Heir::After),
        at(Unanswered(task(3)), Left::Task, Heir::Before),
        at(Unrecorded(task(3)), Left::Task, Heir::After),
    ])
    .await;
}

/// With the times of production.
#[tokio::test(flavor = "multi_thread")]
async fn fast_recovery_within_twenty_seconds() {
    let mut world = scene::world().await;
    world.set("lease: 3s", "lease: 15s");
    world.set("renew: 500ms", "renew: 5s");
    world.set("write_margin: 1s", "write_margin: 5s");
    world.set("sweep: 200ms", "sweep: 1s");
    let moment = Unserved(Target::new("GET", "/kaonavi/api/v2.0/members", 0));
    let daemon = world.daemon("first").await;
    moment.prepare(&world).await;
    let run = world.sync(&[]);
    world.becomes(&run, "status", "実行中").await;
    let _heir = world.daemon("second").await;
    moment.kill(&world, daemon).await;
    let killed = Instant::now();
    world.becomes(&run, "attempts", "2").await;
    assert!(killed.elapsed() <= Duration::from_secs(20), "{:?}", killed.elapsed());
    assert_eq!(Ending::of(MAIN, &world, &run).await.attempts(), 2);
}

/// Between the last script and the mail nothing is left to be done twice.
#[tokio::test(flavor = "multi_thread")]
async fn one_end_killed_right_after_the_finish() {
    let world: World = scene::world().await;
    // The mail stands at the door of its server while the daemon dies.
    let held = json!({"service": "smtp", "times": 1, "action": {"delay_ms": 20_000, "drop": true}});
    world.sandbox.plant(held).await;
    let daemon = world.daemon("first").await;
    let run = world.sync(&[]);
    world.sandbox.hit().await;
    daemon.kill();
    assert_eq!(world.state(&run, "status").as_deref(), Some("完了"));
    let _heir = world.daemon("second").await;
    // Its mailer takes the dead one's entry over after 15 s.
    eventually("the mail", PATIENCE, || async { (world.sandbox.mails().await.len() == 1).then_some(()) })
        .await;
    Ending::of(MAIN, &world, &run).await.is_clean(MAIN, "the run").await;
}
