//! Planted faults: which request they hit and what happens then.
//!
//! A fault is given as JSON:
//!
//! ```json
//! { "service": "kaonavi", "tenant": "demo-key", "match": { "method": "GET", "path": "/kaonavi/api/v2.0/members" },
//!   "times": 2, "skip": 0, "action": { "status": 503, "retry_after": 1 } }
//! ```
//!
//! Everything but `action` may be left out. `path` hits itself and everything below it, with `"exact": true` itself
//! alone. `times` is how often the fault happens, once by default, `null` for ever; the first `skip` requests
//! that match pass. Of several faults that match, the one planted first happens.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Service;

/// A planted fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service: Option<Service>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    #[serde(default, rename = "match")]
    target: Target,
    #[serde(default = "once")]
    times: Option<u64>,
    #[serde(default)]
    skip: u64,
    action: Action,
}

#[expect(clippy::unnecessary_wraps, reason = "serde's default has to be of the field's type")]
fn once() -> Option<u64> {
    Some(1)
}

/// Which requests a fault hits.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Target {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default)]
    exact: bool,
}

/// What happens. Several may be given at once, such as a delay and a status.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the JSON that a test writes")]
pub(super) struct Action {
    /// Answer with this status and the service's own error instead of serving; for SMTP a reply code.
    pub(super) status: Option<u16>,
    /// `Retry-After` in seconds, beside `status`.
    pub(super) retry_after: Option<u64>,
    /// OfficeStation's or mediment's error code, beside `status`.
    pub(super) code: Option<String>,
    /// Wait before anything else.
    pub(super) delay_ms: Option<u64>,
    /// Close the connection without serving.
    pub(super) drop: bool,
    /// `true`: break off in the middle of the answer; `"json"`: a complete answer with half its body.
    pub(super) truncate: Option<Truncate>,
    /// A maintenance page instead of JSON, with `status` or 200.
    pub(super) html: bool,
    /// All tokens of the tenant end before the request is served.
    pub(super) expire_token: bool,
    /// The tenant's quota is used up before the request is served; without a limit nothing happens.
    pub(super) quota: bool,
    /// The request is served, then the connection closed without an answer.
    pub(super) lose_answer: bool,
    /// Kaonavi: the task that the request makes ends like this (`NG` or `ERROR`) and changes nothing.
    pub(super) task: Option<String>,
    /// Beside `task`.
    pub(super) messages: Vec<String>,
    /// SMTP: the message is taken, then the connection closed without a reply.
    pub(super) drop_after_accept: bool,
}

/// How an answer is cut short.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(untagged)]
pub(super) enum Truncate {
    /// `true`: the connection breaks.
    Flag(bool),
    /// `"json"`: the answer is complete for HTTP, its JSON is not.
    Kind(String),
}

/// A request as a fault sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) service: Service,
    pub(super) tenant: Option<&'a str>,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
}

/// The planted faults of a sandbox.
#[derive(Debug, Default)]
pub(super) struct Faults {
    planted: Mutex<Vec<Fault>>,
}

impl Faults {
    /// Plants one fault or a list of them.
    pub(super) fn plant(&self, order: Value) -> Result<usize, String> {
        let orders = if let Value::Array(orders) = order { orders } else { vec![order] };
        let faults: Vec<Fault> = orders.into_iter().map(read).collect::<Result<_, _>>()?;
        let count = faults.len();
        self.lock().extend(faults);
        Ok(count)
    }

    /// Whether nothing is planted, as is usual.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Removes everything.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// What is still to happen.
    pub(super) fn json(&self) -> Value {
        json!(*self.lock())
    }

    /// What happens to this request, and once less from now on.
    pub(super) fn take(&self, seen: Seen<'_>) -> Option<Action> {
        let mut planted = self.lock();
        let hit = planted.iter_mut().position(|fault| fault.hits(seen))?;
        let fault = &mut planted[hit];
        let action = fault.action.clone();
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                planted.remove(hit);
            }
        }
        Some(action)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fault {
    /// Whether it happens to this request; counts down what is to be skipped.
    fn hits(&mut self, seen: Seen<'_>) -> bool {
        // A fault without a service is meant for the HTTP services; mail is only hit when it is named.
        let service = self.service.map_or(seen.service != Service::Smtp, |service| service == seen.service);
        let matches = service
            && self.tenant.as_deref().is_none_or(|tenant| Some(tenant) == seen.tenant)
            && self.target.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(seen.method))
            && self.target.path.as_deref().is_none_or(|path| self.target.covers(path, seen.path));
        if matches && self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        matches
    }
}

impl Target {
    fn covers(&self, wanted: &str, path: &str) -> bool {
        let wanted = wanted.trim_end_matches('/');
        match path.strip_prefix(wanted) {
            Some("") => true,
            Some(rest) => !self.exact && rest.starts_with('/'),
            None => false,
        }
    }
}

fn read(order: Value) -> Result<Fault, String> {
    let fault: Fault = serde_json::from_value(order).map_err(|error| format!("no valid fault: {error}"))?;
    let action = &fault.action;
    if *action == Action::default() {
        return Err("action says nothing".into());
    }
    if action.task.as_deref().is_some_and(|status| !matches!(status, "NG" | "ERROR")) {
        return Err("task: expected \"NG\" or \"ERROR\"".into());
    }
    if matches!(&action.truncate, Some(Truncate::Kind(kind)) if kind != "json") {
        return Err("truncate: expected true or \"json\"".into());
    }
    if action.status.is_some_and(|status| !(200..=599).contains(&status)) {
        return Err("status: expected 200 to 599".into());
    }
    if fault.times == Some(0) {
        return Err("times: expected at least 1, or null for ever".into());
    }
    Ok(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(path: &str) -> Seen<'_> {
        Seen { service: Service::Kaonavi, tenant: Some("demo-key"), method: "GET", path }
    }

    #[test]
    fn a_fault_skips_happens_and_is_used_up() {
        let faults = Faults::default();
        let fault = json!({"match": {"path": "/a"}, "times": 2, "skip": 1, "action": {"status": 503}});
        faults.plant(fault).expect("a fault");
        let hits: Vec<bool> = (0..4).map(|_| faults.take(seen("/a")).is_some()).collect();
        assert_eq!(hits, [false, true, true, false]);
        assert!(faults.is_empty());
    }

    #[test]
    fn a_path_covers_what_lies_below_unless_exact() {
        let faults = Faults::default();
        let plant = |path: &str, exact: bool| {
            let fault = json!({"match": {"path": path, "exact": exact}, "action": {"drop": true}});
            faults.plant(fault).expect("a fault");
        };
        plant("/sheets", false);
        assert!(faults.take(seen("/sheetsheet")).is_none());
        assert!(faults.take(seen("/sheets/12")).is_some());
        plant("/sheets", true);
        assert!(faults.take(seen("/sheets/12")).is_none());
        assert!(faults.take(seen("/sheets")).is_some());
    }

    #[test]
    fn method_service_and_tenant_narrow_a_fault() {
        let faults = Faults::default();
        for narrow in [
            json!({"service": "officestation", "action": {"drop": true}}),
            json!({"tenant": "demo-key-2", "action": {"drop": true}}),
            json!({"match": {"method": "PATCH"}, "action": {"drop": true}}),
        ] {
            faults.plant(narrow).expect("a fault");
        }
        assert!(faults.take(seen("/a")).is_none());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for bad in [
            json!({"action": {}}),
            json!({"action": {"stauts": 503}}),
            json!({"action": {"task": "OK"}}),
            json!({"action": {"drop": true}, "times": 0}),
            json!({"service": "saturn", "action": {"drop": true}}),
        ] {
            assert!(Faults::default().plant(bad.clone()).is_err(), "{bad}");
        }
    }
}
