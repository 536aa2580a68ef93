//! Passwords may be short.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("iam", "GetAccountPasswordPolicy")];

/// See the head of this file.
pub(super) struct PasswordPolicyWeak;

impl Check for PasswordPolicyWeak {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "password-policy-weak",
            title: "Passwords may be short",
            why: "Short passwords are guessed. A policy that was loosened before a user was made is a trace as well as a weakness.",
            severity: Severity::Low,
            tactics: &[Tactic::CredentialAccess],
            techniques: &["T1110", "T1556"],
            steps: &["14"],
            next: "set the password policy: fourteen characters, no reuse",
            needs: NEEDS,
            false_positives: &["An account without users who have passwords"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetAccountPasswordPolicy", "PasswordPolicy") {
            let length = item.at("MinimumPasswordLength").as_u64().unwrap_or(0);
            if length < 14 {
                found
                    .on(&item, "password-policy", account.id().as_str(), "")
                    .misconfiguration(Severity::Low)
                    .fact("shortest", &length.to_string())
                    .say(&format!("passwords of {length} characters are allowed"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let policy = |length: u64| {
        answer(
            "iam:GetAccountPasswordPolicy",
            json!({"PasswordPolicy": {"MinimumPasswordLength": length}}),
        )
    };
    vec![misconfiguration(vec![policy(6)]), silent(vec![policy(14)])]
}
