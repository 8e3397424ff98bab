mod order;

use super::*;
use crate::sync::*;

const ITEMS: [&str; 8] = ["社員番号", "姓", "名", "メール", "入社日", "退職日", "所属", "月締"];
/// Written in a cell's place: the service doesn't have the item.
const ABSENT: &str = "-";
const TODAY: &str = "2026-11-21";

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A side whose people are written as `番号|姓|名|メール|入社日|退職日|所属|月締`; missing ends are blank.
fn people(lines: &[&str]) -> People {
    let person = |line: &&str| {
        let cells: Vec<&str> = line.split('|').collect();
        let cell = |item: usize| match cells.get(item).copied().unwrap_or_default() {
            ABSENT => Cell::Absent,
            text => Cell::of(text),
        };
        Person { code: cells[0].into(), row: Row::of((0..ITEMS.len()).map(cell)), dependents: Vec::new() }
    };
    People { columns: Columns::new(ITEMS), people: lines.iter().map(person).collect(), ..People::default() }
}

/// Two services in small, and what is looked for.
#[derive(Debug, Clone)]
struct World {
    source: People,
    destination: People,
    rules: Rules,
    policy: Policy,
    selection: Selection,
    created: BTreeSet<String>,
    open: Vec<OpenTodo>,
}

impl World {
    fn new(rule: TodoRule, source: &[&str], destination: &[&str]) -> Self {
        let item = |item: &str| Some(ItemRef::new("", item));
        let roles = Roles {
            source: SourceRoles {
                hire: Some("入社日".to_owned()),
                retire: Some("退職日".to_owned()),
                ..SourceRoles::default()
            },
            todo: TodoRoles { hire: item("入社日"), retire: item("退職日"), rules: vec![rule] },
            ..Roles::default()
        };
        World {
            source: people(source),
            destination: people(destination),
            rules: Rules { roles, ..Rules::default() },
            policy: Policy::default(),
            selection: Selection::default(),
            created: BTreeSet::new(),
            open: Vec::new(),
        }
    }

    /// People are found by 社員番号, or by 姓, 名 and メール.
    fn by_identity(mut self, future: FutureLeaver) -> Self {
        let items = || IdentityItems {
            number: "社員番号".to_owned(),
            name: ["姓".to_owned(), "名".to_owned()],
            mail: "メール".to_owned(),
            hire: "入社日".to_owned(),
            ..IdentityItems::default()
        };
        let roles = IdentityRoles {
            source: items(),
            destination: items(),
            unknown: Unknown::Create(future),
            doubt: Doubt::Hold,
        };
        self.rules.roles.scope = Scope::Everyone;
        self.rules.roles.matching = Matching::Identity(Box::new(roles));
        self
    }

    fn created(mut self, codes: &[&str]) -> Self {
        self.created.extend(codes.iter().map(ToString::to_string));
        self
    }

    fn open(mut self, code: &str, kind: &str, since: &str) -> Self {
        self.open.push(OpenTodo { code: code.to_owned(), kind: kind.to_owned(), since: date(since) });
        self
    }

    fn todo(&self) -> Vec<TodoItem> {
        let input = PlanInput {
            today: date(TODAY),
            source: &self.source,
            destination: &self.destination,
            rules: &self.rules,
            policy: &self.policy,
            selection: &self.selection,
            earlier: &Earlier::default(),
            decisions: Decisions::none(),
        };
        todo(&input, &self.created, &self.open)
    }

    fn codes(&self) -> Vec<String> {
        self.todo().into_iter().map(|item| item.code).collect()
    }
}

type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

fn each(rule: &TodoRule, change: impl Fn(World) -> World, cases: &[Case<'_>]) {
    for (case, source, destination, expected) in cases {
        let world = change(World::new(rule.clone(), source, destination));
        assert_eq!(world.codes(), *expected, "{case}");
    }
}

#[test]
fn who_left_in_the_source_and_is_blank_in_the_destination_is_retired_late() {
    each(
        &TodoRule::RetiredLate(LeftIn::Source),
        |world| world,
        &[
            ("left yesterday", &["A5|||||2026-11-20"], &["A5"], &["A5"]),
            ("leaves today", &["A5|||||2026-11-21"], &["A5"], &[]),
            ("nobody left", &["A5"], &["A5"], &[]),
            ("both know it", &["A5|||||2026-11-20"], &["A5|||||2026-11-19"], &[]),
            ("the destination has a text that is no day", &["A5|||||2026-11-20"], &["A5|||||退職"], &[]),
            ("the destination doesn't know the person", &["A5|||||2026-11-20"], &["B1"], &[]),
            ("spaces around the code", &["A5 |||||2026-11-20"], &[" A5"], &["A5"]),
            ("hired again under the old code", &["A5|||||2026-11-20", "A5||||2026-11-21"], &["A5"], &[]),
            ("nobody has the empty code", &["|||||2026-11-20"], &[""], &[]),
            ("the destination's day was not read", &["A5|||||2026-11-20"], &["A5|||||-"], &[]),
        ],
    );
}

#[test]
fn who_left_in_the_destination_and_is_blank_in_the_source_is_retired_late() {
    each(
        &TodoRule::RetiredLate(LeftIn::Destination),
        |world| world,
        &[
            ("left yesterday", &["A5"], &["A5|||||2026-11-20"], &["A5"]),
            ("leaves today", &["A5"], &["A5|||||2026-11-21"], &[]),
            ("both know it", &["A5|||||2026-11-20"], &["A5|||||2026-11-20"], &[]),
            ("the source doesn't know the person", &["B1"], &["A5|||||2026-11-20"], &[]),
        ],
    );
}

#[test]
fn a_padded_code_is_told_as_it_is_matched() {
    let rule = TodoRule::RetiredLate(LeftIn::Source);
    let mut world = World::new(rule, &["11|||||2026-11-20"], &["000011"]);
    world.policy.padding = Some(Padding { digits: 6 });
    assert_eq!(world.codes(), ["000011"]);
}

#[test]
fn who_has_no_department_is_told_if_the_link_is_about_them() {
    let rule = TodoRule::NoDepartment(ItemRef::new("", "所属"));
    each(
        &rule,
        |world| world,
        &[
            ("none", &["A1"], &["A1"], &["A1"]),
            ("one", &["A1"], &["A1||||||人事部"], &[]),
            ("対象外", &["A1|||||2026-11-20"], &["A1"], &[]),
            ("not in the source", &["A2"], &["A1"], &[]),
            ("not in the destination", &["A1"], &["A2||||||人事部"], &[]),
        ],
    );
    let new = |destination: &[&str]| World::new(rule.clone(), &["N1"], destination).created(&["N1"]);
    assert_eq!(new(&["A2||||||人事部"]).codes(), ["N1"], "created in this run");
    assert_eq!(new(&["N1||||||人事部"]).codes(), [""; 0], "created by an earlier attempt, and settled since");
    let mut some = World::new(rule.clone(), &["A1", "A2"], &["A1", "A2"]);
    some.selection.employees = vec!["A1".to_owned()];
    assert_eq!(some.codes(), ["A1"], "whom the job names, and nobody else");
    let mut strict = World::new(rule, &["A1", "A2||||2020-04-01"], &["A1", "A2"]);
    strict.policy.require_hire_date = true;
    assert_eq!(strict.codes(), ["A2"]);
}

#[test]
fn who_is_still_to_come_or_there_and_unknown_to_the_source_is_only_in_the_destination() {
    each(
        &TodoRule::OnlyDestination,
        |world| world,
        &[
            ("現職者", &["A1"], &["A1", "B1"], &["B1"]),
            ("入社予定者", &["A1"], &["A1", "B1||||2027-04-01"], &["B1"]),
            ("退職者", &["A1"], &["A1", "B1|||||2026-11-20"], &[]),
            ("leaves today", &["A1"], &["B1|||||2026-11-21"], &["B1"]),
            ("a 退職者 of the source is known", &["B1|||||2020-03-31"], &["B1"], &[]),
            ("whether they left was not read", &["A1"], &["A1", "B1|||||-"], &[]),
            ("a number that changed", &["11"], &["000011"], &["000011"]),
        ],
    );
}

#[test]
fn nobody_whom_the_source_points_at_is_only_in_the_destination() {
    each(
        &TodoRule::OnlyDestination,
        |world| world.by_identity(FutureLeaver::Skip),
        &[
            ("by number", &["A1|山田|花子|h@x"], &["A1|山田|花子|h@x"], &[]),
            ("by name and mail", &["A2|山田|花子|h@x"], &["A1|山田|花子|h@x"], &[]),
            ("by nothing", &["A2|山田|花子|h@x"], &["A1|鈴木|一|i@x"], &["A1"]),
            ("a number that may be somebody else's", &["A1|鈴木|一|i@x"], &["A1|山田|花子|h@x"], &[]),
            ("the same mail alone is held", &["A2|佐藤|花子|h@x"], &["A1|山田|花子|h@x"], &[]),
            ("a conflict points at both", &["A1|鈴木|一|i@x"], &["A1|山田|花子|h@x", "B1|鈴木|一|i@x"], &[]),
            (
                "a leaver whom the destination doesn't know",
                &["A2|山田|花子|h@x||2026-11-20"],
                &["A1|鈴木|一|i@x"],
                &["A1"],
            ),
        ],
    );
}

#[test]
fn an_account_is_to_be_deleted_once_its_person_has_left() {
    each(
        &TodoRule::RetiredAccount,
        |world| world.by_identity(FutureLeaver::Skip),
        &[
            ("left", &["A1|山田|花子|h@x||2026-11-20"], &["A1|山田|花子|h@x"], &["A1"]),
            ("found by name and mail", &["A2|山田|花子|h@x||2026-11-20"], &["A1|山田|花子|h@x"], &["A2"]),
            ("leaves today", &["A1|山田|花子|h@x||2026-11-21"], &["A1|山田|花子|h@x"], &[]),
            ("is unknown", &["A1|山田|花子|h@x||2026-11-20"], &["B1|鈴木|一|i@x"], &[]),
        ],
    );
}

#[test]
fn who_will_leave_and_was_never_registered_is_told() {
    for (future, expected) in [(FutureLeaver::Skip, &["A1", "A2"][..]), (FutureLeaver::Create, &["A1"])] {
        let source = [
            "A1|山田|花子|h@x||2026-11-21",
            "A2|佐藤|次|j@x||2027-03-31",
            "A3|鈴木|一|i@x||2026-11-20",
            "A4|田中|三|s@x",
            "B1|高橋|四|y@x||2027-03-31",
        ];
        let world = World::new(TodoRule::FutureLeaver, &source, &["B1|高橋|四|y@x"]).by_identity(future);
        assert_eq!(world.codes(), expected, "{future:?}");
    }
}

/// `所属` stands for an item that the destination fills by itself with `対象`.
fn auto_filled(source: &[&str], destination: &[&str]) -> World {
    let items = vec![
        (ItemRef::new("", "所属"), "対象".to_owned()),
        (ItemRef::new("", "not read"), "加入".to_owned()),
    ];
    World::new(TodoRule::AutoFilled(items), source, destination).by_identity(FutureLeaver::Skip)
}

#[test]
fn auto_filled_items_are_told_once_and_close_when_somebody_changed_them_or_after_thirty_days() {
    let new = auto_filled(&["A1|山田|花子|h@x"], &[]).created(&["A1"]);
    let told: Vec<_> = new.todo().into_iter().map(|item| (item.code, item.kind, item.since)).collect();
    assert_eq!(told, [("A1".to_owned(), "T_AUTOFILLED", date(TODAY))]);

    let still = |held: &str, since: &str| {
        auto_filled(&["A1|山田|花子|h@x"], &[held]).open("A1", "T_AUTOFILLED", since).todo()
    };
    let first = still("A1|山田|花子|h@x|||対象", "2026-10-23");
    assert_eq!(first.iter().map(|item| item.since).collect::<Vec<_>>(), [date("2026-10-23")]);
    for (case, held, since) in [
        ("thirty days", "A1|山田|花子|h@x|||対象", "2026-10-22"),
        ("changed", "A1|山田|花子|h@x|||対象外", "2026-11-20"),
        ("emptied", "A1|山田|花子|h@x|||", "2026-11-20"),
        ("gone", "B1|鈴木|一|i@x|||対象", "2026-11-20"),
    ] {
        assert_eq!(still(held, since), [], "{case}");
    }
    assert_eq!(still("A1|山田|花子|h@x|||-", "2026-10-23").len(), 1, "not read: by days alone");
    assert_eq!(still("A9|山田|花子|h@x|||対象", "2026-11-20").len(), 1, "known under another number");
    let lone = auto_filled(&[], &["A1|山田|花子|h@x|||対象"]).open("A1", "T_AUTOFILLED", "2026-11-20");
    assert_eq!(lone.codes(), ["A1"], "the source has the person no more, the destination does");
    let other = auto_filled(&["A1"], &["A1||||||対象"]).open("A1", "T_ONLY_DEST", "2026-11-20");
    assert_eq!(other.codes(), [""; 0], "another kind is not this one");
}

#[test]
fn a_month_that_is_not_closed_is_told_of_those_whom_the_destination_knows() {
    let rule = TodoRule::NotClosed { column: "月締".to_owned(), month: "2026-10".to_owned() };
    let source = ["A1|山田|花子|h@x||||未締め", "A2|佐藤|次|j@x", "A3|鈴木|一|i@x||||未締め"];
    let world = World::new(rule, &source, &["A1|山田|花子|h@x", "A2|佐藤|次|j@x"]);
    let told: Vec<_> = world
        .by_identity(FutureLeaver::Skip)
        .todo()
        .into_iter()
        .map(|item| (item.code, item.message))
        .collect();
    assert_eq!(told, [("A1".to_owned(), "2026-10の勤怠が未締めです。".to_owned())]);
}

#[test]
fn what_stays_keeps_its_first_day_and_what_is_settled_is_gone() {
    let rule = TodoRule::RetiredLate(LeftIn::Source);
    let source = ["A5|||||2026-11-01", "A6|||||2026-11-01", "A7|||||2026-11-01"];
    let world = World::new(rule, &source, &["A5", "A6|||||2026-11-01", "A7"])
        .open("A5", "T_RETIRED_LATE", "2026-11-02")
        .open("A6", "T_RETIRED_LATE", "2026-11-02")
        .open("A7", "T_ONLY_DEST", "2026-11-02");
    let told: Vec<_> = world.todo().into_iter().map(|item| (item.code, item.since)).collect();
    assert_eq!(told, [("A5".to_owned(), date("2026-11-02")), ("A7".to_owned(), date(TODAY))]);
    let ahead = world.open("A7", "T_RETIRED_LATE", "2026-12-01").todo();
    assert_eq!(ahead[1].since, date(TODAY), "a clock that was set back doesn't see the future");
}

#[test]
fn what_can_not_be_seen_stays_open() {
    let open = |world: World, kind: &str| world.open("A5", kind, "2026-11-02").codes();
    for (rule, kind, source, destination) in [
        (TodoRule::RetiredLate(LeftIn::Source), "T_RETIRED_LATE", "A5|||||-", "A5"),
        (TodoRule::RetiredLate(LeftIn::Destination), "T_RETIRED_LATE", "A5|||||-", "A5|||||2026-11-01"),
        (TodoRule::OnlyDestination, "T_ONLY_DEST", "B1", "A5|||||-"),
        (TodoRule::RetiredAccount, "T_RETIRED_ACCOUNT", "A5|||||-", "A5"),
        (TodoRule::FutureLeaver, "T_FUTURE_LEAVER", "A5|||||-", "B1"),
        (TodoRule::NoDepartment(ItemRef::new("", "所属")), "T_NO_DEPARTMENT", "A5", "A5||||||-"),
        (
            TodoRule::NotClosed { column: "月締".to_owned(), month: "2026-10".to_owned() },
            "T_NOT_CLOSED",
            "A5|||||||-",
            "A5",
        ),
    ] {
        let world = World::new(rule, &[source], &[destination]);
        assert_eq!(open(world.clone(), kind), ["A5"], "{kind}");
        assert_eq!(open(world, "T_AUTOFILLED"), [""; 0], "{kind}");
    }
}

#[test]
fn a_run_about_named_people_opens_and_closes_only_what_is_theirs() {
    let kind = "T_RETIRED_LATE";
    let left = ["A1|||||2026-11-20", "A2|||||2026-11-20", "A4", "A5", "000007|||||2026-11-20"];
    let mut world =
        World::new(TodoRule::RetiredLate(LeftIn::Source), &left, &["A1", "A2", "A4", "A5", "000007"])
            .open("A4", kind, "2026-11-02")
            .open("A5", kind, "2026-11-02")
            .open("gone", kind, "2026-11-03");
    assert_eq!(world.codes(), ["000007", "A1", "A2"], "a run about everybody closes what is not found");
    world.selection.employees = vec!["A1".to_owned(), "A5".to_owned(), "7".to_owned()];
    world.policy.padding = Some(Padding { digits: 6 });
    let todo = world.todo();
    let days: Vec<_> = todo.iter().map(|item| (&*item.code, item.since.to_string())).collect();
    let expected = [("000007", TODAY), ("A1", TODAY), ("A4", "2026-11-02"), ("gone", "2026-11-03")];
    assert_eq!(days, expected.map(|(code, day)| (code, day.to_owned())));
}

#[test]
fn what_the_destination_has_not_is_neither_read_nor_asked_for() {
    let item = |item: &str| ItemRef::new("", item);
    let mut roles = TodoRoles {
        hire: Some(item("入社日")),
        retire: Some(item("退職日")),
        rules: vec![
            TodoRule::NoDepartment(item("所属")),
            TodoRule::AutoFilled(vec![(item("健診"), "対象".to_owned())]),
        ],
    };
    let targets = |roles: &TodoRoles| roles.targets().map(|item| item.item.clone()).collect::<Vec<_>>();
    assert_eq!(targets(&roles), ["入社日", "退職日", "所属"]);
    roles.retain(|item| item.item == "退職日");
    assert_eq!(targets(&roles), ["退職日"]);
    assert_eq!(roles.rules, [TodoRule::AutoFilled(vec![(item("健診"), "対象".to_owned())])]);
}
