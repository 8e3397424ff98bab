//! How jobs are run: slots, leases, retries and the outgoing HTTP client. Every default is `DESIGN` §5's; tests set them small.

use std::time::Duration;

/// `worker:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerConfig {
    /// Jobs that run at once in this process; 8.
    pub concurrency: usize,
    /// How long a run stays its worker's without a renewal; 15 s.
    pub lease: Duration,
    /// How often the lease is renewed; 5 s.
    pub renew: Duration,
    /// No write to a service is begun with less of the lease left; 5 s.
    pub write_margin: Duration,
    /// How long a write in flight may take when the daemon is told to stop; 20 s.
    pub drain: Duration,
    /// How long an intent without an answer is looked for before the next attempt plans; 180 s.
    pub settle: Duration,
    /// How often it is looked for; 5 s.
    pub settle_poll: Duration,
    /// How often abandoned jobs are taken over and waiting and delayed runs are brought back; 1 s.
    pub sweep: Duration,
    /// When a run that failed for a passing reason is tried again.
    pub retry: RetryConfig,
    /// The outgoing HTTP client.
    pub http: HttpConfig,
}

/// `worker: { retry: … }` (`DESIGN` §5.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryConfig {
    /// The waits after the first, second, … attempt; the last one repeats. 30 s, 1, 2, 5, 10, 20, 30 min.
    pub steps: Vec<Duration>,
    /// Each wait is changed by up to this share at random, in percent; 20.
    pub jitter_percent: u32,
    /// Attempts in all before a run is 異常終了; 8.
    pub attempts: u32,
    /// Time since the first attempt after which a run is 異常終了; 6 h.
    pub deadline: Duration,
    /// Tries of a repeatable request inside an attempt; 3.
    pub quick_tries: u32,
    /// The wait between them, doubled each time; 500 ms.
    pub quick_wait: Duration,
}

/// `worker: { http: … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// Time for a connection; 10 s.
    pub connect_timeout: Duration,
    /// Time without a byte after which a response is given up; 60 s.
    pub read_timeout: Duration,
    /// Time for a whole request with its response; 10 min.
    pub total_timeout: Duration,
    /// Bytes of a response body that are read at most; 1 GiB.
    pub max_body: u64,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        WorkerConfig {
            concurrency: 8,
            lease: Duration::from_secs(15),
            renew: Duration::from_secs(5),
            write_margin: Duration::from_secs(5),
            drain: Duration::from_secs(20),
            settle: Duration::from_secs(180),
            settle_poll: Duration::from_secs(5),
            sweep: Duration::from_secs(1),
            retry: RetryConfig::default(),
            http: HttpConfig::default(),
        }
    }
}

impl Default for RetryConfig {
    fn default() -> Self {
        RetryConfig {
            steps: [30, 60, 120, 300, 600, 1200, 1800].map(Duration::from_secs).to_vec(),
            jitter_percent: 20,
            attempts: 8,
            deadline: Duration::from_secs(6 * 3600),
            quick_tries: 3,
            quick_wait: Duration::from_millis(500),
        }
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        HttpConfig {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(600),
            max_body: 1 << 30,
        }
    }
}
