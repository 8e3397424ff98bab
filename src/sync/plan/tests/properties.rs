//! What holds for every plan.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const CODES: [&str; 8] = ["A1", "A2", "A3", "11", "000011", "B1", "", "a1"];

fn cell(values: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(values)
}

/// Cells of one person that are often equal on both sides, sometimes bad.
fn own() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let item =
        |name: &'static str, values: &'static [&'static str]| cell(values).prop_map(move |v| (name, v));
    (
        item("氏", &["", "山田", "佐藤"]),
        item("氏(カナ)", &["", "ヤマダ", "やまだ", ABSENT]),
        item("性別", &["", "男性", "女性", "女"]),
        item("退職年月日", &["", "2027-03-31", "2026-11-20", ABSENT]),
        item("生年月日", &["", "1980-01-02", "昭和55年1月2日", "いつか"]),
        item("市区町村", &["", "港区", "千代田区"]),
        item("建物名", &["", "ビル", ABSENT]),
        item("電話番号", &["", "090-1", "0901", "0902"]),
        item("資格", &["", "簿記", "衛生管理者、簿記", "忍者"]),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| vec![a, b, c, d, e, f, g, h, i])
}

fn held() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let item =
        |name: &'static str, values: &'static [&'static str]| cell(values).prop_map(move |v| (name, v));
    (
        item("氏名", &["", "山田", "鈴木"]),
        item("フリガナ", &["", "ヤマダ", "スズキ"]),
        item("性別", &["", "男性", "女"]),
        item("退職日", &["", "2027-03-31"]),
        item("生年月日", &["", "1980-01-02"]),
        item("市区町村", &["", "港区"]),
        item("建物名", &["", "ビル", "旧ビル"]),
        item("電話番号", &["", "0901"]),
        item("資格", &["", "簿記", "簿記\u{1f}衛生管理者"]),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| vec![a, b, c, d, e, f, g, h, i])
}

/// Rows of the source (氏), whose 続柄 may be absent, or of the destination (氏名), where 職業 is not mapped.
fn rows(
    name: &'static str,
    further: &'static [&'static str],
) -> impl Strategy<Value = Vec<Vec<(&'static str, &'static str)>>> {
    let row =
        (cell(&["", "子", "花"]), cell(&["", "子", "妻", "長男"]), cell(&["", "2016-01-02", "2016/1/2"]));
    let row = row.prop_map(move |(a, b, c)| vec![(name, a), ("続柄", b), ("生年月日", c)]);
    proptest::collection::vec((row, cell(further)), 0..4).prop_map(move |rows| {
        let row = |(mut row, value): (Vec<(&'static str, &'static str)>, &'static str)| {
            match (name, value) {
                ("氏", ABSENT) => row[1].1 = ABSENT,
                ("氏", _) => {}
                _ => row.push(("職業", value)),
            }
            row
        };
        rows.into_iter().map(row).collect()
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    (0..3usize, 0..2usize, 0..2usize, 0..2usize, 0..2usize).prop_map(
        |(on_error, blank, near, empty, padding)| Policy {
            on_error: [OnError::Person, OnError::Item, OnError::Run][on_error],
            blank: [BlankPolicy::Keep, BlankPolicy::Clear][blank],
            near_duplicates: [NearDuplicates::Hold, NearDuplicates::Create][near],
            dependents_empty: [DependentsEmpty::Keep, DependentsEmpty::Clear][empty],
            padding: [None, Some(Padding { digits: 6 })][padding],
            ..Policy::default()
        },
    )
}

prop_compose! {
    fn world()(
        source in proptest::collection::vec((proptest::sample::select(&CODES[..]), own(), rows("氏", &["", ABSENT])), 0..8),
        known in proptest::sample::subsequence(&CODES[..6], 0..6),
        held in proptest::collection::vec((held(), rows("氏名", &["", "学生", "会社員"])), 6),
        policy in policy(),
        decided in proptest::collection::vec((cell(&CODES), cell(&CODES), any::<bool>()), 0..10),
    ) -> World {
        let mut world = World::new().unmapped("職業", Kind::Text);
        world.policy = policy;
        let verdict = |approved| if approved { Verdict::Approved } else { Verdict::Rejected };
        world.decisions = decided.into_iter().map(|(code, other, approved)| (code, other, verdict(approved))).collect();
        for (code, cells, rows) in source {
            world = world.source(code, &cells);
            for row in rows {
                world = world.dependant(&row);
            }
        }
        for (code, (cells, rows)) in known.into_iter().zip(held) {
            world = world.held(code, &cells);
            for row in rows {
                world = world.held_dependant(&row);
            }
        }
        world
    }
}

/// The destination after the plan's writes.
fn applied(world: &World) -> World {
    applied_in_part(world, |_| Part::All)
}

/// How much of a person's write was done before a crash.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    None,
    Own,
    All,
}

fn applied_in_part(world: &World, part: impl Fn(&Write) -> Part) -> World {
    let (rules, plan) = (world.rules(), world.plan());
    let mut after = world.clone();
    let columns = after.destination.columns.clone();
    let apply = |cells: &mut Vec<String>, first: usize, changes: &Changes| {
        for change in changes.iter() {
            cells[change.rule - first] = change.value.unwrap_or_default().to_owned();
        }
    };
    let to_row = |cells: &[String]| Row::of(cells.iter().map(|cell| Cell::of(cell)));
    for write in plan.writes.iter().filter(|write| part(write) != Part::None) {
        let people = &mut after.destination.people;
        let place = people.iter().position(|person| person.code == write.code).unwrap_or_else(|| {
            assert!(write.create);
            people.push(Person { code: write.code.clone(), ..Person::default() });
            people.len() - 1
        });
        let person = &mut people[place];
        let cell = |place| person.row.cell(place).text().unwrap_or_default().to_owned();
        let mut cells: Vec<String> = (0..columns.names().len()).map(cell).collect();
        apply(&mut cells, 0, &write.own);
        person.row = to_row(&cells);
        if let Some(rows) = write.dependents.as_ref().filter(|_| part(write) == Part::All) {
            let row = |changes: &Changes| {
                let mut cells = vec![String::new(); rules.dependents().len() + rules.carried().len()];
                apply(&mut cells, rules.own().len(), changes);
                to_row(&cells)
            };
            person.dependents = rows.iter().map(row).collect();
        }
    }
    after
}

proptest! {
    #[test]
    fn the_order_of_people_never_matters(world in world(), turn in 0usize..8) {
        let mut turned = world.clone();
        if !turned.source.people.is_empty() {
            let turn = turn % turned.source.people.len();
            turned.source.people.rotate_left(turn);
        }
        turned.destination.people.reverse();
        // Where the destination keeps somebody follows its order, nothing else does.
        let placeless = |mut plan: Plan| {
            plan.writes.iter_mut().for_each(|write| write.place = None);
            plan
        };
        prop_assert_eq!(placeless(world.plan()), placeless(turned.plan()));
        prop_assert_eq!(world.plan(), world.plan());
    }

    #[test]
    fn applying_a_plan_leaves_nothing_to_write(world in world()) {
        let again = applied(&world).plan();
        prop_assert_eq!(&again.writes, &[]);
        prop_assert_eq!(again.counts.created + again.counts.updated, 0);
    }

    #[test]
    fn a_resumed_run_counts_and_ends_as_a_clean_one(
        world in world(),
        parts in proptest::collection::vec(proptest::sample::select(&[Part::None, Part::Own, Part::All][..]), 8),
    ) {
        let (rules, clean) = (world.rules(), world.plan());
        let part = |write: &Write| {
            let place = clean.writes.iter().position(|other| other.code == write.code).unwrap();
            parts[place % parts.len()]
        };
        let mut resumed = applied_in_part(&world, part);
        for write in &clean.writes {
            let rows = write.dependents.iter().flatten().flat_map(Changes::iter);
            let items = write.own.iter().chain(rows).map(|change| rules.get(change.rule).column.clone());
            let intended =
                Intended { create: write.create, items: items.collect(), dependents: write.dependents.is_some() };
            resumed.earlier.people.insert(write.code.to_string(), intended);
        }
        let plan = resumed.plan();
        prop_assert_eq!(plan.counts, clean.counts);
        let brief = |plan: &Plan| -> Vec<_> {
            plan.outcomes.iter().map(|p| (p.code.clone(), p.outcome, p.problems.clone())).collect()
        };
        prop_assert_eq!(brief(&plan), brief(&clean));
        prop_assert_eq!(&plan.approved, &clean.approved);
        let guarded = |plan: &Plan| {
            let Measures { creations, joiners, retired, destination, matched, in_scope, .. } = plan.measures;
            [creations, joiners, retired, destination, matched, in_scope]
        };
        prop_assert_eq!(guarded(&plan), guarded(&clean), "the guards judge both alike");
        let end = |mut world: World| {
            world.destination.people.sort_by(|left, right| left.code.cmp(&right.code));
            world.destination
        };
        prop_assert_eq!(end(applied(&resumed)), end(applied(&world)));
    }

    #[test]
    fn nobody_outside_the_plan_is_touched(world in world()) {
        let written: HashSet<Box<str>> = world.plan().writes.into_iter().map(|write| write.code).collect();
        let after = applied(&world);
        for person in &world.destination.people {
            let same = after.destination.people.iter().find(|other| other.code == person.code).unwrap();
            prop_assert!(written.contains(&person.code) || same == person);
        }
        let source: HashSet<&str> = world.source.people.iter().map(|person| &*person.code).collect();
        for code in &written {
            prop_assert!(source.contains(&**code) || source.contains(code.trim_start_matches('0')));
        }
    }

    #[test]
    fn a_blank_never_erases_where_it_keeps(world in world()) {
        let mut world = world;
        world.policy.blank = BlankPolicy::Keep;
        let (rules, plan) = (world.rules(), world.plan());
        for write in &plan.writes {
            for change in write.own.iter().filter(|change| change.value.is_none()) {
                let rule = rules.get(change.rule);
                let alike = |other: &Change<'_>| {
                    other.rule != change.rule && rule.group.is_some() && rules.get(other.rule).group == rule.group
                };
                prop_assert!(rule.target.item == "退職日" || write.own.iter().any(|other| alike(&other)));
            }
        }
    }

    #[test]
    fn counts_add_up(world in world()) {
        let counts = world.plan().counts;
        let sum = counts.created + counts.updated + counts.unchanged + counts.held + counts.rejected;
        prop_assert_eq!(counts.target, sum);
        prop_assert_eq!(counts.target + counts.skipped, world.source.people.len() as u64);
    }

    #[test]
    fn what_is_not_mapped_stays_with_whoever_stays(world in world()) {
        let after = applied(&world);
        let jobs = |rows: &[Row], name: &str| -> Vec<String> {
            let of = rows.iter().filter(|row| row.cell(0) == Cell::Text(name));
            let mut jobs: Vec<String> = of.filter_map(|row| row.cell(3).text()).map(str::to_owned).collect();
            jobs.sort();
            jobs
        };
        for (before, after) in world.destination.people.iter().zip(&after.destination.people) {
            let source = world.source.people.iter().filter(|person| person.code == before.code);
            let rows: Vec<&Row> = source.flat_map(|person| &person.dependents).collect();
            for name in ["子", "花"] {
                let stays = rows.iter().filter(|row| row.cell(0) == Cell::Text(name)).count();
                let held = before.dependents.iter().filter(|row| row.cell(0) == Cell::Text(name)).count();
                if held == 1 && stays == 1 {
                    prop_assert_eq!(jobs(&before.dependents, name), jobs(&after.dependents, name));
                }
            }
        }
    }
}
