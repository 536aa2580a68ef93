//! AWS as data: every operation of every service as a model, not as code.
//!
//! A [`stanch_core::Call`] names an operation and its parameters as JSON. This crate finds the operation's model
//! ([`model`]), writes the request ([`exchange`], over [`protocol`] and [`customisation`]), says where it goes
//! ([`endpoint`]), reads the reply and asks for the next page ([`paginate`]). It holds nothing secret, reads no clock and
//! opens no connection in these modules; [`client`] does, over the runtime of the AWS SDK.

pub mod catalogue;
pub mod client;
pub mod customisation;
pub mod endpoint;
pub mod exchange;
pub mod model;
pub mod paginate;
pub mod protocol;
pub mod secrecy;

pub use endpoint::{Endpoint, Settings};
pub use model::{Models, Operation, Service};
pub use protocol::{ApiError, Malformed, ParameterError, Reply, ReplyError, Request};
