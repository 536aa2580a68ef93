//! What to do when the attacker holds root.

use super::super::facts::Facts;
use super::{Guided, nothing};

pub(super) static STEP: Guided = Guided {
    id: "root-held",
    step: "1",
    title: "Root takes part in the takeover: take root back first",
    why: "The logs have root among the hostile. Root obeys no policy of the account: no deny of yours binds it, and it can undo \
          everything that was contained.",
    clicks: &[
        "Try Forgot password at the sign-in page at once: while the address is yours, you win root back by it.",
        "If the address was changed, or MFA is not yours (Troubleshoot MFA): \
         https://support.aws.amazon.com/#/contacts/aws-account-support, \"I can't sign in to my AWS account\". Say that the \
         account is compromised. It needs no sign-in.",
        "A member account: from the management account, delete its root credentials (member-root), or attach a quarantine policy: \
         a service control policy binds a member's root.",
        "A management account: nothing binds its root. Move what you can do without it to the support case.",
        "Once you are in: password, MFA and keys in one session, then carry the plan out again; assume that it was undone.",
    ],
    watch_for: &[
        "numbers and addresses that claim to be AWS: go by the page above only",
        "root that closes the account or lets it leave the organisation",
    ],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshooting_root-user.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    ],
    checks: nothing,
    needed: is_root_in_it,
    text: None,
};

fn is_root_in_it(facts: &Facts) -> bool {
    facts.hunt.as_ref().is_some_and(|hunt| hunt.is_root_in_it)
}
