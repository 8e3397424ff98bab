//! Who is whom where 社員番号 alone doesn't say (`reference/mediment.md` D1, D2).

use super::*;

const ITEMS: [&str; 8] = ["社員番号", "姓", "名", "メイ", "メールアドレス", "事業所", "入社日", "退職日"];

/// HRMOS勤怠 and mediment in small. People are written as `番号|姓|名|メイ|メール|事業所|入社日|退職日`; missing ends are blank.
#[derive(Debug, Clone)]
pub(super) struct Clinic {
    source: People,
    pub(super) destination: People,
    roles: IdentityRoles,
    pub(super) earlier: Earlier,
    pub(super) decisions: Decisions,
    blank: BlankPolicy,
    near: NearDuplicates,
}

impl Clinic {
    pub(super) fn new(source: &[&str], destination: &[&str]) -> Self {
        let items = || IdentityItems {
            number: "社員番号".to_owned(),
            name: ["姓".to_owned(), "名".to_owned()],
            first_kana: "メイ".to_owned(),
            mail: "メールアドレス".to_owned(),
            hire: "入社日".to_owned(),
        };
        Clinic {
            source: people(source, |at, number| match number.trim() {
                "" => format!("(ID:{at})"),
                _ => number.to_owned(),
            }),
            destination: people(destination, |_, number| number.to_owned()),
            roles: IdentityRoles {
                source: items(),
                destination: items(),
                unknown: Unknown::Create(FutureLeaver::Skip),
                doubt: Doubt::Hold,
            },
            earlier: Earlier::default(),
            decisions: Decisions::default(),
            blank: BlankPolicy::Keep,
            near: NearDuplicates::Hold,
        }
    }

    pub(super) fn plan(&self) -> (Rules, Plan) {
        self.plan_of(&Selection::default())
    }

    /// The plan of a run about these people and items.
    pub(super) fn plan_of(&self, selection: &Selection) -> (Rules, Plan) {
        let line = |item: &&str| ItemMapping {
            text: match *item {
                "メールアドレス" => Text::Mail,
                "社員番号" | "姓" | "名" => Text::Name,
                _ => Text::Plain,
            },
            blank: matches!(*item, "社員番号" | "メールアドレス").then_some(BlankPolicy::Keep),
            ..line("", item, Source::Item((*item).to_owned()))
        };
        let mapping = Mapping { self_items: ITEMS.iter().map(line).collect(), dependents: Vec::new() };
        let item = |item: &&str| LayoutItem {
            name: (*item).to_owned(),
            kind: if item.ends_with('日') { Kind::Date } else { Kind::Text },
            required: matches!(*item, "姓" | "名"),
            ..LayoutItem::default()
        };
        let sheet =
            LayoutSheet { id: 0, name: String::new(), multi: false, items: ITEMS.iter().map(item).collect() };
        let roles = Roles {
            scope: Scope::Everyone,
            matching: Matching::Identity(Box::new(self.roles.clone())),
            source: SourceRoles {
                hire: Some("入社日".to_owned()),
                retire: Some("退職日".to_owned()),
                ..SourceRoles::default()
            },
            destination: DestinationRoles {
                retire: Some(ItemRef::new("", "退職日")),
                ..DestinationRoles::default()
            },
            ..Roles::default()
        };
        let policy = Policy { blank: self.blank, near_duplicates: self.near, ..Policy::default() };
        let layout = Layout { sheets: vec![sheet] };
        let bound = resolve(&mapping, &policy, &layout, &roles, selection).unwrap();
        let input = PlanInput {
            today: date("2026-11-21"),
            source: &self.source,
            destination: &self.destination,
            rules: &bound,
            policy: &policy,
            selection,
            earlier: &self.earlier,
            decisions: &self.decisions,
        };
        let plan = plan(&input);
        explained::agrees(&input, &plan);
        (bound, plan)
    }

    /// A line for everybody who is not unchanged or 対象外, `A1 updated 社員番号=A2`, then those who are 対象外 by reason.
    pub(super) fn shown(&self) -> Vec<String> {
        let (rules, plan) = self.plan();
        let write = |code: &str| {
            let write = plan.writes.iter().find(|write| &*write.code == code);
            let own = write.map(|write| write.own.iter().collect::<Vec<_>>()).unwrap_or_default();
            own.into_iter().fold(String::new(), |text, change| {
                format!("{text} {}={}", rules.get(change.rule).target.item, change.value.unwrap_or("∅"))
            })
        };
        let person = |person: &PersonOutcome| {
            let codes = [""].into_iter().chain(person.problems.iter().map(|problem| problem.code));
            let problems = codes.collect::<Vec<_>>().join(" ");
            let written =
                if person.outcome == Outcome::Updated { write(&person.code) } else { String::new() };
            format!("{} {}{problems}{written}", person.code, person.outcome.as_str())
        };
        let skipped = plan.skipped.iter().map(|(reason, people)| format!("{reason} {people}"));
        plan.outcomes.iter().map(person).chain(skipped).collect()
    }
}

pub(super) fn people(lines: &[&str], code: impl Fn(usize, &str) -> String) -> People {
    let person = |(at, line): (usize, &&str)| {
        let cells: Vec<&str> = line.split('|').collect();
        let row =
            Row::of((0..ITEMS.len()).map(|item| Cell::of(cells.get(item).copied().unwrap_or_default())));
        Person { code: code(at, cells[0]).into(), row, dependents: Vec::new() }
    };
    People {
        columns: Columns::new(ITEMS),
        people: lines.iter().enumerate().map(person).collect(),
        ..People::default()
    }
}

pub(super) const HANAKO: &str = "A1|山田|花子|ハナコ|hanako@example.com|本社|2020-04-01|";

/// A case: one person of the source, one of the destination, and what is shown.
type Case<'a> = (&'a str, &'a str, &'a str, &'a [&'a str]);

fn hold(cases: &[Case<'_>]) {
    for (case, source, destination, expected) in cases {
        assert_eq!(Clinic::new(&[source], &[destination]).shown(), *expected, "{case}");
    }
}

#[test]
fn people_are_found_by_number_or_by_name_and_mail() {
    hold(&[
        ("E01 nobody knows them", HANAKO, "B9|鈴木|一|ハジメ|h@example.com||2019-04-01|", &["A1 created"]),
        (
            "E02 the same number",
            HANAKO,
            "A1|山田|花子|ハナコ|old@example.com|本社|2020-04-01|",
            &["A1 updated メールアドレス=hanako@example.com"],
        ),
        (
            "E03 the same name and mail",
            HANAKO,
            "Z9|山田|花子|ハナコ|hanako@example.com|本社|2020-04-01|",
            &["A1 updated 社員番号=A1"],
        ),
        (
            "E04 the same name alone",
            HANAKO,
            "Z9|山田|花子|ハナコ|other@example.com|本社|2020-04-01|",
            &["A1 created"],
        ),
        (
            "E05 the same mail alone",
            HANAKO,
            "Z9|佐藤|花子|ハナコ|hanako@example.com|本社|2020-04-01|",
            &["A1 held H_SAME_MAIL"],
        ),
        (
            "E06 a marriage",
            "A1|佐藤|花子|ハナコ|sato@example.com|本社|2020-04-01|",
            HANAKO,
            &["A1 updated 姓=佐藤 メールアドレス=sato@example.com"],
        ),
    ]);
}

#[test]
fn blank_items_find_nobody_and_empty_nothing() {
    hold(&[
        (
            "E14 no mail any more",
            "A1|山田|花子|ハナコ||支社|2020-04-01|",
            HANAKO,
            &["A1 updated 事業所=支社"],
        ),
        (
            "E15 no mail at all",
            "A1|山田|花子|ハナコ||本社|2020-04-01|",
            "Z9|山田|花子|ハナコ|||2020-04-01|",
            &["A1 created"],
        ),
        (
            "E16 no number",
            "|山田|花子|ハナコ|hanako@example.com|支社|2020-04-01|",
            HANAKO,
            &["(ID:0) updated 事業所=支社"],
        ),
        ("E17 neither number nor mail", "|山田|花子|ハナコ|||2020-04-01|", HANAKO, &["unidentifiable 1"]),
        (
            "E18 no number, unknown",
            "|山田|花子|ハナコ|hanako@example.com|本社|2020-04-01|",
            "Z9|鈴木|一||h@example.com|||",
            &["(ID:0) created"],
        ),
        (
            "E23 the number of somebody else",
            "A1|鈴木|一|ハジメ|h@example.com||2026-10-01|",
            HANAKO,
            &["A1 held H_NUMBER_REUSED"],
        ),
        (
            "E25 leading zeros",
            "0012|山田|花子|ハナコ|a@example.com||2020-04-01|",
            "12|鈴木|一|ハジメ|b@example.com||2019-04-01|",
            &["0012 held H_NEAR_DUPLICATE"],
        ),
        (
            "E26 width, spaces, case",
            "Ａ１|山　田|花子|ハナコ|Hanako@Example.com|本社|2020-04-01|",
            HANAKO,
            &[],
        ),
        ("E27 no office", "A1|山田|花子|ハナコ|hanako@example.com||2020-04-01|", HANAKO, &[]),
    ]);
}

#[test]
fn people_who_leave_are_created_by_nobody_and_updated_where_they_are_known() {
    let leaver = |day: &str| format!("A1|山田|花子|ハナコ|hanako@example.com|本社|2020-04-01|{day}");
    for (case, day) in [("E07", "2026-11-01"), ("E08", "2026-12-31"), ("E09", "2026-11-21")] {
        let unknown = Clinic::new(&[&leaver(day)], &["B9|鈴木|一|||||"]);
        assert_eq!(unknown.shown(), ["retired_unknown 1"], "{case}");
        assert_eq!(unknown.plan().1.counts.target, 0, "{case}");
    }
    let mut clinic = Clinic::new(&[&leaver("2026-12-31")], &["B9|鈴木|一|||||"]);
    clinic.roles.unknown = Unknown::Create(FutureLeaver::Create);
    assert_eq!(clinic.shown(), ["A1 created"], "E08 with future_leaver: create");
    let known = Clinic::new(&[&leaver("2026-11-01")], &[HANAKO]);
    assert_eq!(known.shown(), ["A1 updated 退職日=2026-11-01"], "E10");
    let back = Clinic::new(&[HANAKO], &[&leaver("2026-11-01")]);
    assert_eq!(back.shown(), ["A1 updated 退職日=∅"], "E12");
    let gone = Clinic::new(&["B9|鈴木|一|||||"], &[HANAKO, "B9|鈴木|一|||||"]);
    assert_eq!(gone.shown(), [""; 0], "E13");
}

#[test]
fn nobody_is_written_where_one_could_be_another() {
    let same = "山田|花子|ハナコ|hanako@example.com|本社|2020-04-01|";
    let with = |number: &str| format!("{number}|{same}");
    let other = "|鈴木|一|ハジメ|h@example.com||2019-04-01|";
    for (case, source, destination, expected) in [
        (
            "E19 blank numbers are nobody's",
            vec![with(""), other.to_owned()],
            vec!["|佐藤|次郎|ジロウ|j@example.com||2019-04-01|".to_owned()],
            &["(ID:0) created", "(ID:1) created"][..],
        ),
        (
            "E20 twice in the source",
            vec![with("A1"), with("A2")],
            vec![],
            &["A1 rejected E_CONFLICT", "A2 rejected E_CONFLICT"],
        ),
        (
            "E21 twice in the destination",
            vec![with("A1")],
            vec![with("X1"), with("X2")],
            &["A1 rejected E_CONFLICT"],
        ),
        (
            "E22 one by number, one by name",
            vec![with("A1")],
            vec![format!("A1{other}"), with("X2")],
            &["A1 rejected E_CONFLICT"],
        ),
        (
            "E24 numbers swapped",
            vec![with("A1"), format!("A2{other}")],
            vec![with("A2"), format!("A1{other}")],
            &["A1 rejected E_CONFLICT", "A2 rejected E_CONFLICT"],
        ),
        (
            "D1.4 two who are one there",
            vec![with("A1"), with("A2")],
            vec![with("A1")],
            &["A1 rejected E_CONFLICT", "A2 rejected E_CONFLICT"],
        ),
        (
            "one number twice",
            vec![with("A1"), format!("A1{other}")],
            vec![],
            &["A1 rejected E_CONFLICT", "A1 rejected E_CONFLICT"],
        ),
    ] {
        let lines = |lines: &'static [String]| lines.iter().map(String::as_str).collect::<Vec<_>>();
        let (source, destination) = (lines(source.leak()), lines(destination.leak()));
        assert_eq!(Clinic::new(&source, &destination).shown(), expected, "{case}");
    }
}

#[test]
fn a_strict_reading_creates_and_updates_where_the_safe_one_holds() {
    let mut mail = Clinic::new(&[HANAKO], &["Z9|佐藤|花子|ハナコ|hanako@example.com|本社|2020-04-01|"]);
    mail.roles.doubt = Doubt::Ignore;
    assert_eq!(mail.shown(), ["A1 created"], "E05");
    let mut reused = Clinic::new(&["A1|鈴木|一|ハジメ|h@example.com|本社|2020-04-01|"], &[HANAKO]);
    reused.roles.doubt = Doubt::Ignore;
    assert!(reused.shown()[0].starts_with("A1 updated"), "E23");
}

#[test]
fn who_left_is_no_new_owner_of_a_number() {
    let left = "A1|鈴木|一|ハジメ|h@example.com||2015-10-01|2018-03-31";
    assert_eq!(Clinic::new(&[left], &[HANAKO]).shown(), ["retired_unknown 1"]);
}

#[test]
fn a_flow_that_creates_nobody_leaves_strangers_and_doubtful_people_out() {
    let reused = "A1|鈴木|一|ハジメ|h@example.com||2026-10-01|";
    let mut clinic = Clinic::new(&[reused, "A7|佐藤|次|ツギ|t@example.com|||"], &[HANAKO]);
    clinic.roles.unknown = Unknown::Skip("unknown_employee");
    assert_eq!(clinic.shown(), ["unknown_employee 2"]);
}

#[test]
fn a_resumed_run_finds_its_own_people_as_a_clean_one() {
    let twins = [
        "A1|山田|花子|ハナコ|home@example.com||2020-04-01|",
        "A2|山田|太郎|タロウ|home@example.com||2021-04-01|",
    ];
    let clean = Clinic::new(&twins, &["B9|鈴木|一|||||"]);
    assert_eq!(clean.shown(), ["A1 created", "A2 created"]);
    let mut resumed = Clinic::new(&twins, &["B9|鈴木|一|||||", twins[0]]);
    resumed.earlier.people.insert("A1".to_owned(), Intended { create: true, ..Intended::default() });
    assert_eq!(resumed.shown(), ["A1 created", "A2 created"]);
    assert_eq!(resumed.plan().1.writes.len(), 1);
    let unnumbered = [twins[0].trim_start_matches("A1"), twins[1]];
    let mut resumed = Clinic::new(&unnumbered, &["B9|鈴木|一|||||", unnumbered[0]]);
    resumed.earlier.people.insert("(ID:0)".to_owned(), Intended { create: true, ..Intended::default() });
    assert_eq!(resumed.shown(), ["(ID:0) created", "A2 created"]);
}

#[test]
fn the_order_of_people_changes_nothing() {
    let source = [
        HANAKO,
        "A2|佐藤|次|ツギ|t@example.com||2020-04-01|",
        "|鈴木|一|ハジメ|h@example.com|||",
        "A4|高橋|三|ミツ|s@example.com|||",
    ];
    let destination = [
        "A1|山田|花子|ハナコ|x@example.com|本社|2020-04-01|",
        "X2|林|四|ヨ|s@example.com|||",
        "X1|森|五|ゴ|s@example.com|||",
    ];
    let forward = Clinic::new(&source, &destination);
    let mut backward = forward.clone();
    backward.source.people.reverse();
    backward.destination.people.reverse();
    assert_eq!(forward.shown(), backward.shown());
    let problem = |clinic: &Clinic| {
        clinic.plan().1.outcomes.iter().flat_map(|person| person.problems.clone()).collect::<Vec<_>>()
    };
    assert_eq!(problem(&forward), problem(&backward));
}

#[test]
fn an_approval_creates_whom_a_doubt_held_and_a_rejection_silences_the_doubt() {
    let mail = ["Z9|佐藤|花子|ハナコ|hanako@example.com|本社|2020-04-01|"];
    let decided = |verdict| [("A1", "Z9", verdict)].into_iter().collect::<Decisions>();
    let mut clinic = Clinic::new(&[HANAKO], &mail);
    clinic.decisions = decided(Verdict::Approved);
    assert_eq!(clinic.shown(), ["A1 created"]);
    assert_eq!(clinic.plan().1.approved.len(), 1);
    clinic.decisions = decided(Verdict::Rejected);
    assert_eq!(clinic.shown(), ["A1 held H_SAME_MAIL"]);
    assert!(clinic.plan().1.outcomes[0].problems[0].is_silenced());
    let mut reused = Clinic::new(&["A1|鈴木|一|ハジメ|h@example.com||2026-10-01|"], &[HANAKO]);
    reused.decisions = [("A1", "A1", Verdict::Approved)].into_iter().collect();
    assert_eq!(reused.shown(), ["A1 created"], "a different person: never an update of the other one");
}
