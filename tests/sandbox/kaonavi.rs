//! The Kaonavi emulator over HTTP, rule by rule of `reference/kaonavi-api.md`.

mod access;
mod clients;
mod control;
mod layouts;
mod limits;
mod members;
mod people;
mod refusals;
mod settings;
mod sheets;
mod support;
mod tasks;
mod verbs;
