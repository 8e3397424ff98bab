//! What these tests start and wait for.

use std::time::Duration;

use renkei::queue::{Queue, Settings};

use crate::redis_server::Redis;

/// A private Redis and a queue in it.
pub(crate) async fn start() -> (Redis, Queue) {
    let redis = Redis::start();
    let queue = Queue::connect(Settings::new(redis.url(), "renkei")).expect("the address is valid");
    queue.wait_ready().await.expect("a new server is usable");
    (redis, queue)
}

/// Waits until `condition` holds, and fails after 20 s.
pub(crate) async fn until<F, W>(what: &str, condition: F)
where
    F: Fn() -> W,
    W: Future<Output = bool>,
{
    for _ in 0..2000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain: {what}");
}
