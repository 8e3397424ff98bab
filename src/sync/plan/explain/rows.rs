//! 扶養家族情報 of one person, by the same comparison as a plan's.

use super::model::{RowsStep, RowsVerdict, Withheld};
use crate::sync::plan::bind::BoundRules;
use crate::sync::plan::dependents::{self, RowsDiff};
use crate::sync::plan::draft::Draft;
use crate::sync::plan::model::{PersonOutcome, PlanInput, Write};
use crate::sync::plan::people::Candidate;
use crate::sync::{ResourceKind, Row};

/// What the plan does with a person, as far as it is known.
pub(super) struct Planned<'a> {
    pub(super) outcome: Option<&'a PersonOutcome>,
    pub(super) write: Option<&'a Write>,
    /// False for somebody who isn't created, whose rows nobody looks at.
    pub(super) is_compared: bool,
    /// What holds back whatever isn't written.
    pub(super) withheld: Withheld,
}

/// What comes of a person's rows; nothing if the flow carries none. `held` is nothing for a new person.
pub(super) fn step(
    input: &PlanInput<'_>,
    bound: &BoundRules<'_>,
    candidate: &Candidate<'_>,
    held: Option<&[Row]>,
    planned: &Planned<'_>,
) -> Option<RowsStep> {
    let multi = input.rules.resources().iter().find(|resource| resource.kind == ResourceKind::Multi)?;
    let rows = &candidate.person.dependents[..];
    let [source, before] = dependents::rows(bound, rows, held.unwrap_or_default());
    let verdict = if !planned.is_compared {
        if source == 0 { RowsVerdict::Same } else { RowsVerdict::Withheld(planned.withheld) }
    } else if candidate.shares_dependents {
        RowsVerdict::Shared
    } else {
        let sides = (&*candidate.code, rows, held.unwrap_or_default());
        let (mut scratch, mut draft) = (String::new(), Draft::default());
        match dependents::diff(bound, multi, input.policy, sides, &mut scratch, &mut draft) {
            RowsDiff::Same => RowsVerdict::Same,
            RowsDiff::Kept => RowsVerdict::Kept,
            RowsDiff::Bad { .. } => RowsVerdict::Bad,
            RowsDiff::Replaced(_) if planned.write.is_some_and(|write| write.dependents.is_some()) => {
                RowsVerdict::Replaced
            }
            RowsDiff::Replaced(_) => RowsVerdict::Withheld(planned.withheld),
        }
    };
    let own = input.rules.own().len();
    let touched = planned.outcome.iter().flat_map(|person| &person.rules);
    let touched: Vec<u16> = touched.copied().filter(|rule| usize::from(*rule) >= own).collect();
    let items = input.rules.names(&touched).into_iter().map(str::to_owned).collect();
    Some(RowsStep { verdict, source, held: before, items })
}
