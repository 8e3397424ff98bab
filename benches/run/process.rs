//! What the kernel knows of a process (proc(5)).

use std::fs;
use std::time::Duration;

/// `USER_HZ`, which is part of Linux' interface and 100 everywhere.
const TICKS_PER_SECOND: u64 = 100;

/// A process that is watched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watched(pub(crate) u32);

impl Watched {
    /// User and system time so far.
    pub(crate) fn cpu(self) -> Duration {
        let stat = self.read("stat");
        // The name stands in brackets and may hold anything; the fields after it are counted from 3.
        let (_, fields) = stat.rsplit_once(')').expect("the name ends with a bracket");
        let ticks = |field: usize| -> u64 {
            fields.split_whitespace().nth(field - 3).and_then(|text| text.parse().ok()).expect("ticks")
        };
        Duration::from_millis((ticks(14) + ticks(15)) * 1000 / TICKS_PER_SECOND)
    }

    /// False once it has ended, even if nobody took note of that.
    fn lives(self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, fields)| !fields.trim_start().starts_with(['Z', 'X']))
    }

    /// Bytes of memory in use.
    pub(crate) fn memory(self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most bytes of memory in use since [`Watched::forget_peak`].
    pub(crate) fn peak(self) -> u64 {
        self.status("VmHWM:")
    }

    /// The peak is what is in use now.
    pub(crate) fn forget_peak(self) {
        fs::write(format!("/proc/{}/clear_refs", self.0), "5").expect("the process is ours");
    }

    fn status(self, key: &str) -> u64 {
        let status = self.read("status");
        let line = status.lines().find_map(|line| line.strip_prefix(key)).expect("a known key");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("kB") * 1024
    }

    fn read(self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.0)).expect("the process lives")
    }
}

/// What a piece of work cost a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
    pub(crate) peak: u64,
}

/// Waits for `work`, which would never be done if the process ended.
pub(crate) async fn watch<T>(process: Watched, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            value = &mut work => return value,
            () = tokio::time::sleep(Duration::from_secs(1)) => assert!(process.lives(), "the daemon ended"),
        }
    }
}

/// Measures what a process does until `work` is done.
pub(crate) async fn cost<T>(process: Watched, work: impl Future<Output = T>) -> (Cost, T) {
    process.forget_peak();
    let (cpu, start) = (process.cpu(), std::time::Instant::now());
    let value = watch(process, work).await;
    let cost = Cost { wall: start.elapsed(), cpu: process.cpu().saturating_sub(cpu), peak: process.peak() };
    (cost, value)
}

/// The one in the middle.
pub(crate) fn median<T: Copy + PartialOrd>(values: impl IntoIterator<Item = T>) -> T {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_by(|left, right| left.partial_cmp(right).expect("numbers"));
    values[values.len() / 2]
}
