//! The program as a user runs it: a real process over real files, with a bare environment.

mod case;
mod harness;
mod hunt;
mod interrupted;
mod messages;
