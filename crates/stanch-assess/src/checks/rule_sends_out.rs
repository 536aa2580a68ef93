//! Events are sent to an address outside AWS.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("events", "ListApiDestinations")];

/// See the head of this file.
pub(super) struct RuleSendsOut;

impl Check for RuleSendsOut {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "rule-sends-out",
            title: "Events are sent to an address outside AWS",
            why: "An API destination sends what happens in the account to any web address, with a secret that its connection holds.",
            severity: Severity::Low,
            tactics: &[Tactic::Exfiltration, Tactic::CommandAndControl],
            techniques: &["T1567", "T1537"],
            steps: &["12"],
            next: "ask who owns the address; delete the destination and its connection",
            needs: NEEDS,
            false_positives: &["A chat or a monitoring service"],
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
                .fact("to", to)
                .fact("created", item.text("CreationTime"))
                .say(&format!("destination {name} sends events to {to}"));
        }
    }
}

/// Whether a web address has numbers in place of a name.
fn bare_address(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or("");
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let destination = |to: &str| {
        answer(
            "events:ListApiDestinations",
            json!({"ApiDestinations": [{"Name": "d", "ApiDestinationArn": "arn:d", "InvocationEndpoint": to}]}),
        )
    };
    vec![
        suspicious(vec![destination("http://203.0.113.9:8080/x")]),
        misconfiguration(vec![destination("https://hooks.example.com/x")]),
        silent(vec![answer(
            "events:ListApiDestinations",
            json!({"ApiDestinations": []}),
        )]),
    ]
}
