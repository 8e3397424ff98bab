//! The `apalis` backend: a channel that the consumer feeds.
//!
//! apalis's own Redis storage ends its worker over one malformed entry or a restart of Redis. Here everything that
//! can fail stays with the consumer, and the backend can't.

use std::convert::Infallible;
use std::task::{Context, Poll};

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend as ApalisBackend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::{RandomId, TaskId};
use apalis_core::worker::context::WorkerContext;
use tokio::sync::mpsc;
use tower_layer::Identity;

use super::Delivery;

/// Hands deliveries to an apalis worker, and stops the worker when its consumer ended.
#[derive(Debug)]
pub struct Backend {
    deliveries: mpsc::Receiver<Delivery>,
}

impl Backend {
    pub(super) fn new(deliveries: mpsc::Receiver<Delivery>) -> Backend {
        Backend { deliveries }
    }

    /// The next delivery, without apalis. Nothing when the consumer ended.
    pub async fn next(&mut self) -> Option<Delivery> {
        self.deliveries.recv().await
    }
}

impl ApalisBackend for Backend {
    type Task = Task<Delivery>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Delivery>, Infallible>>> {
        self.deliveries.poll_recv(cx).map(|delivery| {
            let Some(delivery) = delivery else {
                // apalis waits for this word even if its backend is exhausted. It refuses a second one.
                let _ = worker.stop();
                return None;
            };
            let id = TaskId::from_string(RandomId::default());
            Some(Ok(TaskBuilder::new(delivery).task_id(id).build()))
        })
    }

    /// Refuses what comes and drops what came: an undelivered entry is released by its slot.
    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        self.deliveries.close();
        while self.deliveries.try_recv().is_ok() {}
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for Backend {
    type Args = Delivery;
    type Id = RandomId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
