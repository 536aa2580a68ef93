//! Calls with the requests and responses that CloudTrail writes for them.

mod access;
mod compute;
mod identity;
mod logging;
mod storage;

pub(crate) use access::assume_call;
pub(crate) use identity::ADMINISTRATOR;
pub(crate) use storage::{exports, object};
