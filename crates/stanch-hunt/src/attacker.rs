//! The second reading: the events of everybody whom findings link to an attack.
//!
//! Nothing is read where no finding makes an attack. It must not attribute events.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stanch_core::{Event, LogKind};
use stanch_detect::{Engine, Following, Keep, Tracker};
use stanch_trail::{Context, Limits, Origin, Reader, Source};

use super::copies::Copies;
use super::{Elsewhere, citing};

/// The inputs that are read again.
pub(super) struct Second<'s> {
    pub(super) engine: &'s Engine,
    pub(super) sources: Vec<&'s Source>,
    pub(super) limits: Limits,
    pub(super) context: Arc<Context>,
    pub(super) copies: &'s Copies,
    pub(super) threads: usize,
    pub(super) elsewhere: &'s dyn Elsewhere,
}

impl Second<'_> {
    /// Reads all sources that can be read again.
    pub(super) fn read(&self, following: &Following) -> Tracker {
        if following.is_empty() {
            return Tracker::default();
        }
        let next = AtomicUsize::new(0);
        let work = || {
            let mut reader = Reader::with_context(self.limits, Arc::clone(&self.context));
            let mut tracker = Tracker::default();
            while let Some(source) = self.sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                if citing::keep(source) == Keep::Record {
                    continue;
                }
                let mut sink = |event: &Event<'_>| {
                    // An extract of a record that was judged whole is no further event.
                    let is_extract = event.deferred && event.log == LogKind::CloudTrail;
                    if !is_extract || self.copies.holds_extract(event.key, event.time, event.location) {
                        self.engine.track(&mut tracker, following, event);
                    }
                };
                match source.origin {
                    Origin::Disk => {
                        reader.read(source, &mut sink);
                    }
                    Origin::Elsewhere { .. } => self.elsewhere.fetch(&[source], &mut |source, bytes| {
                        if let Ok(bytes) = bytes {
                            reader.read_bytes(source, &bytes, &mut sink);
                        }
                    }),
                }
            }
            tracker
        };
        std::thread::scope(|scope| {
            let handles: Vec<_> = (0..self.threads.max(1)).map(|_| scope.spawn(work)).collect();
            let mut all = Tracker::default();
            for handle in handles {
                // A reader that came to a sudden end leaves its events out: the records of findings stand in.
                all.merge(handle.join().unwrap_or_default());
            }
            all
        })
    }
}
