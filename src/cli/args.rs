//! What may be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Keeps employee records in step between Japanese HR services.
#[derive(Debug, Parser)]
#[command(name = "renkei", version, about, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failure, 2 usage, 3 finished with held or rejected people (enqueue --wait, demo), \
4 changes found (plan --exit-code), 5 ended 異常終了 (enqueue --wait, demo), 78 configuration refused.";

/// Options of every subcommand, before or after its name.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// The configuration; else ./config.yaml, else /etc/renkei/config.yaml
    #[arg(short, long, global = true, env = "RENKEI_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// How the result is printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, in Japanese where staff read it.
    Table,
    /// For programs; stable.
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the daemon
    Serve,
    /// Check the configuration, and with --online both services against it
    Check(CheckArgs),
    /// Print the commented default configuration
    ConfigDefault,
    /// Add a job to the queue
    Enqueue(EnqueueArgs),
    /// Show what a run would change, without Redis and without writing
    Plan(PlanArgs),
    /// Explain step by step what a run would do with one person and why, without Redis and without writing
    Explain(ExplainArgs),
    /// List the 実行履歴, or show one run
    History(HistoryArgs),
    /// List who is held until somebody decides, or decide
    Hold(HoldArgs),
    /// List 要対応: what a link can't carry and a person must still do
    Todo(TodoArgs),
    /// Run again: 再試行待ち at once, an ended run as a new job
    Retry(RetryArgs),
    /// Show the schedules with their next and last ticks
    Schedule,
    /// Send a test mail to every organization's addresses
    MailTest,
    /// Run emulators of the services and an SMTP sink
    Sandbox(SandboxArgs),
    /// Show the main job: private Redis, sandbox, daemon, and what comes of a few jobs
    Demo(DemoArgs),
    /// Print a completion script
    Completions {
        /// Which shell's
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Also log in to the services and compare the mapping with them
    #[arg(long)]
    pub(super) online: bool,
}

/// Which job: the fields of `DESIGN` §5.2.
#[derive(Debug, Args)]
pub(super) struct JobArgs {
    /// A configured link
    #[arg(value_name = "LINK")]
    pub(super) link: String,
    /// A flow of that link, such as officestation-to-kaonavi
    #[arg(value_name = "FLOW")]
    pub(super) flow: String,
    /// The month of an attendance flow, YYYY-MM
    #[arg(long, value_name = "YYYY-MM")]
    pub(super) month: Option<String>,
    /// Only these 社員番号, comma-separated
    #[arg(long, value_name = "A,B")]
    pub(super) employees: Option<String>,
    /// self, dependents, or both comma-separated
    #[arg(long, value_name = "D")]
    pub(super) datasets: Option<String>,
    /// Only these destination items, comma-separated
    #[arg(long, value_name = "I")]
    pub(super) items: Option<String>,
    /// Go past a tripped guard
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
pub(super) struct EnqueueArgs {
    #[command(flatten)]
    pub(super) job: JobArgs,
    /// Read, plan and record; write nothing, mail nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Who asks, for the history
    #[arg(long, value_name = "NAME")]
    pub(super) requested_by: Option<String>,
    /// Idempotency key: a second job with it within 24 hours does nothing
    #[arg(long, value_name = "KEY")]
    pub(super) key: Option<String>,
    /// Wait for the run's end and tell it by the exit code
    #[arg(long)]
    pub(super) wait: bool,
}

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) job: JobArgs,
    /// End with 4 if there is anything to change
    #[arg(long)]
    pub(super) exit_code: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A configured link
    #[arg(value_name = "LINK")]
    pub(super) link: String,
    /// A flow of that link, such as officestation-to-kaonavi
    #[arg(value_name = "FLOW")]
    pub(super) flow: String,
    /// The person's 社員番号 on either side
    #[arg(value_name = "社員番号", value_parser = person)]
    pub(super) code: String,
    /// The month of an attendance flow, YYYY-MM
    #[arg(long, value_name = "YYYY-MM")]
    pub(super) month: Option<String>,
    /// Show what both sides hold; whatever may be a マイナンバー stays masked
    #[arg(long)]
    pub(super) show_values: bool,
}

fn person(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("the 社員番号 of somebody; people without one are named by `renkei plan`".to_owned()),
        code => Ok(code.to_owned()),
    }
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct HistoryArgs {
    #[command(subcommand)]
    pub(super) command: Option<HistoryCommand>,
    /// Only this link's runs
    #[arg(long, value_name = "L")]
    pub(super) link: Option<String>,
    /// Only runs of this status: 実行待ち, 実行中, 再試行待ち, 完了 or 異常終了
    #[arg(long, value_name = "S")]
    pub(super) status: Option<String>,
    /// At most this many, newest first
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) limit: usize,
}

#[derive(Debug, Subcommand)]
pub(super) enum HistoryCommand {
    /// One run with its people
    Show {
        /// The run's id
        #[arg(value_name = "RUN")]
        run: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct HoldArgs {
    #[command(subcommand)]
    pub(super) command: HoldCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum HoldCommand {
    /// Who is held and since when, and what was decided
    List {
        /// Only this link's
        #[arg(long, value_name = "L")]
        link: Option<String>,
    },
    /// 承認: a different person, whom the next run carries over
    Approve(DecideArgs),
    /// 却下: the person stays held, and nobody is told any more
    Reject(DecideArgs),
}

/// Whose hold is decided, and by whom.
#[derive(Debug, Args)]
pub(super) struct DecideArgs {
    /// A configured link
    #[arg(value_name = "LINK")]
    pub(super) link: String,
    /// The 社員番号 of the held person
    #[arg(value_name = "CODE")]
    pub(super) code: String,
    /// Only the hold about this other 社員番号; a pair that is decided already can be decided anew so
    #[arg(long, value_name = "CODE2")]
    pub(super) other: Option<String>,
    /// Who decides, for the history
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub(super) by: String,
    /// Why, for the history; never mailed
    #[arg(long, value_name = "TEXT", value_parser = note)]
    pub(super) note: Option<String>,
}

fn name(text: &str) -> Result<String, String> {
    short(text, 100)
}

fn note(text: &str) -> Result<String, String> {
    short(text, 200)
}

/// A text of one line, without spaces at its ends.
fn short(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(format!("1 to {most} characters, without line breaks and other control characters"));
    }
    Ok(text.to_owned())
}

#[derive(Debug, Args)]
pub(super) struct TodoArgs {
    /// Only this link's
    #[arg(long, value_name = "L")]
    pub(super) link: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct RetryArgs {
    /// The run's id
    #[arg(value_name = "RUN")]
    pub(super) run: String,
    /// Go past a tripped guard
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
pub(super) struct SandboxArgs {
    /// Where the services listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:18080")]
    pub(super) listen: SocketAddr,
    /// Where the SMTP sink listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:18025")]
    pub(super) smtp: SocketAddr,
    /// People of a tenant
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = employees)]
    pub(super) employees: usize,
    /// Another seed, other people
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// The sandbox's day; today unless set
    #[arg(long, value_name = "DATE")]
    pub(super) now: Option<NaiveDate>,
}

fn employees(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 20 => Ok(number),
        _ => Err("a number from 20 on, so that the edge cases have room".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// End after showing the result
    #[arg(long)]
    pub(super) exit: bool,
}
