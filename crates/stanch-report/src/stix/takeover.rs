//! The objects of one takeover: indicators, the observations they rest on, techniques, and a report over them.

use std::net::IpAddr;

use serde_json::{Value, json};
use stanch_core::verdict::{Confidence, Story};
use stanch_core::{Analysis, Principal, TechniqueId};

use super::held::{self, Seen};
use super::{Bundle, CONSTANT_TIME, ids};
use crate::attack::technique_url;
use crate::escape::plain;
use crate::times;
use crate::words;

/// One takeover as it is being written.
struct Writer<'w> {
    bundle: &'w mut Bundle,
    author: &'w str,
    /// Identity of this attack: its first principal and its start.
    seed: [String; 2],
    /// When the last hostile event was seen: then all of this could be said.
    created: String,
    confidence: u8,
    /// Everything the report refers to.
    told: Vec<String>,
}

/// An indicator.
struct Sign<'s> {
    name: String,
    description: &'s str,
    kind: &'s str,
    pattern: String,
    observable: String,
}

/// Writes the objects of a takeover; none when nothing it rests on can be an indicator.
pub(super) fn write(
    analysis: &Analysis,
    story: &Story,
    usual: &std::collections::BTreeSet<IpAddr>,
    author: &str,
    bundle: &mut Bundle,
) {
    let held = held::of(analysis, story, usual);
    let seed = story.principals.first().map_or("", |principal| &principal.key);
    let mut writer = Writer {
        bundle,
        author,
        seed: [plain(seed), times::rfc3339_millis(story.since)],
        created: times::rfc3339_millis(story.until.max(story.since)),
        confidence: percent(story.confidence),
        told: Vec::new(),
    };
    for (address, seen) in &held.addresses {
        writer.address(*address, seen);
    }
    for (key, seen) in &held.keys {
        writer.key(key, seen);
    }
    writer.report(story);
}

/// Confidence as STIX's scale of low, medium and high has it (appendix A).
const fn percent(confidence: Confidence) -> u8 {
    match confidence {
        Confidence::Low => 15,
        Confidence::Medium => 50,
        Confidence::High => 85,
    }
}

/// A text constant of the pattern language.
fn constant(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

impl Writer<'_> {
    fn address(&mut self, address: IpAddr, seen: &Seen<'_>) {
        let value = address.to_string();
        let kind = if address.is_ipv4() {
            "ipv4-addr"
        } else {
            "ipv6-addr"
        };
        let id = ids::observable(kind, &json!({ "value": value }));
        let observable = self.bundle.add(json!({
            "type": kind,
            "spec_version": "2.1",
            "id": id,
            "value": value,
        }));
        let sign = Sign {
            name: format!("Address {value}"),
            description: "The attacker called AWS APIs from this address.",
            kind: "malicious-activity",
            pattern: format!("[{kind}:value = {}]", constant(&value)),
            observable,
        };
        self.sign(&sign, seen);
    }

    fn key(&mut self, key: &str, seen: &Seen<'_>) {
        let observable = self.account(key, &format!("AWS access key {key}"));
        let sign = Sign {
            name: format!("AWS access key {key}"),
            description: "The attacker called AWS APIs with this access key.",
            kind: "compromised",
            pattern: format!("[user-account:user_id = {}]", constant(key)),
            observable,
        };
        self.sign(&sign, seen);
    }

    fn account(&mut self, user_id: &str, name: &str) -> String {
        self.bundle.add(json!({
            "type": "user-account",
            "spec_version": "2.1",
            "id": ids::observable("user-account", &json!({ "user_id": user_id })),
            "user_id": user_id,
            "display_name": name,
        }))
    }

    /// The indicator, the observation it is based on, and the techniques it indicates.
    fn sign(&mut self, sign: &Sign<'_>, seen: &Seen<'_>) {
        let mut observed = vec![sign.observable.clone()];
        for principal in &seen.principals {
            let key = plain(principal);
            if !key.is_empty() {
                observed.push(self.account(&key, &plain(&Principal::from_key(principal).name)));
            }
        }
        let first = times::rfc3339_millis(seen.first);
        let mut observation = self.object("observed-data", &[&sign.pattern]);
        observation["first_observed"] = Value::from(first.as_str());
        observation["last_observed"] = Value::from(times::rfc3339_millis(seen.last));
        observation["number_observed"] = Value::from(seen.events.len().max(1));
        observation["object_refs"] = Value::from(observed.clone());
        self.told.append(&mut observed);
        let observation = self.tell(observation);

        let mut indicator = self.object("indicator", &[&sign.pattern]);
        indicator["confidence"] = Value::from(self.confidence);
        indicator["name"] = Value::from(sign.name.as_str());
        indicator["description"] = Value::from(sign.description);
        indicator["indicator_types"] = json!([sign.kind]);
        indicator["pattern"] = Value::from(sign.pattern.as_str());
        indicator["pattern_type"] = Value::from("stix");
        indicator["pattern_version"] = Value::from("2.1");
        indicator["valid_from"] = Value::from(first);
        let indicator = self.tell(indicator);

        self.relate("based-on", &indicator, &observation);
        for technique in &seen.techniques {
            let technique = self.technique(technique);
            self.relate("indicates", &indicator, &technique);
        }
    }

    fn technique(&mut self, technique: &TechniqueId) -> String {
        let id = self.bundle.add(json!({
            "type": "attack-pattern",
            "spec_version": "2.1",
            "id": ids::own("attack-pattern", &[technique.as_str()]),
            "created_by_ref": self.author,
            "created": CONSTANT_TIME,
            "modified": CONSTANT_TIME,
            "name": technique.as_str(),
            "external_references": [{
                "source_name": "mitre-attack",
                "external_id": technique.as_str(),
                "url": technique_url(technique),
            }],
        }));
        if !self.told.contains(&id) {
            self.told.push(id.clone());
        }
        id
    }

    fn relate(&mut self, kind: &str, source: &str, target: &str) {
        let mut relationship = self.object("relationship", &[kind, source, target]);
        relationship["relationship_type"] = Value::from(kind);
        relationship["source_ref"] = Value::from(source);
        relationship["target_ref"] = Value::from(target);
        self.tell(relationship);
    }

    fn report(mut self, story: &Story) {
        let refs = std::mem::take(&mut self.told);
        if refs.is_empty() {
            return;
        }
        let mut seen = std::collections::BTreeSet::new();
        let refs: Vec<String> = refs.into_iter().filter(|id| seen.insert(id.clone())).collect();
        let who = story.principals.first().map_or("", |principal| &principal.name);
        let did: Vec<&str> = story.did.iter().map(|step| step.text.as_str()).collect();
        let description = format!("{} Did: {}.", story.how.join(" "), did.join("; "));
        let mut report = self.object("report", &[]);
        report["confidence"] = Value::from(self.confidence);
        report["name"] = Value::from(plain(&format!("{} of {who} in AWS", words::story_name(story))));
        report["description"] = Value::from(plain(&description));
        report["report_types"] = json!(["indicator", "attack-pattern"]);
        report["published"] = Value::from(self.created.as_str());
        report["object_refs"] = Value::from(refs);
        self.bundle.add(report);
    }

    /// Members of every object of an attack; its id follows from its type, the attack and `parts`.
    fn object(&self, kind: &str, parts: &[&str]) -> Value {
        let seed: Vec<&str> = self.seed.iter().map(String::as_str).collect();
        json!({
            "type": kind,
            "spec_version": "2.1",
            "id": ids::own(kind, &[&seed[..], &[&self.created], parts].concat()),
            "created_by_ref": self.author,
            "created": self.created,
            "modified": self.created,
        })
    }

    fn tell(&mut self, object: Value) -> String {
        let id = self.bundle.add(object);
        self.told.push(id.clone());
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_does_not_end_early() {
        assert_eq!(constant(r"a' OR '\"), r"'a\' OR \'\\'");
    }
}
