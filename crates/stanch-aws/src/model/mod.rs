//! AWS as data: services, operations, shapes, paginators, partitions.
//!
//! It must not know how a request is written or sent.

pub mod compile;
pub mod expression;
mod models;
pub mod names;
pub mod pack;
pub mod paginator;
pub mod partitions;
pub mod service;
pub mod shape;
mod shapes;

pub use models::{LookupError, Models};
pub use paginator::Paginator;
pub use service::{Operation, Protocol, Service};
pub use shape::{Kind, Member, Shape, Structure, Target, Traits};
