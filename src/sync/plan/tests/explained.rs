//! Why a plan does what it does: every explanation agrees with its plan, and each finding is told where it belongs.

use std::collections::BTreeSet;

use super::*;

/// Holds the explanation of everybody to the plan. All worlds of these tests ask it of every plan.
pub(super) fn agrees(input: &PlanInput<'_>, plan: &Plan) {
    let codes = |side: &People| side.people.iter().map(|person| person.code.clone()).collect::<Vec<_>>();
    let codes: BTreeSet<Box<str>> =
        [codes(input.source), codes(input.destination)].concat().into_iter().collect();
    for code in codes.iter().filter(|code| !code.trim().is_empty()) {
        let shown = explain(input, plan, code, Values::Shown);
        assert!(!shown.people.is_empty(), "{code} exists");
        for person in &shown.people {
            person_agrees(input, plan, person);
        }
        let hidden = explain(input, plan, code, Values::Hidden);
        assert_eq!(hidden, without_values(shown), "{code}: values are all that Values leaves out");
    }
}

fn person_agrees(input: &PlanInput<'_>, plan: &Plan, person: &Explained) {
    let Some(code) = &person.source else {
        assert_eq!(person.action, Action::OnlyDestination);
        return;
    };
    let Action::Planned { outcome, problems, .. } = &person.action else {
        let found = matches!(person.found, Found::NotAsked | Found::LeftOut(_));
        assert!(found && person.comparison.is_none(), "{code}: {person:?}");
        return;
    };
    let mut alike = plan.outcomes.iter().filter(|one| *one.code == **code);
    let told =
        alike.clone().find(|one| one.outcome == *outcome && one.problems == *problems).or(alike.next());
    assert_eq!(*outcome, told.map_or(Outcome::Unchanged, |one| one.outcome), "{code}");
    assert_eq!(*problems, told.map_or_else(Vec::new, |one| one.problems.clone()), "{code}");
    let place = |held: &str| input.destination.people.iter().position(|one| *one.code == *held);
    let known = person.destination.as_deref().map(|held| place(held).unwrap());
    let write = plan.writes.iter().find(|write| match known {
        Some(known) => write.place.map(|place| place as usize) == Some(known),
        None => write.create && *write.code == **code,
    });
    let Some(comparison) = &person.comparison else {
        assert!(write.is_none(), "{code} is written without a comparison");
        return;
    };
    items_agree(input, write, *outcome, &comparison.items);
    let codes = |item: &ItemStep| match &item.verdict {
        ItemVerdict::Bad(codes) => codes.clone(),
        _ => Vec::new(),
    };
    let bad: Vec<&str> = comparison.items.iter().flat_map(codes).collect();
    let lines: Vec<&str> = problems.iter().take(bad.len()).map(|problem| problem.code).collect();
    assert_eq!(bad, lines, "{code}: the lines about items come first, in mapping order");
    let further = problems[bad.len()..].iter().all(|problem| {
        matches!(problem.code, "H_NEAR_DUPLICATE" | "E_DEPENDENT" | "E_CODE_DUP" | "E_MYNUMBER" | "E_REFUSED")
    });
    assert!(further, "{code}: {problems:?}");
    rows_agree(write, told, comparison.dependents.as_ref());
}

fn items_agree(input: &PlanInput<'_>, write: Option<&Write>, outcome: Outcome, items: &[ItemStep]) {
    for (rule, item) in items.iter().enumerate().take(input.rules.own().len()) {
        let change = write.and_then(|write| write.own.iter().find(|change| change.rule == rule));
        let texts = (&item.source, &item.held);
        let is_name = input.rules.roles().destination.names.is_some();
        match item.verdict {
            ItemVerdict::Register | ItemVerdict::Update => {
                let value = change.and_then(|change| change.value).expect("it is written");
                let written = item.written.as_deref().expect("values are shown");
                let is_masked =
                    written == "************" && value.chars().filter(|c| c.is_numeric()).count() >= 12;
                assert!(is_masked || written == value.replace(Cell::SEPARATOR, "、"), "{item:?}");
                continue;
            }
            ItemVerdict::Clear => {
                assert_eq!(
                    (change.map(|change| change.value), &item.written),
                    (Some(None), &None),
                    "{item:?}"
                );
                continue;
            }
            ItemVerdict::Same => assert!(is_name || texts.0 == texts.1, "{item:?}"),
            ItemVerdict::Blank => assert!(is_name || texts == (&Seen::Blank, &Seen::Blank), "{item:?}"),
            ItemVerdict::Spelling => {
                let both = matches!(texts, (Seen::Text(_), Seen::Text(_)));
                assert!(is_name || both, "{item:?}");
            }
            ItemVerdict::KeptBlank => assert!(matches!(texts.1, Seen::Text(_)), "{item:?}"),
            ItemVerdict::SourceAbsent => assert_eq!(texts.0, &Seen::Absent, "{item:?}"),
            ItemVerdict::DestinationAbsent => {}
            ItemVerdict::NotSelected => assert!(!input.rules.own()[rule].selected),
            ItemVerdict::BusinessName => assert!(is_name),
            ItemVerdict::Withheld(_) | ItemVerdict::Bad(_) => {
                assert!(matches!(outcome, Outcome::Held | Outcome::Rejected), "{item:?}");
            }
        }
        assert_eq!((change, &item.written), (None, &None), "{item:?}");
    }
}

fn rows_agree(write: Option<&Write>, told: Option<&PersonOutcome>, rows: Option<&RowsStep>) {
    let Some(rows) = rows else { return };
    let is_replaced = write.is_some_and(|write| write.dependents.is_some());
    assert_eq!(rows.verdict == RowsVerdict::Replaced, is_replaced, "{rows:?}");
    let rejected = told.is_some_and(|one| one.dependents == Dependents::Rejected);
    let bad = matches!(rows.verdict, RowsVerdict::Bad | RowsVerdict::Shared);
    assert!(rejected || !bad, "{rows:?}");
    assert!(!rejected || bad || matches!(rows.verdict, RowsVerdict::Withheld(_)), "{rows:?}");
}

fn without_values(mut explanation: Explanation) -> Explanation {
    let hide = |seen: &mut Seen| {
        if let Seen::Text(text) = seen {
            *text = None;
        }
    };
    for person in &mut explanation.people {
        if let Some(scope) = &mut person.scope {
            hide(&mut scope.hire);
            hide(&mut scope.retire);
        }
        for item in person.comparison.iter_mut().flat_map(|comparison| &mut comparison.items) {
            hide(&mut item.source);
            hide(&mut item.held);
            item.written = None;
        }
    }
    explanation
}

/// The only person who goes by the code.
fn one(world: &World, code: &str) -> Explained {
    let (rules, plan) = (world.rules(), world.plan());
    let mut people = explain(&world.input(&rules), &plan, code, Values::Shown).people;
    assert_eq!(people.len(), 1);
    people.remove(0)
}

/// What comes of each of these items.
fn verdicts(person: &Explained, items: &[&str]) -> Vec<ItemVerdict> {
    let steps = &person.comparison.as_ref().unwrap().items;
    let verdict = |item: &&str| steps.iter().find(|step| step.item.item == *item).unwrap().verdict.clone();
    items.iter().map(verdict).collect()
}

#[test]
fn every_way_of_an_item_is_told_apart() {
    let world = World::new()
        .map("備考", |line| line.create_only = true)
        .source(
            "A1",
            &[
                ("氏", "山田"),
                ("性別", "男性"),
                ("入社年月日", ABSENT),
                ("郵便番号", "1000001"),
                ("市区町村", "港区"),
                ("電話番号", "0901"),
                ("備考", "新"),
            ],
        )
        .held(
            "A1",
            &[
                ("氏名", "山田"),
                ("性別", "女性"),
                ("入社日", "2020-04-01"),
                ("退職日", "2027-03-31"),
                ("生年月日", "1980-01-02"),
                ("郵便番号", "100-0001"),
                ("備考", "旧"),
                ("月額", ABSENT),
            ],
        );
    let person = one(&world, "A1");
    let items = ["氏名", "フリガナ", "性別", "入社日", "退職日", "生年月日", "郵便番号", "市区町村", "備考"];
    assert_eq!(
        verdicts(&person, &items),
        [
            ItemVerdict::Same,
            ItemVerdict::Blank,
            ItemVerdict::Update,
            ItemVerdict::SourceAbsent,
            ItemVerdict::Clear,
            ItemVerdict::KeptBlank,
            ItemVerdict::Spelling,
            ItemVerdict::Register,
            ItemVerdict::NotSelected,
        ]
    );
    assert_eq!(verdicts(&person, &["月額"]), [ItemVerdict::DestinationAbsent]);
    assert_eq!((person.found, person.scope.unwrap().class), (Found::Known(By::Number), Class::Active));
}

#[test]
fn a_bad_value_is_named_and_so_is_what_it_holds_back() {
    let cells = [("氏", "山田"), ("性別", "女"), ("電話番号", "0901")];
    let world = World::new().source("A1", &cells).held("A1", &[("氏名", "山田")]);
    let person = one(&world, "A1");
    let bad = || ItemVerdict::Bad(vec!["E_MASTER"]);
    let withheld = ItemVerdict::Withheld(Withheld::BadValue);
    assert_eq!(verdicts(&person, &["氏名", "性別", "電話番号"]), [ItemVerdict::Same, bad(), withheld]);
    let world = world.policy(|policy| policy.on_error = OnError::Item);
    assert_eq!(verdicts(&one(&world, "A1"), &["性別", "電話番号"]), [bad(), ItemVerdict::Register]);
}

#[test]
fn a_near_duplicate_is_named_by_its_code_and_nothing_is_written() {
    let world = World::new().source("11", &[("氏", "伊藤")]).held("000011", &[]);
    let person = one(&world, "11");
    assert_eq!(person.found, Found::NearDuplicate { other: "000011".to_owned() });
    assert_eq!(verdicts(&person, &["氏名"]), [ItemVerdict::Withheld(Withheld::Held)]);
    assert_eq!(one(&world, "000011").action, Action::OnlyDestination);
    let padded = world.policy(|policy| policy.padding = Some(Padding { digits: 6 }));
    for code in ["11", "000011", " 11　"] {
        let person = one(&padded, code);
        assert_eq!((person.source.as_deref(), person.found), (Some("000011"), Found::Known(By::Number)));
    }
}

#[test]
fn who_is_left_out_is_told_why() {
    let world = World::new()
        .source("A1", &[("入社年月日", "2015-04-01"), ("退職年月日", "2026-11-20")])
        .source("A2", &[("入社年月日", "2026-12-01")])
        .held("A1", &[])
        .select(|selection| selection.datasets = vec![DataSet::Dependents]);
    let person = one(&world, "A1");
    assert_eq!(person.action, Action::Skipped("retired"));
    let scope = person.scope.unwrap();
    assert_eq!((scope.class, scope.left_out), (Class::Retired, Some("retired")));
    assert_eq!(scope.retire, Seen::Text(Some("2026-11-20".to_owned())));
    let person = one(&world, "A2");
    assert_eq!(person.scope.unwrap().class, Class::Joining);
    assert_eq!(
        (person.found, person.action),
        (Found::LeftOut("not_in_destination"), Action::Skipped("not_in_destination"))
    );
}

#[test]
fn a_code_that_several_people_have_is_explained_for_each() {
    let world = World::new()
        .source("A1", &[("氏", "山田")])
        .source(" A1", &[("氏", "佐藤")])
        .source("A1", &[("退職年月日", "2020-01-01")])
        .held("A1", &[]);
    let (rules, plan) = (world.rules(), world.plan());
    let explanation = explain(&world.input(&rules), &plan, "A1", Values::Hidden);
    let found: Vec<&Found> = explanation.people.iter().map(|person| &person.found).collect();
    let duplicate = Found::Duplicate { people: 2 };
    assert_eq!(found, [&duplicate, &duplicate, &Found::NotAsked]);
    assert_eq!(explanation.source.found, ["A1", " A1", "A1"]);
    assert_eq!(explain(&world.input(&rules), &plan, "A2", Values::Hidden).people, []);
}

#[test]
fn dependants_are_explained_as_a_whole() {
    let rows = |world: World| one(&world, "A1").comparison.unwrap().dependents.unwrap();
    let base = || World::new().source("A1", &[("氏", "山田")]);
    let known = |cells: &[(&str, &str)]| base().dependant(cells).held("A1", &[("氏名", "山田")]);
    let step = |verdict, source, held, items: &[&str]| RowsStep {
        verdict,
        source,
        held,
        items: items.iter().map(ToString::to_string).collect(),
    };
    let child = [("氏", "健"), ("続柄", "子")];
    let held = [("氏名", "健"), ("続柄", "子")];
    assert_eq!(rows(known(&child).held_dependant(&held)), step(RowsVerdict::Same, 1, 1, &[]));
    assert_eq!(rows(known(&child)), step(RowsVerdict::Replaced, 1, 0, &["氏名", "続柄"]));
    let gone = base().held("A1", &[("氏名", "山田")]).held_dependant(&held);
    assert_eq!(rows(gone), step(RowsVerdict::Kept, 0, 1, &[]));
    assert_eq!(rows(known(&[("続柄", "長男")])), step(RowsVerdict::Bad, 1, 0, &[]));
    let shared = known(&child).source("A1", &[("退職年月日", "2020-01-01")]);
    let people = {
        let (rules, plan) = (shared.rules(), shared.plan());
        explain(&shared.input(&rules), &plan, "A1", Values::Hidden).people
    };
    let shared = people[0].comparison.as_ref().unwrap().dependents.as_ref().unwrap();
    assert_eq!(shared.verdict, RowsVerdict::Shared);
    let held_back = base().dependant(&child).held("a1", &[]);
    assert_eq!(rows(held_back).verdict, RowsVerdict::Withheld(Withheld::Held));
    let mynumber = known(&[("氏", "123456789018")]).map("備考", |_| {});
    assert_eq!(rows(mynumber).verdict, RowsVerdict::Bad);
}

#[test]
fn a_mynumber_among_the_dependants_holds_back_the_person() {
    let world = World::new()
        .source("A1", &[("氏", "山田"), ("電話番号", "0901")])
        .dependant(&[("氏", "1234 5678 9018")])
        .held("A1", &[("氏名", "山田")]);
    assert_eq!(verdicts(&one(&world, "A1"), &["電話番号"]), [ItemVerdict::Withheld(Withheld::BadRows)]);
}

#[test]
fn no_value_is_in_an_explanation_that_hides_them_and_a_mynumber_in_none() {
    let world = World::new()
        .source("A1", &[("氏", "花道"), ("入社年月日", "2015-04-01"), ("備考", "1234 5678 9017")])
        .dependant(&[("氏", "健太")])
        .held("A1", &[("氏名", "桜木"), ("備考", "123456789018")]);
    let (rules, plan) = (world.rules(), world.plan());
    let text = |values| format!("{:?}", explain(&world.input(&rules), &plan, "A1", values));
    let (hidden, shown) = (text(Values::Hidden), text(Values::Shown));
    for value in ["花道", "桜木", "健太", "2015-04-01", "5678", "123456789018"] {
        assert!(!hidden.contains(value), "{value} has no place in {hidden}");
    }
    for value in ["花道", "桜木", "2015-04-01", "************"] {
        assert!(shown.contains(value), "{value} belongs in {shown}");
    }
    assert!(!shown.contains("5678"), "{shown}");
}
