//! A daemon without work.

use std::time::{Duration, Instant};

use crate::stage::Stage;
use crate::table::{Table, megabytes, milliseconds};

pub(crate) async fn measure(time: usize) -> Table {
    let stage = Stage::new(20).await;
    let mut daemon = stage.daemon(1, 8);
    let ready = daemon.ready().await;
    let process = daemon.process();
    let (cpu, start) = (process.cpu(), Instant::now());
    tokio::time::sleep(Duration::from_secs(time as u64)).await;
    let share = process.cpu().saturating_sub(cpu).as_secs_f64() / start.elapsed().as_secs_f64() * 100.0;
    let mut table = Table::new(format!("idle: {time} s, one link"));
    table.at_most("start to ready", ready, Duration::from_millis(100), milliseconds);
    table.at_most("RSS", process.memory(), 20_000_000, megabytes);
    table.at_most("CPU of a core", share, 0.5, |share| format!("{share:.2} %"));
    table
}
