//! One field of a crontab(5) time: its text, the values it allows, and the same in the crate `cron`'s words.

use std::collections::BTreeSet;

use super::CrontabError;

/// The five fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Minute,
    Hour,
    Day,
    Month,
    Weekday,
}

/// What one field allows.
pub(super) struct Values {
    field: Field,
    allowed: BTreeSet<u32>,
    /// True unless the field begins with `*`.
    pub(super) restricted: bool,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Field {
    fn name(self) -> &'static str {
        match self {
            Field::Minute => "minute",
            Field::Hour => "hour",
            Field::Day => "day of the month",
            Field::Month => "month",
            Field::Weekday => "weekday",
        }
    }

    fn range(self) -> (u32, u32) {
        match self {
            Field::Minute => (0, 59),
            Field::Hour => (0, 23),
            Field::Day => (1, 31),
            Field::Month => (1, 12),
            Field::Weekday => (0, 7),
        }
    }

    fn names(self) -> (&'static [&'static str], u32) {
        match self {
            Field::Month => (&MONTHS, 1),
            Field::Weekday => (&WEEKDAYS, 0),
            Field::Minute | Field::Hour | Field::Day => (&[], 0),
        }
    }

    /// Reads a list of values, ranges and steps.
    pub(super) fn read(self, text: &str) -> Result<Values, CrontabError> {
        let mut values = BTreeSet::new();
        for part in text.split(',') {
            self.part(part, &mut values)?;
        }
        Ok(Values { field: self, allowed: values, restricted: !text.starts_with('*') })
    }

    fn part(self, part: &str, values: &mut BTreeSet<u32>) -> Result<(), CrontabError> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (low, high) = self.range();
        let (from, to) = if range == "*" {
            // 7 is another word for Sunday, not an eighth day.
            (low, if self == Field::Weekday { 6 } else { high })
        } else if let Some((from, to)) = range.split_once('-') {
            (self.value(from, part)?, self.value(to, part)?)
        } else if step.is_some() {
            return Err(self.error(part, "a step needs a range before it, such as */5 or 0-30/5".into()));
        } else {
            let value = self.value(range, part)?;
            (value, value)
        };
        if from > to {
            let help = format!("write the lower value first, or two ranges such as {from}-{high},{low}-{to}");
            return Err(self.error(part, help));
        }
        let step = match step.map(str::parse::<usize>) {
            None => 1,
            Some(Ok(step)) if step > 0 => step,
            Some(_) => return Err(self.error(part, "write a step of 1 or more, such as */5".into())),
        };
        values.extend((from..=to).step_by(step));
        Ok(())
    }

    fn value(self, text: &str, part: &str) -> Result<u32, CrontabError> {
        let (low, high) = self.range();
        let (names, first) = self.names();
        let number =
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
        let by_name = || names.iter().position(|name| text.eq_ignore_ascii_case(name));
        let value =
            number.or_else(|| by_name().and_then(|place| u32::try_from(place).ok()).map(|n| n + first));
        value.filter(|value| (low..=high).contains(value)).ok_or_else(|| {
            let names = match self {
                Field::Month => ", or a name from jan to dec",
                Field::Weekday => " (0 and 7 are Sunday, 1 is Monday), or a name from sun to sat",
                Field::Minute | Field::Hour | Field::Day => "",
            };
            self.error(part, format!("write * or {low} to {high}{names}"))
        })
    }

    fn error(self, part: &str, help: String) -> CrontabError {
        CrontabError { reason: format!("`{part}` is no {}", self.name()), help }
    }
}

impl Values {
    /// The values as the crate `cron` wants them: `*` for all, else a list; weekdays from 1 for Sunday.
    pub(super) fn list(&self) -> String {
        let (low, high) = self.field.range();
        let values: BTreeSet<u32> = match self.field {
            Field::Weekday => self.allowed.iter().map(|day| day % 7 + 1).collect(),
            Field::Minute | Field::Hour | Field::Day | Field::Month => self.allowed.clone(),
        };
        let all = if self.field == Field::Weekday { 7 } else { high - low + 1 };
        if u32::try_from(values.len()) == Ok(all) {
            return "*".into();
        }
        values.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
    }
}
