//! The tables of an explanation: six steps that staff read from above.

use std::fmt::Write;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};

use super::form::failure_of;
use super::{Asked, words};
use crate::flows::{Told, Values};
use crate::sync::{Action, Comparison, Explained, Explanation, Seen};

/// The whole explanation, its tables no wider than told.
pub(super) fn text(asked: &Asked<'_>, width: u16) -> String {
    let mut sections = vec![head(asked), connection(asked, width)];
    match &asked.answer.told {
        Err(error) => {
            if let Some(failure) = failure_of(error).filter(|_| is_connected(asked)) {
                sections.push(format!("中止 {}\n{}\n{}", failure.code, failure.message, failure.remedy));
            }
        }
        Ok(told) => {
            sections.push(reading(asked, told, width));
            let several = told.explanation.people.len() > 1;
            for (n, person) in told.explanation.people.iter().enumerate() {
                if several {
                    sections.push(format!("―― {}人目 ――", n + 1));
                }
                sections.extend(steps(asked, person, width));
            }
            if !told.explanation.people.is_empty() {
                sections.push(run(told));
            }
        }
    }
    format!("{}\n", sections.join("\n\n"))
}

fn is_connected(asked: &Asked<'_>) -> bool {
    asked.answer.connection.iter().all(|connection| connection.error.is_none())
}

fn head(asked: &Asked<'_>) -> String {
    let job = asked.job;
    let month = job.month.map(|month| format!(" {month}")).unwrap_or_default();
    let mut head =
        format!("社員番号:”{}” 連携 {} {}{month}", asked.code, job.link, words::direction(job.flow));
    if asked.is_spot_only {
        head.push_str("\nスポット実行の設定で説明します。定期実行の設定はこれと異なります。");
    }
    head
}

fn connection(asked: &Asked<'_>, width: u16) -> String {
    let mut table = table(width, &["", "サービス", "結果"]);
    for connection in &asked.answer.connection {
        let result = match connection.error.as_ref().map(failure_of) {
            None => "接続できました。".to_owned(),
            Some(Some(failure)) => format!("{} {}\n{}", failure.code, failure.message, failure.remedy),
            Some(None) => "中断されました。".to_owned(),
        };
        let side = words::side(asked.job.flow, connection.service);
        table.add_row([side, connection.service.name(), &result]);
    }
    keep_whole(&mut table, &[0, 1]);
    format!("1 接続\n{table}")
}

fn reading(asked: &Asked<'_>, told: &Told, width: u16) -> String {
    let Explanation { source, destination, people } = &told.explanation;
    let mut table = table(width, &["", "人数", "該当する社員番号", "取得"]);
    for (side, reading) in [("連携元", source), ("連携先", destination)] {
        let found: Vec<String> = reading.found.iter().map(|code| format!("”{code}”")).collect();
        let found = if found.is_empty() { "なし".to_owned() } else { found.join("、") };
        let complete = match reading.announced.filter(|_| !reading.is_complete()) {
            None => "全員を取得しました。".to_owned(),
            Some(announced) => format!("全体は{announced}人のはずです。実行は中止されます。"),
        };
        table.add_row([side.to_owned(), reading.people.to_string(), found, complete]);
    }
    keep_whole(&mut table, &[0, 1]);
    let mut text = format!("2 読取\n{table}");
    if people.is_empty() {
        let said = words::nobody(asked.code, &told.similar);
        write!(text, "\n{said}").expect("writing to a string can't fail");
    } else if !told.similar.is_empty() {
        let near = told.similar.join("、");
        write!(text, "\n連携元に、似た社員番号があります:{near}").expect("writing to a string can't fail");
    }
    text
}

fn steps(asked: &Asked<'_>, person: &Explained, width: u16) -> Vec<String> {
    let flow = asked.job.flow;
    let mut steps = Vec::new();
    if let Some(scope) = &person.scope {
        let [_, name, why] = words::class(scope.class);
        let mut text = format!("3 対象\n{name}:{why}\n{}", words::scope(flow, name, scope.left_out));
        if asked.values == Values::Shown {
            let (hire, retire) = (cell(&scope.hire), cell(&scope.retire));
            write!(text, "\n入社日:{hire} 退職日:{retire}").expect("writing to a string can't fail");
        }
        steps.push(text);
    }
    let (_, rule) = words::found(flow, &person.found);
    let other = person.destination.as_ref().filter(|_| person.source.is_some());
    let other = other.map(|code| format!("連携先の社員番号:”{code}”\n")).unwrap_or_default();
    steps.push(format!("4 照合\n{other}{rule}"));
    if let Some(comparison) = &person.comparison {
        steps.push(compared(asked, comparison, width));
    }
    steps.push(format!("6 結果\n{}", action(asked, &person.action)));
    steps
}

fn compared(asked: &Asked<'_>, comparison: &Comparison, width: u16) -> String {
    let shown = asked.values == Values::Shown;
    let header: &[&str] = if shown {
        &["項目", "判定", "理由", "連携元", "連携先", "書き込む値"]
    } else {
        &["項目", "判定", "理由"]
    };
    let mut items = table(width, header);
    for step in &comparison.items {
        let (_, word, rule) = words::verdict(&step.verdict);
        let mut row = vec![step.item.to_string(), word, rule];
        if shown {
            let written = step.written.clone().unwrap_or_default();
            row.extend([cell(&step.source), cell(&step.held), written]);
        }
        items.add_row(row);
    }
    let mut text = format!("5 比較\n本人情報\n{items}");
    if let Some(rows) = &comparison.dependents {
        let [_, word, rule] = words::rows(rows.verdict);
        let items =
            if rows.items.is_empty() { String::new() } else { format!("({})", rows.items.join("、")) };
        write!(text, "\n扶養家族情報 {word}{items}:{rule} 連携元{}件、連携先{}件", rows.source, rows.held)
            .expect("writing to a string can't fail");
    }
    text
}

fn cell(seen: &Seen) -> String {
    match seen {
        Seen::Absent => "(項目なし)".to_owned(),
        Seen::Blank => "(空欄)".to_owned(),
        Seen::Text(None) => "(非表示)".to_owned(),
        Seen::Text(Some(text)) => text.clone(),
    }
}

fn action(asked: &Asked<'_>, action: &Action) -> String {
    match action {
        Action::OnlyDestination => {
            "何もしません。連携元に存在しない社員は、変更も削除もしません。".to_owned()
        }
        Action::Skipped(_) => {
            format!("対象外:{}では何もしません。", words::direction(asked.job.flow))
        }
        Action::Planned { outcome, items, problems } => {
            let mut text = words::outcome(*outcome).to_owned();
            if !items.is_empty() {
                write!(text, ":{}", items.join("、")).expect("writing to a string can't fail");
            }
            for problem in problems {
                write!(text, "\n{} {}", problem.code, problem.message)
                    .expect("writing to a string can't fail");
            }
            text
        }
    }
}

/// What would stop the run as a whole.
fn run(told: &Told) -> String {
    let mut lines: Vec<String> =
        told.trips.iter().map(|trip| format!("F_GUARD {}", trip.message())).collect();
    lines.extend(told.failure.iter().map(|failure| format!("{} {}", failure.code, failure.message)));
    lines.push(if lines.is_empty() {
        "全員を対象とする実行を中止する理由はありません。".to_owned()
    } else {
        "全員を対象とする実行は異常終了となり、ガードによる中止では何も書き込みません。".to_owned()
    });
    lines.push("前回の対象者数との比較と、保留についての判断(renkei hold)は考慮していません。".to_owned());
    format!("実行全体\n{}", lines.join("\n"))
}

fn table(width: u16, header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(header.iter().copied());
    table
}

/// Never wraps these columns.
fn keep_whole(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}
