//! What the tests share: a server, a queue with short times, and jobs.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use renkei::job::RunId;
use renkei::queue::{Backend, Begun, Claim, Consumer, Delivery, Earlier, End, NewRun, Queue, Settings};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::redis_server::Redis;

/// A lease to outwait: long enough for a busy machine, short enough for a test.
pub(crate) const LEASE: Duration = Duration::from_millis(800);

pub(crate) struct Bed {
    pub(crate) redis: Redis,
    pub(crate) queue: Queue,
}

/// A running consumer; it is gone without a word when it is dropped, as if its process was killed.
pub(crate) struct Worker {
    pub(crate) backend: Backend,
    pub(crate) name: String,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) task: JoinHandle<()>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Bed {
    pub(crate) async fn new() -> Bed {
        Bed::with(|_| {}).await
    }

    /// With a lease that lapses within the test.
    pub(crate) async fn brief() -> Bed {
        Bed::with(brief).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Bed {
        let redis = Redis::start();
        let queue = another_queue(&redis, change);
        queue.check().await.expect("redis is there");
        Bed { redis, queue }
    }

    pub(crate) fn worker(&self) -> Worker {
        worker(&self.queue)
    }

    /// Adds a job with these fields.
    pub(crate) async fn enqueue(&self, fields: &[(&str, &str)]) -> RunId {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.queue.enqueue(&fields).await.expect("redis takes a job")
    }

    /// Adds a job of link `acme`.
    pub(crate) async fn job(&self) -> RunId {
        self.enqueue(&[("link", "acme"), ("flow", "officestation-to-kaonavi")]).await
    }

    /// Takes the next delivery and starts it.
    pub(crate) async fn start(&self, worker: &mut Worker, accounts: &[&str]) -> (Claim, Earlier) {
        let delivery = worker.next().await;
        self.begin(&delivery, accounts).await.started()
    }

    pub(crate) async fn begin(&self, delivery: &Delivery, accounts: &[&str]) -> Begun {
        self.queue.begin(delivery, &new_run(delivery, accounts)).await.expect("redis answers")
    }

    pub(crate) async fn finish(&self, claim: &Claim) -> renkei::queue::Held {
        self.queue.finish(claim, &end()).await.expect("redis answers")
    }

    pub(crate) fn run(&self, run: &RunId) -> HashMap<String, String> {
        self.redis.ask(&["HGETALL", &self.queue.keys().run(run)])
    }

    pub(crate) fn status(&self, run: &RunId) -> String {
        self.run(run).remove("status").unwrap_or_default()
    }

    pub(crate) fn exists(&self, key: &str) -> bool {
        self.redis.ask(&["EXISTS", key])
    }

    pub(crate) fn open_entries(&self) -> usize {
        self.redis.ask(&["XLEN", "renkei:jobs"])
    }

    /// Nothing is left of the work but its history.
    pub(crate) fn assert_idle(&self) {
        assert_eq!(self.open_entries(), 0, "entries are left on the stream");
        let pending: (usize, redis::Value, redis::Value, redis::Value) =
            self.redis.ask(&["XPENDING", "renkei:jobs", "workers"]);
        assert_eq!(pending.0, 0, "entries are left pending");
        for pattern in ["renkei:lock:*", "renkei:waiting*", "renkei:delayed", "renkei:run:*:people:*"] {
            assert_eq!(self.redis.ask::<Vec<String>>(&["KEYS", pattern]), Vec::<String>::new());
        }
    }
}

pub(crate) fn another_queue(redis: &Redis, change: impl FnOnce(&mut Settings)) -> Queue {
    let mut settings = Settings::new(redis.url(), "renkei");
    settings.sweep = Duration::from_millis(50);
    change(&mut settings);
    Queue::connect(settings).expect("the address is valid")
}

pub(crate) fn brief(settings: &mut Settings) {
    settings.lease = LEASE;
    settings.renew = LEASE / 4;
}

pub(crate) fn worker(queue: &Queue) -> Worker {
    let (consumer, backend) = Consumer::new(queue, "test");
    let name = consumer.name().to_owned();
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(async move { consumer.run(stopped).await.expect("redis is usable") });
    Worker { backend, name, stop, task }
}

pub(crate) fn new_run(delivery: &Delivery, accounts: &[&str]) -> NewRun {
    NewRun {
        fields: vec![("link", "acme".to_owned()), ("flow", "officestation-to-kaonavi".to_owned())],
        link: "acme".to_owned(),
        accounts: accounts.iter().map(|account| (*account).to_owned()).collect(),
        key: delivery.field("key").map(str::to_owned),
        run: delivery.field("run").map(|run| run.parse().expect("a run id")),
    }
}

pub(crate) fn end() -> End {
    let fields = vec![("status".to_owned(), "完了".to_owned()), ("counts.target".to_owned(), "1".to_owned())];
    End { fields, ..End::default() }
}

pub(crate) fn pairs(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !so() {
        assert!(Instant::now() < end, "never came true: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl Worker {
    pub(crate) async fn next(&mut self) -> Delivery {
        tokio::time::timeout(Duration::from_secs(20), self.backend.next())
            .await
            .expect("a delivery within 20 s")
            .expect("the consumer runs")
    }

    /// Whether nothing more comes while a new job would have come.
    pub(crate) async fn comes_nothing(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(300), self.backend.next()).await.is_err()
    }
}

/// What a test expects of a begin.
pub(crate) trait Expect {
    fn started(self) -> (Claim, Earlier);
}

impl Expect for Begun {
    fn started(self) -> (Claim, Earlier) {
        match self {
            Begun::Started(claim, earlier) => (claim, earlier),
            other => panic!("not started: {other:?}"),
        }
    }
}
