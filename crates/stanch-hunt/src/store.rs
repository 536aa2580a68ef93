//! The events of one batch, written next to its segment as it is read.
//!
//! Nothing is made before the first event: a batch of digests has no part. It must not know what a query asks.

use std::sync::Mutex;

use stanch_case::{CaseError, Hunt, PartFile, SealedPart};
use stanch_core::Event;
use stanch_store::Writer;

use crate::copies::Copy;
use crate::{HuntError, locked};

/// Goes into the fingerprint of a hunt: segments without the parts of this version can't be continued from.
pub const VERSION: &str = "events-3";

/// The part of one batch.
pub(crate) struct Part<'p> {
    begin: Box<dyn Fn() -> Result<PartFile, CaseError> + 'p>,
    writer: Option<Writer<PartFile>>,
    failure: Option<HuntError>,
}

impl<'p> Part<'p> {
    /// A part of this hunt.
    pub(crate) fn new(hunt: &'p Mutex<&mut Hunt<'_>>) -> Self {
        Self {
            begin: Box::new(|| locked(hunt).begin_part()),
            writer: None,
            failure: None,
        }
    }

    /// Adds one copy of an event. After a failure nothing more is tried; [`Self::finish`] tells it.
    pub(crate) fn add(&mut self, copy: Copy, event: &Event<'_>) {
        if self.failure.is_none()
            && copy != Copy::Later
            && let Err(failure) = self.try_add(copy, event)
        {
            self.failure = Some(failure);
        }
    }

    fn try_add(&mut self, copy: Copy, event: &Event<'_>) -> Result<(), HuntError> {
        if self.writer.is_none() {
            let file = (self.begin)()?;
            self.writer = Some(Writer::new(file).map_err(HuntError::Store)?);
        }
        let added = match (&mut self.writer, copy) {
            (Some(writer), Copy::Earlier) => writer.add_copy(event),
            (Some(writer), _) => writer.add(event),
            (None, _) => Ok(()),
        };
        added.map_err(HuntError::Store)
    }

    /// The part, whole and on the disk, if there were events.
    pub(crate) fn finish(self) -> Result<Option<SealedPart>, HuntError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let Some(writer) = self.writer else {
            return Ok(None);
        };
        let (file, _) = writer.finish().map_err(HuntError::Store)?;
        Ok(Some(file.seal()?))
    }
}
