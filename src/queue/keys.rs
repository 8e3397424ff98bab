//! The names of all keys, in one place.

use crate::job::RunId;

/// Builds key names under a prefix.
#[derive(Debug, Clone)]
pub struct Keys {
    prefix: String,
}

impl Keys {
    /// What every key begins with, without the colon.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Keys under `prefix`, without a colon at its end.
    pub fn new(prefix: &str) -> Keys {
        Keys { prefix: prefix.to_owned() }
    }

    fn key(&self, rest: &[&str]) -> String {
        let mut key = self.prefix.clone();
        for part in rest {
            key.push(':');
            key.push_str(part);
        }
        key
    }

    /// The stream of jobs.
    pub fn jobs(&self) -> String {
        self.key(&["jobs"])
    }

    /// The hash of a run.
    pub fn run(&self, run: &RunId) -> String {
        self.key(&["run", run.as_str()])
    }

    /// The people of an ended run, a stream.
    pub fn people(&self, run: &RunId) -> String {
        self.key(&["run", run.as_str(), "people"])
    }

    /// The people of an attempt that runs.
    pub fn people_of(&self, run: &RunId, epoch: u64) -> String {
        self.key(&["run", run.as_str(), "people", &epoch.to_string()])
    }

    /// The index of all runs.
    pub fn runs(&self) -> String {
        self.key(&["runs"])
    }

    /// The index of a link's runs.
    pub fn runs_of(&self, link: &str) -> String {
        self.key(&["runs", link])
    }

    /// All runs that stand in line.
    pub fn waiting(&self) -> String {
        self.key(&["waiting"])
    }

    /// The line of one account, given as `<service>:<id>`.
    pub fn waiting_of(&self, account: &str) -> String {
        self.key(&["waiting", account])
    }

    /// The runs that wait for their next attempt.
    pub fn delayed(&self) -> String {
        self.key(&["delayed"])
    }

    /// The lock of an account, given as `<service>:<id>`.
    pub fn lock(&self, account: &str) -> String {
        self.key(&["lock", account])
    }

    /// The request times of an account, of one class of requests or of all.
    pub fn gate(&self, service: &str, account: &str, class: Option<&str>) -> String {
        match class {
            Some(class) => self.key(&["gate", service, account, class]),
            None => self.key(&["gate", service, account]),
        }
    }

    /// The run of an idempotency key.
    pub fn once(&self, key: &str) -> String {
        self.key(&["once", key])
    }

    /// The last tick of a flow of a link.
    pub fn schedule(&self, link: &str, flow: &str) -> String {
        self.key(&["schedule", link, flow])
    }

    /// The holds of a link and the decisions about them.
    pub fn holds(&self, link: &str) -> String {
        self.key(&["holds", link])
    }

    /// What is left to do for people of a link, a hash.
    pub fn todo(&self, link: &str) -> String {
        self.key(&["todo", link])
    }

    /// The outbox.
    pub fn mail(&self) -> String {
        self.key(&["mail"])
    }

    /// The mark of something that was mailed about: the parts say what, none of them with a colon.
    pub fn reminder(&self, parts: &[&str]) -> String {
        self.key(&["reminder", &parts.join(":")])
    }

    /// The copies of entries that were no valid job.
    pub fn rejected(&self) -> String {
        self.key(&["rejected"])
    }

    /// The schema version.
    pub fn meta(&self) -> String {
        self.key(&["meta"])
    }
}
