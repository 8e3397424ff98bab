//! Turning a tenant's knobs, for tests.
//!
//! One JSON object; each key is one setting.
//!
//! | key | value |
//! | --- | --- |
//! | `auto_create_org` | `true`: an unknown 事業所 or 部署 is made; `false`: it is an error of the record (`true`) |
//! | `offices`, `departments` | the names that are known, a list that replaces the former one |
//! | `require_email` | `true`: nobody without メールアドレス is created (`false`) |
//! | `integer_counts` | `true`: 欠勤回数, 遅刻回数 and 早退回数 take no fraction (`false`) |
//! | `rate_limit` | requests in any minute, 0 = no limit (0) |
//! | `slow_ms` | how long a request is waited with before it is served (0) |
//! | `token_seconds` | life of tokens issued from now on (3,600) |
//! | `fail_next` | how many of the next requests answer 500 and do nothing (0) |
//! | `disable` | operations that answer 403, a list that replaces the former one |
//!
//! An operation is `GET /employees`, `POST /employees/batch_create`, `POST /employees/batch_update`,
//! `GET /attendances` or `PUT /attendances`. A token request is not counted, waited with or failed by any of these.

use std::time::Duration;

use serde_json::Value;

use super::store::Store;

/// What can be disabled.
const OPERATIONS: [&str; 5] = [
    "GET /employees",
    "POST /employees/batch_create",
    "POST /employees/batch_update",
    "GET /attendances",
    "PUT /attendances",
];

/// The settings of a tenant, but for the known names.
#[derive(Clone, Debug)]
pub(super) struct Knobs {
    pub(super) auto_create_org: bool,
    pub(super) require_email: bool,
    pub(super) integer_counts: bool,
    pub(super) rate_limit: usize,
    pub(super) slow: Duration,
    pub(super) token_seconds: i64,
    pub(super) fail_next: usize,
    pub(super) disabled: Vec<String>,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            auto_create_org: true,
            require_email: false,
            integer_counts: false,
            rate_limit: 0,
            slow: Duration::ZERO,
            token_seconds: 3_600,
            fail_next: 0,
            disabled: Vec::new(),
        }
    }
}

impl Store {
    /// Applies settings; the module's documentation lists them.
    ///
    /// # Errors
    /// Says which setting is unknown or wrong; none was applied then.
    pub fn settings(&self, order: &Value) -> Result<(), String> {
        let object = order.as_object().ok_or("settings are an object")?;
        let (mut state, _) = self.lock();
        let mut knobs = state.knobs.clone();
        let (mut offices, mut departments) = (None, None);
        for (key, value) in object {
            match key.as_str() {
                "offices" => offices = Some(texts(key, value)?),
                "departments" => departments = Some(texts(key, value)?),
                _ => knob(&mut knobs, key, value)?,
            }
        }
        state.knobs = knobs;
        if let Some(names) = offices {
            state.ledger.replace_offices(names.into_iter());
        }
        if let Some(names) = departments {
            state.ledger.replace_departments(names.into_iter());
        }
        Ok(())
    }
}

fn knob(knobs: &mut Knobs, key: &str, value: &Value) -> Result<(), String> {
    match key {
        "auto_create_org" => knobs.auto_create_org = flag(key, value)?,
        "require_email" => knobs.require_email = flag(key, value)?,
        "integer_counts" => knobs.integer_counts = flag(key, value)?,
        "rate_limit" => knobs.rate_limit = number(key, value)?,
        "slow_ms" => knobs.slow = Duration::from_millis(number(key, value)?),
        "token_seconds" => knobs.token_seconds = number(key, value)?,
        "fail_next" => knobs.fail_next = number(key, value)?,
        "disable" => {
            let names = texts(key, value)?;
            if let Some(name) = names.iter().find(|name| !OPERATIONS.contains(&name.as_str())) {
                return Err(format!("disable: unknown operation {name:?}; known: {}", OPERATIONS.join(", ")));
            }
            knobs.disabled = names;
        }
        _ => return Err(format!("unknown setting {key:?} of mediment")),
    }
    Ok(())
}

fn flag(key: &str, value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("{key}: expected true or false"))
}

fn number<T: TryFrom<u64>>(key: &str, value: &Value) -> Result<T, String> {
    // More than a month of milliseconds is a mistake.
    let number = value.as_u64().filter(|number| *number <= 1 << 32);
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| format!("{key}: expected a number"))
}

fn texts(key: &str, value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or_else(|| format!("{key}: expected a list"))?;
    let texts = list.iter().map(|text| text.as_str().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or_else(|| format!("{key}: expected texts"))
}
