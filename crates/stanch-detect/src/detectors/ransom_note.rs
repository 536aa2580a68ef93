//! A ransom note put into a bucket, or objects encrypted with a key that only the writer has.

use serde::{Deserialize, Serialize};
use stanch_core::event::Event;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::text::bounded;
use stanch_core::{Severity, Tactic};

use super::support::{
    About, Bounded, Capped, Days, Evidence, FirstUse, Principals, principals, slot_of, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Objects written with a customer's own key that make a mass (Elastic's threshold; Panther waits for 50).
const ENCRYPTED: u32 = 20;
/// Days with such writes from which it is how the program stores its data.
const HABITUAL_DAYS: usize = 3;
/// Buckets and notes remembered per principal.
const BUCKET_CAP: usize = 256;
const NOTE_CAP: usize = 16;

/// What notes are called, once case and punctuation are taken away.
const NOTE_WORDS: [&str; 16] = [
    "allyourfiles",
    "decryptinstruction",
    "decryptyourfiles",
    "filesencrypted",
    "howtodecrypt",
    "howtorecover",
    "howtorestore",
    "ransomnote",
    "ransomwarenote",
    "readmefordecrypt",
    "readmetodecrypt",
    "readmetorecover",
    "recoveryinstruction",
    "recoveryourfiles",
    "restoreyourfiles",
    "yourdatais",
];
/// Kinds of file that notes are; a picture or table of that name is something else.
const NOTE_ENDINGS: [&str; 6] = ["txt", "html", "htm", "hta", "md", "rtf"];

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RansomNote;

/// Notes and encrypted objects by principal and bucket.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct RansomState {
    principals: Principals<Capped<Bucket>>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Bucket {
    notes: Capped<FirstUse>,
    encrypted: FirstUse,
    days: Days,
}

impl Bucket {
    fn merge(&mut self, other: Self) {
        self.notes.merge(other.notes, NOTE_CAP, FirstUse::merge);
        self.encrypted.merge(other.encrypted);
        self.days.merge(other.days);
    }
}

impl Bounded for Bucket {
    fn overflowed(&self) -> bool {
        self.notes.overflowed() || self.days.overflowed()
    }
}

impl Detector for RansomNote {
    type State = RansomState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "ransom-note",
            title: "Ransom note or S3 objects encrypted with an external key",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1486"],
            why: "Extortionists delete the objects of a bucket, or write them again encrypted with a key that only \
                  they have, and leave a note. AWS doesn't keep such a key: without it the objects are lost, unless \
                  older versions are left.",
            false_positives: &[
                "A program that stores objects with its own keys by design",
                "A document about ransom notes",
            ],
            next: &[
                "Deny the identity and stop lifecycle rules on the bucket",
                "Check whether versioning kept the earlier versions of the objects",
                "Read the note, pay nothing, and ask the police",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&["CopyObject", "PutObject"])
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if observation.is_by_aws() {
            return;
        }
        let note = event.request_text("key").filter(|key| is_note(key));
        let encrypted = uses_own_key(event);
        let Some(name) = event.request_text("bucketName") else {
            return;
        };
        if note.is_none() && !encrypted {
            return;
        }
        let key = principals::key(observation);
        let bucket = state.principals.of(observation).slot(name, BUCKET_CAP);
        if let Some(note) = note
            && bucket.notes.slot(note, NOTE_CAP).add(observation)
        {
            state
                .evidence
                .add(slot_of(&[key, name, note]), FirstUse::CITED, observation);
        }
        if encrypted {
            bucket.days.add(event.time);
            if bucket.encrypted.add(observation) {
                state
                    .evidence
                    .add(slot_of(&[key, name]), FirstUse::CITED, observation);
            }
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.merge(from, BUCKET_CAP, Bucket::merge);
        });
        into.evidence.merge(from.evidence, FirstUse::CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, buckets)| tell(principal, buckets, &evidence, context))
            .collect()
    }
}

/// Returns true when an object's name is that of a ransom note.
fn is_note(key: &str) -> bool {
    let file = key.rsplit('/').next().unwrap_or(key);
    // Names are short; a hostile key of a thousand characters is not read to its end.
    let (stem, ending) = file.rsplit_once('.').unwrap_or((file, ""));
    if !ending.is_empty()
        && !NOTE_ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    {
        return false;
    }
    let plain: String = stem
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(120)
        .map(|character| character.to_ascii_lowercase())
        .collect();
    let about_a_ransom = plain.contains("ransom") && !plain.contains("ransomware");
    about_a_ransom || NOTE_WORDS.iter().any(|word| plain.contains(word))
}

/// Returns true when the object was written with a key the caller sent along (SSE-C), of which AWS keeps only a digest.
fn uses_own_key(event: &Event<'_>) -> bool {
    event
        .request()
        .get("x-amz-server-side-encryption-customer-algorithm")
        .is_some()
        || event
            .additional()
            .get("SSEApplied")
            .and_then(serde_json::Value::as_str)
            == Some("SSE_C")
}

/// What was done, in words.
fn acts(encrypted: u32, notes: &[String], wrote: bool) -> Vec<String> {
    let mut acts = Vec::new();
    if encrypted > 0 {
        let objects = words::count(encrypted as usize, "object");
        acts.push(format!(
            "wrote {objects} encrypted with a key that AWS does not store"
        ));
    }
    if !notes.is_empty() {
        let verb = if wrote { "put" } else { "tried to put" };
        let names = words::list(notes, 3);
        acts.push(format!("{verb} a probable ransom note ({names})"));
    }
    acts
}

fn tell(
    principal: Principal,
    buckets: Capped<Bucket>,
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let mut whole = FirstUse::default();
    let (mut notes, mut names, mut slots) = (Vec::new(), Vec::new(), Vec::new());
    let mut encrypted = 0_u32;
    for (name, bucket) in buckets.into_sorted(BUCKET_CAP) {
        let found = bucket.notes.into_sorted(NOTE_CAP);
        let mass = bucket.encrypted.succeeded >= ENCRYPTED && bucket.days.len() < HABITUAL_DAYS;
        if found.is_empty() && !mass {
            continue;
        }
        for (note, seen) in found {
            whole.merge(seen);
            slots.push(slot_of(&[&principal.key, &name, &note]));
            notes.push(bounded(&note, 120));
        }
        if mass {
            whole.merge(bucket.encrypted);
            encrypted = encrypted.saturating_add(bucket.encrypted.succeeded);
            slots.push(slot_of(&[&principal.key, &name]));
        }
        names.push(name.into_string());
    }
    if names.is_empty() {
        return None;
    }
    let wrote = whole.succeeded > 0;
    let severity = match (notes.is_empty(), encrypted >= ENCRYPTED) {
        (false, true) => Severity::Critical,
        _ if !wrote => Severity::Medium,
        _ => Severity::High,
    };
    let acts = acts(encrypted, &notes, wrote);
    Some(Found {
        severity,
        first: whole.first(),
        last: whole.last,
        count: u64::from(whole.count),
        succeeded: u64::from(whole.succeeded),
        summary: format!(
            "{} {} into {}.",
            principal.name,
            acts.join(" and "),
            words::list(&names, 4)
        ),
        facts: vec![
            Fact::target("buckets", &words::list(&names, 12)),
            Fact::new("notes", &words::list(&notes, 6)),
            Fact::new("objects encrypted with an external key", &encrypted.to_string()),
        ],
        sample: evidence.sample(slots, (whole.first(), whole.last), context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn put(key: &str) -> Call {
        call("2026-03-05T14:00:00Z", "PutObject")
            .to("s3")
            .request(json!({"bucketName": "exports", "key": key}))
    }

    fn encrypted(times: usize) -> Vec<Call> {
        series(
            &call("2026-03-05T13:00:00Z", "CopyObject").to("s3"),
            times,
            1,
            |call, index| {
                call.request(json!({
                    "bucketName": "exports", "key": format!("{index}.csv"),
                    "x-amz-server-side-encryption-customer-algorithm": "AES256"
                }))
            },
        )
    }

    #[test]
    fn notes_are_known_by_their_names() {
        for key in [
            "RANSOM_NOTE.txt",
            "a/b/HOW-TO-DECRYPT.html",
            "README_TO_RECOVER",
            "!!!YOUR DATA IS STOLEN.TXT",
            "FILES-ENCRYPTED.txt",
        ] {
            assert!(is_note(key), "{key}");
        }
        for key in [
            "README.md",
            "notes.txt",
            "reports/ransomware-trends.md",
            "ransom.png",
            "decrypt.py",
            "",
            "/",
            ".",
        ] {
            assert!(!is_note(key), "{key}");
        }
    }

    #[test]
    fn a_note_is_high_and_with_encryption_critical() {
        let found = judged(RansomNote, &[put("RANSOM_NOTE.txt")]);
        assert_eq!(found[0].severity, Severity::High);
        let mut calls = encrypted(20);
        calls.push(put("RANSOM_NOTE.txt"));
        let found = judged(RansomNote, &calls);
        assert_eq!((found[0].severity, found[0].count), (Severity::Critical, 21));
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy wrote 20 objects encrypted with a key that AWS does not store and put a probable ransom note (RANSOM_NOTE.txt) into exports.");
    }

    #[test]
    fn few_or_habitual_writes_with_own_keys_are_nothing() {
        assert_eq!(judged(RansomNote, &encrypted(20))[0].severity, Severity::High);
        assert!(judged(RansomNote, &encrypted(19)).is_empty());
        let daily: Vec<Call> = (0..3)
            .flat_map(|day| {
                encrypted(20)
                    .into_iter()
                    .map(move |call| call.later(day * 86_400))
            })
            .collect();
        assert!(judged(RansomNote, &daily).is_empty());
        assert!(judged(RansomNote, &[put("README.md"), put("data.csv")]).is_empty());
    }

    #[test]
    fn a_refused_note_is_an_attempt() {
        let found = judged(RansomNote, &[put("RANSOM_NOTE.txt").error("AccessDenied")]);
        assert_eq!((found[0].severity, found[0].succeeded), (Severity::Medium, 0));
    }
}
