//! A session opened with the code of an MFA device.
//!
//! The SDK's providers for roles take no code, so the call is made here: once, since a code is good for one call. It must not
//! show what comes back.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use serde_json::json;
use stanch_core::{Answer, Call, CallOutcome, Timestamp};

/// The principal that signs in, and its kind.
#[derive(Clone)]
pub struct SignIn {
    /// Serial number or ARN of the device.
    pub mfa_serial: String,
    /// The page that it shows now.
    pub mfa_code: String,
    /// The role to assume; without one the session is the caller's own.
    pub role_arn: Option<String>,
    /// External id that the role asks for.
    pub external_id: Option<String>,
}

impl SignIn {
    /// `AssumeRole` or `GetSessionToken`, for an hour.
    pub(super) fn call(&self, region: &str) -> Call {
        let mut params = json!({
            "SerialNumber": self.mfa_serial,
            "TokenCode": self.mfa_code,
            "DurationSeconds": 3600,
        });
        if let Some(role) = &self.role_arn {
            params["RoleArn"] = role.as_str().into();
            params["RoleSessionName"] = "stanch".into();
        }
        if let (Some(_), Some(id)) = (&self.role_arn, &self.external_id) {
            params["ExternalId"] = id.as_str().into();
        }
        let operation = if self.role_arn.is_some() {
            "AssumeRole"
        } else {
            "GetSessionToken"
        };
        Call {
            account: None,
            region: region.into(),
            service: "sts".into(),
            operation: operation.into(),
            params,
        }
    }
}

/// The credentials in an answer; none when it brought none.
pub(super) fn session(answer: &Answer) -> Option<Credentials> {
    if answer.outcome != CallOutcome::Ok {
        return None;
    }
    let given = &answer.body["Credentials"];
    let text = |name: &str| given[name].as_str().map(str::to_owned);
    let expiry = given["Expiration"].as_str().and_then(Timestamp::parse);
    let expiry = expiry.and_then(|at| u64::try_from(at.0).ok());
    Some(Credentials::new(
        text("AccessKeyId")?,
        text("SecretAccessKey")?,
        Some(text("SessionToken")?),
        expiry.map(|milliseconds| UNIX_EPOCH + Duration::from_millis(milliseconds)),
        "MfaSession",
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_code_opens_a_session_or_a_role() {
        let own = SignIn {
            mfa_serial: "arn:aws:iam::123456789012:mfa/phone".to_owned(),
            mfa_code: "123456".to_owned(),
            role_arn: None,
            external_id: Some("x".to_owned()),
        };
        let call = own.call("eu-west-1");
        assert_eq!(call.operation.as_str(), "GetSessionToken");
        assert_eq!(call.params["ExternalId"], Value::Null);
        let role = SignIn {
            role_arn: Some("arn:aws:iam::123456789012:role/Responder".to_owned()),
            ..own
        };
        let call = role.call("eu-west-1");
        assert_eq!(call.operation.as_str(), "AssumeRole");
        assert_eq!(
            (&call.params["TokenCode"], &call.params["ExternalId"]),
            (&json!("123456"), &json!("x"))
        );
    }

    #[test]
    fn credentials_are_whole_or_none() {
        let mut answer = Answer::ok(json!({"Credentials": {
            "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2026-03-05T14:02:00Z"
        }}));
        let session_of = session(&answer).unwrap();
        assert!(session_of.expiry().is_some() && session_of.session_token() == Some("t"));
        answer.body["Credentials"]["SessionToken"] = Value::Null;
        assert!(session(&answer).is_none());
    }
}
