//! 要対応 as it is kept: in a run's record, and per link and flow what the last run left open.
//!
//! A list is written by kind, each sentence once: `[{"kind":…,"message":…,"people":[["A0005","2026-11-20"]]}]`; a person has a code and
//! the day since which it stands. Plain lists of [`Todo`]s, as earlier versions wrote them, are read too. The open lists lie in
//! `<prefix>:todo:<link>` ([`TodoList`]), each as `{"day":…,"count":…,"todo":[…]}`: the day of the run, and how many there are of
//! which at most [`MOST_KEPT`] are kept.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::people::{Todo, json};
use crate::job::Flow;
use crate::queue::{KEPT_TODO_DAYS, Queue, QueueError, TodoList, todo_field};

/// A run keeps no more than this many, those with the smallest codes.
pub const MOST_KEPT: usize = 2000;

/// What the last run of one flow of a link left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTodos {
    /// The link.
    pub link: String,
    /// The flow.
    pub flow: Flow,
    /// `YYYY-MM`, where the flow is about one.
    pub month: Option<String>,
    /// How many there are, kept or not.
    pub count: u64,
    /// Those that are kept, by code and kind.
    pub todo: Vec<Todo>,
}

/// All of one kind.
#[derive(Debug, Serialize, Deserialize)]
struct Group {
    kind: String,
    message: String,
    /// Code and day.
    people: Vec<(String, String)>,
}

/// An element of a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Element {
    Group(Group),
    One(Todo),
}

/// An open list in Redis.
#[derive(Serialize)]
struct Written {
    day: NaiveDate,
    count: usize,
    todo: Vec<Group>,
}

/// The same when it is read.
#[derive(Deserialize)]
struct Read {
    day: NaiveDate,
    count: u64,
    todo: Vec<Element>,
}

fn groups(todo: &[Todo]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for Todo { code, kind, message, since } in todo.iter().take(MOST_KEPT) {
        let person = (code.clone(), since.clone());
        match groups.iter_mut().find(|group| group.kind == *kind && group.message == *message) {
            Some(group) => group.people.push(person),
            None => groups.push(Group { kind: kind.clone(), message: message.clone(), people: vec![person] }),
        }
    }
    groups
}

fn plain(elements: Vec<Element>) -> Vec<Todo> {
    let mut todo = Vec::new();
    for element in elements {
        match element {
            Element::One(one) => todo.push(one),
            Element::Group(Group { kind, message, people }) => {
                todo.extend(people.into_iter().map(|(code, since)| Todo {
                    code,
                    kind: kind.clone(),
                    message: message.clone(),
                    since,
                }));
            }
        }
    }
    todo.sort_by(|left, right| (&left.code, &left.kind).cmp(&(&right.code, &right.kind)));
    todo
}

/// The field `todo` of a run's hash.
pub(super) fn recorded(todo: &[Todo]) -> String {
    json(&groups(todo))
}

/// Reads that field; what can't be read is shown as nothing.
pub(super) fn read_recorded(text: &str) -> Vec<Todo> {
    serde_json::from_str(text).map(plain).unwrap_or_default()
}

/// What a run of this day leaves open of a flow, and of a month where it is about one.
pub fn todo_list(flow: Flow, month: Option<&str>, day: NaiveDate, todo: &[Todo]) -> TodoList {
    let written = || json(&Written { day, count: todo.len(), todo: groups(todo) });
    TodoList {
        field: todo_field(flow.as_str(), month),
        value: (!todo.is_empty()).then(written),
        forget_before: oldest(day).format("%Y-%m").to_string(),
    }
}

fn oldest(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(KEPT_TODO_DAYS.into())).unwrap_or(today)
}

/// What the last run of a flow left open.
///
/// # Errors
/// Redis does not answer.
pub async fn open_todo(
    queue: &Queue,
    link: &str,
    flow: Flow,
    month: Option<&str>,
) -> Result<Vec<Todo>, QueueError> {
    let list = queue.todo_list(link, &todo_field(flow.as_str(), month)).await?;
    let read = list.and_then(|list| serde_json::from_str::<Read>(&list).ok());
    Ok(read.map(|read| plain(read.todo)).unwrap_or_default())
}

/// Everything that is open of a link, by flow and month. What no run has renewed for 400 days is nobody's word any more.
///
/// # Errors
/// Redis does not answer.
pub async fn open_todos(queue: &Queue, link: &str, today: NaiveDate) -> Result<Vec<OpenTodos>, QueueError> {
    let lists = queue.todo_lists(link).await?;
    let mut open: Vec<OpenTodos> = lists
        .into_iter()
        .filter_map(|(field, list)| {
            let (flow, month) = field.split_once(':').map_or((&*field, None), |(flow, m)| (flow, Some(m)));
            let read = serde_json::from_str::<Read>(&list).ok().filter(|read| read.day >= oldest(today))?;
            Some(OpenTodos {
                link: link.to_owned(),
                flow: flow.parse().ok()?,
                month: month.map(str::to_owned),
                count: read.count,
                todo: plain(read.todo),
            })
        })
        .collect();
    open.sort_by(|left, right| (left.flow.as_str(), &left.month).cmp(&(right.flow.as_str(), &right.month)));
    Ok(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn todo(code: &str, kind: &str, since: &str) -> Todo {
        let text = |text: &str| text.to_owned();
        Todo { code: text(code), kind: text(kind), message: format!("{kind}の文"), since: text(since) }
    }

    #[test]
    fn a_list_is_read_back_in_the_order_of_codes_and_kinds() {
        let list = [
            todo("A1", "T_NO_DEPARTMENT", "2026-11-20"),
            todo("A1", "T_RETIRED_LATE", "2026-11-01"),
            todo("A2", "T_NO_DEPARTMENT", "2026-11-21"),
        ];
        let text = recorded(&list);
        assert_eq!(read_recorded(&text), list);
        assert_eq!(text.matches("T_NO_DEPARTMENTの文").count(), 1, "each sentence once: {text}");
    }

    #[test]
    fn a_list_of_an_earlier_version_is_read_and_a_broken_one_is_nothing() {
        let plain = r#"[{"code":"A5","kind":"T_X","message":"T_Xの文","since":"2025-11-20"}]"#;
        assert_eq!(read_recorded(plain), [todo("A5", "T_X", "2025-11-20")]);
        assert_eq!(read_recorded("?"), []);
    }

    #[test]
    fn no_more_than_two_thousand_are_kept_and_all_are_counted() {
        let many: Vec<Todo> =
            (0..MOST_KEPT + 3).map(|n| todo(&format!("{n:05}"), "T_X", "2026-11-20")).collect();
        let day = "2026-11-21".parse().unwrap();
        let list = todo_list(Flow::OfficeStationToKaonavi, None, day, &many);
        let read: Read = serde_json::from_str(&list.value.unwrap()).unwrap();
        assert_eq!((read.count, plain(read.todo).len()), (2003, 2000));
        assert_eq!(read_recorded(&recorded(&many)).last().unwrap().code, "01999");
    }

    #[test]
    fn a_month_has_a_list_of_its_own_and_nothing_to_do_has_none() {
        let day = "2026-11-21".parse().unwrap();
        let list = todo_list(Flow::HrmosToMedimentAttendance, Some("2026-10"), day, &[]);
        assert_eq!(list.field, "hrmos-to-mediment-attendance:2026-10");
        assert_eq!((list.value, list.forget_before.as_str()), (None, "2025-10"));
    }
}
