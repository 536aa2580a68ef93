//! Keeps the AWS quarantine policy attached to an IAM user whose key was exposed: if a suspect detached it, it is attached again.
//!
//! It limits damage and is not containment: it does not deny `sts:AssumeRole`, `secretsmanager`, `ssm` or sharing of snapshots. AWS
//! issues new versions of it under new names, so it is recognised by its prefix.

use stanch_core::plan::Change;

use super::shapes::{Holder, Summary, managed};
use crate::about::{About, Parameter};
use crate::account::{Account, Item};
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct QuarantinePolicyKeep;

/// Prefix of the names of these policies.
const PREFIX: &str = "AWSCompromisedKeyQuarantine";

static ABOUT: About = About {
    name: "quarantine-policy-keep",
    does: "Keep the AWS quarantine policy (AWSCompromisedKeyQuarantine) attached to an IAM user.",
    targets: &["iam-user"],
    parameters: &[Parameter::optional(
        "policy",
        "ARN of the policy that was detached; the one that is attached if not given",
    )],
    notes: "The policy means that AWS found an exposed key and opened a support case; detach it only when the case says so. Alone it \
            contains nobody: use user-deny too. A suspect that detached it is a serious sign.",
    sources: &[
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html",
        "https://repost.aws/knowledge-center/potential-account-compromise",
    ],
    ..About::EMPTY
};

impl Action for QuarantinePolicyKeep {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let user = &request.target.name;
        let present = attached(account, user);
        let arn = match (request.values("policy").first(), present) {
            (Some(wanted), Some(present)) if wanted != present => {
                return Err(Unplannable::new(format!(
                    "user {user} has the quarantine policy {present}, which replaces {wanted}"
                )));
            }
            (Some(wanted), _) => wanted.as_str(),
            (None, Some(present)) => present,
            (None, None) => {
                return Err(Unplannable::new(format!(
                    "no AWS quarantine policy was collected for user {user}, and none is named"
                )));
            }
        };
        let start = format!("arn:{}:iam::aws:policy/{PREFIX}", account.partition);
        if !arn.starts_with(&start) {
            return Err(Unplannable::new(format!("{arn} is not an AWS quarantine policy")));
        }
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Attach AWS quarantine policy {arn} to user {user}"),
            frees: format!("user {user} can do again what the AWS quarantine policy denies"),
        };
        managed(summary, request, account, Holder::User, arn)
    }
}

/// Returns the quarantine policy that is attached to a user, as collected.
fn attached<'a>(account: &'a Account, user: &str) -> Option<&'a str> {
    let list = ("iam", "GetAccountAuthorizationDetails", "UserDetailList[]");
    let found: Item<'a> = account.named(list, "UserName", user)?;
    let policies = found.value.get("AttachedManagedPolicies")?.as_array()?;
    let arns = policies
        .iter()
        .filter_map(|policy| policy.get("PolicyArn")?.as_str());
    let mut quarantines = arns.filter(|arn| arn.contains(&format!(":iam::aws:policy/{PREFIX}")));
    quarantines.next_back()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::QuarantinePolicyKeep;
    use crate::account::Account;
    use crate::actions::example::{account, change, refusal, request_named, told};

    const V2: &str = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2";

    fn user_with(policies: &[&str]) -> Account {
        let attached: Vec<_> = policies.iter().map(|arn| json!({"PolicyArn": arn})).collect();
        account([(
            "iam",
            "GetAccountAuthorizationDetails",
            json!({}),
            json!({"UserDetailList": [{"UserName": "ci", "AttachedManagedPolicies": attached}]}),
        )])
    }

    #[test]
    fn a_policy_that_a_suspect_detached_is_attached_again() {
        let request = request_named("iam-user", "ci").with("policy", [V2.to_owned()]);
        insta::assert_snapshot!(told(&change(&QuarantinePolicyKeep, &request, &user_with(&[]))), @r#"
        Attach AWS quarantine policy arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2 to user ci
        before attached: us-east-1 iam ListAttachedUserPolicies {"UserName":"ci"}
        do us-east-1 iam AttachUserPolicy {"PolicyArn":"arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2","UserName":"ci"}
        after attached-after: us-east-1 iam ListAttachedUserPolicies {"UserName":"ci"}
        holds attached-after .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2).PolicyArn "present"
        undo us-east-1 iam DetachUserPolicy {"PolicyArn":"arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2","UserName":"ci"} when attached .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2).PolicyArn "absent" fine NoSuchEntity
        restores attached .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2).PolicyArn
        "#);
    }

    #[test]
    fn the_one_that_is_there_is_kept_whatever_its_version() {
        let newer = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV9";
        let account = user_with(&["arn:aws:iam::aws:policy/ReadOnlyAccess", newer]);
        let change = change(&QuarantinePolicyKeep, &request_named("iam-user", "ci"), &account);
        assert!(told(&change).contains(newer));
        let older = request_named("iam-user", "ci").with("policy", [V2.to_owned()]);
        let why = refusal(&QuarantinePolicyKeep, &older, &account);
        assert!(why.contains("which replaces"), "{why}");
    }

    #[test]
    fn a_policy_of_the_intruder_under_such_a_name_is_refused() {
        let own = "arn:aws:iam::111122223333:policy/AWSCompromisedKeyQuarantineV2";
        let request = request_named("iam-user", "ci").with("policy", [own.to_owned()]);
        let why = refusal(&QuarantinePolicyKeep, &request, &user_with(&[own]));
        assert!(why.contains("is not an AWS quarantine policy"), "{why}");
        refusal(
            &QuarantinePolicyKeep,
            &request_named("iam-user", "ci"),
            &user_with(&[]),
        );
    }
}
