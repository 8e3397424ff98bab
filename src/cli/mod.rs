//! The command line: one file per subcommand, named after it. stdout carries the result only; logs go to stderr.

mod args;
mod check;
mod completions;
mod config_default;
mod connect;
mod daemon;
mod demo;
mod enqueue;
mod error;
mod explain;
mod history;
mod hold;
mod mail_test;
mod mailing;
mod man;
mod output;
mod plan;
mod retry;
mod sandbox;
mod schedule;
mod serve;
mod todo;

use std::process::ExitCode;

use clap::Parser;

use self::args::{Cli, Command};
use self::error::{Exit, ExpectedError};

/// Reads the command line, runs the subcommand, prints what went wrong, and returns the exit code (`DESIGN` §10).
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = run(cli);
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            error.print();
            error.exit().into()
        }
    }
}

fn run(cli: Cli) -> Result<Exit, ExpectedError> {
    let global = cli.global;
    match cli.command {
        Command::Serve => serve::run(&global),
        Command::Check(args) => check::run(&global, &args),
        Command::ConfigDefault => config_default::run(),
        Command::Enqueue(args) => enqueue::run(&global, &args),
        Command::Plan(args) => plan::run(&global, &args),
        Command::Explain(args) => explain::run(&global, &args),
        Command::History(args) => history::run(&global, &args),
        Command::Hold(args) => hold::run(&global, &args),
        Command::Todo(args) => todo::run(&global, &args),
        Command::Retry(args) => retry::run(&global, &args),
        Command::Schedule => schedule::run(&global),
        Command::MailTest => mail_test::run(&global),
        Command::Sandbox(args) => sandbox::run(&global, &args),
        Command::Demo(args) => demo::run(&args),
        Command::Completions { shell } => completions::run(shell),
        Command::Man => man::run(),
    }
}
