//! Holds as people see and decide them: who is held since when, and who said what about it.
//!
//! They lie in `<prefix>:holds:<link>` ([`KeptPair`]): a run's end opens and closes them, `renkei hold` decides them. Names and notes
//! of those who decide are kept there and in the history, and nowhere else.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::job::{Flow, nearest};
use crate::queue::{KeptPair, Queue, QueueError};

/// What was decided about two codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// 承認: different people.
    Approved,
    /// 却下: the person stays held, and nobody is told any more.
    Rejected,
}

impl Verdict {
    /// The word that staff read.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Approved => "承認",
            Verdict::Rejected => "却下",
        }
    }
}

/// Who decided, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    pub verdict: Verdict,
    /// Who, in their own words.
    pub by: String,
    /// When, as [`super::timestamp`] writes it.
    pub at: String,
    /// Why; null if nobody said so. Never mailed, never logged.
    pub note: Option<String>,
}

/// A pair that is held, or was and is decided. Serialised, it is the stable JSON of `renkei hold list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// The link.
    pub link: String,
    /// The flow.
    pub flow: Flow,
    /// 社員番号 of the source's person.
    pub code: String,
    /// 社員番号 of the person of the destination who may be the same, or `-`.
    pub other: String,
    /// `H_NEAR_DUPLICATE` and the like.
    pub kind: String,
    /// The first day on which the pair was held, `YYYY-MM-DD`.
    pub since: String,
    /// The last day on which a run met it or somebody decided, `YYYY-MM-DD`.
    pub last: String,
    /// What was decided; null while the hold is open.
    pub decision: Option<Decision>,
    #[serde(skip)]
    kept: KeptPair,
}

/// The value of a pair in Redis. Without a decision it has no such field: the script asks for that.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Value {
    kind: String,
    since: String,
    last: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Decision>,
}

impl Hold {
    /// Reads a pair; nothing if it is no pair of a flow that this program knows.
    fn read(link: &str, kept: KeptPair) -> Option<Hold> {
        let value: Value = serde_json::from_str(&kept.value).ok()?;
        Some(Hold {
            link: link.to_owned(),
            flow: kept.flow.parse().ok()?,
            code: kept.code.clone(),
            other: kept.other.clone(),
            kind: value.kind,
            since: value.since,
            last: value.last,
            decision: value.decision,
            kept,
        })
    }

    /// True while nobody decided.
    pub fn is_open(&self) -> bool {
        self.decision.is_none()
    }

    /// Which day of the hold a day is: 1 on the first.
    pub fn day_number(&self, day: NaiveDate) -> u64 {
        let since = self.since.parse::<NaiveDate>().unwrap_or(day);
        u64::try_from((day - since).num_days()).unwrap_or_default() + 1
    }
}

/// Whose holds are decided.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// 社員番号 of the source's person.
    pub code: &'a str,
    /// That of the other person. Without it all open holds of the code are meant; with it the pair may be decided anew.
    pub other: Option<&'a str>,
}

/// Why nothing was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoHold {
    /// A code with an open hold that was perhaps meant.
    pub nearest: Option<String>,
    /// The open holds.
    pub open: Vec<Hold>,
    /// The pairs of the code that are decided.
    pub decided: Vec<Hold>,
}

/// All holds of a link, open and decided: the open ones first, then by flow and codes.
///
/// # Errors
/// Redis does not answer.
pub async fn holds(queue: &Queue, link: &str) -> Result<Vec<Hold>, QueueError> {
    let kept = queue.holds(link).await?;
    let mut holds: Vec<Hold> = kept.into_iter().filter_map(|pair| Hold::read(link, pair)).collect();
    let key = |hold: &Hold| (!hold.is_open(), hold.flow, hold.code.clone(), hold.other.clone());
    holds.sort_by_cached_key(key);
    Ok(holds)
}

/// Decides the holds of a choice, all of them or none; returns them as decided. `day` is today, `YYYY-MM-DD`.
///
/// # Errors
/// Redis does not answer.
pub async fn decide(
    queue: &Queue,
    link: &str,
    choice: &Choice<'_>,
    decision: &Decision,
    day: &str,
) -> Result<Result<Vec<Hold>, NoHold>, QueueError> {
    loop {
        let holds = holds(queue, link).await?;
        let chosen = match choose(&holds, choice) {
            Ok(chosen) => chosen,
            Err(none) => return Ok(Err(none)),
        };
        let decided = |hold: Hold| Hold { decision: Some(decision.clone()), last: day.to_owned(), ..hold };
        let decided: Vec<Hold> = chosen.into_iter().map(decided).collect();
        let changes: Vec<(KeptPair, String)> =
            decided.iter().map(|hold| (hold.kept.clone(), value(hold))).collect();
        if queue.change_holds(link, &changes).await? {
            return Ok(Ok(decided));
        }
        // A run ended in between, or somebody else decided: what is there now counts.
    }
}

fn value(hold: &Hold) -> String {
    let Hold { kind, since, last, decision, .. } = hold.clone();
    serde_json::to_string(&Value { kind, since, last, decision }).expect("texts have a JSON form")
}

/// The holds that are to be decided.
fn choose(holds: &[Hold], choice: &Choice<'_>) -> Result<Vec<Hold>, NoHold> {
    let of_code = || holds.iter().filter(|hold| hold.code == choice.code);
    let chosen: Vec<Hold> = match choice.other {
        Some(other) => of_code().filter(|hold| hold.other == other).cloned().collect(),
        None => of_code().filter(|hold| hold.is_open()).cloned().collect(),
    };
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let open: Vec<Hold> = holds.iter().filter(|hold| hold.is_open()).cloned().collect();
    let nearest = nearest(choice.code, open.iter().map(|hold| hold.code.as_str()));
    let nearest = nearest.filter(|code| *code != choice.code).map(str::to_owned);
    Err(NoHold { nearest, decided: of_code().filter(|hold| !hold.is_open()).cloned().collect(), open })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(code: &str, other: &str, decided: Option<Verdict>) -> Hold {
        let flow = Flow::OfficeStationToKaonavi;
        let (code, other) = (code.to_owned(), other.to_owned());
        let value = r#"{"kind":"H_NEAR_DUPLICATE","since":"2026-11-19","last":"2026-11-21"}"#.to_owned();
        let kept = KeptPair { flow: flow.to_string(), code, other, value };
        let decision =
            decided.map(|verdict| Decision { verdict, by: "sato".to_owned(), at: String::new(), note: None });
        Hold { decision, ..Hold::read("acme", kept).unwrap() }
    }

    fn chosen(holds: &[Hold], code: &str, other: Option<&str>) -> Vec<String> {
        let chosen = choose(holds, &Choice { code, other }).unwrap_or_default();
        chosen.into_iter().map(|hold| hold.other).collect()
    }

    #[test]
    fn a_code_means_all_its_open_holds_and_a_pair_means_itself() {
        let holds = [
            hold("11", "A1", None),
            hold("11", "A2", None),
            hold("11", "A3", Some(Verdict::Rejected)),
            hold("12", "A1", None),
        ];
        assert_eq!(chosen(&holds, "11", None), ["A1", "A2"]);
        assert_eq!(chosen(&holds, "11", Some("A2")), ["A2"]);
        assert_eq!(chosen(&holds, "11", Some("A3")), ["A3"], "a pair that is named can be decided anew");
        assert_eq!(chosen(&holds, "11", Some("A4")), [""; 0]);
    }

    #[test]
    fn a_code_without_an_open_hold_is_told_what_there_is() {
        let holds = [hold("A0001", "1", None), hold("B7", "2", Some(Verdict::Approved))];
        let none = choose(&holds, &Choice { code: "A0010", other: None }).unwrap_err();
        assert_eq!((none.nearest.as_deref(), none.open.len(), none.decided.len()), (Some("A0001"), 1, 0));
        let decided = choose(&holds, &Choice { code: "B7", other: None }).unwrap_err();
        assert_eq!((decided.open.len(), decided.decided.len()), (1, 1));
    }

    #[test]
    fn days_are_counted_from_one() {
        let hold = hold("11", "A1", None);
        let day = |text: &str| hold.day_number(text.parse().unwrap());
        assert_eq!([day("2026-11-19"), day("2026-11-22"), day("2026-12-01")], [1, 4, 13]);
        assert_eq!(day("2026-11-18"), 1, "a clock that was set back");
        assert_eq!(Hold { since: "rubbish".to_owned(), ..hold }.day_number("2026-11-22".parse().unwrap()), 1);
    }

    #[test]
    fn an_open_hold_has_no_decision_in_redis_not_even_null() {
        assert_eq!(value(&hold("11", "A1", None)), hold("11", "A1", None).kept.value);
        let decided = value(&hold("11", "A1", Some(Verdict::Rejected)));
        assert!(
            decided.contains(r#""decision":{"verdict":"rejected","by":"sato","at":"","note":null}"#),
            "{decided}"
        );
    }
}
