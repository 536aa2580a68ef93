//! Sessions of the access portal.

use super::super::facts::Facts;
use super::{Guided, nothing};

pub(super) static STEP: Guided = Guided {
    id: "portal-sessions",
    step: "3",
    title: "End portal sessions of suspects (Identity Center)",
    why: "No API ends a session of the access portal. A deny in the permission set stops what it has opened; whoever still has the \
          portal open can choose another permission set.",
    clicks: &[
        "In the account and region of IAM Identity Center: console > Users > the user > Active sessions.",
        "Select all > Delete session. Then Disable user access.",
        "The same for each person that the hunt names as an Identity Center user.",
    ],
    watch_for: &[
        "role sessions that were opened stay valid until they expire: only the deny in the plan cuts them",
        "sessions of the AWS CLI can take up to an hour to end",
    ],
    sources: &["https://docs.aws.amazon.com/singlesignon/latest/userguide/end-active-sessions.html"],
    checks: nothing,
    needed: is_in_it,
    text: None,
};

/// Permission sets are roles with this beginning.
fn is_in_it(facts: &Facts) -> bool {
    let mut named = facts.hunt.iter().flat_map(|hunt| &hunt.principals);
    let is_planned = facts
        .plans
        .iter()
        .flat_map(|plan| &plan.actions)
        .any(|action| action.starts_with("identity-center-"));
    is_planned || named.any(|name| name.contains("AWSReservedSSO_"))
}
