//! An entry of the outbox: a mail that waits for its addresses.

use std::collections::HashMap;

use lettre::message::Mailbox;
use sha2::{Digest, Sha256};

use super::compose::Mail;
use crate::job::LinkKind;

/// A mail in the outbox. It holds no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// The run it is about; of a mail that is no run's, a word for what it is about.
    pub run: String,
    /// Whose addresses it goes to.
    pub organization: String,
    /// The link's kind.
    pub kind: LinkKind,
    /// The mail.
    pub mail: Mail,
    /// Its `Message-ID`, angle brackets included.
    pub message_id: String,
    /// When the run ended, or the mail was written, RFC 3339: the mail's `Date`.
    pub created: String,
}

impl OutboxEntry {
    /// The entry's fields, for the script that ends the run.
    pub fn to_fields(&self) -> Vec<(String, String)> {
        let fields = [
            ("run", &self.run),
            ("organization", &self.organization),
            ("subject", &self.mail.subject),
            ("body", &self.mail.body),
            ("message_id", &self.message_id),
            ("created", &self.created),
        ];
        let mut fields: Vec<_> =
            fields.into_iter().map(|(name, text)| (name.to_owned(), text.clone())).collect();
        fields.push(("kind".to_owned(), kind_word(self.kind).to_owned()));
        fields
    }

    /// Reads an entry; `None` if it is not one of ours.
    pub fn from_fields(fields: &HashMap<String, String>) -> Option<OutboxEntry> {
        let text = |name: &str| fields.get(name).cloned();
        let kind = [LinkKind::OfficeStationKaonavi, LinkKind::HrmosMediment];
        Some(OutboxEntry {
            run: text("run")?,
            organization: text("organization")?,
            kind: kind
                .into_iter()
                .find(|kind| Some(kind_word(*kind)) == fields.get("kind").map(String::as_str))?,
            mail: Mail { subject: text("subject")?, body: text("body")? },
            message_id: text("message_id")?,
            created: text("created")?,
        })
    }
}

/// The `Message-ID` of a run's mail: the same however often it is sent, and another one in another daemon whose Redis counts
/// the same milliseconds. `scope` tells daemons apart (organization and link, say); only its hash shows. The domain is the
/// sender's, as mail filters expect; without a sender it is one that cannot exist.
pub fn message_id(run: &str, scope: &[&str], sender: Option<&str>) -> String {
    let mut hash = Sha256::new();
    for part in scope {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let first = first_digits(hash);
    let sender = sender.and_then(|sender| sender.parse::<Mailbox>().ok());
    let domain = sender.as_ref().map_or("renkei.invalid", |sender| sender.email.domain());
    format!("<{run}.{first}@{domain}>")
}

/// What stands in Redis for an address that a mail was delivered to: another one in every mail.
pub(super) fn served_mark(message_id: &str, address: &str) -> String {
    let mut hash = Sha256::new();
    for part in [message_id, address] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    first_digits(hash)
}

/// The first 16 hex digits.
fn first_digits(hash: Sha256) -> String {
    hash.finalize().iter().take(8).fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"))
}

fn kind_word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::OfficeStationKaonavi => "officestation-kaonavi",
        LinkKind::HrmosMediment => "hrmos-mediment",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> OutboxEntry {
        OutboxEntry {
            run: "1763700000000-0".to_owned(),
            organization: "default".to_owned(),
            kind: LinkKind::OfficeStationKaonavi,
            mail: Mail { subject: "件名".to_owned(), body: "本文\n".to_owned() },
            message_id: message_id("1763700000000-0", &["default", "acme"], None),
            created: "2026-11-22T06:00:00.000+09:00".to_owned(),
        }
    }

    #[test]
    fn an_entry_is_read_back_as_it_was_written() {
        let fields: HashMap<_, _> = entry().to_fields().into_iter().collect();
        assert_eq!(OutboxEntry::from_fields(&fields), Some(entry()));
    }

    #[test]
    fn an_entry_without_a_body_is_not_ours() {
        let mut fields: HashMap<_, _> = entry().to_fields().into_iter().collect();
        fields.remove("body");
        assert_eq!(OutboxEntry::from_fields(&fields), None);
    }

    #[test]
    fn the_mark_of_an_address_is_its_own_in_each_mail_and_does_not_show_it() {
        let mark = |address| served_mark("<1-0.0@example.co.jp>", address);
        assert_eq!(mark("hr@example.co.jp"), mark("hr@example.co.jp"));
        assert_ne!(mark("hr@example.co.jp"), mark("jinji@example.co.jp"));
        assert_ne!(mark("hr@example.co.jp"), served_mark("<2-0.0@example.co.jp>", "hr@example.co.jp"));
        assert!(mark("hr@example.co.jp").chars().all(|c| c.is_ascii_hexdigit()));
    }

    #[test]
    fn a_message_id_is_the_runs_and_the_daemons() {
        let id = |run, scope: &[&str]| message_id(run, scope, Some("renkei <renkei@example.co.jp>"));
        let first = id("1-0", &["default", "acme"]);
        assert_eq!(first, id("1-0", &["default", "acme"]));
        assert_ne!(first, id("1-0", &["default", "acm", "e"]));
        assert_ne!(first, id("1-1", &["default", "acme"]));
        assert!(first.starts_with("<1-0.") && first.ends_with("@example.co.jp>"), "{first}");
        assert!(message_id("1-0", &[], None).ends_with("@renkei.invalid>"));
    }
}
