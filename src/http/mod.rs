//! The one outgoing HTTP client: time-outs, quick retries, quota gate, size caps, tokens, redaction.
//!
//! [`Http`] is one per process and holds what runs share: the connections, the [`Gate`] of the services' quotas and the tokens
//! of the accounts. A run takes a [`Session`] per account from it, which adds the run's [`Meter`] and its [`Stop`].
//!
//! The data's way: a [`Call`] says what to ask. [`Session::fetch`] lets it through the gate, sends it, judges the answer by
//! status, headers and structured codes, and feeds the body to a serde seed while it arrives: a large body is parsed on a
//! blocking thread behind a channel of a few chunks, so an answer of 300 MB needs the memory of what is made of it. A call that
//! may be repeated gets three quick tries. What cannot be settled here leaves as an [`HttpError`] without a byte of the
//! answer's text, which may quote a value.

mod body;
mod call;
mod error;
mod headers;
mod meter;
mod retry_after;
mod send;
mod session;
mod stop;
mod token;
mod waits;

pub use crate::queue::gate::{Gate, Limit};
pub use call::{Call, Entry, Method, Payload, Repeat, Size};
pub use error::{Detail, Effect, HttpError};
pub use headers::Headers;
pub use meter::Meter;
pub use session::{Dialect, Http, Session, Settings};
pub use stop::Stop;
pub use token::{Token, TokenCell};
