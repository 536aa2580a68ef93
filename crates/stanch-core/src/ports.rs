//! The traits through which the binary joins the crates.
//!
//! A library asks for what it needs by these and never reaches for the real thing.

use crate::time::Timestamp;

/// Tells the time. The binary has the only real one; `--now` and tests fix it.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;
}

/// Hears how long work goes on. Called often, from several threads; must be cheap.
pub trait Progress: Send + Sync {
    /// This many inputs of this many bytes in all lie ahead.
    fn expect(&self, inputs: u64, bytes: u64);
    /// One input of this many bytes is done, with this many events.
    fn done(&self, bytes: u64, events: u64);
}

/// A listener that does nothing, for tests and quiet runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn expect(&self, _inputs: u64, _bytes: u64) {}
    fn done(&self, _bytes: u64, _events: u64) {}
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
