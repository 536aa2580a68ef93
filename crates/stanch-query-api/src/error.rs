//! Errors of a query as they cross from the engine to `stanch`.

use serde::{Deserialize, Serialize};

/// Failure of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    /// Kind of failure, which decides what the user is told to do.
    pub kind: ErrorKind,
    /// Sentence for people.
    pub message: String,
    /// Causes, outermost first.
    pub causes: Vec<String>,
}

/// Kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The statement would change something.
    Refused,
    /// A `$name` in the statement has no value.
    MissingParameter,
    /// The statement can't be parsed or planned.
    Misunderstood,
    /// The query failed while it ran.
    Failed,
    /// The query needs more memory than it may use.
    TooLarge,
    /// The stored events can't be read.
    Damaged,
    /// A document of the case can't be read.
    Document,
    /// The result can't be written.
    Output,
    /// The engine could not be started, ended early, or is of another version.
    Engine,
}

impl EngineError {
    /// Creates an error without causes.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
        }
    }

    /// Creates an error with its chain of causes.
    pub fn because(kind: ErrorKind, message: impl Into<String>, cause: &dyn std::error::Error) -> Self {
        let mut error = Self::new(kind, message);
        let mut link = Some(cause);
        while let Some(cause) = link {
            error.causes.push(cause.to_string());
            link = cause.source();
        }
        error
    }
}
