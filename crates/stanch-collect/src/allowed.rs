//! Actions that an identity may take, as IAM's simulator reports them.
//!
//! It asks `SimulatePrincipalPolicy`, which weighs the identity's policies, its permissions boundary and the organisation's
//! service control policies, but neither session policies nor policies of resources
//! (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>). It must not know what the actions are
//! for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use stanch_core::ports::Cloud;
use stanch_core::{Answer, Call, CallOutcome, OperationName, RegionName};

/// Actions asked about at once; more make the answer slow to come.
const TOGETHER: usize = 100;

/// Why an action is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// No policy allows it.
    NotAllowed,
    /// A policy denies it.
    Denied,
    /// A service control policy of the organisation stands in the way.
    Organization,
}

/// IAM's reply about an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// The root user: IAM policies do not bind it, service control policies may.
    Root,
    /// Those that are refused; all others are allowed.
    But(BTreeMap<String, Refusal>),
}

/// Asks which of some actions an identity, by its ARN, may take.
///
/// # Errors
/// The answer that was not one: then nothing is known.
pub async fn allowed(
    cloud: &dyn Cloud,
    region: &RegionName,
    caller_arn: &str,
    actions: &BTreeSet<String>,
) -> Result<Allowed, Answer> {
    if caller_arn.ends_with(":root") {
        return Ok(Allowed::Root);
    }
    let principal = principal(cloud, region, caller_arn).await?;
    let all: Vec<&String> = actions.iter().collect();
    let mut refused = BTreeMap::new();
    for some in all.chunks(TOGETHER) {
        let params = json!({"PolicySourceArn": principal, "ActionNames": some});
        let answer = cloud.ask(&call(region, "SimulatePrincipalPolicy", params)).await;
        if answer.outcome != CallOutcome::Ok {
            return Err(answer);
        }
        let results = answer.body["EvaluationResults"].as_array();
        let mut told = BTreeSet::new();
        for result in results.into_iter().flatten() {
            let action = result["EvalActionName"].as_str().unwrap_or_default();
            told.insert(action.to_ascii_lowercase());
            if let Some(refusal) = refusal(result) {
                refused.insert(action.to_owned(), refusal);
            }
        }
        // An action that was passed over in silence is not allowed as far as anybody knows.
        let silent = some
            .iter()
            .filter(|action| !told.contains(&action.to_ascii_lowercase()));
        refused.extend(silent.map(|action| ((*action).clone(), Refusal::NotAllowed)));
    }
    Ok(Allowed::But(refused))
}

fn refusal(result: &serde_json::Value) -> Option<Refusal> {
    let organization = &result["OrganizationsDecisionDetail"]["AllowedByOrganizations"];
    match result["EvalDecision"].as_str() {
        Some("allowed") => None,
        _ if organization == false => Some(Refusal::Organization),
        Some("explicitDeny") => Some(Refusal::Denied),
        _ => Some(Refusal::NotAllowed),
    }
}

/// The user or role behind a caller. A session's ARN leaves out the role's path, so the role is asked for.
async fn principal(cloud: &dyn Cloud, region: &RegionName, caller_arn: &str) -> Result<String, Answer> {
    let Some(stanch_core::SessionArn { role, .. }) = stanch_core::SessionArn::parse(caller_arn) else {
        return Ok(caller_arn.to_owned());
    };
    let answer = cloud
        .ask(&call(region, "GetRole", json!({"RoleName": role})))
        .await;
    match answer.body["Role"]["Arn"].as_str() {
        Some(arn) => Ok(arn.to_owned()),
        None => Err(answer),
    }
}

fn call(region: &RegionName, operation: &str, params: serde_json::Value) -> Call {
    Call {
        account: None,
        region: region.clone(),
        service: "iam".into(),
        operation: OperationName::from(operation),
        params,
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use super::*;

    /// Knows one role; allows listing, denies the rest in several ways, and passes over what it does not know.
    struct Iam;

    impl Cloud for Iam {
        fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
            let body = match call.operation.as_str() {
                "GetRole" => json!({"Role": {"Arn": "arn:aws:iam::123456789012:role/team/Responder"}}),
                _ if call.params["PolicySourceArn"] != "arn:aws:iam::123456789012:role/team/Responder" => {
                    return Box::pin(async {
                        Answer::refused(CallOutcome::Denied, Some("AccessDenied"), None)
                    });
                }
                _ => json!({"EvaluationResults": [
                    {"EvalActionName": "iam:ListUsers", "EvalDecision": "allowed"},
                    {"EvalActionName": "iam:ListRoles", "EvalDecision": "implicitDeny"},
                    {"EvalActionName": "s3:ListAllMyBuckets", "EvalDecision": "explicitDeny"},
                    {"EvalActionName": "ec2:DescribeInstances", "EvalDecision": "implicitDeny",
                     "OrganizationsDecisionDetail": {"AllowedByOrganizations": false}},
                ]}),
            };
            Box::pin(async { Answer::ok(body) })
        }
    }

    fn actions() -> BTreeSet<String> {
        [
            "ec2:DescribeInstances",
            "iam:ListRoles",
            "iam:ListUsers",
            "kms:ListKeys",
            "s3:ListAllMyBuckets",
        ]
        .map(str::to_owned)
        .into()
    }

    #[tokio::test]
    async fn what_is_not_said_to_be_allowed_is_not() {
        let session = "arn:aws:sts::123456789012:assumed-role/Responder/alice";
        let told = allowed(&Iam, &"us-east-1".into(), session, &actions())
            .await
            .unwrap();
        let Allowed::But(refused) = told else {
            panic!("no root here")
        };
        let told: Vec<_> = refused
            .iter()
            .map(|(action, why)| format!("{action} {why:?}"))
            .collect();
        assert_eq!(
            told.join(", "),
            "ec2:DescribeInstances Organization, iam:ListRoles NotAllowed, kms:ListKeys NotAllowed, \
             s3:ListAllMyBuckets Denied"
        );
    }

    #[tokio::test]
    async fn an_answer_that_is_none_is_not_taken_for_one() {
        let user = "arn:aws:iam::123456789012:user/alice";
        let answer = allowed(&Iam, &"us-east-1".into(), user, &actions())
            .await
            .unwrap_err();
        assert_eq!(answer.outcome, CallOutcome::Denied);
        let root = "arn:aws:iam::123456789012:root";
        assert_eq!(
            allowed(&Iam, &"us-east-1".into(), root, &actions()).await,
            Ok(Allowed::Root)
        );
    }
}
