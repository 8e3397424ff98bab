//! The mediment emulator over HTTP, rule by rule of `reference/mediment.md` part B.

mod access;
mod attendances;
mod control;
mod create;
mod lists;
mod settings;
mod shapes;
mod support;
mod update;
mod whole;
