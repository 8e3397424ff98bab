//! `renkei mail-test`: a test mail to every organization's addresses, and what the server said to each.

use std::collections::BTreeSet;

use chrono::Utc;

use super::args::{Format, Global};
use super::connect::{block_on, config};
use super::error::{Exit, ExpectedError};
use super::output;
use crate::history::timestamp;
use crate::notify::mail_test;

pub(super) fn run(global: &Global) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    let Some(mail) = &config.mail else {
        return Err(ExpectedError::Failure(
            "no mail is configured: set `mail: { smtp, from, to }`".to_owned(),
        ));
    };
    let to: BTreeSet<&String> =
        config.organizations.values().flat_map(|organization| &organization.mail_to).collect();
    if to.is_empty() {
        return Err(ExpectedError::Failure("nobody gets mail: set `mail: { to: [...] }`".to_owned()));
    }
    let to: Vec<String> = to.into_iter().cloned().collect();
    let sent = block_on(async {
        mail_test(mail, &to, timestamp(Utc::now()))
            .await
            .map_err(|error| ExpectedError::Failure(format!("failed to send the test mail: {error}")))
    })?;
    let accepted: Vec<String> = sent.accepted.iter().map(ToString::to_string).collect();
    let refused: Vec<(String, u16)> = sent
        .refused
        .iter()
        .chain(&sent.deferred)
        .map(|(address, code)| (address.to_string(), *code))
        .collect();
    match global.format {
        Format::Json => output::json(&serde_json::json!({ "accepted": accepted, "refused": refused }))?,
        Format::Table => {
            for address in &accepted {
                output::line(format!("{address}: 送信しました"))?;
            }
            for (address, code) in &refused {
                output::line(format!("{address}: 拒否されました({code})"))?;
            }
        }
    }
    Ok(if refused.is_empty() { Exit::Done } else { Exit::Failure })
}
