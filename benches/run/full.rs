//! One large company: OfficeStation → Kaonavi with the default mapping, 2 % of the people changed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::process::{Cost, cost, median, watch};
use crate::stage::{Stage, sync};
use crate::support::http;
use crate::table::{Table, megabytes, seconds};

/// One in so many is changed.
const CHANGED: usize = 50;
/// People who are new in each round.
const NEW: usize = 3;

/// POST members, PATCH members, PATCH of 本人情報, PATCH of 扶養家族情報, in chunks of 20,000.
const UPDATES: usize = 4;

pub(crate) async fn measure(people: usize, rounds: usize) -> Table {
    let stage = Stage::new(people).await;
    let mut daemon = stage.daemon(1, 8);
    daemon.ready().await;
    let mut rounds_measured: Vec<Round> = Vec::new();
    // Both sides agree after it, but for the edge cases that Kaonavi can't take.
    expect_completed(&watch(daemon.process(), stage.run(sync("t1"))).await);
    let codes = ordinary(&stage).await;
    for round in 0..rounds {
        let changed = change(&stage, &codes, people / CHANGED, round).await;
        let before = stage.sandbox.writes().await.len();
        let (with_changes, run) = cost(daemon.process(), stage.run(sync("t1"))).await;
        expect_completed(&run);
        assert_eq!((count(&run, "created"), count(&run, "updated")), (NEW, changed), "{run:?}");
        let between = stage.sandbox.writes().await;
        let (without, run) = cost(daemon.process(), stage.run(sync("t1"))).await;
        expect_completed(&run);
        let after = stage.sandbox.writes().await.len();
        let updates = (between.len() - before, after - between.len());
        rounds_measured.push(Round { with_changes, without, updates, target: count(&run, "target") });
    }
    table(people, &rounds_measured)
}

struct Round {
    with_changes: Cost,
    without: Cost,
    updates: (usize, usize),
    target: usize,
}

fn table(people: usize, rounds: &[Round]) -> Table {
    let mut table = Table::new(format!("full: {people} people, median of {} rounds", rounds.len()));
    let middle = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
    let time = |figure: fn(&Round) -> f64| std::time::Duration::from_secs_f64(middle(figure));
    let peak = |cost: fn(&Round) -> &Cost| median(rounds.iter().map(|round| cost(round).peak));
    let most = std::time::Duration::from_secs(10);
    table.row("people in scope", rounds[0].target.to_string());
    table.at_most("2 % changed: CPU", time(|round| round.with_changes.cpu.as_secs_f64()), most, seconds);
    table.at_most("2 % changed: peak RSS", peak(|round| &round.with_changes), 300_000_000, megabytes);
    table.row("2 % changed: wall", seconds(time(|round| round.with_changes.wall.as_secs_f64())));
    table.exactly(
        "2 % changed: update requests",
        median(rounds.iter().map(|round| round.updates.0)),
        UPDATES,
    );
    table.row("nothing changed: CPU", seconds(time(|round| round.without.cpu.as_secs_f64())));
    table.row("nothing changed: peak RSS", megabytes(peak(|round| &round.without)));
    table.row("nothing changed: wall", seconds(time(|round| round.without.wall.as_secs_f64())));
    table.exactly("nothing changed: update requests", median(rounds.iter().map(|round| round.updates.1)), 0);
    table
}

fn expect_completed(run: &BTreeMap<String, String>) {
    assert_eq!(run["status"], "完了", "{run:?}");
}

fn count(run: &BTreeMap<String, String>, name: &str) -> usize {
    run[&format!("counts.{name}")].parse().expect("a number")
}

/// The parts of a person that matter for choosing whom to change.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Brief {
    employee_number: String,
    retire_date: Option<String>,
    hire_date: Option<String>,
    gender: Option<String>,
    dependents: Vec<Map<String, Value>>,
}

/// 現職者 with dependants who are no edge case.
async fn ordinary(stage: &Stage) -> Vec<Brief> {
    let url = format!("{}/__sandbox/people?service=officestation&tenant=STDEMO01", stage.sandbox.http);
    let body = http().get(url).send().await.expect("people").bytes().await.expect("people");
    let mut people: Vec<Brief> = serde_json::from_slice(&body).expect("people");
    people.retain(|person| {
        person.employee_number.as_str() > "A0100"
            && person.retire_date.as_deref().is_none_or(str::is_empty)
            && person.hire_date.as_deref().is_some_and(|day| !day.is_empty())
            && matches!(person.gender.as_deref(), Some("男性" | "女性"))
            && !person.dependents.is_empty()
    });
    // Spread over the whole company.
    people.sort_by_cached_key(|person| person.employee_number.bytes().rev().collect::<Vec<u8>>());
    people
}

/// Changes so many people, in a basic item, a sheet's item or a dependant, and adds [`NEW`] ones; how many were changed.
async fn change(stage: &Stage, codes: &[Brief], wanted: usize, round: usize) -> usize {
    let mut upsert: Vec<Value> = codes.iter().skip(round * wanted).take(wanted).enumerate().map(|(n, person)| {
        let code = &person.employee_number;
        match n % 3 {
            0 => json!({"employeeNumber": code, "email": format!("{}.{round}@changed.example.jp", code.to_lowercase())}),
            1 => json!({"employeeNumber": code, "mobilePhoneNumber": format!("080-1{round:03}-{n:04}")}),
            _ => json!({"employeeNumber": code, "dependents": dependents(person)}),
        }
    }).collect();
    let changed = upsert.len();
    upsert.extend((0..NEW).map(|n| {
        let kana = ["イチ", "ニ", "サン"][n % 3];
        json!({
            "employeeNumber": format!("N{round:03}{n}"), "lastName": "新", "firstName": format!("人{round}の{n}"),
            "lastNameKana": "アタラシ", "firstNameKana": format!("{kana}{}", "ア".repeat(round + 1)), "gender": "男性",
            "birthDate": format!("{}-09-0{}", 1950 + round, n + 1), "email": format!("n{round}.{n}@example.jp"),
            "hireDate": "2020-04-01", "dependents": [],
        })
    }));
    let order = json!({"service": "officestation", "tenant": "STDEMO01", "upsert": upsert});
    stage.sandbox.control("people", order).await;
    changed
}

/// The dependants, the first one with another job.
fn dependents(person: &Brief) -> Vec<Map<String, Value>> {
    let plain = person.dependents.iter().map(|row| {
        let mut row = row.clone();
        row.retain(|key, _| {
            !["dependentId", "employeeNumber", "sortOrder", "updatedAt"].contains(&key.as_str())
        });
        row
    });
    let mut rows: Vec<Map<String, Value>> = plain.collect();
    rows[0].insert("occupation".to_owned(), json!("自営業"));
    rows
}
