//! Progress on standard error: one line that is rewritten, only at a terminal and only when asked for nothing else.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use stanch_core::ports::Progress;

/// Shortest time between two drawings of the line.
const INTERVAL: Duration = Duration::from_millis(120);

/// A progress line at a terminal.
pub(crate) struct ProgressLine {
    visible: bool,
    state: Mutex<State>,
}

struct State {
    started: Instant,
    drawn: Option<Instant>,
    inputs: u64,
    bytes: u64,
    inputs_done: u64,
    bytes_done: u64,
    events: u64,
}

impl ProgressLine {
    /// A line that is shown at a terminal unless `quiet`.
    pub(crate) fn new(quiet: bool) -> Self {
        let state = State {
            started: Instant::now(),
            drawn: None,
            inputs: 0,
            bytes: 0,
            inputs_done: 0,
            bytes_done: 0,
            events: 0,
        };
        Self {
            visible: !quiet && std::io::stderr().is_terminal(),
            state: Mutex::new(state),
        }
    }

    /// Time since it was made.
    pub(crate) fn elapsed(&self) -> Duration {
        self.state
            .lock()
            .map(|state| state.started.elapsed())
            .unwrap_or_default()
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.visible {
            drop(write!(std::io::stderr(), "\r\u{1b}[2K"));
        }
    }
}

impl Progress for ProgressLine {
    fn expect(&self, inputs: u64, bytes: u64) {
        if let Ok(mut state) = self.state.lock() {
            state.inputs = inputs;
            state.bytes = bytes;
        }
    }

    fn done(&self, bytes: u64, events: u64) {
        let Ok(mut state) = self.state.lock() else { return };
        state.inputs_done += 1;
        state.bytes_done += bytes;
        state.events += events;
        if self.visible && state.drawn.is_none_or(|drawn| drawn.elapsed() >= INTERVAL) {
            state.drawn = Some(Instant::now());
            drop(write!(std::io::stderr(), "\r\u{1b}[2K{}", state.line()));
        }
    }
}

impl State {
    fn line(&self) -> String {
        let part = if self.bytes == 0 {
            0.0
        } else {
            self.bytes_done as f64 / self.bytes as f64
        };
        let spent = self.started.elapsed().as_secs_f64();
        let left = if part > 0.02 {
            format!(" · about {:.0} s left", spent * (1.0 - part) / part)
        } else {
            String::new()
        };
        format!(
            "Reading {} of {} files · {:.0} % · {} events{left}",
            self.inputs_done,
            self.inputs,
            part * 100.0,
            self.events
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_how_far_it_is() {
        let line = ProgressLine::new(true);
        line.expect(4, 100);
        line.done(50, 1000);
        let text = line.state.lock().unwrap().line();
        assert!(
            text.starts_with("Reading 1 of 4 files · 50 % · 1000 events · about "),
            "{text}"
        );
    }
}
