//! Progress reports of the queue.
//!
//! It must not know how it is shown.

use stanch_core::{CallOutcome, OperationName, Reading, RegionName, ServiceName};

/// Hears how far the work is. Called on the thread that collects, after each answer: must be cheap.
pub trait CollectProgress: Send + Sync {
    /// One more answer. It is already without secrets.
    fn answered(&self, reading: &Reading, state: &State);
    /// Those that others will have to wait for, slowest first. Called every second or so, and when few are left.
    fn laggards(&self, laggards: &[Laggard]);
}

/// Progress of the work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// Calls answered, those that an earlier run had asked included.
    pub done: u64,
    /// Calls known so far; grows as answers lead to more.
    pub known: u64,
    /// Calls in flight.
    pub in_flight: usize,
    /// Calls that were denied.
    pub denied: u64,
    /// Calls given up as throttled, malformed or failed.
    pub failed: u64,
}

impl State {
    pub(crate) const fn count(&mut self, outcome: CallOutcome) {
        self.done += 1;
        match outcome {
            CallOutcome::Denied => self.denied += 1,
            CallOutcome::Throttled | CallOutcome::Malformed | CallOutcome::Failed => self.failed += 1,
            _ => {}
        }
    }
}

/// A service in a region of an account in which much is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laggard {
    /// The account.
    pub account: stanch_core::AccountId,
    /// The region.
    pub region: RegionName,
    /// The service.
    pub service: ServiceName,
    /// The operation that was begun last.
    pub operation: OperationName,
    /// Calls known to be left, those in flight included.
    pub left: usize,
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl CollectProgress for Quiet {
    fn answered(&self, _reading: &Reading, _state: &State) {}
    fn laggards(&self, _laggards: &[Laggard]) {}
}
