//! Entries that are no valid job.

use std::time::{Duration, Instant};

use renkei::queue::{Back, Begun, Delivery, End, Record};

use crate::bed::{Bed, Worker, end, pairs, until};

/// What the history makes of a rejected job.
fn fields() -> Vec<(&'static str, String)> {
    vec![("status", "異常終了".to_owned()), ("reason.code", "F_JOB".to_owned())]
}

async fn reject(bed: &Bed, delivery: &Delivery) {
    bed.queue.reject(delivery, &fields(), "unknown_link").await.expect("redis answers");
}

fn add(bed: &Bed, words: &[&[u8]]) {
    let mut add = redis::cmd("XADD");
    add.arg("renkei:jobs").arg("*");
    for word in words {
        add.arg(*word);
    }
    let client = redis::Client::open(bed.redis.url()).expect("the address is valid");
    add.exec(&mut client.get_connection().expect("redis is there")).expect("redis takes it");
}

fn copies(bed: &Bed) -> Vec<Vec<(Vec<u8>, Vec<u8>)>> {
    let rows: Vec<(String, Vec<Vec<u8>>)> = bed.redis.ask(&["XRANGE", "renkei:rejected", "-", "+"]);
    rows.iter()
        .map(|(_, words)| words.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect())
        .collect()
}

#[tokio::test]
async fn a_rejected_entry_is_an_ended_run_and_a_copy() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.enqueue(&[("link", "nobody"), ("flow", "x")]).await;
    let delivery = worker.next().await;
    reject(&bed, &delivery).await;
    reject(&bed, &delivery).await;
    let hash = bed.run(&run);
    assert_eq!((&*hash["status"], &*hash["reason.code"]), ("異常終了", "F_JOB"));
    assert!(!hash.contains_key("link"));
    assert!(bed.redis.ask::<i64>(&["TTL", &bed.queue.keys().run(&run)]) > 0);
    assert_eq!(bed.redis.ask::<Vec<String>>(&["ZRANGE", "renkei:runs", "0", "-1"]), [run.as_str()]);
    let pair = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
    assert_eq!(copies(&bed), [[pair("reason", "unknown_link"), pair("link", "nobody"), pair("flow", "x")]]);
    bed.assert_idle();
}

#[tokio::test]
async fn a_rejected_job_of_a_configured_link_is_in_that_links_history() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.enqueue(&[("link", "acme"), ("flow", "x")]).await;
    let delivery = worker.next().await;
    let mut fields = fields();
    fields.push(("link", "acme".to_owned()));
    bed.queue.reject(&delivery, &fields, "unknown_flow").await.expect("redis answers");
    assert_eq!(bed.redis.ask::<Vec<String>>(&["ZRANGE", "renkei:runs:acme", "0", "-1"]), [run.as_str()]);
}

#[tokio::test]
async fn odd_and_huge_entries_are_copied_in_part() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    add(&bed, &[b"link", b"\xff\xfe", b"link", b"twice"]);
    let big = vec![b'x'; 1_000_000];
    add(&bed, &[&big, &big]);
    let many: Vec<String> = (0..100).map(|n| format!("f{n}")).collect();
    let words: Vec<&[u8]> = many.iter().flat_map(|name| [name.as_bytes(), b"v".as_slice()]).collect();
    add(&bed, &words);
    for _ in 0..3 {
        let delivery = worker.next().await;
        reject(&bed, &delivery).await;
    }
    let copies = copies(&bed);
    assert_eq!(copies[0].len(), 3);
    assert_eq!(copies[0][1], (b"link".to_vec(), b"\xff\xfe".to_vec()));
    assert_eq!(copies[1][1].0.len(), 256);
    assert_eq!(copies[2].len(), 1 + 32);
    bed.assert_idle();
}

#[tokio::test]
async fn a_job_that_names_no_run_is_rejected_under_its_own_id() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let entry = bed.enqueue(&[("link", "acme"), ("flow", "x"), ("run", "1-1")]).await;
    let delivery = worker.next().await;
    assert!(matches!(bed.begin(&delivery, &[]).await, Begun::Unknown));
    reject(&bed, &delivery).await;
    assert_eq!(bed.status(&entry), "異常終了");
    bed.assert_idle();
}

#[tokio::test]
async fn a_run_whose_link_was_removed_while_it_waited_ends_and_lets_the_next_one_go() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &["kaonavi:1"]).await;
    bed.queue.put_back(&claim, &Back::Drain).await.expect("redis answers");
    let delivery = worker.next().await;
    reject(&bed, &delivery).await;
    assert_eq!(bed.status(&run), "異常終了");
    assert_eq!(bed.redis.ask::<usize>(&["ZCARD", "renkei:runs"]), 1);
    bed.assert_idle();
}

#[tokio::test]
async fn a_run_that_is_rejected_between_its_attempts_keeps_nothing_of_them() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &["kaonavi:1"]).await;
    let record = Record { fields: pairs(&[("intents", "[]")]), people: vec![pairs(&[("code", "A0001")])] };
    bed.queue.record(&claim, &record).await.expect("redis answers");
    let reason = pairs(&[
        ("reason.code", "F_TIMEOUT"),
        ("reason.remedy", "try later"),
        ("next_attempt_at", "2026-11-22T00:00:00+09:00"),
    ]);
    let retry = Back::Retry { after: Duration::ZERO, fields: reason };
    bed.queue.put_back(&claim, &retry).await.expect("redis answers");
    let delivery = worker.next().await;
    bed.redis.ask::<i64>(&["HSET", &bed.queue.keys().run(&run), "waiting_for", "1-1"]);
    reject(&bed, &delivery).await;
    let hash = bed.run(&run);
    assert_eq!((&*hash["status"], &*hash["reason.code"]), ("異常終了", "F_JOB"));
    for gone in ["reason.remedy", "next_attempt_at", "waiting_for", "intents", "recorded", "people_epoch"] {
        assert!(!hash.contains_key(gone), "{gone}");
    }
    bed.assert_idle();
}

#[tokio::test]
async fn an_entry_of_a_run_that_is_read_anew_is_rejected_with_all_that_the_run_held() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    bed.start(&mut worker, &["kaonavi:1"]).await;
    drop(worker);
    // The group is lost and made again: the entry looks as if nobody had ever had it.
    bed.redis.ask::<i64>(&["XGROUP", "DESTROY", "renkei:jobs", "workers"]);
    bed.queue.check().await.expect("redis is there");
    let mut worker = bed.worker();
    let delivery = worker.next().await;
    assert!(!delivery.taken_over);
    reject(&bed, &delivery).await;
    assert_eq!(bed.status(&run), "異常終了");
    bed.assert_idle();
}

#[tokio::test]
async fn a_rejected_entry_cannot_end_somebody_elses_run() {
    let bed = Bed::new().await;
    let mut worker = bed.worker();
    let run = bed.job().await;
    let (claim, _) = bed.start(&mut worker, &["kaonavi:1"]).await;
    let entry = bed.enqueue(&[("nonsense", "1"), ("run", run.as_str())]).await;
    let delivery = worker.next().await;
    reject(&bed, &delivery).await;
    assert_eq!((bed.status(&run), bed.status(&entry)), ("実行中".to_owned(), "異常終了".to_owned()));
    bed.finish(&claim).await;
    bed.assert_idle();
}

async fn fill(bed: &Bed, count: usize, words: &[&str]) {
    for part in 0..count / 1000 {
        let mut pipe = redis::pipe();
        for n in 0..1000 {
            pipe.cmd("XADD").arg("renkei:jobs").arg("*").arg(words).arg("n").arg(part * 1000 + n).ignore();
        }
        pipe.exec_async(&mut bed.queue.connection()).await.expect("redis takes them");
    }
}

/// Lets `each` handle deliveries, as many at once as there are slots.
async fn all<W: Future<Output = ()> + Send + 'static>(
    worker: &mut Worker,
    count: usize,
    each: impl Fn(Delivery) -> W,
) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..count {
        let delivery = worker.next().await;
        tasks.spawn(each(delivery));
        while tasks.try_join_next().is_some() {}
    }
    tasks.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_7_fifty_thousand_rejected_jobs_go_through_and_leave_ten_thousand_copies() {
    let bed = Bed::with(|settings| settings.concurrency = 50).await;
    fill(&bed, 50_000, &["link", "nobody"]).await;
    let mut worker = bed.worker();
    let start = Instant::now();
    all(&mut worker, 50_000, |delivery| {
        let queue = bed.queue.clone();
        async move { queue.reject(&delivery, &fields(), "unknown_link").await.expect("redis answers") }
    })
    .await;
    // A generous bound: a debug build on a busy machine takes some seconds.
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
    assert_eq!(bed.redis.ask::<usize>(&["XLEN", "renkei:rejected"]), 10_000);
    assert_eq!(bed.redis.ask::<usize>(&["ZCARD", "renkei:runs"]), 50_000);
    until("the last entries are acknowledged", || bed.open_entries() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_of_fifty_thousand_jobs_is_worked_off() {
    let bed = Bed::with(|settings| settings.concurrency = 50).await;
    fill(&bed, 50_000, &["link", "acme", "flow", "x"]).await;
    let mut worker = bed.worker();
    all(&mut worker, 50_000, |delivery| {
        let queue = bed.queue.clone();
        async move {
            let new = crate::bed::new_run(&delivery, &[]);
            let Ok(Begun::Started(claim, _)) = queue.begin(&delivery, &new).await else {
                panic!("it didn't start")
            };
            let end = End { retain: renkei::queue::Retain::default(), ..end() };
            queue.finish(&claim, &end).await.expect("redis answers");
        }
    })
    .await;
    assert_eq!(bed.redis.ask::<usize>(&["ZCARD", "renkei:runs:acme"]), 50_000);
    bed.assert_idle();
}
