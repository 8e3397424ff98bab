//! From a plan to its end: what earlier attempts left is settled, guards are asked, batches are sent, and what is refused is halved.
//!
//! The same for every flow; what is different of a service is behind [`Destination`]. A batch that a service refuses as a whole is halved
//! until the culprits are alone, at most [`MOST_EXTRA`] further requests a run; its free text is neither read nor kept. Nobody is
//! created twice: before the halves of a creation are sent, everybody is read again, and who exists by now is updated.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;

use super::handover::Handover;
use super::settle::settle;
use super::work::{Step, Work};
use super::{Act, Answer, FlowError, Intent, Journal, Preview, Report};
use crate::job::Service;
use crate::services::{Class, Effect, ServiceError};
use crate::sync::{Item, Message, People, Problem, Rules};

/// Update requests that halving may cost in one run.
const MOST_EXTRA: usize = 40;

/// The service that a flow reads from.
pub(super) trait Origin: Sync {
    /// Reads everybody with all that a plan under these rules looks at.
    fn read(&self, rules: &Rules) -> impl Future<Output = Result<People, ServiceError>> + Send;

    /// What was read from files, if the service is reached by files.
    fn handover(&self) -> Option<Handover> {
        None
    }
}

/// The service that a flow writes to.
pub(super) trait Destination: Sync {
    /// Which one.
    const SERVICE: Service;

    /// Reads everybody with all that a plan under these rules looks at.
    fn read(&self, rules: &Rules) -> impl Future<Output = Result<People, ServiceError>> + Send;

    /// What was read from files, if the service is reached by files. Its [`send`](Destination::send) adds what was written.
    fn handover(&self) -> Option<Handover> {
        None
    }

    /// Its kinds of request in their order, those with nothing to do among them: a refused creation may become an update.
    fn steps(&self, rules: &Rules) -> Vec<Step>;

    /// How many update requests a plan needs at the least.
    fn requests(&self, work: &Work<'_>) -> usize;

    /// Follows what an earlier attempt left under way to its end: nothing, where every answer says what became of its batch.
    fn follow_open<J: Journal>(
        &self,
        _journal: &J,
        _work: &mut Work<'_>,
    ) -> impl Future<Output = Result<(), FlowError>> + Send {
        async { Ok(()) }
    }

    /// Writes as many of these people, from the first on, as one request takes; `None` if none of them has anything to be written.
    fn send<J: Journal>(
        &self,
        journal: &J,
        work: &mut Work<'_>,
        step: Step,
        people: &[String],
    ) -> impl Future<Output = Result<Option<Sent>, FlowError>> + Send;
}

/// One request that was sent.
pub(super) struct Sent {
    /// Whom it named, in order.
    pub(super) codes: Vec<String>,
    /// True if the service refused it as a whole.
    pub(super) refused: bool,
}

/// Carries out what was planned, unless something forbids it.
pub(super) async fn carry_out<D: Destination, J: Journal>(
    mut work: Work<'_>,
    destination: &D,
    journal: &J,
) -> Result<Report, FlowError> {
    destination.follow_open(journal, &mut work).await?;
    settle(&mut work, destination, journal).await?;
    let trips = work.trips();
    if work.request.job.dry_run {
        return Ok(work.report(trips).stopped());
    }
    let tripped = !trips.is_empty() && !work.request.job.force;
    if tripped || work.plan.failure.is_some() {
        return Ok(work.stopped(trips, tripped));
    }
    write(&mut work, destination, journal).await?;
    Ok(work.report(trips))
}

/// What would be carried out.
pub(super) fn preview<D: Destination>(work: Work<'_>, destination: &D) -> Preview {
    let trips = work.trips();
    let updates = destination.requests(&work);
    let measures = &work.plan.measures;
    let (overwrites, retired) = (measures.items.clone(), measures.retired);
    Preview { report: work.report(trips).stopped(), updates, overwrites, retired }
}

/// Writes the whole plan, and takes back in it what was refused.
async fn write<D: Destination, J: Journal>(
    work: &mut Work<'_>,
    destination: &D,
    journal: &J,
) -> Result<(), FlowError> {
    // What earlier attempts spent on halving is spent.
    let cost = |intent: &&Intent| {
        intent.people.len() > 1 && matches!(intent.answer, Answer::Refused | Answer::Doubtful)
    };
    let mut extra = 2 * work.request.intents.iter().filter(cost).count();
    for step in destination.steps(&work.rules) {
        let mut groups = VecDeque::from([work.due(step)]);
        while let Some(group) = groups.pop_front() {
            let mut refused = Vec::new();
            let mut rest = &group[..];
            while !rest.is_empty() {
                let Some(sent) = destination.send(journal, work, step, rest).await? else { break };
                // Who has nothing left to be written in this step is named by no request and passed over.
                let last = sent.codes.last().and_then(|last| rest.iter().position(|code| code == last));
                rest = &rest[last.map_or(rest.len(), |last| last + 1)..];
                refused.extend(sent.refused.then_some(sent.codes));
            }
            for refused in refused {
                groups.extend(halve(work, destination, step, refused, &mut extra).await?);
            }
        }
    }
    Ok(())
}

/// What is tried next with a batch that was refused: its halves, or nothing if the culprit is found or the extra requests are
/// used up; the people are rejected then.
async fn halve<D: Destination>(
    work: &mut Work<'_>,
    destination: &D,
    step: Step,
    refused: Vec<String>,
    extra: &mut usize,
) -> Result<Vec<Vec<String>>, FlowError> {
    let service = D::SERVICE.name();
    if matches!(step, Step::Create | Step::Upsert) {
        work.read_again(destination).await?;
    }
    let alone = refused.len() == 1;
    let still: Vec<String> = refused.into_iter().filter(|code| work.is_due(step, code)).collect();
    if let ([code], true) = (still.as_slice(), alone) {
        let problem = refusal(work, step, code, D::SERVICE);
        work.refuse(step, code, vec![problem]);
        return Ok(Vec::new());
    }
    if *extra + 2 > MOST_EXTRA {
        for code in &still {
            work.refuse(step, code, vec![Message::Batch { code, service }.problem()]);
        }
        return Ok(Vec::new());
    }
    *extra += 2;
    let (first, second) = still.split_at(still.len().div_ceil(2));
    Ok([first, second].into_iter().filter(|half| !half.is_empty()).map(<[String]>::to_vec).collect())
}

/// How a write ended.
pub(super) struct End {
    pub(super) answer: Answer,
    /// Why the attempt can't go on, if it can't.
    pub(super) error: Option<FlowError>,
}

impl End {
    /// The end of a write that failed. One of unknown effect has none: its intent stays open.
    pub(super) fn of(error: ServiceError) -> Result<Self, FlowError> {
        match (error.class(), error.effect()) {
            (Class::Data, _) => Ok(End { answer: Answer::Refused, error: None }),
            (_, Effect::None) => Ok(End { answer: Answer::Refused, error: Some(error.into()) }),
            (_, Effect::Unknown) => Err(error.into()),
        }
    }
}

/// The line about somebody whom a service refused without saying for what. It names the items that were sent.
pub(super) fn refusal(work: &Work<'_>, step: Step, code: &str, service: Service) -> Problem {
    const NAMED: usize = 5;
    let items = work.items(step, code);
    let more = items.len().saturating_sub(NAMED);
    let first = items[..items.len() - more].join("、");
    let named = if more > 0 { format!("{first}ほか{more}項目") } else { first };
    let problem = Message::Refused { code, item: Item::Own(&named), service: service.name() }.problem();
    Problem { item: problem.item.filter(|_| items.len() == 1), ..problem }
}

/// The intent to write these people in a step.
pub(super) fn intent(work: &Work<'_>, step: Step, act: Act, sheet: &str, codes: &[Box<str>]) -> Intent {
    let mut items: Vec<String> = Vec::new();
    let (mut people, mut new) = (BTreeMap::new(), BTreeSet::new());
    for code in codes {
        let positions = work.items(step, code).into_iter().map(|item| {
            let at = items.iter().position(|known| *known == item).unwrap_or_else(|| {
                items.push(item.to_owned());
                items.len() - 1
            });
            u16::try_from(at).unwrap_or(u16::MAX)
        });
        people.insert(code.to_string(), positions.collect());
        if act == Act::Upsert && work.find(step, code).is_some_and(|write| write.create) {
            new.insert(code.to_string());
        }
    }
    let at = chrono::Utc::now().timestamp_millis();
    Intent { act, sheet: sheet.to_owned(), at, items, people, new, answer: Answer::Unknown }
}
