//! Outcome of a logged call: an attempt is not a success, and a refusal is still evidence.

use serde::{Deserialize, Serialize};

/// Outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was carried out.
    Success,
    /// Refused for want of permission.
    Denied,
    /// Refused for want of quota or by throttling: the caller would have been allowed.
    Limited,
    /// A dry run: allowed, not carried out (`Client.DryRunOperation`).
    DryRun,
    /// It failed in another way.
    Failed,
}

impl Outcome {
    /// Judges by the error code that CloudTrail logged, absent or empty meaning success.
    ///
    /// A failed console sign-in carries no error code in some versions; `failed_sign_in` says that the
    /// response element `ConsoleLogin` was `Failure`.
    #[must_use]
    pub fn of(error_code: Option<&str>, failed_sign_in: bool) -> Self {
        let Some(code) = error_code.filter(|code| !code.is_empty()) else {
            return if failed_sign_in {
                Self::Failed
            } else {
                Self::Success
            };
        };
        let bare = code.rsplit('.').next().unwrap_or(code);
        if bare == "DryRunOperation" {
            Self::DryRun
        } else if is_denial(bare) {
            Self::Denied
        } else if is_limit(bare) {
            Self::Limited
        } else {
            Self::Failed
        }
    }

    /// Returns true when it was carried out.
    #[must_use]
    pub const fn succeeded(self) -> bool {
        matches!(self, Self::Success)
    }
}

fn is_denial(code: &str) -> bool {
    const WORDS: [&str; 8] = [
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "UnauthorizedAccess",
        "VpceAccessDenied",
        "AuthorizationError",
        "NotAuthorized",
        "ForbiddenException",
    ];
    WORDS.iter().any(|word| code.eq_ignore_ascii_case(word))
}

fn is_limit(code: &str) -> bool {
    code.contains("LimitExceeded")
        || code.contains("Throttl")
        || code.contains("QuotaExceeded")
        || code.contains("TooManyRequests")
        || code == "RequestLimitExceeded"
        || code == "InsufficientInstanceCapacity"
        || code == "SlowDown"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_and_successes_are_told_apart() {
        for (code, outcome) in [
            (None, Outcome::Success),
            (Some(""), Outcome::Success),
            (Some("AccessDenied"), Outcome::Denied),
            (Some("Client.UnauthorizedOperation"), Outcome::Denied),
            (Some("Client.DryRunOperation"), Outcome::DryRun),
            (Some("Client.VcpuLimitExceeded"), Outcome::Limited),
            (Some("ThrottlingException"), Outcome::Limited),
            (Some("NoSuchEntityException"), Outcome::Failed),
        ] {
            assert_eq!(Outcome::of(code, false), outcome, "{code:?}");
        }
        assert_eq!(Outcome::of(None, true), Outcome::Failed);
    }
}
