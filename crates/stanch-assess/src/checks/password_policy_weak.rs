//! IAM password policy allows short passwords.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("iam", "GetAccountPasswordPolicy")];

/// The check.
pub(super) struct PasswordPolicyWeak;

impl Check for PasswordPolicyWeak {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "password-policy-weak",
            title: "IAM password policy allows short passwords",
            why: "Short passwords can be guessed. A password policy that was weakened before a user was created is also evidence of an attack.",
            severity: Severity::Low,
            tactics: &[Tactic::CredentialAccess],
            techniques: &["T1110", "T1556"],
            steps: &["14"],
            next: "Set the IAM password policy: 14 characters, no reuse",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["An account without users who have passwords"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetAccountPasswordPolicy", "PasswordPolicy") {
            let length = item.at("MinimumPasswordLength").as_u64().unwrap_or(0);
            if length < 14 {
                found
                    .on(&item, "password-policy", account.id().as_str(), "")
                    .misconfiguration(Severity::Low)
                    .fact("Minimum Length", &length.to_string())
                    .say(&format!(
                        "IAM password policy allows passwords of {length} characters"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let policy = |length: u64| {
        answer(
            "iam:GetAccountPasswordPolicy",
            json!({"PasswordPolicy": {"MinimumPasswordLength": length}}),
        )
    };
    vec![misconfigured(vec![policy(6)]), silent(vec![policy(14)])]
}
