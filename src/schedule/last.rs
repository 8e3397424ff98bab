//! The last tick of a flow, for showing it.

use chrono::{DateTime, FixedOffset};

use crate::job::{Flow, RunId};
use crate::queue::{Queue, QueueError};

/// The last tick of a flow of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastTick {
    /// When it fell due. If it was skipped because a run was open, it is later than its run.
    pub at: DateTime<FixedOffset>,
    /// The run of the last tick that wasn't skipped; of attendance, that of the newest month.
    pub run: RunId,
}

/// The last tick; nothing if none was fired yet.
///
/// # Errors
/// If Redis can't be reached.
pub async fn last(queue: &Queue, link: &str, flow: Flow) -> Result<Option<LastTick>, QueueError> {
    let mut ask = redis::cmd("HMGET");
    ask.arg(queue.keys().schedule(link, flow.as_str())).arg("tick").arg("run");
    let (tick, runs): (Option<String>, Option<String>) = ask.query_async(&mut queue.connection()).await?;
    Ok(read(tick.as_deref(), runs.as_deref()))
}

/// A starting point has no runs: it was no tick.
fn read(tick: Option<&str>, runs: Option<&str>) -> Option<LastTick> {
    let run = runs?.split_whitespace().next_back()?.parse().ok()?;
    Some(LastTick { at: DateTime::parse_from_rfc3339(tick?).ok()?, run })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_is_the_last_one_of_the_tick() {
        let last = read(Some("2026-11-22T06:00:00.000+09:00"), Some("1-0 1-1")).unwrap();
        assert_eq!((last.at.to_rfc3339(), last.run.as_str()), ("2026-11-22T06:00:00+09:00".into(), "1-1"));
    }

    #[test]
    fn a_starting_point_is_no_tick() {
        assert_eq!(read(Some("2026-11-22T06:00:00.000+09:00"), None), None);
        assert_eq!(read(Some("2026-11-22T06:00:00.000+09:00"), Some("")), None);
        assert_eq!(read(None, None), None);
    }
}
