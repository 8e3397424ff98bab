//! A mail server's door that a test opens, closes and holds: what comes in goes to the sandbox's sink.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::support::world::World;
use crate::support::{PATIENCE, eventually, free_port};

/// A port for the mail server, closed at first.
pub(crate) struct Relay {
    address: SocketAddr,
    sink: SocketAddr,
    serving: Option<JoinHandle<()>>,
    holding: Arc<Hold>,
}

#[derive(Default)]
struct Hold {
    wanted: AtomicBool,
    reached: AtomicBool,
}

impl Relay {
    /// A relay to the world's sink, which the world's configuration names from now on.
    pub(crate) fn new(world: &mut World) -> Relay {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let url = world.sandbox.smtp.clone();
        let sink = url.trim_start_matches("smtp://").trim_end_matches('/').parse().expect("an address");
        world.set(&url, &format!("smtp://{address}"));
        Relay { address, sink, serving: None, holding: Arc::default() }
    }

    /// Opens the port.
    pub(crate) async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("bind");
        let (sink, holding) = (self.sink, Arc::clone(&self.holding));
        self.serving = Some(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(converse(client, sink, Arc::clone(&holding)));
            }
        }));
    }

    /// From now on the server's word that it has taken a mail doesn't arrive.
    pub(crate) fn hold(&self) {
        self.holding.wanted.store(true, Ordering::SeqCst);
    }

    /// Waits until a mail was taken whose sender doesn't know it; the next one is let through.
    pub(crate) async fn held(&self) {
        eventually("a mail to be taken", PATIENCE, || async {
            self.holding.reached.load(Ordering::SeqCst).then_some(())
        })
        .await;
        self.holding.wanted.store(false, Ordering::SeqCst);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
    }
}

async fn converse(client: TcpStream, sink: SocketAddr, holding: Arc<Hold>) {
    let Ok(server) = TcpStream::connect(sink).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    let commands = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut lines = BufReader::new(from_server).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.contains("taken") && holding.wanted.load(Ordering::SeqCst) {
            holding.reached.store(true, Ordering::SeqCst);
            std::future::pending::<()>().await;
        }
        if to_client.write_all(format!("{line}\r\n").as_bytes()).await.is_err() {
            break;
        }
    }
    commands.abort();
}
