//! Progress of a collection: one line at a terminal that is rewritten.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use stanch_collect::progress::{CollectProgress, Laggard, State};
use stanch_core::Reading;

/// Shortest time between two drawings of the line.
const INTERVAL: Duration = Duration::from_millis(150);

/// The line.
pub(crate) struct CollectLine {
    visible: bool,
    drawn: Mutex<Drawn>,
}

struct Drawn {
    at: Option<Instant>,
    laggard: String,
}

impl CollectLine {
    /// A line that is shown at a terminal unless `quiet`.
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            visible: !quiet && std::io::stderr().is_terminal(),
            drawn: Mutex::new(Drawn {
                at: None,
                laggard: String::new(),
            }),
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.visible {
            drop(write!(std::io::stderr(), "\r\u{1b}[2K"));
        }
    }
}

impl CollectProgress for CollectLine {
    fn answered(&self, _reading: &Reading, state: &State) {
        let Ok(mut drawn) = self.drawn.lock() else { return };
        if !self.visible || drawn.at.is_some_and(|at| at.elapsed() < INTERVAL) {
            return;
        }
        drawn.at = Some(Instant::now());
        let mut text = format!("{} of {} requests", state.done, state.known);
        if state.denied > 0 {
            text.push_str(&format!(", {} denied", state.denied));
        }
        if state.failed > 0 {
            text.push_str(&format!(", {} failed", state.failed));
        }
        text.push_str(&drawn.laggard);
        let text: String = text.chars().take(79).collect();
        drop(write!(std::io::stderr(), "\r\u{1b}[2K{text}"));
    }

    fn laggards(&self, laggards: &[Laggard]) {
        let Ok(mut drawn) = self.drawn.lock() else { return };
        drawn.laggard = laggards.first().map_or_else(String::new, |slow| {
            format!(
                "; slowest: {} in {}, {} left",
                slow.service, slow.region, slow.left
            )
        });
    }
}
