//! Data and secrets that were read, with amounts, or why the amount can't be known.

use stanch_core::event::base_name;
use stanch_core::finding::Finding;
use stanch_core::text::shown;
use stanch_core::{Severity, Tactic};

use super::Evidence;

/// What the tactics of data leaving the account are.
const TAKING: [Tactic; 2] = [Tactic::Exfiltration, Tactic::Collection];
/// Calls whose reply holds a secret. Other acts of credential access look for secrets and hold none yet.
const SECRET_REPLIES: [&str; 8] = [
    "GetSecretValue",
    "BatchGetSecretValue",
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
    "GetPasswordData",
    "GetCredentialsForIdentity",
    "GetRoleCredentials",
];
/// How many sentences are told.
const LIMIT: usize = 8;

/// One sentence per detection that says what left, the gravest first, then what can't be known.
pub(super) fn sentences(evidence: &Evidence<'_>, findings: &[&Finding]) -> Vec<String> {
    let is_taking = |finding: &&&Finding| {
        let tactics = evidence.about(finding).map_or(&[][..], |about| &about.tactics);
        let read_a_secret = || {
            let mut cited = evidence.cited(finding);
            cited
                .any(|record| record.outcome.succeeded() && SECRET_REPLIES.contains(&base_name(&record.name)))
        };
        finding.severity >= Severity::Medium
            && finding.succeeded > 0
            && (tactics.iter().any(|tactic| TAKING.contains(tactic))
                || (tactics.contains(&Tactic::CredentialAccess) && read_a_secret()))
    };
    let mut taking: Vec<&Finding> = findings.iter().filter(is_taking).copied().collect();
    // Coded detections count objects and bytes; their sentences say most.
    let says_most = |finding: &Finding| finding.detection.as_str().starts_with("mass-");
    taking.sort_by_key(|finding| {
        (
            std::cmp::Reverse((says_most(finding), finding.severity)),
            finding.first,
        )
    });
    let more = taking.len().saturating_sub(LIMIT);
    let mut sentences: Vec<String> = taking
        .into_iter()
        .take(LIMIT)
        .map(|finding| shown(&finding.summary, 300))
        .collect();
    if more > 0 {
        sentences.push(format!("{more} more in the findings."));
    }
    if !evidence.coverage.data_events.contains_key("s3") {
        sentences.push(
            "S3 object reads were not logged (no data events, no access logs), so theft can't be ruled out."
                .to_owned(),
        );
    }
    sentences
}
