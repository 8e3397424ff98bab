//! The OfficeStation emulator over HTTP, rule by rule of `reference/officestation-api.md` §4.

mod access;
mod batch;
mod lists;
mod rights;
mod writes;
