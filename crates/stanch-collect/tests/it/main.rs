//! The crate from outside, against an account in memory: one test program, one file per matter.

mod account;
mod diff;
mod order;
mod outcomes;
mod redaction;
mod resume;
mod run;
