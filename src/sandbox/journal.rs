//! Which requests the services were sent, newest last.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde_json::{Value, json};

use super::Service;
use super::mediment::Sent;

/// How many requests are remembered.
const CAPACITY: usize = 200_000;

/// One request and what became of it. No query, no body but the names of its keys: nothing of a person.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) at: DateTime<FixedOffset>,
    pub(super) service: Service,
    pub(super) tenant: Option<String>,
    pub(super) method: String,
    pub(super) path: String,
    /// 0 if the connection was dropped without an answer.
    pub(super) status: u16,
    /// What was sent to mediment.
    pub(super) sent: Option<Sent>,
}

/// The journal of a sandbox.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: Mutex<VecDeque<Entry>>,
}

impl Journal {
    pub(super) fn add(&self, entry: Entry) {
        let mut entries = self.lock();
        if entries.len() >= CAPACITY {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// `[{at, service, tenant, method, path, status}]`, of one service or tenant only if asked.
    pub(super) fn json(&self, service: Option<Service>, tenant: Option<&str>) -> Value {
        let entries = self.lock();
        let wanted = entries.iter().filter(|entry| {
            service.is_none_or(|service| entry.service == service)
                && tenant.is_none_or(|tenant| entry.tenant.as_deref() == Some(tenant))
        });
        wanted
            .map(|entry| {
                json!({
                    "at": entry.at.to_rfc3339_opts(SecondsFormat::Millis, false),
                    "service": entry.service.name(),
                    "tenant": entry.tenant,
                    "method": entry.method,
                    "path": entry.path,
                    "status": entry.status,
                })
            })
            .collect()
    }

    /// What mediment, or one tenant of it, was asked for: `[{at, tenant, method, path, status, records, keys}]`. `records`
    /// is the size of a batch, `keys` are the names of what was sent (`reference/mediment.md` §B6).
    pub(super) fn mediment_json(&self, tenant: Option<&str>) -> Value {
        let entries = self.lock();
        let wanted = entries.iter().filter(|entry| {
            entry.service == Service::Mediment
                && tenant.is_none_or(|tenant| entry.tenant.as_deref() == Some(tenant))
        });
        wanted
            .map(|entry| {
                json!({
                    "at": entry.at.to_rfc3339_opts(SecondsFormat::Millis, false),
                    "tenant": entry.tenant,
                    "method": entry.method,
                    "path": entry.path,
                    "status": entry.status,
                    "records": entry.sent.as_ref().and_then(|sent| sent.records),
                    "keys": entry.sent.as_ref().map(|sent| &sent.keys),
                })
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
