//! Sets an earlier version of a customer managed IAM policy as its default again: the one from before the attacker's.
//!
//! The attacker's version is kept as evidence. Versions never change and their numbers are never reused, so a number identifies a
//! document.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{iam, text};
use super::shapes::{Summary, bare};
use crate::about::{About, AddressedBy, Derived, Listing, Parameter, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct PolicyVersionRestore;

static ABOUT: About = About {
    name: "policy-version-restore",
    does: "Set an earlier version of an IAM policy as the default.",
    targets: &["iam-policy", "policy"],
    target_help: "ARN of the policy",
    parameters: &[Parameter::required(
        "version",
        "the legitimate version, such as `v3`",
    )],
    notes: "Changes the permissions of every user, group and role with this policy at once. Read the version first: the attacker may \
            have added more than one.",
    answers: &[
        by_call("iam", "CreatePolicyVersion"),
        by_call("iam", "SetDefaultPolicyVersion"),
        by_check("policy-hides-power", "policy"),
    ],
    listing: Some(
        &Listing::new(
            ("iam", "GetAccountAuthorizationDetails", "Policies[]"),
            "Arn",
            "Arn",
        )
        .also("PolicyName")
        .global(),
    ),
    addressed_by: AddressedBy::Arn,
    derives: Some(Derived::EarlierPolicyVersion { parameter: "version" }),
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html",
    ],
    ..About::EMPTY
};

impl Action for PolicyVersionRestore {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (arn, version) = (request.target.id.as_str(), request.value("version")?);
        if arn.contains(":iam::aws:") {
            return Err(Unplannable::new(format!(
                "{arn} is an AWS managed policy; only AWS changes its default version"
            )));
        }
        let get = || iam(account, "GetPolicy", [("PolicyArn", text(arn))]);
        let with_version = |operation: &str, version| {
            let params = [("PolicyArn", text(arn)), ("VersionId", version)];
            iam(account, operation, params)
        };
        let set = |version| Write::new(with_version("SetDefaultPolicyVersion", version));
        let default = || Path::of("Policy.DefaultVersionId");
        let summary = Summary {
            action: ABOUT.name,
            does: format!(
                "Set version {version} of IAM policy {} as the default",
                request.target.name
            ),
            frees: format!(
                "principals with IAM policy {} get the permissions of its present version again",
                request.target.name
            ),
        };
        Ok(Change {
            before: vec![
                Read::new("policy", get()),
                Read::new("version", with_version("GetPolicyVersion", text(version))),
            ],
            requires: vec![Expectation::new(
                "version",
                Path::of("PolicyVersion.VersionId"),
                Test::Is(json!(version)),
            )],
            writes: vec![set(text(version))],
            after: vec![Read::new("policy-after", get())],
            verified_by: vec![Expectation::new(
                "policy-after",
                default(),
                Test::Is(json!(version)),
            )],
            undo: vec![set(Param::reply("policy", default()))],
            restores: vec![Restored::new("policy", default())],
            ..bare(summary, request, Wave::WayBack)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PolicyVersionRestore;
    use crate::actions::example::{account, change, refusal, request, told};

    #[test]
    fn the_honest_version_must_be_there_and_undo_sets_the_other() {
        let request = request("iam-policy", "arn:aws:iam::111122223333:policy/deploy", "deploy")
            .with("version", ["v3".to_owned()]);
        insta::assert_snapshot!(told(&change(&PolicyVersionRestore, &request, &account([]))), @r#"
        Set version v3 of IAM policy deploy as the default
        before policy: us-east-1 iam GetPolicy {"PolicyArn":"arn:aws:iam::111122223333:policy/deploy"}
        before version: us-east-1 iam GetPolicyVersion {"PolicyArn":"arn:aws:iam::111122223333:policy/deploy","VersionId":"v3"}
        requires version .PolicyVersion.VersionId {"is":"v3"}
        do us-east-1 iam SetDefaultPolicyVersion {"PolicyArn":"arn:aws:iam::111122223333:policy/deploy","VersionId":"v3"}
        after policy-after: us-east-1 iam GetPolicy {"PolicyArn":"arn:aws:iam::111122223333:policy/deploy"}
        holds policy-after .Policy.DefaultVersionId {"is":"v3"}
        undo us-east-1 iam SetDefaultPolicyVersion {"PolicyArn":"arn:aws:iam::111122223333:policy/deploy","VersionId":"<policy .Policy.DefaultVersionId>"}
        restores policy .Policy.DefaultVersionId
        "#);
    }

    #[test]
    fn a_policy_of_aws_is_refused() {
        let request = request("iam-policy", "arn:aws:iam::aws:policy/ReadOnlyAccess", "")
            .with("version", ["v1".to_owned()]);
        let why = refusal(&PolicyVersionRestore, &request, &account([]));
        assert!(why.contains("is an AWS managed policy"), "{why}");
    }
}
