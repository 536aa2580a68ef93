//! Errors of this crate itself. A call that fails is an outcome, never an error.

use std::path::PathBuf;

use thiserror::Error;

/// Why collecting or reading a snapshot stopped.
#[derive(Debug, Error)]
pub enum CollectError {
    /// The parameters written in a collector are no JSON object.
    #[error("parameters of {operation} in collector {collector} are no JSON object")]
    Given {
        /// The collector.
        collector: String,
        /// The operation.
        operation: String,
        /// The parser's message.
        source: serde_json::Error,
    },
    /// A file or folder of the snapshot could not be read or written.
    #[error("{what} {}", path.display())]
    Io {
        /// The operation that was tried, such as `write`.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's message.
        source: std::io::Error,
    },
    /// A file of the snapshot is not what it should be.
    #[error("{} is no {expected}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The expected form.
        expected: &'static str,
        /// The parser's message.
        source: serde_json::Error,
    },
    /// The snapshot was written by a version of Stanch that this one does not know.
    #[error("{} has format {found}, this version reads up to {known}", path.display())]
    Format {
        /// The snapshot's folder.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format known.
        known: u32,
    },
    /// A name that can't be a snapshot's.
    #[error("{0:?} can't be the name of a snapshot")]
    Name(String),
    /// The given text is not a recipient.
    #[error("{text:?} is no age recipient: {reason}")]
    Recipient {
        /// The given text, bounded.
        text: String,
        /// The parser's message.
        reason: &'static str,
    },
    /// A reply could not be sealed.
    #[error("sealing a reply")]
    Seal(#[source] age::EncryptError),
    /// The thread that writes has ended.
    #[error("writing of the snapshot has stopped")]
    Stopped,
}

impl CollectError {
    /// For `map_err` on file operations.
    pub(crate) fn io(what: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
