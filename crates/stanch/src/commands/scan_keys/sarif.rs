//! Findings as SARIF 2.1.0, for code scanning services. No secret is in it, masked or not.

use serde_json::{Value, json};
use stanch_core::Severity;
use stanch_core::text::bounded;
use stanch_leaks::{Credential, Place, Scan};

use super::owner::Owners;
use super::screen;

/// Returns the bytes of the file.
pub(super) fn write(scan: &Scan, owners: &Owners) -> Vec<u8> {
    let results: Vec<Value> = scan
        .credentials
        .iter()
        .flat_map(|credential| results(credential, owners))
        .collect();
    let problems: Vec<Value> = scan
        .problems
        .iter()
        .map(|problem| json!({"level": "warning", "message": {"text": format!("{}: {}", problem.place, problem.detail)}}))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "stanch", "version": env!("CARGO_PKG_VERSION"), "rules": rules(scan)}},
            "invocations": [{"executionSuccessful": problems.is_empty(), "toolExecutionNotifications": problems}],
            "results": results,
        }],
    });
    let mut bytes = serde_json::to_vec_pretty(&document).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn rules(scan: &Scan) -> Vec<Value> {
    let mut names: Vec<_> = scan
        .credentials
        .iter()
        .map(|credential| credential.kind)
        .collect();
    names.sort();
    names.dedup();
    let rule = |kind| json!({"id": kind, "shortDescription": {"text": screen::noun(kind)}});
    names.into_iter().map(rule).collect()
}

fn results(credential: &Credential, owners: &Owners) -> Vec<Value> {
    let level = match credential.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    };
    let text = format!(
        "{}. {}",
        screen::title(credential),
        screen::owner(&owners.of(credential), owners.has_case())
    );
    let one = |place: &Place| {
        json!({
            "ruleId": credential.kind,
            "level": level,
            "message": {"text": text},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": uri(place)},
                "region": {"startLine": place.line},
            }}],
            "properties": {"object": place.object, "history": place.history, "severity": credential.severity},
        })
    };
    credential.places.iter().map(one).collect()
}

/// Path as a relative reference: everything but letters, digits and a few signs is percent-encoded.
fn uri(place: &Place) -> String {
    let path = if place.path.is_empty() {
        place.object.as_deref().unwrap_or_default()
    } else {
        &place.path
    };
    let mut uri = String::new();
    for byte in bounded(path, 2000).bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~') {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
