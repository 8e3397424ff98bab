//! Many small companies at once: a link and a tenant each, all due in one moment.

use std::time::Duration;

use crate::process::cost;
use crate::stage::{Fields, Stage, sync};
use crate::table::{Table, megabytes, per_second, seconds};

pub(crate) async fn measure(tenants: usize, people: usize, concurrency: usize) -> Table {
    let stage = Stage::new(people).await;
    let mut daemon = stage.daemon(tenants, concurrency);
    let ready = daemon.ready().await;
    let idle = daemon.process().memory();
    let jobs: Vec<Fields> = (1..=tenants).map(|number| sync(&format!("t{number}"))).collect();
    let mut table =
        Table::new(format!("tenants: {tenants} links × {people} people, concurrency {concurrency}"));
    table.row("start to ready", seconds(ready));
    table.row("RSS before", megabytes(idle));
    // The tenants are made on first use, which is the sandbox's time; the second round has none of that, and nothing to write.
    for round in ["first", "second"] {
        let (cost, ends) = cost(daemon.process(), async {
            let runs = stage.enqueue(&jobs).await;
            stage.ended(&runs).await
        })
        .await;
        table.exactly(format!("{round}: 完了"), ends.get("完了").copied().unwrap_or(0), tenants);
        table.exactly(format!("{round}: left in Redis"), stage.left(), 0);
        table.at_most(format!("{round}: peak RSS"), cost.peak, 150_000_000, megabytes);
        table.row(format!("{round}: CPU"), seconds(cost.cpu));
        table.at_most(format!("{round}: wall"), cost.wall, Duration::from_secs(600), seconds);
        table.row(format!("{round}: runs/s"), per_second(tenants, cost.wall));
    }
    table
}
