use super::*;

fn person_lines() -> Vec<String> {
    let (code, item) = ("A0002", Item::Own("性別"));
    let lines = [
        Message::Master { code, item },
        Message::Required { code, item },
        Message::Date { code, item },
        Message::Number { code, item },
        Message::Length { code, item, max: 250 },
        Message::NameSplit { code, item: Item::Own("氏名") },
        Message::CodeEmpty,
        Message::CodeDuplicate { code },
        Message::Master { code, item: Item::Dependent(2, "続柄") },
        Message::Required { code, item: Item::Dependent(2, "続柄") },
        Message::Date { code, item: Item::Dependent(2, "生年月日") },
        Message::MyNumber { code, item: Item::Own("備考") },
        Message::Character { code, item: Item::Own("氏") },
        Message::Formula { code, item: Item::Own("備考") },
        Message::NotFound { code },
        Message::Refused { code, item, service: "カオナビ" },
        Message::Batch { code, service: "カオナビ" },
        Message::NearDuplicate { code, other: "2" },
        Message::SameMail { code },
        Message::NumberReused { code },
        Message::Conflict { code },
    ];
    lines.map(|line| format!("{} | {line}", line.code())).to_vec()
}

fn run_lines() -> Vec<String> {
    let lines = [
        RunFailure::Auth {
            service: "オフィスステーション", remedy: "企業設定をご確認ください。"
        },
        RunFailure::DuplicateSheet { sheet: "面談メモ" },
        RunFailure::DuplicateItem { sheet: "面談メモ", item: "本文" },
        RunFailure::Missing { item: "基本情報/性別" },
        RunFailure::ReadOnly { item: "基本情報/勤続表示" },
        RunFailure::WrongSheet { item: "面談メモ/本文" },
        RunFailure::NotMapped { item: "血液型" },
        RunFailure::File {
            service: "オフィスステーション",
            file: "従業員.csv",
            flaw: &FileFlaw::NoRows,
            remedy: "出力し直してください。",
        },
        RunFailure::Timeout { service: "カオナビ" },
        RunFailure::Guard { what: "新規登録", n: 30, max: 20 },
        RunFailure::MostRejected { n: 60, target: 100 },
        RunFailure::Partial { n: 3 },
        RunFailure::BadValue { n: 3 },
        RunFailure::Crash,
        RunFailure::Language,
        RunFailure::Job { reason: "連携”acmee”は設定にありません。" },
        RunFailure::Flow { reason: "この連携にはまだ対応していません。" },
    ];
    lines.map(|line| format!("{} | {line} | {}", line.code(), line.remedy())).to_vec()
}

fn file_lines() -> Vec<String> {
    let flaws = [
        FileFlaw::NoFolder,
        FileFlaw::Exposed(0o755),
        FileFlaw::NoFile("従業員*.csv".into()),
        FileFlaw::Ambiguous("従業員2.csv".into()),
        FileFlaw::Unfinished,
        FileFlaw::TooOld { hours: 30, max: 26 },
        FileFlaw::Future,
        FileFlaw::TooLarge(256),
        FileFlaw::Encoding,
        FileFlaw::Cut,
        FileFlaw::NoRows,
        FileFlaw::MissingColumn("従業員番号".into()),
        FileFlaw::DuplicateColumn("備考".into()),
        FileFlaw::Ragged(3),
        FileFlaw::BlankCell { line: 3, column: "従業員番号".into() },
        FileFlaw::UnknownNumbers(2),
        FileFlaw::Full(30_000),
        FileFlaw::Unreadable,
        FileFlaw::Unwritable,
    ];
    flaws.map(|flaw| format!("F_FILE | {flaw} | {}", flaw.remedy("出力し直してください。"))).to_vec()
}

fn todo_lines() -> Vec<String> {
    let lines = [
        Todo::RetiredLate,
        Todo::NoDepartment,
        Todo::OnlyDestination,
        Todo::RetiredAccount,
        Todo::FutureLeaver,
        Todo::AutoFilled,
        Todo::NotClosed { month: "2026-10" },
    ];
    lines.map(|line| format!("{} | {line}", line.code())).to_vec()
}

#[test]
fn every_text_is_what_staff_were_promised() {
    let table = [person_lines(), run_lines(), file_lines(), todo_lines()].concat().join("\n");
    insta::assert_snapshot!(table);
}

#[test]
fn the_line_of_the_requirement_is_kept_to_the_character() {
    let problem = Message::Master { code: "XXXXX", item: Item::Own("性別") }.problem();
    assert_eq!(
        problem.message,
        "社員番号:”XXXXX”の性別の値が存在しません。マスター項目に設定された値を指定してください。"
    );
    assert_eq!((problem.code, problem.item.as_deref()), ("E_MASTER", Some("性別")));
}
