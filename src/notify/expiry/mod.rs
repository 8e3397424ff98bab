//! Keys and passwords end: who is told, when, and how to renew them.
//!
//! A [`Credential`] is a key or password of which the configuration says when it ends (`key_issued`, `expires`). [`warnings`] says which
//! of them are near their end on a day: at 21, 7 and 1 days before it, and when it has come. A step that a daemon slept through is not made
//! up for; the one that was reached is told late.
//!
//! Every daemon runs [`remind()`]. It shows the ends in the metrics, says once in the log when a step is reached, and from `remind_from` on
//! (09:00 in Asia/Tokyo) puts one mail per organization and step into the outbox. `renkei:reminder:<organization>:<target>:<account>:
//! <day>:<step>` marks what was told; the script `remind` sets the marks together with the mail, so that a fleet tells each step once.
//! Another day in the configuration makes other marks: a renewed key is silent until its own end is near.

mod credential;
mod manual;
mod remind;
mod text;
mod warn;

pub use credential::{Credential, Target, credentials};
pub use manual::Manual;
pub use remind::remind;
pub use warn::{Step, Warning, warnings};
