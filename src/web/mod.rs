//! The daemon's HTTP side, on `http.listen` (`DESIGN` §11):
//!
//! | path | answer |
//! | --- | --- |
//! | `/healthz` | 200 while every loop turns, 503 with the names of those that don't: a reason to restart the daemon |
//! | `/readyz` | JSON per dependency; 503 for Redis, the schema, draining and a stuck loop: no reason to restart it. SMTP is only shown, and services are never called |
//! | `/metrics` | Prometheus text format; the queue's gauges are read from Redis when asked |
//!
//! Nothing here changes anything, and no answer names a person, an address or a secret.

mod health;
mod ready;
mod server;

pub use health::{Beat, Health};
pub use ready::{Dependencies, Readiness};
pub use server::{App, serve};
