//! `stanch verify-logs`: reads a trail's files from disk or S3 and prints what is valid, altered, missing or unknown.

mod keys;
mod read;
mod screen;

use std::path::Path;

use stanch_case::Case;
use stanch_core::ports::Clock as _;
use stanch_integrity::{Signatures, Verification};

use crate::arguments::VerifyLogsArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};
use crate::requests::default_case;

/// Name of the result among the documents of a case.
const DOCUMENT: &str = "verify-logs.json";

/// Reads, verifies, prints, and keeps the result in the case.
pub(crate) fn run(arguments: &VerifyLogsArguments, console: &Console) -> Result<Exit, Failure> {
    let mut signatures = Signatures::default();
    for path in &arguments.signatures {
        signatures.add(&file(path)?).map_err(|error| {
            Failure::because(
                format!("{} can't be used", path.display()),
                &error,
                "write one line per digest with Key and Metadata.signature, as aws s3api head-object prints them",
            )
            .usage()
        })?;
    }
    let read = read::inputs(arguments, console)?;
    let keyring = keys::keyring(arguments, &read, console)?;
    let result = read.verifier.verify(&keyring, &signatures);
    let exit = exit(&result, !read.unread.is_empty());
    if console.json {
        console.print_json(&result)?;
    } else {
        let text = screen::text(&result, &read.unread, keyring.len(), console);
        output::data(|out| out.write_all(text.as_bytes()))?;
    }
    let case = arguments.case.clone().or_else(default_case);
    if let Some(case) = &case {
        keep(case, &result, console)?;
    }
    console.say(&screen::next(&result, keyring.is_empty(), case.as_deref()));
    Ok(exit)
}

/// Reads a file that was named.
fn file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::file("reading", path, &error))
}

fn keep(case: &Path, result: &Verification, console: &Console) -> Result<(), Failure> {
    let now = SystemClock::new(None).now();
    let bytes = serde_json::to_vec(result)
        .map_err(|error| Failure::because("the result can't be written", &error, "run it again"))?;
    Case::open(case, now)?.write_document(DOCUMENT, &bytes, now)?;
    console.say(&format!("Result kept in {} as {DOCUMENT}", case.display()));
    Ok(())
}

fn exit(result: &Verification, has_unread: bool) -> Exit {
    match (result.is_altered(), result.is_complete() && !has_unread) {
        (false, true) => Exit::Nothing,
        (true, true) => Exit::Findings,
        (false, false) => Exit::Incomplete,
        (true, false) => Exit::FindingsIncomplete,
    }
}
