//! The three paths and their server.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use super::health::Health;
use super::ready::{Dependencies, Readiness};
use crate::queue::{Depth, Queue};
use crate::telemetry::metrics::{Metrics, QueueState, queue_depth, queue_oldest_age, redis_up};

/// How long `/metrics` waits for Redis; past it the gauges keep their last values.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the answers are made from.
#[derive(Clone)]
pub struct App {
    /// The loops.
    pub health: Health,
    /// The recorder of the process.
    pub metrics: Metrics,
    /// Asks the rest of the daemon for its dependencies; must not wait for anything.
    pub dependencies: Arc<dyn Fn() -> Dependencies + Send + Sync>,
    /// For the queue's gauges.
    pub queue: Queue,
}

/// Serves until `stop` turns true or its sender is gone; then ends when open requests are answered.
///
/// # Errors
/// The listener broke.
pub async fn serve(listener: TcpListener, app: App, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let router = Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(app);
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            // An error means that the sender is gone, which is as good as being told.
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
}

async fn healthz(State(app): State<App>) -> Response {
    let stuck = app.health.stuck();
    if stuck.is_empty() {
        return (StatusCode::OK, "ok\n").into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("stuck: {}\n", stuck.join(", "))).into_response()
}

async fn readyz(State(app): State<App>) -> Response {
    let readiness = Readiness::of((app.dependencies)(), &app.health.loops());
    let status = if readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

async fn metrics(State(app): State<App>) -> Response {
    let depth = timeout(PATIENCE, app.queue.depth()).await.ok().and_then(Result::ok);
    redis_up(depth.is_some());
    if let Some(depth) = depth {
        publish(&depth);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.render())
        .into_response()
}

fn publish(depth: &Depth) {
    queue_depth(QueueState::Ready, depth.ready);
    queue_depth(QueueState::Running, depth.running);
    queue_depth(QueueState::Waiting, depth.waiting);
    queue_depth(QueueState::Delayed, depth.delayed);
    queue_oldest_age(Duration::from_millis(depth.oldest_ms));
}
