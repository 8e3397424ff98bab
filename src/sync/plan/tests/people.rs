//! Who is planned: scope, keys, choice, near-duplicates, earlier attempts.

use super::*;

const TARO: [(&str, &str); 3] = [("氏(カナ)", "ヤマダ"), ("名(カナ)", "タロウ"), ("生年月日", "1980-01-02")];

#[test]
fn people_who_left_are_not_linked() {
    let world = World::new()
        .source("A1", &[("退職年月日", "2026-11-20")])
        .source("A2", &[("退職年月日", "2026-11-21")])
        .source("A3", &[("入社年月日", "2026-11-22")])
        .source("A4", &[("退職年月日", "令和8年11月20日")]);
    assert_eq!(world.outcomes(), ["A2 created", "A3 created"]);
    let plan = world.plan();
    assert_eq!((plan.counts.skipped, plan.skipped["retired"]), (2, 2));
    assert_eq!(plan.counts.target, 2, "対象外 is beside 対象");
}

#[test]
fn people_without_a_day_of_joining_are_linked_unless_told() {
    let world = World::new().source("A1", &[]).source("A2", &[("入社年月日", "2020-04-01")]);
    assert_eq!(world.outcomes(), ["A1 created", "A2 created"]);
    let strict = world.policy(|policy| policy.require_hire_date = true);
    assert_eq!(strict.outcomes(), ["A2 created"]);
    assert_eq!(strict.plan().skipped["no_hire_date"], 1);
}

#[test]
fn codes_match_exactly_but_for_spaces_at_their_ends() {
    let world = World::new()
        .source("　A1 ", &[("電話番号", "1")])
        .held("A1", &[])
        .source("a2", &[("電話番号", "2")])
        .held("A3", &[]);
    assert_eq!(world.written(), ["A1 電話番号=1", "a2 + 電話番号=2"]);
}

#[test]
fn padding_finds_the_padded_person() {
    let world = World::new().source("11", &[("電話番号", "1")]).source("A1", &[]).held("000011", &[]);
    let padded = world.clone().policy(|policy| {
        policy.padding = Some(Padding { digits: 6 });
        policy.near_duplicates = NearDuplicates::Create;
    });
    assert_eq!(padded.written(), ["000011 電話番号=1", "A1 +"]);
    let bare = world.policy(|policy| policy.near_duplicates = NearDuplicates::Create);
    assert_eq!(bare.written(), ["11 + 電話番号=1", "A1 +"]);
}

#[test]
fn people_without_a_code_or_with_somebody_elses_are_rejected_one_by_one() {
    let world = World::new()
        .source("", &[])
        .source("　", &[])
        .source("11", &[])
        .source("000011", &[])
        .source("A1", &[])
        .policy(|policy| policy.padding = Some(Padding { digits: 6 }));
    assert_eq!(
        world.outcomes(),
        [
            " rejected E_CODE_EMPTY -",
            " rejected E_CODE_EMPTY -",
            "000011 rejected E_CODE_DUP -",
            "000011 rejected E_CODE_DUP -",
            "A1 created"
        ]
    );
    let message = &world.plan().outcomes[2].problems[0].message;
    assert_eq!(message, "社員番号:”000011”が重複しています。");
}

#[test]
fn a_number_that_somebody_left_behind_is_no_duplicate() {
    let world = World::new().source("A1", &[("退職年月日", "2020-03-31")]).source("A1", &[]);
    assert_eq!(world.outcomes(), ["A1 created"]);
}

#[test]
fn dependants_of_a_number_that_two_people_have_are_left_alone() {
    let child = [("氏", "山田"), ("続柄", "子")];
    let retired = [("退職年月日", "2020-03-31")];
    let held = World::new().held("A1", &[]).held_dependant(&[("氏名", "別人"), ("続柄", "妻")]);
    let first = held.clone().source("A1", &retired).dependant(&child).source("A1", &[("電話番号", "1")]);
    let last = held.clone().source("A1", &[("電話番号", "1")]).dependant(&child).source("A1", &retired);
    for world in [first, last] {
        for empty in [DependentsEmpty::Keep, DependentsEmpty::Clear] {
            let world = world.clone().policy(|policy| policy.dependents_empty = empty);
            assert_eq!(world.written(), ["A1 電話番号=1"], "本人情報 is linked all the same");
            assert_eq!(world.outcomes(), ["A1 rejected E_CODE_DUP -"]);
            assert_eq!(world.plan().counts.dependents.rejected, 1);
        }
        let own = world.select(|selection| selection.datasets = vec![DataSet::Own]);
        assert_eq!(own.outcomes(), ["A1 updated"]);
    }
    let nobody = held.source("A1", &retired).source("A1", &[("電話番号", "1")]);
    assert_eq!(nobody.outcomes(), ["A1 updated"], "nobody has dependants: nothing is mixed up");
}

#[test]
fn only_the_people_of_the_job_are_planned() {
    let world = World::new()
        .source("11", &[("電話番号", "1")])
        .source("12", &[("電話番号", "1")])
        .source("13", &[("退職年月日", "2020-03-31")])
        .held("000011", &[])
        .held("000012", &[])
        .policy(|policy| policy.padding = Some(Padding { digits: 6 }))
        .select(|selection| selection.employees = ["11", "000011", "13", "99"].map(str::to_owned).to_vec());
    assert_eq!(world.outcomes(), ["000011 updated", "000099 rejected E_NOT_FOUND -"]);
    let plan = world.plan();
    assert_eq!((plan.counts.target, plan.counts.skipped), (2, 1));
    assert!(!plan.measures.full);
}

#[test]
fn people_whom_only_the_destination_has_are_left_alone() {
    let world = World::new().held("A1", &[("電話番号", "1")]).held_dependant(&[("氏名", "子")]);
    let plan = world.plan();
    assert_eq!((plan.writes.len(), plan.counts.target), (0, 0));
}

#[test]
fn a_creation_with_somebodys_code_in_another_spelling_is_held() {
    for (code, other) in [("11", "000011"), ("0011", "11"), ("Ａ１", "A1"), ("a1", "A1")] {
        let world = World::new().source(code, &[]).held(other, &[]);
        assert_eq!(world.outcomes(), [format!("{code} held H_NEAR_DUPLICATE -")]);
        assert_eq!(world.written(), [""; 0]);
        let message = &world.plan().outcomes[0].problems[0].message;
        assert!(message.contains(&format!("”{code}”")) && message.contains(&format!("”{other}”")));
    }
}

#[test]
fn a_creation_with_somebodys_kana_and_birthday_is_held() {
    let world = |kana: &str, born: &str| {
        World::new().source("B1", &TARO).held("A1", &[("フリガナ", kana), ("生年月日", born)]).outcomes()
    };
    assert_eq!(world("やまだ たろう", "1980/1/2"), ["B1 held H_NEAR_DUPLICATE -"]);
    assert_eq!(world("ﾔﾏﾀﾞﾀﾛｳ", "昭和55年1月2日"), ["B1 held H_NEAR_DUPLICATE -"]);
    assert_eq!(world("ヤマダ　タロウ", "1980-01-03"), ["B1 created"]);
    assert_eq!(world("ヤマダ　タロウ", ""), ["B1 created"], "both sides must be filled");
    assert_eq!(world("", "1980-01-02"), ["B1 created"]);
    let nameless =
        World::new().source("B1", &[("生年月日", "1980-01-02")]).held("A1", &[("生年月日", "1980-01-02")]);
    assert_eq!(nameless.outcomes(), ["B1 created"]);
}

#[test]
fn near_duplicates_are_people_as_the_run_will_leave_them() {
    // A1's number went to somebody else: after this run nobody but B1 is 山田 太郎, so that a second run must not find another plan.
    let world = World::new()
        .source("A1", &[("氏(カナ)", "スズキ"), ("生年月日", "1990-01-02")])
        .held("A1", &[("フリガナ", "ヤマダ　タロウ"), ("生年月日", "1980-01-02")])
        .source("B1", &TARO)
        .source("B2", &[("氏(カナ)", "スズキ"), ("生年月日", "1990-01-02")]);
    assert_eq!(world.outcomes(), ["A1 updated", "B1 created", "B2 held H_NEAR_DUPLICATE -"]);
}

#[test]
fn near_duplicates_are_looked_for_even_if_other_items_are_chosen() {
    let world = World::new()
        .source("B1", &TARO)
        .held("A1", &[("フリガナ", "ヤマダ タロウ"), ("生年月日", "1980-01-02")])
        .select(|selection| selection.items = vec!["電話番号".to_owned()]);
    assert_eq!(world.outcomes(), ["B1 held H_NEAR_DUPLICATE -"]);
}

#[test]
fn near_duplicates_are_created_if_told() {
    let world = World::new()
        .source("11", &[])
        .held("000011", &[])
        .policy(|policy| policy.near_duplicates = NearDuplicates::Create);
    assert_eq!(world.written(), ["11 +"]);
}

#[test]
fn a_held_person_with_a_bad_value_is_rejected() {
    let world = World::new().source("11", &[("性別", "女")]).held("000011", &[]);
    assert_eq!(world.outcomes(), ["11 rejected E_MASTER 性別"]);
}

#[test]
fn what_an_earlier_attempt_wrote_counts_as_if_written_now() {
    let created = Intended { create: true, items: vec!["基本情報/氏名".to_owned()], dependents: false };
    let updated = Intended { create: false, items: vec!["電話番号".to_owned()], dependents: true };
    let world = World::new()
        .source("A1", &[("氏", "山田"), ("電話番号", "1")])
        .held("A1", &[("氏名", "山田")])
        .source("A2", &[("電話番号", "2")])
        .held("A2", &[("電話番号", "2")])
        .source("A3", &[("氏", "佐藤")])
        .source("A4", &[("氏", "鈴木")])
        .held("A4", &[("氏名", "鈴木")])
        .earlier("A1", created.clone())
        .earlier("A2", updated)
        .earlier("A3", created);
    assert_eq!(world.written(), ["A1 電話番号=1", "A3 + 氏名=佐藤"]);
    assert_eq!(world.outcomes(), ["A1 created", "A2 updated", "A3 created"]);
    assert_eq!(world.items("A1"), ["氏名", "電話番号"]);
    assert_eq!(world.items("A2"), ["電話番号"]);
    let counts = world.plan().counts;
    assert_eq!((counts.unchanged, counts.dependents.updated), (1, 1));
}

#[test]
fn a_refused_person_is_rejected_after_the_fact() {
    let world = World::new()
        .source("A1", &[("氏", "山田"), ("電話番号", "1")])
        .dependant(&[("氏", "山田"), ("続柄", "子")])
        .held("A1", &[]);
    let (rules, mut plan) = (world.rules(), world.plan());
    let refused =
        |item| Message::Refused { code: "A1", item: Item::Own(item), service: "カオナビ" }.problem();
    let single = rules.resources().iter().position(|resource| resource.kind == ResourceKind::Single).unwrap();
    plan.demote(&rules, "A1", Refused::Resource(single), vec![refused("電話番号")]);
    assert_eq!(rules.names(&plan.outcomes[0].rules), ["氏名", "続柄"]);
    assert_eq!((plan.counts.updated, plan.counts.rejected, plan.counts.dependents.updated), (0, 1, 1));
    plan.demote(&rules, "A1", Refused::Person, vec![refused("氏名")]);
    assert!(plan.outcomes[0].rules.is_empty());
    assert_eq!(plan.outcomes[0].problems.len(), 2);
    assert_eq!(
        (plan.counts.rejected, plan.counts.dependents.updated, plan.counts.dependents.rejected),
        (1, 0, 1)
    );
    plan.demote(&rules, "X", Refused::Person, Vec::new());
    assert_eq!(plan.counts.target, 1);
}

#[test]
fn a_cancelled_plan_leaves_everybody_as_before() {
    let world = World::new()
        .source("A1", &[("電話番号", "1")])
        .dependant(&[("氏", "山田"), ("続柄", "子")])
        .held("A1", &[])
        .source("A2", &[("性別", "女")])
        .dependant(&[("氏", "佐藤"), ("続柄", "子")])
        .held("A2", &[])
        .source("A3", &[]);
    let mut plan = world.plan();
    assert_eq!((plan.counts.created, plan.counts.updated, plan.counts.dependents.updated), (1, 1, 2));
    plan.cancel();
    assert!(plan.writes.is_empty());
    let counts = Counts { target: 3, unchanged: 2, rejected: 1, ..Counts::default() };
    assert_eq!(plan.counts, counts);
    assert_eq!(plan.outcomes.len(), 1);
    assert!(plan.outcomes[0].rules.is_empty() && plan.outcomes[0].problems.len() == 1);
}

#[test]
fn what_would_change_is_measured() {
    let world = World::new()
        .source("A1", &[("電話番号", "2"), ("備考", "")])
        .held("A1", &[("電話番号", "1"), ("備考", "x")])
        .source("A2", &[("電話番号", "2")])
        .held("A2", &[])
        .source("A3", &[("入社年月日", "2026-10-21")])
        .source("A4", &[("入社年月日", "2026-10-20")])
        .source("A5", &[("退職年月日", "2020-03-31")])
        .map("備考", |line| line.blank = Some(BlankPolicy::Clear));
    let measures = world.plan().measures;
    assert_eq!((measures.read, measures.in_scope, measures.destination, measures.matched), (5, 4, 2, 2));
    assert_eq!((measures.creations, measures.joiners), (2, 1));
    let items: Vec<_> = measures
        .items
        .iter()
        .map(|item| (item.item.as_str(), item.changed, item.cleared, item.people))
        .collect();
    assert_eq!(items, [("電話番号", 1, 0, 2), ("備考", 0, 1, 2)], "filling a blank is not measured");
    assert!(measures.absent.is_empty() && measures.incomplete.is_none());
}

#[test]
fn what_only_near_duplicates_look_at_may_be_hidden() {
    let mut world = World::new().source("A1", &[("氏(カナ)", ABSENT)]);
    world.mapping.self_items.retain(|line| line.target.item != "フリガナ");
    assert!(world.rules().source_items().contains(&"氏(カナ)"));
    assert!(world.plan().measures.absent.is_empty());
}

#[test]
fn an_item_that_no_record_has_is_measured() {
    let world = World::new()
        .source("A1", &[("氏", ABSENT), ("電話番号", ABSENT)])
        .source("A2", &[("氏", ABSENT)])
        .dependant(&[("続柄", ABSENT), ("氏", "子")]);
    assert_eq!(world.plan().measures.absent, [("氏".to_owned(), 2), ("続柄".to_owned(), 1)]);
}

#[test]
fn a_read_that_is_not_provably_complete_is_measured() {
    let mut world = World::new().source("A1", &[]);
    world.source.announced = Some(3);
    assert_eq!(world.plan().measures.incomplete, Some(2));
    world.source.announced = Some(1);
    assert_eq!(world.plan().measures.incomplete, None);
}

#[test]
fn whom_an_earlier_attempt_created_gets_what_only_creations_get() {
    let world = World::new()
        .item("本人", "郵便番号", |item| item.required = true)
        .select(|selection| selection.items = vec!["電話番号".to_owned()])
        .source("A1", &[("電話番号", "03-1"), ("郵便番号", "100-0001")]);
    assert_eq!(world.written(), ["A1 + 郵便番号=100-0001 電話番号=03-1"]);
    // The creation is there, and the attempt died before the sheet was written.
    let created = Intended { create: true, ..Intended::default() };
    let resumed = world.held("A1", &[]);
    assert_eq!(resumed.clone().earlier("A1", created).written(), ["A1 郵便番号=100-0001 電話番号=03-1"]);
}
