//! The queue against a real Redis. Each test has a server of its own.

mod bed;
mod consumer;
mod crashes;
mod gate;
mod holds;
mod once;
mod outage;
#[path = "../support/redis.rs"]
mod redis_server;
mod rejected;
mod retry;
mod runs;
mod schedule;
mod server;
mod waiting;
