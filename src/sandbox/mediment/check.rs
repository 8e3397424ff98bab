//! Is one value of an employee right (`reference/mediment.md` §B2, §B4)?

use chrono::NaiveDate;
use serde_json::Value;

use super::employee::Held;
use super::field::Field;
use super::ledger::Ledger;
use super::problem::{Problem, quoted};
use super::settings::Knobs;

/// The longest 社員番号, in characters.
const LONGEST_NUMBER: usize = 50;

/// What the item holds after `sent` was written to it; whether it may be blank is not asked here.
pub(super) fn held(field: Field, sent: &Value, knobs: &Knobs, ledger: &Ledger) -> Result<Held, Problem> {
    let names = (field.key(), field.item());
    let text = match sent {
        Value::Null if field.automatic().is_some() => return Err(Problem::required(names)),
        Value::Null => return Ok(None),
        Value::String(text) => text.as_str(),
        _ => return Err(Problem::format(names, sent)),
    };
    let right = match field {
        Field::EmployeeNumber if text.chars().count() > LONGEST_NUMBER => {
            let message = format!("社員番号「{text}」は{LONGEST_NUMBER}文字以内で入力してください");
            return Err(Problem::of(field, "too_long", message));
        }
        Field::Office if !knobs.auto_create_org && !text.is_empty() && !ledger.has_office(text) => {
            return Err(Problem::of(
                field,
                "unknown_office",
                format!("事業所「{text}」は登録されていません"),
            ));
        }
        Field::Department if !knobs.auto_create_org && !text.is_empty() && !ledger.has_department(text) => {
            let message = format!("部署「{text}」は登録されていません");
            return Err(Problem::of(field, "unknown_department", message));
        }
        Field::HiredOn | Field::RetiredOn if !is_date(text) => {
            let message = format!("{}「{}」は正しい日付ではありません", field.item(), quoted(sent));
            return Err(Problem::of(field, "invalid_date", message));
        }
        Field::LastNameKana | Field::FirstNameKana => is_katakana(text),
        Field::Email => is_mail(text),
        Field::Gender => ["male", "female", "other"].contains(&text),
        Field::SocialInsurance => ["加入", "未加入"].contains(&text),
        Field::StressCheck | Field::HealthCheck => ["対象", "対象外"].contains(&text),
        Field::EmployeeNumber
        | Field::LastName
        | Field::FirstName
        | Field::Office
        | Field::Department
        | Field::HiredOn
        | Field::RetiredOn => true,
    };
    if !right {
        return Err(Problem::format(names, sent));
    }
    Ok((!text.trim().is_empty()).then(|| text.into()))
}

/// `YYYY-MM-DD`, and a day that exists.
fn is_date(text: &str) -> bool {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok_and(|day| day.format("%Y-%m-%d").to_string() == text)
}

/// Full-width katakana, with the marks and spaces that names have.
fn is_katakana(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| matches!(c, '\u{30a1}'..='\u{30fa}' | '・' | 'ー' | 'ヽ' | 'ヾ' | ' ' | '\u{3000}'))
}

/// `local@domain.tld` in ASCII.
fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let in_local = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    !local.is_empty() && local.chars().all(in_local) && domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn code(field: Field, sent: &Value) -> Result<Option<String>, &'static str> {
        let held = held(field, sent, &Knobs::default(), &Ledger::default());
        held.map(|held| held.map(Into::into)).map_err(|problem| problem.code)
    }

    #[test]
    fn each_item_has_its_form() {
        let right: [(Field, &[&str]); 6] = [
            (Field::LastNameKana, &["ヤマダ", "ジョン・スミス", "ヴァン　ダ", "ヘーゲル"]),
            (Field::Email, &["a@example.com", "A.b+c@mail.example.co.jp"]),
            (Field::HiredOn, &["2020-04-01", "2024-02-29"]),
            (Field::Gender, &["male", "female", "other"]),
            (Field::SocialInsurance, &["加入", "未加入"]),
            (Field::HealthCheck, &["対象", "対象外"]),
        ];
        for (field, texts) in right {
            for text in texts {
                assert_eq!(code(field, &json!(text)), Ok(Some((*text).to_owned())), "{field:?}");
            }
        }
        let wrong: [(Field, &str, &[&str]); 6] = [
            (Field::FirstNameKana, "invalid_format", &["やまだ", "ﾔﾏﾀﾞ", "山田", "Yamada", ""]),
            (
                Field::Email,
                "invalid_format",
                &["a", "a@b", "a@b..c", "@b.c", "a b@c.d", "あ@b.c", "a@b@c.d", ""],
            ),
            (Field::RetiredOn, "invalid_date", &["2023-02-29", "2020/04/01", "20200401", "2020-4-1", ""]),
            (Field::Gender, "invalid_format", &["男性", "Male", ""]),
            (Field::StressCheck, "invalid_format", &["加入", ""]),
            (Field::SocialInsurance, "invalid_format", &["対象"]),
        ];
        for (field, expected, texts) in wrong {
            for text in texts {
                assert_eq!(code(field, &json!(text)), Err(expected), "{field:?} {text}");
            }
        }
    }

    #[test]
    fn blanks_empty_what_may_be_blank() {
        for field in [Field::EmployeeNumber, Field::Office, Field::Department, Field::Email, Field::RetiredOn]
        {
            assert_eq!(code(field, &Value::Null), Ok(None), "{field:?}");
        }
        for field in [Field::EmployeeNumber, Field::Office, Field::Department] {
            assert_eq!(code(field, &json!("")), Ok(None), "{field:?}");
        }
        assert_eq!(code(Field::StressCheck, &Value::Null), Err("required"));
    }

    #[test]
    fn only_texts_are_taken_and_a_number_has_fifty_characters_at_most() {
        assert_eq!(code(Field::EmployeeNumber, &json!(12)), Err("invalid_format"));
        assert_eq!(code(Field::Office, &json!(["本社"])), Err("invalid_format"));
        assert_eq!(code(Field::EmployeeNumber, &json!("あ".repeat(51))), Err("too_long"));
        assert!(code(Field::EmployeeNumber, &json!("あ".repeat(50))).is_ok());
    }
}
