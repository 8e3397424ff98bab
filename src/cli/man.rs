//! `renkei man`: the manual page, with a section for each subcommand behind the main ones.

use std::io;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::args::Cli;
use super::error::{Exit, ExpectedError};
use super::output;

pub(super) fn run() -> Result<Exit, ExpectedError> {
    let page =
        page().map_err(|source| ExpectedError::Io { what: "make the manual page".to_owned(), source })?;
    output::text(&page)?;
    Ok(Exit::Done)
}

fn page() -> io::Result<String> {
    let mut command = Cli::command();
    command.build();
    let mut roff = Vec::new();
    Man::new(command.clone()).render(&mut roff)?;
    let mut page = String::from_utf8_lossy(&roff).into_owned();
    for subcommand in command.get_subcommands() {
        // There are no further pages to refer to: its section is below.
        let name = subcommand.get_name().replace('-', "\\-");
        page = page.replace(&format!("renkei\\-{name}(1)"), &format!("renkei {name}"));
        page.push_str(&section(subcommand)?);
        for further in subcommand.get_subcommands() {
            page.push_str(&section(further)?);
        }
    }
    Ok(page)
}

/// A subcommand's part: its parts are one level lower than those of a page of its own.
fn section(command: &Command) -> io::Result<String> {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_uppercase();
    let man = Man::new(command.clone());
    let mut roff = Vec::new();
    man.render_description_section(&mut roff)?;
    man.render_synopsis_section(&mut roff)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut roff)?;
    }
    let parts = String::from_utf8_lossy(&roff).replace(".SH DESCRIPTION\n", "").replace(".SH ", ".SS ");
    Ok(format!(".SH \"{name}\"\n{parts}"))
}
