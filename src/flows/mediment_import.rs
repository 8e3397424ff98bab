//! How a plan is written to mediment without its API: files that a person imports, all of a run at once (`reference/mediment.md` part C).
//!
//! What no file can say is in the report, to be done by hand: an item that is to become blank, a 社員番号 that changes (a line of a file
//! says whom it is about by the one that mediment has), somebody there without one.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::carry_out::Sent;
use super::handover::{Run, bad_lines, told};
use super::work::{Step, Work};
use super::{FlowError, Journal};
use crate::config::items::mediment::{NAME, NUMBER, WHOLE_NAME};
use crate::job::Month;
use crate::services::mediment::{
    ATTENDANCE_ITEMS, EMPLOYEE_ITEMS, Files, Handed, ImportPerson, Part, ROSTER_NAME,
};
use crate::services::table::{BadCell, ReportLine, Together, by_items};
use crate::sync::{Cell, Columns, People, Person, Problem, Row, Write};

const CLEAR: &str =
    "空欄にする項目は取込ファイルに含められません。取り込んだ後に、medimentの画面で空欄にしてください。";
const NO_COLUMN: &str = "取込ファイルに列がない項目です。medimentの画面で登録してください。";
const NO_NUMBER: &str =
    "medimentの従業員に社員番号がないため取り込めません。medimentの画面で登録してください。";

/// Employees of whose attendance nothing is known: mediment exports none that is documented, so everything of the month is written.
pub(super) fn without_attendance(people: People) -> People {
    let width = people.columns.names().len();
    let names = people.columns.names().iter().map(String::as_str).chain(ATTENDANCE_ITEMS);
    let columns = Columns::new(names);
    let person = |person: Person| {
        let own = (0..width).map(|column| person.row.cell(column));
        Person { row: Row::of(own.chain(ATTENDANCE_ITEMS.map(|_| Cell::Blank))), ..person.clone() }
    };
    People { people: people.people.into_iter().map(person).collect(), columns, ..People::default() }
}

/// Writes everything of 従業員情報 that is due for these people into the run's files. Who can't stand in a file is rejected first.
pub(super) async fn employees<J: Journal>(
    files: &Files,
    run: Run<'_>,
    journal: &J,
    work: &mut Work<'_>,
    people: &[String],
) -> Result<Sent, FlowError> {
    let bad = Employees::of(files, work, people).bad(files);
    refuse(work, bad);
    let Employees { new, changed, by_hand } = Employees::of(files, work, people);
    let mut handed = Vec::new();
    if !new.is_empty() {
        handed.push(files.file(&Part::New, 0, &lines(&new)));
    }
    for (nth, (items, group)) in together(&changed).iter().enumerate() {
        handed.push(files.file(&Part::Update(items), nth, &lines(group.iter().copied())));
    }
    let left = left_to_do(work);
    hand_over(files, run, journal, work, (handed, by_hand, left)).await?;
    Ok(Sent { codes: people.to_vec(), refused: false })
}

/// Writes 勤怠情報 of these people into the run's files.
pub(super) async fn attendance<J: Journal>(
    files: &Files,
    (month, run): (Month, Run<'_>),
    journal: &J,
    work: &mut Work<'_>,
    people: &[String],
) -> Result<Sent, FlowError> {
    let bad = Attendance::of((files, month), work, people).bad(files, month);
    refuse(work, bad);
    let Attendance { people: month_of, by_hand } = Attendance::of((files, month), work, people);
    let mut groups = together(&month_of);
    // Most people first.
    groups.sort_by_key(|(items, group)| Reverse((group.len(), items.len())));
    let file = |(nth, (items, group)): (usize, &(Vec<&str>, Vec<&Line<'_>>))| {
        files.file(&Part::Attendance(month, items), nth, &lines(group.iter().copied()))
    };
    let handed: Vec<Handed> = groups.iter().enumerate().map(file).collect();
    hand_over(files, run, journal, work, (handed, by_hand, Vec::new())).await?;
    Ok(Sent { codes: people.to_vec(), refused: false })
}

async fn hand_over<J: Journal>(
    files: &Files,
    run: Run<'_>,
    journal: &J,
    work: &mut Work<'_>,
    (handed, by_hand, left): (Vec<Handed>, Vec<ReportLine>, Vec<ReportLine>),
) -> Result<(), FlowError> {
    let hands = by_hand.iter().map(|line| &line.number).collect::<BTreeSet<_>>().len() as u64;
    let report = [by_hand, told(work), left].concat();
    journal.may_write()?;
    let may_write = || Ok::<(), FlowError>(journal.may_write()?);
    let names = files.hand_over((run.id, run.began), handed, &report, may_write).await?;
    tracing::info!(files = names.len(), by_hand = hands, "files to import are written");
    if let Some(handover) = &mut work.handover {
        handover.next = Some([next(&names, hands), handover.next.take().unwrap_or_default()].concat());
        handover.files = names;
        handover.by_hand = hands;
    }
    Ok(())
}

/// What a person must still do apart from the import: an account of 退職者 to be deleted, above all. What mediment fills in by itself is in
/// the file of new people, for everybody to see.
fn left_to_do(work: &Work<'_>) -> Vec<ReportLine> {
    let items = work.left_to_do().into_iter().filter(|item| item.kind != "T_AUTOFILLED");
    items.map(|item| by_hand(&item.code, &["要対応"], item.message)).collect()
}

/// What a file says of a person.
struct Line<'w> {
    /// Their code in the plan.
    code: &'w str,
    /// The items of their columns: who has the same ones stands in the same file. None of somebody new.
    columns: Vec<&'w str>,
    person: ImportPerson<'w>,
}

fn lines<'a, 'w: 'a>(group: impl IntoIterator<Item = &'a Line<'w>>) -> Vec<&'a ImportPerson<'w>> {
    group.into_iter().map(|line| &line.person).collect()
}

fn together<'a, 'w>(people: &'a [Line<'w>]) -> Together<'a, 'w, Line<'w>> {
    by_items(people, |line| line.columns.clone())
}

/// Who can't stand in a file, and for what.
type Bad = Vec<(String, Vec<Problem>)>;

fn bad_of(files: &Files, part: &Part<'_>, line: &Line<'_>) -> Option<(String, Vec<Problem>)> {
    let cells: Vec<(&str, BadCell)> = files.bad_cells(part, &line.person);
    (!cells.is_empty()).then(|| (line.code.to_owned(), bad_lines(line.code, &cells)))
}

fn refuse(work: &mut Work<'_>, bad: Bad) {
    for (code, problems) in bad {
        work.refuse(Step::Upsert, &code, problems);
    }
}

fn by_hand(code: &str, what: &[&str], why: impl Into<String>) -> ReportLine {
    ReportLine { number: code.to_owned(), what: what.join("、"), why: why.into() }
}

fn name<'w>(work: &'w Work<'_>, rule: usize) -> &'w str {
    work.rules.get(rule).target.item.as_str()
}

/// What mediment has of somebody, blank where it has nothing.
fn held<'w>(work: &'w Work<'_>, write: &Write, item: &str) -> &'w str {
    let held = work.held(write).and_then(|(columns, person)| Some((columns.position(item)?, person)));
    held.and_then(|(column, person)| person.row.cell(column).text()).unwrap_or_default().trim()
}

/// The people of 従業員情報 by where they stand.
#[derive(Default)]
struct Employees<'w> {
    new: Vec<Line<'w>>,
    changed: Vec<Line<'w>>,
    by_hand: Vec<ReportLine>,
}

impl<'w> Employees<'w> {
    fn of(files: &'w Files, work: &'w Work<'_>, people: &[String]) -> Self {
        let mut sorted = Employees::default();
        for write in people.iter().filter_map(|code| work.find(Step::Upsert, code)) {
            let part = if write.create { Part::New } else { Part::Update(&EMPLOYEE_ITEMS) };
            let own = || write.own.iter().map(|change| (name(work, change.rule), change.value));
            let set: Vec<(&str, &str)> = own()
                .filter_map(|(item, value)| Some((item, value?)))
                .filter(|(item, _)| *item != NUMBER)
                .collect();
            let (taken, lacking): (Vec<_>, Vec<_>) =
                set.into_iter().partition(|(item, _)| files.takes(&part, item));
            let code = &*write.code;
            if write.create {
                let number = own().find(|(item, _)| *item == NUMBER).and_then(|(_, value)| value);
                let person = ImportPerson { number: number.unwrap_or_default(), items: taken };
                sorted.new.push(Line { code, columns: Vec::new(), person });
            } else {
                let number = held(work, write, NUMBER);
                if number.is_empty() {
                    let what: Vec<&str> = own().map(|(item, _)| item).collect();
                    sorted.by_hand.push(by_hand(code, &what, NO_NUMBER));
                    continue;
                }
                if !taken.is_empty() {
                    sorted.changed.push(changed(files, work, write, (number, taken)));
                }
                if own().any(|(item, value)| item == NUMBER && value.is_some()) {
                    sorted.by_hand.push(by_hand(code, &[NUMBER], renumbered(number)));
                }
                let cleared: Vec<&str> =
                    own().filter(|(_, value)| value.is_none()).map(|(item, _)| item).collect();
                if !cleared.is_empty() {
                    sorted.by_hand.push(by_hand(code, &cleared, CLEAR));
                }
            }
            if !lacking.is_empty() {
                let what: Vec<&str> = lacking.iter().map(|(item, _)| *item).collect();
                sorted.by_hand.push(by_hand(code, &what, NO_COLUMN));
            }
        }
        sorted
    }

    fn bad(&self, files: &Files) -> Bad {
        let new = self.new.iter().filter_map(|line| bad_of(files, &Part::New, line));
        let changed = self.changed.iter();
        new.chain(changed.filter_map(|line| bad_of(files, &Part::Update(&line.columns), line))).collect()
    }
}

fn renumbered(number: &str) -> String {
    format!(
        "medimentでの社員番号は”{number}”です。取り込んだ後に、medimentの画面で社員番号を変更してください。"
    )
}

/// The line of somebody who changes: what is set. Only a column of 氏名 takes the half beside it that doesn't change.
fn changed<'w>(
    files: &'w Files,
    work: &'w Work<'_>,
    write: &'w Write,
    (number, mut items): (&'w str, Vec<(&'w str, &'w str)>),
) -> Line<'w> {
    let names: Vec<&str> = items.iter().map(|(item, _)| *item).collect();
    let columns = files.columns(&Part::Update(&names));
    if columns.contains(&WHOLE_NAME) {
        let other = NAME.into_iter().filter(|half| !names.contains(half));
        items.extend(other.map(|half| (half, held(work, write, half))));
    }
    Line { code: &write.code, columns, person: ImportPerson { number, items } }
}

/// The people of 勤怠情報 with the items that they have a value for.
#[derive(Default)]
struct Attendance<'w> {
    people: Vec<Line<'w>>,
    by_hand: Vec<ReportLine>,
}

impl<'w> Attendance<'w> {
    fn of((files, month): (&Files, Month), work: &'w Work<'_>, people: &[String]) -> Self {
        let part = Part::Attendance(month, &ATTENDANCE_ITEMS);
        let mut sorted = Attendance::default();
        for write in people.iter().filter_map(|code| work.find(Step::Upsert, code)) {
            let set = write.own.iter().filter_map(|change| Some((name(work, change.rule), change.value?)));
            let mut items: Vec<(&str, &str)> = set.collect();
            let names: Vec<&str> = items.iter().map(|(item, _)| *item).collect();
            let number = held(work, write, NUMBER);
            if number.is_empty() {
                sorted.by_hand.push(by_hand(&write.code, &names, NO_NUMBER));
                continue;
            }
            items.extend(NAME.map(|half| (half, held(work, write, half))));
            items.push((WHOLE_NAME, held(work, write, ROSTER_NAME)));
            let person = ImportPerson { number, items };
            let columns = names.into_iter().filter(|item| files.takes(&part, item)).collect();
            sorted.people.push(Line { code: &write.code, columns, person });
        }
        sorted
    }

    fn bad(&self, files: &Files, month: Month) -> Bad {
        let people = self.people.iter();
        people.filter_map(|line| bad_of(files, &Part::Attendance(month, &line.columns), line)).collect()
    }
}

/// What a person has to do with the files. Which screen takes them is not public but for 従業員情報 (`reference/mediment.md` A4, A7).
fn next(names: &[String], by_hand: u64) -> String {
    let has = |part: &str| names.iter().any(|name| name.starts_with(&format!("mediment_{part}")));
    let mut steps = Vec::new();
    let employees = [has("employees_new_"), has("employees_update-")];
    if employees[0] {
        steps.push(
            "「_employees_new_」のファイルの空の列(国籍など)に記入し、従業員情報の新規登録で取り込んでください。".to_owned(),
        );
    }
    if employees[1] {
        steps.push("「_employees_update-」のファイルを従業員情報の一括更新で取り込んでください。".to_owned());
    }
    if has("attendance_") {
        steps.push("「_attendance_」のファイルを勤怠情報に取り込んでください。".to_owned());
    }
    if by_hand > 0 {
        steps.push(format!("{by_hand}名は「_report_」のファイルを見て画面で直してください。"));
    }
    if employees.contains(&true) {
        steps.push("次の実行の前に、従業員一覧を出力し直してください。".to_owned());
    }
    if steps.is_empty() {
        return "「_report_」のファイルをご確認ください。".to_owned();
    }
    format!("medimentで、{}", steps.concat())
}
