//! The way back: names that are kept whole on one side and in two parts on the other, and whose they are.

use proptest::prelude::*;

use super::explained::agrees;
use super::{ABSENT, date, row};
use crate::sync::*;

const WHOLE: [&str; 9] =
    ["氏名", "フリガナ", "別名", "別名(カナ)", "性別", "生年月日", "入社日", "退職日", "電話番号"];
const PARTS: [&str; 13] = [
    "氏",
    "名",
    "氏(カナ)",
    "名(カナ)",
    "別氏",
    "別名",
    "別氏(カナ)",
    "別名(カナ)",
    "性別",
    "生年月日",
    "入社年月日",
    "退職年月日",
    "電話番号",
];
const FED: [usize; 13] = [0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8];

type Cells = Vec<(&'static str, &'static str)>;

/// One person on both sides.
#[derive(Debug, Clone)]
struct Back {
    policy: Policy,
    selection: Selection,
    source: Row,
    held: Option<Row>,
}

fn layout() -> Layout {
    let item = |item: &&str| LayoutItem {
        name: (*item).to_owned(),
        kind: match *item {
            "性別" => Kind::Select(vec!["男性".to_owned(), "女性".to_owned()]),
            item if item.ends_with('日') => Kind::Date,
            _ => Kind::Text,
        },
        form: match *item {
            item if item.contains("カナ") => Form::Kana,
            "電話番号" => Form::Phone,
            "生年月日" => Form::NotAfter(date("2026-11-21")),
            _ => Form::Trimmed,
        },
        required: matches!(*item, "氏" | "名" | "氏(カナ)" | "名(カナ)" | "性別"),
        ..LayoutItem::default()
    };
    let sheet = LayoutSheet { items: PARTS.iter().map(item).collect(), ..LayoutSheet::default() };
    Layout { sheets: vec![sheet] }
}

impl Back {
    fn new(source: &[(&str, &str)], held: &[(&str, &str)]) -> Self {
        Back {
            policy: Policy::default(),
            selection: Selection::default(),
            source: row(&WHOLE, source),
            held: Some(row(&PARTS, held)),
        }
    }

    fn new_person(source: &[(&str, &str)]) -> Self {
        Back { held: None, ..Back::new(source, &[]) }
    }

    fn rules(&self) -> Rules {
        let own = |item: &str| ItemRef::new("", item);
        let group = |item: &str| match item {
            "氏" | "名" | "氏(カナ)" | "名(カナ)" => Some("name".to_owned()),
            item => item.starts_with('別').then(|| "business name".to_owned()),
        };
        let line = |(item, fed): (&&str, usize)| ItemMapping {
            target: own(item),
            source: Source::Item(format!("基本情報/{}", WHOLE[fed])),
            value_map: std::collections::BTreeMap::new(),
            text: match *item {
                item if item.contains("カナ") => Text::Kana,
                "電話番号" => Text::Digits,
                item if group(item).is_some() => Text::Name,
                _ => Text::Plain,
            },
            blank: None,
            group: group(item),
            allow_mynumber: false,
            guard_exempt: false,
            create_only: false,
        };
        let mapping =
            Mapping { self_items: PARTS.iter().zip(FED).map(line).collect(), dependents: Vec::new() };
        let pair = |at: usize| [own(PARTS[at]), own(PARTS[at + 1])];
        let names = NameRoles {
            legal: pair(0),
            legal_kana: pair(2),
            business: pair(4),
            business_kana: pair(6),
            others: Vec::new(),
        };
        let source = |item: &str| Some(format!("基本情報/{item}"));
        let roles = Roles {
            scope: Scope::Everyone,
            source: SourceRoles {
                hire: source("入社日"),
                retire: source("退職日"),
                ..SourceRoles::default()
            },
            destination: DestinationRoles {
                service: "先",
                key: Some(KeyRole { item: "番号".to_owned(), max_length: 5 }),
                kept: vec![own("退職年月日")],
                span: Some([own("入社年月日"), own("退職年月日")]),
                names: Some(names),
                ..DestinationRoles::default()
            },
            ..Roles::default()
        };
        resolve(&mapping, &self.policy, &layout(), &roles, &self.selection).unwrap()
    }

    fn plan_of(&self, code: &str) -> Plan {
        let people = |columns: Vec<String>, row: Option<&Row>| People {
            columns: Columns::new(columns),
            people: row
                .map(|row| Person { code: code.into(), row: row.clone(), dependents: Vec::new() })
                .into_iter()
                .collect(),
            ..People::default()
        };
        let (source, destination) = (
            people(WHOLE.iter().map(|item| format!("基本情報/{item}")).collect(), Some(&self.source)),
            people(PARTS.iter().map(ToString::to_string).collect(), self.held.as_ref()),
        );
        let input = PlanInput {
            today: date("2026-11-21"),
            source: &source,
            destination: &destination,
            rules: &self.rules(),
            policy: &self.policy,
            selection: &self.selection,
            earlier: &Earlier::default(),
            decisions: Decisions::none(),
        };
        let plan = plan(&input);
        agrees(&input, &plan);
        plan
    }

    fn plan(&self) -> Plan {
        self.plan_of("A1")
    }

    /// What is written: `氏=山田 名=∅`.
    fn written(&self) -> String {
        let rules = self.rules();
        let plan = self.plan();
        let shown =
            plan.writes.iter().flat_map(|write| write.own.iter()).map(|change| {
                format!("{}={}", rules.get(change.rule).target.item, change.value.unwrap_or("∅"))
            });
        shown.collect::<Vec<_>>().join(" ")
    }

    /// What is wrong: `E_NAME_SPLIT 氏名`.
    fn errors(&self, code: &str) -> Vec<String> {
        let plan = self.plan_of(code);
        let problems = plan.outcomes.iter().flat_map(|person| &person.problems);
        problems
            .map(|problem| format!("{} {}", problem.code, problem.item.as_deref().unwrap_or("-")))
            .collect()
    }

    /// The same after what was planned is written.
    fn applied(&self) -> Self {
        let (rules, plan) = (self.rules(), self.plan());
        let mut after = self.clone();
        for write in &plan.writes {
            let cells = (0..PARTS.len()).map(|column| {
                let change =
                    write.own.iter().find(|change| rules.get(change.rule).target.item == PARTS[column]);
                match (change, &self.held) {
                    (Some(change), _) => change.value.map_or(Cell::Blank, Cell::Text),
                    (None, Some(held)) => held.cell(column),
                    (None, None) => Cell::Blank,
                }
            });
            after.held = Some(Row::of(cells));
        }
        after
    }
}

const LEGAL: [(&str, &str); 4] =
    [("氏", "山本"), ("名", "七海"), ("氏(カナ)", "ヤマモト"), ("名(カナ)", "ナナミ")];
const BUSINESS: [(&str, &str); 4] =
    [("別氏", "中村"), ("別名", "七海"), ("別氏(カナ)", "ナカムラ"), ("別名(カナ)", "ナナミ")];

#[test]
fn a_name_is_written_in_its_two_parts_and_only_where_it_differs() {
    let name = |source: &[(&str, &str)]| Back::new(source, &LEGAL).written();
    assert_eq!(name(&[("氏名", "山本　七海"), ("フリガナ", "やまもと ﾅﾅﾐ")]), "");
    assert_eq!(name(&[("氏名", "山本七海")]), "", "the same name without its space");
    assert_eq!(name(&[("氏名", "森 七海"), ("フリガナ", "もり ななみ")]), "氏=森 氏(カナ)=モリ");
    assert_eq!(name(&[("氏名", "森 七海"), ("フリガナ", "山本 七海")]), "");
    assert_eq!(
        Back::new(&[("氏名", "森七海")], &LEGAL).errors("A1"),
        ["E_NAME_SPLIT 氏名"],
        "one line for both parts"
    );
    assert_eq!(
        Back::new(&[("氏名", "森 七海")], &LEGAL).errors("A1"),
        ["E_REQUIRED 氏(カナ)", "E_REQUIRED 名(カナ)"],
        "a name and its kana are one value"
    );
}

#[test]
fn a_business_name_stands_in_for_the_legal_one() {
    let both = [LEGAL, BUSINESS].concat();
    let name = |source: &[(&str, &str)]| Back::new(source, &both).written();
    assert_eq!(name(&[("氏名", "山本　七海"), ("フリガナ", "ヤマモト　ナナミ")]), "", "the legal name");
    assert_eq!(name(&[("氏名", "中村　七海"), ("フリガナ", "なにか　べつ")]), "", "the business name");
    assert_eq!(name(&[("氏名", "森 七海"), ("フリガナ", "モリ ナナミ")]), "別氏=森 別氏(カナ)=モリ");
    assert_eq!(name(&[("氏名", "森 七海")]), "別氏=森 別氏(カナ)=∅ 別名(カナ)=∅");
    // The source's own item counts unless 氏名 contradicts it.
    assert_eq!(name(&[("氏名", "山本 七海"), ("別名", "森 七海")]), "別氏=森 別氏(カナ)=∅ 別名(カナ)=∅");
    assert_eq!(name(&[("氏名", "中村 七海"), ("別名", "森 七海")]), "");
    assert_eq!(
        name(&[
            ("氏名", "森 七海"),
            ("フリガナ", "モリ ナナミ"),
            ("別名", "中村 七海"),
            ("別名(カナ)", "ナカムラ ナナミ")
        ]),
        "別氏=森 別氏(カナ)=モリ"
    );
    let hidden = [&LEGAL[..], &[("別氏", ABSENT), ("別名", ABSENT)]].concat();
    assert_eq!(
        Back::new(&[("氏名", "森 七海")], &hidden).written(),
        "",
        "there may be one that can't be seen"
    );
    let unknown = [("氏名", "中村 七海"), ("フリガナ", "ナカムラ ナナミ"), ("別名", "中村 七海")];
    assert_eq!(Back::new(&unknown, &LEGAL).written(), "別氏=中村 別名=七海", "never the legal name");
}

#[test]
fn a_blank_day_of_leaving_keeps_whatever_the_policy_says() {
    let mut back = Back::new(&[], &[("退職年月日", "2027-03-31"), ("電話番号", "03-1")]);
    back.policy.blank = BlankPolicy::Clear;
    assert_eq!(back.written(), "電話番号=∅");
}

#[test]
fn nobody_leaves_before_joining_and_nobody_is_born_tomorrow() {
    let left = Back::new(&[("退職日", "2019-03-31")], &[("入社年月日", "2020-04-01")]);
    assert_eq!(left.errors("A1"), ["E_REFUSED 退職年月日"]);
    let joined = Back::new(&[("入社日", "2020-04-01"), ("退職日", "2020-04-01")], &[]);
    assert_eq!(joined.written(), "入社年月日=2020-04-01 退職年月日=2020-04-01");
    assert_eq!(Back::new(&[("生年月日", "2026-11-22")], &[]).errors("A1"), ["E_DATE 生年月日"]);
}

#[test]
fn a_new_person_needs_a_key_and_all_that_is_required() {
    let person = [("氏名", "森 七海"), ("フリガナ", "もり ななみ"), ("性別", "女性")];
    assert_eq!(Back::new_person(&person).written(), "氏=森 名=七海 氏(カナ)=モリ 名(カナ)=ナナミ 性別=女性");
    assert_eq!(Back::new_person(&person).errors("A/1"), ["E_REFUSED 番号"]);
    assert_eq!(Back::new_person(&person).errors("A00001"), ["E_LENGTH 番号"]);
    assert_eq!(
        Back::new_person(&[("氏名", "森七海")]).errors("A1"),
        ["E_NAME_SPLIT 氏名", "E_REQUIRED 氏(カナ)", "E_REQUIRED 名(カナ)", "E_REQUIRED 性別"]
    );
}

#[test]
fn who_left_is_created_unless_the_policy_says_otherwise() {
    let left = [("氏名", "森 七海"), ("フリガナ", "もり ななみ"), ("性別", "女性"), ("退職日", "2026-11-20")];
    let mut back = Back::new_person(&left);
    assert_eq!((back.plan().counts.created, back.plan().measures.retired), (1, 1));
    back.policy.retired = Retired::Skip;
    let plan = back.plan();
    assert_eq!((plan.counts.target, plan.skipped.get("retired")), (0, Some(&1)));
}

#[test]
fn half_a_name_is_compared_with_the_whole_of_it() {
    let mut back = Back::new(&[("氏名", "森 花")], &LEGAL);
    back.selection.items = vec!["氏".to_owned()];
    assert_eq!(back.written(), "氏=森");
}

fn names() -> impl Strategy<Value = (Cells, Cells)> {
    let name =
        || proptest::sample::select(vec!["", "山本 七海", "山本七海", "中村　七海", "森 七海", "森七海"]);
    let kana = || {
        proptest::sample::select(vec![
            "",
            "ヤマモト ナナミ",
            "なかむら　ななみ",
            "ﾓﾘ ﾅﾅﾐ",
            "モリナナミ",
            "Mori",
        ])
    };
    let part = || proptest::sample::select(vec!["", "山本", "中村", "七海"]);
    let kana_part = || proptest::sample::select(vec!["", "ヤマモト", "ナカムラ", "ナナミ"]);
    let source = (name(), kana(), name(), kana())
        .prop_map(|(a, b, c, d)| vec![("氏名", a), ("フリガナ", b), ("別名", c), ("別名(カナ)", d)]);
    let held = (part(), part(), kana_part(), kana_part(), part(), part(), kana_part(), kana_part()).prop_map(
        |(a, b, c, d, e, f, g, h)| PARTS.into_iter().zip([a, b, c, d, e, f, g, h]).collect::<Cells>(),
    );
    (source, held)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the two sides say, a second run has nothing left to write.
    #[test]
    fn names_never_take_turns((source, held) in names(), clear in any::<bool>(), on_item in any::<bool>()) {
        let mut back = Back::new(&source, &held);
        back.policy.blank = if clear { BlankPolicy::Clear } else { BlankPolicy::Keep };
        back.policy.on_error = if on_item { OnError::Item } else { OnError::Person };
        let after = back.applied();
        prop_assert_eq!(after.written(), "", "after {}", back.written());
    }

    /// While somebody has a ビジネスネーム, the legal name and its kana stay as they are.
    #[test]
    fn a_legal_name_is_never_overwritten_by_a_business_name((source, held) in names()) {
        let back = Back::new(&source, &held);
        let has_business = held.iter().any(|(item, value)| matches!(*item, "別氏" | "別名") && !value.is_empty());
        if has_business {
            let written = back.written();
            let legal = written.split(' ').any(|change| change.starts_with("氏") || change.starts_with("名"));
            prop_assert!(!legal, "{}", written);
        }
    }
}
