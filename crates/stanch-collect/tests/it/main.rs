//! The crate from outside, against an account in memory: one test program, one file per matter.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should end there")]

mod account;
mod diff;
mod lookup;
mod order;
mod outcomes;
mod redaction;
mod resume;
mod run;
