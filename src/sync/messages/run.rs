//! Sentences about a run, and about what is left to do.

use std::fmt;

use super::FileFlaw;

/// Why a run is 異常終了.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the placeholders of the texts below")]
pub enum RunFailure<'a> {
    /// A service refused the credentials. `remedy` is the sentence that says where to put them right.
    Auth { service: &'a str, remedy: &'a str },
    /// The login lacks a right.
    Forbidden { service: &'a str, remedy: &'a str },
    /// A service's answer is not what the protocol says.
    Protocol { service: &'a str },
    /// Two sheets of one name.
    DuplicateSheet { sheet: &'a str },
    /// Two items of one name in one sheet.
    DuplicateItem { sheet: &'a str, item: &'a str },
    /// A mapped item is gone. `item` is `sheet/item`.
    Missing { item: &'a str },
    /// A mapped item can't be written.
    ReadOnly { item: &'a str },
    /// An item of 本人情報 lies in a sheet of several records, or one of 扶養家族情報 in no such sheet or in a second one.
    WrongSheet { item: &'a str },
    /// An item that the job names is not mapped.
    NotMapped { item: &'a str },
    /// A file from or for a service's own screen. `flaw` says what is wrong, `remedy` what to do.
    File { service: &'a str, file: &'a str, flaw: &'a FileFlaw, remedy: &'a str },
    /// A service did not answer in all attempts.
    Timeout { service: &'a str },
    /// A guard tripped.
    Guard { what: &'a str, n: u64, max: u64 },
    /// Too many people were rejected.
    MostRejected { n: u64, target: u64 },
    /// Somebody was rejected, and `on_partial` is `failed`.
    Partial { n: u64 },
    /// A value was bad, and `on_error` is `run`.
    BadValue { n: u64 },
    /// Three attempts crashed.
    Crash,
    /// The destination speaks English.
    Language,
    /// The job is none; the reason in one sentence.
    Job { reason: &'a str },
    /// The flow is not built; the reason in one sentence.
    Flow { reason: &'a str },
}

impl RunFailure<'_> {
    /// The code in the history.
    pub fn code(&self) -> &'static str {
        match self {
            RunFailure::Auth { .. } => "F_AUTH",
            RunFailure::Forbidden { .. } => "F_FORBIDDEN",
            RunFailure::Protocol { .. } => "F_PROTOCOL",
            RunFailure::DuplicateSheet { .. } => "F_DUP_SHEET",
            RunFailure::DuplicateItem { .. } => "F_DUP_ITEM",
            RunFailure::Missing { .. }
            | RunFailure::ReadOnly { .. }
            | RunFailure::WrongSheet { .. }
            | RunFailure::NotMapped { .. } => "F_CONFIG",
            RunFailure::File { .. } => "F_FILE",
            RunFailure::Timeout { .. } => "F_TIMEOUT",
            RunFailure::Guard { .. } => "F_GUARD",
            RunFailure::MostRejected { .. } => "F_MOST_REJECTED",
            RunFailure::Partial { .. } => "F_PARTIAL",
            RunFailure::BadValue { .. } => "F_BAD_VALUE",
            RunFailure::Crash => "F_CRASH",
            RunFailure::Language => "F_LANG",
            RunFailure::Job { .. } => "F_JOB",
            RunFailure::Flow { .. } => "F_FLOW",
        }
    }

    /// What to do about it, in one sentence.
    pub fn remedy(&self) -> &str {
        match self {
            RunFailure::Auth { remedy, .. }
            | RunFailure::Forbidden { remedy, .. }
            | RunFailure::File { remedy, .. } => remedy,
            RunFailure::Protocol { .. } => "サービスの仕様変更の可能性があります。ログをご確認ください。",
            RunFailure::DuplicateSheet { .. } => "シートの名称が重ならないように変更してください。",
            RunFailure::DuplicateItem { .. } => "項目の名称が重ならないように変更してください。",
            RunFailure::Missing { .. } | RunFailure::ReadOnly { .. } | RunFailure::WrongSheet { .. } => {
                "連携先のレイアウトと連携項目の設定をご確認ください。"
            }
            RunFailure::NotMapped { .. } => "連携項目に設定された項目名を指定してください。",
            RunFailure::Timeout { .. } => "時間をおいて、もう一度実行してください。",
            RunFailure::Guard { .. } => {
                "連携元の内容をご確認のうえ、正しければ強制実行(force)で再実行してください。"
            }
            RunFailure::MostRejected { .. } => "項目の設定やマスター項目をご確認ください。",
            RunFailure::Partial { .. } | RunFailure::BadValue { .. } => {
                "連携元の値を修正して、もう一度実行してください。"
            }
            RunFailure::Crash => "ログをご確認のうえ、もう一度実行してください。",
            RunFailure::Language => "日本語環境でご利用ください。",
            RunFailure::Job { .. } => "ジョブの内容を修正して、もう一度登録してください。",
            RunFailure::Flow { .. } => "対応している連携を指定してください。",
        }
    }
}

impl fmt::Display for RunFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunFailure::Auth { service, remedy } => write!(f, "{service}の認証に失敗しました。{remedy}"),
            RunFailure::Forbidden { service, remedy } => write!(f, "{service}の権限が不足しています。{remedy}"),
            RunFailure::Protocol { service } => write!(f, "{service}から想定外の応答がありました。"),
            RunFailure::DuplicateSheet { sheet } => {
                write!(f, "同じ名称のシート”{sheet}”が存在するため連携できません。")
            }
            RunFailure::DuplicateItem { sheet, item } => {
                write!(f, "シート”{sheet}”に同名の項目”{item}”が存在するため連携できません。")
            }
            RunFailure::Missing { item } => write!(f, "連携項目に設定された”{item}”が存在しません。"),
            RunFailure::ReadOnly { item } => write!(f, "連携項目に設定された”{item}”は更新できない項目です。"),
            RunFailure::WrongSheet { item } => {
                write!(f, "連携項目に設定された”{item}”は、この情報を連携できるシートにありません。")
            }
            RunFailure::NotMapped { item } => write!(f, "”{item}”は連携項目に設定されていません。"),
            RunFailure::File { service, file, flaw, remedy } => {
                write!(f, "{service}のファイル”{file}”を使えません:{flaw}。{remedy}")
            }
            RunFailure::Timeout { service } => write!(f, "{service}に接続できませんでした。"),
            RunFailure::Guard { what, n, max } => write!(
                f,
                "{what}が通常と大きく異なるため、何も更新せずに中止しました({n}件/上限{max}件)。"
            ),
            RunFailure::MostRejected { n, target } => write!(
                f,
                "対象者の多くでエラーが発生しました({n}件/{target}件)。項目の設定やマスター項目をご確認ください。"
            ),
            RunFailure::Partial { n } => write!(f, "一部の対象者でエラーが発生しました({n}件)。"),
            RunFailure::BadValue { n } => {
                write!(f, "登録できない値があったため、何も更新せずに中止しました({n}件)。")
            }
            RunFailure::Crash => f.write_str("処理が3回中断したため中止しました。"),
            RunFailure::Language => f.write_str(
                "カオナビが英語環境の可能性があります。オフィスステーション連携は英語環境ではご利用いただけません。",
            ),
            RunFailure::Job { reason } | RunFailure::Flow { reason } => f.write_str(reason),
        }
    }
}

/// Why a run is 異常終了, as the history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The code, such as `F_GUARD`.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl From<RunFailure<'_>> for Failure {
    fn from(stop: RunFailure<'_>) -> Self {
        Failure { code: stop.code(), message: stop.to_string(), remedy: stop.remedy().to_owned() }
    }
}

/// What a link can't carry and a person must still do (要対応).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field is the placeholder of its text below")]
pub enum Todo<'a> {
    /// Left in the source, still there in the destination.
    RetiredLate,
    /// Created without 所属.
    NoDepartment,
    /// Only the destination has this 現職者 or 入社予定者.
    OnlyDestination,
    /// The account of somebody who left.
    RetiredAccount,
    /// Somebody who will leave and was never registered.
    FutureLeaver,
    /// The service filled items by itself.
    AutoFilled,
    /// Attendance of a month that is not closed.
    NotClosed { month: &'a str },
}

impl Todo<'_> {
    /// The kind in the history.
    pub fn code(&self) -> &'static str {
        match self {
            Todo::RetiredLate => "T_RETIRED_LATE",
            Todo::NoDepartment => "T_NO_DEPARTMENT",
            Todo::OnlyDestination => "T_ONLY_DEST",
            Todo::RetiredAccount => "T_RETIRED_ACCOUNT",
            Todo::FutureLeaver => "T_FUTURE_LEAVER",
            Todo::AutoFilled => "T_AUTOFILLED",
            Todo::NotClosed { .. } => "T_NOT_CLOSED",
        }
    }
}

impl fmt::Display for Todo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Todo::RetiredLate => "オフィスステーションで退職済みですが、カオナビの退職日が空です。",
            Todo::NoDepartment => "カオナビに新規登録しました。所属を登録してください。",
            Todo::OnlyDestination => "連携元に存在しません(内定辞退・番号変更・削除の可能性)。",
            Todo::RetiredAccount => "退職済みです。medimentのアカウントを手動で削除してください。",
            Todo::FutureLeaver => {
                "退職予定日があるためmedimentに登録されていません。健康診断・ストレスチェックの対象者なら手動で登録してください。"
            }
            Todo::AutoFilled => {
                "社会保険の加入有無・ストレスチェック対象者・健康診断対象者が自動入力されました。該当しない場合は変更してください。"
            }
            Todo::NotClosed { month } => return write!(f, "{month}の勤怠が未締めです。"),
        })
    }
}
