//! 要対応 as it is kept: in a run's record, and per link and flow what the last run left open.
//!
//! A list is written by kind, each sentence once: `[{"kind":…,"message":…,"people":[["A0005","2026-11-20"]]}]`; a person has a code and
//! the day since which it stands. Plain lists of [`Todo`]s, as earlier versions wrote them, are read too. The open lists lie in
//! `<prefix>:todo:<link>` ([`TodoList`]), each as `{"day":…,"count":…,"todo":[…]}`: the day of the run, and how many there are of
//! which at most [`MOST_KEPT`] are kept.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::people::{Todo, json};
use crate::job::Flow;
use crate::queue::{KEPT_TODO_DAYS, Queue, QueueError, TodoList, todo_field};

/// A run keeps no more than this many: what no later run could find again (`LASTING`) first, then those with the smallest codes.
pub const MOST_KEPT: usize = 2000;

/// The kind that only the run can tell that created the person; for later runs the kept list is the only memory of it.
const LASTING: &str = "T_AUTOFILLED";

/// One flow's list, and of one month where the flow is about one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTodos {
    /// The day of the last run that looked at everybody.
    pub day: NaiveDate,
    /// How many there are, kept or not.
    pub count: u64,
    /// Those that are kept, by code and kind.
    pub todo: Vec<Todo>,
}

impl KeptTodos {
    /// All that a run of this day found.
    pub fn new(day: NaiveDate, todo: Vec<Todo>) -> Self {
        KeptTodos { day, count: todo.len() as u64, todo }
    }

    /// The same with this as what is kept; what was only counted still is.
    #[must_use]
    pub fn renewed(self, todo: Vec<Todo>) -> Self {
        KeptTodos { count: self.beyond() + todo.len() as u64, todo, ..self }
    }

    /// The same and these, each once and with its first day.
    #[must_use]
    pub fn with(self, more: Vec<Todo>) -> Self {
        let known: HashSet<(&str, &str)> = self.todo.iter().map(|one| (&*one.code, &*one.kind)).collect();
        let new = more.into_iter().filter(|one| !known.contains(&(&*one.code, &*one.kind)));
        let mut todo: Vec<Todo> = self.todo.iter().cloned().chain(new).collect();
        todo.sort_by(|left, right| (&left.code, &left.kind).cmp(&(&right.code, &right.kind)));
        self.renewed(todo)
    }

    /// False for what no run has renewed for 400 days: it is nobody's word any more.
    pub fn is_current(&self, today: NaiveDate) -> bool {
        self.day >= oldest(today)
    }

    /// How many are only counted.
    pub fn beyond(&self) -> u64 {
        self.count.saturating_sub(self.todo.len() as u64)
    }
}

/// What the last run of one flow of a link left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTodos {
    /// The link.
    pub link: String,
    /// The flow.
    pub flow: Flow,
    /// `YYYY-MM`, where the flow is about one.
    pub month: Option<String>,
    /// The list.
    pub list: KeptTodos,
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
    count: u64,
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
    let (lasting, others): (Vec<&Todo>, Vec<&Todo>) = todo.iter().partition(|todo| todo.kind == LASTING);
    for Todo { code, kind, message, since } in lasting.into_iter().chain(others).take(MOST_KEPT) {
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

/// What a run leaves open of a flow, and of a month where it is about one.
pub fn todo_list(flow: Flow, month: Option<&str>, list: &KeptTodos) -> TodoList {
    let KeptTodos { day, count, todo } = list;
    let (day, count) = (*day, *count);
    let written = || json(&Written { day, count, todo: groups(todo) });
    TodoList {
        field: todo_field(flow.as_str(), month),
        value: (!todo.is_empty()).then(written),
        forget_before: oldest(day).format("%Y-%m").to_string(),
    }
}

fn oldest(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(KEPT_TODO_DAYS.into())).unwrap_or(today)
}

/// What the last run of a flow left open; `None` if that is nothing.
///
/// # Errors
/// Redis does not answer.
pub async fn open_todo(
    queue: &Queue,
    link: &str,
    flow: Flow,
    month: Option<&str>,
) -> Result<Option<KeptTodos>, QueueError> {
    let list = queue.todo_list(link, &todo_field(flow.as_str(), month)).await?;
    Ok(list.and_then(|list| kept(&list)))
}

/// Reads a list; `None` if it can't be read.
fn kept(list: &str) -> Option<KeptTodos> {
    let Read { day, count, todo } = serde_json::from_str(list).ok()?;
    Some(KeptTodos { day, count, todo: plain(todo) })
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
            let list = kept(&list).filter(|list| list.is_current(today))?;
            Some(OpenTodos {
                link: link.to_owned(),
                flow: flow.parse().ok()?,
                month: month.map(str::to_owned),
                list,
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
        let list = todo_list(Flow::OfficeStationToKaonavi, None, &KeptTodos::new(day, many.clone()));
        let read = kept(&list.value.unwrap()).unwrap();
        assert_eq!((read.count, read.todo.len(), read.beyond()), (2003, 2000, 3));
        assert_eq!(read_recorded(&recorded(&many)).last().unwrap().code, "01999");
    }

    #[test]
    fn what_no_later_run_could_find_again_is_kept_before_all_others() {
        let many = (0..MOST_KEPT + 2).map(|n| {
            let kind = if n < MOST_KEPT { "T_ONLY_DEST" } else { LASTING };
            todo(&format!("{n:05}"), kind, "2026-11-20")
        });
        let list = KeptTodos::new("2026-11-21".parse().unwrap(), many.collect());
        let read = todo_list(Flow::HrmosToMedimentEmployees, None, &list).value;
        let codes: Vec<String> =
            kept(&read.unwrap()).unwrap().todo.into_iter().map(|todo| todo.code).collect();
        assert_eq!(codes.len(), MOST_KEPT);
        assert_eq!(codes[MOST_KEPT - 3..], ["01997", "02000", "02001"], "shown by code all the same");
    }

    #[test]
    fn what_is_added_stands_once_with_its_first_day_and_what_was_counted_still_is() {
        let day = "2026-11-21".parse().unwrap();
        let before = vec![todo("A1", LASTING, "2026-11-01"), todo("A3", "T_ONLY_DEST", "2026-11-02")];
        let list = KeptTodos { day, count: 7, todo: before };
        let more = vec![todo("A1", LASTING, "2026-11-22"), todo("A2", LASTING, "2026-11-22")];
        let list = list.with(more);
        let days: Vec<_> = list.todo.iter().map(|todo| (&*todo.code, &*todo.since)).collect();
        assert_eq!(days, [("A1", "2026-11-01"), ("A2", "2026-11-22"), ("A3", "2026-11-02")]);
        assert_eq!((list.day, list.count, list.beyond()), (day, 8, 5));
        let fewer = list.renewed(vec![todo("A9", "T_ONLY_DEST", "2026-11-22")]);
        assert_eq!((fewer.count, fewer.todo.len()), (6, 1));
    }

    #[test]
    fn a_month_has_a_list_of_its_own_and_nothing_to_do_has_none() {
        let day = "2026-11-21".parse().unwrap();
        let list =
            todo_list(Flow::HrmosToMedimentAttendance, Some("2026-10"), &KeptTodos::new(day, Vec::new()));
        assert_eq!(list.field, "hrmos-to-mediment-attendance:2026-10");
        assert_eq!((list.value, list.forget_before.as_str()), (None, "2025-10"));
    }
}
