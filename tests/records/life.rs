//! One run from job to mail, through the real queue: what one room writes, the others read.

use std::collections::BTreeMap;

use renkei::history::{
    self, Counts, Filter, PersonProblem, RecordedPerson, Report, Run, Status, begin_fields, finish_fields,
    label, person_fields, rejected_fields, timestamp,
};
use renkei::job::{Flow, Job, LinkKind, RunId};
use renkei::notify::{MailInput, OutboxEntry, compose, message_id};
use renkei::queue::{Backend, Begun, Claim, Consumer, Delivery, End, Held, NewRun, Queue, Record, Retain};
use tokio::sync::watch;

use crate::mailing::{Running, until_empty};
use crate::smtp_server::Smtp;
use crate::world;

const MESSAGE: &str =
    "社員番号:”A0002”の性別の値が存在しません。マスター項目に設定された値を指定してください。";

fn job() -> Job {
    Job { requested_by: Some("sato".to_owned()), ..Job::new("acme", Flow::OfficeStationToKaonavi) }
}

fn consume(queue: &Queue) -> (Backend, watch::Sender<bool>) {
    let (consumer, backend) = Consumer::new(queue, "test");
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(consumer.run(stopped));
    (backend, stop)
}

async fn begin(queue: &Queue, delivery: &Delivery) -> Claim {
    let new = NewRun {
        fields: begin_fields(&job(), "default"),
        link: "acme".to_owned(),
        accounts: vec!["kaonavi:0123456789abcdef".to_owned()],
        ..NewRun::default()
    };
    match queue.begin(delivery, &new).await.unwrap() {
        Begun::Started(claim, _) => claim,
        other => panic!("the run should have started: {other:?}"),
    }
}

fn rejected() -> RecordedPerson {
    let problem = PersonProblem {
        code: "E_MASTER".to_owned(),
        item: Some("性別".to_owned()),
        message: MESSAGE.to_owned(),
    };
    RecordedPerson {
        code: "A0002".to_owned(),
        outcome: "rejected".to_owned(),
        items: Vec::new(),
        errors: vec![problem],
        decision: None,
    }
}

fn report() -> Report {
    Report {
        status: Status::Completed,
        finished_at: timestamp(chrono::Utc::now()),
        counts: Counts { target: 120, unchanged: 119, rejected: 1, ..Counts::default() },
        skipped: BTreeMap::from([("retired".to_owned(), 4)]),
        requests: BTreeMap::from([("kaonavi".to_owned(), 9)]),
        handover: None,
        reason: None,
        todo: Vec::new(),
        full: true,
    }
}

fn mail(run: &RunId) -> OutboxEntry {
    let input = MailInput {
        kind: LinkKind::OfficeStationKaonavi,
        run: run.as_str(),
        support: None,
        failure: None,
        import: None,
        lines: vec![MESSAGE],
        todo: 0,
    };
    OutboxEntry {
        run: run.to_string(),
        organization: "default".to_owned(),
        kind: LinkKind::OfficeStationKaonavi,
        mail: compose(&input),
        message_id: message_id(run.as_str(), &["default", "acme"], None),
        created: timestamp(chrono::Utc::now()),
    }
}

async fn show(queue: &Queue, run: &RunId) -> Run {
    history::show(queue, run).await.unwrap().expect("the run is there")
}

#[tokio::test]
async fn a_run_is_readable_at_every_step_and_ends_with_one_mail() {
    let ((_redis, queue), smtp) = (world::start().await, Smtp::accepting().await);
    let run = queue.enqueue(&job().to_fields()).await.unwrap();
    assert_eq!(show(&queue, &run).await.status, Status::Waiting);

    let (mut backend, _stop) = consume(&queue);
    let delivery = backend.next().await.unwrap();
    let claim = begin(&queue, &delivery).await;
    let record = Record { people: vec![person_fields(0, &rejected())], ..Record::default() };
    assert_eq!(queue.record(&claim, &record).await.unwrap(), Held::Yes);
    let running = show(&queue, &run).await;
    assert_eq!((running.status, running.attempts), (Status::Running, 1));
    assert_eq!(running.people, Some(vec![rejected()]));

    let end = End {
        fields: finish_fields(&report()),
        retain: Retain::default(),
        mail: Some(mail(&run).to_fields()),
        holds: None,
        todo: None,
    };
    assert_eq!(queue.finish(&claim, &end).await.unwrap(), Held::Yes);
    let ended = show(&queue, &run).await;
    assert_eq!((label(&ended).as_str(), ended.people.clone()), ("完了(エラー1件)", Some(vec![rejected()])));
    assert!(ended.enqueued_at <= ended.started_at && ended.started_at <= ended.finished_at);
    assert_eq!(
        (ended.organization.as_deref(), ended.requested_by.as_deref()),
        (Some("default"), Some("sato"))
    );
    let flow = Flow::OfficeStationToKaonavi;
    assert_eq!(history::last_full(&queue, "acme", flow, None).await.unwrap(), Some(120));

    let again = history::retry_fields(queue.job_of(&run).await.unwrap().unwrap());
    let expected = job().to_fields().into_iter().map(|(name, value)| (name.to_owned(), value));
    assert_eq!(again, expected.collect::<Vec<_>>());

    let mailer = Running::start(&queue, smtp.address, &["hr@example.co.jp"]);
    until_empty(&queue).await;
    assert_eq!(smtp.received().len(), 1);
    mailer.stop().await;
}

#[tokio::test]
async fn an_invalid_job_is_a_run_that_says_what_to_write_instead() {
    let (_redis, queue) = world::start().await;
    let fields = [("link", "acmee".to_owned()), ("flow", "officestation-to-kaonavi".to_owned())];
    let run = queue.enqueue(&fields).await.unwrap();
    let (mut backend, _stop) = consume(&queue);
    let delivery = backend.next().await.unwrap();
    let message = "連携”acmee”は設定にありません(”acme”のことでしょうか)。";
    let fields = rejected_fields(message, None, &timestamp(chrono::Utc::now()));
    queue.reject(&delivery, &fields, "link").await.unwrap();
    let ended = show(&queue, &run).await;
    assert_eq!((ended.status, ended.link, ended.attempts), (Status::Failed, None, 0));
    assert_eq!(ended.reason.unwrap().message, message);
    let failed = Filter { link: None, status: Some(Status::Failed), limit: 10 };
    assert_eq!(history::list(&queue, &failed).await.unwrap().len(), 1);
}
