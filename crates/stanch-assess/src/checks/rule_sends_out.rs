//! EventBridge API destination sends events outside AWS.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("events", "ListApiDestinations")];

/// The check.
pub(super) struct RuleSendsOut;

impl Check for RuleSendsOut {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "rule-sends-out",
            title: "EventBridge API destination sends events outside AWS",
            why: "An API destination sends events of the account to a web address, with the secret of its connection.",
            severity: Severity::Low,
            tactics: &[Tactic::Exfiltration, Tactic::CommandAndControl],
            techniques: &["T1567", "T1537"],
            steps: &["12"],
            next: "Ask who owns the address; delete the API destination and its connection",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A chat or a monitoring service"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("events", "ListApiDestinations", "ApiDestinations") {
            let (name, to) = (item.text("Name"), item.text("InvocationEndpoint"));
            let bare = bare_address(to);
            let draft = found.on(&item, "api-destination", item.text("ApiDestinationArn"), name);
            let draft = if bare {
                draft.suspicious(Severity::High)
            } else {
                draft.misconfiguration(Severity::Low)
            };
            draft
                .fact("Endpoint", to)
                .fact("Creation Time", item.text("CreationTime"))
                .say(&format!(
                    "EventBridge API destination {name} sends events to {to}"
                ));
        }
    }
}

/// Returns whether the host of a URL is an IP address.
fn bare_address(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or("");
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let destination = |to: &str| {
        answer(
            "events:ListApiDestinations",
            json!({"ApiDestinations": [{"Name": "d", "ApiDestinationArn": "arn:d", "InvocationEndpoint": to}]}),
        )
    };
    vec![
        suspicious(vec![destination("http://203.0.113.9:8080/x")]),
        misconfigured(vec![destination("https://hooks.example.com/x")]),
        silent(vec![answer(
            "events:ListApiDestinations",
            json!({"ApiDestinations": []}),
        )]),
    ]
}
