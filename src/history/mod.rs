//! The history (実行履歴): what a run's record looks like, how it is read, shown and kept.
//!
//! A run is one flat hash, `<prefix>:run:<id>`, whose fields are those of the run's JSON: `counts.created`, `reason.code`,
//! `requests.kaonavi`. A field that is absent means null. Beside them the hash holds fields that the JSON does not show:
//!
//! | field | what |
//! | --- | --- |
//! | `entry`, `epoch`, `crashes`, `intents`, `accounts`, … | the queue's |
//! | `job` | the queue's: the job's own fields as a JSON array, names and values by turns, so that it can be enqueued again |
//! | `full` | `true` if the run compared everyone in scope for real: the measure of the next run's guards |
//! | `handover` | files in the place of requests, as JSON |
//! | `todo` | the list 要対応 as JSON, by kind; shown by [`show`] only |
//! | `todo_count` | how many there are, if not all of them are in `todo` |
//!
//! The people of a run are a stream of their own, `<prefix>:run:<id>:people` (`…:people:<epoch>` until the run ends), one
//! entry a person: `n` (its place in the run), `code`, `outcome`, and `items` and `errors` as JSON. An entry that comes twice,
//! because Redis went away while it was recorded, has the same `n` and is read once. Somebody who was created, updated or kept
//! back by a decision about a hold has a `decision`, as JSON.
//!
//! What is still to do after the last run of each flow is in `<prefix>:todo:<link>` ([`OpenTodos`]).
//!
//! Indexes are the sorted sets `<prefix>:runs` and `<prefix>:runs:<link>`, scored by the time of enqueueing in milliseconds.
//! An entry of the job stream that no worker has begun has no hash yet; it is shown as 実行待ち from the stream.
//!
//! Holds and the decisions about them are in `<prefix>:holds:<link>` ([`holds()`]).
//!
//! Values, names and mail addresses of employees are never stored.

mod fields;
mod handover;
mod holds;
mod page;
mod people;
mod read;
mod retain;
mod run;
mod table;
mod time;
mod todo;

pub use fields::{Report, begin_fields, finish_fields, reason_fields, rejected_fields, retry_fields};
pub use handover::Handover;
pub use holds::{Choice, Decision, Hold, NoHold, Verdict, decide, holds};
pub use people::{PersonProblem, RecordedPerson, Todo, person_fields};
pub use read::{Filter, hash, last_full, list, show};
pub use retain::{Limits, Swept, sweep};
pub use run::{Counts, DependentCounts, Reason, Run, Status, label};
pub use table::{list_table, show_table, todo_table};
pub use time::timestamp;
pub use todo::{KeptTodos, MOST_KEPT, OpenTodos, open_todo, open_todos, todo_list};
