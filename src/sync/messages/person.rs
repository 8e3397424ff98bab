//! Lines about one person.

use std::fmt;

use crate::sync::{Hold, NO_CODE, Verdict};

/// An item as a line names it: the bare name, and for a dependant which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// An item of 本人情報.
    Own(&'a str),
    /// An item of the dependant at this place, counted from 1.
    Dependent(usize, &'a str),
}

impl<'a> Item<'a> {
    /// The bare name, which the history shows.
    pub fn name(self) -> &'a str {
        match self {
            Item::Own(name) | Item::Dependent(_, name) => name,
        }
    }
}

impl fmt::Display for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Own(name) => f.write_str(name),
            Item::Dependent(n, name) => write!(f, "扶養家族情報({n}件目)の{name}"),
        }
    }
}

/// A line about one person. `code` is the 社員番号 as used for matching, after padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the placeholders of the texts below")]
pub enum Message<'a> {
    /// A select value that is not in the destination's master.
    Master { code: &'a str, item: Item<'a> },
    /// A required item would be blank.
    Required { code: &'a str, item: Item<'a> },
    /// Not a date or not a month.
    Date { code: &'a str, item: Item<'a> },
    /// Not a number.
    Number { code: &'a str, item: Item<'a> },
    /// Longer than the destination takes, in characters.
    Length { code: &'a str, item: Item<'a>, max: usize },
    /// A 氏名, or another name of the source, that can't be split.
    NameSplit { code: &'a str, item: Item<'a> },
    /// A source person without 社員番号.
    CodeEmpty,
    /// A 社員番号 that several source people have.
    CodeDuplicate { code: &'a str },
    /// A value that may be a マイナンバー.
    MyNumber { code: &'a str, item: Item<'a> },
    /// A value with a character that the encoding of an import file lacks.
    Character { code: &'a str, item: Item<'a> },
    /// A value that a spreadsheet might take for a formula.
    Formula { code: &'a str, item: Item<'a> },
    /// A 社員番号 of the job that the source doesn't have.
    NotFound { code: &'a str },
    /// The service refused an item.
    Refused { code: &'a str, item: Item<'a>, service: &'a str },
    /// The service refused a batch and it can't be said whose fault it is.
    Batch { code: &'a str, service: &'a str },
    /// Somebody of the destination looks like this person under another code.
    NearDuplicate { code: &'a str, other: &'a str },
    /// E05.
    SameMail { code: &'a str },
    /// E23.
    NumberReused { code: &'a str },
    /// E20–E22, E24.
    Conflict { code: &'a str },
}

impl<'a> Message<'a> {
    /// The code in history and metrics. A bad value of a dependant is `E_DEPENDENT`, whatever is wrong with it.
    pub fn code(&self) -> &'static str {
        if let Some(Item::Dependent(..)) = self.item()
            && self.is_bad_value()
        {
            return "E_DEPENDENT";
        }
        match self {
            Message::Master { .. } => "E_MASTER",
            Message::Required { .. } => "E_REQUIRED",
            Message::Date { .. } => "E_DATE",
            Message::Number { .. } => "E_NUMBER",
            Message::Length { .. } => "E_LENGTH",
            Message::NameSplit { .. } => "E_NAME_SPLIT",
            Message::CodeEmpty => "E_CODE_EMPTY",
            Message::CodeDuplicate { .. } => "E_CODE_DUP",
            Message::MyNumber { .. } => "E_MYNUMBER",
            Message::Character { .. } => "E_CHARACTER",
            Message::Formula { .. } => "E_FORMULA",
            Message::NotFound { .. } => "E_NOT_FOUND",
            Message::Refused { .. } => "E_REFUSED",
            Message::Batch { .. } => "E_BATCH",
            Message::NearDuplicate { .. } => "H_NEAR_DUPLICATE",
            Message::SameMail { .. } => "H_SAME_MAIL",
            Message::NumberReused { .. } => "H_NUMBER_REUSED",
            Message::Conflict { .. } => "E_CONFLICT",
        }
    }

    /// The item that it is about, where it is about one.
    pub fn item(&self) -> Option<Item<'a>> {
        match *self {
            Message::Master { item, .. }
            | Message::Required { item, .. }
            | Message::Date { item, .. }
            | Message::Number { item, .. }
            | Message::Length { item, .. }
            | Message::NameSplit { item, .. }
            | Message::MyNumber { item, .. }
            | Message::Character { item, .. }
            | Message::Formula { item, .. }
            | Message::Refused { item, .. } => Some(item),
            _ => None,
        }
    }

    fn is_bad_value(&self) -> bool {
        matches!(
            self,
            Message::Master { .. }
                | Message::Required { .. }
                | Message::Date { .. }
                | Message::Number { .. }
                | Message::Length { .. }
        )
    }

    /// The line with its code and item, as history and mail keep it.
    pub fn problem(&self) -> Problem {
        Problem {
            code: self.code(),
            item: self.item().map(|item| item.name().to_owned()),
            message: self.to_string(),
            hold: None,
        }
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::Master { code, item } => write!(
                f,
                "社員番号:”{code}”の{item}の値が存在しません。マスター項目に設定された値を指定してください。"
            ),
            Message::Required { code, item } => {
                write!(f, "社員番号:”{code}”の{item}は必須項目です。値を指定してください。")
            }
            Message::Date { code, item } => {
                write!(f, "社員番号:”{code}”の{item}の日付の形式が正しくありません。")
            }
            Message::Number { code, item } => {
                write!(f, "社員番号:”{code}”の{item}は数値で指定してください。")
            }
            Message::Length { code, item, max } => {
                write!(f, "社員番号:”{code}”の{item}は{max}文字以内で指定してください。")
            }
            Message::NameSplit { code, item } => {
                write!(f, "社員番号:”{code}”の{item}を氏と名に分割できません。")
            }
            Message::CodeEmpty => f.write_str("社員番号が設定されていない従業員が存在します。"),
            Message::CodeDuplicate { code } => write!(f, "社員番号:”{code}”が重複しています。"),
            Message::MyNumber { code, item } => write!(
                f,
                "社員番号:”{code}”の{item}にマイナンバーの可能性がある値があるため連携していません。"
            ),
            Message::Character { code, item } => write!(
                f,
                "社員番号:”{code}”の{item}に取込ファイルの文字コードで表せない文字があるため連携していません。"
            ),
            Message::Formula { code, item } => write!(
                f,
                "社員番号:”{code}”の{item}は表計算ソフトで数式とみなされるおそれがあるため連携していません。"
            ),
            Message::NotFound { code } => write!(f, "社員番号:”{code}”は連携元に存在しません。"),
            Message::Refused { code, item, service } => {
                write!(f, "社員番号:”{code}”の{item}が{service}で受け付けられませんでした。")
            }
            Message::Batch { code, service } => {
                write!(f, "社員番号:”{code}”は{service}がまとめて拒否したため登録・更新していません。")
            }
            Message::NearDuplicate { code, other } => write!(
                f,
                "社員番号:”{code}”は登録済みの社員番号:”{other}”と同一人物の可能性があるため登録していません。"
            ),
            Message::SameMail { code } => {
                write!(f, "社員番号:”{code}”は同じメールアドレスの社員が登録済みのため登録していません。")
            }
            Message::NumberReused { code } => {
                write!(f, "社員番号:”{code}”は別人に再利用された可能性があるため更新していません。")
            }
            Message::Conflict { code } => {
                write!(f, "社員番号:”{code}”は連携先の社員を一人に特定できないため連携していません。")
            }
        }
    }
}

/// One line of a person: what is wrong and with which item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The code, such as `E_MASTER`.
    pub code: &'static str,
    /// The bare item name, where it is about one.
    pub item: Option<String>,
    /// The line as mailed.
    pub message: String,
    /// Whom it may be and whether that was decided; every `H_` line has it.
    pub hold: Option<Hold>,
}

impl Problem {
    /// The line of a hold: `other` is the 社員番号 of the person whom it may be, empty if that one has none, and `verdict` what was
    /// decided about the pair.
    #[must_use]
    pub fn held(self, other: &str, verdict: Option<Verdict>) -> Problem {
        let other = if other.is_empty() { NO_CODE } else { other }.to_owned();
        Problem { hold: Some(Hold { other, silenced: verdict == Some(Verdict::Rejected) }), ..self }
    }

    /// True if somebody decided that nobody is to be told of it.
    pub fn is_silenced(&self) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.silenced)
    }
}
