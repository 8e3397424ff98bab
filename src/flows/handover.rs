//! What a run read from files of a service's own screens, and what it wrote for somebody to import there.
//!
//! A destination in this form is handed nothing by renkei: the run writes files, a person imports them. So such a write needs no intent
//! (`DESIGN` §5.4): an attempt that dies has certainly had no effect on the service, and the next attempt plans anew and writes the files of
//! the run again.

use chrono::{DateTime, FixedOffset};

use super::work::Work;
use super::{Outcome, Request};
use crate::job::Service;
use crate::services::mediment::{Mediment, Seen};
use crate::services::officestation::OfficeStation;
use crate::services::table::{BadCell, ReportLine};
use crate::sync::{Item, Message, Problem};

/// Which run it is: its batches and its files are named after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) id: &'a str,
    pub(super) began: DateTime<FixedOffset>,
}

impl<'a> Run<'a> {
    pub(super) fn of(request: &Request<'a>) -> Self {
        Run { id: request.run, began: request.began }
    }

    /// No run: nothing is written.
    pub(super) fn none(now: DateTime<FixedOffset>) -> Self {
        Run { id: "", began: now }
    }
}

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

    /// What was read from a list of mediment's; none if its API was asked.
    pub(super) fn of_mediment(mediment: &Mediment) -> Option<Self> {
        match mediment {
            Mediment::Rest(_) => None,
            Mediment::Csv(files) => {
                let seen = files.seen();
                Some(Handover {
                    service: Service::Mediment,
                    read: seen.iter().map(|seen| seen.file.clone()).collect(),
                    files: Vec::new(),
                    by_hand: 0,
                    next: seen.as_ref().and_then(uncompared),
                })
            }
        }
    }
}

/// What a list doesn't say, so that nothing is compared with it.
pub(super) fn uncompared(seen: &Seen) -> Option<String> {
    let mut said = Vec::new();
    if !seen.missing.is_empty() {
        let items = seen.missing.join("、");
        said.push(format!("従業員一覧に列がない項目({items})は、登録済みの従業員では比較していません。"));
    }
    if seen.unsplit > 0 {
        let n = seen.unsplit;
        said.push(format!(
            "従業員一覧の氏名に空白がない{n}名は、社員番号だけで照合し、氏名を比較していません。"
        ));
    }
    (!said.is_empty()).then(|| said.concat())
}

/// Everybody who was rejected or held in the run, as the mail tells it.
pub(super) fn told(work: &Work<'_>) -> Vec<ReportLine> {
    let people = work.plan.outcomes.iter();
    let left = people.filter(|person| matches!(person.outcome, Outcome::Rejected | Outcome::Held));
    left.flat_map(|person| {
        person.problems.iter().map(|problem| ReportLine {
            number: person.code.to_string(),
            what: problem.item.clone().unwrap_or_default(),
            why: problem.message.clone(),
        })
    })
    .collect()
}

/// One line an item that can't stand in a file.
pub(super) fn bad_lines(code: &str, cells: &[(&str, BadCell)]) -> Vec<Problem> {
    let line = |(item, why): &(&str, BadCell)| {
        let item = Item::Own(item);
        match why {
            BadCell::Formula => Message::Formula { code, item }.problem(),
            BadCell::Unmappable => Message::Character { code, item }.problem(),
        }
    };
    cells.iter().map(line).collect()
}
