//! What can go wrong with Redis, and what of it passes by itself.

use redis::{ErrorKind, RedisError, ServerErrorKind};

/// A failure of the queue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// The configured address cannot be used. The address itself is not repeated: it may hold a password.
    #[error("use the address of redis: {0}")]
    Address(String),
    /// Redis refused a command or could not be reached.
    #[error("talk to redis: {0}")]
    Redis(#[from] RedisError),
    /// The data was written by a newer renkei.
    #[error(
        "use the data in redis: it has schema version {found}, this renkei knows up to {known}; install a newer renkei"
    )]
    Schema {
        /// The version found.
        found: String,
        /// The newest version that this program knows.
        known: u64,
    },
    /// A script answered what it never answers.
    #[error("understand the answer of redis to {0}")]
    Answer(&'static str),
}

impl QueueError {
    /// Whether waiting helps: no connection, a restart, a failover, a full or a busy Redis.
    pub fn is_outage(&self) -> bool {
        let QueueError::Redis(error) = self else { return false };
        error.is_io_error()
            || error.is_timeout()
            || error.is_connection_dropped()
            || error.is_connection_refusal()
            || error.kind() == ErrorKind::AuthenticationFailed
            || matches!(
                error.kind(),
                ErrorKind::Server(
                    ServerErrorKind::BusyLoading
                        | ServerErrorKind::ReadOnly
                        | ServerErrorKind::MasterDown
                        | ServerErrorKind::ClusterDown
                        | ServerErrorKind::TryAgain
                )
            )
            || OUTAGES.iter().any(|code| has_code(error, code))
            || error.detail().is_some_and(|detail| detail.contains("max number of clients"))
    }

    /// Whether the consumer group is gone, as after a flush. Who waits for entries at that moment is told so in another word.
    pub fn is_missing_group(&self) -> bool {
        let gone = |error| has_code(error, "NOGROUP") || has_code(error, "UNBLOCKED");
        matches!(self, QueueError::Redis(error) if gone(error))
    }
}

/// Codes that end with the state of the server, not with the command.
const OUTAGES: [&str; 10] = [
    "OOM",
    "BUSY",
    "MISCONF",
    "NOREPLICAS",
    "LOADING",
    "READONLY",
    "MASTERDOWN",
    "CLUSTERDOWN",
    "NOAUTH",
    "WRONGPASS",
];

/// Redis 7 passes a code through a script; 6.2 quotes it within an `ERR` (`… @user_script: 12: -OOM command …`).
fn has_code(error: &RedisError, code: &str) -> bool {
    error.code() == Some(code)
        || error.detail().is_some_and(|detail| {
            detail.starts_with("Error running script") && detail.contains(&format!("-{code} "))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> QueueError {
        let reply = format!("-{text}\r\n");
        let value = redis::parse_redis_value(reply.as_bytes()).expect("an error reply parses");
        QueueError::Redis(value.extract_error().expect_err("it is an error"))
    }

    #[test]
    fn the_states_of_a_server_are_outages() {
        for text in [
            "LOADING Redis is loading the dataset in memory",
            "READONLY You can't write against a read only replica.",
            "OOM command not allowed when used memory > 'maxmemory'.",
            "BUSY Redis is busy running a script.",
            "MISCONF Redis is configured to save RDB snapshots",
            "ERR max number of clients reached",
            "ERR Error running script (call to f_1): @user_script:2: -OOM command not allowed when",
            "NOAUTH Authentication required.",
        ] {
            assert!(server(text).is_outage(), "{text}");
        }
    }

    #[test]
    fn a_wrong_command_is_no_outage() {
        for text in ["WRONGTYPE Operation against a key", "ERR unknown command", "BUSYGROUP exists"] {
            assert!(!server(text).is_outage(), "{text}");
        }
    }

    #[test]
    fn a_missing_group_is_seen_through_a_script() {
        assert!(server("NOGROUP No such key 'renkei:jobs' or consumer group 'workers'").is_missing_group());
        assert!(server("UNBLOCKED the stream key no longer exists").is_missing_group());
        let quoted = "ERR Error running script (call to f_1): @user_script:2: -NOGROUP No such key";
        assert!(server(quoted).is_missing_group());
    }
}
