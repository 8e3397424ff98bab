//! The clients: against the sandbox, and against servers that answer oddly.

mod kaonavi;
mod kaonavi_odd;
mod officestation;
mod support;
mod wire;
