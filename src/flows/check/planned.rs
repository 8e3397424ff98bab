//! What a run would do today: the plan of `renkei plan`, told by code and item, and the guards that would stop it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Severity, people};
use crate::job::Service;
use crate::sync::{Measures, Plan, Policy, guard, judge};

/// Mapped source items that no record has: hidden from the login, or gone.
pub(super) fn add_absent(measures: &Measures, sides: &Sides, findings: &mut Vec<Finding>) {
    for (item, records) in &measures.absent {
        let message =
            format!("{item} is mapped, and none of {records} records has it: a full run would stop");
        findings
            .push(Finding::new(Severity::Error, "F_GUARD", message).of(sides.source).remedy(sides.unhide));
    }
}

/// The two sides of a flow as a finding names them.
pub(super) struct Sides {
    /// Where values are put right.
    source: Service,
    from: &'static str,
    to: &'static str,
    /// What an empty key is called in the source.
    key: &'static str,
    /// What lets an item be seen that no record has.
    unhide: &'static str,
    /// Codes that other findings have said already.
    told: &'static [&'static str],
}

/// オフィスステーション→カオナビ. What the values of select items are was said before.
pub(super) const TOWARDS_KAONAVI: Sides = Sides {
    source: Service::OfficeStation,
    from: "OfficeStation",
    to: "Kaonavi",
    key: "従業員番号",
    unhide: "allow the 利用者 of the API the item (閲覧制限, 給与情報の取り扱い), or unlink it under `mapping:`",
    told: &["E_MASTER"],
};

/// カオナビ→オフィスステーション.
pub(super) const TOWARDS_OFFICESTATION: Sides = Sides {
    source: Service::Kaonavi,
    from: "Kaonavi",
    to: "OfficeStation",
    key: "社員番号",
    unhide: "make the item, or unlink it under `mapping:`",
    told: &[],
};

/// HRMOS勤怠→mediment.
pub(super) const TOWARDS_MEDIMENT: Sides = Sides {
    source: Service::Hrmos,
    from: "HRMOS勤怠",
    to: "mediment",
    key: "社員番号",
    unhide: "look whether HRMOS勤怠 has the item filled for anybody, and whether the API KEY may see it",
    told: &[],
};

/// Everything else that the plan says.
pub(super) fn add(
    plan: &Plan,
    policy: &Policy,
    last_full: Option<u64>,
    sides: &Sides,
    findings: &mut Vec<Finding>,
) {
    add_problems(plan, sides, findings);
    add_guards(plan, policy, last_full, findings);
    if let Some(failure) = plan.failure.clone().or_else(|| judge(plan, policy)) {
        let message = match failure.code {
            "F_MOST_REJECTED" => "so many people would be rejected that the run would be 異常終了".to_owned(),
            "F_PARTIAL" => {
                "somebody would be rejected, and `on_partial: failed` makes that 異常終了".to_owned()
            }
            "F_BAD_VALUE" => "a value is bad, and `on_error: run` makes that 異常終了".to_owned(),
            _ => failure.message,
        };
        let remedy = "put the findings above right first";
        findings.push(Finding::new(Severity::Error, failure.code, message).remedy(remedy));
    }
    findings.push(summary(plan));
}

/// People with the same code about the same item, counted.
fn add_problems(plan: &Plan, sides: &Sides, findings: &mut Vec<Finding>) {
    let mut counts: BTreeMap<(&str, Option<&str>), u64> = BTreeMap::new();
    for person in &plan.outcomes {
        let kinds: BTreeSet<_> =
            person.problems.iter().map(|problem| (problem.code, problem.item.as_deref())).collect();
        for kind in kinds {
            *counts.entry(kind).or_default() += 1;
        }
    }
    counts.retain(|(code, _), _| !sides.told.contains(code));
    for ((code, item), n) in counts {
        let (code, what, remedy) = words(code, sides);
        let item = item.map(|item| format!("{item}: ")).unwrap_or_default();
        let message = format!("{item}{what} ({})", people(n));
        findings.push(Finding::new(Severity::Warning, code, message).of(sides.source).remedy(remedy));
    }
}

/// A code of the history in English: what it says and what to do.
fn words(code: &str, sides: &Sides) -> (&'static str, String, String) {
    let Sides { from, to, key, .. } = sides;
    let put_right = format!("put the values right in {from}; `renkei plan` names the people");
    match code {
        "E_REQUIRED" => ("E_REQUIRED", format!("required in {to} and blank"), put_right),
        "E_DATE" => ("E_DATE", "no date".to_owned(), put_right),
        "E_NUMBER" => ("E_NUMBER", "no number".to_owned(), put_right),
        "E_MASTER" => ("E_MASTER", format!("a value that the list of {to} lacks"), put_right),
        "E_REFUSED" => ("E_REFUSED", format!("a value in a form that {to} doesn't take"), put_right),
        "E_NAME_SPLIT" => ("E_NAME_SPLIT", "no space between 氏 and 名".to_owned(), put_right),
        "E_LENGTH" => (
            "E_LENGTH",
            format!("longer than {to} takes"),
            format!(
                "shorten the values in {from}, or set `overlong: truncate`; `renkei plan` names the people"
            ),
        ),
        "E_DEPENDENT" => ("E_DEPENDENT", "a bad value of a dependant".to_owned(), put_right),
        "E_CODE_EMPTY" => ("E_CODE_EMPTY", format!("no {key}"), format!("give them one in {from}")),
        "E_CODE_DUP" => (
            "E_CODE_DUP",
            format!("a {key} that somebody else has too"),
            format!("give each their own in {from}; with `main_code_padding` 1 and 01 are the same"),
        ),
        "E_MYNUMBER" => (
            "E_MYNUMBER",
            "a value that may be a マイナンバー".to_owned(),
            format!("take it out of {from}, or set `allow_mynumber: true` for the item if it is none"),
        ),
        "H_NEAR_DUPLICATE" => (
            "H_NEAR_DUPLICATE",
            format!("somebody to be created seems to be in {to} under another 社員番号, and is held"),
            "let the numbers agree (`main_code_padding` adds leading zeros), or set `near_duplicates: create`"
                .to_owned(),
        ),
        "H_SAME_MAIL" => (
            "H_SAME_MAIL",
            format!("somebody to be created has the メールアドレス of somebody else in {to}, and is held"),
            "put 氏名 or メールアドレス right on one side; `renkei plan` names the people".to_owned(),
        ),
        "H_NUMBER_REUSED" => (
            "H_NUMBER_REUSED",
            format!("a 社員番号 that seems to be somebody else's in {to}: the person is held"),
            "put the 社員番号 right on one side; `renkei plan` names the people".to_owned(),
        ),
        "E_CONFLICT" => (
            "E_CONFLICT",
            format!("somebody who can't be told from others in {from} or {to}"),
            "give each their own 社員番号 and メールアドレス on both sides; `renkei plan` names the people".to_owned(),
        ),
        _ => ("E_OTHER", "can't be written".to_owned(), "`renkei plan` says why".to_owned()),
    }
}

fn add_guards(plan: &Plan, policy: &Policy, last_full: Option<u64>, findings: &mut Vec<Finding>) {
    let trips = guard(&plan.measures, &policy.guards, last_full);
    for trip in trips.iter().filter(|trip| trip.guard != "item_absent") {
        let message = format!(
            "the guard {} would stop a full run before it writes: {}, {} where at most {} are usual",
            trip.guard, trip.what, trip.n, trip.max
        );
        let remedy = "look at `renkei plan`; if it is right, run once with --force, or set the guard's limit under `guards:`";
        findings.push(Finding::new(Severity::Error, "F_GUARD", message).remedy(remedy));
    }
}

fn summary(plan: &Plan) -> Finding {
    let counts = &plan.counts;
    let message = format!(
        "a run would create {}, update {}, leave {}, hold {} and reject {} of {}; {} beside them are 対象外",
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.held,
        counts.rejected,
        people(counts.target),
        counts.skipped
    );
    Finding::new(Severity::Ok, "PLAN", message)
}
