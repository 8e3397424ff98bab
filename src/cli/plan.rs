//! `renkei plan LINK FLOW …`: what a run would change, without Redis and without writing.

use std::fmt::Write;

use serde_json::json;

use super::args::{Format, Global, PlanArgs};
use super::connect::{block_on, config, local_http};
use super::error::{Exit, ExpectedError};
use super::{enqueue, output};
use crate::flows::{
    self, Decisions, FlowError, ItemMeasure, Meter, Preview, Request, Settle, Stop, TodoItem, Tools,
};
use crate::job::now;

pub(super) fn run(global: &Global, args: &PlanArgs) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    let job = enqueue::parse(&config, &enqueue::fields(&args.job))?;
    let tools = Tools { http: local_http(&config)?, meter: Meter::new(), stop: Stop::never() };
    let request = Request {
        link: &config.links[&job.link],
        run: "",
        job: &job,
        began: now(),
        last_full: None,
        decisions: Decisions::none(),
        todo: &[],
        intents: &[],
        settle: Settle { limit: config.worker.settle, every: config.worker.settle_poll },
    };
    let preview = block_on(async { flows::preview(&tools, &request).await.map_err(refused) })?;
    match global.format {
        Format::Json => output::json(&as_json(&preview))?,
        Format::Table => output::text(&as_text(&preview))?,
    }
    let counts = &preview.report.counts;
    let changes = counts.created + counts.updated > 0;
    Ok(if args.exit_code && changes { Exit::Changes } else { Exit::Done })
}

/// Why nothing could be planned.
pub(super) fn refused(error: FlowError) -> ExpectedError {
    ExpectedError::Failure(match error {
        FlowError::Permanent(failure) => format!("{}: {} {}", failure.code, failure.message, failure.remedy),
        FlowError::Transient { failure, what, .. } => {
            format!("{}: {} ({what})", failure.code, failure.message)
        }
        FlowError::Halted(_) => "the reading was stopped".to_owned(),
    })
}

fn as_json(preview: &Preview) -> serde_json::Value {
    let report = &preview.report;
    let counts = &report.counts;
    let mut plan = json!({
        "counts": {
            "target": counts.target, "created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged,
            "held": counts.held, "rejected": counts.rejected, "skipped": counts.skipped,
            "dependents": { "updated": counts.dependents.updated, "rejected": counts.dependents.rejected },
        },
        "skipped": report.skipped,
        "update_requests": preview.updates,
        "created_retired": preview.retired,
        "overwrites": overwritten(preview).map(|item| json!({
            "item": item.item, "changed": item.changed, "cleared": item.cleared, "people": item.people,
        })).collect::<Vec<_>>(),
        "guards": report.trips.iter().map(|trip| json!({
            "guard": trip.guard, "message": trip.message(), "n": trip.n, "max": trip.max,
        })).collect::<Vec<_>>(),
        "people": report.people.iter().map(|person| json!({
            "code": person.code, "outcome": person.outcome.as_str(), "items": person.items,
            "errors": person.problems.iter().map(|problem| json!({
                "code": problem.code, "item": problem.item, "message": problem.message,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "todo": todo(preview).map(|todo| json!({
            "code": todo.code, "kind": todo.kind, "message": todo.message,
        })).collect::<Vec<_>>(),
    });
    if has_holds(preview) {
        plan["hold_decisions_considered"] = json!(false);
    }
    plan
}

/// True if somebody would be held: then it matters that a plan, which does without Redis, doesn't know what people decided.
fn has_holds(preview: &Preview) -> bool {
    preview.report.people.iter().flat_map(|person| &person.problems).any(|problem| problem.hold.is_some())
}

/// 要対応, as far as it is known without what earlier runs found.
fn todo(preview: &Preview) -> impl Iterator<Item = &TodoItem> {
    preview.report.todo.iter().flatten()
}

/// The items in which something that the destination holds would go.
fn overwritten(preview: &Preview) -> impl Iterator<Item = &ItemMeasure> {
    preview.overwrites.iter().filter(|item| item.changed + item.cleared > 0)
}

fn as_text(preview: &Preview) -> String {
    let report = &preview.report;
    let counts = &report.counts;
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("writing to a string can't fail");
    line(format!(
        "対象{}名:新規追加{} 更新{} 変更なし{} 保留{} エラー{}(対象外{})  更新リクエスト{}回",
        counts.target,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.held,
        counts.rejected,
        counts.skipped,
        preview.updates
    ));
    if preview.retired > 0 {
        line(format!("新規追加のうち退職者{}名", preview.retired));
    }
    for item in overwritten(preview) {
        let cleared = if item.cleared > 0 { format!(" 削除{}名", item.cleared) } else { String::new() };
        line(format!("上書き:{} 変更{}名{cleared}", item.item, item.changed));
    }
    if has_holds(preview) {
        line("保留についての判断(renkei hold)は考慮していません。".to_owned());
    }
    for trip in &report.trips {
        line(format!("要確認:{}", trip.message()));
    }
    for person in &report.people {
        let word = match person.outcome {
            flows::Outcome::Created => "新規追加",
            flows::Outcome::Updated => "更新",
            flows::Outcome::Unchanged => "変更なし",
            flows::Outcome::Held => "保留",
            flows::Outcome::Rejected => "エラー",
        };
        line(format!("{} {word} {}", person.code, person.items.join("、")));
        for problem in &person.problems {
            line(format!("    {}", problem.message));
        }
    }
    for todo in todo(preview) {
        line(format!("{} 要対応 {}", todo.code, todo.message));
    }
    text
}
