//! renkei (連携) keeps employee records in step between Japanese HR services.
//!
//! The library holds the rooms of the daemon; `docs/architecture.md` shows the house on one page.

pub mod cli;
pub mod config;
pub mod flows;
pub mod history;
pub mod http;
pub mod job;
pub mod notify;
pub mod queue;
pub mod sandbox;
pub mod schedule;
pub mod services;
pub mod sync;
pub mod telemetry;
pub mod web;
pub mod worker;
