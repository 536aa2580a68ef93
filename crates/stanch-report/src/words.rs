//! Words and numbers as people read them, the same in every format.
//!
//! Plain values in, plain text out. It must not know of terminals or HTML.

use stanch_core::attack::Tactic;
use stanch_core::coverage::Coverage;
use stanch_core::event::{IdentityKind, LogKind};
use stanch_core::finding::DetectionOrigin;
use stanch_core::outcome::Outcome;
use stanch_core::source::{ProblemKind, SourceKind};
use stanch_core::verdict::{Analysis, Conclusion, Confidence, Story};
use stanch_core::{Finding, Severity};

/// Number of characters of one text of an analysis are shown at most.
pub(crate) const TEXT_LIMIT: usize = 2000;
/// Number of characters of a name are shown at most.
pub(crate) const NAME_LIMIT: usize = 300;

/// A number with a comma after every three digits.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and what is counted: `1 file`, `2,000 files`. The plural is the singular with `s`.
pub(crate) fn count(number: u64, singular: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {singular}{ending}", thousands(number))
}

/// The conclusion in a word or two.
pub(crate) const fn conclusion_word(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Compromised => "Compromised",
        Conclusion::Suspicious => "Suspicious",
        Conclusion::NothingFound => "Nothing found",
        Conclusion::Unknown => "Unknown",
    }
}

/// The conclusion in a sentence that says how far it reaches.
pub(crate) fn conclusion_sentence(analysis: &Analysis) -> String {
    let stories = &analysis.verdict.stories;
    let sure = stories
        .iter()
        .filter(|story| story.confidence > Confidence::Low)
        .count() as u64;
    let unsure = stories.len() as u64 - sure;
    match analysis.verdict.conclusion {
        Conclusion::Compromised => {
            let found = if sure == 1 { "One attack was".to_owned() } else { format!("{} were", count(sure, "attack")) };
            let possible = if unsure == 0 { String::new() } else { format!(", and {}", count(unsure, "possible attack")) };
            format!("{found} found{possible}. Logs that were not read or never written may hide more.")
        }
        Conclusion::Suspicious if unsure > 0 => {
            "This can be an attack or an administrator at work. Ask someone who knows the account whether it was \
             intended."
                .to_owned()
        }
        Conclusion::Suspicious => {
            let findings = count(analysis.verdict.beside.len() as u64, "finding");
            format!(
                "{findings} of medium severity or above, but not linked to an attack. Ask someone who knows the account \
                 whether this was intended."
            )
        }
        Conclusion::NothingFound => {
            "Nothing of medium severity or above was found in the logs that were read. That does not prove that \
             nothing happened."
                .to_owned()
        }
        Conclusion::Unknown if analysis.coverage.events > 0 => {
            "No log was given that detections judge, so nothing is known about this account. Give CloudTrail logs."
                .to_owned()
        }
        Conclusion::Unknown => "No event could be read, so nothing is known about this account.".to_owned(),
    }
}

/// Returns the heading of a story: only the sure ones are attacks.
pub(crate) fn story_name(story: &Story) -> &'static str {
    if story.confidence > Confidence::Low {
        "Attack"
    } else {
        "Possible attack"
    }
}

/// Returns the confidence in words.
pub(crate) const fn confidence_words(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low confidence",
        Confidence::Medium => "medium confidence",
        Confidence::High => "high confidence",
    }
}

/// A tactic as a heading.
pub(crate) const fn tactic_name(tactic: Tactic) -> &'static str {
    match tactic {
        Tactic::Reconnaissance => "Reconnaissance",
        Tactic::ResourceDevelopment => "Resource development",
        Tactic::InitialAccess => "Initial access",
        Tactic::Discovery => "Discovery",
        Tactic::Execution => "Execution",
        Tactic::Persistence => "Persistence",
        Tactic::PrivilegeEscalation => "Privilege escalation",
        Tactic::DefenseEvasion => "Defense evasion",
        Tactic::CredentialAccess => "Credential access",
        Tactic::LateralMovement => "Lateral movement",
        Tactic::Collection => "Collection",
        Tactic::CommandAndControl => "Command and control",
        Tactic::Exfiltration => "Exfiltration",
        Tactic::Impact => "Impact",
    }
}

/// Returns the outcome of a call in words.
pub(crate) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "succeeded",
        Outcome::Denied => "denied",
        Outcome::Limited => "refused by a limit",
        Outcome::DryRun => "dry run",
        Outcome::Failed => "failed",
    }
}

/// Which log an event comes from, in words.
pub(crate) const fn log_kind(log: LogKind) -> &'static str {
    match log {
        LogKind::CloudTrail => "CloudTrail",
        LogKind::S3ServerAccess => "S3 server access log",
        LogKind::VpcFlow => "VPC flow log",
        LogKind::GuardDuty => "GuardDuty",
    }
}

/// Returns the kind of an input in words.
pub(crate) const fn source_kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::CloudTrail => "CloudTrail",
        SourceKind::S3ServerAccess => "S3 server access log",
        SourceKind::VpcFlow => "VPC flow log",
        SourceKind::GuardDuty => "GuardDuty findings",
        SourceKind::Digest => "CloudTrail digest or query signature (no events)",
        SourceKind::Notification => "notification (no events)",
        SourceKind::Archive => "archive of several kinds",
        SourceKind::Clutter => "file of an operating system or tool (no log)",
        SourceKind::Empty => "empty",
        SourceKind::Unknown => "not a supported AWS log",
    }
}

/// Why something could not be read, in words that fit behind a number.
pub(crate) const fn problem_words(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Unreadable => "could not be opened",
        ProblemKind::CorruptCompression => "damaged compression",
        ProblemKind::Truncated => "truncated",
        ProblemKind::TooLarge => "decompresses beyond the limit",
        ProblemKind::RecordTooLarge => "record beyond the limit",
        ProblemKind::TooDeep => "nested too deep",
        ProblemKind::MalformedJson => "malformed JSON",
        ProblemKind::InvalidUtf8 => "invalid UTF-8",
        ProblemKind::NotAnEvent => "not an event",
        ProblemKind::NoTime => "no readable time",
        ProblemKind::MalformedLine => "malformed line",
        ProblemKind::LfsPointer => "Git LFS pointer, content missing",
        ProblemKind::SymlinkLoop => "symbolic link loop",
        ProblemKind::BadArchive => "unreadable archive",
        ProblemKind::TooMany => "entries beyond the limit",
        ProblemKind::NotAFile => "not a regular file",
        ProblemKind::NoIdentity => "record without identity",
        ProblemKind::UnknownFlowFormat => "flow log in an unknown format",
        ProblemKind::StorageError => "error of Amazon S3 in place of a file",
        ProblemKind::Encrypted => "encrypted with a password",
    }
}

/// Returns the kind of an identity in words.
pub(crate) const fn identity_kind(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Root => "root user",
        IdentityKind::IamUser => "IAM user",
        IdentityKind::AssumedRole => "role session",
        IdentityKind::Role => "role",
        IdentityKind::FederatedUser => "federated user",
        IdentityKind::SamlUser => "SAML user",
        IdentityKind::WebIdentityUser => "web identity",
        IdentityKind::Directory => "directory user",
        IdentityKind::AwsAccount => "other account or anonymous",
        IdentityKind::AwsService => "AWS service",
        IdentityKind::IdentityCenterUser => "Identity Center user",
        IdentityKind::Unknown => "unknown kind",
    }
}

/// Returns the origin of a detection in words.
pub(crate) const fn origin_words(origin: DetectionOrigin) -> &'static str {
    match origin {
        DetectionOrigin::Rule => "Sigma rule",
        DetectionOrigin::UserRule => "your Sigma rule",
        DetectionOrigin::Detector => "detector",
    }
}

/// The title of a finding: its detection's, or the detection's id when that said nothing of itself.
pub(crate) fn title<'a>(analysis: &'a Analysis, finding: &'a Finding) -> &'a str {
    match analysis.detections.get(&finding.detection) {
        Some(about) if !about.title.is_empty() => &about.title,
        _ => finding.detection.as_str(),
    }
}

/// Returns the number of findings there are of each severity, the most severe first, without those that have none.
pub(crate) fn by_severity<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<(Severity, u64)> {
    let mut counts = Severity::DESCENDING.map(|severity| (severity, 0));
    for finding in findings {
        if let Some(entry) = counts
            .iter_mut()
            .find(|(severity, _)| *severity == finding.severity)
        {
            entry.1 += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// Number of input files, of accounts, and of distinct regions.
pub(crate) fn extent(coverage: &Coverage) -> (u64, u64, u64) {
    let mut regions: Vec<&str> = coverage
        .regions
        .values()
        .flatten()
        .map(|(region, _)| region.as_str())
        .collect();
    regions.sort_unstable();
    regions.dedup();
    (
        coverage.sources.values().sum(),
        coverage.regions.len() as u64,
        regions.len() as u64,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_003_061), "1,003,061");
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
    }
}
