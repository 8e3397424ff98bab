//! How a plan is written to OfficeStation without its API: files that a person imports, all at once.

use super::carry_out::Sent;
use super::handover::{Run, bad_lines, told};
use super::work::{Step, Work};
use super::{FlowError, Journal};
use crate::services::officestation::{Files, ImportPerson};
use crate::services::table::ReportLine;
use crate::sync::Write;

/// Why an item that is to become blank is in no file: an empty cell may as well mean that it stays.
const CLEAR: &str =
    "空欄にする項目は取込ファイルに含められません。オフィスステーションの画面で空欄にしてください。";

/// Writes everything that is due for these people into the run's files. Who can't stand in a file is rejected first.
pub(super) async fn hand_over<J: Journal>(
    files: &Files,
    run: Run<'_>,
    journal: &J,
    work: &mut Work<'_>,
    step: Step,
    people: &[String],
) -> Result<Sent, FlowError> {
    let mut bad = Vec::new();
    for write in people.iter().filter_map(|code| work.find(step, code)) {
        let cells = files.bad_cells(&import(work, write));
        bad.extend((!cells.is_empty()).then(|| (write.code.to_string(), bad_lines(&write.code, &cells))));
    }
    for (code, problems) in bad {
        work.refuse(step, &code, problems);
    }
    let writes: Vec<&Write> = people.iter().filter_map(|code| work.find(step, code)).collect();
    let imports: Vec<ImportPerson<'_>> = writes.iter().map(|write| import(work, write)).collect();
    let by_hand: Vec<ReportLine> = writes.iter().filter_map(|write| cleared(work, write)).collect();
    let told = told(work);
    let report = [&by_hand[..], &told[..]].concat();
    journal.may_write()?;
    let may_write = || Ok::<(), FlowError>(journal.may_write()?);
    let names = files.hand_over((run.id, run.began), &imports, &report, may_write).await?;
    let by_hand = by_hand.len() as u64;
    tracing::info!(files = names.len(), by_hand, "files to import are written");
    if let Some(handover) = &mut work.handover {
        handover.next = Some(next(&names, by_hand));
        handover.files = names;
        handover.by_hand = by_hand;
    }
    Ok(Sent { codes: people.to_vec(), refused: false })
}

/// What a file holds of a person: what is set. Nothing is to be cleared of somebody new.
fn import<'w>(work: &'w Work<'_>, write: &'w Write) -> ImportPerson<'w> {
    let set = write.own.iter().filter_map(|change| Some((name(work, change.rule), change.value?)));
    ImportPerson { number: &write.code, create: write.create, items: set.collect() }
}

fn name<'w>(work: &'w Work<'_>, rule: usize) -> &'w str {
    work.rules.get(rule).target.item.as_str()
}

/// What somebody has to clear by hand.
fn cleared(work: &Work<'_>, write: &Write) -> Option<ReportLine> {
    let blank = write.own.iter().filter(|change| change.value.is_none() && !write.create);
    let what: Vec<&str> = blank.map(|change| name(work, change.rule)).collect();
    let line =
        || ReportLine { number: write.code.to_string(), what: what.join("、"), why: CLEAR.to_owned() };
    (!what.is_empty()).then(line)
}

/// What a person has to do with the files (`reference/officestation-api.md` §3.4, §3.5: 一括追加 and 一括更新).
fn next(names: &[String], by_hand: u64) -> String {
    let has = |part: &str| names.iter().any(|name| name.contains(&format!("_{part}")));
    let mut steps = Vec::new();
    if has("new") {
        steps.push("「_new_」のファイルを従業員台帳の一括追加で取り込んでください。".to_owned());
    }
    if has("update") {
        steps.push("「_update-」のファイルを従業員台帳の一括更新で取り込んでください。".to_owned());
    }
    if by_hand > 0 {
        steps.push(format!(
            "空欄にする項目がある{by_hand}名は「_report_」のファイルを見て画面で空欄にしてください。"
        ));
    }
    if steps.is_empty() {
        return "「_report_」のファイルをご確認ください。".to_owned();
    }
    steps.push("次の実行の前に、汎用データ出力で出力し直してください。".to_owned());
    format!("オフィスステーションで、{}", steps.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_next_names_only_what_there_is() {
        let names = |parts: &[&str]| -> Vec<String> {
            parts.iter().map(|part| format!("officestation_{part}_20261122-060000_1-0.csv")).collect()
        };
        insta::assert_snapshot!(
            [
                next(&names(&["new", "update-01", "report"]), 2),
                next(&names(&["update-01", "report"]), 0),
                next(&names(&["report"]), 1),
                next(&names(&["report"]), 0),
            ]
            .join("\n")
        );
    }
}
