//! 要対応 that is still open: `renkei:todo:<link>`, a hash with a list a flow.
//!
//! A field is `<flow>`, or `<flow>:<YYYY-MM>` where a run is about a month. Its value is the list that the last run left, the history's
//! JSON, opaque here. `finish` writes it together with the run's end, takes a list away that has become empty, and forgets months
//! of other runs that are older than the caller says. The hash itself goes as many days after its last change, should its link never run again.

use redis::AsyncCommands;

use super::{Queue, QueueError};

/// How many days a list is kept that no run renews.
pub const KEPT_TODO_DAYS: u32 = 400;

/// The list that a run leaves, for [`super::End`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoList {
    /// [`todo_field`] of the run's flow and month.
    pub field: String,
    /// The list; `None` if nothing is left to do.
    pub value: Option<String>,
    /// Lists of months before this one go, `YYYY-MM`, but for this very list.
    pub forget_before: String,
}

/// The field of a flow's list.
pub fn todo_field(flow: &str, month: Option<&str>) -> String {
    month.map_or_else(|| flow.to_owned(), |month| format!("{flow}:{month}"))
}

impl Queue {
    /// One list of a link, as it stands.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn todo_list(&self, link: &str, field: &str) -> Result<Option<String>, QueueError> {
        Ok(self.connection().hget(self.keys().todo(link), field).await?)
    }

    /// All lists of a link by field, in no order.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn todo_lists(&self, link: &str) -> Result<Vec<(String, String)>, QueueError> {
        Ok(self.connection().hgetall(self.keys().todo(link)).await?)
    }
}

/// Seconds that the lists of a link outlive their last change.
pub(super) fn expiry() -> u64 {
    u64::from(KEPT_TODO_DAYS + 1) * 24 * 3600
}
