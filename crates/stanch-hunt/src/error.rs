//! Errors of a hunt. It must not say what to do next: the program that shows them does.

use std::error::Error;
use std::path::PathBuf;

use stanch_case::CaseError;
use stanch_store::StoreError;

/// Reason why a hunt had to end.
#[derive(Debug, thiserror::Error)]
pub enum HuntError {
    /// The case can't be read or written.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The event store can't be written.
    #[error("the events can't be written into the case")]
    Store(#[source] StoreError),
    /// An earlier hunt in the case can't be read.
    #[error("the earlier hunt in the case can't be read")]
    Damaged(#[source] Box<dyn Error + Send + Sync>),
    /// The state of a batch can't be encoded.
    #[error("the result of reading can't be saved")]
    Unsaved(#[source] Box<dyn Error + Send + Sync>),
    /// The temporary file that finds copies of events can't be read back.
    #[error("the temporary file that finds copies of events can't be read")]
    CopiesLost,
    /// A reader thread panicked.
    #[error("a reader thread ended unexpectedly")]
    ReaderPanicked,
}

impl HuntError {
    pub(crate) fn damaged(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Damaged(Box::new(error))
    }

    pub(crate) fn unsaved(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Unsaved(Box::new(error))
    }
}

/// An input that was named and can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{} can't be read", path.display())]
pub struct InputError {
    /// The path as it was named.
    pub path: PathBuf,
    /// The reason.
    pub source: std::io::Error,
}
