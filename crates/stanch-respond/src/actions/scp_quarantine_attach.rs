//! Attaches the service control policy of `scp-quarantine-create` to a member account, where it denies from then on.
//!
//! It takes the same parameters as that action and finds the policy by the name that follows from them, so it does not matter who
//! created it or whether this was interrupted.

use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::organizations::{Quarantine, management, organizations, service_control, takes_policies};
use super::parts::text;
use super::shapes::{Summary, bare};
use crate::about::{About, Parameter, Stage};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct ScpQuarantineAttach;

static ABOUT: About = About {
    name: "scp-quarantine-attach",
    does: "Attach a quarantine service control policy to a member account.",
    targets: &["organization-account", "account"],
    parameters: &[
        Parameter::required("account", "id of the member account"),
        Parameter::required_list("principals", "ARNs to deny, as for scp-quarantine-create"),
        Parameter::list("exempt", "ARNs to exempt, as for scp-quarantine-create"),
    ],
    notes: "Needs scp-quarantine-create. At least five such policies fit on one account, FullAWSAccess among them; where that limit \
            is reached AWS refuses, and the plan denies the identities in their own account instead. Attach it to the account, never \
            to the root of the organization.",
    stage: Stage::Part,
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
    ],
    ..About::EMPTY
};

impl Action for ScpQuarantineAttach {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        takes_policies(account)?;
        let target = request.value("account")?;
        match management(account) {
            None => {
                return Err(Unplannable::new(
                    "the management account of the organization was not collected; service control policies have no effect there",
                ));
            }
            Some(number) if number == target => {
                return Err(Unplannable::new(format!(
                    "{target} is the management account, where service control policies have no effect; deny the identities \
                     themselves"
                )));
            }
            Some(_) => {}
        }
        let quarantine = Quarantine::of(request)?;
        let named = || Path::of("Policies").only("Name", &quarantine.name);
        let of_target = || {
            let params = [("TargetId", text(target)), ("Filter", service_control())];
            organizations(account, "ListPoliciesForTarget", params)
        };
        let all = organizations(account, "ListPolicies", [("Filter", service_control())]);
        let change = |operation: &str| {
            let id = Param::reply("policies", named().then("Id"));
            organizations(account, operation, [("PolicyId", id), ("TargetId", text(target))])
        };
        let summary = Summary {
            action: ABOUT.name,
            does: format!(
                "Attach service control policy {} to account {target}",
                quarantine.name
            ),
            frees: format!(
                "{} can act in account {target} again",
                request.values("principals").join(", ")
            ),
        };
        Ok(Change {
            before: vec![Read::new("policies", all), Read::new("attached", of_target())],
            requires: vec![Expectation::new("policies", named(), Test::Present)],
            writes: vec![Write::new(change("AttachPolicy")).fine_if("DuplicatePolicyAttachmentException")],
            after: vec![Read::new("attached-after", of_target())],
            verified_by: vec![Expectation::new("attached-after", named(), Test::Present)],
            undo: vec![
                Write::new(change("DetachPolicy"))
                    .when(Expectation::new("attached", named(), Test::Absent))
                    .fine_if("PolicyNotAttachedException"),
            ],
            restores: vec![Restored::new("attached", named().then("Name"))],
            ..bare(summary, request, Wave::Organization)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ScpQuarantineAttach;
    use crate::account::Account;
    use crate::action::ActionRequest;
    use crate::actions::example::{ACCOUNT, account, change, refusal, request_named, told};
    use crate::actions::scp_quarantine_create::ScpQuarantineCreate;

    fn organization() -> Account {
        let types = json!([{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]);
        account([
            (
                "organizations",
                "ListRoots",
                json!({}),
                json!({"Roots": [{"Id": "r-1", "PolicyTypes": types}]}),
            ),
            (
                "organizations",
                "DescribeOrganization",
                json!({}),
                json!({"Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT}}),
            ),
        ])
    }

    fn quarantine(kind: &str, target: &str) -> ActionRequest {
        request_named(kind, target)
            .with("account", [target.to_owned()])
            .with(
                "principals",
                ["arn:aws:iam::444455556666:user/mallory".to_owned()],
            )
    }

    #[test]
    fn the_policy_is_found_by_the_name_that_its_maker_gave_it() {
        let request = quarantine("organization-account", "444455556666");
        let attach = told(&change(&ScpQuarantineAttach, &request, &organization()));
        let maker = quarantine("service-control-policy", "444455556666");
        let create = change(&ScpQuarantineCreate, &maker, &organization());
        let name = crate::actions::example::params(&create.writes[0].call)["Name"].clone();
        assert!(attach.contains(name.as_str().unwrap()));
        insta::assert_snapshot!(attach, @r#"
        Attach service control policy StanchQuarantine-98ea37175226 to account 444455556666
        before policies: us-east-1 organizations ListPolicies {"Filter":"SERVICE_CONTROL_POLICY"}
        before attached: us-east-1 organizations ListPoliciesForTarget {"Filter":"SERVICE_CONTROL_POLICY","TargetId":"444455556666"}
        requires policies .Policies[](Name=StanchQuarantine-98ea37175226) "present"
        do us-east-1 organizations AttachPolicy {"PolicyId":"<policies .Policies[](Name=StanchQuarantine-98ea37175226).Id>","TargetId":"444455556666"} fine DuplicatePolicyAttachmentException
        after attached-after: us-east-1 organizations ListPoliciesForTarget {"Filter":"SERVICE_CONTROL_POLICY","TargetId":"444455556666"}
        holds attached-after .Policies[](Name=StanchQuarantine-98ea37175226) "present"
        undo us-east-1 organizations DetachPolicy {"PolicyId":"<policies .Policies[](Name=StanchQuarantine-98ea37175226).Id>","TargetId":"444455556666"} when attached .Policies[](Name=StanchQuarantine-98ea37175226) "absent" fine PolicyNotAttachedException
        restores attached .Policies[](Name=StanchQuarantine-98ea37175226).Name
        "#);
    }

    #[test]
    fn the_management_account_is_not_bound_by_such_policies() {
        let request = quarantine("organization-account", ACCOUNT);
        let why = refusal(&ScpQuarantineAttach, &request, &organization());
        assert!(why.contains("no effect"), "{why}");
    }
}
