//! What a plan leaves alone, one line for each thing: what must be known first stands first.
//!
//! It must not decide what is left alone.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::plan::LeftAlone;
use stanch_core::text::shown;
use stanch_core::{Timestamp, text};

use super::address::service_of;
use super::reach::{Thing, WORDS};
use super::state::whole;
use crate::principal_name::Parts;

/// How many reasons of a thing are told in full beside those that say that it is not contained.
const TOLD: usize = 2;
/// How many calls of a thing are named.
const CALLS: usize = 4;

/// Begins what is in an intruder's hands and goes on.
const LOUD: &str = "NOT CONTAINED";
/// Begins what is hostile and joined to nobody.
const HOSTILE: &str = "hostile";
/// Begins what a check speaks of and no action answers.
const NO_ACTION: &str = "no action answers it";
/// Begins what no check speaks of.
const NO_CHECK: &str = "no action answers what was done to it";

/// Things that no action answers, by name.
#[derive(Debug, Default)]
pub(super) struct Unanswered {
    by_name: BTreeMap<String, Known>,
}

#[derive(Debug, Default)]
struct Known {
    services: BTreeSet<String>,
    calls: BTreeSet<String>,
    makers: BTreeSet<String>,
    last: Option<Timestamp>,
    /// What checks say of it.
    summaries: BTreeSet<String>,
}

impl Unanswered {
    pub(super) fn add(&mut self, thing: &Thing) {
        let known = self.by_name.entry(name_of(thing)).or_default();
        known.services.insert(thing.service.clone());
        if !thing.call.is_empty() {
            known.calls.insert(shown(&thing.call, 80));
        }
        if !thing.maker.is_empty() {
            let maker = Parts::of(&thing.maker).map_or(thing.maker.as_str(), |parts| parts.name);
            known.makers.insert(shown(maker, 80));
        }
        known.last = known.last.max(thing.last);
        // The sentence of a finding tells its event at the end, which is told here for all of them; that a thing is still there
        // says nothing more.
        let summary = thing.why.text.split("; ").next().unwrap_or_default();
        if !thing.check.is_empty() && !summary.ends_with("it is still there") {
            known.summaries.insert(summary.to_owned());
        }
    }

    /// One line for each. What one call names by its ARN and another by its name is one thing.
    pub(super) fn lines(mut self) -> impl Iterator<Item = LeftAlone> {
        let arns: Vec<String> = self
            .by_name
            .keys()
            .filter(|name| name.starts_with("arn:"))
            .cloned()
            .collect();
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
        self.by_name.into_iter().map(|(what, known)| LeftAlone {
            what,
            why: known.sentence(),
        })
    }
}

impl Known {
    fn take(&mut self, other: Self) {
        self.services.extend(other.services);
        self.calls.extend(other.calls);
        self.makers.extend(other.makers);
        self.summaries.extend(other.summaries);
        self.last = self.last.max(other.last);
    }

    fn sentence(&self) -> String {
        let mut parts: Vec<String> = self.summaries.iter().take(TOLD).cloned().collect();
        let calls: Vec<&str> = self.calls.iter().take(CALLS).map(String::as_str).collect();
        let more = self.calls.len().saturating_sub(CALLS);
        if !calls.is_empty() {
            let mut sentence = calls.join(", ");
            if more > 0 {
                sentence.push_str(&format!(" and {more} more calls"));
            }
            if !self.makers.is_empty() {
                let makers: Vec<&str> = self.makers.iter().take(CALLS).map(String::as_str).collect();
                sentence.push_str(&format!(" by {}", makers.join(", ")));
            }
            if let Some(last) = self.last {
                sentence.push_str(&format!(", last at {}", whole(last)));
            }
            parts.push(sentence);
        }
        let begin = if self.summaries.is_empty() {
            NO_CHECK
        } else {
            NO_ACTION
        };
        format!("{begin}: {}", parts.join("; "))
    }
}

/// By its first name; of an ARN, the plain name that it ends with, if the thing bears it too.
fn name_of(thing: &Thing) -> String {
    let first = thing.names.first().map_or("", String::as_str);
    let plain = thing.names.iter().find(|name| {
        first.starts_with("arn:") && !name.starts_with("arn:") && first.ends_with(name.as_str())
    });
    shown(plain.map_or(first, String::as_str), WORDS)
}

/// One line for each thing, the most important first.
pub(super) fn merged(lines: impl IntoIterator<Item = LeftAlone>) -> Vec<LeftAlone> {
    let mut by_name: BTreeMap<String, BTreeSet<(u8, String)>> = BTreeMap::new();
    for line in lines {
        let reasons = by_name.entry(line.what).or_default();
        reasons.insert((rank(&line.why), line.why));
    }
    let mut merged: Vec<(u8, LeftAlone)> = by_name
        .into_iter()
        .map(|(what, reasons)| {
            let first = reasons.first().map_or(u8::MAX, |(rank, _)| *rank);
            let why = sentence(&reasons);
            (first, LeftAlone { what, why })
        })
        .collect();
    merged.sort_by(|(one, a), (other, b)| (one, &a.what).cmp(&(other, &b.what)));
    merged.into_iter().map(|(_, line)| line).collect()
}

/// What is not contained is always told.
fn sentence(reasons: &BTreeSet<(u8, String)>) -> String {
    let loud = reasons.iter().filter(|(rank, _)| *rank == 0).count();
    let told: Vec<&str> = reasons
        .iter()
        .take(loud.max(TOLD))
        .map(|(_, why)| why.as_str())
        .collect();
    let more = reasons.len() - told.len();
    let mut sentence = told.join(". Also: ");
    if more > 0 {
        let reasons = if more == 1 { "reason" } else { "reasons" };
        sentence.push_str(&format!(". And {more} weaker {reasons}"));
    }
    text::bounded(&sentence, 1_500)
}

fn rank(why: &str) -> u8 {
    match why {
        _ if why.starts_with(LOUD) => 0,
        _ if why.starts_with(HOSTILE) => 1,
        _ if why.starts_with(NO_ACTION) => 2,
        _ if why.starts_with(NO_CHECK) => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(what: &str, why: &str) -> LeftAlone {
        LeftAlone {
            what: what.to_owned(),
            why: why.to_owned(),
        }
    }

    #[test]
    fn each_thing_has_one_line_and_what_goes_on_is_told_first() {
        let lines = [
            line("a", "it called from an address"),
            line("b", "no action answers it: x"),
            line("c", "NOT CONTAINED by one: x"),
            line("c", "it called from an address"),
            line("c", "NOT CONTAINED by two: y"),
            line("c", "NOT CONTAINED by three: z"),
            line("a", "it called from an address"),
        ];
        let told: Vec<String> = merged(lines)
            .iter()
            .map(|line| format!("{}: {}", line.what, line.why))
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        c: NOT CONTAINED by one: x. Also: NOT CONTAINED by three: z. Also: NOT CONTAINED by two: y. And 1 weaker reason
        b: no action answers it: x
        a: it called from an address
        ");
    }
}
