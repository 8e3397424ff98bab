//! A run's record: its fields, its JSON and the one label staff read.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::handover::Handover;
use super::people::{RecordedPerson, Todo};
use super::time;
use crate::job::{Flow, RunId, Trigger};

/// The state of a run. The Japanese word is the value in Redis, in JSON and on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Not begun: in the stream, or its account is busy.
    #[serde(rename = "実行待ち")]
    Waiting,
    /// A worker has it.
    #[serde(rename = "実行中")]
    Running,
    /// Waits for its next attempt.
    #[serde(rename = "再試行待ち")]
    Retrying,
    /// Ended: the run did its work.
    #[serde(rename = "完了")]
    Completed,
    /// Ended: the run as a whole did not do its work.
    #[serde(rename = "異常終了")]
    Failed,
}

impl Status {
    /// All states, in the order of a run's life.
    pub const ALL: [Status; 5] =
        [Status::Waiting, Status::Running, Status::Retrying, Status::Completed, Status::Failed];

    /// The word in Redis and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Waiting => "実行待ち",
            Status::Running => "実行中",
            Status::Retrying => "再試行待ち",
            Status::Completed => "完了",
            Status::Failed => "異常終了",
        }
    }

    /// Whether the run has ended for good.
    pub fn is_ended(self) -> bool {
        matches!(self, Status::Completed | Status::Failed)
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Status::ALL.into_iter().find(|status| status.as_str() == text).ok_or(())
    }
}

/// People of a run by what became of them: target = created + updated + unchanged + held + rejected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// 対象.
    pub target: u64,
    /// 新規追加.
    pub created: u64,
    /// 更新.
    pub updated: u64,
    /// 変更なし.
    pub unchanged: u64,
    /// 保留.
    pub held: u64,
    /// エラー.
    pub rejected: u64,
    /// 対象外, not part of the target.
    pub skipped: u64,
    /// People, not rows, whose 扶養家族情報 was written or refused.
    pub dependents: DependentCounts,
}

/// People by what became of their 扶養家族情報.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependentCounts {
    /// Written.
    pub updated: u64,
    /// Refused.
    pub rejected: u64,
}

/// Why a run is 異常終了, or what went wrong in the last attempt of one that is 再試行待ち.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// `F_AUTH` and the like.
    pub code: String,
    /// The sentence that staff read.
    pub message: String,
    /// What to do about it; null if the message says all.
    pub remedy: Option<String>,
}

/// One run as `renkei history` shows it. Serialised, it is the stable JSON of the history, key order included.
///
/// What a run does not have is null; counts are numbers from the start, zero until the run is planned. `people` and `todo`
/// are there only in [`super::show`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The id that `XADD` printed.
    pub id: RunId,
    /// The link's organization; null without a valid link.
    pub organization: Option<String>,
    /// The link; null if the job named none that is configured.
    pub link: Option<String>,
    /// The flow; null if the job named none that exists.
    pub flow: Option<Flow>,
    /// 定期実行 or スポット実行.
    #[serde(with = "trigger")]
    pub trigger: Trigger,
    /// The state.
    pub status: Status,
    /// Nothing is written, nobody gets a mail.
    pub dry_run: bool,
    /// Goes past guards.
    pub force: bool,
    /// Free text of the job.
    pub requested_by: Option<String>,
    /// `YYYY-MM`, of attendance.
    pub month: Option<String>,
    /// When the job's first entry was added.
    #[serde(with = "time::optional")]
    pub enqueued_at: Option<DateTime<FixedOffset>>,
    /// Start of the first attempt.
    #[serde(with = "time::optional")]
    pub started_at: Option<DateTime<FixedOffset>>,
    /// End of the run.
    #[serde(with = "time::optional")]
    pub finished_at: Option<DateTime<FixedOffset>>,
    /// Attempts begun, drained ones not counted.
    pub attempts: u32,
    /// When a run that is 再試行待ち is due.
    #[serde(with = "time::optional")]
    pub next_attempt_at: Option<DateTime<FixedOffset>>,
    /// The run that has the account of a run that is 実行待ち.
    pub waiting_for: Option<String>,
    /// The run that had the same idempotency key first.
    pub duplicate_of: Option<String>,
    /// Why the run is 異常終了.
    pub reason: Option<Reason>,
    /// People by outcome.
    pub counts: Counts,
    /// 対象外 by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Requests by service.
    pub requests: BTreeMap<String, u64>,
    /// Files in the place of requests, if a service was reached by files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Handover>,
    /// Everybody who is not merely unchanged or 対象外.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<RecordedPerson>>,
    /// 要対応.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub todo: Option<Vec<Todo>>,
    /// How many 要対応 there are beyond those of `todo`, which is bounded.
    #[serde(skip)]
    pub more_todo: u64,
}

impl Run {
    /// Reads the flat hash of a run. Fields it does not know are ignored and fields it cannot read are null, so that an older
    /// or newer record is shown as far as it is readable.
    pub fn from_hash<S: std::hash::BuildHasher>(id: RunId, hash: &HashMap<String, String, S>) -> Run {
        let text = |name: &str| hash.get(name).filter(|text| !text.is_empty()).cloned();
        let number = |name: &str| hash.get(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let at = |name: &str| hash.get(name).and_then(|text| time::parse(text));
        let yes = |name: &str| hash.get(name).is_some_and(|text| text == "true");
        let group = |prefix: &str| -> BTreeMap<String, u64> {
            let entry = |(name, n): (&String, &String)| {
                Some((name.strip_prefix(prefix)?.strip_prefix('.')?.to_owned(), n.parse().ok()?))
            };
            hash.iter().filter_map(entry).collect()
        };
        Run {
            organization: text("organization"),
            link: text("link"),
            flow: text("flow").and_then(|flow| flow.parse().ok()),
            trigger: trigger::of(hash.get("trigger").map_or("", String::as_str)),
            status: hash.get("status").and_then(|status| status.parse().ok()).unwrap_or(Status::Waiting),
            dry_run: yes("dry_run"),
            force: yes("force"),
            requested_by: text("requested_by"),
            month: text("month"),
            enqueued_at: at("enqueued_at").or_else(|| time::of_stream_id(id.as_str())),
            started_at: at("started_at"),
            finished_at: at("finished_at"),
            attempts: u32::try_from(number("attempts")).unwrap_or(u32::MAX),
            next_attempt_at: at("next_attempt_at"),
            waiting_for: text("waiting_for"),
            duplicate_of: text("duplicate_of"),
            reason: text("reason.code").map(|code| Reason {
                code,
                message: text("reason.message").unwrap_or_default(),
                remedy: text("reason.remedy"),
            }),
            counts: Counts::from_numbers(number),
            skipped: group("skipped"),
            requests: group("requests"),
            handover: hash.get("handover").and_then(|text| serde_json::from_str(text).ok()),
            people: None,
            todo: None,
            more_todo: number("todo_count").saturating_sub(super::todo::MOST_KEPT as u64),
            id,
        }
    }
}

impl Counts {
    fn from_numbers(number: impl Fn(&str) -> u64) -> Counts {
        Counts {
            target: number("counts.target"),
            created: number("counts.created"),
            updated: number("counts.updated"),
            unchanged: number("counts.unchanged"),
            held: number("counts.held"),
            rejected: number("counts.rejected"),
            skipped: number("counts.skipped"),
            dependents: DependentCounts {
                updated: number("counts.dependents.updated"),
                rejected: number("counts.dependents.rejected"),
            },
        }
    }

    /// The same numbers under their names in the hash.
    pub(super) fn fields(&self) -> [(&'static str, u64); 9] {
        [
            ("counts.target", self.target),
            ("counts.created", self.created),
            ("counts.updated", self.updated),
            ("counts.unchanged", self.unchanged),
            ("counts.held", self.held),
            ("counts.rejected", self.rejected),
            ("counts.skipped", self.skipped),
            ("counts.dependents.updated", self.dependents.updated),
            ("counts.dependents.rejected", self.dependents.rejected),
        ]
    }
}

/// The one label that staff read: the status, and never a bare 完了 when there are errors: `完了(エラー5件)`.
pub fn label(run: &Run) -> String {
    match run.status {
        Status::Completed if run.counts.rejected > 0 => format!("完了(エラー{}件)", run.counts.rejected),
        status => status.as_str().to_owned(),
    }
}

/// serde's form of a trigger: its word.
mod trigger {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::job::Trigger;

    /// Every run that is not 定期実行 is スポット実行.
    pub(super) fn of(word: &str) -> Trigger {
        if word == Trigger::Periodic.as_str() { Trigger::Periodic } else { Trigger::Spot }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    pub(super) fn serialize<S: Serializer>(trigger: &Trigger, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(trigger.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Trigger, D::Error> {
        Ok(of(&String::deserialize(deserializer)?))
    }
}
