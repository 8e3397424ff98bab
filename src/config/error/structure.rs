//! Structural mistakes in the operator's words: what the parser says is about YAML and Rust.

use std::sync::Arc;

use serde_saphyr::{Error, MessageFormatter, UserMessageFormatter};

use super::{Place, Problem, SourceFile};
use crate::config::raw::keys;
use crate::job::nearest;

/// The mistake that ended the reading of a file.
pub(in crate::config) fn problem_of(file: &Arc<SourceFile>, text: &str, error: &Error) -> Problem {
    let error = error.without_snippet();
    let place = error.location().map(Place::from);
    let key = place.and_then(|place| key_of(&file.excerpt.masked().text, place));
    let (reason, help) = words(error, key.as_deref());
    let help = place.and_then(|place| slip(text, place)).unwrap_or(help);
    Problem::new(file, place, reason, help).purged()
}

fn words(error: &Error, key: Option<&str>) -> (String, String) {
    let of_key = key.map_or_else(|| "this ".to_owned(), |key| format!("`{key}` "));
    match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            (format!("unknown key `{field}`"), allowed(field, expected))
        }
        Error::DuplicateMappingKey { key, .. } => (
            format!("the key `{}` stands twice", key.as_deref().unwrap_or_default()),
            "leave one of them out".into(),
        ),
        Error::Unexpected { expected, .. } => expected_words(expected, key, &of_key),
        Error::NullIntoString { .. } => {
            (format!("{of_key}has no value"), "write a value, or leave the key out".into())
        }
        Error::InvalidBooleanStrict { .. } | Error::InvalidScalar { .. } => {
            (format!("{of_key}takes true or false"), "write true or false".into())
        }
        Error::SerdeInvalidType { unexpected, expected, .. } => (
            format!("{of_key}is a {}", unquoted(unexpected).trim_start_matches("a ")),
            format!("write {expected}"),
        ),
        Error::SerdeMissingField { field, .. } => {
            (format!("`{field}` is missing"), format!("write `{field}: …`"))
        }
        Error::MultipleDocuments { .. } => (
            "the file holds several YAML documents".into(),
            "leave out the lines `---` after the first".into(),
        ),
        // What the parser itself says never quotes the file; what comes after it may.
        Error::ExternalMessage { .. } | Error::Eof { .. } | Error::UnknownAnchor { .. } => (
            format!("this is no YAML: {}", UserMessageFormatter.format_message(error)),
            "check the indentation, the quotes and the brackets here and just before".into(),
        ),
        other => (
            format!("{of_key}cannot be read: {}", unquoted(&UserMessageFormatter.format_message(other))),
            "compare it with `renkei config-default`".into(),
        ),
    }
}

/// A message up to where it begins to quote.
fn unquoted(message: &str) -> &str {
    message.split(['"', '\'', '`']).next().unwrap_or_default().trim_end()
}

fn expected_words(expected: &str, key: Option<&str>, of_key: &str) -> (String, String) {
    match expected {
        "mapping start" => (
            format!("{of_key}takes a mapping, not a single value or a list"),
            match keys(key.unwrap_or_default()) {
                keys if keys.is_empty() => "write its keys below it, indented, each as `key: value`".into(),
                keys => format!("write below it, indented, `key: value` with keys of {}", keys.join(", ")),
            },
        ),
        "sequence start" => {
            (format!("{of_key}takes a list"), "write `[a, b]`, or one `- a` a line below it".into())
        }
        "string scalar" => (
            format!("{of_key}takes a single value, not a list or a mapping"),
            "write one value behind the colon".into(),
        ),
        other => (
            format!("{of_key}cannot be read: expected {other}"),
            "compare it with `renkei config-default`".into(),
        ),
    }
}

fn allowed(field: &str, expected: &[&'static str]) -> String {
    let keys = expected.join(", ");
    match nearest(field, expected.iter().copied()) {
        Some(near) => format!("write `{near}`; allowed here: {keys}"),
        None => format!("allowed here: {keys}"),
    }
}

/// A slip of the keyboard that breaks YAML, recognised by its line: it explains more than the parser can.
fn slip(text: &str, place: Place) -> Option<String> {
    let line = text.lines().nth(usize::try_from(place.line).ok()?.checked_sub(1)?)?;
    if line.trim_start_matches([' ', '\t']).starts_with('\u{3000}') {
        return Some("indent with half-width spaces: there is a full-width one".into());
    }
    if line.contains('：') && !line.contains(": ") {
        return Some("write a half-width colon and a space: there is a full-width colon".into());
    }
    let special = ["*", "&", "!", "%", "@", "`"];
    let value =
        line.split_once(": ").map(|(_, value)| value.trim_start().trim_start_matches('{').trim_start())?;
    let value =
        value.split_once(": ").filter(|_| line.contains('{')).map_or(value, |(_, value)| value.trim_start());
    let first = special.iter().find(|first| value.starts_with(**first))?;
    Some(format!("put the value in quotes: `{first}` at its beginning means something in YAML"))
}

/// The key whose value a place is about: before it, at it, or on the line above that it is indented under.
fn key_of(text: &str, place: Place) -> Option<String> {
    let number = usize::try_from(place.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let line = text.lines().nth(number)?;
    let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let (before, after) = line.split_at(at);
    let before = before.trim_end().trim_end_matches(['"', '\'']).trim_end();
    if let Some(key) = before.strip_suffix(':').and_then(last_word) {
        return Some(key);
    }
    if after.starts_with(':') {
        return last_word(before);
    }
    let word: String = after.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-')).collect();
    if !word.is_empty() && after[word.len()..].starts_with(':') {
        return Some(word);
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let above = text
        .lines()
        .take(number)
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let above = above.filter(|other| indent(other) < indent(line)).last()?;
    if before.trim().is_empty() { above.trim_end().strip_suffix(':').and_then(last_word) } else { None }
}

fn last_word(text: &str) -> Option<String> {
    let word = text.rsplit(['{', ',', ' ', '[']).next()?.trim_matches(['"', '\'']);
    (!word.is_empty()).then(|| word.to_owned())
}
