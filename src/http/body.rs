//! Reading an answer: piece by piece, under a cap, into whatever a serde seed makes of it.

use std::io::{self, BufReader, Read};
use std::time::Duration;

use bytes::{Buf, Bytes};
use serde::de::DeserializeSeed;
use serde_json::error::Category;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::HttpError;

/// Up to here an answer is collected and parsed in place; past it a blocking thread parses while the rest arrives.
const IN_PLACE: usize = 512 * 1024;
/// How many chunks may wait for the parser.
const AHEAD: usize = 8;

/// The caps on one answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// Bytes after decompression.
    pub(super) bytes: u64,
    /// The longest silence between two chunks.
    pub(super) silence: Duration,
}

/// Reads a JSON answer into what the seed makes of it. An error of serde is told by its kind and place alone: its text may
/// quote a value.
pub(super) async fn json<T, S>(response: reqwest::Response, caps: Caps, seed: S) -> Result<T, HttpError>
where
    S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
    T: Send + 'static,
{
    let mut chunks = Chunks { response, caps, read: 0 };
    let mut start = Vec::new();
    while let Some(chunk) = chunks.next().await? {
        start.extend_from_slice(&chunk);
        if start.len() > IN_PLACE {
            return json_aside(chunks, start, seed).await;
        }
    }
    parse(serde_json::Deserializer::from_slice(&start), seed)
}

async fn json_aside<T, S>(chunks: Chunks, start: Vec<u8>, seed: S) -> Result<T, HttpError>
where
    S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
    T: Send + 'static,
{
    let (sender, receiver) = mpsc::channel(AHEAD);
    let reader = BufReader::with_capacity(64 * 1024, ChunkReader { chunk: Bytes::from(start), receiver });
    let parser =
        tokio::task::spawn_blocking(move || parse(serde_json::Deserializer::from_reader(reader), seed));
    let pumped = pump(chunks, sender).await;
    let parsed = parser.await.map_err(|_| HttpError::lost("reading the answer failed"))?;
    // The parser of a lost connection sees a cut-off answer only; the connection knows more.
    pumped.and(parsed)
}

/// Feeds the parser until the answer ends or the parser has given up.
async fn pump(mut chunks: Chunks, sender: mpsc::Sender<Bytes>) -> Result<(), HttpError> {
    while let Some(chunk) = chunks.next().await? {
        if sender.send(chunk).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn parse<'de, T, S, R>(mut json: serde_json::Deserializer<R>, seed: S) -> Result<T, HttpError>
where
    S: DeserializeSeed<'de, Value = T>,
    R: serde_json::de::Read<'de>,
{
    let value = seed.deserialize(&mut json).map_err(|error| broken(&error))?;
    json.end().map_err(|error| broken(&error))?;
    Ok(value)
}

fn broken(error: &serde_json::Error) -> HttpError {
    let (line, column) = (error.line(), error.column());
    HttpError::lost(match error.classify() {
        Category::Eof => "the answer is cut off".to_owned(),
        Category::Io => "reading the answer failed".to_owned(),
        Category::Syntax => format!("the answer is broken JSON at line {line} column {column}"),
        Category::Data => format!("the answer has another shape at line {line} column {column}"),
    })
}

/// The start of an answer that is only looked at for its codes. What can't be read is left out.
pub(super) async fn start(response: reqwest::Response, caps: Caps) -> Vec<u8> {
    let mut chunks = Chunks { response, caps, read: 0 };
    let mut start = Vec::new();
    while let Ok(Some(chunk)) = chunks.next().await {
        start.extend_from_slice(&chunk);
    }
    start
}

struct Chunks {
    response: reqwest::Response,
    caps: Caps,
    read: u64,
}

impl Chunks {
    async fn next(&mut self) -> Result<Option<Bytes>, HttpError> {
        let chunk = timeout(self.caps.silence, self.response.chunk())
            .await
            .map_err(|_| HttpError::lost("the answer stopped in the middle"))?
            .map_err(|_| HttpError::lost("the connection was lost in the middle of the answer"))?;
        self.read += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        if self.read > self.caps.bytes {
            return Err(HttpError::Protocol(format!("the answer is over {} bytes", self.caps.bytes)));
        }
        Ok(chunk)
    }
}

/// The blocking end of the channel.
struct ChunkReader {
    chunk: Bytes,
    receiver: mpsc::Receiver<Bytes>,
}

impl Read for ChunkReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.receiver.blocking_recv() {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let length = self.chunk.len().min(buffer.len());
        self.chunk.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}
