//! What is wrong with a file that a service's own screen gave, or that is to be given to one.

use std::fmt;

/// What is wrong with a file or its folder. No variant holds anything that was read from a file's cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFlaw {
    /// There is no such folder, or it can't be looked into.
    NoFolder,
    /// Others than the owner can look into the folder; its mode.
    Exposed(u32),
    /// No file of the folder has a name of this pattern.
    NoFile(String),
    /// Another file of this name may be meant as well.
    Ambiguous(String),
    /// It is empty, or changed while it was looked at: somebody is still writing it.
    Unfinished,
    /// It is older than may be; both in hours.
    TooOld {
        /// Its age.
        hours: u64,
        /// The most that it may be.
        max: u64,
    },
    /// It is from the future: some clock is wrong.
    Future,
    /// It is larger than this many MiB.
    TooLarge(u64),
    /// It is neither UTF-8 nor cp932.
    Encoding,
    /// It ends in the middle of a line: a part is missing.
    Cut,
    /// It holds nobody.
    NoRows,
    /// A needed column is not there.
    MissingColumn(String),
    /// Two columns have the same name.
    DuplicateColumn(String),
    /// This line, counted from 1, has more or fewer cells than the first one.
    Ragged(u64),
    /// This line, counted from 1, has nothing in this column, which ties it to somebody.
    BlankCell {
        /// The line.
        line: u64,
        /// The column.
        column: String,
    },
    /// So many rows of dependants have a number that no employee has.
    UnknownNumbers(u64),
    /// It has at least as many rows as an export of `OfficeStation` can have, so others may be missing
    /// (`reference/officestation-api.md` §3.5).
    Full(u64),
    /// It could not be read.
    Unreadable,
    /// It could not be written.
    Unwritable,
}

impl FileFlaw {
    /// True if it may be gone by itself soon.
    pub fn may_pass(&self) -> bool {
        matches!(self, FileFlaw::Unfinished)
    }

    /// What to do about it, in one sentence; `source` says how the file is made anew.
    pub fn remedy(&self, source: &str) -> String {
        let again = |what: &str| format!("{what}{source}");
        match self {
            FileFlaw::NoFolder => "フォルダの場所と権限をご確認ください。".to_owned(),
            FileFlaw::Exposed(_) => "フォルダの権限を所有者のみ(chmod 700)に変更してください。".to_owned(),
            FileFlaw::NoFile(_)
            | FileFlaw::TooOld { .. }
            | FileFlaw::Cut
            | FileFlaw::NoRows
            | FileFlaw::Ragged(_)
            | FileFlaw::UnknownNumbers(_) => source.to_owned(),
            FileFlaw::Ambiguous(_) => "使わないほうのファイルをフォルダから取り除いてください。".to_owned(),
            FileFlaw::Unfinished => "ファイルの保存が終わってから、もう一度実行してください。".to_owned(),
            FileFlaw::Future => again("サーバーの時刻をご確認ください。"),
            FileFlaw::TooLarge(_) => again("ファイルの内容をご確認ください。"),
            FileFlaw::Encoding => again("文字コードはUTF-8かShift_JISにしてください。"),
            FileFlaw::MissingColumn(_) | FileFlaw::DuplicateColumn(_) => {
                again("出力項目か、設定(headers)の見出しをご確認ください。")
            }
            FileFlaw::BlankCell { .. } => again("空欄に値を入力してください。"),
            FileFlaw::Full(_) => {
                "件数が上限に達する場合は、APIによる連携(form: rest)に変更してください。".to_owned()
            }
            FileFlaw::Unreadable | FileFlaw::Unwritable => {
                "フォルダの権限とディスクの空き容量をご確認ください。".to_owned()
            }
        }
    }
}

impl fmt::Display for FileFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileFlaw::NoFolder => f.write_str("フォルダを開けません"),
            FileFlaw::Exposed(mode) => {
                write!(f, "フォルダを所有者以外が参照できます(権限{mode:04o})")
            }
            FileFlaw::NoFile(pattern) => write!(f, "”{pattern}”に合うファイルがありません"),
            FileFlaw::Ambiguous(other) => {
                write!(f, "”{other}”と区別できないため、どちらを使うか決められません")
            }
            FileFlaw::Unfinished => f.write_str("まだ書き込み中です"),
            FileFlaw::TooOld { hours, max } => write!(f, "古すぎます({hours}時間前/上限{max}時間)"),
            FileFlaw::Future => f.write_str("日時が未来です"),
            FileFlaw::TooLarge(max) => write!(f, "大きすぎます(上限{max}MB)"),
            FileFlaw::Encoding => f.write_str("文字コードを判別できません"),
            FileFlaw::Cut => f.write_str("途中で切れています"),
            FileFlaw::NoRows => f.write_str("データが1件もありません"),
            FileFlaw::MissingColumn(column) => write!(f, "”{column}”の列がありません"),
            FileFlaw::DuplicateColumn(column) => write!(f, "”{column}”の列が2つ以上あります"),
            FileFlaw::Ragged(line) => write!(f, "{line}行目の列数が見出しと異なります"),
            FileFlaw::BlankCell { line, column } => write!(f, "{line}行目の”{column}”が空欄です"),
            FileFlaw::UnknownNumbers(rows) => {
                write!(f, "従業員のファイルにない従業員番号の行が{rows}件あります")
            }
            FileFlaw::Full(max) => {
                let (thousands, rest) = (max / 1000, max % 1000);
                write!(
                    f,
                    "汎用データ出力は{thousands},{rest:03}件までのため、全件が含まれていないおそれがあります"
                )
            }
            FileFlaw::Unreadable => f.write_str("読み込めません"),
            FileFlaw::Unwritable => f.write_str("書き込めません"),
        }
    }
}
