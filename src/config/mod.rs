//! What an operator writes in `config.yaml`: its YAML model, loading, validation and secrets.
//!
//! The way of a configuration:
//!
//! 1. `raw` is the YAML as written: serde structs that know no other keys, with the place of every value;
//! 2. `resolve` turns it into [`Config`]: defaults filled in, secrets read, every value checked. It goes on past a mistake and
//!    collects all of them, each with its file, line and column and with what to write instead ([`ConfigError`]);
//! 3. everybody else sees only [`Config`] and the types below it, which hold nothing that has not been checked.
//!
//! A structural mistake (broken YAML, unknown key, wrong type) ends step 1, so it is reported alone. The defaults that a link's mapping
//! starts from are data in [`mapping`]; what OfficeStation's items are is data in [`items`]. `config.example.yaml` is embedded as
//! [`EXAMPLE`], and a test proves that it says what the defaults are.

mod account;
mod crontab;
mod error;
mod files;
pub mod items;
mod link;
mod load;
pub mod mapping;
mod raw;
mod reload;
mod resolve;
mod secret;
mod types;
mod worker;

pub use crate::sync::{ItemMapping, ItemRef, Mapping};
pub use account::{
    HrmosAccount, KaonaviAccount, MedimentAccount, MedimentApi, OfficeStationAccount, OfficeStationApi,
};
pub use crontab::{Crontab, CrontabError};
pub use error::{ConfigError, Exposure, Problem};
pub use files::{
    CellForm, Content, DateForm, DurationForm, FileEncoding, FileSettings, Formulas, ImportColumn,
    MedimentFiles, MonthForm, OfficeStationFiles, Pattern, Template,
};
pub use link::{
    ActualSource, AttendanceSettings, EmployeeSettings, FlowConfig, FlowSettings, GenderSource, Link,
    LinkServices, NegativeOvertime, PaidSource, RetireDate,
};
pub use load::{Env, Surroundings, find, load, load_in, parse_str, parse_str_in};
pub use reload::{Reloaded, reload};
pub use reqwest::Url;
pub use secret::{Secret, SecretOrigin};
pub use types::{Config, ListenConfig, MailConfig, Organization, RedisConfig, Smtp, SmtpSecurity};
pub use worker::{HttpConfig, RetryConfig, WorkerConfig};

/// A complete, commented configuration: what `renkei config-default` prints.
pub const EXAMPLE: &str = include_str!("../../config.example.yaml");
