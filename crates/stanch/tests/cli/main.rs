//! The program as a user runs it: a real process over real files, with a bare environment.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should end there")]

mod assess;
mod aws;
mod bill;
mod case;
mod citing;
mod elsewhere;
mod forms;
mod gaps;
mod harness;
mod hostile;
mod hunt;
mod inputs;
mod interrupted;
mod leaks;
mod messages;
mod outputs;
mod query;
mod report;
mod respond;
mod rules;
mod screens;
mod verdict;
mod verify_logs;
mod who;
