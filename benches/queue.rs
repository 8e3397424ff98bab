//! How fast the queue is, against a `redis-server` of its own: `cargo bench --bench queue`.
//!
//! - *bare*: take and atomic finish of a minimal record, concurrency 50 (status, acknowledge, delete);
//! - *complete*: begin and finish with their records, an account's lock each, indexes and retention;
//! - *latency*: from before `XADD` to the start of the handler on an otherwise idle machine.
//!
//! Jobs go through the real consumer and an apalis worker. Each figure is the median of several rounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use apalis::prelude::{BoxDynError, Data, WorkerBuilder, WorkerBuilderExt};
use renkei::queue::server::Server;
use renkei::queue::{Backend, Begun, Consumer, Delivery, End, NewRun, Queue, Settings};
use tokio::sync::{Notify, mpsc, watch};

const JOBS: u32 = 50_000;
const ROUNDS: usize = 5;
const CONCURRENCY: usize = 50;
const SAMPLES: usize = 1_000;

/// What a handler does with a job.
#[derive(Clone, Copy)]
enum Work {
    Bare,
    Complete,
    Latency,
}

/// What all handlers share.
#[derive(Clone)]
struct Shared {
    queue: Queue,
    work: Work,
    minimal: Arc<redis::Script>,
    done: Arc<AtomicU32>,
    all_done: Arc<Notify>,
    started: mpsc::UnboundedSender<Instant>,
}

/// Each job is a task of its own, on any core.
async fn handle(delivery: Delivery, shared: Data<Shared>) -> Result<(), BoxDynError> {
    tokio::spawn(work(delivery, (*shared).clone())).await?
}

async fn work(delivery: Delivery, shared: Shared) -> Result<(), BoxDynError> {
    match shared.work {
        Work::Bare => bare(&shared, &delivery).await?,
        Work::Complete => complete(&shared.queue, &delivery).await?,
        Work::Latency => {
            shared.started.send(Instant::now())?;
            bare(&shared, &delivery).await?;
        }
    }
    if shared.done.fetch_add(1, Ordering::Relaxed) + 1 == JOBS {
        shared.all_done.notify_one();
    }
    Ok(())
}

async fn bare(shared: &Shared, delivery: &Delivery) -> Result<(), BoxDynError> {
    let run = delivery.entry.parse().map_err(|()| "no run id")?;
    let mut call = shared.minimal.prepare_invoke();
    call.key(shared.queue.keys().jobs()).key(shared.queue.keys().run(&run)).arg(&delivery.entry);
    call.invoke_async::<()>(&mut shared.queue.connection()).await?;
    Ok(())
}

async fn complete(queue: &Queue, delivery: &Delivery) -> Result<(), BoxDynError> {
    let number = delivery.field("n").unwrap_or_default();
    let words = |words: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        words.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    let new = NewRun {
        fields: words(&[
            ("organization", "default"),
            ("link", number),
            ("flow", "officestation-to-kaonavi"),
            ("trigger", "spot"),
            ("dry_run", "false"),
            ("force", "false"),
        ]),
        link: number.to_owned(),
        // Accounts of their own, as 50,000 tenants have: contention is the tests' matter.
        accounts: vec![format!("officestation:{number}"), format!("kaonavi:{number}")],
        ..NewRun::default()
    };
    let Begun::Started(claim, _) = queue.begin(delivery, &new).await? else {
        return Err("the job didn't start".into());
    };
    let fields = words(&[
        ("status", "完了"),
        ("finished_at", "2026-11-22T09:00:00.000+09:00"),
        ("counts.target", "120"),
        ("counts.created", "3"),
        ("counts.updated", "7"),
        ("counts.unchanged", "110"),
        ("counts.held", "0"),
        ("counts.rejected", "0"),
        ("counts.skipped", "4"),
        ("counts.dependents.updated", "2"),
        ("counts.dependents.rejected", "0"),
        ("skipped.retired", "4"),
        ("requests.officestation", "4"),
        ("requests.kaonavi", "9"),
    ]);
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    queue.finish(&claim, &End { fields, ..End::default() }).await?;
    Ok(())
}

/// A worker that runs until it is stopped.
struct Running {
    shared: Shared,
    starts: mpsc::UnboundedReceiver<Instant>,
    stop: watch::Sender<bool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    fn start(queue: &Queue, work: Work) -> Running {
        let minimal = "redis.call('HSET', KEYS[2], 'status', '完了') \
                       redis.call('XACK', KEYS[1], 'workers', ARGV[1]) redis.call('XDEL', KEYS[1], ARGV[1])";
        let (started, starts) = mpsc::unbounded_channel();
        let shared = Shared {
            queue: queue.clone(),
            work,
            minimal: Arc::new(redis::Script::new(minimal)),
            done: Arc::default(),
            all_done: Arc::default(),
            started,
        };
        let (consumer, backend) = Consumer::new(queue, "bench");
        let (stop, stopped) = watch::channel(false);
        let tasks = vec![
            tokio::spawn(async move { consumer.run(stopped).await.expect("redis is usable") }),
            tokio::spawn(serve(backend, shared.clone())),
        ];
        Running { shared, starts, stop, tasks }
    }

    async fn end(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            task.await.expect("no panic");
        }
    }
}

async fn serve(backend: Backend, shared: Shared) {
    let worker =
        WorkerBuilder::new("bench").backend(backend).data(shared).concurrency(CONCURRENCY).build(handle);
    worker.run().await.expect("the worker ends with its consumer");
}

async fn fill(queue: &Queue, round: usize) {
    for part in 0..JOBS / 1000 {
        let mut pipe = redis::pipe();
        for n in 0..1000 {
            let number = format!("{round}-{part}-{n}");
            // A link of its own for each, as its accounts are: jobs of one link take turns.
            let job = [("link", number.as_str()), ("flow", "officestation-to-kaonavi")];
            pipe.cmd("XADD").arg(queue.keys().jobs()).arg("*").arg(&job).arg("n").arg(&number).ignore();
        }
        pipe.exec_async(&mut queue.connection()).await.expect("redis takes the jobs");
    }
}

/// Jobs per second, of a full stream.
async fn throughput(queue: &Queue, work: Work) -> f64 {
    let mut rates = Vec::new();
    for round in 0..ROUNDS {
        redis::cmd("FLUSHALL").exec_async(&mut queue.connection()).await.expect("redis is there");
        queue.check().await.expect("redis is there");
        fill(queue, round).await;
        let start = Instant::now();
        let running = Running::start(queue, work);
        running.shared.all_done.notified().await;
        rates.push(f64::from(JOBS) / start.elapsed().as_secs_f64());
        running.end().await;
    }
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// The times from before `XADD` to the handler's start, sorted.
async fn latencies(queue: &Queue) -> Vec<Duration> {
    let mut running = Running::start(queue, Work::Latency);
    let mut times = Vec::new();
    for _ in 0..SAMPLES {
        let start = Instant::now();
        queue.enqueue(&[("link", "acme".to_owned())]).await.expect("redis takes a job");
        let started = running.starts.recv().await.expect("the worker runs");
        times.push(started - start);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    running.end().await;
    times.sort();
    times
}

#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir().expect("make a directory");
    let server = Server::start(dir.path()).await.expect("redis-server is installed");
    let mut settings = Settings::new(server.url(), "renkei");
    settings.concurrency = CONCURRENCY;
    let queue = Queue::connect(settings).expect("the address is valid");
    queue.wait_ready().await.expect("redis is usable");
    println!("bare:     {:>7.0} jobs/s", throughput(&queue, Work::Bare).await);
    println!("complete: {:>7.0} jobs/s", throughput(&queue, Work::Complete).await);
    let times = latencies(&queue).await;
    println!("latency:  p50 {:.2?}, p99 {:.2?}", times[SAMPLES / 2], times[SAMPLES * 99 / 100]);
    server.stop().await;
}
