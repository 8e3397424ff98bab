//! How a plan is written to OfficeStation: batches of at most 100 people, whom the service takes or refuses one by one.
//!
//! Each batch is noted in the journal first. Who is refused is rejected with the items that the service named; nothing else of its
//! answer is kept. A batch may be repeated (`DESIGN` §6 "A bad value"): its key says run and content.

use std::collections::BTreeSet;

use super::carry_out::{Destination, End, Sent, intent, refusal};
use super::work::{Step, Work};
use super::{Act, Answer, FlowError, Journal};
use crate::job::Service;
use crate::services::ServiceError;
use crate::services::officestation::{BATCH, Batch, EmployeeWrite, OfficeStation, Upserted};
use crate::sync::{Item, Message, People, Problem, Rules, Write};

/// OfficeStation as a destination.
pub(super) struct ToOfficeStation<'a> {
    pub(super) officestation: &'a OfficeStation,
    /// The run's id.
    pub(super) run: &'a str,
}

impl Destination for ToOfficeStation<'_> {
    const SERVICE: Service = Service::OfficeStation;

    async fn read(&self, rules: &Rules) -> Result<People, ServiceError> {
        let items: Vec<&str> = rules.targets().into_iter().map(|target| target.item.as_str()).collect();
        self.officestation.read(&items, &[]).await
    }

    fn steps(&self, _rules: &Rules) -> Vec<Step> {
        vec![Step::Upsert]
    }

    fn requests(&self, work: &Work<'_>) -> usize {
        work.due(Step::Upsert).len().div_ceil(BATCH)
    }

    async fn follow_open<J: Journal>(&self, _journal: &J, _work: &mut Work<'_>) -> Result<(), FlowError> {
        // Every answer says what became of its batch: nothing goes on without us.
        Ok(())
    }

    async fn send<J: Journal>(
        &self,
        journal: &J,
        work: &mut Work<'_>,
        step: Step,
        people: &[String],
    ) -> Result<Option<Sent>, FlowError> {
        // The slot comes first, so that no wait for the quota lies between the intent and the write.
        let slot = self.officestation.slot().await?;
        let Some(batch) = next_batch(self.run, work, step, people) else { return Ok(None) };
        let intent = intent(work, step, Act::Upsert, work.basic(), &batch.numbers);
        let number = work.intend(journal, intent).await?;
        let codes: Vec<String> = batch.numbers.iter().map(ToString::to_string).collect();
        match self.officestation.upsert(slot, &batch).await {
            Ok(results) => {
                let answer = taken_back(work, step, &codes, results);
                work.answered(journal, number, answer).await?;
                Ok(Some(Sent { codes, refused: false }))
            }
            Err(error) => {
                let end = End::of(error)?;
                work.answered(journal, number, end.answer).await?;
                end.error.map_or(Ok(()), Err)?;
                Ok(Some(Sent { codes, refused: true }))
            }
        }
    }
}

/// The first people of `people` who still have something to be written.
fn next_batch<'w>(run: &str, work: &'w Work<'_>, step: Step, people: &[String]) -> Option<Batch> {
    let writes = people.iter().filter_map(|code| work.find(step, code)).take(BATCH);
    let employee = |write: &'w Write| EmployeeWrite {
        number: &write.code,
        items: write
            .own
            .iter()
            .map(|change| (work.rules.get(change.rule).target.item.as_str(), change.value))
            .collect(),
    };
    let batch = Batch::new(run, writes.map(employee));
    (!batch.numbers.is_empty()).then_some(batch)
}

/// Rejects whom the service refused.
fn taken_back(work: &mut Work<'_>, step: Step, codes: &[String], results: Vec<Upserted>) -> Answer {
    let mut refused = BTreeSet::new();
    for (code, result) in codes.iter().zip(results) {
        if let Upserted::Refused(items) = result {
            let problems = problems(work, step, code, &items);
            work.refuse(step, code, problems);
            refused.insert(code.clone());
        }
    }
    if refused.is_empty() { Answer::Done } else { Answer::Except(refused) }
}

/// One line an item; where the service named none, one for everything that was sent.
fn problems(work: &Work<'_>, step: Step, code: &str, items: &[&str]) -> Vec<Problem> {
    let service = Service::OfficeStation.name();
    let line = |item: &str| Message::Refused { code, item: Item::Own(item), service }.problem();
    if items.is_empty() {
        return vec![refusal(work, step, code, Service::OfficeStation)];
    }
    items.iter().map(|item| line(item)).collect()
}
