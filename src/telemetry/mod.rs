//! What the operator sees of the daemon from outside: log lines on stderr and metrics for Prometheus.
//!
//! - [`logging`]: JSON lines where a machine reads them (systemd, a pipe), readable lines on a terminal. A run's work
//!   happens inside [`run_span`] and [`attempt_span`], so that every line under them carries `run`, `link`, `flow` and `attempt`.
//! - [`metrics`]: the one place that spells a metric's name. Every other room calls a function of it.
//!
//! **Never logged, never a label:** names, mail addresses, 社員番号, values of items, secrets, tokens, response bodies, a job's raw
//! content. Libraries below us may print such things in their debug lines, which is why [`logging::init`] holds them to
//! warnings whatever `RUST_LOG` says.

pub mod logging;
pub mod metrics;

pub use logging::{attempt_span, run_span};
pub use metrics::{
    AttemptClass, MailOutcome, PersonOutcome, QueueState, RunStatus, attempt_ended, guard_tripped,
    job_rejected, last_success, people, run_ended,
};
