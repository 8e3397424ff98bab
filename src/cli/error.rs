//! Expected failures: each with a type, an exit code and a sentence that says what to do next.

use std::io::IsTerminal;
use std::process::ExitCode;

use crate::config::ConfigError;
use crate::job::JobError;
use crate::queue::QueueError;

/// How a command ended (`DESIGN` §10). The numbers are an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// It did what was asked.
    Done = 0,
    /// It failed.
    Failure = 1,
    /// The command line or the job is wrong.
    Usage = 2,
    /// `enqueue --wait`, `demo`: finished with held or rejected people.
    People = 3,
    /// `plan --exit-code`: there is something to change.
    Changes = 4,
    /// `enqueue --wait`, `demo`: the run ended 異常終了.
    Failed = 5,
    /// The configuration is refused.
    Config = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// A failure that was to be expected.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExpectedError {
    #[error("{0}")]
    Config(#[from] Box<ConfigError>),
    #[error("the job is refused: {0}")]
    Job(#[from] JobError),
    #[error("failed to reach Redis at {at}: {source}; is it running, or the daemon if it starts its own?")]
    Redis { at: String, source: QueueError },
    #[error("there is no run {0}: `renkei history` lists them")]
    NoRun(String),
    #[error("there is no link `{link}`; {hint}")]
    NoLink { link: String, hint: String },
    #[error("{0}")]
    NoHold(String),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Failure(String),
    #[error("failed to {what}: {source}")]
    Io { what: String, source: std::io::Error },
}

impl ExpectedError {
    pub(super) fn exit(&self) -> Exit {
        match self {
            ExpectedError::Config(_) => Exit::Config,
            ExpectedError::Job(_) | ExpectedError::Usage(_) => Exit::Usage,
            ExpectedError::Redis { .. }
            | ExpectedError::NoRun(_)
            | ExpectedError::NoLink { .. }
            | ExpectedError::NoHold(_)
            | ExpectedError::Failure(_)
            | ExpectedError::Io { .. } => Exit::Failure,
        }
    }

    /// Prints it to stderr, a configuration's mistakes with their places.
    pub(super) fn print(&self) {
        match self {
            ExpectedError::Config(error) => {
                let coloured = std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal();
                let width = terminal_width();
                eprint!("{}", if coloured { error.report_in_colour(width) } else { error.report(width) });
            }
            other => eprintln!("renkei: {other}"),
        }
    }
}

/// The width for source excerpts; a common one where stderr is no terminal.
fn terminal_width() -> usize {
    const USUAL: usize = 100;
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(USUAL)
}
