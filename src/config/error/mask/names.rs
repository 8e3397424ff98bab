//! Which keys have values that may be shown.

use crate::job::nearest;

/// Keys whose value is a secret, or says where one is.
const SECRETS: [&str; 5] = ["password", "secret_key", "consumer_key", "consumer_secret", "url"];

/// Where a secret is, if it is not the value itself; the sandbox's is.
const REFERENCES: [&str; 3] = ["file", "env", "credential"];

/// Keys that stand above others.
const CONTAINERS: &[&str] = &[
    "redis",
    "http",
    "worker",
    "retry",
    "mail",
    "organizations",
    "links",
    "officestation",
    "kaonavi",
    "hrmos",
    "mediment",
    "schedule",
    "main_code_padding",
    "sheets",
    "flows",
    "guards",
    "mapping",
    "spot",
    "value_map",
    "headers",
    "dependent_headers",
];

/// Keys below which the operator chooses the keys.
const CHOSEN: &[&str] = &[
    "organizations",
    "links",
    "schedule",
    "sheets",
    "flows",
    "mapping",
    "self",
    "dependents",
    "value_map",
    "headers",
    "dependent_headers",
];

/// Those of them whose values are plain words.
const TABLES: &[&str] =
    &["schedule", "sheets", "self", "dependents", "value_map", "headers", "dependent_headers"];

/// Keys whose values tell nothing that others must not know.
const HARMLESS: &[&str] = &[
    "prefix",
    "allow_plaintext",
    "state_dir",
    "listen",
    "concurrency",
    "lease",
    "renew",
    "write_margin",
    "drain",
    "settle",
    "settle_poll",
    "sweep",
    "steps",
    "jitter_percent",
    "attempts",
    "deadline",
    "quick_tries",
    "quick_wait",
    "connect_timeout",
    "read_timeout",
    "total_timeout",
    "max_body",
    "smtp",
    "from",
    "to",
    "mail_to",
    "support",
    "links_dir",
    "timezone",
    "kind",
    "organization",
    "base_url",
    "requests_per_minute",
    "task_poll",
    "busy_waits",
    "updates_per_minute",
    "requests_per_hour",
    "tokens_per_hour",
    "digits",
    "blank",
    "on_error",
    "on_partial",
    "near_duplicates",
    "overlong",
    "dependents_empty",
    "duplicate_names",
    "require_hire_date",
    "catch_up",
    "months",
    "gender_source",
    "remind_from",
    "strict_seed",
    "sync_name",
    "retire_date_update",
    "future_leaver",
    "actual_source",
    "paid_source",
    "negative_overtime",
    "only_closed",
    "source_percent",
    "source_missing",
    "creations",
    "creations_percent",
    "joiners_percent",
    "changed",
    "changed_percent",
    "cleared",
    "cleared_percent",
    "rows_percent",
    "rows_missing",
    "compare",
    "group",
    "allow_mynumber",
    "guard_exempt",
    "form",
    "folder",
    "roster",
    "template",
    "names",
    "durations",
    "import_folder",
    "employees_file",
    "dependents_file",
    "max_age",
    "max_size",
    "look",
    "encoding",
    "formulas",
    "dates",
    "keep",
];

/// Keys whose values are days. Whoever mistakes `key_issued` for the place of the key itself must not see it in a message.
const DAYS: &[&str] = &["key_issued", "expires"];

/// Keys that are known, but whose values are nobody's business.
const ACCOUNTS: &[&str] = &["username", "station_id", "login_id", "company", "sandbox", "separator"];

/// Every name of a key.
fn keys() -> impl Iterator<Item = &'static str> {
    [&SECRETS[..], &REFERENCES, CONTAINERS, CHOSEN, HARMLESS, DAYS, ACCOUNTS].into_iter().flatten().copied()
}

/// True for the name of a key, which tells nothing wherever it stands.
pub(super) fn is_key(word: &str) -> bool {
    keys().any(|key| key == word)
}

/// True if the keys above a place are those of a configuration: nothing below a secret's, a misspelt or a misplaced key is shown.
fn open(path: &[&str]) -> bool {
    path.iter().enumerate().all(|(depth, key)| {
        let chosen = depth > 0 && CHOSEN.contains(&path[depth - 1]) && !suspicious(key);
        chosen || CONTAINERS.contains(key) || CHOSEN.contains(key)
    })
}

/// True for what is, or is meant to be, the name of a secret, and for no name at all.
fn suspicious(key: &str) -> bool {
    let key = key.to_lowercase();
    let words = ["pass", "pw", "secret", "key", "token", "credential"];
    key.is_empty() || words.iter().any(|word| key.contains(word)) || nearest(&key, SECRETS).is_some()
}

/// True if a value below these keys may be shown.
pub(super) fn shows_value(path: &[&str], value: &str) -> bool {
    let Some((key, above)) = path.split_last() else { return false };
    if let Some((secret, above)) = above.split_last()
        && SECRETS.contains(secret)
    {
        return REFERENCES.contains(key) && open(above) && is_one_value(value);
    }
    let table = above.last().is_some_and(|table| TABLES.contains(table)) && !suspicious(key);
    let shown = table || HARMLESS.contains(key) || (*key == "url" && value.contains("://"));
    let shown = shown || (DAYS.contains(key) && looks_like_a_day(value));
    let address = ["url", "base_url", "smtp"].contains(key) || value.contains("://");
    shown && open(above) && is_one_value(value) && !names_secret(value) && (!address || is_plain_url(value))
}

/// True if a key below these keys may be shown.
pub(super) fn shows_key(path: &[&str], key: &str) -> bool {
    if let Some((secret, above)) = path.split_last()
        && SECRETS.contains(secret)
    {
        let word = key.len() <= 12 && key.chars().all(|c| c.is_ascii_lowercase());
        return open(above) && (is_key(key) || (word && nearest(key, REFERENCES).is_some()));
    }
    let chosen = path.last().is_some_and(|table| CHOSEN.contains(table)) && !names_secret(key);
    let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    // A misspelt key is shown; what is near to none may be a part of a secret that slipped out of its place.
    let misspelt = key.len() <= 40 && key.chars().all(usable) && nearest(key, keys()).is_some();
    open(path) && (is_key(key) || (is_one_value(key) && (chosen || misspelt)))
}

/// False if a missing quote made one value of several lines or keys.
fn is_one_value(value: &str) -> bool {
    let key = |(at, _): (usize, &str)| {
        value[at + 1..].chars().next().is_none_or(|next| next.is_whitespace() || "\"'{[".contains(next))
    };
    !value.contains(['\n', '\r', '：']) && !value.match_indices(':').any(key)
}

/// True for a few digits with something between them.
fn looks_like_a_day(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    value.len() <= 12 && value.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.'))
}

fn names_secret(value: &str) -> bool {
    let value = value.to_lowercase();
    ["password", "passwd", "secret", "consumer_key", "token"].iter().any(|word| value.contains(word))
}

/// True for an address without a user, a query or anything else that may be a secret.
fn is_plain_url(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    let address = value.split_once("://").map_or(value, |(_, address)| address);
    let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':' | '[' | ']');
    let host = address.split('/').next().unwrap_or_default();
    let port =
        host.rsplit_once(':').is_none_or(|(_, port)| port.ends_with(']') || port.parse::<u16>().is_ok());
    address.chars().all(usable) && port
}
