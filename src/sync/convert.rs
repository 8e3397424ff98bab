//! A source value becomes what the destination takes, or is bad (`reference/officestation-kaonavi-link.md` §8).

use std::borrow::Cow;

use super::{Cell, Form, Item, Kind, Message, Overlong, Rule, Text, date, fold, form, number};

/// What is wrong with a value. Never carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bad {
    Master,
    Required,
    Date,
    Number,
    Length(usize),
    /// A name that has no space to split it at.
    Split,
    /// A form that the destination is known to refuse.
    Form,
    MyNumber,
}

impl Bad {
    /// The line about it; `service` is the destination.
    pub(super) fn message<'a>(self, code: &'a str, item: Item<'a>, service: &'a str) -> Message<'a> {
        match self {
            Bad::Master => Message::Master { code, item },
            Bad::Required => Message::Required { code, item },
            Bad::Date => Message::Date { code, item },
            Bad::Number => Message::Number { code, item },
            Bad::Length(max) => Message::Length { code, item, max },
            Bad::Split => Message::NameSplit { code, item },
            Bad::Form => Message::Refused { code, item, service },
            Bad::MyNumber => Message::MyNumber { code, item },
        }
    }
}

/// The value in the destination's one spelling, which is not empty. Length and マイナンバー are judged only when it is sent.
pub(super) fn convert<'a>(rule: &Rule, overlong: Overlong, value: &'a str) -> Result<Cow<'a, str>, Bad> {
    match form::written(rule.form, value) {
        None => Err(Bad::Master),
        Some(empty) if empty.is_empty() => Err(Bad::Form),
        Some(Cow::Borrowed(value)) => of_kind(rule, overlong, value),
        Some(Cow::Owned(value)) => {
            of_kind(rule, overlong, &value).map(|converted| Cow::Owned(converted.into_owned()))
        }
    }
}

fn of_kind<'a>(rule: &Rule, overlong: Overlong, value: &'a str) -> Result<Cow<'a, str>, Bad> {
    match &rule.kind {
        Kind::Text | Kind::Other => match rule.max_length {
            Some(max) if overlong == Overlong::Truncate => match truncated(value, max) {
                "" => Err(Bad::Length(max)),
                cut => Ok(Cow::Borrowed(cut)),
            },
            _ => Ok(Cow::Borrowed(value)),
        },
        Kind::Number => number::number(value).ok_or(Bad::Number),
        Kind::Date => date::date(value).ok_or(Bad::Date),
        Kind::YearMonth => date::year_month(value).ok_or(Bad::Date),
        Kind::Select(master) if has(master, value) => Ok(Cow::Borrowed(value)),
        Kind::Select(_) => Err(Bad::Master),
        Kind::Multi(master) => multi(rule, master, value),
    }
}

fn has(master: &[String], value: &str) -> bool {
    master.iter().any(|one| one == value)
}

/// The first characters of a text, without a space at the cut, which a service may drop.
fn truncated(text: &str, max: usize) -> &str {
    match text.char_indices().nth(max) {
        Some((cut, _)) => text[..cut].trim_end(),
        None => text,
    }
}

/// Every value once, in the source's order.
fn multi<'a>(rule: &Rule, master: &[String], value: &'a str) -> Result<Cow<'a, str>, Bad> {
    if has(master, value) {
        return Ok(Cow::Borrowed(value));
    }
    let mut values: Vec<&str> = Vec::new();
    for part in parts(value) {
        let part = rule.value_map.get(part).map_or(part, String::as_str);
        if !has(master, part) {
            return Err(Bad::Master);
        }
        if !values.contains(&part) {
            values.push(part);
        }
    }
    if values.is_empty() {
        return Err(Bad::Master);
    }
    Ok(Cow::Owned(values.join(Cell::SEPARATOR.encode_utf8(&mut [0; 4]))))
}

/// The values of a text that the item's master lacks; none for an item without a master.
pub(super) fn unlisted(rule: &Rule, value: &str) -> Vec<String> {
    match &rule.kind {
        Kind::Select(master) if !has(master, value) => vec![value.to_owned()],
        Kind::Multi(master) if !has(master, value) => {
            let mapped = parts(value).map(|part| rule.value_map.get(part).map_or(part, String::as_str));
            mapped.filter(|part| !has(master, part)).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// The values of a check box: one string with `、` or `,` between them from services that know no check boxes.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    value.split(['、', ',', '，', Cell::SEPARATOR]).map(str::trim).filter(|part| !part.is_empty())
}

/// True if only certain values are allowed.
pub(super) fn has_master(rule: &Rule) -> bool {
    matches!(rule.kind, Kind::Select(_) | Kind::Multi(_))
}

/// True unless the value has left its master: a service doesn't allow that to a value in use, and where it happened all the same
/// the requirement calls the value an error.
pub(super) fn is_in_master(rule: &Rule, value: &str) -> bool {
    match &rule.kind {
        Kind::Select(master) => has(master, value),
        Kind::Multi(master) => has(master, value) || value.split(Cell::SEPARATOR).all(|one| has(master, one)),
        _ => true,
    }
}

/// True if the destination holds the value already, in whatever spelling.
pub(super) fn same(rule: &Rule, value: &str, held: &str) -> bool {
    if value == held {
        return true;
    }
    match &rule.kind {
        Kind::Text | Kind::Other => rule.text != Text::Plain && fold::same(rule.text, value, held),
        Kind::Number => number::number(held).is_some_and(|held| held == value),
        Kind::Date => date::date(held).is_some_and(|held| held == value),
        Kind::YearMonth => date::year_month(held).is_some_and(|held| held == value),
        Kind::Select(_) => false,
        Kind::Multi(_) => {
            let held: Vec<&str> = held.split(Cell::SEPARATOR).collect();
            let values = || value.split(Cell::SEPARATOR);
            values().count() == held.len() && values().all(|one| held.contains(&one))
        }
    }
}

/// Judges what is about to be sent.
pub(super) fn check_outgoing(rule: &Rule, value: &str) -> Result<(), Bad> {
    if let Form::NotAfter(last) = rule.form
        && date::parse_date(value).is_some_and(|day| day > last)
    {
        return Err(Bad::Date);
    }
    if matches!(rule.kind, Kind::Text | Kind::Number) && !form::fits(rule.form, value) {
        return Err(Bad::Form);
    }
    if rule.kind == Kind::Text
        && let Some(max) = rule.max_length
        && value.len() > max
        && value.chars().count() > max
    {
        return Err(Bad::Length(max));
    }
    check_mynumber(rule, value)
}

/// Refuses a 個人番号. Dates and master values are none: the service has them, or they are no twelve digits.
pub(super) fn check_mynumber(rule: &Rule, value: &str) -> Result<(), Bad> {
    let free = matches!(rule.kind, Kind::Text | Kind::Number | Kind::Other);
    if free && !rule.allow_mynumber && super::mynumber::is_mynumber(value) {
        return Err(Bad::MyNumber);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
