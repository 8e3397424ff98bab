//! The private redis-server.

use std::path::Path;
use std::time::Duration;

use renkei::queue::server::{Server, ServerError, url};

use crate::bed::until;

fn ask<T: redis::FromRedisValue>(dir: &Path, words: &[&str]) -> redis::RedisResult<T> {
    let mut command = redis::Cmd::new();
    for word in words {
        command.arg(word);
    }
    command.query(&mut redis::Client::open(url(dir))?.get_connection_with_timeout(Duration::from_secs(1))?)
}

fn pid(dir: &Path) -> rustix::process::Pid {
    let text = std::fs::read_to_string(dir.join("redis.pid")).expect("the server wrote its pid");
    rustix::process::Pid::from_raw(text.trim().parse().expect("a number")).expect("not zero")
}

fn kill(dir: &Path) {
    rustix::process::kill_process(pid(dir), rustix::process::Signal::KILL).expect("it lives");
}

fn dir() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("state dir").tempdir().expect("make a directory")
}

#[tokio::test]
async fn data_survives_the_end_of_the_daemon() {
    use std::os::unix::fs::PermissionsExt;

    let dir = dir();
    let server = Server::start(dir.path()).await.expect("redis-server is installed");
    let socket = std::fs::metadata(dir.path().join("redis.sock")).expect("it listens");
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);
    ask::<()>(dir.path(), &["SET", "a", "1"]).expect("it answers");
    assert_eq!(
        ask::<Vec<String>>(dir.path(), &["CONFIG", "GET", "appendonly"]).expect("it answers")[1],
        "yes"
    );
    let was = pid(dir.path());
    server.stop().await;
    assert!(rustix::process::test_kill_process(was).is_err(), "it ended");
    let server = Server::start(dir.path()).await.expect("it starts again");
    assert_eq!(ask::<i64>(dir.path(), &["GET", "a"]).expect("it answers"), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_dies_is_started_again() {
    let dir = dir();
    let server = Server::start(dir.path()).await.expect("redis-server is installed");
    let first = pid(dir.path());
    ask::<()>(dir.path(), &["SET", "a", "1"]).expect("it answers");
    kill(dir.path());
    until("it is back", || ask::<i64>(dir.path(), &["GET", "a"]) == Ok(1)).await;
    assert_ne!(pid(dir.path()), first);
    server.stop().await;
}

#[tokio::test]
async fn a_second_daemon_uses_the_server_and_takes_the_care_over() {
    let dir = dir();
    let first = Server::start(dir.path()).await.expect("redis-server is installed");
    let second = Server::start(dir.path()).await.expect("it joins");
    assert_eq!(first.url(), second.url());
    let was = pid(dir.path());
    assert_eq!(ask::<String>(dir.path(), &["PING"]).expect("it answers"), "PONG");
    first.stop().await;
    until("the second daemon started it again", || ask::<String>(dir.path(), &["PING"]).is_ok()).await;
    assert_ne!(pid(dir.path()), was);
    second.stop().await;
    assert!(ask::<String>(dir.path(), &["PING"]).is_err());
}

#[tokio::test]
async fn a_server_that_outlived_its_daemon_is_adopted() {
    let dir = dir();
    let mut orphan = tokio::process::Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--pidfile", "redis.pid", "--unixsocket", "redis.sock", "--dir"])
        .arg(dir.path())
        .current_dir(dir.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("redis-server is installed");
    until("it answers", || ask::<String>(dir.path(), &["PING"]).is_ok()).await;
    let was = pid(dir.path());
    let server = Server::start(dir.path()).await.expect("it is adopted");
    assert_eq!(pid(dir.path()), was);
    server.stop().await;
    orphan.wait().await.expect("it ended");
}

#[tokio::test]
async fn a_stale_socket_and_pid_file_do_not_stand_in_the_way() {
    let dir = dir();
    drop(std::os::unix::net::UnixListener::bind(dir.path().join("redis.sock")).expect("a socket"));
    // This very process isn't a redis-server.
    std::fs::write(dir.path().join("redis.pid"), std::process::id().to_string()).expect("a pid file");
    let server = Server::start(dir.path()).await.expect("it starts");
    assert_eq!(ask::<String>(dir.path(), &["PING"]).expect("it answers"), "PONG");
    server.stop().await;
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_refused() {
    let dir = dir();
    let deep = dir.path().join("d".repeat(120));
    let error = Server::start(&deep).await.expect_err("no socket fits");
    assert!(matches!(error, ServerError::LongPath { .. }), "{error}");
}
