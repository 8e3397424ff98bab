//! The HRMOS勤怠 emulator over HTTP, rule by rule of `reference/hrmos-kintai-api.md`.

mod access;
mod clients;
mod control;
mod days;
mod faults;
mod lists;
mod masters;
mod months;
mod people;
mod settings;
mod support;
mod users;
