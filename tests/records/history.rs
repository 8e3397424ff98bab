//! Reading and keeping the history.

use redis::AsyncCommands;
use renkei::history::{
    Filter, KeptTodos, Limits, Run, Status, Swept, Todo, last_full, list, open_todo, open_todos, show, sweep,
    todo_list,
};
use renkei::job::{Flow, RunId};
use renkei::queue::{Queue, TodoList};

use crate::fixture::{self, fields, put, put_v1, put_v1_job};
use crate::world;

fn id(text: &str) -> RunId {
    text.parse().unwrap()
}

fn all() -> Filter {
    Filter { link: None, status: None, limit: 1000 }
}

fn ids(runs: &[Run]) -> Vec<&str> {
    runs.iter().map(|run| run.id.as_str()).collect()
}

async fn add_job(queue: &Queue, entry: &str, words: &[&str]) {
    let job: Vec<_> = fields(words).into_iter().collect();
    let _: String = queue.connection().xadd(queue.keys().jobs(), entry, &job).await.unwrap();
}

#[tokio::test]
async fn a_run_of_version_1_is_read_to_the_last_field() {
    let (_redis, queue) = world::start().await;
    put_v1(&queue).await;
    let run = show(&queue, &fixture::id()).await.unwrap().unwrap();
    insta::assert_snapshot!(
        serde_json::to_string(&run)
            .unwrap()
            .replace("\"counts\"", "\n\"counts\"")
            .replace("\"people\"", "\n\"people\"")
    );
    let listed = list(&queue, &all()).await.unwrap();
    assert_eq!(listed, [Run { people: None, todo: None, ..run.clone() }]);
    let text = serde_json::to_string(&run).unwrap();
    assert_eq!(serde_json::from_str::<Run>(&text).unwrap(), run);
}

#[tokio::test]
async fn a_job_that_nobody_read_shows_as_waiting() {
    let (_redis, queue) = world::start().await;
    put_v1_job(&queue, "1763700005000-0").await;
    let run = show(&queue, &id("1763700005000-0")).await.unwrap().unwrap();
    insta::assert_snapshot!(serde_json::to_string(&run).unwrap());
    let waiting = Filter { status: Some(Status::Waiting), ..all() };
    assert_eq!(ids(&list(&queue, &waiting).await.unwrap()), ["1763700005000-0"]);
    let running = Filter { status: Some(Status::Running), ..all() };
    assert!(list(&queue, &running).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_run_on_the_stream_is_listed_once() {
    let (_redis, queue) = world::start().await;
    put(&queue, &id("1000-0"), Some("acme"), &fields(&["status=実行中", "link=acme"])).await;
    put(&queue, &id("900-0"), Some("acme"), &fields(&["status=再試行待ち", "link=acme"])).await;
    add_job(&queue, "1000-0", &["link=acme"]).await;
    add_job(&queue, "1100-0", &["link=acme", "run=900-0"]).await;
    add_job(&queue, "1200-0", &["link=acme"]).await;
    add_job(&queue, "1200-1", &["link=clinic"]).await;
    assert_eq!(ids(&list(&queue, &all()).await.unwrap()), ["1200-1", "1200-0", "1000-0", "900-0"]);
    let acme = Filter { link: Some("acme".to_owned()), ..all() };
    assert_eq!(ids(&list(&queue, &acme).await.unwrap()), ["1200-0", "1000-0", "900-0"]);
    let two = Filter { limit: 2, ..all() };
    assert_eq!(ids(&list(&queue, &two).await.unwrap()), ["1200-1", "1200-0"]);
}

#[tokio::test]
async fn rubbish_on_the_stream_is_shown_without_its_content() {
    let (_redis, queue) = world::start().await;
    let rubbish: [(&[u8], Vec<u8>); 3] = [
        (b"link", b"\xff\xfe".to_vec()),
        (b"\x00\xff", vec![0xff; 9000]),
        (b"requested_by", vec![b'x'; 5000]),
    ];
    let entry: String = queue.connection().xadd(queue.keys().jobs(), "*", &rubbish).await.unwrap();
    let run = show(&queue, &id(&entry)).await.unwrap().unwrap();
    assert_eq!((run.status, run.link, run.requested_by), (Status::Waiting, None, None));
}

#[tokio::test]
async fn a_run_that_does_not_exist_is_none() {
    let (_redis, queue) = world::start().await;
    for unknown in ["1-0", "99999999999999999999-99999999999999999999"] {
        assert_eq!(show(&queue, &id(unknown)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn many_runs_are_listed_a_page_at_a_time_and_by_status() {
    let (_redis, queue) = world::start().await;
    for n in 0..450 {
        let status = if n % 100 == 0 { "status=異常終了" } else { "status=完了" };
        put(&queue, &id(&format!("{}-0", 1000 + n)), Some("acme"), &fields(&[status, "link=acme"])).await;
    }
    let found = list(&queue, &Filter { limit: 420, ..all() }).await.unwrap();
    assert_eq!((found.len(), found[0].id.as_str(), found[419].id.as_str()), (420, "1449-0", "1030-0"));
    let failed = Filter { status: Some(Status::Failed), link: Some("acme".to_owned()), limit: 10 };
    let found = list(&queue, &failed).await.unwrap();
    assert_eq!(ids(&found), ["1400-0", "1300-0", "1200-0", "1100-0", "1000-0"]);
}

#[tokio::test]
async fn the_people_of_a_running_attempt_are_shown_and_each_once() {
    let (_redis, queue) = world::start().await;
    let run = id("1000-0");
    put(&queue, &run, Some("acme"), &fields(&["status=実行中", "epoch=3", "people_epoch=2"])).await;
    for (n, code) in [("1", "B"), ("0", "A"), ("1", "B")] {
        let person = [("n", n), ("code", code), ("outcome", "created")];
        let _: String = queue.connection().xadd(queue.keys().people_of(&run, 2), "*", &person).await.unwrap();
    }
    let people = show(&queue, &run).await.unwrap().unwrap().people.unwrap();
    assert_eq!(people.iter().map(|person| person.code.as_str()).collect::<Vec<_>>(), ["A", "B"]);
}

#[tokio::test]
async fn the_last_full_run_is_the_newest_one_that_compared_everyone_for_real() {
    let (_redis, queue) = world::start().await;
    let flow = Flow::OfficeStationToKaonavi;
    assert_eq!(last_full(&queue, "acme", flow, None).await.unwrap(), None);
    let full = ["status=完了", "flow=officestation-to-kaonavi", "full=true"];
    let month = ["status=完了", "flow=hrmos-to-mediment-attendance", "full=true", "month=2026-10"];
    let runs: [(&str, &[&str], &str); 6] = [
        ("1000-0", &full, "counts.target=100"),
        ("1001-0", &full, "counts.target=120"),
        ("1002-0", &["status=異常終了", "flow=officestation-to-kaonavi", "full=true"], "counts.target=3"),
        ("1003-0", &["status=完了", "flow=officestation-to-kaonavi"], "counts.target=2"),
        ("1004-0", &["status=完了", "flow=kaonavi-to-officestation", "full=true"], "counts.target=7"),
        ("1005-0", &month, "counts.target=9"),
    ];
    for (run, words, target) in runs {
        put(&queue, &id(run), Some("acme"), &fields(&[words, &[target]].concat())).await;
    }
    assert_eq!(last_full(&queue, "acme", flow, None).await.unwrap(), Some(120));
    let attendance = Flow::HrmosToMedimentAttendance;
    assert_eq!(last_full(&queue, "acme", attendance, Some("2026-10")).await.unwrap(), Some(9));
    assert_eq!(last_full(&queue, "acme", attendance, Some("2026-09")).await.unwrap(), None);
    assert_eq!(last_full(&queue, "clinic", flow, None).await.unwrap(), None);
}

#[tokio::test]
async fn a_sweep_keeps_the_newest_ended_runs_and_every_open_one() {
    let (_redis, queue) = world::start().await;
    let limits = Limits { ended_runs: 3 };
    // The oldest run is open; it outlives younger ones that have ended.
    put(&queue, &id("1000-0"), Some("acme"), &fields(&["status=再試行待ち", "link=acme"])).await;
    for n in 1..=5 {
        put(&queue, &id(&format!("{}-0", 1000 + n)), Some("acme"), &fields(&["status=完了", "link=acme"]))
            .await;
        put(&queue, &id(&format!("{}-0", 2000 + n)), None, &fields(&["status=異常終了"])).await;
        put(
            &queue,
            &id(&format!("{}-0", 3000 + n)),
            Some("clinic"),
            &fields(&["status=完了", "link=clinic"]),
        )
        .await;
    }
    let people = queue.keys().people(&id("1001-0"));
    let _: String = queue.connection().xadd(&people, "*", &[("code", "A0001")]).await.unwrap();
    // A run whose hash has expired.
    let _: () = queue.connection().del(queue.keys().run(&id("3005-0"))).await.unwrap();
    let swept = sweep(&queue, limits).await.unwrap();
    // The clinic's 3005-0 is gone from both indexes, its 3001-0 was too many; acme keeps three beside the open one.
    assert_eq!(swept, Swept { expired: 2, deleted: 5 });
    let kept = list(&queue, &all()).await.unwrap();
    let expected =
        ["3004-0", "3003-0", "3002-0", "2005-0", "2004-0", "2003-0", "1005-0", "1004-0", "1003-0", "1000-0"];
    assert_eq!(ids(&kept), expected);
    let exists: bool = queue.connection().exists(&people).await.unwrap();
    assert!(!exists, "the people go with their run");
    assert_eq!(sweep(&queue, limits).await.unwrap(), Swept::default());
    let left: i64 = queue.connection().ttl(queue.keys().runs_of("acme")).await.unwrap();
    assert!(left > 400 * 24 * 3600, "the index of a link without runs goes by itself");
}

#[tokio::test]
async fn a_backlog_of_open_runs_costs_a_link_none_of_its_history() {
    let (_redis, queue) = world::start().await;
    for n in 0..3 {
        put(&queue, &id(&format!("{}-0", 1000 + n)), Some("acme"), &fields(&["status=完了", "link=acme"]))
            .await;
    }
    for n in 0..250 {
        let run = id(&format!("{}-0", 2000 + n));
        put(&queue, &run, Some("acme"), &fields(&["status=実行待ち", "link=acme"])).await;
    }
    assert_eq!(sweep(&queue, Limits { ended_runs: 3 }).await.unwrap(), Swept::default());
    assert_eq!(list(&queue, &all()).await.unwrap().len(), 253);
    let one_less = Swept { expired: 0, deleted: 1 };
    assert_eq!(sweep(&queue, Limits { ended_runs: 2 }).await.unwrap(), one_less);
    let ended = Filter { status: Some(Status::Completed), ..all() };
    assert_eq!(ids(&list(&queue, &ended).await.unwrap()), ["1002-0", "1001-0"]);
}

#[tokio::test]
async fn a_sweep_goes_through_all_pages() {
    let (_redis, queue) = world::start().await;
    for n in 0..450 {
        let run = id(&format!("{}-0", 1000 + n));
        put(&queue, &run, Some("acme"), &fields(&["status=完了", "link=acme"])).await;
        if n % 2 == 0 {
            let _: () = queue.connection().del(queue.keys().run(&run)).await.unwrap();
        }
    }
    assert_eq!(
        sweep(&queue, Limits { ended_runs: 100 }).await.unwrap(),
        Swept { expired: 450, deleted: 125 }
    );
    assert_eq!(list(&queue, &all()).await.unwrap().len(), 100);
    let members: usize = queue.connection().zcard(queue.keys().runs_of("acme")).await.unwrap();
    assert_eq!(members, 100);
}

#[tokio::test]
async fn what_is_open_is_read_by_flow_unless_nobody_renewed_it_or_it_cannot_be_read() {
    let (_redis, queue) = world::start().await;
    let todo = |code: &str| Todo {
        code: code.to_owned(),
        kind: "T_NOT_CLOSED".to_owned(),
        message: "2026-10の勤怠が未締めです。".to_owned(),
        since: "2026-11-05".to_owned(),
    };
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let flow = Flow::HrmosToMedimentAttendance;
    let (old, new) = (day("2025-10-17"), day("2026-11-22"));
    let left = |flow, month, day, codes: &[&str]| {
        todo_list(flow, month, &KeptTodos::new(day, codes.iter().map(|code| todo(code)).collect()))
    };
    let lists = [
        left(flow, Some("2026-10"), new, &["7", "8"]),
        left(Flow::HrmosToMedimentEmployees, None, old, &["9"]),
        TodoList { field: "of-a-newer-version".to_owned(), ..left(flow, None, new, &["9"]) },
        TodoList { value: Some("?".to_owned()), ..left(flow, Some("2026-09"), new, &[]) },
    ];
    for list in lists {
        let value = list.value.unwrap();
        let _: () = queue.connection().hset(queue.keys().todo("clinic"), list.field, value).await.unwrap();
    }
    let open = open_todos(&queue, "clinic", new).await.unwrap();
    let shown: Vec<_> = open.iter().map(|open| (open.flow, open.month.as_deref(), open.list.count)).collect();
    assert_eq!(shown, [(flow, Some("2026-10"), 2)]);
    assert_eq!(open[0].list, KeptTodos::new(new, vec![todo("7"), todo("8")]));
    assert_eq!(open_todo(&queue, "clinic", flow, Some("2026-10")).await.unwrap(), Some(open[0].list.clone()));
    assert_eq!(open_todo(&queue, "clinic", flow, Some("2026-09")).await.unwrap(), None);
    assert_eq!(open_todos(&queue, "acme", new).await.unwrap(), []);
}
