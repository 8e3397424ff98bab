//! How a plan is written to OfficeStation: batches of at most 100 people, whom the service takes or refuses one by one.
//!
//! A batch may be repeated (`DESIGN` §6 "A bad value"): its key says run and content. Without the API files are written instead
//! (`officestation_import.rs`).

use super::carry_out::{Destination, Sent};
use super::handover::{Handover, Run};
use super::one_by_one::{self, Verdict, Way};
use super::work::{Step, Work};
use super::{Act, FlowError, Journal, officestation_import};
use crate::job::Service;
use crate::services::ServiceError;
use crate::services::officestation::{BATCH, Batch, EmployeeWrite, OfficeStation, Upserted};
use crate::sync::{People, Rules, Write};

/// OfficeStation as a destination.
pub(super) struct ToOfficeStation<'a> {
    pub(super) officestation: &'a OfficeStation,
    pub(super) run: Run<'a>,
}

impl Destination for ToOfficeStation<'_> {
    const SERVICE: Service = Service::OfficeStation;

    async fn read(&self, rules: &Rules) -> Result<People, ServiceError> {
        let items: Vec<&str> = rules.targets().into_iter().map(|target| target.item.as_str()).collect();
        self.officestation.read(&items, &[]).await
    }

    fn handover(&self) -> Option<Handover> {
        Handover::of_officestation(self.officestation)
    }

    fn steps(&self, _rules: &Rules) -> Vec<Step> {
        vec![Step::Upsert]
    }

    fn requests(&self, work: &Work<'_>) -> usize {
        match self.officestation {
            OfficeStation::Rest(_) => work.due(Step::Upsert).len().div_ceil(BATCH),
            OfficeStation::Csv(_) => 0,
        }
    }

    async fn send<J: Journal>(
        &self,
        journal: &J,
        work: &mut Work<'_>,
        step: Step,
        people: &[String],
    ) -> Result<Option<Sent>, FlowError> {
        let rest = match self.officestation {
            OfficeStation::Rest(rest) => rest,
            OfficeStation::Csv(files) => {
                return officestation_import::hand_over(files, self.run, journal, work, step, people)
                    .await
                    .map(Some);
            }
        };
        // The slot comes first, so that no wait for the quota lies between the intent and the write.
        let slot = rest.slot().await?;
        let Some(batch) = next_batch(self.run.id, work, step, people) else { return Ok(None) };
        let way = Way { service: Self::SERVICE, step, act: Act::Upsert };
        let request = async {
            let results = rest.upsert(slot, &batch).await?;
            Ok(results.into_iter().map(verdict).collect())
        };
        one_by_one::send(journal, work, way, &batch.numbers, request).await
    }
}

fn verdict(result: Upserted) -> Verdict {
    match result {
        Upserted::Refused(items) => Verdict::Refused(items),
        Upserted::Accepted => Verdict::Accepted,
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
