//! A stream that filled while no daemon ran: four entries in five are no valid jobs.

use std::time::Instant;

use crate::process::watch;
use crate::stage::{Fields, Stage, sync};
use crate::table::{Table, megabytes, per_second, seconds};

pub(crate) async fn measure(jobs: usize, tenants: usize, people: usize, concurrency: usize) -> Table {
    let stage = Stage::new(people).await;
    let waiting: Vec<Fields> = (0..jobs).map(|n| job(n, tenants)).collect();
    let valid = (0..jobs).filter(|n| is_valid(*n)).count();
    let runs = stage.enqueue(&waiting).await;
    let start = Instant::now();
    let mut daemon = stage.daemon(tenants, concurrency);
    let ready = daemon.ready().await;
    let process = daemon.process();
    let ends = watch(process, stage.ended(&runs)).await;
    let wall = start.elapsed();
    let ended = |status: &str| ends.get(status).copied().unwrap_or(0);
    let indexed: usize = stage.redis.ask(&["ZCARD", "renkei:runs"]);
    let mut table = Table::new(format!(
        "backlog: {jobs} jobs, {valid} of them valid, {tenants} tenants × {people} people, concurrency {concurrency}"
    ));
    table.row("start to ready", seconds(ready));
    table.exactly("完了", ended("完了"), valid);
    table.exactly("異常終了", ended("異常終了"), jobs - valid);
    table.exactly("in the history's index", indexed, jobs);
    table.exactly("left in Redis", stage.left(), 0);
    table.row("wall", seconds(wall));
    table.row("jobs/s", per_second(jobs, wall));
    table.row("CPU", seconds(process.cpu()));
    table.at_most("peak RSS", process.peak(), 150_000_000, megabytes);
    table
}

fn is_valid(n: usize) -> bool {
    n.is_multiple_of(5)
}

/// Valid and invalid jobs take turns. Only few have no link: of those the history keeps 10,000, and all are to be counted.
fn job(n: usize, tenants: usize) -> Fields {
    let link = format!("t{}", n / 5 % tenants + 1);
    let mut job = sync(&link);
    match n % 5 {
        0 => {}
        1 if n.is_multiple_of(3) => job[0] = ("link", "nobody".to_owned()),
        1 | 2 => job[1] = ("flow", "officestation-to-nowhere".to_owned()),
        3 => job.push(("colour", "blue".to_owned())),
        _ => job.push(("items", "血液型".to_owned())),
    }
    job
}
