//! The traits through which the binary joins the crates.
//!
//! A library asks for what it needs by these and never reaches for the real thing.

use std::pin::Pin;

use crate::call::Call;
use crate::catalogue::OperationAbout;
use crate::ids::{OperationName, ServiceName};
use crate::reply::Answer;
use crate::run::RunLine;
use crate::time::Timestamp;

/// Tells the time. The binary has the only real one; `--now` and tests fix it.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;
}

/// Hears how long work continues. Called often, from several threads; must be cheap.
pub trait Progress: Send + Sync {
    /// This many inputs of this many bytes in all lie ahead.
    fn expect(&self, inputs: u64, bytes: u64);
    /// One input of this many bytes is done, with this many events.
    fn done(&self, bytes: u64, events: u64);
}

/// Answers calls: AWS itself, or what stands in for it. Paging, retries and the pace per account, region and service are
/// its own affair; whatever goes wrong is an answer too.
pub trait Cloud: Send + Sync {
    /// Sends a call and reads all its pages.
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>>;
}

/// Knows which operations exist and what they take and give, from the models of the services.
pub trait Catalogue: Send + Sync {
    /// All services, sorted.
    fn services(&self) -> Vec<ServiceName>;

    /// The operations of a service, sorted; empty for a service that is not known.
    fn operations(&self, service: &ServiceName) -> Vec<OperationName>;

    /// Facts about an operation.
    fn operation(&self, service: &ServiceName, operation: &OperationName) -> Option<OperationAbout>;

    /// Returns true when the reply of an operation has a member at a path such as `Users[].UserName`: `[]` steps into a list,
    /// `{}` into the values of a map. An empty path is the reply itself.
    fn output_has(&self, service: &ServiceName, operation: &OperationName, path: &str) -> bool;
}

/// Why the journal could not take a line. Nothing more may be sent then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal can't be written: {0}")]
pub struct JournalFailure(pub String);

/// Takes down what a run is about to do and has done.
pub trait RunJournal: Send + Sync {
    /// Makes lines durable before it is done. Several under way at once may share one flush.
    fn write(
        &self,
        lines: Vec<RunLine>,
    ) -> Pin<Box<dyn Future<Output = Result<(), JournalFailure>> + Send + '_>>;
}

/// A listener that does nothing, for tests and quiet runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn expect(&self, _inputs: u64, _bytes: u64) {}
    fn done(&self, _bytes: u64, _events: u64) {}
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
