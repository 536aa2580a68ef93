//! Stop flag: Ctrl-C raises it and the queue checks it before each call.
//!
//! It must not know why.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Raised once, seen everywhere. Clones are the same flag.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Calls in flight are finished, no other is sent.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns true when it was raised.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
