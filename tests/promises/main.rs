//! What `DESIGN` §5.4 promises, each promise with real processes: a private Redis, the sandbox, and daemons that are killed, frozen,
//! drained and left without Redis or mail server at chosen moments.

#[path = "../support/mod.rs"]
mod support;

mod backlog;
mod bad_jobs;
mod canary;
mod drain;
mod flows;
mod key_ends;
mod kill;
mod lost_answer;
mod mail;
mod moment;
mod order;
mod outage;
mod poison;
mod relay;
mod scene;
mod stages;
mod zombie;
