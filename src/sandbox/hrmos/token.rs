//! Tokens (`reference/hrmos-kintai-api.md` §2).

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use chrono::DateTime;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::stamp;
use crate::sandbox::clock::tokyo;

/// How many tokens are kept before dead ones are swept out.
const SWEEP_ABOVE: usize = 1_000;

/// The live tokens of a company, with the milliseconds since 1970 at which each ends.
#[derive(Debug)]
pub(super) struct Tokens {
    ends: HashMap<String, i64>,
    salt: u64,
    count: u64,
}

impl Tokens {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { ends: HashMap::new(), salt: RandomState::new().build_hasher().finish(), count: 0 }
    }

    /// A new token of `life` seconds; older ones live on.
    pub(super) fn issue(&mut self, now: i64, life: i64) -> Value {
        if self.ends.len() > SWEEP_ABOVE {
            self.ends.retain(|_, ends| *ends > now);
        }
        self.count += 1;
        let mut hasher = Sha256::new();
        hasher.update(self.salt.to_le_bytes());
        hasher.update(self.count.to_le_bytes());
        // Eighteen bytes are 24 characters.
        let token = URL_SAFE.encode(&hasher.finalize()[..18]);
        self.put(token, now, life)
    }

    /// Gives a live token `life` seconds from now.
    pub(super) fn postpone(&mut self, token: &str, now: i64, life: i64) -> Option<Value> {
        self.is_alive(token, now).then(|| self.put(token.to_owned(), now, life))
    }

    /// Ends a live token and shows it once more.
    pub(super) fn destroy(&mut self, token: &str, now: i64) -> Option<Value> {
        let ends = self.ends.remove(token).filter(|ends| *ends > now)?;
        Some(shown(token, ends))
    }

    /// Whether requests may come with this token.
    pub(super) fn is_alive(&self, token: &str, now: i64) -> bool {
        self.ends.get(token).is_some_and(|ends| *ends > now)
    }

    /// Ends all of them.
    pub(super) fn clear(&mut self) {
        self.ends.clear();
    }

    fn put(&mut self, token: String, now: i64, life: i64) -> Value {
        let ends = now.saturating_add(life.saturating_mul(1_000));
        let answer = shown(&token, ends);
        self.ends.insert(token, ends);
        answer
    }
}

fn shown(token: &str, ends: i64) -> Value {
    let at = DateTime::from_timestamp_millis(ends).unwrap_or_default().with_timezone(&tokyo());
    json!({ "token": token, "expired_at": stamp(at) })
}
