//! Writing to a service that takes or refuses the people of a batch one by one. Each batch is noted in the journal first; who is refused is
//! rejected with the items that the service named, and nothing else of its answer is kept.

use std::collections::BTreeSet;
use std::future::Future;

use super::carry_out::{End, Sent, intent, refusal};
use super::work::{Step, Work};
use super::{Act, Answer, FlowError, Journal};
use crate::job::Service;
use crate::services::ServiceError;
use crate::sync::{Item, Message, Problem};

/// What a service says of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It holds what was sent.
    Accepted,
    /// It refused the person for these items, as far as it named any.
    Refused(Vec<&'static str>),
}

/// Where a batch goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) service: Service,
    pub(super) step: Step,
    pub(super) act: Act,
}

/// Sends the batch of these people. `request` is the one that writes; nothing may wait between the intent and it.
pub(super) async fn send<J: Journal>(
    journal: &J,
    work: &mut Work<'_>,
    way: Way,
    people: &[Box<str>],
    request: impl Future<Output = Result<Vec<Verdict>, ServiceError>> + Send,
) -> Result<Option<Sent>, FlowError> {
    let intent = intent(work, way.step, way.act, work.basic(), people);
    let number = work.intend(journal, intent).await?;
    let codes: Vec<String> = people.iter().map(ToString::to_string).collect();
    match request.await {
        Ok(verdicts) => {
            let answer = taken_back(work, way, &codes, verdicts);
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

/// Rejects whom the service refused.
fn taken_back(work: &mut Work<'_>, way: Way, codes: &[String], verdicts: Vec<Verdict>) -> Answer {
    let mut refused = BTreeSet::new();
    for (code, verdict) in codes.iter().zip(verdicts) {
        if let Verdict::Refused(items) = verdict {
            let problems = problems(work, way, code, &items);
            work.refuse(way.step, code, problems);
            refused.insert(code.clone());
        }
    }
    if refused.is_empty() { Answer::Done } else { Answer::Except(refused) }
}

/// One line an item; where the service named none, one for everything that was sent.
fn problems(work: &Work<'_>, way: Way, code: &str, items: &[&str]) -> Vec<Problem> {
    let service = way.service.name();
    let line = |item: &str| Message::Refused { code, item: Item::Own(item), service }.problem();
    if items.is_empty() {
        return vec![refusal(work, way.step, code, way.service)];
    }
    items.iter().map(|item| line(item)).collect()
}
