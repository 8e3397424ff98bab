//! The HRMOS勤怠 emulator: the vendor's published types, as strict as `reference/hrmos-kintai-api.md` §13.
//!
//! Each company is a [`Company`]: users, masters, tokens, settings. Its name is a part of the path. What it holds is
//! kept as the recipe of [`Clinic`](crate::sandbox::people::clinic::Clinic) with what control changed; rows are made
//! when they are asked for, so a thousand companies of fourteen months fit into memory.
//!
//! | file | what |
//! | --- | --- |
//! | `http`, `endpoint`, `refusal` | from a request to an answer |
//! | `query`, `page` | filters, pages and their headers |
//! | `company`, `token` | users, tokens, limits |
//! | `masters`, `users`, `monthly`, `daily`, `stamps` | the lists, with every key of the vendor's types |
//! | `lists` | which of them an endpoint answers with |
//! | `control`, `settings` | the hooks of the sandbox's control requests |
//!
//! Where nothing is known: an unknown path, method or id is 404, a missing or dead token and a wrong key are 401, a month
//! or day in another form is 400, all as `{"code", "message"}`; `limit` above 100 is 100, `limit` and `page` that are no
//! positive number are the default; a list is sorted by id; several tokens live side by side; `postpone` keeps
//! the token; 429 has that body too. Left out, answering 404: differences, original aggregates, contracts,
//! partners and year-end files, none of which a link uses.

mod company;
mod control;
mod daily;
mod endpoint;
mod http;
mod lists;
mod masters;
mod monthly;
mod page;
mod query;
mod refusal;
mod settings;
mod stamps;
mod token;
mod users;

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

pub(crate) use company::Company;
pub(crate) use http::router;

/// Knows the companies by name, and may make one on first use.
pub(crate) trait Companies: Send + Sync + 'static {
    /// The company of this name; `None` if there can be none.
    fn by_company(&self, name: &str) -> Option<Arc<Company>>;
}

/// A date-time as every answer shows it: milliseconds and `+09:00`.
fn stamp(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}

/// `"160:00"`: hours without padding, minutes with.
fn hours(minutes: u32) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// `"19.5"` of 195.
fn days(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}
