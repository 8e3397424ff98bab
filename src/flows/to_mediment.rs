//! How a plan is written to mediment: batches of at most 100 records, each taken or refused by itself (`reference/mediment.md` B2, B3).
//! Without the API files are written instead (`mediment_import.rs`).
//!
//! Known people are named by mediment's own id, for not everybody there has a 社員番号. 休憩時間, 有給時間 and the three items that mediment fills
//! in by itself are in no table that leads here.

use std::collections::HashMap;

use super::carry_out::{Destination, Sent};
use super::handover::{Handover, Run};
use super::one_by_one::{self, Verdict, Way};
use super::work::{Step, Work};
use super::{Act, FlowError, Journal, mediment_import};
use crate::job::{Month, Service};
use crate::services::ServiceError;
use crate::services::mediment::{
    ATTENDANCE_ITEMS, BATCH, Batch, Items, Mediment, Records, Rest, Whose, Written,
};
use crate::sync::{Cell, Columns, IdentityItems, People, Person, Row, Rules, Write};

/// The column of the record's id, which no mapping can name.
const ID: &str = "(id)";

/// What tells who somebody is.
pub(super) fn identity() -> IdentityItems {
    IdentityItems {
        number: "社員番号".to_owned(),
        name: ["姓".to_owned(), "名".to_owned()],
        first_kana: "メイ".to_owned(),
        mail: "メールアドレス".to_owned(),
        hire: "入社日".to_owned(),
    }
}

/// 従業員情報 of a tenant.
pub(super) struct ToEmployees<'a> {
    pub(super) mediment: &'a Mediment,
    pub(super) run: Run<'a>,
}

impl Destination for ToEmployees<'_> {
    const SERVICE: Service = Service::Mediment;

    async fn read(&self, rules: &Rules) -> Result<People, ServiceError> {
        match self.mediment {
            Mediment::Rest(rest) => Ok(joined(rest.employees().await?, None)),
            Mediment::Csv(files) => {
                let items: Vec<&str> =
                    rules.targets().into_iter().map(|target| target.item.as_str()).collect();
                Ok(files.employees(&items).await?.people)
            }
        }
    }

    fn handover(&self) -> Option<Handover> {
        Handover::of_mediment(self.mediment)
    }

    fn steps(&self, _rules: &Rules) -> Vec<Step> {
        match self.mediment {
            Mediment::Rest(_) => vec![Step::Create, Step::Update],
            // All files of a run are written at once.
            Mediment::Csv(_) => vec![Step::Upsert],
        }
    }

    fn requests(&self, work: &Work<'_>) -> usize {
        if let Mediment::Csv(_) = self.mediment {
            return 0;
        }
        [Step::Create, Step::Update].map(|step| work.due(step).len().div_ceil(BATCH)).iter().sum()
    }

    async fn send<J: Journal>(
        &self,
        journal: &J,
        work: &mut Work<'_>,
        step: Step,
        people: &[String],
    ) -> Result<Option<Sent>, FlowError> {
        let rest = match self.mediment {
            Mediment::Rest(rest) => rest,
            Mediment::Csv(files) => {
                return mediment_import::employees(files, self.run, journal, work, people).await.map(Some);
            }
        };
        let (act, batch, codes) = {
            let work = &*work;
            let writes = writes(work, step, people);
            let (act, batch) = if step == Step::Create {
                (Act::Create, Batch::create(writes.iter().map(|write| items(work, write))))
            } else {
                let named = writes.iter().map(|write| (id(work, write), items(work, write)));
                (Act::Update, Batch::update(named))
            };
            (act, batch, codes(&writes))
        };
        send(rest, journal, work, (step, act), (batch, codes)).await
    }
}

/// 勤怠情報 of a tenant in a month.
pub(super) struct ToAttendance<'a> {
    pub(super) mediment: &'a Mediment,
    pub(super) month: Month,
    pub(super) run: Run<'a>,
}

impl Destination for ToAttendance<'_> {
    const SERVICE: Service = Service::Mediment;

    async fn read(&self, _rules: &Rules) -> Result<People, ServiceError> {
        match self.mediment {
            Mediment::Rest(rest) => {
                let employees = rest.employees().await?;
                Ok(joined(employees, Some(&rest.attendances(self.month).await?)))
            }
            Mediment::Csv(files) => {
                Ok(mediment_import::without_attendance(files.employees(&[]).await?.people))
            }
        }
    }

    fn handover(&self) -> Option<Handover> {
        Handover::of_mediment(self.mediment).map(|handover| Handover { next: None, ..handover })
    }

    fn steps(&self, _rules: &Rules) -> Vec<Step> {
        vec![Step::Upsert]
    }

    fn requests(&self, work: &Work<'_>) -> usize {
        match self.mediment {
            Mediment::Rest(_) => work.due(Step::Upsert).len().div_ceil(BATCH),
            Mediment::Csv(_) => 0,
        }
    }

    async fn send<J: Journal>(
        &self,
        journal: &J,
        work: &mut Work<'_>,
        step: Step,
        people: &[String],
    ) -> Result<Option<Sent>, FlowError> {
        let rest = match self.mediment {
            Mediment::Rest(rest) => rest,
            Mediment::Csv(files) => {
                let whither = (self.month, self.run);
                return mediment_import::attendance(files, whither, journal, work, people).await.map(Some);
            }
        };
        let (batch, codes) = {
            let writes = writes(work, step, people);
            let named = writes.iter().map(|write| (Whose::Id(id(work, write)), items(work, write)));
            (Batch::attendances(self.month, named), codes(&writes))
        };
        send(rest, journal, work, (step, Act::Upsert), (batch, codes)).await
    }
}

async fn send<J: Journal>(
    rest: &Rest,
    journal: &J,
    work: &mut Work<'_>,
    (step, act): (Step, Act),
    (batch, codes): (Batch, Vec<Box<str>>),
) -> Result<Option<Sent>, FlowError> {
    if batch.is_empty() {
        return Ok(None);
    }
    let slot = rest.slot().await?;
    let way = Way { service: Service::Mediment, step, act };
    let request = async {
        let written = rest.write(slot, &batch).await?;
        Ok(written.into_iter().map(verdict).collect())
    };
    one_by_one::send(journal, work, way, &codes, request).await
}

fn verdict(written: Written) -> Verdict {
    match written {
        Written::Accepted { .. } => Verdict::Accepted,
        Written::Refused(refusals) => {
            let mut items: Vec<&'static str> = refusals.iter().filter_map(|refusal| refusal.item).collect();
            items.dedup();
            Verdict::Refused(items)
        }
    }
}

/// The first people of `people` who still have something to be written.
fn writes<'w>(work: &'w Work<'_>, step: Step, people: &[String]) -> Vec<&'w Write> {
    people.iter().filter_map(|code| work.find(step, code)).take(BATCH).collect()
}

fn codes(writes: &[&Write]) -> Vec<Box<str>> {
    writes.iter().map(|write| write.code.clone()).collect()
}

fn items<'w>(work: &'w Work<'_>, write: &'w Write) -> Items<'w> {
    write.own.iter().map(|change| (work.rules.get(change.rule).target.item.as_str(), change.value)).collect()
}

/// The record's id. Somebody known has been read with it.
fn id<'w>(work: &'w Work<'_>, write: &Write) -> &'w str {
    let held = work.held(write).and_then(|(columns, person)| Some((columns.position(ID)?, person)));
    held.and_then(|(column, person)| person.row.cell(column).text()).unwrap_or_default()
}

/// Employees with their ids, and with the attendance of a month if there is any to be joined.
fn joined(employees: Records, attendances: Option<&Records>) -> People {
    let Records { people, ids } = employees;
    let mut columns: Vec<String> = people.columns.names().to_vec();
    columns.push(ID.to_owned());
    let months = attendances.map(Months::new);
    if months.is_some() {
        columns.extend(ATTENDANCE_ITEMS.map(str::to_owned));
    }
    let width = people.columns.names().len();
    let person = |(person, id): (Person, Box<str>)| {
        let own = (0..width).map(|column| person.row.cell(column));
        let month = months.as_ref().map(|months| months.of(&id, &person.code));
        let month = month.into_iter().flat_map(|row| {
            (0..ATTENDANCE_ITEMS.len()).map(move |column| row.map_or(Cell::Blank, |row| row.cell(column)))
        });
        Person { row: Row::of(own.chain([Cell::of(&id)]).chain(month)), ..person.clone() }
    };
    People {
        columns: Columns::new(columns),
        announced: people.announced.or_else(|| {
            let read = attendances?;
            let missing = read.people.announced?.abs_diff(read.people.people.len());
            Some(people.people.len() + missing)
        }),
        people: people.people.into_iter().zip(ids).map(person).collect(),
        ..People::default()
    }
}

/// The records of a month by the employee's id, or by 社員番号 where they carry no id.
struct Months<'a> {
    by_id: HashMap<&'a str, &'a Row>,
    by_number: HashMap<&'a str, &'a Row>,
}

impl<'a> Months<'a> {
    fn new(records: &'a Records) -> Self {
        let mut months = Months { by_id: HashMap::new(), by_number: HashMap::new() };
        for (person, id) in records.people.people.iter().zip(&records.ids) {
            if id.is_empty() {
                months.by_number.insert(&person.code, &person.row);
            } else {
                months.by_id.insert(id, &person.row);
            }
        }
        months
    }

    fn of(&self, id: &str, number: &str) -> Option<&'a Row> {
        self.by_id.get(id).or_else(|| self.by_number.get(number).filter(|_| !number.is_empty())).copied()
    }
}
