//! The scheduler: crontab(5) times become jobs, exactly once for a fleet.
//!
//! Every daemon runs it. For each flow with a `schedule:` it keeps, in memory, when to look next (`book`). When that time has come it
//! reads the last stored tick, decides what is due (a pure function, [`due()`]) and lets the queue's script `tick` add the jobs, which it
//! does only for a tick newer than the stored one: one job however many daemons.
//!
//! `renkei:schedule:<link>:<flow>` is a hash of the last `tick` (RFC 3339; `ms` for comparing) and of its `run`s, by spaces. A
//! link that was never seen gets a *starting point* there: the last due time before it was seen, without runs. What lies before
//! is not made up for. A schedule that a reload changes starts anew in the same way, so that going from 6:00 to 9:00 at noon
//! doesn't fire at once.
//!
//! The wall clock is asked every 2 seconds or oftener. If it jumps forward, the last tick in between fires, unless it is later than `catch_up`;
//! if it jumps back, everything is looked at again and the stored ticks keep it from firing twice.

mod book;
mod clock;
mod due;
mod last;
mod look;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

pub use self::clock::{Clock, SystemClock};
pub use self::due::{Due, due, jobs, start};
pub use self::last::{LastTick, last};

use self::book::Book;
use crate::config::Config;
use crate::queue::Queue;

/// The longest time between two looks at the clock, and between two beats.
const LONGEST_REST: Duration = Duration::from_secs(2);
/// The time between a failure of Redis and the next use of it, so that one that fails on and on isn't asked without a pause.
const PAUSE: Duration = Duration::from_millis(200);
/// The time before something is tried again that waiting for Redis doesn't mend.
const RETRY: Duration = Duration::from_secs(60);

/// Says that the scheduler turns.
type Beat = Arc<dyn Fn() + Send + Sync>;

/// Fires what falls due until `stop` turns true or its sender is gone. `beat` is called every 2 seconds or oftener. A new configuration
/// counts at once. Redis being away is waited out.
pub async fn run(
    queue: Queue,
    config: watch::Receiver<Arc<Config>>,
    clock: impl Clock,
    beat: Beat,
    mut stop: watch::Receiver<bool>,
) {
    tokio::select! {
        // A sender that is gone is an end as well.
        _ = stop.wait_for(|stop| *stop) => {}
        () = turn(&queue, config, &clock, &beat) => {}
    }
}

async fn turn(queue: &Queue, mut config: watch::Receiver<Arc<Config>>, clock: &impl Clock, beat: &Beat) {
    let mut book = Book::new(clock.now());
    let mut followed: Option<Arc<Config>> = None;
    loop {
        beat();
        book.notice(clock.now());
        let current = Arc::clone(&config.borrow_and_update());
        if followed.as_ref().is_none_or(|followed| !Arc::ptr_eq(followed, &current)) {
            book.follow(&current, clock.now());
            followed = Some(current);
        }
        match beating(beat, look::at_all_due(queue, clock, &mut book)).await {
            Ok(()) => rest(clock, &book, &mut config).await,
            Err(_) => beating(beat, outage(queue, &mut config)).await,
        }
    }
}

/// Waits for the next tick, a new configuration or the next look at the clock.
async fn rest(clock: &impl Clock, book: &Book, config: &mut watch::Receiver<Arc<Config>>) {
    let tick = async {
        match book.wake() {
            Some(at) => clock.sleep_until(at).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = tick => {}
        () = sleep(LONGEST_REST) => {}
        () = changed(config) => {}
    }
}

/// Waits until Redis is there, or for a new configuration. The queue logs the outage.
async fn outage(queue: &Queue, config: &mut watch::Receiver<Arc<Config>>) {
    let back = async {
        sleep(PAUSE).await;
        if let Err(error) = queue.wait_ready().await {
            tracing::error!(%error, "failed to use redis for the schedules");
            sleep(RETRY).await;
        }
    };
    tokio::select! {
        () = back => {}
        () = changed(config) => {}
    }
}

/// A configuration whose sender is gone never changes.
async fn changed(config: &mut watch::Receiver<Arc<Config>>) {
    if config.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Does some work and beats the while.
async fn beating<T>(beat: &Beat, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = sleep(LONGEST_REST) => beat(),
        }
    }
}
