//! Words and counts of an assessed account, for the terminal and the page.
//!
//! What comes back is as the account holds it: the format that shows it makes it inert. It must not judge.

use std::collections::BTreeMap;

use stanch_core::assessment::{
    AccountFinding, Assessment, Deadline, FindingVerdict, MadeBy, MakingEvent, NotJudged, Presence,
};

/// Number of findings of each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VerdictCounts {
    pub(crate) with_deadline: u64,
    pub(crate) hostile: u64,
    pub(crate) suspicious: u64,
    pub(crate) weak: u64,
}

/// Counts them. What ticks stands somewhere too, and counts there as well.
pub(crate) fn verdict_counts(assessment: &Assessment) -> VerdictCounts {
    let of = |wanted| {
        let found = assessment
            .findings
            .iter()
            .filter(|finding| finding.verdict == wanted);
        found.count() as u64
    };
    let with_deadline = assessment
        .findings
        .iter()
        .filter(|finding| finding.deadline.is_some());
    VerdictCounts {
        with_deadline: with_deadline.count() as u64,
        hostile: of(FindingVerdict::Malicious),
        suspicious: of(FindingVerdict::Suspicious),
        weak: of(FindingVerdict::Misconfiguration),
    }
}

/// The answer in a few words.
pub(crate) fn word(assessment: &Assessment) -> &'static str {
    let counts = verdict_counts(assessment);
    match (counts.hostile, counts.suspicious) {
        (0, 0) if assessment.is_complete() => "Nothing found",
        (0, 0) => "Nothing found in what is known",
        (0, _) => "Suspicious",
        _ => "Malicious",
    }
}

/// Returns what will be lost, and when.
pub(crate) fn lost(deadline: &Deadline) -> String {
    let at = deadline.at.as_deref().map(|at| format!(" at {at}"));
    format!("will lose {}{}", deadline.loses, at.unwrap_or_default())
}

/// Returns the creator and the last changer of a finding's resource, or the reason why they are not known.
pub(crate) fn makers(finding: &AccountFinding) -> String {
    match &finding.created_by {
        Some(creation) => format!(
            "created by {}; {}",
            event_words(creation),
            maker(&finding.made_by).replacen("created or changed", "last changed", 1)
        ),
        None => maker(&finding.made_by),
    }
}

/// Returns the principal that created or changed it, or the reason why it is not known.
fn maker(made_by: &MadeBy) -> String {
    match made_by {
        MadeBy::Event(event) => format!("created or changed by {}", event_words(event)),
        MadeBy::BeforeLogs { begin } => {
            format!("creator unknown: it existed before the logs begin at {begin}")
        }
        MadeBy::KnownGood { line } => format!("known good: {line}"),
        MadeBy::Unknown { why } => format!("creator unknown: {why}"),
    }
}

/// Returns whether a resource still exists, in words.
pub(crate) const fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Exists => "exists",
        Presence::Gone => "deleted",
        Presence::Unknown => "not known",
    }
}

/// The same in a few words, for a list.
pub(crate) fn maker_briefly(made_by: &MadeBy) -> String {
    match made_by {
        MadeBy::Event(event) => format!(
            "by {}, {}, {}",
            event.principal.name,
            event.name,
            crate::times::table_time(event.time)
        ),
        other => maker(other),
    }
}

/// Returns principal, call, time and address.
pub(crate) fn event_words(event: &MakingEvent) -> String {
    let address = event.address.as_deref().map(|address| format!(" from {address}"));
    format!(
        "{}, {}, {}{}",
        event.principal.name,
        event.name,
        event.time,
        address.unwrap_or_default()
    )
}

/// Why, service, operation.
pub(crate) type Question<'a> = (&'a str, &'a str, &'a str);

/// Checks and regions that wait for a reply.
#[derive(Debug, Default)]
pub(crate) struct Open<'a> {
    /// The checks that can't tell.
    pub(crate) checks: Vec<&'a str>,
    /// The regions; none when it was asked nowhere.
    pub(crate) regions: Vec<&'a str>,
}

/// Each question once, in a fixed order.
pub(crate) fn questions(open: &[NotJudged]) -> BTreeMap<Question<'_>, Open<'_>> {
    let mut questions: BTreeMap<Question<'_>, Open<'_>> = BTreeMap::new();
    for one in open {
        let key = (one.why.as_str(), one.service.as_str(), one.operation.as_str());
        let question = questions.entry(key).or_default();
        if !question.checks.contains(&one.check.as_str()) {
            question.checks.push(&one.check);
        }
        for region in &one.regions {
            if !question.regions.contains(&region.as_str()) {
                question.regions.push(region.as_str());
            }
        }
    }
    questions
}
