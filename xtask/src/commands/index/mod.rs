//! `cargo xtask index`: writes the registries that are checked in, one file here for each. They are plain source so that a
//! reader's search and the formatter see them.

mod actions;
mod checks;
mod collectors;
mod detectors;
mod guided;
mod lint_rules;
mod pages;
mod queries;
mod registry;
mod rules;
mod seeds;

use std::io::Write;
use std::path::Path;

use super::Outcome;
use crate::error::TaskError;
use crate::profiles;
use crate::root::{read, relative, root, write};

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing; leave with 1 when a registry is out of date
    #[arg(long)]
    check: bool,
    /// Write the reference pages in docs/ too; builds the libraries they describe
    #[arg(long, conflicts_with = "check")]
    pages: bool,
}

/// Returns the whole text of a file with a registry.
type Make = fn(&Path) -> Result<String, TaskError>;

/// Files with a registry, and the build profiles of the query engine, below the root of the repository.
const REGISTRIES: [(&str, Make); 10] = [
    ("Cargo.toml", profiles::manifest),
    (actions::FILE, actions::text),
    (checks::FILE, checks::text),
    (collectors::FILE, collectors::text),
    (detectors::FILE, detectors::text),
    (guided::FILE, guided::text),
    (lint_rules::FILE, lint_rules::text),
    (queries::FILE, queries::text),
    (rules::FILE, rules::text),
    (seeds::FILE, seeds::text),
];

/// Writes the registries, or compares them.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let root = root();
    let mut current = true;
    for (file, make) in REGISTRIES {
        let (path, wanted) = (root.join(file), make(&root)?);
        if path.exists() && read(&path)? == wanted {
            continue;
        }
        let name = relative(&path, &root);
        if args.check {
            current = false;
            writeln!(out, "{name} is out of date: run `cargo xtask index`")?;
        } else {
            write(&path, wanted.as_bytes())?;
            writeln!(out, "{name} written")?;
        }
    }
    if args.pages {
        pages::write(&root)?;
        writeln!(out, "reference pages in docs written")?;
    }
    Ok(Outcome::when(current))
}
