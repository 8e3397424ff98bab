//! What a run of a flow works on: both sides as they were read, the plan over them, and what was written so far.

use std::collections::{BTreeMap, BTreeSet};

use super::carry_out::{Destination, Origin};
use super::handover::Handover;
use super::settle::earlier;
use super::{Answer, FlowError, Intent, Journal, Report, Request, applied};
use crate::config::{FlowSettings, Link};
use crate::job::{self, Job, Trigger};
use crate::sync::{
    Changes, Columns, DataSet, Earlier, Failure, ItemRef, Layout, Outcome, People, Person, Plan, PlanInput,
    Problem, Refused, ResourceKind, Roles, Rules, Selection, TodoItem, Trip, Write, doubts_reading, guard,
    judge, plan, resolve, todo,
};
use crate::telemetry;

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Makes people, with the basic items.
    Create,
    /// Changes basic items.
    Update,
    /// Writes the sheet of this resource.
    Sheet(usize),
    /// Makes or changes people, whichever it takes, with all items of 本人情報.
    Upsert,
}

/// What a run works on.
pub(super) struct Work<'a> {
    pub(super) request: &'a Request<'a>,
    settings: &'a FlowSettings,
    selection: Selection,
    pub(super) rules: Rules,
    source: People,
    destination: People,
    pub(super) plan: Plan,
    /// All intents of the run, those of earlier attempts first, by their number.
    pub(super) intents: Vec<Intent>,
    /// What went through files instead of requests.
    pub(super) handover: Option<Handover>,
    /// What the destination refused, by 社員番号.
    refused: BTreeMap<String, Vec<(Step, Vec<Problem>)>>,
}

/// The settings of the run's trigger.
pub(super) fn settings<'a>(request: &Request<'a>) -> &'a FlowSettings {
    settings_of(request.link, request.job)
}

/// The settings of a job's trigger.
pub(super) fn settings_of<'a>(link: &'a Link, job: &Job) -> &'a FlowSettings {
    let flow = &link.flows[&job.flow];
    match job.trigger() {
        Trigger::Periodic => &flow.periodic,
        Trigger::Spot => &flow.spot,
    }
}

fn selection(request: &Request<'_>) -> Selection {
    let set = |set: &job::DataSet| match set {
        job::DataSet::Own => DataSet::Own,
        job::DataSet::Dependents => DataSet::Dependents,
    };
    Selection {
        employees: request.job.employees.clone(),
        datasets: request.job.datasets.iter().map(set).collect(),
        items: request.job.items.clone(),
    }
}

/// Binds the mapping of the run to the destination's layout.
pub(super) fn bind(request: &Request<'_>, layout: &Layout, roles: &Roles) -> Result<Rules, Failure> {
    let settings = settings(request);
    resolve(&settings.mapping, &settings.policy, layout, roles, &selection(request))
}

impl<'a> Work<'a> {
    /// Reads both sides at once and plans.
    pub(super) async fn read<O: Origin, D: Destination>(
        request: &'a Request<'a>,
        rules: Rules,
        origin: &O,
        destination: &D,
    ) -> Result<Self, FlowError> {
        let (source, held) = futures::future::try_join(origin.read(&rules), destination.read(&rules)).await?;
        let mut work = Work {
            request,
            settings: settings(request),
            selection: selection(request),
            rules,
            source,
            destination: held,
            plan: Plan::default(),
            intents: request.intents.to_vec(),
            handover: origin.handover().or_else(|| destination.handover()),
            refused: BTreeMap::new(),
        };
        work.plan_again();
        Ok(work)
    }

    /// Reads the destination again and plans anew; what was refused stays refused.
    pub(super) async fn read_again<D: Destination>(&mut self, destination: &D) -> Result<(), FlowError> {
        self.destination = destination.read(&self.rules).await?;
        self.plan_again();
        Ok(())
    }

    fn plan_again(&mut self) {
        self.plan = plan(&self.input(&earlier(&self.intents)));
        for (code, refusals) in std::mem::take(&mut self.refused) {
            for (step, problems) in refusals {
                self.refuse(step, &code, problems);
            }
        }
    }

    /// What the plan depends on.
    pub(super) fn input<'w>(&'w self, earlier: &'w Earlier) -> PlanInput<'w> {
        PlanInput {
            today: self.request.today(),
            source: &self.source,
            destination: &self.destination,
            rules: &self.rules,
            policy: &self.settings.policy,
            selection: &self.selection,
            earlier,
            decisions: self.request.decisions,
        }
    }

    pub(super) fn trips(&self) -> Vec<Trip> {
        let trips = guard(&self.plan.measures, &self.settings.policy.guards, self.request.last_full);
        for trip in &trips {
            telemetry::guard_tripped(trip.guard);
        }
        trips
    }

    /// The report of a run that may not write any more. What an earlier attempt of it wrote is told all the same.
    pub(super) fn stopped(mut self, trips: Vec<Trip>, tripped: bool) -> Report {
        let written = applied(&self.intents);
        self.plan.cancel();
        let mut created = BTreeSet::new();
        for person in written.people.iter().filter(|person| person.outcome == Outcome::Created) {
            created.insert(person.code.clone());
        }
        let report = self.report_with(trips, &created);
        let report = if tripped { report.stopped() } else { report };
        report.with(written)
    }

    pub(super) fn report(self, trips: Vec<Trip>) -> Report {
        let created = self.plan.outcomes.iter().filter(|person| person.outcome == Outcome::Created);
        let created = created.map(|person| person.code.to_string()).collect();
        self.report_with(trips, &created)
    }

    /// The report of a run that created these people.
    fn report_with(self, trips: Vec<Trip>, created: &BTreeSet<String>) -> Report {
        let todo = self.todo(&trips, created);
        let failure = judge(&self.plan, &self.settings.policy);
        let handover = self.handover;
        if self.plan.dependents_kept > 0 {
            let people = self.plan.dependents_kept;
            tracing::warn!(
                people,
                "rows of 扶養家族 stay although the source has none (dependents_empty: keep)"
            );
        }
        let mut report = Report::of(self.plan, &self.rules, trips);
        report.failure = report.failure.or(failure);
        report.handover = handover;
        report.todo = todo;
        report
    }

    /// 要対応 while the plan is carried out.
    pub(super) fn left_to_do(&self) -> Vec<TodoItem> {
        let created = self.plan.outcomes.iter().filter(|person| person.outcome == Outcome::Created);
        self.todo(&[], &created.map(|person| person.code.to_string()).collect()).unwrap_or_default()
    }

    /// 要対応; nothing is said where one of the sides may not have been read whole, unless somebody looked and forced the run.
    fn todo(&self, trips: &[Trip], created: &BTreeSet<String>) -> Option<Vec<TodoItem>> {
        if doubts_reading(&self.plan.measures, trips) && !self.request.job.force {
            return None;
        }
        Some(todo(&self.input(&earlier(&self.intents)), created, self.request.todo))
    }

    /// Keeps an intent in the journal, before its write. Returns its number.
    pub(super) async fn intend<J: Journal>(
        &mut self,
        journal: &J,
        intent: Intent,
    ) -> Result<usize, FlowError> {
        let number = journal.intend(intent.clone()).await?;
        debug_assert_eq!(number, self.intents.len(), "the journal counts like the work");
        self.intents.push(intent);
        journal.may_write()?;
        Ok(number)
    }

    /// Keeps what came of a write.
    pub(super) async fn answered<J: Journal>(
        &mut self,
        journal: &J,
        number: usize,
        answer: Answer,
    ) -> Result<(), FlowError> {
        self.intents[number].answer = answer.clone();
        Ok(journal.answered(number, answer).await?)
    }

    /// Rejects a person for what the destination refused in a step.
    pub(super) fn refuse(&mut self, step: Step, code: &str, problems: Vec<Problem>) {
        let held_back = match step {
            Step::Create | Step::Upsert => vec![Refused::Person],
            Step::Update => self.own_from(self.basic_resource()),
            Step::Sheet(resource) if self.is_own(resource) => self.own_from(Some(resource)),
            Step::Sheet(resource) => vec![Refused::Resource(resource)],
        };
        for (at, refused) in held_back.into_iter().enumerate() {
            let problems = if at == 0 { problems.clone() } else { Vec::new() };
            self.plan.demote(&self.rules, code, refused, problems);
        }
        self.refused.entry(code.to_owned()).or_default().push((step, problems));
    }

    /// 本人情報's resources from this one on, in the order of their requests: a refusal holds back what would follow.
    fn own_from(&self, first: Option<usize>) -> Vec<Refused> {
        let own = (0..self.rules.resources().len()).filter(|resource| self.is_own(*resource));
        own.skip_while(|resource| Some(*resource) != first).map(Refused::Resource).collect()
    }

    fn is_own(&self, resource: usize) -> bool {
        self.rules.resources()[resource].kind != ResourceKind::Multi
    }

    /// The people who have something to be written in a step, by code.
    pub(super) fn due(&self, step: Step) -> Vec<String> {
        let due = self.plan.writes.iter().filter(|write| self.has(step, write));
        due.map(|write| write.code.to_string()).collect()
    }

    pub(super) fn is_due(&self, step: Step, code: &str) -> bool {
        self.find(step, code).is_some()
    }

    /// What is to be written of a person in a step.
    pub(super) fn find(&self, step: Step, code: &str) -> Option<&Write> {
        let at = self.plan.writes.binary_search_by(|write| (*write.code).cmp(code)).ok()?;
        Some(&self.plan.writes[at]).filter(|write| self.has(step, write))
    }

    pub(super) fn has(&self, step: Step, write: &Write) -> bool {
        if self.is_refused(step, &write.code) {
            return false;
        }
        let touches =
            |resource: usize| write.own.iter().any(|change| self.rules.get(change.rule).resource == resource);
        match step {
            Step::Create => write.create,
            Step::Update => !write.create && self.basic_resource().is_some_and(touches),
            Step::Upsert => write.create || !write.own.is_empty(),
            Step::Sheet(resource) => match self.rules.resources()[resource].kind {
                ResourceKind::Multi => write.dependents.is_some(),
                _ => touches(resource),
            },
        }
    }

    /// Who could not be created gets nothing, and who was refused in a step is not tried again there: a bad value of 本人情報
    /// holds back the rest of 本人情報, not the dependants.
    fn is_refused(&self, step: Step, code: &str) -> bool {
        let own = |step: Step| match step {
            Step::Create | Step::Update | Step::Upsert => true,
            Step::Sheet(resource) => self.is_own(resource),
        };
        self.refused.get(code).is_some_and(|refusals| {
            refusals.iter().any(|(refused, _)| {
                *refused == Step::Create || *refused == step || (own(*refused) && own(step))
            })
        })
    }

    /// The bare names of the items that are to be written of a person in a step.
    pub(super) fn items(&self, step: Step, code: &str) -> Vec<&str> {
        let Some(write) = self.find(step, code) else { return Vec::new() };
        let resource = match step {
            Step::Create | Step::Update | Step::Upsert => self.basic_resource(),
            Step::Sheet(resource) => Some(resource),
        };
        let own = write.own.iter();
        let rows = write.dependents.iter().flatten().flat_map(Changes::iter);
        let mut names = Vec::new();
        for change in own.chain(rows).filter(|change| !self.rules.is_carried(change.rule)) {
            let rule = self.rules.get(change.rule);
            if Some(rule.resource) == resource && !names.contains(&rule.target.item.as_str()) {
                names.push(rule.target.item.as_str());
            }
        }
        names
    }

    /// Whom the destination holds where somebody is to be changed, under its columns.
    pub(super) fn held(&self, write: &Write) -> Option<(&Columns, &Person)> {
        let person = self.destination.people.get(write.place? as usize)?;
        Some((&self.destination.columns, person))
    }

    pub(super) fn resource_kind(&self, rule: usize) -> ResourceKind {
        self.rules.resources()[self.rules.get(rule).resource].kind
    }

    /// The name of the basic items' sheet.
    pub(super) fn basic(&self) -> &str {
        self.basic_resource().map_or(ItemRef::BASIC, |at| self.rules.resources()[at].sheet.as_str())
    }

    fn basic_resource(&self) -> Option<usize> {
        self.rules.resources().iter().position(|resource| resource.kind == ResourceKind::Basic)
    }
}
