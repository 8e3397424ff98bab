//! The daemon's parts, started in order and drained in reverse.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};

use apalis::prelude::WorkerError;

use super::connect::{http_settings, queue_settings, redis_error};
use super::error::ExpectedError;
use super::mailing::Addresses;
use crate::config::Config;
use crate::flows::Http;
use crate::history::{self, Limits};
use crate::job::now;
use crate::notify::{Mailer, MailerSettings, SmtpState, expiry};
use crate::queue::gate::Gate;
use crate::queue::server::Server;
use crate::queue::{Backend, Consumer, Queue, QueueError};
use crate::schedule;
use crate::telemetry::metrics::{self, Metrics};
use crate::web::{self, App, Dependencies, Health};
use crate::worker::Worker;

/// What is left of the 30 s that a drain may take, after the writes in flight had theirs.
const AFTER_WRITES: Duration = Duration::from_secs(5);
/// How often the history is swept.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
/// How often the metrics are looked after: without it the samples of histograms that nobody asks for would pile up.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// How long after the start the first sweep comes: not while everything else starts.
const FIRST_SWEEP: Duration = Duration::from_secs(60);

/// A daemon with all its loops running.
pub(super) struct Daemon {
    /// Where health and metrics are served.
    pub(super) http: SocketAddr,
    /// The loops, for the watchdog.
    pub(super) health: Health,
    /// The configuration that the loops see.
    pub(super) config: watch::Sender<Arc<Config>>,
    /// Turns true when Redis was there for the first time.
    pub(super) ready: watch::Receiver<bool>,
    drain: watch::Sender<bool>,
    stop: watch::Sender<bool>,
    work: JoinHandle<Result<(), Broken>>,
    loops: Vec<JoinHandle<()>>,
    server: Option<Server>,
}

/// Why the work ended by itself.
#[derive(Debug)]
enum Broken {
    /// Redis can't be used at all.
    Redis(QueueError),
    /// The worker ended without being told to. A panic's text may quote a value: it is left out.
    Worker(String),
}

impl From<QueueError> for Broken {
    fn from(error: QueueError) -> Broken {
        Broken::Redis(error)
    }
}

/// What the loops share while they are started.
struct Parts {
    queue: Queue,
    config: watch::Receiver<Arc<Config>>,
    drain: watch::Receiver<bool>,
    stop: watch::Receiver<bool>,
    health: Health,
}

impl Daemon {
    /// Starts everything. Redis may be away: the loops wait for it.
    pub(super) async fn start(config: Config, metrics: Metrics) -> Result<Daemon, ExpectedError> {
        let listen = config.http.listen;
        let listener = TcpListener::bind(listen).await.map_err(|source| ExpectedError::Io {
            what: format!("listen on {listen}; set another `http: {{ listen: … }}`"),
            source,
        })?;
        let http = listener.local_addr().unwrap_or(listen);
        let server = match config.redis {
            Some(_) => None,
            None => Some(
                Server::start(&config.state_dir)
                    .await
                    .map_err(|error| ExpectedError::Failure(format!("failed to {error}")))?,
            ),
        };
        let queue = Queue::connect(queue_settings(&config)).map_err(|error| redis_error(&config, error))?;
        let (config, seen) = watch::channel(Arc::new(config));
        let (drain, draining) = watch::channel(false);
        let (stop, stopped) = watch::channel(false);
        let parts = Parts { queue, config: seen, drain: draining, stop: stopped, health: Health::default() };
        let (ready, readied) = watch::channel(false);
        let mailer = parts.mailer();
        let loops = vec![
            parts.web(listener, metrics.clone(), mailer.state()),
            tokio::spawn(mailer.run(parts.stop.clone())),
            parts.scheduler(),
            parts.reminder(),
            parts.housekeeping(metrics.clone()),
        ];
        let work = parts.work(ready)?;
        let health = parts.health;
        Ok(Daemon { http, health, config, ready: readied, drain, stop, work, loops, server })
    }

    /// Waits until the work ends by itself, which only a Redis that can't be used at all or a broken worker makes it do.
    pub(super) async fn broken(&mut self) -> ExpectedError {
        let config = Arc::clone(&self.config.borrow());
        match (&mut self.work).await {
            Ok(Err(Broken::Redis(error))) => redis_error(&config, error),
            Ok(Err(Broken::Worker(why))) => ExpectedError::Failure(why),
            Ok(Ok(())) => ExpectedError::Failure("the worker ended unasked".to_owned()),
            Err(_) => ExpectedError::Failure("the worker panicked".to_owned()),
        }
    }

    /// Takes nothing new, gives writes in flight their time, puts runs back, then ends everything.
    pub(super) async fn drain(self) {
        let limit = self.config.borrow().worker.drain + AFTER_WRITES;
        self.drain.send_replace(true);
        if !self.work.is_finished() && tokio::time::timeout(limit, self.work).await.is_err() {
            tracing::warn!("not every run could be put back in time; their leases bring them back");
        }
        self.stop.send_replace(true);
        for one in self.loops {
            let abort = one.abort_handle();
            if tokio::time::timeout(AFTER_WRITES / 2, one).await.is_err() {
                abort.abort();
            }
        }
        if let Some(server) = self.server {
            server.stop().await;
        }
    }
}

impl Parts {
    /// The consumer and the attempts it feeds. Ends after a drain.
    fn work(&self, ready: watch::Sender<bool>) -> Result<JoinHandle<Result<(), Broken>>, ExpectedError> {
        let config = Arc::clone(&self.config.borrow());
        let gate = Gate::Redis(self.queue.clone());
        let http = Http::new(http_settings(&config), gate)
            .map_err(|error| ExpectedError::Failure(format!("failed to start the HTTP client: {error}")))?;
        let worker = Worker {
            queue: self.queue.clone(),
            http,
            config: self.config.clone(),
            drain: self.drain.clone(),
        };
        let (consumer, backend) = Consumer::new(&self.queue, &host());
        let health = self.health.clone();
        Ok(tokio::spawn(work(worker, consumer, backend, config.worker.concurrency, ready, health)))
    }

    fn mailer(&self) -> Mailer {
        // Two containers may have the same name and process id; the seeds of the hasher come from the operating system.
        let random = RandomState::new().hash_one(0u8);
        let consumer = format!("{}-{}-{random:016x}", host(), std::process::id());
        let beat = self.health.register("mailer", Duration::from_secs(120));
        let directory = Arc::new(Addresses(self.config.clone()));
        Mailer::new(&self.queue, MailerSettings::new(&consumer), directory, Arc::new(move || beat.beat()))
    }

    fn scheduler(&self) -> JoinHandle<()> {
        let beat = self.health.register("scheduler", Duration::from_secs(60));
        tokio::spawn(schedule::run(
            self.queue.clone(),
            self.config.clone(),
            schedule::SystemClock,
            Arc::new(move || beat.beat()),
            self.drain.clone(),
        ))
    }

    fn reminder(&self) -> JoinHandle<()> {
        let beat = self.health.register("reminder", Duration::from_secs(120));
        tokio::spawn(expiry::remind(
            self.queue.clone(),
            self.config.clone(),
            now,
            Arc::new(move || beat.beat()),
            self.drain.clone(),
        ))
    }

    fn web(
        &self,
        listener: TcpListener,
        metrics: Metrics,
        smtp: watch::Receiver<SmtpState>,
    ) -> JoinHandle<()> {
        let (up, drain) = (self.queue.up(), self.drain.clone());
        let dependencies = move || Dependencies {
            redis: *up.borrow(),
            // A newer schema ends the daemon, so that a running one has one that it knows.
            schema: true,
            draining: *drain.borrow(),
            smtp: smtp.borrow().as_str(),
        };
        let app = App {
            health: self.health.clone(),
            metrics,
            dependencies: Arc::new(dependencies),
            queue: self.queue.clone(),
        };
        let stop = self.stop.clone();
        tokio::spawn(async move {
            if let Err(error) = web::serve(listener, app, stop).await {
                tracing::error!(%error, "failed to serve health and metrics");
            }
        })
    }

    /// What has to be done now and then: the history's retention, the metrics' upkeep.
    fn housekeeping(&self, metrics: Metrics) -> JoinHandle<()> {
        let (queue, mut stop) = (self.queue.clone(), self.stop.clone());
        tokio::spawn(async move {
            let mut next = Instant::now() + FIRST_SWEEP;
            loop {
                tokio::select! {
                    _ = stop.wait_for(|stop| *stop) => return,
                    () = tokio::time::sleep(UPKEEP_EVERY) => metrics.upkeep(),
                }
                if Instant::now() < next {
                    continue;
                }
                next = Instant::now() + SWEEP_EVERY;
                if let Err(error) = history::sweep(&queue, Limits::default()).await {
                    tracing::warn!(%error, "failed to sweep the history; the next hour tries again");
                }
            }
        })
    }
}

async fn work(
    worker: Worker,
    consumer: Consumer,
    backend: Backend,
    concurrency: usize,
    ready: watch::Sender<bool>,
    health: Health,
) -> Result<(), Broken> {
    let drain = worker.drain.clone();
    let mut stopped = drain.clone();
    tokio::select! {
        there = worker.queue.wait_ready() => there?,
        _ = stopped.wait_for(|stop| *stop) => return Ok(()),
    }
    metrics::redis_up(true);
    ready.send_replace(true);
    let attempts = tokio::spawn(worker.run(backend, concurrency));
    // Not earlier: a Redis that is away from the start is no loop that is stuck.
    let beat = health.register("consumer", Duration::from_secs(60));
    let turns = beat.clone();
    let consumer = consumer.with_beat(Arc::new(move || turns.beat()));
    both(consumer.run(drain.clone()), attempts, &drain).await?;
    beat.stop();
    Ok(())
}

/// Waits for the consumer and the worker that it feeds. A worker that ends before the drain leaves nobody to carry
/// jobs on, so that the daemon has to end too.
async fn both(
    consumer: impl Future<Output = Result<(), QueueError>>,
    mut worker: JoinHandle<Result<(), WorkerError>>,
    drain: &watch::Receiver<bool>,
) -> Result<(), Broken> {
    let mut consumer = pin!(consumer);
    let first = tokio::select! {
        read = &mut consumer => {
            read?;
            None
        }
        ended = &mut worker => Some(ended),
    };
    let Some(ended) = first else {
        if let Some(why) = fault(worker.await) {
            tracing::error!("{why}");
        }
        return Ok(());
    };
    let why = fault(ended);
    // A sender that is gone drains as well.
    if !*drain.borrow() && drain.has_changed().is_ok() {
        return Err(Broken::Worker(why.unwrap_or_else(|| "the worker ended unasked".to_owned())));
    }
    if let Some(why) = why {
        tracing::error!("{why}");
    }
    Ok(consumer.await?)
}

/// What went wrong in the worker, if anything did.
fn fault(ended: Result<Result<(), WorkerError>, JoinError>) -> Option<String> {
    match ended {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(format!("the worker failed: {error}")),
        Err(_) => Some("the worker panicked".to_owned()),
    }
}

/// This machine's name, for people who look at the consumers.
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn worker(end: impl FnOnce() + Send + 'static) -> JoinHandle<Result<(), WorkerError>> {
        tokio::spawn(async move {
            end();
            Ok(())
        })
    }

    #[tokio::test]
    async fn a_worker_that_ends_before_the_drain_breaks_the_work() {
        let (_drain, drained) = watch::channel(false);
        let ends: [(fn(), &str); 2] = [(|| (), "ended unasked"), (|| panic!("A0001"), "panicked")];
        for (end, word) in ends {
            let Err(Broken::Worker(why)) = both(pending(), worker(end), &drained).await else {
                panic!("the work went on")
            };
            assert!(why.contains(word) && !why.contains("A0001"), "{why}");
        }
    }

    #[tokio::test]
    async fn a_worker_that_ends_in_a_drain_leaves_the_consumer_its_time() {
        let (drain, drained) = watch::channel(false);
        drain.send_replace(true);
        let (left, leaving) = tokio::sync::oneshot::channel();
        let consumer = async {
            leaving.await.expect("the test lets it leave");
            Ok(())
        };
        let both = tokio::spawn(async move { both(consumer, worker(|| ()), &drained).await });
        tokio::task::yield_now().await;
        assert!(!both.is_finished());
        left.send(()).expect("it waits");
        assert!(both.await.expect("no panic").is_ok());
    }
}
