//! The collectors: one file each, one line each here, most relevant first where time is short.
//!
//! It must not know how they are run.

use crate::collector::Collector;

mod iam_users;

/// All collectors.
pub const ALL: &[&Collector] = &[&iam_users::COLLECTOR];
