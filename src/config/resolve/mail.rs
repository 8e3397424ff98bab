//! `mail:` and the addresses of the organizations.

use lettre::message::Mailbox;
use reqwest::Url;

use super::Checks;
use super::secret::Service;
use super::values::{Plaintext, is_loopback_host};
use crate::config::raw::{RawMail, Text};
use crate::config::{MailConfig, Smtp, SmtpSecurity};

const HELP: &str =
    "write smtp+starttls://HOST, smtps://HOST, or smtp://HOST for a relay of your own, with :PORT if needed";

/// How mail is sent; none if something is missing.
pub(super) fn mail(checks: &Checks<'_>, raw: &RawMail) -> Option<MailConfig> {
    let anchor = raw.smtp.as_ref().or(raw.from.as_ref()).or(raw.to.as_ref().and_then(|to| to.first()));
    let to = addresses(checks, raw.to.as_deref().unwrap_or_default());
    let from = raw.from.as_ref().and_then(|from| address(checks, from));
    let smtp = raw.smtp.as_ref().and_then(|url| smtp(checks, url, raw));
    if let Some(anchor) = anchor {
        if raw.smtp.is_none() {
            checks.missing(anchor, "smtp", "smtp+starttls://mail.example.co.jp");
        }
        if raw.from.is_none() {
            checks.missing(anchor, "from", "\"renkei <renkei@example.co.jp>\"");
        }
    }
    let remind_from = checks.time_of_day(raw.remind_from.as_ref(), MailConfig::REMIND_FROM);
    Some(MailConfig { smtp: smtp?, from: from?, to, remind_from })
}

/// The addresses that can be used, each once.
pub(super) fn addresses(checks: &Checks<'_>, raw: &[Text]) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for raw in raw {
        let Some(address) = address(checks, raw) else { continue };
        if addresses.contains(&address) {
            checks.problem(raw, "this address stands twice", "leave one of them out");
        } else {
            addresses.push(address);
        }
    }
    addresses
}

fn address(checks: &Checks<'_>, raw: &Text) -> Option<String> {
    if raw.value.parse::<Mailbox>().is_ok() {
        return Some(raw.value.clone());
    }
    let help = "write hr@example.co.jp, or \"人事部 <hr@example.co.jp>\" in quotes";
    checks.problem(raw, format!("`{}` is no mail address", raw.value), help);
    None
}

fn smtp(checks: &Checks<'_>, raw: &Text, mail: &RawMail) -> Option<Smtp> {
    let username = checks.filled(mail.username.as_ref());
    let url = Url::parse(raw.value.trim()).ok();
    let security = url.as_ref().and_then(|url| match url.scheme() {
        "smtp" => Some((SmtpSecurity::Plain, 25)),
        "smtps" => Some((SmtpSecurity::Tls, 465)),
        "smtp+starttls" => Some((SmtpSecurity::StartTls, 587)),
        _ => None,
    });
    let host = url.as_ref().and_then(Url::host_str).filter(|host| !host.is_empty());
    let here = if host.is_some_and(is_loopback_host) { Service::Here } else { Service::Elsewhere };
    let ends = checks.date(mail.expires.as_ref());
    let password = mail.password.as_ref().and_then(|raw| checks.secret("password", raw, here));
    let password = password.map(|password| password.ending(ends));
    pair(checks, mail);
    let (Some(url), Some((security, port)), Some(host)) = (&url, security, host) else {
        let shown = if raw.value.contains('@') { "this".to_owned() } else { format!("`{}`", raw.value) };
        checks.problem(raw, format!("{shown} is no SMTP URL"), HELP);
        return None;
    };
    if !url.username().is_empty() || url.password().is_some() {
        let help = "write `username: …` and `password: { file: … }` beside it";
        checks.problem(raw, "the URL holds a user name or a password", help);
        return None;
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        checks.problem(raw, format!("`{}` has more than a host and a port", raw.value), HELP);
        return None;
    }
    if security == SmtpSecurity::Plain
        && mail.password.is_some()
        && here == Service::Elsewhere
        && Plaintext::from(mail.allow_plaintext) == Plaintext::Refused
    {
        let help = "write smtp+starttls:// or smtps://, or add `allow_plaintext: true` beside it";
        checks.problem(raw, "the mail server's password would go over the network unencrypted", help);
    }
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = url.port().unwrap_or(port);
    Some(Smtp { url: raw.value.trim().to_owned(), host, port, security, username, password })
}

fn pair(checks: &Checks<'_>, mail: &RawMail) {
    match (&mail.username, &mail.password) {
        (Some(username), None) => checks.missing(username, "password", "{ file: … }"),
        (None, Some(password)) => checks.missing(password, "username", "…"),
        (None, None) | (Some(_), Some(_)) => {}
    }
    if let (None, Some(expires)) = (&mail.password, &mail.expires) {
        checks.problem(expires, "there is no `password` here that could end", "leave it out");
    }
}
