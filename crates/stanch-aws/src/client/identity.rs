//! Principal of the credentials in use, as STS reports it.
//!
//! It must not judge: whether that identity is suspect, the logs say.

use stanch_core::{Answer, Call, CallOutcome, Timestamp};

use super::Client;

/// The reply of `sts:GetCallerIdentity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: String,
    /// The principal's ARN.
    pub arn: String,
    /// Its unique id, with the session's name for a role.
    pub user_id: String,
    /// The server's clock, where its reply tells it.
    pub server_time: Option<Timestamp>,
}

/// Why it is not known who the credentials belong to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("AWS does not say who these credentials belong to ({outcome}): {message}")]
pub struct IdentityError {
    /// Outcome of the request.
    pub outcome: CallOutcome,
    /// The error's code.
    pub code: Option<String>,
    /// The message.
    pub message: String,
}

impl Client {
    /// Asks STS, in the region's own endpoint, who is calling.
    ///
    /// # Errors
    /// When STS does not answer, or refuses.
    pub async fn caller(&self, region: &str) -> Result<Caller, IdentityError> {
        let call = Call {
            account: None,
            region: region.into(),
            service: "sts".into(),
            operation: "GetCallerIdentity".into(),
            params: serde_json::Value::Null,
        };
        let (answer, server_time) = self.answer_and_date(&call).await;
        let member = |name: &str| {
            answer
                .body
                .get(name)
                .and_then(|value| value.as_str())
                .map(str::to_owned)
        };
        match (answer.outcome, member("Account"), member("Arn"), member("UserId")) {
            (CallOutcome::Ok, Some(account), Some(arn), Some(user_id)) => Ok(Caller {
                account,
                arn,
                user_id,
                server_time,
            }),
            _ => Err(refused(answer)),
        }
    }
}

fn refused(answer: Answer) -> IdentityError {
    IdentityError {
        outcome: if answer.outcome == CallOutcome::Ok {
            CallOutcome::Malformed
        } else {
            answer.outcome
        },
        code: answer.code,
        message: answer.message.unwrap_or_default(),
    }
}
