//! The mediment emulator: the assumed contract of `reference/mediment.md` part B, as strict as it. Nothing public is known
//! of a real one.
//!
//! Each tenant is a [`Store`]: employees, their attendance by month, known 事業所 and 部署, tokens, knobs. A batch is
//! read and checked as a whole for its shape, which is refused with 4xx, then record by record; a record that is wrong
//! is an error of its own and the others are written. Nothing runs in the background, nothing can be deleted, and no
//! account is ever issued through the API.
//!
//! | file | what |
//! | --- | --- |
//! | `http`, `endpoint`, `body`, `page`, `refusal` | from a request to an answer |
//! | `employees`, `attendances`, `check`, `problem` | what the batches do, and the errors of their records |
//! | `field`, `employee`, `item`, `seed`, `ledger` | what a tenant holds and how it is shown |
//! | `store`, `settings`, `control` | tokens, limits, knobs, and the hooks of the sandbox's control requests |
//!
//! Where the contract is silent: a page is of 100 at most, larger ones are cut to that; an empty batch, an unknown key
//! or query parameter is 422 `invalid_parameter`; a `Content-Type` other than JSON is 400 `invalid_json`; a
//! wrong method is 405 `method_not_allowed`; `""` empties 社員番号, 事業所 and 所属部署1 as `null` does, and is a
//! wrong format elsewhere; a month after the present one is the record error `invalid_year_month`,
//! one that is no month is 422; `duplicate_name_email` looks past case of the mail and spaces of the name; an
//! attendance row belongs to the employee, so it stays when the 社員番号 changes.

mod attendances;
mod body;
mod check;
mod control;
mod employee;
mod employees;
mod endpoint;
mod field;
mod http;
mod item;
mod ledger;
mod page;
mod problem;
mod refusal;
mod seed;
mod settings;
mod store;

pub use http::router;
pub use store::Store;

pub use super::people::clinic::{Seed, SeedAttendance, SeedEmployee, SeedMonths};

/// What a request's body was made of, without a value: put into a response's extensions so that the journal can
/// show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// How many records the batch had; none if the body was no batch.
    pub records: Option<usize>,
    /// The names of the keys in all its records, sorted, each once; of a body that is no batch its own keys.
    pub keys: Vec<String>,
}

/// Knows the tenants by consumer key, and may make one on first use.
pub trait Tenants: Send + Sync + 'static {
    /// The tenant with this consumer key; `None` if there can be none.
    fn by_key(&self, key: &str) -> Option<Store>;
}
