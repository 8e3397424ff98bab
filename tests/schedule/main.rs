//! The scheduler from outside: real Redis, several schedulers, and a clock that the test turns.

#[path = "../support/redis.rs"]
mod redis_server;

mod command;
mod fleet;
mod outage;
mod reload;
mod stage;
mod ticks;
