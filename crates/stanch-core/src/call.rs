//! One question or order to AWS, as data: what a plan names, a journal records and a client sends.
//!
//! It must not know how a call is written on the wire, where it is sent or with whose credentials.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, OperationName, RegionName, ServiceName};

/// An operation of a service in a region, with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The account it is meant for; none means the account of the credentials in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The region it is sent to.
    pub region: RegionName,
    /// The service.
    pub service: ServiceName,
    /// The operation.
    pub operation: OperationName,
    /// The parameters: an object with the members that the operation's model names, blobs as base64.
    #[serde(default, skip_serializing_if = "no_params")]
    pub params: serde_json::Value,
}

/// Returns true when there is nothing to say about parameters.
fn no_params(params: &serde_json::Value) -> bool {
    match params {
        serde_json::Value::Null => true,
        serde_json::Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_survives_json() {
        let call = Call {
            account: Some("123456789012".into()),
            region: "us-east-1".into(),
            service: "iam".into(),
            operation: "ListUsers".into(),
            params: serde_json::json!({"PathPrefix": "/"}),
        };
        let text = serde_json::to_string(&call).unwrap();
        insta::assert_snapshot!(text, @r#"{"account":"123456789012","region":"us-east-1","service":"iam","operation":"ListUsers","params":{"PathPrefix":"/"}}"#);
        assert_eq!(serde_json::from_str::<Call>(&text).unwrap(), call);
    }

    #[test]
    fn what_is_not_said_is_not_written() {
        let call: Call =
            serde_json::from_str(r#"{"region":"us-east-1","service":"sts","operation":"GetCallerIdentity"}"#)
                .unwrap();
        assert_eq!(call.account, None);
        assert_eq!(
            serde_json::to_string(&call).unwrap(),
            r#"{"region":"us-east-1","service":"sts","operation":"GetCallerIdentity"}"#
        );
    }
}
