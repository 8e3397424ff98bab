//! What holds whoever the people are.

use proptest::prelude::*;

use super::*;

fn line() -> impl Strategy<Value = String> {
    let of = |values: &'static [&'static str]| proptest::sample::select(values);
    (
        of(&["A1", "A2", "A3", "11", "000011", ""]),
        of(&["山田|花子|h@x", "鈴木|一|i@x", "||", "佐藤|花子|h@x"]),
        of(&["", "2020-04-01", "2027-04-01"]),
        of(&["", "-", "2026-11-20", "2027-03-31"]),
        of(&["", "-", "人事部", "対象"]),
        of(&["", "-", "未締め"]),
    )
        .prop_map(|(code, who, hire, retire, post, closed)| {
            format!("{code}|{who}|{hire}|{retire}|{post}|{closed}")
        })
}

fn rule() -> impl Strategy<Value = TodoRule> {
    let post = || ItemRef::new("", "所属");
    proptest::sample::select(vec![
        TodoRule::RetiredLate(LeftIn::Source),
        TodoRule::RetiredLate(LeftIn::Destination),
        TodoRule::NoDepartment(post()),
        TodoRule::OnlyDestination,
        TodoRule::RetiredAccount,
        TodoRule::FutureLeaver,
        TodoRule::AutoFilled(vec![(post(), "対象".to_owned())]),
        TodoRule::NotClosed { column: "月締".to_owned(), month: "2026-10".to_owned() },
    ])
}

proptest! {
    #[test]
    fn the_order_of_people_never_matters(
        source in proptest::collection::vec(line(), 0..7),
        destination in proptest::collection::vec(line(), 0..7),
        rule in rule(),
        identity in proptest::bool::ANY,
        turn in 0usize..7,
    ) {
        let world = |source: &[String], destination: &[String]| {
            let source: Vec<&str> = source.iter().map(String::as_str).collect();
            let destination: Vec<&str> = destination.iter().map(String::as_str).collect();
            let kind = rule.told().code();
            let world = World::new(rule.clone(), &source, &destination);
            let world = if identity { world.by_identity(FutureLeaver::Skip) } else { world };
            world.created(&["A3"]).open("A1", kind, "2026-11-02").open("A2", kind, "2026-01-01")
        };
        let (mut turned, mut reversed) = (source.clone(), destination.clone());
        turned.rotate_left(turn.min(source.len()));
        reversed.reverse();
        let (first, second) = (world(&source, &destination).todo(), world(&turned, &reversed).todo());
        prop_assert_eq!(&first, &second);
        prop_assert!(first.is_sorted(), "by code and kind");
        let again = first.iter().map(|item| OpenTodo {
            code: item.code.clone(), kind: item.kind.to_owned(), since: item.since,
        });
        let mut later = world(&source, &destination);
        later.open = again.collect();
        let kept = later.todo();
        prop_assert_eq!(first, kept, "the next run of the same day finds the same");
    }
}
