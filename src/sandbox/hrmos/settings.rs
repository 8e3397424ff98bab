//! Turning a company's knobs, for tests: one JSON object, each key one setting.
//!
//! | key | value |
//! | --- | --- |
//! | `rate_limit_per_60s` | requests in any 60 s, failed ones included; 0 = none (0) |
//! | `retry_after` | seconds that a 429 tells in `Retry-After`, `null` for none (`null`) |
//! | `token_seconds` | life of tokens issued or postponed from now on (86,400) |
//! | `expire_tokens` | `true`: every token ends now |
//! | `secret_key` | another Secret Key, as after a new one was generated |
//! | `revoke_key` | `true`: key and tokens are refused, as after three months; `false`: as before |
//! | `maintenance` | `true`: every answer is 503 with an HTML page |
//! | `accept_double_encoded` | `true`: the key may come in Base64 once more, with or without a colon (`false`) |
//! | `accept_bearer` | `true`: `Bearer` does as well as `Token` (`false`) |
//! | `writes` | `true`: `POST /stamp_logs` is served (`false`: 404) |
//! | `paging` | `steady`, `shuffled`, `repeating`, `unstable`, `growing`: see [`Paging`] |
//! | `extra_user_fields` | `{key: value}` that every user has beside the published ones; the value `"性別"` is each user's own (男性, 女性) |
//! | `absent_user_fields` | keys that no user has |

use serde_json::Value;

use super::company::{Company, Object};
use super::page::Paging;
use super::users;

/// The settings of a company.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the JSON that a test writes")]
pub(super) struct Knobs {
    pub(super) key: String,
    pub(super) revoked: bool,
    pub(super) rate_limit: usize,
    pub(super) retry_after: Option<u64>,
    pub(super) token_seconds: i64,
    pub(super) maintenance: bool,
    pub(super) accept_double_encoded: bool,
    pub(super) accept_bearer: bool,
    pub(super) writes: bool,
    pub(super) paging: Paging,
    pub(super) extra_user_fields: Object,
    pub(super) absent_user_fields: Vec<String>,
}

impl Knobs {
    /// As a company begins, with this Secret Key.
    pub(super) fn new(key: String) -> Self {
        Self {
            key,
            revoked: false,
            rate_limit: 0,
            retry_after: None,
            token_seconds: 86_400,
            maintenance: false,
            accept_double_encoded: false,
            accept_bearer: false,
            writes: false,
            paging: Paging::Steady,
            extra_user_fields: Object::new(),
            absent_user_fields: Vec::new(),
        }
    }
}

impl Company {
    /// Applies settings; the module's documentation lists them. Nothing is applied if one is unknown or wrong.
    pub(crate) fn apply_settings(&self, order: &Object) -> Result<(), String> {
        let mut state = self.lock();
        let mut knobs = state.knobs.clone();
        let mut expire = false;
        for (name, value) in order {
            match name.as_str() {
                "expire_tokens" => expire |= flag(name, value)?,
                _ => apply(&mut knobs, name, value)?,
            }
        }
        state.knobs = knobs;
        if expire {
            state.tokens.clear();
        }
        Ok(())
    }
}

fn apply(knobs: &mut Knobs, name: &str, value: &Value) -> Result<(), String> {
    match name {
        "rate_limit_per_60s" => knobs.rate_limit = usize::try_from(number(name, value)?).unwrap_or(0),
        "retry_after" if value.is_null() => knobs.retry_after = None,
        "retry_after" => knobs.retry_after = Some(number(name, value)?),
        "token_seconds" => knobs.token_seconds = i64::try_from(number(name, value)?).unwrap_or(0),
        "secret_key" => {
            let key = value.as_str().filter(|key| !key.is_empty());
            key.ok_or("secret_key: expected a text")?.clone_into(&mut knobs.key);
        }
        "revoke_key" => knobs.revoked = flag(name, value)?,
        "maintenance" => knobs.maintenance = flag(name, value)?,
        "accept_double_encoded" => knobs.accept_double_encoded = flag(name, value)?,
        "accept_bearer" => knobs.accept_bearer = flag(name, value)?,
        "writes" => knobs.writes = flag(name, value)?,
        "paging" => {
            let paging = value.as_str().and_then(Paging::from_name);
            knobs.paging =
                paging.ok_or("paging: expected steady, shuffled, repeating, unstable or growing")?;
        }
        "extra_user_fields" => {
            let fields = value.as_object().ok_or("extra_user_fields: expected an object")?;
            if let Some(key) = fields.keys().find(|key| users::is_known(key)) {
                return Err(format!("extra_user_fields: every user has {key} anyway"));
            }
            knobs.extra_user_fields.clone_from(fields);
        }
        "absent_user_fields" => {
            let keys = value.as_array().ok_or("absent_user_fields: expected a list of keys")?;
            let known = |key: &Value| key.as_str().filter(|key| users::is_known(key)).map(str::to_owned);
            let keys =
                keys.iter().map(|key| known(key).ok_or_else(|| format!("unknown key {key} of a user")));
            knobs.absent_user_fields = keys.collect::<Result<_, _>>()?;
        }
        _ => return Err(format!("unknown setting {name:?} of hrmos")),
    }
    Ok(())
}

fn number(name: &str, value: &Value) -> Result<u64, String> {
    // More than a century of seconds is a mistake.
    let number = value.as_u64().filter(|number| *number <= 1 << 32);
    number.ok_or_else(|| format!("{name}: expected a whole number"))
}

fn flag(name: &str, value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("{name}: expected true or false"))
}
