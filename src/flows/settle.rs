//! What earlier attempts of a run left behind: who was meant to be written, and whether a write of unknown end took effect.

use std::collections::HashMap;
use std::time::Instant;

use super::carry_out::Destination;
use super::work::Work;
use super::{Act, Answer, FlowError, Intent, Journal};
use crate::sync::{Earlier, Intended, ItemRef, Plan, Rules, Write};

/// Everybody whom earlier writes of the run may have reached, for the plan: who is equal now was written by them.
pub(super) fn earlier(intents: &[Intent]) -> Earlier {
    let mut people: HashMap<String, Intended> = HashMap::new();
    for intent in intents {
        for (code, positions) in intent.accepted() {
            let person = people.entry(code.to_owned()).or_default();
            person.create |= intent.creates(code);
            person.dependents |= intent.act == Act::Replace;
            for item in intent.items_of(positions) {
                person.items.push(ItemRef::new(intent.sheet.as_str(), item).to_string());
            }
        }
    }
    Earlier { people }
}

/// Looks for writes of unknown end until they show or are too old to come, and notes which. The age is judged by both clocks: a
/// wall clock that was set back, or another machine's that is ahead, doesn't make the wait longer than the limit.
pub(super) async fn settle<D: Destination, J: Journal>(
    work: &mut Work<'_>,
    destination: &D,
    journal: &J,
) -> Result<(), FlowError> {
    // Whoever reads after an open task's end sees it; the first reading may have been before.
    if work.intents.iter().any(|intent| !intent.people.is_empty()) {
        work.read_again(destination).await?;
    }
    let (limit, started) = (work.request.settle.limit, Instant::now());
    let wall_limit = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    for number in 0..work.intents.len() {
        while work.intents[number].answer == Answer::Unknown {
            let intent = &work.intents[number];
            let age = chrono::Utc::now().timestamp_millis() - intent.at;
            let answer = if shows(intent, &work.plan, &work.rules) {
                Answer::Done
            } else if age > wall_limit || started.elapsed() > limit {
                Answer::Doubtful
            } else {
                tokio::time::sleep(work.request.settle.every).await;
                work.read_again(destination).await?;
                continue;
            };
            work.answered(journal, number, answer).await?;
        }
    }
    Ok(())
}

/// True if the destination shows what an intent was to write: the plan over a fresh reading would not write it again.
fn shows(intent: &Intent, plan: &Plan, rules: &Rules) -> bool {
    let writes: HashMap<&str, &Write> = plan.writes.iter().map(|write| (&*write.code, write)).collect();
    intent.people.iter().all(|(code, positions)| {
        let Some(write) = writes.get(code.as_str()) else { return true };
        match intent.act {
            _ if intent.creates(code) => !write.create,
            Act::Create => true,
            Act::Replace => write.dependents.is_none(),
            Act::Update | Act::Upsert => {
                let again = |item: &str| {
                    write.own.iter().any(|change| {
                        let target = &rules.get(change.rule).target;
                        target.sheet == intent.sheet && target.item == item
                    })
                };
                !write.create && !intent.items_of(positions).any(again)
            }
        }
    })
}
