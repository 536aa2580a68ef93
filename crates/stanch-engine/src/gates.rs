//! How much is under way at once: steps pass the front in the order of their numbers, looks must not crowd them out.
//!
//! It must not know what passes.

use tokio::sync::{Semaphore, SemaphorePermit};

use super::Patience;

/// See the module.
#[derive(Debug)]
pub(crate) struct Gates {
    front: Semaphore,
    looks: Semaphore,
}

impl Gates {
    pub(crate) fn new(patience: &Patience) -> Self {
        Self {
            front: Semaphore::new(patience.front.max(1)),
            looks: Semaphore::new(patience.looks_at_once.max(1)),
        }
    }

    /// Waits for a place among the steps that are read and sent. Never closed, so it always gives one.
    pub(crate) async fn front(&self) -> Option<SemaphorePermit<'_>> {
        self.front.acquire().await.ok()
    }

    /// Waits for a place among the looks.
    pub(crate) async fn look(&self) -> Option<SemaphorePermit<'_>> {
        self.looks.acquire().await.ok()
    }
}
