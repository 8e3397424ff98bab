//! The tables that staff read, whole.

use std::collections::BTreeMap;

use renkei::history::{
    Counts, KeptTodos, OpenTodos, Reason, Run, Status, Todo, label, list_table, show, show_table, todo_table,
};
use renkei::job::Flow;
use renkei::notify::failure_hint;

use crate::fixture::{self, put_v1};
use crate::world;

async fn fixture_run() -> Run {
    let (_redis, queue) = world::start().await;
    put_v1(&queue).await;
    show(&queue, &fixture::id()).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_list_shows_each_run_in_a_line() {
    let run = fixture_run().await;
    let waiting = Run {
        id: "1763700100000-0".parse().unwrap(),
        status: Status::Waiting,
        flow: None,
        link: None,
        started_at: None,
        finished_at: None,
        dry_run: true,
        counts: Counts::default(),
        ..run.clone()
    };
    insta::assert_snapshot!(list_table(&[waiting, run]));
    assert_eq!(list_table(&[]), "実行履歴はありません。\n");
}

#[tokio::test]
async fn one_run_is_shown_with_its_people_and_what_is_left_to_do() {
    insta::assert_snapshot!(show_table(&fixture_run().await, None, 120));
}

#[tokio::test]
async fn long_texts_wrap_to_the_width_and_many_items_are_counted() {
    let mut run = fixture_run().await;
    let people = run.people.as_mut().expect("the fixture has people");
    people[0].items = (1..=40).map(|n| format!("項目{n}")).collect();
    let table = show_table(&run, None, 80);
    assert!(table.contains("ほか35項目"), "{table}");
    insta::assert_snapshot!(table);
}

#[test]
fn what_is_open_is_shown_by_link_and_what_is_only_counted_as_a_number() {
    let todo = |code: &str, kind: &str, message: &str| Todo {
        code: code.to_owned(),
        kind: kind.to_owned(),
        message: message.to_owned(),
        since: "2026-11-20".to_owned(),
    };
    let alone = "連携元に存在しません(内定辞退・番号変更・削除の可能性)。";
    let open = |link: &str, flow: Flow, month: Option<&str>, todo: Vec<Todo>| OpenTodos {
        link: link.to_owned(),
        flow,
        month: month.map(str::to_owned),
        list: KeptTodos::new("2026-11-21".parse().unwrap(), todo),
    };
    let mut many = open("acme", Flow::OfficeStationToKaonavi, None, vec![todo("B1", "T_ONLY_DEST", alone)]);
    many.list.count = 2001;
    let month = todo("7", "T_NOT_CLOSED", "2026-10の勤怠が未締めです。");
    let closed = open("clinic", Flow::HrmosToMedimentAttendance, Some("2026-10"), vec![month]);
    insta::assert_snapshot!(todo_table(&[many, closed], 120));
    assert_eq!(todo_table(&[], 120), "要対応はありません。\n");
}

#[tokio::test]
async fn more_than_a_record_holds_is_counted_below_the_table() {
    let mut run = fixture_run().await;
    run.more_todo = 3;
    let table = show_table(&run, None, 120);
    assert!(table.ends_with("┘\nほか3件\n"), "{table}");
}

#[tokio::test]
async fn a_failed_run_shows_why_and_what_to_do() {
    let reason = Reason {
        code: "F_AUTH".to_owned(),
        message: "オフィスステーションの認証に失敗しました。".to_owned(),
        remedy: Some("企業設定をご確認ください。".to_owned()),
    };
    let run = Run {
        status: Status::Failed,
        reason: Some(reason),
        people: None,
        todo: None,
        counts: Counts::default(),
        skipped: BTreeMap::default(),
        ..fixture_run().await
    };
    insta::assert_snapshot!(show_table(&run, Some(&failure_hint(run.id.as_str(), None)), 120));
}

#[tokio::test]
async fn a_completed_run_with_errors_is_never_called_completed_alone() {
    let mut run = fixture_run().await;
    run.counts.rejected = 5;
    assert_eq!(label(&run), "完了(エラー5件)");
    run.counts.rejected = 0;
    assert_eq!(label(&run), "完了");
    run.counts.rejected = 5;
    run.status = Status::Failed;
    assert_eq!(label(&run), "異常終了");
}
