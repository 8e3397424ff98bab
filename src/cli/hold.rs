//! `renkei hold list`, `hold approve` and `hold reject`: who is held because he may be somebody else, and what people decide about it.

use chrono::NaiveDate;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};
use serde::Serialize;

use super::args::{DecideArgs, Format, Global, HoldArgs, HoldCommand};
use super::connect::{block_on, config, queue, redis_error};
use super::error::{Exit, ExpectedError};
use super::output;
use crate::config::Config;
use crate::history::{self, Choice, Decision, Hold, NoHold, Verdict, timestamp};
use crate::job::{Flow, nearest, now};

/// So many open holds are named where one was looked for in vain.
const NAMED: usize = 5;

/// A hold as JSON: with the number of its day, which a decided one has no more.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    hold: &'a Hold,
    days: Option<u64>,
}

pub(super) fn run(global: &Global, args: &HoldArgs) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    match &args.command {
        HoldCommand::List { link } => list(global, &config, link.as_deref()),
        HoldCommand::Approve(args) => decide(global, &config, args, Verdict::Approved),
        HoldCommand::Reject(args) => decide(global, &config, args, Verdict::Rejected),
    }
}

fn list(global: &Global, config: &Config, link: Option<&str>) -> Result<Exit, ExpectedError> {
    if let Some(link) = link {
        known(config, link)?;
    }
    let links = config.links.keys().filter(|name| link.is_none_or(|link| link == name.as_str()));
    let holds = block_on(async {
        let queue = queue(config).await?;
        let mut all = Vec::new();
        for link in links {
            all.extend(history::holds(&queue, link).await.map_err(|error| redis_error(config, error))?);
        }
        Ok(all)
    })?;
    print(global, &holds, |holds, today| table(holds, today, output::width()))
}

fn decide(
    global: &Global,
    config: &Config,
    args: &DecideArgs,
    verdict: Verdict,
) -> Result<Exit, ExpectedError> {
    known(config, &args.link)?;
    let at = now();
    let decision =
        Decision { verdict, by: args.by.clone(), at: timestamp(at.to_utc()), note: args.note.clone() };
    let choice = Choice { code: args.code.trim(), other: args.other.as_deref().map(str::trim) };
    let day = at.date_naive().to_string();
    let decided = block_on(async {
        let queue = queue(config).await?;
        let decided = history::decide(&queue, &args.link, &choice, &decision, &day).await;
        decided.map_err(|error| redis_error(config, error))
    })?;
    let decided = decided.map_err(|none| ExpectedError::NoHold(refusal(args, &none)))?;
    print(global, &decided, |holds, _| holds.iter().map(sentence).collect())
}

fn print(
    global: &Global,
    holds: &[Hold],
    as_text: impl FnOnce(&[Hold], NaiveDate) -> String,
) -> Result<Exit, ExpectedError> {
    let today = now().date_naive();
    match global.format {
        Format::Json => {
            let days = |hold: &Hold| hold.is_open().then(|| hold.day_number(today));
            output::json(&holds.iter().map(|hold| Line { hold, days: days(hold) }).collect::<Vec<_>>())?;
        }
        Format::Table => output::text(&as_text(holds, today))?,
    }
    Ok(Exit::Done)
}

/// Refuses a link that is not configured.
fn known(config: &Config, link: &str) -> Result<(), ExpectedError> {
    if config.links.contains_key(link) {
        return Ok(());
    }
    let names: Vec<&str> = config.links.keys().map(String::as_str).collect();
    let hint = match nearest(link, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("configured are: {}", names.join(", ")),
    };
    Err(ExpectedError::NoLink { link: link.to_owned(), hint })
}

/// Why nothing was decided, and what to write instead.
fn refusal(args: &DecideArgs, none: &NoHold) -> String {
    let DecideArgs { link, code, .. } = args;
    let pair = args.other.as_ref().map(|other| format!(" about `{other}`")).unwrap_or_default();
    let decided = none.decided.first().map(|hold| {
        let (word, other) =
            (hold.decision.as_ref().map_or("", |decision| decision.verdict.name()), &hold.other);
        format!("the one about `{other}` is decided ({word}); to decide it anew, add `--other {other}`")
    });
    let nearest = none.nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"));
    let named = |hold: &Hold| format!("{} (about {})", hold.code, hold.other);
    let some: Vec<String> = none.open.iter().take(NAMED).map(named).collect();
    let open = match none.open.len().saturating_sub(NAMED) {
        _ if some.is_empty() => "no hold of this link is open".to_owned(),
        0 => format!("open: {}; `renkei hold list --link {link}` lists them", some.join(", ")),
        more => {
            format!("open: {} and {more} more; `renkei hold list --link {link}` lists them", some.join(", "))
        }
    };
    let told =
        [Some(format!("`{code}` of link `{link}` has no open hold{pair}")), decided, nearest, Some(open)];
    told.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// What was decided, for the one who decided it.
fn sentence(hold: &Hold) -> String {
    let Some(decision) = &hold.decision else { return String::new() };
    let what = match decision.verdict {
        Verdict::Approved if hold.kind == "H_NUMBER_REUSED" => {
            "別人として承認しました。連携先に登録済みの社員の社員番号を変更すると、次の実行で新規登録されます。"
        }
        Verdict::Approved => "別人として承認しました。次回の実行から登録・更新されます。",
        Verdict::Rejected => "却下しました。保留のままとし、今後はメールでお知らせしません。",
    };
    format!("{}({}) 社員番号:”{}”と”{}”を{what}\n", hold.link, direction(hold.flow), hold.code, hold.other)
}

fn table(holds: &[Hold], today: NaiveDate, width: u16) -> String {
    if holds.is_empty() {
        return "保留はありません。\n".to_owned();
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(["連携", "連携方向", "社員番号", "相手の社員番号", "理由", "発生日", "状態", "判断"]);
    for hold in holds {
        let (state, decided) = match &hold.decision {
            None => (format!("未判断(保留{}日目)", hold.day_number(today)), String::new()),
            Some(decision) => (decision.verdict.name().to_owned(), told(decision)),
        };
        table.add_row([
            hold.link.clone(),
            direction(hold.flow),
            hold.code.clone(),
            hold.other.clone(),
            reason(&hold.kind).to_owned(),
            hold.since.clone(),
            state,
            decided,
        ]);
    }
    // What is typed into the next command is never wrapped.
    for column in [0, 2, 3, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    format!("{table}\n")
}

/// Who decided when, and why.
fn told(decision: &Decision) -> String {
    let day = decision.at.get(..10).unwrap_or(&decision.at);
    let note = decision.note.as_ref().map(|note| format!(":{note}")).unwrap_or_default();
    format!("{}({day}){note}", decision.by)
}

fn direction(flow: Flow) -> String {
    let (source, destination) = flow.services();
    format!("{}→{}", source.name(), destination.name())
}

/// Why somebody is held, in the words of staff.
fn reason(kind: &str) -> &str {
    match kind {
        "H_NEAR_DUPLICATE" => "同一人物の可能性",
        "H_SAME_MAIL" => "同じメールアドレス",
        "H_NUMBER_REUSED" => "社員番号の再利用の可能性",
        other => other,
    }
}
