//! The most likely entry, the evidence for it, and what is not excluded.

use stanch_core::event::IdentityKind;
use stanch_core::finding::Finding;
use stanch_core::text::shown;
use stanch_core::{EventRecord, Timestamp};

use super::Evidence;

/// Sentences for a story that starts with `seed` at `since`, the most likely way first.
pub(super) fn sentences(
    evidence: &Evidence<'_>,
    seed: &str,
    since: Timestamp,
    findings: &[&Finding],
) -> Vec<String> {
    let own = findings.iter().filter(|finding| finding.principal.key == seed);
    let mut records: Vec<(&EventRecord, &Finding)> = own
        .flat_map(|finding| evidence.cited(finding).map(move |record| (record, *finding)))
        .filter(|(record, _)| record.time >= since)
        .collect();
    records.sort_by_key(|(record, _)| (record.time, record.key));
    let Some((_, first)) = records.first() else {
        return Vec::new();
    };
    let key = records
        .iter()
        .map(|(record, _)| record.access_key_id.as_str())
        .find(|key| !key.is_empty());
    let found = |id: &str| findings.iter().find(|finding| finding.detection.as_str() == id);
    let mut sentences = Vec::new();
    if let Some(finding) = found("instance-credentials-used-elsewhere") {
        sentences.push(format!(
            "Most likely stolen credentials of an EC2 instance, from the instance or its metadata service. {}",
            finding.summary
        ));
        sentences.push(
            "Not excluded: someone with a shell on the instance. To find out: check the logs of the instance.".to_owned(),
        );
    } else if let Some(finding) = found("login-failures-then-success") {
        sentences.push(format!(
            "Most likely a guessed or stolen password. {}",
            finding.summary
        ));
    } else {
        sentences.extend(by_identity(evidence, first, key, since));
    }
    let signs = [
        "first-seen-country",
        "first-seen-network",
        "first-seen-agent",
        "key-used-from-two-places",
    ];
    let speaking = signs
        .iter()
        .find_map(|id| found(id))
        .map(|finding| finding.summary.clone());
    sentences.extend(speaking);
    sentences.iter().map(|sentence| shown(sentence, 400)).collect()
}

fn by_identity(evidence: &Evidence<'_>, first: &Finding, key: Option<&str>, since: Timestamp) -> Vec<String> {
    let earlier = history(evidence, first, since);
    match (first.principal.kind, key) {
        (IdentityKind::IamUser, Some(key)) if key.starts_with("AKIA") => vec![
            format!("Most likely the long-term key {key} was leaked or stolen: the first call of the attacker used it{earlier}."),
            "Not excluded: theft from a computer that had the key. To find out: scan code and build servers for the \
             key."
                .to_owned(),
        ],
        (IdentityKind::IamUser, _) => {
            vec![format!("Most likely a stolen console password: the first call of the attacker came without a long-term key{earlier}.")]
        }
        (IdentityKind::Root, _) => {
            vec![format!("The root user was used{earlier}. If its owner did not use it, its password or one of its keys is stolen.")]
        }
        (IdentityKind::AssumedRole | IdentityKind::Role, _) => vec![
            format!("A session of {} was used{earlier}.", first.principal.name),
            "These findings do not show who assumed the role. To find out: check its AssumeRole events and the logs of \
             what runs with it."
                .to_owned(),
        ],
        _ => vec!["The entry is not known from these logs.".to_owned()],
    }
}

/// What the principal did before, as a clause.
fn history(evidence: &Evidence<'_>, first: &Finding, since: Timestamp) -> String {
    const DAY: i64 = 86_400_000;
    let Some(span) = evidence.activity.span_of(&first.principal.key) else {
        return String::new();
    };
    let days = since.since(span.first) / DAY;
    if since <= span.first {
        ", and these logs have no earlier call of it".to_owned()
    } else if days == 0 {
        ", and these logs have less than a day of earlier calls".to_owned()
    } else {
        format!(
            ", after {days} day{} of other calls in these logs",
            if days == 1 { "" } else { "s" }
        )
    }
}
