//! Root of member accounts, taken away from the management account.

use super::super::facts::Facts;
use super::{Guided, nothing};

pub(super) static STEP: Guided = Guided {
    id: "member-root",
    step: "1",
    title: "Member accounts: no root credentials at all",
    why: "In an organisation with centralised root access, the management account takes password, keys, certificates and MFA of a \
          member's root away: better than to change them.",
    clicks: &[
        "In the management account or that of the delegated administrator, not as root: IAM > Root access management.",
        "The member account > Take privileged action > Delete root user credentials.",
        "Or: aws sts assume-root --target-principal ACCOUNT --task-policy-arn \
         arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials (at a regional endpoint, 15 minutes at most).",
    ],
    watch_for: &["who may assume root in the management account: that account is the next aim"],
    sources: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html"],
    checks: nothing,
    needed: is_in_organisation,
    text: None,
};

fn is_in_organisation(facts: &Facts) -> bool {
    facts
        .plans
        .iter()
        .flat_map(|plan| &plan.actions)
        .any(|action| action.starts_with("scp-quarantine-"))
}
