//! Planning 100,000 people × 40 items of whom 2 % changed: at most 0.5 s on one core (`DESIGN` §15).
//!
//! The people are made by rule, not by chance: the same on every machine. Every fourth name differs in its space and every fifth
//! phone number in its hyphens, as registers do; every third person has two dependants.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use renkei::sync::{
    Cell, Columns, Decisions, Earlier, ItemMapping, ItemRef, Kind, Layout, LayoutItem, LayoutSheet, Mapping,
    People, Person, Plan, PlanInput, Policy, Roles, Row, Rules, Selection, Source, SourceRoles, Text, plan,
    resolve,
};

const PEOPLE: usize = 100_000;
/// One in this many has another phone number.
const CHANGED: usize = 50;
const TEXTS: usize = 28;
const DATES: usize = 8;
const SELECTS: [&str; 2] = ["男性", "女性"];

fn main() {
    divan::main();
}

fn mapped(sheet: &str, item: &str, source: Source, text: Text) -> ItemMapping {
    ItemMapping {
        target: ItemRef::new(sheet, item),
        source,
        value_map: BTreeMap::new(),
        text,
        blank: None,
        group: None,
        allow_mynumber: false,
        guard_exempt: false,
        create_only: false,
    }
}

fn item(id: u64, name: &str, kind: Kind) -> LayoutItem {
    LayoutItem { id, name: name.to_owned(), kind, ..LayoutItem::default() }
}

fn name() -> Source {
    Source::Join { items: vec!["氏".to_owned(), "名".to_owned()], separator: "　".to_owned() }
}

/// 40 items: a joined name, a phone number, two selects, 8 dates, 28 texts; and 3 of dependants.
fn mapping() -> (Mapping, Layout) {
    let select = || Kind::Select(SELECTS.map(str::to_owned).to_vec());
    let mut lines = vec![
        (mapped("基本情報", "氏名", name(), Text::Name), Kind::Text),
        (mapped("基本情報", "電話番号", Source::Item("電話番号".to_owned()), Text::Digits), Kind::Text),
        (mapped("基本情報", "性別", Source::Item("性別".to_owned()), Text::Plain), select()),
        (mapped("基本情報", "区分", Source::Item("区分".to_owned()), Text::Plain), select()),
    ];
    let column =
        |name: String, kind: Kind| (mapped("本人", &name, Source::Item(name.clone()), Text::Plain), kind);
    lines.extend((0..DATES).map(|n| column(format!("日付{n}"), Kind::Date)));
    lines.extend((0..TEXTS).map(|n| column(format!("項目{n}"), Kind::Text)));
    assert_eq!(lines.len(), 40);
    let rows = [("氏名", Kind::Text), ("続柄", select()), ("生年月日", Kind::Date)];
    let sheet = |id: u64, name: &str, multi: bool, items: Vec<LayoutItem>| LayoutSheet {
        id,
        name: name.to_owned(),
        multi,
        items,
    };
    let of = |sheet: &str| {
        let mine = lines.iter().filter(|(line, _)| line.target.sheet == sheet);
        mine.zip(1..).map(|((line, kind), id)| item(id, &line.target.item, kind.clone())).collect()
    };
    let layout = Layout {
        sheets: vec![
            sheet(0, "基本情報", false, of("基本情報")),
            sheet(1, "本人", false, of("本人")),
            sheet(2, "扶養", true, rows.iter().map(|(name, kind)| item(9, name, kind.clone())).collect()),
        ],
    };
    let dependents =
        rows.map(|(name, _)| mapped("扶養", name, Source::Item(name.to_owned()), Text::Plain)).to_vec();
    (Mapping { self_items: lines.into_iter().map(|(line, _)| line).collect(), dependents }, layout)
}

fn code(n: usize) -> Box<str> {
    format!("E{n:06}").into()
}

fn day(n: usize) -> String {
    format!("{}-{:02}-{:02}", 1960 + n % 60, n % 12 + 1, n % 28 + 1)
}

fn dependants(n: usize) -> Vec<Row> {
    let child = |place| {
        let (name, born) = (format!("山田 子{place}"), day(n + place));
        Row::of([Cell::Text(&name), Cell::Text(SELECTS[place]), Cell::Text(&born)])
    };
    if n.is_multiple_of(3) { (0..2).map(child).collect() } else { Vec::new() }
}

/// The cells after name and phone number, which are equal on both sides.
fn rest(n: usize) -> Vec<String> {
    let mut cells = vec![SELECTS[n % 2].to_owned(), SELECTS[n % 2].to_owned()];
    cells.extend((0..DATES).map(|place| day(n + place)));
    let text = |place: usize| {
        if (n + place).is_multiple_of(4) { String::new() } else { format!("値{place}の{n}番目") }
    };
    cells.extend((0..TEXTS).map(text));
    cells
}

fn people(first: &[&str], cells: impl Fn(usize) -> Vec<String>) -> People {
    let mut columns: Vec<String> = first.iter().map(ToString::to_string).collect();
    columns.extend(["性別", "区分"].map(|name| format!("基本情報/{name}")));
    columns.extend((0..DATES).map(|n| format!("本人/日付{n}")));
    columns.extend((0..TEXTS).map(|n| format!("本人/項目{n}")));
    let person = |n: usize| {
        let cells: Vec<String> = cells(n).into_iter().chain(rest(n)).collect();
        let row = Row::of(cells.iter().map(|cell| Cell::of(cell)));
        Person { code: code(n), row, dependents: dependants(n) }
    };
    People {
        columns: Columns::new(columns),
        dependent_columns: Columns::new(["扶養/氏名", "扶養/続柄", "扶養/生年月日"]),
        // By nobody's order of codes.
        people: (0..PEOPLE).map(|n| person(n * 7919 % PEOPLE)).collect(),
        announced: None,
    }
}

fn bare(people: People) -> People {
    let bare = |columns: &Columns| {
        Columns::new(
            columns.names().iter().map(|name| name.split_once('/').map_or(&**name, |(_, item)| item)),
        )
    };
    People { columns: bare(&people.columns), dependent_columns: bare(&people.dependent_columns), ..people }
}

struct World {
    source: People,
    destination: People,
    rules: Rules,
    policy: Policy,
    selection: Selection,
    earlier: Earlier,
}

fn world() -> World {
    let source = people(&["氏", "名", "電話番号"], |n| {
        let phone = if n.is_multiple_of(CHANGED) { "080-0000".to_owned() } else { format!("090-{n:04}") };
        vec!["山田".to_owned(), format!("太郎{n}"), phone]
    });
    let destination = people(&["基本情報/氏名", "基本情報/電話番号"], |n| {
        let space = if n.is_multiple_of(4) { " " } else { "　" };
        let hyphen = if n.is_multiple_of(5) { "" } else { "-" };
        vec![format!("山田{space}太郎{n}"), format!("090{hyphen}{n:04}")]
    });
    let (lines, layout) = mapping();
    let roles = Roles {
        source: SourceRoles {
            hire: Some("日付0".to_owned()),
            retire: Some("退職年月日".to_owned()),
            ..SourceRoles::default()
        },
        ..Roles::default()
    };
    let (policy, selection) = (Policy::default(), Selection::default());
    let bound = resolve(&lines, &policy, &layout, &roles, &selection).expect("the layout holds the mapping");
    World { source: bare(source), destination, rules: bound, policy, selection, earlier: Earlier::default() }
}

fn planned(world: &World) -> Plan {
    plan(&PlanInput {
        today: NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day of the calendar"),
        source: &world.source,
        destination: &world.destination,
        rules: &world.rules,
        policy: &world.policy,
        selection: &world.selection,
        earlier: &world.earlier,
        decisions: Decisions::none(),
    })
}

/// 2 % changed.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn two_per_cent_changed(bencher: divan::Bencher<'_, '_>) {
    let world = world();
    assert_eq!(planned(&world).writes.len(), PEOPLE / CHANGED);
    bencher.bench_local(|| planned(&world));
}

/// A first run: everybody is created.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn everybody_new(bencher: divan::Bencher<'_, '_>) {
    let mut world = world();
    world.destination.people.clear();
    assert_eq!(planned(&world).writes.len(), PEOPLE);
    bencher.bench_local(|| planned(&world));
}
