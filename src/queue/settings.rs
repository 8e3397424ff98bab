//! What the queue needs to know from the configuration.

use std::time::Duration;

use secrecy::SecretString;

/// Where Redis is and how leases are timed. Tests set the times small.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `redis://`, `rediss://` or `unix://`, with user and password if needed.
    pub url: SecretString,
    /// The start of every key, without a colon.
    pub prefix: String,
    /// How long an attempt may go without renewal before another worker takes its run over.
    pub lease: Duration,
    /// The time between two renewals; after a reconnect, also the time before anything is taken over.
    pub renew: Duration,
    /// The time between two looks for entries to take over and runs to promote.
    pub sweep: Duration,
    /// How many runs this process carries at once.
    pub concurrency: usize,
}

impl Settings {
    /// The times of production.
    pub fn new(url: impl Into<SecretString>, prefix: impl Into<String>) -> Settings {
        Settings {
            url: url.into(),
            prefix: prefix.into(),
            lease: Duration::from_secs(15),
            renew: Duration::from_secs(5),
            sweep: Duration::from_secs(1),
            concurrency: 8,
        }
    }
}
