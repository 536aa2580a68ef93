//! What they took, with amounts, or why the amount can't be known.

use stanch_core::finding::Finding;
use stanch_core::text::shown;

use super::Evidence;

/// Detections that speak of data or secrets leaving the account.
const TAKING: [&str; 3] = ["mass-object-reads", "mass-secret-reads", "ransom-note"];

/// One sentence per detection that says what left, then what can't be known.
pub(super) fn sentences(evidence: &Evidence<'_>, findings: &[&Finding]) -> Vec<String> {
    let mut sentences: Vec<String> = findings
        .iter()
        .filter(|finding| TAKING.contains(&finding.detection.as_str()) && finding.succeeded > 0)
        .map(|finding| shown(&finding.summary, 300))
        .collect();
    if !evidence.coverage.data_events.contains_key("s3") {
        sentences.push(
            "Objects read from S3: cannot be known, these logs hold no S3 data events and no access logs."
                .to_owned(),
        );
    }
    sentences
}
