//! Findings and cited events in the Open Cybersecurity Schema Framework, as JSON lines.
//!
//! Version 1.5.0: the oldest in which evidence has an id of its own, so that a finding leads to its events; every
//! attribute used here stands unchanged in 1.6 to 1.8. Two streams, because lakes keep a table for each class: Detection Finding (2004) and API Activity
//! (6003). Enumerated numbers and required attributes are those of the published schema
//! (<https://schema.ocsf.io/1.5.0/classes/detection_finding>, <https://schema.ocsf.io/1.5.0/classes/api_activity>). It
//! must not know other classes.

mod event;
mod finding;
mod parts;

use std::io::{self, Write as _};

use stanch_core::Analysis;

use crate::cited;
use crate::escape::json_line;

/// The version of the schema that is written.
const VERSION: &str = "1.5.0";

/// Writes the findings as Detection Findings, one in each line, the most severe first.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn ocsf(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let stories = cited::stories(analysis);
    for finding in &analysis.findings {
        let story = stories.get(&finding.id).map(|(_, story)| *story);
        json_line(&finding::object(analysis, finding, story), &mut out)?;
    }
    out.flush()
}

/// Writes the cited API calls as API Activity, one in each line, the earliest first.
///
/// CloudTrail events and S3 server access log lines are API calls. Flow log lines and GuardDuty findings are none, and
/// are left out.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn ocsf_events(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    for cited in cited::events(analysis) {
        if parts::is_api_call(cited.record.log) {
            json_line(&event::object(analysis, &cited), &mut out)?;
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests;
