//! One job's life: from a stream entry to 完了 or 異常終了.
//!
//! apalis runs the attempts (concurrency, tracing); `attempt` is the way of one. Its named steps: parse the job, begin (or wait,
//! or see that there is nothing to do), run the flow under a lease, and end: finish, or put back for a retry or a drain. Every
//! change of the run's state is one script of the queue that a stale attempt can't pass.

mod attempt;
mod ending;
mod holds;
mod journal;
mod requests;
mod retry;
mod todo;

use std::sync::Arc;

use apalis::layers::WorkerBuilderExt;
use apalis::prelude::{BoxDynError, Data, WorkerBuilder, WorkerError};
use tokio::sync::watch;

use crate::config::Config;
use crate::flows::Http;
use crate::queue::{Backend, Delivery, Queue};

/// What all attempts of a process share.
#[derive(Debug, Clone)]
pub struct Worker {
    /// Where jobs come from and runs are kept.
    pub queue: Queue,
    /// The outgoing HTTP client.
    pub http: Http,
    /// The configuration as of now; an attempt keeps the one it began with.
    pub config: watch::Receiver<Arc<Config>>,
    /// True once the daemon drains.
    pub drain: watch::Receiver<bool>,
}

impl Worker {
    /// Works off what the backend gives until the daemon drains and every attempt has ended.
    ///
    /// # Errors
    /// If apalis can't run the worker.
    pub async fn run(self, backend: Backend, concurrency: usize) -> Result<(), WorkerError> {
        let mut drain = self.drain.clone();
        let drained = async move {
            // A sender that is gone drains as well: nobody could say so any more.
            let _ = drain.wait_for(|drain| *drain).await;
            Ok::<(), std::io::Error>(())
        };
        WorkerBuilder::new("renkei")
            .backend(backend)
            .data(Arc::new(self))
            .concurrency(concurrency)
            .build(live)
            .run_until(drained)
            .await
    }
}

/// A task of its own for each attempt, so that they share the runtime's threads.
async fn live(delivery: Delivery, worker: Data<Arc<Worker>>) -> Result<(), BoxDynError> {
    let worker = Arc::clone(&worker);
    Ok(tokio::spawn(async move { Box::pin(attempt::live(&worker, delivery)).await }).await?)
}
