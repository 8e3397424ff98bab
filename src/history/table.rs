//! The tables that staff read: 実行履歴, a line a run however wide that is, and one run, whose long texts wrap to a width.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table};

use super::holds::Decision;
use super::people::RecordedPerson;
use super::run::{Counts, Run, Status, label};
use super::time;
use super::todo::OpenTodos;
use crate::job::Flow;

const NONE: &str = "-";
/// More items of one person are only counted: somebody new has dozens.
const SHOWN_ITEMS: usize = 5;

/// 実行履歴: one line a run.
pub fn list_table(runs: &[Run]) -> String {
    if runs.is_empty() {
        return "実行履歴はありません。\n".to_owned();
    }
    let mut table = empty_table();
    table.set_header(
        ["実行ID", "連携", "連携方向", "実行種別", "ステータス", "開始日時", "終了日時"]
            .into_iter()
            .chain(COUNTS),
    );
    for run in runs {
        let texts = [
            run.id.to_string(),
            run.link.clone().unwrap_or_else(|| NONE.to_owned()),
            direction(run),
            kind(run),
            label(run),
            moment(run.started_at.as_ref()),
            moment(run.finished_at.as_ref()),
        ];
        table.add_row(texts.into_iter().chain(numbers(&run.counts)));
    }
    align_numbers(&mut table, 7);
    format!("{table}\n")
}

/// One run: what it was, what became of its people, and what is left to do. `hint` says under an 異常終了 whom to ask
/// (`notify::failure_hint`). `width` is that of the terminal in columns.
pub fn show_table(run: &Run, hint: Option<&str>, width: u16) -> String {
    let mut counts = empty_table();
    counts.set_header(COUNTS);
    counts.add_row(numbers(&run.counts));
    align_numbers(&mut counts, 0);
    let mut sections = vec![facts(run, width).to_string()];
    if let (Status::Failed, Some(hint)) = (run.status, hint) {
        sections.push(hint.to_owned());
    }
    sections.push(counts.to_string());
    let people = run.people.as_deref().unwrap_or_default();
    if !people.is_empty() {
        sections.push(format!("対象者\n{}", people_table(people, width)));
    }
    let todo = run.todo.as_deref().unwrap_or_default();
    if !todo.is_empty() {
        let mut table = wrapped_table(width);
        table.set_header(["社員番号", "内容", "初回検出日"]);
        for item in todo {
            table.add_row([&item.code, &item.message, &item.since]);
        }
        keep_whole(&mut table, &[0, 2]);
        sections.push(format!("要対応\n{table}{}", beyond(run.more_todo)));
    }
    format!("{}\n", sections.join("\n\n"))
}

/// 要対応 of all links: one line each.
pub fn todo_table(open: &[OpenTodos], width: u16) -> String {
    if open.iter().all(|open| open.list.count == 0) {
        return "要対応はありません。\n".to_owned();
    }
    let mut table = wrapped_table(width);
    table.set_header(["連携", "連携方向", "社員番号", "内容", "初回検出日", "時点"]);
    for open in open {
        let as_of = open.list.day.to_string();
        for item in &open.list.todo {
            let direction = direction_of(open.flow);
            table.add_row([&open.link, &direction, &item.code, &item.message, &item.since, &as_of]);
        }
    }
    keep_whole(&mut table, &[0, 2, 4, 5]);
    let more = open.iter().map(|open| open.list.beyond()).sum();
    format!("{table}{}\n", beyond(more))
}

/// A line about what is only counted, if there is any.
fn beyond(more: u64) -> String {
    if more > 0 { format!("\nほか{more}件") } else { String::new() }
}

const COUNTS: [&str; 7] = ["対象", "新規追加", "更新", "変更なし", "保留", "エラー", "対象外"];

fn numbers(counts: &Counts) -> [String; 7] {
    [
        counts.target,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.held,
        counts.rejected,
        counts.skipped,
    ]
    .map(|n| n.to_string())
}

/// The facts of a run that there are, name and value.
fn facts(run: &Run, width: u16) -> Table {
    let mut table = wrapped_table(width);
    let mut fact = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            table.add_row([name, value.as_str()]);
        }
    };
    fact("実行ID", Some(run.id.to_string()));
    fact("連携", run.link.clone());
    fact("連携方向", Some(direction(run)));
    fact("対象月", run.month.clone());
    fact("実行種別", Some(kind(run)));
    fact("依頼者", run.requested_by.clone());
    fact("ステータス", Some(label(run)));
    fact("理由", run.reason.as_ref().map(|reason| format!("{} ({})", reason.message, reason.code)));
    fact("対処", run.reason.as_ref().and_then(|reason| reason.remedy.clone()));
    fact("待ち合わせ中の実行", run.waiting_for.clone());
    fact("同じキーの実行", run.duplicate_of.clone());
    fact("受付日時", run.enqueued_at.as_ref().map(time::short));
    fact("開始日時", run.started_at.as_ref().map(time::short));
    fact("次回試行日時", run.next_attempt_at.as_ref().map(time::short));
    fact("終了日時", run.finished_at.as_ref().map(time::short));
    fact("試行回数", Some(run.attempts.to_string()));
    let dependents = run.counts.dependents;
    if dependents.updated + dependents.rejected > 0 {
        fact("扶養家族", Some(format!("更新 {} エラー {}", dependents.updated, dependents.rejected)));
    }
    let joined = |pairs: Vec<String>| if pairs.is_empty() { None } else { Some(pairs.join(" ")) };
    fact(
        "対象外の内訳",
        joined(run.skipped.iter().map(|(why, n)| format!("{} {n}", reason_word(why))).collect()),
    );
    fact("リクエスト数", joined(run.requests.iter().map(|(service, n)| format!("{service} {n}")).collect()));
    if let Some(handover) = &run.handover {
        let named = |names: &[String]| (!names.is_empty()).then(|| names.join("\n"));
        fact("読み込んだファイル", named(&handover.read));
        fact("取込ファイル", named(&handover.files));
        fact("次の作業", handover.next.clone());
    }
    keep_whole(&mut table, &[0]);
    table
}

fn people_table(people: &[RecordedPerson], width: u16) -> Table {
    let mut table = wrapped_table(width);
    table.set_header(["社員番号", "結果", "更新した項目", "メッセージ"]);
    for person in people {
        let mut messages: Vec<String> = person.errors.iter().map(|error| error.message.clone()).collect();
        let mut outcome = outcome_word(&person.outcome).to_owned();
        if let Some(decision) = &person.decision {
            outcome = format!("{outcome}({})", decision.verdict.name());
            messages.push(decided(decision));
        }
        table.add_row([person.code.clone(), outcome, items(&person.items), messages.join("\n")]);
    }
    keep_whole(&mut table, &[0, 1]);
    table
}

/// Who decided what, when and why.
fn decided(decision: &Decision) -> String {
    let at = time::parse(&decision.at).as_ref().map_or_else(|| NONE.to_owned(), time::short);
    let note = decision.note.as_ref().map(|note| format!(":{note}")).unwrap_or_default();
    format!("{}:{}({at}){note}", decision.verdict.name(), decision.by)
}

/// The first items by name, the others by number.
fn items(names: &[String]) -> String {
    let shown = names[..names.len().min(SHOWN_ITEMS)].join("、");
    match names.len() - names.len().min(SHOWN_ITEMS) {
        0 => shown,
        more => format!("{shown} ほか{more}項目"),
    }
}

fn empty_table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table
}

fn wrapped_table(width: u16) -> Table {
    let mut table = empty_table();
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table
}

/// Never wraps these columns: what they hold is copied or compared.
fn keep_whole(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

fn align_numbers(table: &mut Table, from: usize) {
    for column in from..from + COUNTS.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn moment(at: Option<&chrono::DateTime<chrono::FixedOffset>>) -> String {
    at.map_or_else(|| NONE.to_owned(), time::short)
}

fn kind(run: &Run) -> String {
    let name = run.trigger.name();
    if run.dry_run { format!("{name}(試行)") } else { name.to_owned() }
}

fn direction(run: &Run) -> String {
    run.flow.map_or_else(|| NONE.to_owned(), direction_of)
}

/// Source and destination as staff know them. The two flows of HRMOS勤怠 differ by their data.
fn direction_of(flow: Flow) -> String {
    let (source, destination) = flow.services();
    let data = match flow {
        Flow::OfficeStationToKaonavi | Flow::KaonaviToOfficeStation => "",
        Flow::HrmosToMedimentEmployees => "(従業員情報)",
        Flow::HrmosToMedimentAttendance => "(勤怠情報)",
    };
    format!("{}→{}{data}", source.name(), destination.name())
}

fn outcome_word(outcome: &str) -> &str {
    match outcome {
        "created" => "新規追加",
        "updated" => "更新",
        "held" => "保留",
        "rejected" => "エラー",
        other => other,
    }
}

fn reason_word(reason: &str) -> &str {
    match reason {
        "retired" => "退職者",
        "no_hire_date" => "入社日なし",
        "not_in_destination" | "unknown_employee" => "連携先に登録なし",
        "retired_unknown" => "退職年月日あり(連携先に登録なし)",
        "rehired" => "退職者(同じ社員の新しい登録あり)",
        "unidentifiable" => "社員番号・メールアドレスなし",
        "no_monthly_row" => "対象月のデータなし",
        "no_data" => "勤怠の値なし",
        "not_closed" => "未締め",
        other => other,
    }
}
