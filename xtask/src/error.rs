//! What can go wrong in a chore.

use std::io;
use std::path::{Path, PathBuf};

/// An error that ends a chore; the program leaves with 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The table could not be printed.
    #[error("could not write to standard output: {0}")]
    Output(#[from] io::Error),
    /// Another program is missing or failed.
    #[error("`{command}` {reason}")]
    Tool {
        /// What was run.
        command: String,
        /// What became of it.
        reason: String,
    },
    /// Something is not as this chore needs it.
    #[error("{0}")]
    Unfit(String),
}

impl TaskError {
    /// For `map_err` next to a path.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }
}
