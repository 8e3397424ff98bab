//! The services: one room each, with the service's wire format in its `wire.rs` and what renkei asks of it in its `client.rs`.
//!
//! A client reads into [`sync`](crate::sync) values and fails with a [`ServiceError`], which carries what a run must decide on
//! and what staff are told, and no text of the service.

mod error;
pub mod hrmos;
pub mod kaonavi;
mod listing;
pub mod mediment;
pub mod officestation;
mod page;
mod record;
pub mod table;

pub use error::{AuthReason, Class, ServiceError};

pub use crate::http::{Effect, Http, Meter, Stop};
