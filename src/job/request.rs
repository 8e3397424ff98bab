//! The job itself and its Redis form.

use chrono::{DateTime, FixedOffset, SecondsFormat};

use super::{DataSet, Flow, Month, RunId};

/// A request that was checked: a configured link, a flow of its kind, values that make sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The link's name.
    pub link: String,
    /// One of the flows of the link's kind.
    pub flow: Flow,
    /// The month, for attendance alone.
    pub month: Option<Month>,
    /// Only these 社員番号, trimmed, each once, in the order given; empty: everybody.
    pub employees: Vec<String>,
    /// The data sets to carry, sorted; all of the flow if the job named none.
    pub datasets: Vec<DataSet>,
    /// Only these destination items, as they were named (bare or `sheet/item`), each once; empty: all that are mapped.
    pub items: Vec<String>,
    /// Read, plan and record; write nothing, mail nothing.
    pub dry_run: bool,
    /// Go past a tripped guard.
    pub force: bool,
    /// Free text for the history.
    pub requested_by: Option<String>,
    /// Idempotency key.
    pub key: Option<String>,
    /// The due time that the scheduler fired.
    pub tick: Option<DateTime<FixedOffset>>,
    /// The run that comes back, set by the daemon.
    pub run: Option<RunId>,
}

/// Who asked for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    /// 定期実行: the scheduler.
    Periodic,
    /// スポット実行: everybody else.
    Spot,
}

impl Trigger {
    /// The word in history and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Trigger::Periodic => "periodic",
            Trigger::Spot => "spot",
        }
    }

    /// The word that staff read.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Periodic => "定期実行",
            Trigger::Spot => "スポット実行",
        }
    }
}

impl Job {
    /// A job for everything that a flow carries.
    pub fn new(link: impl Into<String>, flow: Flow) -> Self {
        Job {
            link: link.into(),
            flow,
            month: None,
            employees: Vec::new(),
            datasets: flow.datasets().to_vec(),
            items: Vec::new(),
            dry_run: false,
            force: false,
            requested_by: None,
            key: None,
            tick: None,
            run: None,
        }
    }

    /// 定期実行 if the scheduler set `tick`.
    pub fn trigger(&self) -> Trigger {
        if self.tick.is_some() { Trigger::Periodic } else { Trigger::Spot }
    }

    /// The fields of its stream entry; what says no more than the default is left out. [`Job::parse`] reads them back.
    pub fn to_fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![("link", self.link.clone()), ("flow", self.flow.to_string())];
        let mut add = |name, value: Option<String>| fields.extend(value.map(|value| (name, value)));
        let flag = |set: bool| set.then(|| "true".to_owned());
        let list = |values: &[String]| (!values.is_empty()).then(|| values.join(","));
        let datasets: Vec<String> = self.datasets.iter().map(|set| set.as_str().to_owned()).collect();
        add("month", self.month.map(|month| month.to_string()));
        add("employees", list(&self.employees));
        add("datasets", list(&datasets).filter(|_| self.datasets != self.flow.datasets()));
        add("items", list(&self.items));
        add("dry_run", flag(self.dry_run));
        add("force", flag(self.force));
        add("requested_by", self.requested_by.clone());
        add("key", self.key.clone());
        add("tick", self.tick.map(|tick| tick.to_rfc3339_opts(SecondsFormat::AutoSi, false)));
        add("run", self.run.as_ref().map(RunId::to_string));
        fields
    }
}
