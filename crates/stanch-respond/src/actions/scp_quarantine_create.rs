//! Creates a service control policy that denies everything to some principals of member accounts. It has no effect until
//! `scp-quarantine-attach` attaches it.
//!
//! An attacker inside a member account can neither see nor remove it, unlike IAM policies. Federated users have an ARN of their own, so a
//! policy about their user alone can miss them: `arn:…:sts::…:federated-user/*` names them.

use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::organizations::{Quarantine, organizations, service_control, takes_policies};
use super::parts::{document, text};
use super::shapes::{Summary, bare};
use crate::about::{About, Parameter, Stage};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct ScpQuarantineCreate;

static ABOUT: About = About {
    name: "scp-quarantine-create",
    does: "Create a service control policy that denies everything to named principals.",
    targets: &["service-control-policy"],
    target_help: "any name: the policy is named after its content",
    parameters: &[
        Parameter::required_list("principals", "ARNs to deny"),
        Parameter::list("exempt", "ARNs to exempt"),
    ],
    notes: "Sent from the management account, or from a delegated administrator for policies. It has no effect on the management \
            account and on service-linked roles; it does apply to the root user of member accounts. Exempt the break-glass principals \
            and the responder.",
    stage: Stage::Part,
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn",
    ],
    ..About::EMPTY
};

impl Action for ScpQuarantineCreate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        takes_policies(account)?;
        let quarantine = Quarantine::of(request)?;
        let list = || organizations(account, "ListPolicies", [("Filter", service_control())]);
        let policy = || Path::of("Policies").only("Name", &quarantine.name);
        let create = [
            ("Name", text(&quarantine.name)),
            ("Description", text("Incident response: quarantine")),
            ("Type", service_control()),
            ("Content", document(&quarantine.document)),
        ];
        let id = Param::reply("policies-after", policy().then("Id"));
        let was = |read: &str, test| Expectation::new(read, policy(), test);
        let summary = Summary {
            action: ABOUT.name,
            does: format!(
                "Create service control policy {}, which denies everything to {}",
                quarantine.name,
                request.values("principals").join(", ")
            ),
            frees: String::new(),
        };
        Ok(Change {
            before: vec![Read::new("policies", list())],
            writes: vec![
                Write::new(organizations(account, "CreatePolicy", create))
                    .fine_if("DuplicatePolicyException"),
            ],
            after: vec![Read::new("policies-after", list())],
            verified_by: vec![was("policies-after", Test::Present)],
            undo: vec![
                Write::new(organizations(account, "DeletePolicy", [("PolicyId", id)]))
                    .when(was("policies", Test::Absent))
                    .when(was("policies-after", Test::Present))
                    .fine_if("PolicyNotFoundException"),
            ],
            restores: vec![Restored::new("policies", policy().then("Name"))],
            reversibility: Reversibility::Exact,
            ..bare(summary, request, Wave::Organization)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ScpQuarantineCreate;
    use crate::account::Account;
    use crate::action::ActionRequest;
    use crate::actions::example::{account, change, refusal, request_named, told};

    fn organization(status: &str) -> Account {
        let types = json!([{"Type": "SERVICE_CONTROL_POLICY", "Status": status}]);
        account([(
            "organizations",
            "ListRoots",
            json!({}),
            json!({"Roots": [{"Id": "r-1", "PolicyTypes": types}]}),
        )])
    }

    fn against(principals: &[&str]) -> ActionRequest {
        let words = principals.iter().map(|&word| word.to_owned());
        request_named("service-control-policy", "StanchQuarantine").with("principals", words)
    }

    #[test]
    fn the_policy_names_whom_it_denies_and_whom_it_spares() {
        let request = against(&[
            "arn:aws:sts::444455556666:federated-user/*",
            "arn:aws:iam::444455556666:user/mallory",
        ])
        .with(
            "exempt",
            ["arn:aws:iam::444455556666:role/break-glass".to_owned()],
        );
        insta::assert_snapshot!(told(&change(&ScpQuarantineCreate, &request, &organization("ENABLED"))), @r#"
        Create service control policy StanchQuarantine-386f44e71c4f, which denies everything to arn:aws:sts::444455556666:federated-user/*, arn:aws:iam::444455556666:user/mallory
        before policies: us-east-1 organizations ListPolicies {"Filter":"SERVICE_CONTROL_POLICY"}
        do us-east-1 organizations CreatePolicy {"Content":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"StanchQuarantine\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"ArnLike\":{\"aws:PrincipalArn\":[\"arn:aws:iam::444455556666:user/mallory\",\"arn:aws:sts::444455556666:federated-user/*\"]},\"ArnNotLike\":{\"aws:PrincipalArn\":[\"arn:aws:iam::444455556666:role/break-glass\"]}}}]}","Description":"Incident response: quarantine","Name":"StanchQuarantine-386f44e71c4f","Type":"SERVICE_CONTROL_POLICY"} fine DuplicatePolicyException
        after policies-after: us-east-1 organizations ListPolicies {"Filter":"SERVICE_CONTROL_POLICY"}
        holds policies-after .Policies[](Name=StanchQuarantine-386f44e71c4f) "present"
        undo us-east-1 organizations DeletePolicy {"PolicyId":"<policies-after .Policies[](Name=StanchQuarantine-386f44e71c4f).Id>"} when policies .Policies[](Name=StanchQuarantine-386f44e71c4f) "absent" when policies-after .Policies[](Name=StanchQuarantine-386f44e71c4f) "present" fine PolicyNotFoundException
        restores policies .Policies[](Name=StanchQuarantine-386f44e71c4f).Name
        "#);
    }

    #[test]
    fn the_order_of_words_makes_no_other_policy_and_other_words_do() {
        let name = |principals: &[&str]| {
            let change = change(
                &ScpQuarantineCreate,
                &against(principals),
                &organization("ENABLED"),
            );
            let sent = crate::actions::example::params(&change.writes[0].call);
            sent["Name"].as_str().unwrap().to_owned()
        };
        let (one, other) = (
            "arn:aws:iam::444455556666:user/a",
            "arn:aws:iam::444455556666:user/b",
        );
        assert_eq!(name(&[one, other]), name(&[other, one, one]));
        assert_ne!(name(&[one]), name(&[other]));
    }

    #[test]
    fn what_would_deny_more_than_it_says_is_refused() {
        for hostile in [
            "*",
            "arn:aws:iam::*:user/x",
            "arn:aws:iam::444455556666:role/${a}",
            "arn:*:federated-user/*",
            "arn:aws:sts::444455556666:assumed-role/ci/run-1",
        ] {
            let why = refusal(
                &ScpQuarantineCreate,
                &against(&[hostile]),
                &organization("ENABLED"),
            );
            assert!(why.contains("is not the ARN of a user"), "{why}");
        }
        refusal(&ScpQuarantineCreate, &against(&[]), &organization("ENABLED"));
    }

    #[test]
    fn too_many_principals_are_to_be_divided() {
        let many: Vec<String> = (0..150)
            .map(|number| format!("arn:aws:iam::444455556666:user/somebody-{number}"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let why = refusal(&ScpQuarantineCreate, &against(&many), &organization("ENABLED"));
        assert!(why.contains("divide them"), "{why}");
    }

    #[test]
    fn an_organisation_that_takes_no_such_policies_or_was_not_read_is_left() {
        let request = against(&["arn:aws:iam::444455556666:user/mallory"]);
        let why = refusal(&ScpQuarantineCreate, &request, &organization("PENDING_ENABLE"));
        assert!(why.contains("not enabled"), "{why}");
        let why = refusal(&ScpQuarantineCreate, &request, &account([]));
        assert!(why.contains("not collected"), "{why}");
    }
}
