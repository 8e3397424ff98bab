//! The values that go in and out of the scripts.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;

use crate::job::RunId;

/// After so many crashed attempts a run is ended instead of tried again.
pub const MOST_CRASHES: u32 = 3;

/// What `begin` needs to make a run of a job.
#[derive(Debug, Clone, Default)]
pub struct NewRun {
    /// The history's flat fields (`organization`, `flow`, `trigger`, …). `status`, `attempts`, `started_at` and the
    /// like are the scripts' own.
    pub fields: Vec<(&'static str, String)>,
    /// The link, for the index.
    pub link: String,
    /// The accounts to lock, as `<service>:<id>`.
    pub accounts: Vec<String>,
    /// The idempotency key.
    pub key: Option<String>,
    /// The run that the job names, if it is one that comes back.
    pub run: Option<RunId>,
}

/// What became of a delivered job.
#[derive(Debug, Clone)]
pub enum Begun {
    /// An attempt began and holds the accounts' locks.
    Started(Claim, Earlier),
    /// An account is busy, or an older run waits for it. The run stands in line, its entry is gone.
    Waiting {
        /// The run that waits.
        run: RunId,
    },
    /// Another job had the idempotency key first. The run is 完了 with nothing done.
    Duplicate {
        /// The run of this job.
        run: RunId,
        /// The run that has the key.
        of: RunId,
    },
    /// Attempts crashed three times; the caller finishes the run as `F_CRASH`.
    Crashed(Claim, Earlier),
    /// There is nothing to do: the run ended, another entry carries it, or another worker has the entry.
    Ended,
    /// The job names a run that doesn't exist; the caller rejects it.
    Unknown,
}

/// The right to change a run, until another attempt begins it.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The run.
    pub run: RunId,
    /// The stream entry that carries it.
    pub entry: String,
    /// The number of this begin.
    pub epoch: u64,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    /// The link.
    pub link: String,
    /// The accounts whose locks it holds, as `<service>:<id>`.
    pub accounts: Vec<String>,
    /// When the job was enqueued, in milliseconds.
    pub enqueued_ms: u64,
    /// When the begin was sent: the lease counts from here.
    pub(super) since: Instant,
    pub(super) consumer: Arc<str>,
    /// The epoch of an earlier attempt that left people behind.
    pub(super) stale_people: Option<u64>,
    /// The number of the last record. Records of one claim go one after the other.
    pub(super) records: Arc<Mutex<u64>>,
}

/// What earlier attempts of a run left behind.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// The intents as JSON, empty if there are none.
    pub intents: String,
    /// When the first attempt started, RFC 3339.
    pub started_at: String,
}

/// Whether the caller still had the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Yes, and the change is made.
    Yes,
    /// No: another attempt began it or it ended. Nothing was changed, and the caller stops.
    Lost,
    /// Only from a `put_back` after a crash: it was the last one allowed. The caller still has the run and finishes
    /// it as `F_CRASH`.
    Poisoned,
}
