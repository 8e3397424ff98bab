//! The sandbox: the services renkei talks to, played on this machine.
//!
//! One HTTP listener carries Kaonavi under `/kaonavi/api/v2.0`, OfficeStation under `/officestation/api/v1` and the
//! control under `/__sandbox`; a second listener is an SMTP sink. It is a product part: an operator tries a
//! configuration on it, and the tests start it in their own process. It is as strict as the references and
//! shares no code with the clients it tests.
//!
//! | file | what |
//! | --- | --- |
//! | `server` | starting, stopping, what all parts share |
//! | `tenants` | the tenants of all services, made on first use |
//! | `people/` | the fictional people they start with |
//! | `kaonavi/`, `officestation/` | the services |
//! | `front`, `faults`, `journal`, `line` | what every request passes |
//! | `control` | `/__sandbox`: clock, data, faults, settings, journal, mail |
//! | `smtp` | the sink |
//! | `clock`, `random` | time and chance, both in the sandbox's hands |

pub mod clock;
mod control;
mod faults;
mod front;
mod journal;
pub mod kaonavi;
mod line;
mod officestation;
mod people;
mod random;
mod server;
mod smtp;
mod tenants;

use serde::{Deserialize, Serialize};

pub use server::{Options, Sandbox, banner, start};

/// Where Kaonavi's API begins.
const KAONAVI_ROOT: &str = "/kaonavi/api/v2.0";
/// Where OfficeStation's API begins.
const OFFICESTATION_ROOT: &str = "/officestation/api/v1";
/// Where control begins.
const CONTROL_ROOT: &str = "/__sandbox";

/// The readable name of the tenant that a request was for (`demo-key-7`, `STDEMO07`), put into a response's
/// extensions so that the journal can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(pub String);

/// What the sandbox plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Service {
    Kaonavi,
    Officestation,
    Smtp,
}

impl Service {
    /// The service that a path belongs to.
    fn of_path(path: &str) -> Option<Self> {
        let below =
            |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if below("/kaonavi") {
            Some(Self::Kaonavi)
        } else if below("/officestation") {
            Some(Self::Officestation)
        } else {
            None
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Kaonavi => "kaonavi",
            Self::Officestation => "officestation",
            Self::Smtp => "smtp",
        }
    }
}
