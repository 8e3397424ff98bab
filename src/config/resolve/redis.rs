//! `redis:`.

use redis::IntoConnectionInfo;
use reqwest::Url;
use secrecy::ExposeSecret;
use serde_saphyr::Spanned;

use super::Checks;
use super::secret::Service;
use super::values::{Plaintext, is_loopback};
use crate::config::raw::{RawRedis, RawSecret};
use crate::config::{RedisConfig, Secret, SecretOrigin};

const HELP: &str = "write redis://HOST:PORT/DB, rediss://HOST:PORT/DB or unix:///PATH, or leave `url` out for a private server";

/// The server, if it is not the private one, and the prefix of the keys.
pub(super) fn redis(checks: &Checks<'_>, raw: Option<&RawRedis>) -> (Option<RedisConfig>, String) {
    let prefix = raw.and_then(|raw| raw.prefix.as_ref());
    let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '{' | '}');
    if let Some(prefix) = prefix.filter(|raw| raw.value.is_empty() || !raw.value.chars().all(usable)) {
        let help = "write letters, digits and `-_.:{}`, such as renkei or {renkei}";
        checks.problem(prefix, format!("`{}` cannot begin a Redis key", prefix.value), help);
    }
    let prefix = prefix.map_or_else(|| "renkei".to_owned(), |raw| raw.value.clone());
    let url = raw.and_then(|raw| Some((raw.url.as_ref()?, Plaintext::from(raw.allow_plaintext))));
    let redis =
        url.and_then(|(url, plaintext)| self::url(checks, url, plaintext)).map(|url| RedisConfig { url });
    (redis, prefix)
}

fn url(checks: &Checks<'_>, raw: &Spanned<RawSecret>, plaintext: Plaintext) -> Option<Secret> {
    let secret = match &raw.value {
        RawSecret::Inline(url) => Secret::new(url.clone(), SecretOrigin::Inline),
        RawSecret::Reference(_) => checks.secret("url", raw, Service::Elsewhere)?,
    };
    let text = secret.value().expose_secret();
    let known =
        ["redis://", "rediss://", "unix://", "redis+unix://"].iter().any(|scheme| text.starts_with(scheme));
    if !known || text.into_connection_info().is_err() {
        checks.problem(raw, "this is no Redis URL", HELP);
        return None;
    }
    let url = Url::parse(text).ok();
    if secret.origin() == &SecretOrigin::Inline && url.as_ref().is_some_and(holds_password) {
        checks.guard_inline("url", raw);
    }
    let exposed = url.is_some_and(|url| url.scheme() == "redis" && !is_loopback(&url));
    if exposed && plaintext == Plaintext::Refused {
        let help = "write rediss://, or add `allow_plaintext: true` beside it if the network is yours alone";
        checks.problem(raw, "jobs and history would go over the network unencrypted", help);
    }
    Some(secret)
}

/// True if the address names a password: before the host, or, for a socket, as `pass` behind the path.
fn holds_password(url: &Url) -> bool {
    url.password().is_some() || url.query_pairs().any(|(name, _)| name == "pass")
}
