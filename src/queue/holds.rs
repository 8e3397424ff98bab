//! Holds and what was decided about them: `renkei:holds:<link>`, a hash with a field a pair.
//!
//! A field is `<flow>`, the code of the source's person and that of the destination's, with U+001F between them. Its value is JSON:
//! `kind` (the code of the hold), `since` (the first day on which the pair was held), `last` (the last day on which it was met or
//! decided), and `decision` once there is one: the history's, opaque here.
//!
//! `finish` writes what a run found, together with the run's end. A pair without a decision goes when a run that would have met it
//! did not; one with a decision [`KEPT_DAYS`] days after its last day. The hash itself expires a day later.

use redis::AsyncCommands;
use serde::Serialize;

use super::script;
use super::{Queue, QueueError};

/// How many days a decision is kept after the last day on which its pair was met or decided.
pub const KEPT_DAYS: u32 = 400;

/// What stands between the parts of a field.
const BETWEEN: char = '\u{1f}';

/// What a run found about holds, for [`super::End`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The flow.
    pub flow: String,
    /// The run's day, `YYYY-MM-DD`.
    pub day: String,
    /// Pairs whose last day is before this one are forgotten, `YYYY-MM-DD`.
    pub forget_before: String,
    /// The pairs that it met: those that were held, and those that would have been without their approval.
    pub met: Vec<MetPair>,
    /// Which other pairs of the flow that nobody decided are closed.
    pub closes: Closes,
}

/// A pair that a run met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetPair {
    /// `H_NEAR_DUPLICATE` and the like.
    pub kind: String,
    /// 社員番号 of the source's person.
    pub code: String,
    /// 社員番号 of the destination's person, or `-`.
    pub other: String,
}

/// Whose pairs a run would have met if they were still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "of", content = "codes", rename_all = "lowercase")]
pub enum Closes {
    /// Nobody's: it was not brought to its end, or looked at nobody's own data.
    Nobody,
    /// Those of the people with these codes.
    Named(Vec<String>),
    /// Everybody's.
    Everybody,
}

/// One kept pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPair {
    /// The flow.
    pub flow: String,
    /// 社員番号 of the source's person.
    pub code: String,
    /// 社員番号 of the destination's person, or `-`.
    pub other: String,
    /// The value, as it stands.
    pub value: String,
}

impl KeptPair {
    fn field(&self) -> String {
        format!("{}{BETWEEN}{}{BETWEEN}{}", self.flow, self.code, self.other)
    }

    fn read((field, value): (String, String)) -> Option<KeptPair> {
        let mut parts = field.splitn(3, BETWEEN).map(str::to_owned);
        Some(KeptPair { flow: parts.next()?, code: parts.next()?, other: parts.next()?, value })
    }
}

impl Queue {
    /// All pairs of a link, in no order.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn holds(&self, link: &str) -> Result<Vec<KeptPair>, QueueError> {
        let all: Vec<(String, String)> = self.connection().hgetall(self.keys().holds(link)).await?;
        Ok(all.into_iter().filter_map(KeptPair::read).collect())
    }

    /// Gives pairs new values, if all of them still stand as they were read; `false` if one does not and nothing was changed.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn change_holds(&self, link: &str, changes: &[(KeptPair, String)]) -> Result<bool, QueueError> {
        let mut call = script::HOLDS.prepare_invoke();
        call.key(self.keys().holds(link)).arg(expiry());
        for (pair, value) in changes {
            call.arg(pair.field()).arg(&pair.value).arg(value);
        }
        self.call(&call).await
    }
}

/// Seconds that the hash of a link outlives its last change.
pub(super) fn expiry() -> u64 {
    u64::from(KEPT_DAYS + 1) * 24 * 3600
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_read_back_from_its_field() {
        let pair = KeptPair {
            flow: "officestation-to-kaonavi".to_owned(),
            code: "11".to_owned(),
            other: "000011".to_owned(),
            value: "{}".to_owned(),
        };
        assert_eq!(KeptPair::read((pair.field(), "{}".to_owned())), Some(pair));
        assert_eq!(KeptPair::read(("rubbish".to_owned(), "{}".to_owned())), None);
    }
}
