//! What a plan does not fix, one line for each resource or identity, the most severe first.
//!
//! It must not decide what is fixed.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::arn::PrincipalArn;
use stanch_core::plan::NotFixed;
use stanch_core::text::shown;
use stanch_core::{Timestamp, text};

use crate::planner::scope::inventory::whole;
use crate::planner::scope::{AffectedResource, WORDS};
use crate::planner::steps::address::service_of;

/// The most reasons in full for one line, besides those of what is not contained.
const REASONS: usize = 2;
/// The most resources without an action that have a line of their own; the others are counted.
const LINES: usize = 300;
/// The most API calls named in one line.
const CALLS: usize = 4;

/// Why something is not fixed; the most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::planner) enum OmissionKind {
    /// It is the attacker's, or the attacker can use it, and the plan does not contain it.
    NotContained,
    /// It is malicious, and no exact evidence links it to a compromised identity.
    Malicious,
    /// A check found it and there is no action for it.
    NoAction,
    /// A compromised identity changed it, no check covers it, and there is no action for it.
    NoCheck,
    /// It is related, or needs no step.
    Note,
}

impl OmissionKind {
    /// The words that begin the sentence.
    const fn prefix(self) -> &'static str {
        match self {
            Self::NotContained => "NOT CONTAINED: ",
            Self::NoAction => "no action for it: ",
            Self::NoCheck => "no check and no action for it: ",
            Self::Malicious | Self::Note => "",
        }
    }
}

/// Something that a plan does not fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::planner) struct Omission {
    /// An ARN, id or name.
    pub(in crate::planner) what: String,
    pub(in crate::planner) kind: OmissionKind,
    /// A sentence without its full stop.
    pub(in crate::planner) why: String,
}

/// Affected resources without an action, by name.
#[derive(Debug, Default)]
pub(in crate::planner) struct Unanswered {
    by_name: BTreeMap<String, Changes>,
}

/// What is known of the changes to one resource.
#[derive(Debug, Default)]
struct Changes {
    services: BTreeSet<String>,
    regions: BTreeSet<String>,
    calls: BTreeSet<String>,
    callers: BTreeSet<String>,
    last: Option<Timestamp>,
    /// The sentences of checks.
    summaries: BTreeSet<String>,
}

impl Unanswered {
    pub(in crate::planner) fn add(&mut self, affected: &AffectedResource) {
        let known = self.by_name.entry(name_of(affected)).or_default();
        known.regions.insert(affected.region.to_string());
        known.services.insert(affected.service.clone());
        if !affected.call.is_empty() {
            known.calls.insert(shown(&affected.call, 80));
        }
        if !affected.creator.is_empty() {
            let caller =
                PrincipalArn::parse(&affected.creator).map_or(affected.creator.as_str(), |parts| parts.name);
            known.callers.insert(shown(caller, 80));
        }
        known.last = known.last.max(affected.last);
        known.summaries.extend(affected.summary.clone());
    }

    /// Returns one line for each resource. What one call names by its ARN and another by its name is one resource.
    pub(in crate::planner) fn lines(mut self) -> impl Iterator<Item = Omission> {
        let names = self.by_name.keys();
        let arns: Vec<String> = names.filter(|name| name.starts_with("arn:")).cloned().collect();
        for arn in arns {
            let service = service_of(&arn).unwrap_or_default();
            let last = arn.rsplit(':').next();
            // A secret's ARN has six characters behind its name.
            let secret = last.and_then(|last| last.rsplit_once('-')).map(|(name, _)| name);
            let tails = [last, arn.rsplit(['/', ':']).next(), secret];
            let named = tails.into_iter().flatten().find(|tail| {
                let known = self.by_name.get(*tail);
                known.is_some_and(|known| known.services.contains(service))
            });
            if let Some(name) = named.map(str::to_owned)
                && let Some(one) = self.by_name.remove(&arn)
            {
                self.by_name.entry(name).or_default().take(one);
            }
        }
        // What a check found first, then the latest.
        let mut all: Vec<(String, Changes)> = self.by_name.into_iter().collect();
        all.sort_by_key(|(_, changes)| (changes.kind(), std::cmp::Reverse(changes.last)));
        let rest = all.split_off(all.len().min(LINES));
        let mut services: BTreeMap<String, usize> = BTreeMap::new();
        for service in rest.iter().filter_map(|(_, changes)| changes.services.first()) {
            *services.entry(shown(service, 40)).or_default() += 1;
        }
        let counts: Vec<String> = services
            .iter()
            .map(|(service, count)| format!("{count} of {service}"))
            .collect();
        let more = (!rest.is_empty()).then(|| Omission {
            what: format!("{} more resources", rest.len()),
            kind: OmissionKind::NoCheck,
            why: format!(
                "created or changed by compromised identities: {}",
                counts.join(", ")
            ),
        });
        let lines = all.into_iter().map(|(what, changes)| Omission {
            what,
            kind: changes.kind(),
            why: changes.sentence(),
        });
        lines.chain(more)
    }
}

impl Changes {
    fn take(&mut self, other: Self) {
        self.services.extend(other.services);
        self.regions.extend(other.regions);
        self.calls.extend(other.calls);
        self.callers.extend(other.callers);
        self.summaries.extend(other.summaries);
        self.last = self.last.max(other.last);
    }

    fn kind(&self) -> OmissionKind {
        if self.summaries.is_empty() {
            OmissionKind::NoCheck
        } else {
            OmissionKind::NoAction
        }
    }

    fn sentence(&self) -> String {
        let mut parts: Vec<String> = self.summaries.iter().take(REASONS).cloned().collect();
        let calls: Vec<&str> = self.calls.iter().take(CALLS).map(String::as_str).collect();
        let more = self.calls.len().saturating_sub(CALLS);
        if !calls.is_empty() {
            let mut sentence = calls.join(", ");
            if more > 0 {
                sentence.push_str(&format!(" and {more} more calls"));
            }
            if !self.callers.is_empty() {
                let callers: Vec<&str> = self.callers.iter().take(CALLS).map(String::as_str).collect();
                sentence.push_str(&format!(" by {}", callers.join(", ")));
            }
            if let Some(last) = self.last {
                sentence.push_str(&format!(", last at {}", whole(last)));
            }
            if self.regions.len() > 1 {
                let regions: Vec<&str> = self.regions.iter().map(String::as_str).collect();
                sentence.push_str(&format!(" in {}", shown(&regions.join(", "), 200)));
            }
            parts.push(sentence);
        }
        parts.join("; ")
    }
}

/// Returns its first name; of an ARN, the plain name that it ends with, if the resource is also named so.
fn name_of(affected: &AffectedResource) -> String {
    let first = affected.names.first().map_or("", String::as_str);
    let plain = affected.names.iter().find(|name| {
        first.starts_with("arn:") && !name.starts_with("arn:") && first.ends_with(name.as_str())
    });
    shown(plain.map_or(first, String::as_str), WORDS)
}

/// Returns one line for each resource or identity, the most severe first.
pub(in crate::planner) fn merged(omitted: impl IntoIterator<Item = Omission>) -> Vec<NotFixed> {
    let mut by_name: BTreeMap<String, BTreeSet<(OmissionKind, String)>> = BTreeMap::new();
    for omission in omitted {
        let reasons = by_name.entry(omission.what).or_default();
        reasons.insert((omission.kind, omission.why));
    }
    let mut merged: Vec<(Option<OmissionKind>, NotFixed)> = by_name
        .into_iter()
        .map(|(what, reasons)| {
            let kind = reasons.first().map(|(kind, _)| *kind);
            let why = sentence(&reasons);
            (kind, NotFixed { what, why })
        })
        .collect();
    merged.sort_by(|(one, a), (other, b)| (one, &a.what).cmp(&(other, &b.what)));
    merged.into_iter().map(|(_, line)| line).collect()
}

/// Joins reasons; every reason of what is not contained is given.
fn sentence(reasons: &BTreeSet<(OmissionKind, String)>) -> String {
    let is_loud = |(kind, _): &&(OmissionKind, String)| *kind == OmissionKind::NotContained;
    let loud = reasons.iter().filter(is_loud).count();
    let given: Vec<String> = reasons
        .iter()
        .take(loud.max(REASONS))
        .map(|(kind, why)| format!("{}{why}", kind.prefix()))
        .collect();
    let more = reasons.len() - given.len();
    let mut sentence = given.join(". Also: ");
    if more > 0 {
        let reasons = if more == 1 { "reason" } else { "reasons" };
        sentence.push_str(&format!(". And {more} weaker {reasons}"));
    }
    text::bounded(&sentence, 1_500)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_resource_has_one_line_and_the_most_severe_is_first() {
        let omission = |what: &str, kind, why: &str| Omission {
            what: what.to_owned(),
            kind,
            why: why.to_owned(),
        };
        let omitted = [
            omission("a", OmissionKind::Note, "it called from an address"),
            omission("b", OmissionKind::NoAction, "x"),
            omission("c", OmissionKind::NotContained, "one can't be planned"),
            omission("c", OmissionKind::Note, "it called from an address"),
            omission("c", OmissionKind::NotContained, "two can't be planned"),
            omission("c", OmissionKind::NotContained, "three can't be planned"),
            omission("a", OmissionKind::Note, "it called from an address"),
        ];
        let lines = merged(omitted);
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("{}: {}", line.what, line.why))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        c: NOT CONTAINED: one can't be planned. Also: NOT CONTAINED: three can't be planned. Also: NOT CONTAINED: two can't be planned. And 1 weaker reason
        b: no action for it: x
        a: it called from an address
        ");
    }
}
