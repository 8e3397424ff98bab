//! What a run read from files of a service's own screens, and what it wrote for somebody to import there.
//!
//! A destination in this form is handed nothing by renkei: the run writes files, a person imports them. So such a write needs no intent
//! (`DESIGN` §5.4): an attempt that dies has certainly had no effect on the service, and the next attempt plans anew and writes the files of
//! the run again.

use crate::job::Service;
use crate::services::officestation::OfficeStation;

/// The files of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Whose files they are.
    pub service: Service,
    /// The names of the exports that were read.
    pub read: Vec<String>,
    /// The names of the files that somebody has to import or to look at.
    pub files: Vec<String>,
    /// How many people need something done by hand that no import does.
    pub by_hand: u64,
    /// What a person has to do next, in one sentence; nothing if there is nothing to be done.
    pub next: Option<String>,
}

impl Handover {
    /// The form of accounts that are reached by files.
    pub const FORM: &'static str = "csv";

    /// What was read from files of OfficeStation; none if its API was asked.
    pub(super) fn of_officestation(officestation: &OfficeStation) -> Option<Self> {
        match officestation {
            OfficeStation::Rest(_) => None,
            OfficeStation::Csv(files) => Some(Handover {
                service: Service::OfficeStation,
                read: files.used(),
                files: Vec::new(),
                by_hand: 0,
                next: None,
            }),
        }
    }
}
