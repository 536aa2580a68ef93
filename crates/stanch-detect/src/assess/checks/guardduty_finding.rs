//! GuardDuty found something.
//!
//! It must not look at anything but the answers it names.

use crate::assess::account::AccountState;
use crate::assess::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("guardduty", "GetFindings", "ListFindings")];

/// See the head of this file.
pub(super) struct GuarddutyFinding;

impl Check for GuarddutyFinding {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "guardduty-finding",
            title: "GuardDuty found something",
            why: "GuardDuty saw it happen. Low findings count as well: much of what intruders do with stolen keys is told as low or medium.",
            severity: Severity::Medium,
            tactics: &[Tactic::Discovery, Tactic::Impact],
            techniques: &["T1078"],
            steps: &["9"],
            next: "read the finding in GuardDuty, and ask stanch hunt what its principal did",
            needs: NEEDS,
            false_positives: &["Samples, and findings on tests of the own team"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("guardduty", "GetFindings", "Findings") {
            let kind = item.text("Type");
            let title = item.text("Title");
            let sample = item.is("Service.AdditionalInfo.Sample")
                || title.contains("[SAMPLE]")
                || title.starts_with("Sample:");
            if sample {
                continue;
            }
            let severity = match item.at("Severity").as_f64().unwrap_or(0.0) {
                level if level >= 9.0 => Severity::Critical,
                level if level >= 7.0 => Severity::High,
                level if level >= 4.0 => Severity::Medium,
                _ => Severity::Low,
            };
            let id = item.text("Id");
            found
                .on(&item, "finding", id, kind)
                .suspicious(severity)
                .fact("type", kind)
                .fact("in plain words", explained(kind))
                .fact(
                    "archived",
                    if item.is("Service.Archived") {
                        "yes: it was hidden"
                    } else {
                        ""
                    },
                )
                .fact("seen", item.text("Service.EventLastSeen"))
                .say(&format!("GuardDuty: {title}"));
        }
    }
}

/// What a type says, by its parts (<https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html>). A
/// type that is not known is passed through.
fn explained(kind: &str) -> &'static str {
    const WORDS: [(&str, &str); 16] = [
        (
            "InstanceCredentialExfiltration",
            "credentials of a machine's role are used outside that machine",
        ),
        (
            "CryptoCurrency",
            "a machine talks to a pool of cryptocurrency miners",
        ),
        (
            "BitcoinTool",
            "a machine talks to a pool of cryptocurrency miners",
        ),
        ("C&CActivity", "a machine talks to a server that commands malware"),
        ("RootCredentialUsage", "the root user was used"),
        ("CloudTrailLoggingDisabled", "a trail was stopped or deleted"),
        ("AttackSequence", "several signs that together make an attack"),
        ("AnomalousBehavior", "calls that this principal never made before"),
        ("ConsoleLoginSuccess", "a sign-in from an unusual place"),
        ("MaliciousIPCaller", "calls from an address on a threat list"),
        ("TorIPCaller", "calls through the Tor network"),
        ("BruteForce", "somebody tries passwords"),
        ("Portscan", "a machine searches others for open ports"),
        ("DNSDataExfiltration", "data leaves in DNS queries"),
        ("BucketPublicAccessGranted", "a bucket was opened to the world"),
        ("PenTest", "calls by a system made for penetration tests"),
    ];
    WORDS
        .iter()
        .find(|(part, _)| kind.contains(part))
        .map_or("", |(_, words)| words)
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::assess::contract::Example> {
    use serde_json::json;

    use crate::assess::contract::{asked, silent, suspicious};

    let finding = |title: &str| {
        asked(
            "guardduty:GetFindings",
            json!({"DetectorId": "d"}),
            json!({"Findings": [{"Id": "f", "Type": "CryptoCurrency:EC2/BitcoinTool.B!DNS", "Title": title, "Severity": 8.0}]}),
        )
    };
    vec![
        suspicious(vec![finding("Bitcoin query")]),
        silent(vec![finding("[SAMPLE] Bitcoin query")]),
    ]
}
