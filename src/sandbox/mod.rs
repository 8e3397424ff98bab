//! The sandbox: the services renkei talks to, played on this machine.
//!
//! One HTTP listener carries Kaonavi under `/kaonavi/api/v2.0`, OfficeStation under `/officestation/api/v1`, HRMOS勤怠
//! under `/hrmos/api/{company}/v1`, mediment under `/mediment/api/v0` and the control under `/__sandbox`; a second
//! listener is an SMTP sink. It is a product part: an operator tries a
//! configuration on it, and the tests start it in their own process. It is as strict as the references and
//! shares no code with the clients it tests.
//!
//! | file | what |
//! | --- | --- |
//! | `server` | starting, stopping, what all parts share |
//! | `tenants` | the tenants of all services, made on first use |
//! | `people/` | the fictional people they start with |
//! | `kaonavi/`, `officestation/`, `hrmos/`, `mediment/` | the services |
//! | `front`, `faults`, `journal`, `line`, `limits`, `path` | what every request passes |
//! | `control` | `/__sandbox`: clock, data, faults, settings, journal, mail |
//! | `smtp` | the sink |
//! | `clock`, `random` | time and chance, both in the sandbox's hands |

pub mod clock;
mod control;
mod faults;
mod front;
mod hrmos;
mod journal;
pub mod kaonavi;
mod limits;
mod line;
pub mod mediment;
mod officestation;
mod path;
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
/// Where HRMOS勤怠's API begins; the company and `/v1` follow.
const HRMOS_ROOT: &str = "/hrmos/api";
/// Where mediment's API begins.
const MEDIMENT_ROOT: &str = "/mediment/api/v0";
/// Where control begins.
const CONTROL_ROOT: &str = "/__sandbox";

/// The readable name of the tenant that a request was for (`demo-key-7`, `STDEMO07`, `demo-7`), put into a response's
/// extensions so that the journal can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(pub String);

/// What the sandbox plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Service {
    Kaonavi,
    Officestation,
    Hrmos,
    Mediment,
    Smtp,
}

impl Service {
    /// The service that a path belongs to.
    fn of_path(path: &str) -> Option<Self> {
        let below =
            |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let roots = [
            ("/kaonavi", Self::Kaonavi),
            ("/officestation", Self::Officestation),
            ("/hrmos", Self::Hrmos),
            ("/mediment", Self::Mediment),
        ];
        roots.into_iter().find(|(root, _)| below(root)).map(|(_, service)| service)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Kaonavi => "kaonavi",
            Self::Officestation => "officestation",
            Self::Hrmos => "hrmos",
            Self::Mediment => "mediment",
            Self::Smtp => "smtp",
        }
    }
}
