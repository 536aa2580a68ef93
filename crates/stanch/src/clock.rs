//! The only real clock of the program.

use stanch_core::Timestamp;
use stanch_core::ports::Clock;

/// The host's clock, or the one that `--now` fixes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock {
    fixed: Option<Timestamp>,
}

impl SystemClock {
    /// The host's clock unless a time is given.
    pub(crate) const fn new(fixed: Option<Timestamp>) -> Self {
        Self { fixed }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.fixed
            .unwrap_or_else(|| Timestamp(jiff::Timestamp::now().as_millisecond()))
    }
}
