//! Files in the place of requests, as the history keeps them: names of files, never what is in them.

use serde::{Deserialize, Serialize};

/// What a run read from exports of a service, and what somebody has to import there. Absent where all services were asked by their API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// `csv`.
    pub form: String,
    /// The service whose files they are.
    pub service: String,
    /// The exports that were read, without their path.
    pub read: Vec<String>,
    /// The files that somebody has to import or to look at, without their path.
    pub files: Vec<String>,
    /// People of whom something has to be done by hand that no import does.
    pub by_hand: u64,
    /// What a person has to do next; null if nothing is to be done.
    pub next: Option<String>,
}
