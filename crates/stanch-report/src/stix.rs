//! What an attacker came with, as a STIX 2.1 bundle: indicators, and what they rest on.
//!
//! An indicator is acted on by hosts that never see the report, so only what a takeover of medium or high confidence
//! rests on becomes one (`held`). Ids follow from content, times from the data, never from the clock. The standard:
//! <https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html>. It must not hold the analysis: the other formats
//! do.

mod held;
mod ids;
mod takeover;

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use serde_json::{Value, json};
use stanch_core::Analysis;
use stanch_core::verdict::Confidence;

use crate::escape::json_pretty;

/// The moment from which the objects are that are the same in every bundle: the tool's identity and techniques.
const CONSTANT_TIME: &str = "2026-01-01T00:00:00.000Z";

/// Writes the bundle. Without a takeover it holds the identity of the tool alone.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn stix(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut bundle = Bundle::default();
    let author = bundle.add(json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": ids::own("identity", &["stanch"]),
        "created": CONSTANT_TIME,
        "modified": CONSTANT_TIME,
        "name": "Stanch",
        "description": "A program that reads AWS logs after a compromise. What it says is its reading of the logs.",
        "identity_class": "system",
    }));
    let usual = held::usual_addresses(analysis);
    let stories = analysis
        .verdict
        .stories
        .iter()
        .filter(|story| story.confidence > Confidence::Low);
    for story in stories {
        takeover::write(analysis, story, &usual, &author, &mut bundle);
    }
    let known: Vec<&str> = bundle.known.iter().map(String::as_str).collect();
    let bundle = json!({
        "type": "bundle",
        "id": ids::own("bundle", &known),
        "objects": bundle.objects,
    });
    let mut out = io::BufWriter::new(out);
    json_pretty(&bundle, &mut out)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Objects, each once.
#[derive(Default)]
struct Bundle {
    objects: Vec<Value>,
    known: BTreeSet<String>,
}

impl Bundle {
    /// Adds an object unless it is there, and gives its id.
    fn add(&mut self, object: Value) -> String {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        if self.known.insert(id.clone()) {
            self.objects.push(object);
        }
        id
    }
}

#[cfg(test)]
mod tests;
