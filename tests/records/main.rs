//! The history, the mailer and the HTTP side against a real Redis and a real (scripted) SMTP server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fixture;
mod history;
mod key_ends;
mod life;
mod mailer;
mod mailing;
#[path = "../support/redis.rs"]
mod redis_server;
mod smtp_server;
mod tables;
mod web;
mod world;
