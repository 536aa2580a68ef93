//! The chores: one file each.

mod acceptance;
pub(crate) mod bench;
pub(crate) mod bench_collect;
mod budget;
mod geo;
pub(crate) mod hostile;
mod index;
#[cfg(not(feature = "acceptance"))]
mod library;
mod models;
mod parity;
mod prose;
pub(crate) mod scenarios;
mod words;

use std::io::Write;

use crate::error::TaskError;

/// Chores of the Stanch repository.
#[derive(Debug, clap::Parser)]
#[command(name = "cargo xtask")]
pub(crate) struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, clap::Subcommand)]
enum Chore {
    /// Write the lists of rules and detectors that are checked in
    Index(index::Args),
    /// Fetch the newest country table
    Geo,
    /// Check the sizes that the house holds itself to
    Budget,
    /// Check that no code decides by the words of a text for people
    Prose,
    /// Hunt in real logs and hold the result against what must be found
    Acceptance(acceptance::Args),
    /// Write the service models from a botocore wheel
    Models(models::Args),
    /// Compare hits of one's own rules with an independent implementation of Sigma
    Parity(parity::Args),
    /// Hunt through files made to break the program
    Hostile(hostile::Args),
    /// Measure the program next to other tools
    Bench(bench::Args),
    /// Hunt through made-up attacks and look-alikes, and compare the answers with the labels
    Scenarios(scenarios::Args),
    /// Hold every text against the glossary
    Words(words::Args),
    /// Measure collection against a server that answers like AWS, after a set time
    BenchCollect(bench_collect::Args),
}

/// How a chore that ran ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All as it should be.
    Good,
    /// Something to put right, already said.
    Bad,
}

impl Outcome {
    /// By whether all is as it should be.
    fn when(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }
}

/// Runs the chore that was asked for.
pub(crate) fn run(cli: &Cli, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    match &cli.chore {
        Chore::Index(args) => index::run(args, out),
        Chore::Geo => geo::run(out),
        Chore::Budget => budget::run(out),
        Chore::Prose => prose::run(out),
        Chore::Acceptance(args) => acceptance::run(args, out),
        Chore::Models(args) => models::run(args, out),
        Chore::Parity(args) => parity::run(args, out),
        Chore::Hostile(args) => hostile::run(args, out),
        Chore::Bench(args) => bench::run(args, out),
        Chore::Scenarios(args) => scenarios::run(args, out),
        Chore::Words(args) => words::run(args, out),
        Chore::BenchCollect(args) => bench_collect::run(args, out),
    }
}
