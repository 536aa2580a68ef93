//! Cost Explorer shows new spending.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};
use std::collections::BTreeMap;

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("ce", "GetCostAndUsage"), list("ce", "GetAnomalies")];

/// The check.
pub(super) struct SpendStarted;

impl Check for SpendStarted {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "spend-started",
            title: "Cost Explorer shows new spending",
            why: "The bill shows resources that nobody has found yet: a service in a Region that cost nothing for weeks and costs money now.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1496"],
            steps: &["5", "8", "15"],
            next: "Review what runs in that service and Region; keep the figures for the case with AWS Support",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A new project"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        started(account, found);
        anomalies(account, found);
    }
}

/// Reports services and Regions that cost nothing before.
fn started(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("ce", "GetCostAndUsage", "") {
        let keys: Vec<&str> = item
            .list("GroupDefinitions.Key")
            .into_iter()
            .filter_map(Value::as_str)
            .collect();
        if keys != ["SERVICE", "REGION"] {
            continue;
        }
        let days = item.list("ResultsByTime");
        let recent = days.len().saturating_sub(NEW_DAYS);
        let mut spent: BTreeMap<(&str, &str), (f64, f64)> = BTreeMap::new();
        for (place, day) in days.iter().enumerate() {
            for group in day.get("Groups").and_then(Value::as_array).into_iter().flatten() {
                let names = group
                    .get("Keys")
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                let [service, region] = names else { continue };
                let dollars: f64 = text(group, "Metrics.UnblendedCost.Amount").parse().unwrap_or(0.0);
                let sums = spent
                    .entry((service.as_str().unwrap_or(""), region.as_str().unwrap_or("")))
                    .or_default();
                if place < recent {
                    sums.0 += dollars;
                } else {
                    sums.1 += dollars;
                }
            }
        }
        if recent < NEW_DAYS {
            continue;
        }
        for ((service, region), (before, now)) in spent {
            if before >= LITTLE || now < MUCH {
                continue;
            }
            found
                    .on(&item, "spend", &format!("{service} in {region}"), "")
                    .suspicious(Severity::Medium)
                    .fact("Service And Region", &format!("{service} in {region}"))
                    .fact("US Dollars", &format!("{now:.2}"))
                    .say(&format!("{service} in {region} cost nothing before and {now:.2} US dollars in the last {NEW_DAYS} days"));
        }
    }
}

/// Reports anomalies that AWS Cost Anomaly Detection found.
fn anomalies(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("ce", "GetAnomalies", "Anomalies") {
        let (id, when) = (item.text("AnomalyId"), item.text("AnomalyStartDate"));
        let whole = |day: &str| format!("{}T00:00:00Z", day.get(..10).unwrap_or(""));
        let recent = days_ago(&item, &whole(when)).is_some_and(|days| days <= 30);
        if recent && item.text("Feedback") != "PLANNED_ACTIVITY" {
            found
                .on(&item, "cost-anomaly", id, item.text("DimensionValue"))
                .suspicious(Severity::Medium)
                .fact("Start Date", when)
                .fact("US Dollars", &item.at("Impact.TotalImpact").to_string())
                .say(&format!(
                    "Cost Anomaly Detection reports unusual spending since {when} ({})",
                    item.text("DimensionValue")
                ));
        }
    }
}

/// Number of last days whose spending counts as new.
const NEW_DAYS: usize = 10;
/// US dollars below which a service counts as not used.
const LITTLE: f64 = 0.5;
/// US dollars from which new spending is reported.
const MUCH: f64 = 5.0;

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    // Sixty days, of which the last five cost money.
    let bill = |before: &str, now: &str| {
        let day = |amount: &str| json!({"Groups": [{"Keys": ["Amazon Elastic Compute Cloud - Compute", "ap-southeast-2"], "Metrics": {"UnblendedCost": {"Amount": amount}}}]});
        let days: Vec<serde_json::Value> = (0..60)
            .map(|place| day(if place < 55 { before } else { now }))
            .collect();
        answer(
            "ce:GetCostAndUsage",
            json!({"GroupDefinitions": [{"Key": "SERVICE"}, {"Key": "REGION"}], "ResultsByTime": days}),
        )
    };
    let anomaly = answer(
        "ce:GetAnomalies",
        json!({"Anomalies": [{"AnomalyId": "a", "AnomalyStartDate": "2026-03-05", "DimensionValue": "Amazon EC2"}]}),
    );
    vec![
        suspicious(vec![bill("0", "120.5")]),
        suspicious(vec![anomaly]),
        silent(vec![bill("100", "120.5")]),
        silent(vec![bill("0", "0.01")]),
    ]
}
