//! `renkei config-default`: the commented default configuration, as it is embedded.

use super::error::{Exit, ExpectedError};
use super::output;

pub(super) fn run() -> Result<Exit, ExpectedError> {
    output::text(crate::config::EXAMPLE)?;
    Ok(Exit::Done)
}
