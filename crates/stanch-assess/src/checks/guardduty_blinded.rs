//! GuardDuty is off, or made to hide.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("guardduty", "ListDetectors"),
    each("guardduty", "GetDetector", "ListDetectors"),
    each("guardduty", "GetFilter", "ListFilters"),
    each("guardduty", "GetIPSet", "ListIPSets"),
    each("guardduty", "GetThreatIntelSet", "ListThreatIntelSets"),
];

/// See the head of this file.
pub(super) struct GuarddutyBlinded;

impl Check for GuarddutyBlinded {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "guardduty-blinded",
            title: "GuardDuty is off, or made to hide",
            why: "A filter that archives everything, or a list of addresses to be trusted, leaves GuardDuty running and silent.",
            severity: Severity::High,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.001"],
            steps: &["9"],
            next: "enable the detector, delete the filter and the list; then read what they hid",
            needs: NEEDS,
            false_positives: &[
                "A filter for findings that were looked into, narrowed to one type or thing",
                "An office network on the list of trusted addresses",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        off(account, found);
        filters(account, found);
        lists(account, found);
    }
}

/// Regions in which nothing watches: switched off, or never on.
fn off(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("guardduty", "GetDetector", "") {
        let id = item.asked("DetectorId");
        if item.text("Status") == "DISABLED" {
            found
                .on(&item, "detector", id, "")
                .suspicious(Severity::High)
                .say(&format!(
                    "GuardDuty is switched off in {}",
                    item.region().as_str()
                ));
        }
    }
    let answers = account.items("guardduty", "ListDetectors", "");
    let none: Vec<&Item<'_>> = answers
        .iter()
        .filter(|item| item.at("DetectorIds").as_array().is_some_and(Vec::is_empty))
        .collect();
    if let Some(first) = none.first() {
        let regions: Vec<&str> = none.iter().map(|item| item.region().as_str()).collect();
        found
            .on(first, "account", account.id().as_str(), "")
            .misconfiguration(Severity::Low)
            .fact("regions", &regions.join(", "))
            .say(&format!(
                "GuardDuty was never switched on in {}",
                regions.join(", ")
            ));
    }
}

/// Filters that archive what is found before anybody reads it.
fn filters(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("guardduty", "GetFilter", "") {
        let name = item.text("Name");
        let criteria: Vec<&str> = item
            .at("FindingCriteria.Criterion")
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        if item.text("Action") != "ARCHIVE" {
            continue;
        }
        let everything = criteria
            .iter()
            .all(|name| matches!(*name, "severity" | "region" | "accountId"));
        let draft = found.on(&item, "finding-filter", name, name);
        let draft = if everything {
            draft.malicious(Severity::High)
        } else {
            draft.misconfiguration(Severity::Low)
        };
        draft.fact("by", &criteria.join(", ")).say(&format!(
            "filter {name} archives {}",
            if everything {
                "whatever GuardDuty finds"
            } else {
                "some findings unread"
            }
        ));
    }
}

/// Addresses of which nothing is said, and lists of addresses that somebody switched off.
fn lists(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("guardduty", "GetIPSet", "") {
        let name = item.text("Name");
        if matches!(item.text("Status"), "ACTIVE" | "ACTIVATING") {
            found
                .on(&item, "ip-set", item.asked("IpSetId"), name)
                .suspicious(Severity::Medium)
                .fact("list", item.text("Location"))
                .say(&format!("GuardDuty says nothing of the addresses in list {name}"));
        }
    }
    for item in account.items("guardduty", "GetThreatIntelSet", "") {
        let name = item.text("Name");
        if item.text("Status") == "INACTIVE" {
            found
                .on(&item, "threat-list", item.asked("ThreatIntelSetId"), name)
                .misconfiguration(Severity::Medium)
                .fact("list", item.text("Location"))
                .say(&format!("threat list {name} of GuardDuty is switched off"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, malicious, misconfiguration, silent, suspicious};

    let filter = |criteria: serde_json::Value| {
        asked(
            "guardduty:GetFilter",
            json!({"DetectorId": "d", "FilterName": "f"}),
            json!({"Name": "f", "Action": "ARCHIVE", "FindingCriteria": {"Criterion": criteria}}),
        )
    };
    let detector = |status: &str| {
        asked(
            "guardduty:GetDetector",
            json!({"DetectorId": "d"}),
            json!({"Status": status}),
        )
    };
    let list = asked(
        "guardduty:GetIPSet",
        json!({"DetectorId": "d", "IpSetId": "i"}),
        json!({"Name": "office", "Status": "ACTIVE"}),
    );
    vec![
        malicious(vec![filter(json!({"severity": {"GreaterThanOrEqual": 1}}))]),
        suspicious(vec![detector("DISABLED")]),
        suspicious(vec![list]),
        misconfiguration(vec![filter(
            json!({"type": {"Eq": ["Recon:EC2/PortProbeUnprotectedPort"]}}),
        )]),
        misconfiguration(vec![answer(
            "guardduty:ListDetectors",
            json!({"DetectorIds": []}),
        )]),
        silent(vec![
            detector("ENABLED"),
            answer("guardduty:ListDetectors", json!({"DetectorIds": ["d"]})),
        ]),
    ]
}
