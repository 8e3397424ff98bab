//! Mail to the people in charge: when one is due, what it says, where it waits and how it goes out.
//!
//! A run that ended with rejected or held people, or as 異常終了, puts one mail into the outbox, the stream `<prefix>:mail`, in
//! the same script that ends it. An entry is `run`, `organization`, `kind`, `subject`, `body`, `message_id`, `created`: complete
//! but for the addresses, which are never stored and are those of the configuration at the moment of sending.
//!
//! A mail that no run ends with, about a key that ends ([`expiry`]), is such an entry as well; its `run` is `key-end-<days>`.
//!
//! Of a mail that the server took for some of its recipients and put off for others, the set `<prefix>:mail:served:<entry>`
//! knows the former: 16 hex digits of SHA-256 over `Message-ID` and address for each. It goes with the entry, at the latest
//! after 30 days.
//!
//! Every daemon runs a [`Mailer`]. They share the group `mailers`; an entry belongs to the mailer that read it, which keeps it
//! fresh by claiming it again, and is taken over from a mailer that has been silent for 15 s; after an outage of Redis not before
//! the living had the time of one renewal to say so. It is acknowledged and deleted
//! only when the server has accepted the mail, so an outage delays mail and loses none. A second copy, under the same
//! `Message-ID`, needs a death between the server's acceptance and the acknowledgement.

mod compose;
pub mod expiry;
mod held;
mod mailer;
mod message;
mod outbox;
mod settings;
mod smtp;
mod stream;

pub use compose::{Import, Mail, MailInput, Outcome, compose, failure_hint, held_line, is_due};
pub use mailer::{Directory, Mailer, SmtpState};
pub use outbox::{OutboxEntry, message_id};
pub use settings::MailerSettings;
pub use smtp::{Delivered, SendError, greet, mail_test};
