//! Shared parts of the two actions for a quarantine by service control policy: its document, its name, and its calls.
//!
//! The name contains a digest of the document: a policy of this name has this document, a repeated run creates nothing twice, and
//! another plan creates a policy of its own.

use serde_json::{Value, json};
use stanch_core::plan::{CallTemplate, Param};

use super::parts::text;
use super::statements::{digest, is_principal};
use crate::account::Account;
use crate::action::{ActionRequest, Unplannable};

/// Limit of characters of a service control policy, as sent: spaces count.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const MOST: usize = 5120;

/// A quarantine: a policy that denies some principals everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quarantine {
    /// The name of the policy.
    pub(crate) name: String,
    /// Its document.
    pub(crate) document: Value,
}

impl Quarantine {
    /// Returns the quarantine of the `principals` of a request, except its `exempt`.
    pub(crate) fn of(request: &ActionRequest) -> Result<Self, Unplannable> {
        let principals = arns(request, "principals")?;
        if principals.is_empty() {
            return Err(Unplannable::new("no principals to quarantine are named"));
        }
        let exempt = arns(request, "exempt")?;
        let mut condition = json!({"ArnLike": {"aws:PrincipalArn": principals}});
        if let (false, Some(operators)) = (exempt.is_empty(), condition.as_object_mut()) {
            let exempted = json!({"aws:PrincipalArn": exempt});
            operators.insert("ArnNotLike".to_owned(), exempted);
        }
        let document = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Sid": "StanchQuarantine",
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": condition,
            }],
        });
        let length = document.to_string().chars().count();
        if length > MOST {
            return Err(Unplannable::new(format!(
                "a quarantine of {} principals has {length} characters, and the limit is {MOST}; divide them among several policies",
                principals.len()
            )));
        }
        Ok(Self {
            name: format!("StanchQuarantine-{}", digest(&document, 12)),
            document,
        })
    }
}

/// Returns the ARNs of a parameter, sorted, each once. A wildcard is accepted only for every federated user of an account.
///
/// Sessions of roles are not accepted: `aws:PrincipalArn` is the ARN of their role, so a session would be neither denied nor exempt.
fn arns(request: &ActionRequest, parameter: &str) -> Result<Vec<String>, Unplannable> {
    let mut arns = request.values(parameter).to_vec();
    arns.sort();
    arns.dedup();
    let is_fit = |arn: &str| match arn.strip_suffix(":federated-user/*") {
        Some(account) => is_principal(&format!("{account}:x")),
        None => is_principal(arn) && !arn.contains(":assumed-role/"),
    };
    match arns.iter().find(|arn| !is_fit(arn)) {
        Some(unfit) => Err(Unplannable::new(format!(
            "{unfit} is not the ARN of a user, role or federated user; for a session, name its role"
        ))),
        None => Ok(arns),
    }
}

/// Returns a call to Organizations, in the region of global services.
pub(crate) fn organizations<const N: usize>(
    account: &Account,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&account.home, "organizations", operation, Param::object(params))
}

/// Returns the type of service control policies, as a parameter.
pub(crate) fn service_control() -> Param {
    text("SERVICE_CONTROL_POLICY")
}

/// Checks that service control policies are enabled in the organization, as collected.
pub(crate) fn takes_policies(account: &Account) -> Result<(), Unplannable> {
    let off = |root: &Value| {
        let types = root.get("PolicyTypes").and_then(Value::as_array);
        !types.into_iter().flatten().any(|kind| {
            kind.get("Type")
                .is_some_and(|kind| kind == "SERVICE_CONTROL_POLICY")
                && kind.get("Status").is_some_and(|status| status == "ENABLED")
        })
    };
    let roots = account.items("organizations", "ListRoots", "Roots[]");
    if roots.is_empty() {
        return Err(Unplannable::new(
            "the roots of the organization were not collected; collect the management account, or deny the identities themselves",
        ));
    }
    if roots.iter().any(|root| off(root.value)) {
        return Err(Unplannable::new(
            "service control policies are not enabled in the organization; a person must decide to enable them, so deny the \
             identities themselves",
        ));
    }
    Ok(())
}

/// Returns the id of the management account, if it was collected.
pub(crate) fn management(account: &Account) -> Option<&str> {
    let found = account.items("organizations", "DescribeOrganization", "Organization");
    let number = found.first()?.text("MasterAccountId");
    (!number.is_empty()).then_some(number)
}
