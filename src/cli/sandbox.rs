//! `renkei sandbox`: the services on this machine, until Ctrl-C.

use serde_json::json;

use super::args::{Format, Global, SandboxArgs};
use super::connect::block_on;
use super::error::{Exit, ExpectedError};
use super::output;
use crate::sandbox::{Options, banner, start};

pub(super) fn run(global: &Global, args: &SandboxArgs) -> Result<Exit, ExpectedError> {
    block_on(async {
        let options = Options {
            listen: args.listen,
            smtp: args.smtp,
            employees: args.employees,
            seed: args.seed,
            now: args.now,
        };
        let failed = |source| ExpectedError::Io { what: "start the sandbox".to_owned(), source };
        let sandbox = start(options).await.map_err(failed)?;
        match global.format {
            Format::Json => output::json(&json!({
                "http": format!("http://{}", sandbox.addr()),
                "smtp": format!("smtp://{}", sandbox.smtp_addr()),
            }))?,
            Format::Table => output::line(banner(&sandbox))?,
        }
        tokio::select! {
            ended = sandbox.wait() => ended.map_err(failed)?,
            _ = tokio::signal::ctrl_c() => {}
        }
        Ok(Exit::Done)
    })
}
