//! A backlog of many jobs, most of them invalid, and how long the daemon takes to work it off.

use std::time::{Duration, Instant};

use super::daemon::restrict;
use super::eventually;
use super::world::World;

/// What waits when the daemon starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backlog {
    pub(crate) invalid: usize,
    pub(crate) valid: usize,
    /// Over how many tenants the valid ones are spread, each with a link of its own.
    pub(crate) tenants: usize,
    /// Longer than this it must not take.
    pub(crate) limit: Duration,
}

const FLOW: &str = "officestation-to-kaonavi";

/// Fills the stream, starts a daemon, waits until it has ended every run, and checks each end. The world, and the time it took.
pub(crate) async fn work_off(backlog: Backlog) -> (World, Duration) {
    let mut world = World::new(20, "").await;
    world.config =
        format!("links_dir: links.d\n{}", world.config.replace("worker:\n", "worker:\n  concurrency: 32\n"));
    write_links(&world, backlog.tenants);
    let (invalid, valid) = fill(&world, backlog);
    let start = Instant::now();
    let daemon = world.daemon("daemon").await;
    let count = |words: &[&str]| world.redis.try_ask::<usize>(words).unwrap_or(usize::MAX);
    eventually("the backlog to be worked off", backlog.limit, || async {
        let open = count(&["XLEN", "renkei:jobs"])
            + count(&["ZCARD", "renkei:waiting"])
            + count(&["ZCARD", "renkei:delayed"]);
        (open == 0).then_some(())
    })
    .await;
    let took = start.elapsed();
    assert_eq!(field(&world, &valid, "status"), vec!["完了"; valid.len()]);
    assert_eq!(field(&world, &invalid, "status"), vec!["異常終了"; invalid.len()]);
    assert_eq!(field(&world, &invalid, "reason.code"), vec!["F_JOB"; invalid.len()]);
    assert_eq!(field(&world, &valid, "counts.target"), vec!["1"; valid.len()]);
    assert!(daemon.drain().await.success());
    (world, took)
}

fn write_links(world: &World, tenants: usize) {
    let folder = world.folder().join("links.d");
    std::fs::create_dir(&folder).expect("a folder");
    let http = &world.sandbox.http;
    // The first two numbers are the demo tenant, which has a link already.
    for number in 2..2 + tenants {
        let link = format!(
            "kind: officestation-kaonavi\n\
             officestation: {{ base_url: \"{http}/officestation\", station_id: STDEMO{number:02}, login_id: renkei-api, password: demo-password }}\n\
             kaonavi: {{ base_url: \"{http}/kaonavi\", consumer_key: demo-key-{number}, consumer_secret: demo-secret-{number}, task_poll: [50ms] }}\n"
        );
        let path = folder.join(format!("t{number}.yaml"));
        std::fs::write(&path, link).expect("a link");
        restrict(&path);
    }
}

/// Adds the jobs, the valid ones evenly among the invalid ones. The ids of both.
fn fill(world: &World, backlog: Backlog) -> (Vec<String>, Vec<String>) {
    let links: Vec<String> = (2..2 + backlog.tenants).map(|number| format!("t{number}")).collect();
    let huge = "x".repeat(5000);
    let bad: [&[&str]; 5] = [
        &["link", "nobody", "flow", FLOW],
        &["link", "acme", "flow", "no-such-flow"],
        &["link", "acme", "flow", FLOW, "month", "2026-10"],
        &["rubbish", "rubbish"],
        &["link", "acme", "flow", FLOW, "requested_by", &huge],
    ];
    let every = (backlog.invalid + backlog.valid) / backlog.valid;
    let (mut commands, mut kinds) = (Vec::new(), Vec::new());
    for n in 0..backlog.invalid + backlog.valid {
        let is_valid = n % every == 0 && n / every < backlog.valid;
        let mut words = vec!["XADD", "renkei:jobs", "*"];
        if is_valid {
            let link = links[n / every % links.len()].as_str();
            words.extend(["link", link, "flow", FLOW, "employees", "A0001", "dry_run", "true"]);
        } else {
            words.extend(bad[n % bad.len()]);
        }
        commands.push(words);
        kinds.push(is_valid);
    }
    let ids: Vec<String> = world.redis.ask_all(&commands);
    let of = |kind: bool| {
        ids.iter().zip(&kinds).filter(|(_, is_valid)| **is_valid == kind).map(|(id, _)| id.clone()).collect()
    };
    (of(false), of(true))
}

/// One field of many runs.
fn field(world: &World, runs: &[String], field: &str) -> Vec<String> {
    let keys: Vec<String> = runs.iter().map(|run| format!("renkei:run:{run}")).collect();
    let commands: Vec<Vec<&str>> = keys.iter().map(|key| vec!["HGET", key.as_str(), field]).collect();
    let values: Vec<Option<String>> = world.redis.ask_all(&commands);
    values.into_iter().map(Option::unwrap_or_default).collect()
}
