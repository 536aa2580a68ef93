//! Outcome of a call, as data: for collectors, journals and undo.
//!
//! It must not know how a reply looked on the wire or which error of which service stands for which outcome.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most characters of an error's message that are kept.
pub const MESSAGE_LENGTH: usize = 300;

/// Outcome of a call. Each kind means something else to a responder, so none is folded into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallOutcome {
    /// Answered in full, all pages.
    Ok,
    /// The service knows the operation and says that what was asked for does not exist.
    #[serde(alias = "no-such-thing")]
    DoesNotExist,
    /// The identity may not ask this. Never the same as "there is nothing".
    Denied,
    /// The service kept refusing for being asked too often, until patience ran out.
    Throttled,
    /// The service does not exist in this region, or the region is not enabled for the account.
    NotInRegion,
    /// The account has not signed up for the service, or lacks the plan that the operation needs.
    NotSubscribed,
    /// The server does not support the operation.
    #[serde(alias = "unknown-to-server")]
    NotSupported,
    /// The reply is none of this service.
    Malformed,
    /// No answer: connection, time-out, expired credentials, an error of the service, or parameters it refused.
    Failed,
    /// Not sent: interrupted, out of time, or what it depends on could not be read.
    #[serde(alias = "not-asked")]
    Skipped,
}

impl CallOutcome {
    /// All outcomes, in the order in which they are told.
    pub const ALL: [Self; 10] = [
        Self::Ok,
        Self::DoesNotExist,
        Self::Denied,
        Self::Throttled,
        Self::NotInRegion,
        Self::NotSubscribed,
        Self::NotSupported,
        Self::Malformed,
        Self::Failed,
        Self::Skipped,
    ];

    /// Its name in files and on screens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::DoesNotExist => "does-not-exist",
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::NotInRegion => "not-in-region",
            Self::NotSubscribed => "not-subscribed",
            Self::NotSupported => "not-supported",
            Self::Malformed => "malformed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Returns true when the question is answered: what exists is known, or it is known that nothing does.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(
            self,
            Self::Ok | Self::DoesNotExist | Self::NotInRegion | Self::NotSubscribed
        )
    }

    /// Returns true when asking again could bring another outcome without anything else having changed.
    #[must_use]
    pub const fn may_change(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Malformed | Self::Failed | Self::Skipped
        )
    }
}

impl fmt::Display for CallOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Outcome.
    pub outcome: CallOutcome,
    /// The error code of the service, such as `AccessDenied`.
    pub code: Option<String>,
    /// Message of the service about the error: bounded and safe to show (see [`Answer::refused`]).
    pub message: Option<String>,
    /// The reply as the AWS command line prints it, with the lists of all pages joined. When the outcome is not
    /// [`CallOutcome::Ok`], what was read before it ended, or null. It may hold secrets.
    pub body: Value,
    /// Pages read.
    pub pages: u32,
    /// Requests sent for them, those that were tried again included.
    pub attempts: u32,
    /// SHA-256 of the body of each page as received, in lower-case hex.
    pub sha256s: Vec<String>,
    /// The bodies themselves, if who asked was told to keep them: secrets and all, to be sealed before they are written.
    pub raw: Vec<Vec<u8>>,
}

/// Codes that say that a session is over
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>).
const SESSION_ENDED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];

impl Answer {
    /// Returns true when the session of the credentials is over: every further call would be refused.
    #[must_use]
    pub fn is_session_over(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        let code = code.rsplit('#').next().unwrap_or(code);
        self.outcome == CallOutcome::Failed && SESSION_ENDED.contains(&code)
    }

    /// An answer that brought a body on one page.
    #[must_use]
    pub const fn ok(body: Value) -> Self {
        Self {
            outcome: CallOutcome::Ok,
            code: None,
            message: None,
            body,
            pages: 1,
            attempts: 1,
            sha256s: Vec::new(),
            raw: Vec::new(),
        }
    }

    /// An answer without a body. The message is bounded and made safe to show: a server writes it.
    #[must_use]
    pub fn refused(outcome: CallOutcome, code: Option<&str>, message: Option<&str>) -> Self {
        Self {
            outcome,
            code: code.map(|code| crate::text::shown(code, 100)),
            message: message.map(|message| crate::text::shown(message, MESSAGE_LENGTH)),
            body: Value::Null,
            pages: 0,
            attempts: 1,
            sha256s: Vec::new(),
            raw: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_called_the_same_everywhere() {
        for outcome in CallOutcome::ALL {
            assert_eq!(
                serde_json::to_string(&outcome).unwrap(),
                format!("\"{}\"", outcome.name())
            );
            assert_eq!(outcome.to_string(), outcome.name());
        }
        assert!(CallOutcome::ALL.is_sorted());
    }

    #[test]
    fn outcomes_of_older_snapshots_are_read() {
        for (old, outcome) in [
            ("no-such-thing", CallOutcome::DoesNotExist),
            ("unknown-to-server", CallOutcome::NotSupported),
            ("not-asked", CallOutcome::Skipped),
        ] {
            let read: CallOutcome = serde_json::from_str(&format!("\"{old}\"")).unwrap();
            assert_eq!(read, outcome);
        }
    }

    #[test]
    fn what_is_not_known_is_not_taken_for_nothing() {
        let unknown = CallOutcome::ALL.into_iter().filter(|outcome| !outcome.is_known());
        let names: Vec<_> = unknown.map(CallOutcome::name).collect();
        assert_eq!(
            names.join(" "),
            "denied throttled not-supported malformed failed skipped"
        );
    }

    #[test]
    fn a_server_s_words_are_bounded_and_inert() {
        let answer = Answer::refused(
            CallOutcome::Denied,
            Some("AccessDenied"),
            Some(&format!("\u{1b}[2J{}", "x".repeat(999))),
        );
        let message = answer.message.unwrap();
        assert!(message.starts_with("\\u{1b}[2J") && message.chars().count() < 320);
    }
}
