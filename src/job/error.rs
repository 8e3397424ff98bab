//! Why an entry of the stream is no job.

use std::fmt;

/// One sentence for the people who read 実行履歴, and what metrics and logs say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobError {
    /// The label of `jobs_rejected_total`.
    pub reason: JobErrorKind,
    /// The link that it names, if that is a configured one.
    pub link: Option<String>,
    message: String,
}

/// What is wrong with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobErrorKind {
    /// Over 4 KiB.
    TooLarge,
    /// A name or a value is not UTF-8.
    NotUtf8,
    /// A field that no job has.
    UnknownField,
    /// A field that stands twice.
    DuplicateField,
    /// No `link`, or one that is not configured.
    Link,
    /// No `flow`, or one that the link does not have.
    Flow,
    /// `month` is missing, malformed, in the future or not the flow's.
    Month,
    /// `employees` names nobody.
    Employees,
    /// `datasets` names one that the flow cannot carry, or none.
    Datasets,
    /// `items` names one that is not mapped, or none.
    Items,
    /// `dry_run` or `force` is neither `true` nor `false`.
    Flag,
    /// `requested_by` is too long.
    RequestedBy,
    /// `key` is empty or too long.
    Key,
    /// `tick` is no time, or the flow is スポット実行 only.
    Tick,
    /// `run` is no run id.
    Run,
}

impl JobErrorKind {
    /// The word in metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            JobErrorKind::TooLarge => "too_large",
            JobErrorKind::NotUtf8 => "not_utf8",
            JobErrorKind::UnknownField => "unknown_field",
            JobErrorKind::DuplicateField => "duplicate_field",
            JobErrorKind::Link => "link",
            JobErrorKind::Flow => "flow",
            JobErrorKind::Month => "month",
            JobErrorKind::Employees => "employees",
            JobErrorKind::Datasets => "datasets",
            JobErrorKind::Items => "items",
            JobErrorKind::Flag => "flag",
            JobErrorKind::RequestedBy => "requested_by",
            JobErrorKind::Key => "key",
            JobErrorKind::Tick => "tick",
            JobErrorKind::Run => "run",
        }
    }
}

impl JobError {
    pub(super) fn new(reason: JobErrorKind, message: impl Into<String>) -> Self {
        JobError { reason, link: None, message: message.into() }
    }

    /// A job whose `run` names nothing (`DESIGN` §5.2).
    pub fn unknown_run(link: &str) -> Self {
        let message = "”run”に指定された実行は存在しません。新しいジョブには”run”を指定しないでください。";
        JobError::new(JobErrorKind::Run, message).of_link(link)
    }

    pub(super) fn of_link(self, link: &str) -> Self {
        JobError { link: Some(link.to_owned()), ..self }
    }
}

/// The sentence, in Japanese.
impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JobError {}
