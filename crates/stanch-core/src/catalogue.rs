//! Facts about an operation without calling it: the part of a service's model that planning needs.
//!
//! It must not know how models are stored or how a call is written on the wire.

use serde::{Deserialize, Serialize};

use crate::ids::{OperationName, ServiceName};

/// Inputs, outputs and effect of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationAbout {
    /// The service.
    pub service: ServiceName,
    /// The operation.
    pub operation: OperationName,
    /// True when each region answers for itself; otherwise one endpoint answers for the account.
    pub regional: bool,
    /// True when it only reads, by its name and model. A reviewed list says where that is not so.
    pub reads: bool,
    /// True when the model calls it deprecated.
    pub deprecated: bool,
    /// True when its answer comes in pages.
    pub paginated: bool,
    /// Names of its parameters, sorted.
    pub params: Vec<String>,
    /// Names of the parameters that must be given, sorted.
    pub required: Vec<String>,
    /// Paths of the texts in its reply that name a thing, such as `Users[].UserName` or `TableNames[]`: members of the
    /// listed items that end in Id, Arn, Name, Identifier or Url, and lists of texts.
    pub ids: Vec<String>,
}
