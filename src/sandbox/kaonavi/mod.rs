//! The Kaonavi emulator: the public API v2.0, as strict as `reference/kaonavi-api.md` (§11 lists the choices
//! made where nothing is known).
//!
//! Each tenant is a [`Store`]: a layout with ids of its own, people, a queue of tasks, tokens and limits. An
//! update request is authenticated, held against the limits, checked as a whole and becomes a task whose
//! effects appear when it ends `OK`. Requests, even of 100,000 people, are answered from snapshots; nothing
//! runs in the background.
//!
//! | file | what |
//! | --- | --- |
//! | `http`, `endpoint`, `token`, `refusal` | the HTTP face |
//! | `body`, `validate`, `fields`, `values`, `problems` | is a body right |
//! | `change`, `tasks`, `store` | what an accepted request does, and when |
//! | `layout`, `standard`, `departments`, `people`, `record` | what a tenant holds |
//! | `read` | the large answers |
//! | `control`, `settings` | the hooks of the sandbox's control requests |
//!
//! Left out, answering 404 or 405: face images, files, users, roles, access rights, value lists as a
//! resource, webhooks and the writing of departments, none of which a link uses.

mod body;
mod change;
mod control;
mod departments;
mod endpoint;
mod fields;
mod http;
mod layout;
mod people;
mod problems;
mod read;
mod record;
mod refusal;
mod settings;
mod standard;
mod store;
mod tasks;
mod token;
mod validate;
mod values;

pub use http::router;
pub use store::Store;

/// The people that a tenant starts with.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    /// In any order; codes are unique.
    pub members: Vec<SeedMember>,
}

/// One person of a [`Seed`]. Blank values are left out or `""`.
#[derive(Clone, Debug, Default)]
pub struct SeedMember {
    /// 社員番号.
    pub code: String,
    /// Standard items by key: `name`, `name_kana`, `mail`, `entered_date`, `retired_date`, `gender`,
    /// `birthday`.
    pub basic: Vec<(&'static str, String)>,
    /// The record in `オフィスステーション_本人情報`, by item name.
    pub single: Vec<(&'static str, String)>,
    /// The records in `オフィスステーション_扶養家族情報`, by item name.
    pub dependents: Vec<Vec<(&'static str, String)>>,
}

/// Knows the tenants by consumer key, and may make one on first use.
pub trait Tenants: Send + Sync + 'static {
    /// The tenant with this consumer key; `None` if there can be none.
    fn by_key(&self, key: &str) -> Option<Store>;
}
