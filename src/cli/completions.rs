//! `renkei completions SHELL`.

use clap::CommandFactory;

use super::args::Cli;
use super::error::{Exit, ExpectedError};
use super::output;

pub(super) fn run(shell: clap_complete::Shell) -> Result<Exit, ExpectedError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "renkei", &mut script);
    output::text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
