//! The three paths over real HTTP.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use redis::AsyncCommands;
use renkei::queue::Queue;
use renkei::telemetry::metrics::{self, Metrics};
use renkei::web::{App, Dependencies, Health, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::world::{self, until};

/// The recorder is the process's; the tests of this file share it.
fn recorder() -> Metrics {
    static RECORDER: OnceLock<Metrics> = OnceLock::new();
    RECORDER.get_or_init(|| metrics::install().expect("nobody else installs one")).clone()
}

struct Site {
    address: std::net::SocketAddr,
    health: Health,
    redis_is_up: Arc<AtomicBool>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Site {
    async fn start(queue: &Queue) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (health, redis_is_up) = (Health::default(), Arc::new(AtomicBool::new(true)));
        let redis = Arc::clone(&redis_is_up);
        let dependencies = move || Dependencies {
            redis: redis.load(Ordering::SeqCst),
            schema: true,
            draining: false,
            smtp: "down",
        };
        let app = App {
            health: health.clone(),
            metrics: recorder(),
            dependencies: Arc::new(dependencies),
            queue: queue.clone(),
        };
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(listener, app, stopped));
        Site { address, health, redis_is_up, stop, task }
    }

    /// Status and body.
    async fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: renkei\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

#[tokio::test]
async fn a_stuck_loop_makes_the_daemon_unhealthy_and_unready() {
    let (_redis, queue) = world::start().await;
    let site = Site::start(&queue).await;
    let beat = site.health.register("consumer", Duration::from_secs(60));
    assert_eq!(site.get("/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(site.get("/readyz").await.0, 200);
    let stuck = site.health.register("mailer", Duration::ZERO);
    until("the loop is late", || async { !site.health.stuck().is_empty() }).await;
    assert_eq!(site.get("/healthz").await, (503, "stuck: mailer\n".to_owned()));
    let (status, body) = site.get("/readyz").await;
    assert_eq!(status, 503);
    assert_eq!(
        body,
        r#"{"ready":false,"redis":"up","schema":"ok","draining":false,"loops":{"consumer":"ok","mailer":"stuck"},"smtp":"down"}"#
    );
    stuck.stop();
    beat.beat();
    assert_eq!(site.get("/healthz").await.0, 200);
}

#[tokio::test]
async fn a_redis_that_is_away_makes_the_daemon_unready_but_not_unhealthy() {
    let (_redis, queue) = world::start().await;
    let site = Site::start(&queue).await;
    site.redis_is_up.store(false, Ordering::SeqCst);
    assert_eq!(site.get("/healthz").await.0, 200);
    let (status, body) = site.get("/readyz").await;
    assert_eq!((status, body.contains(r#""redis":"down""#)), (503, true), "{body}");
}

#[tokio::test]
async fn metrics_show_the_queue_and_answer_while_redis_is_away() {
    let (mut redis, queue) = world::start().await;
    let site = Site::start(&queue).await;
    let fields = [("link", "acme"), ("flow", "officestation-to-kaonavi")];
    let _: String = queue.connection().xadd(queue.keys().jobs(), "*", &fields).await.unwrap();
    let (status, text) = site.get("/metrics").await;
    assert_eq!(status, 200);
    for line in [r#"renkei_queue_depth{state="ready"} 1"#, "renkei_redis_up 1", "renkei_build_info{version="]
    {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    redis.kill();
    let (status, text) = site.get("/metrics").await;
    assert_eq!(status, 200);
    assert!(text.contains("renkei_redis_up 0"), "{text}");
}

#[tokio::test]
async fn the_server_ends_when_it_is_told_to() {
    let (_redis, queue) = world::start().await;
    let site = Site::start(&queue).await;
    site.stop.send_replace(true);
    site.task.await.unwrap().unwrap();
}
