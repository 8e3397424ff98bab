//! The items of a month's attendance (`reference/mediment.md` §B3) and their forms on the wire.

use serde_json::{Map, Value, json};

/// What an item counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Days, as a text with one decimal; held in tenths.
    Days,
    /// Occasions, in the same form; a knob makes fractions wrong.
    Times,
    /// Minutes, as a whole number.
    Minutes,
}

/// One item: key on the wire, name on the screen, what it counts.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

const fn item(key: &'static str, name: &'static str, kind: Kind) -> Item {
    Item { key, name, kind }
}

/// All of them, in the order of a row.
pub(super) const ITEMS: [Item; 14] = [
    item("working_days", "実働日数", Kind::Days),
    item("absence_count", "欠勤回数", Kind::Times),
    item("late_count", "遅刻回数", Kind::Times),
    item("early_leave_count", "早退回数", Kind::Times),
    item("actual_minutes", "実労働時間", Kind::Minutes),
    item("break_minutes", "休憩時間", Kind::Minutes),
    item("late_minutes", "遅刻時間", Kind::Minutes),
    item("early_leave_minutes", "早退時間", Kind::Minutes),
    item("scheduled_minutes", "所定労働時間", Kind::Minutes),
    item("outside_scheduled_minutes", "所定外労働時間", Kind::Minutes),
    item("outside_statutory_minutes", "法定外労働時間", Kind::Minutes),
    item("night_minutes", "実深夜時間", Kind::Minutes),
    item("paid_leave_minutes", "有給時間", Kind::Minutes),
    item("paid_leave_days", "有給日数", Kind::Days),
];

/// The place of the item with this key.
pub(super) fn place(key: &str) -> Option<usize> {
    ITEMS.iter().position(|item| item.key == key)
}

/// A month of one employee, in the order of [`ITEMS`]: minutes or tenths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row(pub(super) [Option<i32>; ITEMS.len()]);

impl Row {
    /// The row by keys, in the forms of the wire.
    pub(super) fn json(&self) -> Map<String, Value> {
        let shown = ITEMS.iter().zip(self.0).map(|(item, value)| {
            let shown = match (item.kind, value) {
                (_, None) => Value::Null,
                (Kind::Minutes, Some(minutes)) => json!(minutes),
                (Kind::Days | Kind::Times, Some(tenths)) => json!(decimal(tenths)),
            };
            (item.key.to_owned(), shown)
        });
        shown.collect()
    }
}

/// Tenths as a text with one decimal.
fn decimal(tenths: i32) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}

/// Reads a text with exactly one decimal, such as `19.5`, as tenths; a sign is read too.
pub(super) fn tenths(text: &str) -> Option<i32> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, tenth) = digits.split_once('.')?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(tenth) || whole.len() > 6 || tenth.len() != 1 {
        return None;
    }
    let value = whole.parse::<i32>().ok()? * 10 + tenth.parse::<i32>().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_texts_with_one_decimal() {
        for (text, value) in [("29.0", 290), ("0.0", 0), ("0.5", 5), ("-1.5", -15), ("-0.5", -5)] {
            assert_eq!(tenths(text), Some(value));
            assert_eq!(decimal(value), text);
        }
        for wrong in
            ["29", "29.", ".5", "1.25", "1,0", "1.0 ", "+1.0", "--1.0", "1e1", "", "１.０", "1000000.0"]
        {
            assert_eq!(tenths(wrong), None, "{wrong}");
        }
    }
}
