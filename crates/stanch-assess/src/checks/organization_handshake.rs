//! AWS Organizations invitation is open or was accepted recently.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("organizations", "ListHandshakesForAccount"),
    list("organizations", "ListHandshakesForOrganization"),
];

/// The check.
pub(super) struct OrganizationHandshake;

impl Check for OrganizationHandshake {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "organization-handshake",
            title: "AWS Organizations invitation is open or was accepted recently",
            why: "An account that joins another organization leaves the service control policies of its own behind and can be charged for others. An invitation is the step before.",
            severity: Severity::High,
            tactics: &[Tactic::DefenseEvasion, Tactic::Persistence],
            techniques: &["T1484", "T1562"],
            steps: &["5"],
            next: "Decline the invitation and ask who requested it; deny organizations:AcceptHandshake and organizations:LeaveOrganization",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A merger of companies"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let mut reported = BTreeSet::new();
        for operation in ["ListHandshakesForAccount", "ListHandshakesForOrganization"] {
            for item in account.items("organizations", operation, "Handshakes") {
                let (id, state, action) = (item.text("Id"), item.text("State"), item.text("Action"));
                let recent = state == "ACCEPTED"
                    && days_ago(&item, item.text("RequestedTimestamp")).is_some_and(|days| days <= 30);
                if !(matches!(state, "REQUESTED" | "OPEN") || recent) || !reported.insert(id) {
                    continue;
                }
                let invited = operation == "ListHandshakesForAccount";
                found
                    .on(&item, "handshake", id, "")
                    .suspicious(if invited { Severity::High } else { Severity::Medium })
                    .fact("Action", action)
                    .fact("State", state)
                    .fact("Request Date", item.text("RequestedTimestamp"))
                    .say(&format!(
                        "AWS Organizations invitation ({action}) is {}",
                        state.to_ascii_lowercase()
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    let handshake = |state: &str| {
        answer(
            "organizations:ListHandshakesForAccount",
            json!({"Handshakes": [{"Id": "h-1", "State": state, "Action": "INVITE", "RequestedTimestamp": "2020-01-01T00:00:00Z"}]}),
        )
    };
    vec![
        suspicious(vec![handshake("OPEN")]),
        silent(vec![handshake("ACCEPTED"), handshake("DECLINED")]),
    ]
}
