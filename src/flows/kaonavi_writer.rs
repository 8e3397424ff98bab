//! How a plan is written to Kaonavi: the order of the requests and their tasks.
//!
//! Order (`DESIGN` §6 Kaonavi): POST members, then PATCH members, then each single-record sheet, then the multi-record sheet,
//! every task followed to its end before the next request that depends on it. Each batch is noted in the journal first.

use super::carry_out::{Destination, End, Sent, intent};
use super::work::{Step, Work};
use super::{Act, Answer, FlowError, Intent, Journal};
use crate::job::Service;
use crate::services::ServiceError;
use crate::services::kaonavi::{
    Batch, BatchLimits, Field, Kaonavi, MemberWrite, SheetWrite, TaskState, Tenant, member_batches,
    sheet_batches,
};
use crate::sync::{Changes, Failure, ItemRef, People, ResourceKind, Rules, RunFailure, Write};

/// Kaonavi as a destination.
pub(super) struct ToKaonavi<'a> {
    pub(super) kaonavi: &'a Kaonavi,
    pub(super) tenant: &'a Tenant,
}

impl Destination for ToKaonavi<'_> {
    const SERVICE: Service = Service::Kaonavi;

    async fn read(&self, rules: &Rules) -> Result<People, ServiceError> {
        let cloned = |items: Vec<&ItemRef>| items.into_iter().cloned().collect::<Vec<_>>();
        self.kaonavi.read(self.tenant, &cloned(rules.targets()), &cloned(rules.dependent_targets())).await
    }

    fn steps(&self, rules: &Rules) -> Vec<Step> {
        let sheets = |kind: ResourceKind| {
            let resources = rules.resources().iter().enumerate();
            resources.filter(move |(_, resource)| resource.kind == kind).map(|(at, _)| Step::Sheet(at))
        };
        [Step::Create, Step::Update]
            .into_iter()
            .chain(sheets(ResourceKind::Single))
            .chain(sheets(ResourceKind::Multi))
            .collect()
    }

    fn requests(&self, work: &Work<'_>) -> usize {
        let has = |step: &Step| work.plan.writes.iter().any(|write| work.has(*step, write));
        self.steps(&work.rules).into_iter().filter(has).count()
    }

    async fn follow_open<J: Journal>(&self, journal: &J, work: &mut Work<'_>) -> Result<(), FlowError> {
        for number in 0..work.intents.len() {
            if let Answer::Task(task) = work.intents[number].answer {
                let end = self.follow(task).await?;
                work.answered(journal, number, end.answer).await?;
            }
        }
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
        let slot = self.kaonavi.slot().await?;
        let Some((batch, intent)) = next_batch(self.tenant, work, step, people) else { return Ok(None) };
        let number = work.intend(journal, intent).await?;
        let accepted = match step {
            Step::Create => self.kaonavi.create_members(slot, &batch).await,
            Step::Update | Step::Upsert => self.kaonavi.update_members(slot, &batch).await,
            Step::Sheet(resource) => {
                self.kaonavi.update_sheet(slot, work.rules.resources()[resource].id, &batch).await
            }
        };
        let end = match accepted {
            Ok(task) => {
                work.answered(journal, number, Answer::Task(task)).await?;
                self.follow(task).await?
            }
            Err(error) => End::of(error)?,
        };
        let refused = end.answer != Answer::Done;
        work.answered(journal, number, end.answer).await?;
        end.error.map_or(Ok(()), Err)?;
        Ok(Some(Sent { codes: batch.codes.iter().map(ToString::to_string).collect(), refused }))
    }
}

impl ToKaonavi<'_> {
    /// Waits for a task's end.
    async fn follow(&self, task: u64) -> Result<End, FlowError> {
        Ok(match self.kaonavi.wait(task).await? {
            TaskState::Ok => End { answer: Answer::Done, error: None },
            TaskState::Ng => End { answer: Answer::Doubtful, error: None },
            // Kaonavi forgot it: the next attempt looks for its effect.
            state @ (TaskState::Unknown | TaskState::Open) => {
                End { answer: Answer::Unknown, error: Some(broken_task(state)) }
            }
            state @ TaskState::Error => End { answer: Answer::Doubtful, error: Some(broken_task(state)) },
        })
    }
}

fn broken_task(state: TaskState) -> FlowError {
    FlowError::Transient {
        failure: Failure::from(RunFailure::Timeout { service: Service::Kaonavi.name() }),
        what: format!("kaonavi: a task ended {state:?}"),
        retry_after: None,
    }
}

/// The first batch of the people of `codes` who still have something to be written in this step, and its intent.
fn next_batch(tenant: &Tenant, work: &Work<'_>, step: Step, codes: &[String]) -> Option<(Batch, Intent)> {
    let writes = codes.iter().filter_map(|code| work.find(step, code));
    let limits = BatchLimits::default();
    let batch = match step {
        Step::Create | Step::Update | Step::Upsert => {
            member_batches(writes.map(|write| member(tenant, work, write)), limits).next()
        }
        Step::Sheet(resource) => {
            sheet_batches(writes.map(|write| sheet(work, resource, write)), limits).next()
        }
    }?;
    let (act, sheet) = match step {
        Step::Create => (Act::Create, work.basic()),
        Step::Update | Step::Upsert => (Act::Update, work.basic()),
        Step::Sheet(at) => {
            let resource = &work.rules.resources()[at];
            let act = if resource.kind == ResourceKind::Multi { Act::Replace } else { Act::Update };
            (act, resource.sheet.as_str())
        }
    };
    let intent = intent(work, step, act, sheet, &batch.codes);
    Some((batch, intent))
}

fn member<'w>(tenant: &Tenant, work: &'w Work<'_>, write: &'w Write) -> MemberWrite<'w> {
    let basic = |rule: usize| work.resource_kind(rule) == ResourceKind::Basic;
    let fields = write.own.iter().filter(|change| basic(change.rule)).filter_map(|change| {
        let field = tenant.field(&work.rules.get(change.rule).target)?;
        Some((field, change.value))
    });
    MemberWrite { code: &write.code, fields: fields.collect::<Vec<(Field, _)>>() }
}

fn sheet<'w>(work: &'w Work<'_>, resource: usize, write: &'w Write) -> SheetWrite<'w> {
    let record = |changes: &'w Changes| {
        let mine = changes.iter().filter(|change| work.rules.get(change.rule).resource == resource);
        mine.map(|change| (work.rules.get(change.rule).id, change.value)).collect::<Vec<_>>()
    };
    let records = match (work.rules.resources()[resource].kind, &write.dependents) {
        (ResourceKind::Multi, Some(rows)) => rows.iter().map(record).collect(),
        _ => vec![record(&write.own)],
    };
    SheetWrite { code: &write.code, records }
}
