//! A small world of two services to plan in.

mod again;
mod back;
mod carried;
mod decided;
mod dependents;
mod explained;
mod identity;
mod own;
mod people;
mod properties;
mod rivals;
mod unlisted;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::sync::*;

/// Written in a cell's place: the service doesn't have the item.
pub(super) const ABSENT: &str = "\u{0}";

pub(super) const SOURCE: [&str; 18] = [
    "氏",
    "名",
    "氏(カナ)",
    "名(カナ)",
    "ビジネスネーム氏",
    "ビジネスネーム名",
    "性別",
    "入社年月日",
    "退職年月日",
    "生年月日",
    "郵便番号",
    "市区町村",
    "建物名",
    "電話番号",
    "備考",
    "月額",
    "資格",
    "適用月",
];
const ROWS: [&str; 4] = ["氏", "名", "続柄", "生年月日"];

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn join(items: &[&str]) -> Source {
    Source::Join { items: items.iter().map(ToString::to_string).collect(), separator: "　".to_owned() }
}

fn line(sheet: &str, item: &str, source: Source) -> ItemMapping {
    ItemMapping {
        target: ItemRef::new(sheet, item),
        source,
        value_map: BTreeMap::new(),
        text: Text::Plain,
        blank: None,
        group: None,
        allow_mynumber: false,
        guard_exempt: false,
        create_only: false,
    }
}

pub(in crate::sync) fn mapping() -> Mapping {
    let basic = |item: &str, source: &str| line(ItemRef::BASIC, item, Source::Item(source.to_owned()));
    let sheet = |item: &str| line("本人", item, Source::Item(item.to_owned()));
    let grouped = |group: &str, text: Text, line: ItemMapping| ItemMapping {
        group: Some(group.to_owned()),
        text,
        ..line
    };
    let name = Source::Prefer {
        when_filled: vec!["ビジネスネーム氏".to_owned(), "ビジネスネーム名".to_owned()],
        preferred: Box::new(join(&["ビジネスネーム氏", "ビジネスネーム名"])),
        otherwise: Box::new(join(&["氏", "名"])),
    };
    let row = |item: &str, source: Source| line("扶養", item, source);
    Mapping {
        self_items: vec![
            grouped("氏名", Text::Name, line(ItemRef::BASIC, "氏名", name)),
            grouped("氏名", Text::Kana, line(ItemRef::BASIC, "フリガナ", join(&["氏(カナ)", "名(カナ)"]))),
            basic("性別", "性別"),
            basic("入社日", "入社年月日"),
            basic("退職日", "退職年月日"),
            basic("生年月日", "生年月日"),
            grouped("住所", Text::Digits, sheet("郵便番号")),
            grouped("住所", Text::Plain, sheet("市区町村")),
            grouped("住所", Text::Plain, sheet("建物名")),
            ItemMapping { text: Text::Digits, ..sheet("電話番号") },
            sheet("備考"),
            sheet("月額"),
            sheet("資格"),
            sheet("適用月"),
        ],
        dependents: vec![
            ItemMapping { text: Text::Name, ..row("氏名", join(&["氏", "名"])) },
            row("続柄", Source::Item("続柄".to_owned())),
            row("生年月日", Source::Item("生年月日".to_owned())),
        ],
    }
}

pub(in crate::sync) fn layout() -> Layout {
    let item = |name: &str, kind: Kind| LayoutItem { name: name.to_owned(), kind, ..LayoutItem::default() };
    let ids = |items: Vec<LayoutItem>| {
        items.into_iter().zip(1..).map(|(item, id)| LayoutItem { id, ..item }).collect()
    };
    let master = |values: &[&str]| values.iter().map(ToString::to_string).collect();
    let sheet = |id: u64, name: &str, multi: bool, items: Vec<LayoutItem>| LayoutSheet {
        id,
        name: name.to_owned(),
        multi,
        items,
    };
    let max = |max: usize, item: LayoutItem| LayoutItem { max_length: Some(max), ..item };
    let basic = vec![
        LayoutItem { required: true, read_only: true, ..item("社員番号", Kind::Text) },
        max(100, item("氏名", Kind::Text)),
        max(100, item("フリガナ", Kind::Text)),
        item("性別", Kind::Select(master(&["男性", "女性"]))),
        item("入社日", Kind::Date),
        item("退職日", Kind::Date),
        item("生年月日", Kind::Date),
        item("所属", Kind::Other),
    ];
    let own = vec![
        item("郵便番号", Kind::Text),
        item("市区町村", Kind::Text),
        item("建物名", Kind::Text),
        max(20, item("電話番号", Kind::Text)),
        max(20, item("備考", Kind::Text)),
        item("月額", Kind::Number),
        item("資格", Kind::Multi(master(&["簿記", "衛生管理者", "1級、2級"]))),
        item("適用月", Kind::YearMonth),
    ];
    let rows = vec![
        max(50, item("氏名", Kind::Text)),
        item("続柄", Kind::Select(master(&["妻", "夫", "子"]))),
        item("生年月日", Kind::Date),
    ];
    Layout {
        sheets: vec![
            sheet(0, ItemRef::BASIC, false, basic),
            sheet(10, "本人", false, ids(own)),
            sheet(20, "扶養", true, ids(rows)),
        ],
    }
}

pub(in crate::sync) fn roles() -> Roles {
    let basic = |item: &str| Some(ItemRef::new(ItemRef::BASIC, item));
    Roles {
        scope: Scope::Working,
        source: SourceRoles {
            hire: Some("入社年月日".to_owned()),
            retire: Some("退職年月日".to_owned()),
            kana: Some(join(&["氏(カナ)", "名(カナ)"])),
            birthday: Some(Source::Item("生年月日".to_owned())),
            excluded: None,
        },
        destination: DestinationRoles {
            retire: basic("退職日"),
            name: basic("氏名"),
            kana: basic("フリガナ").map(|item| vec![item]).into_iter().collect(),
            birthday: basic("生年月日"),
            ..DestinationRoles::default()
        },
        ..Roles::default()
    }
}

fn row(columns: &[&str], cells: &[(&str, &str)]) -> Row {
    for (item, _) in cells {
        assert!(columns.contains(item), "no column {item}");
    }
    Row::of(columns.iter().map(|column| match cells.iter().find(|(item, _)| item == column) {
        Some((_, ABSENT)) => Cell::Absent,
        Some((_, text)) => Cell::of(text),
        None => Cell::Blank,
    }))
}

/// Both sides and all settings of a plan.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) layout: Layout,
    pub(super) mapping: Mapping,
    pub(super) policy: Policy,
    pub(super) selection: Selection,
    pub(super) earlier: Earlier,
    pub(super) decisions: Decisions,
    pub(super) source: People,
    pub(super) destination: People,
}

impl World {
    pub(super) fn new() -> Self {
        let mapping = mapping();
        let columns = |lines: &[ItemMapping]| Columns::new(lines.iter().map(|line| line.target.to_string()));
        World {
            layout: layout(),
            policy: Policy::default(),
            selection: Selection::default(),
            earlier: Earlier::default(),
            decisions: Decisions::default(),
            source: People {
                columns: Columns::new(SOURCE),
                dependent_columns: Columns::new(ROWS),
                ..People::default()
            },
            destination: People {
                columns: columns(&mapping.self_items),
                dependent_columns: columns(&mapping.dependents),
                ..People::default()
            },
            mapping,
        }
    }

    /// Adds a person of the source; items that aren't named are blank.
    pub(super) fn source(mut self, code: &str, cells: &[(&str, &str)]) -> Self {
        let row = row(&SOURCE, cells);
        self.source.people.push(Person { code: code.into(), row, dependents: Vec::new() });
        self
    }

    /// Adds a person of the destination under bare item names.
    pub(super) fn held(mut self, code: &str, cells: &[(&str, &str)]) -> Self {
        let names: Vec<&str> = self.mapping.self_items.iter().map(|line| line.target.item.as_str()).collect();
        let row = row(&names, cells);
        self.destination.people.push(Person { code: code.into(), row, dependents: Vec::new() });
        self
    }

    /// Gives the source's last person a dependant.
    pub(super) fn dependant(mut self, cells: &[(&str, &str)]) -> Self {
        self.source.people.last_mut().unwrap().dependents.push(row(&ROWS, cells));
        self
    }

    /// Gives the destination's last person a dependant.
    pub(super) fn held_dependant(mut self, cells: &[(&str, &str)]) -> Self {
        let columns = self.destination.dependent_columns.names();
        let bare: Vec<&str> = columns.iter().filter_map(|name| name.strip_prefix("扶養/")).collect();
        let row = row(&bare, cells);
        self.destination.people.last_mut().unwrap().dependents.push(row);
        self
    }

    pub(super) fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    /// Changes the mapping of an item of 本人情報.
    pub(super) fn map(mut self, item: &str, change: impl FnOnce(&mut ItemMapping)) -> Self {
        change(self.mapping.self_items.iter_mut().find(|line| line.target.item == item).unwrap());
        self
    }

    /// Changes the layout of an item.
    pub(super) fn item(mut self, sheet: &str, item: &str, change: impl FnOnce(&mut LayoutItem)) -> Self {
        let sheet = self.layout.sheets.iter_mut().find(|one| one.name == sheet).unwrap();
        change(sheet.items.iter_mut().find(|one| one.name == item).unwrap());
        self
    }

    /// Adds an item to the dependants' sheet that nobody mapped; before anybody is held.
    pub(super) fn unmapped(mut self, name: &str, kind: Kind) -> Self {
        let sheet = self.layout.sheets.iter_mut().find(|one| one.multi).unwrap();
        sheet.items.push(LayoutItem { id: 99, name: name.to_owned(), kind, ..LayoutItem::default() });
        let columns = self.destination.dependent_columns.names().iter().cloned();
        self.destination.dependent_columns = Columns::new(columns.chain([format!("扶養/{name}")]));
        self
    }

    pub(super) fn select(mut self, change: impl FnOnce(&mut Selection)) -> Self {
        change(&mut self.selection);
        self
    }

    pub(super) fn earlier(mut self, code: &str, intended: Intended) -> Self {
        self.earlier.people.insert(code.to_owned(), intended);
        self
    }

    pub(super) fn decided(mut self, pairs: &[(&str, &str, Verdict)]) -> Self {
        self.decisions = pairs.iter().copied().collect();
        self
    }

    pub(super) fn rules(&self) -> Rules {
        resolve(&self.mapping, &self.policy, &self.layout, &roles(), &self.selection).unwrap()
    }

    pub(super) fn plan(&self) -> Plan {
        let rules = self.rules();
        let input = self.input(&rules);
        let plan = plan(&input);
        explained::agrees(&input, &plan);
        plan
    }

    pub(super) fn input<'a>(&'a self, rules: &'a Rules) -> PlanInput<'a> {
        PlanInput {
            today: date("2026-11-21"),
            source: &self.source,
            destination: &self.destination,
            rules,
            policy: &self.policy,
            selection: &self.selection,
            earlier: &self.earlier,
            decisions: &self.decisions,
        }
    }

    /// What is written, a line a person: `A1 +` for a creation, `A1 電話番号=… 退職日=∅`, dependants as `[…]`.
    pub(super) fn written(&self) -> Vec<String> {
        let (rules, plan) = (self.rules(), self.plan());
        let show = |changes: &Changes| {
            let shown = changes.iter().map(|change| {
                let value = change.value.unwrap_or("∅").replace(Cell::SEPARATOR, "+");
                format!("{}={value}", rules.get(change.rule).target.item)
            });
            shown.collect::<Vec<_>>().join(" ")
        };
        let write = |write: &Write| {
            let mut parts = vec![write.code.to_string()];
            parts.extend(write.create.then(|| "+".to_owned()));
            parts.extend((!write.own.is_empty()).then(|| show(&write.own)));
            if let Some(rows) = &write.dependents {
                parts.push(format!("[{}]", rows.iter().map(show).collect::<Vec<_>>().join(" / ")));
            }
            parts.join(" ")
        };
        plan.writes.iter().map(write).collect()
    }

    /// What becomes of people, a line each: `A1 rejected E_MASTER 性別`.
    pub(super) fn outcomes(&self) -> Vec<String> {
        let plan = self.plan();
        let counts = plan.counts;
        let sum = counts.created + counts.updated + counts.unchanged + counts.held + counts.rejected;
        assert_eq!(counts.target, sum);
        let show = |person: &PersonOutcome| {
            let problem =
                |problem: &Problem| format!(" {} {}", problem.code, problem.item.as_deref().unwrap_or("-"));
            let problems: String = person.problems.iter().map(problem).collect();
            format!("{} {}{problems}", person.code, person.outcome.as_str())
        };
        plan.outcomes.iter().map(show).collect()
    }

    /// The written items of a person as the history shows them.
    pub(super) fn items(&self, code: &str) -> Vec<String> {
        let (rules, plan) = (self.rules(), self.plan());
        let person = plan.outcomes.iter().find(|person| &*person.code == code).unwrap();
        rules.names(&person.rules).into_iter().map(str::to_owned).collect()
    }
}
