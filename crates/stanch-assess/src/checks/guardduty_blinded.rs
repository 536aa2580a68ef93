//! GuardDuty is disabled, or a filter or trusted IP list hides findings.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("guardduty", "ListDetectors"),
    each("guardduty", "GetDetector", "ListDetectors"),
    each("guardduty", "GetFilter", "ListFilters"),
    each("guardduty", "GetIPSet", "ListIPSets"),
    each("guardduty", "GetThreatIntelSet", "ListThreatIntelSets"),
];

/// The check.
pub(super) struct GuarddutyBlinded;

impl Check for GuarddutyBlinded {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "guardduty-blinded",
            title: "GuardDuty is disabled, or a filter or trusted IP list hides findings",
            why: "A filter that archives every finding, or a trusted IP list, leaves GuardDuty running and silent.",
            severity: Severity::High,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.001"],
            steps: &["9"],
            next: "Enable the detector, delete the filter and the list, then read the findings that they hid",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &[
                "A filter for reviewed findings, limited to one finding type or resource",
                "An office network in the trusted IP list",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        off(account, found);
        filters(account, found);
        lists(account, found);
    }
}

/// Reports regions in which GuardDuty is disabled or was never enabled.
fn off(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("guardduty", "GetDetector", "") {
        let id = item.asked("DetectorId");
        if item.text("Status") == "DISABLED" {
            found
                .on(&item, "detector", id, "")
                .suspicious(Severity::High)
                .say(&format!("GuardDuty is disabled in {}", item.region().as_str()));
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
            .fact("Regions", &regions.join(", "))
            .say(&format!("GuardDuty was never enabled in {}", regions.join(", ")));
    }
}

/// Reports filters that archive findings before anyone reads them.
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
        draft.fact("Filter Criteria", &criteria.join(", ")).say(&format!(
            "GuardDuty filter {name} archives {}",
            if everything {
                "every finding"
            } else {
                "some findings before anyone reads them"
            }
        ));
    }
}

/// Reports trusted IP lists, and threat lists that were deactivated.
fn lists(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("guardduty", "GetIPSet", "") {
        let name = item.text("Name");
        if matches!(item.text("Status"), "ACTIVE" | "ACTIVATING") {
            found
                .on(&item, "ip-set", item.asked("IpSetId"), name)
                .suspicious(Severity::Medium)
                .fact("List Location", item.text("Location"))
                .say(&format!(
                    "GuardDuty trusted IP list {name} suppresses findings about its addresses"
                ));
        }
    }
    for item in account.items("guardduty", "GetThreatIntelSet", "") {
        let name = item.text("Name");
        if item.text("Status") == "INACTIVE" {
            found
                .on(&item, "threat-list", item.asked("ThreatIntelSetId"), name)
                .misconfiguration(Severity::Medium)
                .fact("List Location", item.text("Location"))
                .say(&format!("GuardDuty threat list {name} is inactive"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, malicious, misconfigured, silent, suspicious};

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
        misconfigured(vec![filter(
            json!({"type": {"Eq": ["Recon:EC2/PortProbeUnprotectedPort"]}}),
        )]),
        misconfigured(vec![answer(
            "guardduty:ListDetectors",
            json!({"DetectorIds": []}),
        )]),
        silent(vec![
            detector("ENABLED"),
            answer("guardduty:ListDetectors", json!({"DetectorIds": ["d"]})),
        ]),
    ]
}
