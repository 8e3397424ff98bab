//! What whole runs cost the daemon: real processes of the release build, against the sandbox and a `redis-server` of their own.
//!
//!     cargo bench --bench run -- full [--people 100000] [--rounds 3]
//!     cargo bench --bench run -- tenants [--tenants 1000] [--people 200] [--concurrency 64]
//!     cargo bench --bench run -- backlog [--jobs 50000] [--tenants 500] [--people 20] [--concurrency 64]
//!     cargo bench --bench run -- idle [--seconds 60]
//!
//! The services' quotas and the time that Kaonavi takes for a task are lifted, in the sandbox and in the configuration: they would
//! only be waited for. The daemon's CPU time is its `utime` and `stime`; its peak memory is `VmHWM`, reset before what is measured.
//! Memory depends on glibc's arenas, one a thread at first: with `MALLOC_ARENA_MAX=1` in the environment it is less and the same every
//! time. CPU time is the figure to compare: wall time is that of the sandbox and of Redis too, on the same cores.

#[path = "../../tests/support/mod.rs"]
mod support;

mod backlog;
mod full;
mod idle;
mod process;
mod stage;
mod table;
mod tenants;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo bench --bench run -- full|tenants|backlog|idle… [--people N] [--rounds N] [--tenants N] \
                     [--jobs N] [--concurrency N] [--seconds N]";

/// What was asked for: scenarios, and sizes that differ from their own.
struct Arguments {
    scenarios: Vec<String>,
    sizes: Vec<(String, usize)>,
}

impl Arguments {
    fn parse(words: impl Iterator<Item = String>) -> Option<Arguments> {
        let mut arguments = Arguments { scenarios: Vec::new(), sizes: Vec::new() };
        // Cargo adds `--bench`.
        let mut words = words.filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            match word.strip_prefix("--") {
                Some(name) => arguments.sizes.push((name.to_owned(), words.next()?.parse().ok()?)),
                None => arguments.scenarios.push(word),
            }
        }
        Some(arguments)
    }

    fn size(&self, name: &str, default: usize) -> usize {
        self.sizes.iter().find(|(known, _)| known == name).map_or(default, |(_, size)| *size)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(arguments) = Arguments::parse(std::env::args().skip(1)).filter(|a| !a.scenarios.is_empty())
    else {
        // Not a failure: `cargo bench` without a name comes by here, and a whole round takes minutes.
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    };
    let size = |name, default| arguments.size(name, default);
    for scenario in &arguments.scenarios {
        let table = match scenario.as_str() {
            "full" => full::measure(size("people", 100_000), size("rounds", 3)).await,
            "tenants" => {
                tenants::measure(size("tenants", 1_000), size("people", 200), size("concurrency", 64)).await
            }
            "backlog" => {
                let concurrency = size("concurrency", 64);
                backlog::measure(size("jobs", 50_000), size("tenants", 500), size("people", 20), concurrency)
                    .await
            }
            "idle" => idle::measure(size("seconds", 60)).await,
            unknown => {
                eprintln!("there is no scenario {unknown}\n{USAGE}");
                return ExitCode::from(2);
            }
        };
        println!("{table}");
    }
    ExitCode::SUCCESS
}
