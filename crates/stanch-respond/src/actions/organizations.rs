//! What the two halves of a quarantine by service control policy share: its document, its name, and how calls go out.
//!
//! The name holds a digest of the document. So whoever finds the name has found this document, a plan that is run again makes
//! nothing twice, and another plan makes a policy of its own.

use serde_json::{Value, json};
use stanch_core::plan::{CallTemplate, Param};

use super::parts::text;
use super::statements::{digest, is_principal};
use crate::account::Account;
use crate::action::{ActionRequest, Unplannable};

/// The most characters of a service control policy, as sent: spaces count.
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
    /// The quarantine of a request's `principals`, but for its `exempt`.
    pub(crate) fn of(request: &ActionRequest) -> Result<Self, Unplannable> {
        let principals = arns(request, "principals")?;
        if principals.is_empty() {
            return Err(Unplannable::new("no principals to quarantine are named"));
        }
        let exempt = arns(request, "exempt")?;
        let mut condition = json!({"ArnLike": {"aws:PrincipalArn": principals}});
        if let (false, Some(operators)) = (exempt.is_empty(), condition.as_object_mut()) {
            let spared = json!({"aws:PrincipalArn": exempt});
            operators.insert("ArnNotLike".to_owned(), spared);
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
                "a quarantine of {} principals has {length} characters where {MOST} are the most; divide them among several",
                principals.len()
            )));
        }
        Ok(Self {
            name: format!("StanchQuarantine-{}", digest(&document, 12)),
            document,
        })
    }
}

/// ARNs of a detail, sorted, each once. A wildcard is let through only where it stands for every federated user of an account.
///
/// Sessions of roles are no principals of their own here: `aws:PrincipalArn` is the ARN of their role, so a session would be
/// neither denied nor spared.
fn arns(request: &ActionRequest, detail: &str) -> Result<Vec<String>, Unplannable> {
    let mut arns = request.values(detail).to_vec();
    arns.sort();
    arns.dedup();
    let is_fit = |arn: &str| match arn.strip_suffix(":federated-user/*") {
        Some(account) => is_principal(&format!("{account}:x")),
        None => is_principal(arn) && !arn.contains(":assumed-role/"),
    };
    match arns.iter().find(|arn| !is_fit(arn)) {
        Some(unfit) => Err(Unplannable::new(format!(
            "{unfit} is no ARN of one user, role or federated user, which is what a condition can name; of a session, name the role"
        ))),
        None => Ok(arns),
    }
}

/// A call to Organizations: it is made in the region that services without regions are asked in.
pub(crate) fn organizations<const N: usize>(
    account: &Account,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&account.home, "organizations", operation, Param::object(params))
}

/// The type of policies that this is about, as a parameter.
pub(crate) fn service_control() -> Param {
    text("SERVICE_CONTROL_POLICY")
}

/// That the organisation takes service control policies, as far as it was read.
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
            "the roots of the organisation were not read; collect the management account, or deny the identities themselves",
        ));
    }
    if roots.iter().any(|root| off(root.value)) {
        return Err(Unplannable::new(
            "service control policies are not enabled in the organisation; enabling them is for a person to decide, so deny the \
             identities themselves",
        ));
    }
    Ok(())
}

/// The number of the management account, if it was read.
pub(crate) fn management(account: &Account) -> Option<&str> {
    let found = account.items("organizations", "DescribeOrganization", "Organization");
    let number = found.first()?.text("MasterAccountId");
    (!number.is_empty()).then_some(number)
}
