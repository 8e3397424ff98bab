//! The words and sentences of an explanation: what was found, and the rule that decided. `key`s are those of the JSON.

use crate::flows::Outcome;
use crate::job::{Flow, LinkKind, Service};
use crate::sync::{By, Class, Found, ItemVerdict, RowsVerdict, Withheld};

/// What is said when neither side has anybody of this code.
pub(super) fn nobody(code: &str, similar: &[String]) -> String {
    let near = if similar.is_empty() {
        String::new()
    } else {
        format!("近い社員番号:{}", similar.join("、"))
    };
    format!("社員番号:”{code}”は連携元にも連携先にも存在しません。{near}")
}

/// オフィスステーション→カオナビ.
pub(super) fn direction(flow: Flow) -> String {
    let (source, destination) = flow.services();
    format!("{}→{}", source.name(), destination.name())
}

/// A class: its key, its name, and when somebody is of it.
pub(super) fn class(class: Class) -> [&'static str; 3] {
    match class {
        Class::Joining => ["joining", "入社予定者", "入社日が明日以降です。"],
        Class::Active => ["active", "現職者", "入社日が明日以降でも、退職日が昨日以前でもありません。"],
        Class::Retired => ["retired", "退職者", "退職日が昨日以前です。"],
    }
}

/// Whether somebody is 対象, and by what rule.
pub(super) fn scope(flow: Flow, class_name: &str, left_out: Option<&str>) -> String {
    let direction = direction(flow);
    match left_out {
        None => format!("対象:{class_name}は{direction}の対象です。"),
        Some("retired") => format!("対象外:{class_name}は{direction}の対象ではありません。"),
        Some(reason) => left_out_rule(flow, reason),
    }
}

/// Why somebody is 対象外.
pub(super) fn left_out_rule(flow: Flow, reason: &str) -> String {
    let (source, destination) = flow.services();
    let (source, destination) = (source.name(), destination.name());
    match reason {
        "retired" => format!("対象外:{destination}に存在しない退職者は登録しない設定です(create_retired)。"),
        "no_hire_date" => "対象外:入社日が空欄の従業員は連携しない設定です(require_hire_date)。".to_owned(),
        "not_in_destination" => {
            format!("対象外:{destination}に存在しません。本人情報を連携しない実行では登録しません。")
        }
        "rehired" => {
            "対象外:退職者で、同じ社員番号または氏名とメールアドレスの在職者が連携元にいます。".to_owned()
        }
        "unidentifiable" => "対象外:社員番号もメールアドレスもないため、照合できません。".to_owned(),
        "retired_unknown" => {
            format!("対象外:退職日が登録されていて{destination}に存在しない従業員は登録しません。")
        }
        "unknown_employee" => format!("対象外:{destination}に存在しない従業員の勤怠は連携しません。"),
        "no_monthly_row" => format!("対象外:{source}に対象月の勤怠がありません。"),
        "no_data" => format!("対象外:{source}の対象月の勤怠に連携する値がありません。"),
        "not_closed" => "対象外:締められていない勤怠は連携しない設定です(only_closed)。".to_owned(),
        other => format!("対象外({other})。"),
    }
}

/// Who somebody is in the destination: its key and the rule.
pub(super) fn found(flow: Flow, found: &Found) -> (&'static str, String) {
    let by_number_alone = flow.kind() == LinkKind::OfficeStationKaonavi;
    match found {
        Found::NotAsked => ("not_asked", "対象外のため、照合していません。".to_owned()),
        Found::OnlyDestination => ("only_destination", "連携元に存在しないため、何もしません。".to_owned()),
        Found::Duplicate { people } => {
            ("duplicate", format!("連携元の対象者{people}名の社員番号が重複しているため、照合できません。"))
        }
        Found::Known(by) => ("known", known(*by).to_owned()),
        Found::New if by_number_alone => {
            ("new", "連携先に同じ社員番号の社員がいないため、新規です。".to_owned())
        }
        Found::New => {
            ("new", "社員番号でも、氏名とメールアドレスでも見つからないため、新規です。".to_owned())
        }
        Found::LeftOut(reason) => ("left_out", left_out_rule(flow, reason)),
        Found::NearDuplicate { other } => (
            "near_duplicate",
            format!(
                "登録済みの社員番号:”{other}”と、先頭の0・全角半角・大文字小文字だけが異なるか、フリガナと生年月日が一致します。"
            ),
        ),
        Found::SameMail { other } => (
            "same_mail",
            format!(
                "社員番号と氏名は一致しませんが、登録済みの社員番号:”{other}”とメールアドレスが一致します。"
            ),
        ),
        Found::Approved { others } => (
            "approved",
            format!("登録済みの社員番号:”{}”とは別人と判断されているため、新規です。", others.join("、")),
        ),
        Found::NumberReused { other } => (
            "number_reused",
            format!(
                "社員番号:”{other}”が一致しますが、氏名、メールアドレス、名(カナ)、入社日が一致しません。"
            ),
        ),
        Found::Conflict { destination, source } => ("conflict", conflict(destination, source)),
    }
}

fn known(by: By) -> &'static str {
    match by {
        By::Number => "社員番号が一致します。",
        By::Person => "氏名とメールアドレスが一致します。",
        By::Both => "社員番号も、氏名とメールアドレスも一致します。",
    }
}

/// What somebody was found by, in JSON.
pub(super) fn by(found: &Found) -> &'static [&'static str] {
    match found {
        Found::Known(By::Number) | Found::NumberReused { .. } => &["number"],
        Found::Known(By::Person) => &["name_and_mail"],
        Found::Known(By::Both) => &["number", "name_and_mail"],
        Found::SameMail { .. } => &["mail"],
        _ => &[],
    }
}

fn conflict(destination: &[String], source: &[String]) -> String {
    let listed = |what: &str, codes: &[String]| {
        let named: Vec<String> = codes.iter().map(|code| format!("”{code}”")).collect();
        if named.is_empty() { String::new() } else { format!("{what}:{}。", named.join("、")) }
    };
    format!(
        "連携先の社員を一人に特定できません。{}{}",
        listed("連携先の候補", destination),
        listed("連携元で同じ社員とみなされる社員番号", source)
    )
}

/// What comes of an item: its key, the word, and the rule.
pub(super) fn verdict(verdict: &ItemVerdict) -> (&'static str, String, String) {
    let of = |key, word: &str, rule: &str| (key, word.to_owned(), rule.to_owned());
    match verdict {
        ItemVerdict::Same => of("same", "同じ", "値が同じです。"),
        ItemVerdict::Blank => of("both_blank", "同じ", "どちらにも値がありません。"),
        ItemVerdict::Spelling => {
            of("same_spelling", "表記だけ異なる", "同じとみなし、連携先の表記を残します。")
        }
        ItemVerdict::Register => of("register", "登録", "連携先が空欄です。"),
        ItemVerdict::Update => of("update", "更新", "値が異なります。"),
        ItemVerdict::Clear => of("clear", "消去", "連携元が空欄です。"),
        ItemVerdict::KeptBlank => of("kept_blank", "維持", "連携元が空欄のため、連携先の値を残します。"),
        ItemVerdict::SourceAbsent => {
            of("source_absent", "連携元に項目なし", "空欄ではなく取得できないため、連携先の値を残します。")
        }
        ItemVerdict::DestinationAbsent => {
            of("destination_absent", "連携先に項目なし", "連携先から取得できないため、書き込みません。")
        }
        ItemVerdict::NotSelected => of("not_selected", "指定外", "新規登録のときだけ連携する項目です。"),
        ItemVerdict::BusinessName => {
            of("business_name", "維持", "ビジネスネームのある社員です。この氏名は連携先の値を残します。")
        }
        ItemVerdict::Withheld(why) => ("withheld", "見送り".to_owned(), withheld(*why).to_owned()),
        ItemVerdict::Bad(codes) => {
            let rules: Vec<&str> = codes.iter().map(|code| bad(code)).collect();
            ("error", format!("エラー({})", codes.join("、")), rules.join(""))
        }
    }
}

fn withheld(why: Withheld) -> &'static str {
    match why {
        Withheld::Held => "保留のため、書き込みません。",
        Withheld::BadValue => "ほかの項目のエラーのため、書き込みません。",
        Withheld::BadRows => "扶養家族情報にマイナンバーの可能性がある値があるため、書き込みません。",
    }
}

fn bad(code: &str) -> &'static str {
    match code {
        "E_MASTER" => "マスター項目にない値です。",
        "E_REQUIRED" => "必須項目が空欄です。",
        "E_DATE" => "日付として正しくありません。",
        "E_NUMBER" => "数値ではありません。",
        "E_LENGTH" => "文字数が上限を超えています。",
        "E_NAME_SPLIT" => "氏と名に分割できません。",
        "E_REFUSED" => "連携先が受け付けない形式です。",
        "E_MYNUMBER" => "マイナンバーの可能性がある値です。",
        _ => "連携できない値です。",
    }
}

/// What comes of the dependants: the key, the word, and the rule.
pub(super) fn rows(verdict: RowsVerdict) -> [&'static str; 3] {
    match verdict {
        RowsVerdict::Same => ["same", "同じ", "値が同じです。"],
        RowsVerdict::Kept => {
            ["kept", "維持", "連携元に扶養家族がいないため、連携先の行を残します(dependents_empty: keep)。"]
        }
        RowsVerdict::Replaced => ["replaced", "更新", "値が異なるため、すべての行を置き換えます。"],
        RowsVerdict::Withheld(why) => ["withheld", "見送り", withheld(why)],
        RowsVerdict::Bad => ["error", "エラー", "登録できない値があるため、どの行も置き換えません。"],
        RowsVerdict::Shared => [
            "error",
            "エラー",
            "対象外の従業員と社員番号が重複しているため、どちらの扶養家族か分かりません。",
        ],
    }
}

/// The word of an outcome.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Created => "新規追加",
        Outcome::Updated => "更新",
        Outcome::Unchanged => "変更なし",
        Outcome::Held => "保留",
        Outcome::Rejected => "エラー",
    }
}

/// What a service is in a flow.
pub(super) fn side(flow: Flow, service: Service) -> &'static str {
    if flow.services().0 == service { "連携元" } else { "連携先" }
}
