//! Every event of the attacker as CSV: which credential, why it is attributed, how surely.
//!
//! It must not judge: attribution and confidence are those of the analysis.

use std::io::{self, Write as _};

use stanch_core::Analysis;
use stanch_core::attacker::{AttackerEvent, Attribution};
use stanch_core::verdict::Confidence;

use super::cell::{self, Row};
use crate::times;

const COLUMNS: [&str; 14] = [
    "time",
    "account",
    "region",
    "event_source",
    "event_name",
    "succeeded",
    "principal",
    "access_key_id",
    "source_address",
    "attack",
    "confidence",
    "reason",
    "event_id",
    "key",
];

/// Writes the attacker's events as CSV, a row for each, in the order of the report.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn csv_attacker_events(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    cell::header(&COLUMNS, &mut out)?;
    for event in &analysis.attacker_events {
        event_row(event, &mut out)?;
    }
    out.flush()
}

fn event_row(event: &AttackerEvent, out: &mut dyn io::Write) -> io::Result<()> {
    let mut row = Row::new(out);
    row.text(&times::rfc3339(event.time))?;
    row.text(&event.account)?;
    row.text(&event.region)?;
    row.text(&event.source)?;
    row.text(&event.name)?;
    row.text(if event.succeeded { "yes" } else { "no" })?;
    row.text(&event.principal)?;
    row.text(&event.access_key_id)?;
    row.text(&event.source_address)?;
    row.number(Some(u64::from(event.story) + 1))?;
    row.text(confidence(event.confidence))?;
    row.text(reason(event.reason))?;
    row.text(&event.event_id)?;
    row.text(&event.key.to_string())?;
    row.end()
}

const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

const fn reason(of: Attribution) -> &'static str {
    match of {
        Attribution::DerivedCredential => "made with a credential that the attacker created or opened",
        Attribution::Network => "made from a network that the credential was not used from before the attack",
        Attribution::Client => {
            "made with a client that the credential was not used with before the attack, from a network of its owner"
        }
        Attribution::OpenedSession => {
            "opened a session that the attacker used; other calls of the credential may be its owner's"
        }
        Attribution::SharedEvent => "record of an attributed call in another account",
        Attribution::NotSeparable => {
            "close in time to a malicious call; nothing tells attacker and owner apart"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inert::written;
    use crate::sample::small;

    #[test]
    fn an_event_of_the_attacker_is_a_row_with_its_reason() {
        insta::assert_snapshot!(written(csv_attacker_events, &small()), @r#"
        time,account,region,event_source,event_name,succeeded,principal,access_key_id,source_address,attack,confidence,reason,event_id,key
        "2026-03-05T14:02:11Z","111122223333","eu-west-1","sts.amazonaws.com","GetCallerIdentity","yes","arn:aws:iam::111122223333:user/ci-deploy","AKIAIOSFODNN7EXAMPLE","203.0.113.7",1,"high","made from a network that the credential was not used from before the attack","3f1c2b60-5a51-4c1b-9a7e-6a1f0c1d2e3f","00000000000000000123456789abcdef"
        "#);
    }

    #[test]
    fn without_attacker_events_there_are_columns() {
        let mut analysis = small();
        analysis.attacker_events.clear();
        let text = written(csv_attacker_events, &analysis);
        assert_eq!(text.trim_end(), COLUMNS.join(","));
    }
}
