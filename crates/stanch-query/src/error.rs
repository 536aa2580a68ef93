//! What can go wrong with a query.

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use stanch_query_api::{EngineError, ErrorKind};

/// A query that gave no result.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The statement does something else than ask.
    #[error("{what} is not allowed: a query only reads the case")]
    Refused {
        /// What it does, in a word or two.
        what: String,
    },
    /// The statement can't be understood or planned.
    #[error("the statement can't be understood: {reason}")]
    Misunderstood {
        /// Why, in the engine's words.
        reason: String,
    },
    /// A `$name` of the statement was given no value.
    #[error("the statement can't be understood: {reason}")]
    MissingParameter {
        /// Which, in the engine's words.
        reason: String,
    },
    /// It began, and failed while it was running: a cast that does not hold, or memory that does not suffice.
    #[error("the query failed: {reason}")]
    Failed {
        /// Why, in the engine's words.
        reason: String,
    },
    /// It needs more memory than it may use.
    #[error("the query needs more memory than it may use: {reason}")]
    TooLarge {
        /// Why, in the engine's words.
        reason: String,
    },
    /// A part can't be read as the Parquet it was written as.
    #[error("the stored events are damaged: {reason}")]
    Damaged {
        /// Why, in the engine's words.
        reason: String,
    },
    /// A document of the case can't be read.
    #[error("a document of the case can't be read")]
    Document(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The result could not be written.
    #[error("the result can't be written")]
    Output(#[from] std::io::Error),
}

impl QueryError {
    /// An error while a statement was planned.
    pub(crate) fn planning(error: &DataFusionError) -> Self {
        match Self::running(error) {
            // DataFusion has no kind of its own for it.
            Self::Failed { reason } if reason.contains("laceholder") => Self::MissingParameter { reason },
            Self::Failed { reason } => Self::Misunderstood { reason },
            other => other,
        }
    }

    /// An error while a statement was running.
    pub(crate) fn running(error: &DataFusionError) -> Self {
        let root = error.find_root();
        let reason = plain(&root.to_string());
        match root {
            DataFusionError::ParquetError(_)
            | DataFusionError::ObjectStore(_)
            | DataFusionError::IoError(_) => Self::Damaged { reason },
            DataFusionError::ArrowError(arrow, _)
                if matches!(
                    **arrow,
                    ArrowError::ParquetError(_) | ArrowError::ExternalError(_)
                ) =>
            {
                Self::Damaged { reason }
            }
            DataFusionError::ResourcesExhausted(_) => Self::TooLarge { reason },
            _ => Self::Failed { reason },
        }
    }
}

impl QueryError {
    /// The error as `stanch` is sent it.
    #[must_use]
    pub fn into_reply(self) -> EngineError {
        let kind = match &self {
            Self::Refused { .. } => ErrorKind::Refused,
            Self::MissingParameter { .. } => ErrorKind::MissingParameter,
            Self::Misunderstood { .. } => ErrorKind::Misunderstood,
            Self::Failed { .. } => ErrorKind::Failed,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Damaged { .. } => ErrorKind::Damaged,
            Self::Document(_) => ErrorKind::Document,
            Self::Output(_) => ErrorKind::Output,
        };
        let message = self.to_string();
        std::error::Error::source(&self).map_or_else(
            || EngineError::new(kind, message.clone()),
            |cause| EngineError::because(kind, message.clone(), cause),
        )
    }
}

/// The engine's words without its own prefixes and the traces some builds add.
fn plain(text: &str) -> String {
    let text = text.split("\n\nbacktrace:").next().unwrap_or(text);
    let mut rest = text.trim();
    for prefix in [
        "Error during planning: ",
        "Execution error: ",
        "Schema error: ",
        "SQL error: ",
        "Arrow error: ",
        "Resources exhausted: ",
        "External error: ",
    ] {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    let inner = rest
        .strip_prefix("ParserError(\"")
        .and_then(|rest| rest.strip_suffix("\")"));
    // Lines of the engine's are sentences here.
    inner.unwrap_or(rest).trim_end_matches('.').replace('\n', " ")
}
