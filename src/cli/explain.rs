//! `renkei explain LINK FLOW 社員番号`: why one person is created, updated, held, skipped or rejected, step by step, without Redis and
//! without writing.

mod form;
mod text;
mod words;

use super::args::{ExplainArgs, Format, Global};
use super::connect::{block_on, config, local_http};
use super::error::{Exit, ExpectedError};
use super::{enqueue, output, plan};
use crate::flows::{self, Decisions, Explanation, Meter, Request, Settle, Stop, Tools, Values};
use crate::job::{Job, now};

/// What was asked, and how far the answer came.
struct Asked<'a> {
    job: &'a Job,
    code: &'a str,
    values: Values,
    /// True if 定期実行 has settings of its own, which aren't these.
    is_spot_only: bool,
    answer: &'a Explanation,
}

pub(super) fn run(global: &Global, args: &ExplainArgs) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    let mut fields = vec![("link", args.link.clone()), ("flow", args.flow.clone())];
    fields.extend(args.month.clone().map(|month| ("month", month)));
    let job = enqueue::parse(&config, &fields)?;
    let link = &config.links[&job.link];
    let tools = Tools { http: local_http(&config)?, meter: Meter::new(), stop: Stop::never() };
    let request = Request {
        link,
        run: "",
        job: &job,
        began: now(),
        last_full: None,
        decisions: Decisions::none(),
        todo: &[],
        intents: &[],
        settle: Settle { limit: config.worker.settle, every: config.worker.settle_poll },
    };
    let values = if args.show_values { Values::Shown } else { Values::Hidden };
    let answer = block_on(async { Ok(flows::explain(&tools, &request, &args.code, values).await) })?;
    let flow = &link.flows[&job.flow];
    let is_spot_only = job.flow.can_be_scheduled() && flow.periodic != flow.spot;
    let asked = Asked { job: &job, code: &args.code, values, is_spot_only, answer: &answer };
    match global.format {
        Format::Json => output::json(&form::json(&asked))?,
        Format::Table => output::text(&text::text(&asked, output::width()))?,
    }
    match answer.told {
        Err(error) => Err(plan::refused(error)),
        Ok(told) if told.explanation.people.is_empty() => {
            Err(ExpectedError::Failure(words::nobody(&args.code, &told.similar)))
        }
        Ok(_) => Ok(Exit::Done),
    }
}
