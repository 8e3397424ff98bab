//! The queue: jobs, runs and locks in Redis, and everything that changes them.
//!
//! # Keys
//!
//! All keys start with the configured prefix, `renkei` here. With `{renkei}` they share one slot of a cluster; every
//! script is passed all keys that it touches. A score or an expiry always follows the clock of Redis.
//!
//! - `renkei:jobs`, a stream with the group `workers`. An entry is a job that nobody ended yet: acknowledging and
//!   deleting are one step, so its length is the open work on the stream.
//! - `renkei:run:<id>`, a hash: the run's history, flat (`counts.created`, `reason.code`), absent = null, and inner
//!   fields. `entry` is the stream entry that carries the run now, empty while it waits. `epoch` counts the
//!   begins; a caller with an older one is *lost* and changes nothing. `owner` is the delivery that began it last, so
//!   that a `begin` whose answer was lost can be sent again. `crashes`, `intents`, `recorded`, `people_epoch`;
//!   `accounts` (space-separated) and `job` (the job's fields as a JSON array of names and values).
//! - `renkei:run:<id>:people`, a stream of people; `…:people:<epoch>` while the attempt of that epoch runs.
//! - `renkei:runs` and `renkei:runs:<link>`, zsets of run ids by the millisecond of their enqueueing.
//! - `renkei:waiting`, a zset of the runs that stand in line, and `renkei:waiting:<service>:<account>`, the line of one
//!   account. The score is the enqueue time (with the sequence number as a fraction, so that two jobs of the same
//!   millisecond keep their order). A run stays in line until it *begins*: `promote` puts its entry on the
//!   stream and notes it as the run's `entry`, `begin` takes it out. A newer job that happens to be
//!   earlier on the stream therefore meets an older run in line and waits. A drained run and a run whose next attempt
//!   is due stand in line again, at their old place. The accounts of a run's last begin say in which lines it belongs:
//!   a begin with others takes it out of the former lines, and whoever is found elsewhere is put out by `promote`.
//! - `renkei:delayed`, a zset of runs in 再試行待ち by the time of their next attempt.
//! - `renkei:lock:<service>:<account>`, a hash of run, epoch, entry and `until`, the end of the lease. A lock is free
//!   after that only if its run's entry is no longer pending: a pending entry is taken over, and comes first.
//! - `renkei:gate:<service>:<account>[:<class>]`, zsets of request times: the services' quotas.
//! - `renkei:once:<key>`, the run of an idempotency key, for 24 h.
//! - `renkei:schedule:<link>:<flow>`, a hash of the last fired `tick` (`ms` for comparing) and its `run`s.
//! - `renkei:holds:<link>`, a hash of the pairs that are held until a person decides, and of the decisions: a field
//!   `<flow>␟<code>␟<other>` each ([`KeptPair`]).
//! - `renkei:reminder:<organization>:<target>:<account>:<day>:<step>`, the outbox entry that told an organization that a key
//!   ends on that day; kept 400 days.
//! - `renkei:todo:<link>`, a hash of what is still to be done by people (要対応): a list a flow, field `<flow>` or
//!   `<flow>:<month>` ([`TodoList`]).
//! - `renkei:mail`, the outbox; `renkei:rejected`, copies of entries that were no valid job; `renkei:meta`, the schema.
//!
//! # Who may change a run
//!
//! Each change of a run's state is one script, in a `.lua` file beside its Rust caller. A crash is counted only if
//! the entry that is taken over is the run's `entry` and the run is 実行中: an entry that was read but
//! never begun is no crash, and neither is an outage of Redis, because after a reconnect owners renew before
//! anybody takes over. The callers of `begin`, `record`, `put_back`, `finish` and `reject` wait
//! until Redis is there; each of these scripts may be sent twice with the effect of once.

mod backend;
mod begin;
mod connection;
mod consumer;
mod delivery;
mod depth;
mod enqueue;
mod entries;
mod error;
mod finish;
pub mod gate;
mod holds;
mod keys;
mod lease;
mod promote;
mod put_back;
mod record;
mod recovery;
mod reject;
mod remind;
mod renew;
mod run;
mod script;
pub mod server;
mod settings;
mod sweep;
mod takeover;
mod tick;
mod times;
mod todo;
mod turns;

pub use backend::Backend;
pub use connection::Queue;
pub use consumer::Consumer;
pub use delivery::Delivery;
pub use depth::Depth;
pub use error::QueueError;
pub use finish::{End, Retain};
pub use holds::{Closes, Found, KEPT_DAYS, KeptPair, MetPair};
pub use keys::Keys;
pub use lease::Lease;
pub use put_back::Back;
pub use record::Record;
pub use remind::Reminded;
pub use run::{Begun, Claim, Earlier, Held, MOST_CRASHES, NewRun};
pub use settings::Settings;
pub use tick::Ticked;
pub use times::tokyo;
pub use todo::{KEPT_TODO_DAYS, TodoList, todo_field};

/// The consumer group of the workers on `renkei:jobs`.
pub const WORKERS: &str = "workers";

/// The version of the data in Redis that this program reads and writes.
pub const SCHEMA: u64 = 1;
