//! Asynchronous tasks: every accepted update is one (`reference/kaonavi-api.md` §6).

/// The id of a task.
pub type TaskId = u64;

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskState {
    /// Waiting or running.
    Open,
    /// Done.
    Ok,
    /// It failed on the data. What it did to whom is not known: read again.
    Ng,
    /// It failed inside Kaonavi. What it did to whom is not known: read again.
    Error,
    /// Kaonavi doesn't know it (any more): read again.
    Unknown,
}

impl TaskState {
    /// True if it won't change any more.
    pub fn is_final(self) -> bool {
        self != TaskState::Open
    }

    /// A word for the state that is not in the reference is taken as still open: waiting for it is bounded.
    pub(super) fn parse(word: &str) -> Self {
        match word {
            "OK" => TaskState::Ok,
            "NG" => TaskState::Ng,
            "ERROR" => TaskState::Error,
            _ => TaskState::Open,
        }
    }
}
