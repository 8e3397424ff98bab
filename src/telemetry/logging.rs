//! Log lines: where they go, how they look and who may write them.

use std::io::IsTerminal;

use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Span, Subscriber, info_span};
use tracing_subscriber::filter::{EnvFilter, FilterFn, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line: `timestamp`, `level`, `target`, `message`, the event's fields and `spans`.
    Json,
    /// For people: time, level, spans, message.
    Readable,
}

impl LogFormat {
    /// JSON under systemd (`$JOURNAL_STREAM`) and wherever stderr is no terminal.
    pub fn detect() -> Self {
        let journal = std::env::var_os("JOURNAL_STREAM").is_some_and(|stream| !stream.is_empty());
        if journal || !std::io::stderr().is_terminal() { LogFormat::Json } else { LogFormat::Readable }
    }
}

/// Starts logging to stderr, at `info` or as `RUST_LOG` says. A second call changes nothing.
///
/// Directives of `RUST_LOG` that cannot be read are ignored; a typing mistake there must not keep the daemon from starting.
pub fn init(format: LogFormat) {
    let directives = std::env::var("RUST_LOG").unwrap_or_default();
    let subscriber = Registry::default().with(layer(format, &directives, std::io::stderr));
    // Only tests that share a process come here twice, and the first subscriber serves them as well.
    let _ = subscriber.try_init();
}

/// The span of a whole run. `flow` is the flow's word, or what the job asked for if it was none.
pub fn run_span(run: &str, link: &str, flow: &str) -> Span {
    info_span!("run", run, link, flow)
}

/// The span of one attempt, inside the run's.
pub fn attempt_span(attempt: u32) -> Span {
    info_span!("attempt", attempt)
}

/// The layer that writes lines to `writer`.
fn layer<S, W>(format: LogFormat, directives: &str, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let wanted =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse_lossy(directives);
    let lines: Box<dyn Layer<S> + Send + Sync> = match format {
        LogFormat::Json => Box::new(
            tracing_subscriber::fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(true)
                .with_writer(writer),
        ),
        LogFormat::Readable => {
            let colour = std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal();
            Box::new(
                tracing_subscriber::fmt::layer().with_target(false).with_ansi(colour).with_writer(writer),
            )
        }
    };
    Box::new(lines.with_filter(wanted).with_filter(discretion()))
}

/// Lets our own lines pass at every level and everybody else's only from warnings up: HTTP, TLS and SMTP libraries print
/// headers, addresses and bodies in their debug lines.
fn discretion() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    fn allowed(metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        target == "renkei" || target.starts_with("renkei::") || *metadata.level() <= tracing::Level::WARN
    }
    filter_fn(allowed)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn written(format: LogFormat, directives: &str, work: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = Registry::default().with(layer(format, directives, move || writer.clone()));
        tracing::subscriber::with_default(subscriber, work);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_json_line_carries_the_run_and_the_attempt() {
        let text = written(LogFormat::Json, "", || {
            let run = run_span("1763700000000-0", "acme", "officestation-to-kaonavi");
            let _run = run.enter();
            let attempt = attempt_span(2);
            let _attempt = attempt.enter();
            tracing::info!(people = 3, "read the source");
        });
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(line["message"], "read the source");
        assert_eq!(line["people"], 3);
        assert_eq!(line["spans"][0]["run"], "1763700000000-0");
        assert_eq!(line["spans"][0]["link"], "acme");
        assert_eq!(line["spans"][0]["flow"], "officestation-to-kaonavi");
        assert_eq!(line["spans"][1]["attempt"], 2);
    }

    #[test]
    fn other_crates_debug_lines_stay_silent_whatever_is_asked_for() {
        let text = written(LogFormat::Readable, "trace", || {
            tracing::debug!(target: "hyper::proto", "authorization: secret");
            tracing::trace!(target: "renkeix", "not ours either");
            tracing::warn!(target: "redis", "theirs to say");
            tracing::debug!(target: "renkei::queue", "ours to say");
        });
        assert!(!text.contains("secret") && !text.contains("not ours"), "{text}");
        assert!(text.contains("theirs to say") && text.contains("ours to say"), "{text}");
    }

    #[test]
    fn a_mistake_in_the_filter_leaves_the_default() {
        let text = written(LogFormat::Readable, "===,renkei=nonsense", || {
            tracing::info!(target: "renkei", "still here");
            tracing::debug!(target: "renkei", "not asked for");
        });
        assert!(text.contains("still here") && !text.contains("not asked for"), "{text}");
    }
}
