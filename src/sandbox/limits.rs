//! Sliding windows: at most so many events in any span of a given length, as all services count requests.
//!
//! Times are milliseconds since 1970.

use std::collections::VecDeque;

/// One hour in milliseconds.
pub(crate) const HOUR: i64 = 3_600_000;
/// One minute in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;

/// The events of the last span.
#[derive(Debug)]
pub(crate) struct Window {
    span: i64,
    times: VecDeque<i64>,
}

impl Window {
    /// An empty window over `span` milliseconds.
    pub(crate) fn new(span: i64) -> Self {
        Self { span, times: VecDeque::new() }
    }

    /// Whether one more event is within `limit` (0: no limit).
    pub(crate) fn has_room(&mut self, now: i64, limit: usize) -> bool {
        while self.times.front().is_some_and(|time| *time <= now - self.span) {
            self.times.pop_front();
        }
        limit == 0 || self.times.len() < limit
    }

    /// Counts an event.
    pub(crate) fn count(&mut self, now: i64) {
        self.times.push_back(now);
    }

    /// Counts events until `limit` is reached.
    pub(crate) fn fill(&mut self, now: i64, limit: usize) {
        while limit > 0 && self.has_room(now, limit) {
            self.count(now);
        }
    }

    /// Moves the events along, because the clock was set back by `by`.
    pub(crate) fn shift(&mut self, by: i64) {
        for time in &mut self.times {
            *time -= by;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let mut window = Window::new(MINUTE);
        for at in [0, 10_000, 50_000] {
            assert!(window.has_room(at, 3));
            window.count(at);
        }
        assert!(!window.has_room(59_999, 3));
        assert!(window.has_room(60_000, 3));
        window.count(60_000);
        assert!(!window.has_room(69_999, 3), "a fixed window would have started anew");
        assert!(window.has_room(70_000, 3));
    }

    #[test]
    fn zero_is_no_limit() {
        let mut window = Window::new(MINUTE);
        window.fill(0, 0);
        assert!(window.has_room(0, 0));
    }
}
