//! The management account and the limits of service control policies: no effect on the management account, 5,120 characters, five
//! on one target (AWS, "Quotas for AWS Organizations", "SCP effects on permissions").
//!
//! It must not change the plan.

use std::collections::BTreeSet;

use serde_json::Value;
use stanch_core::Plan;
use stanch_core::plan::Step;

use crate::lint::context::literal;
use crate::lint::{Complaint, LintContext, refuse, warn};

const CHARACTERS: usize = 5_120;
const ON_ONE_TARGET: usize = 5;

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let is_above = |step: &&Step| {
        step.change
            .writes
            .iter()
            .any(|write| write.call.service.as_str() == "organizations")
    };
    let mut said = Vec::new();
    for step in plan.steps.iter().filter(is_above) {
        said.extend(by_account(step, plan, context));
        said.extend(by_size(step));
    }
    said
}

fn by_size(step: &Step) -> Option<Complaint> {
    let contents = step
        .change
        .writes
        .iter()
        .filter_map(|write| literal(&write.call.params, "Content"));
    let count = contents.map(|content| content.chars().count()).max()?;
    let what = format!("the policy has {count} characters, and {CHARACTERS} is the most");
    (count > CHARACTERS).then(|| refuse(Some(step.number), what, "name fewer principals at once"))
}

fn by_account(step: &Step, plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let number = Some(step.number);
    let mut said = Vec::new();
    if is_management(plan, context) {
        let what = format!(
            "account {} is the management account: no service control policy limits it",
            plan.account
        );
        said.push(refuse(
            number,
            what,
            "plan again: its identities are denied in IAM alone",
        ));
    }
    let mut writes = step.change.writes.iter();
    let attaches = writes.any(|write| write.call.operation.as_str() == "AttachPolicy");
    let known = attached(plan, context).len();
    if attaches && known >= ON_ONE_TARGET {
        let what = format!(
            "{known} service control policies are attached to account {} already, which is the most",
            plan.account
        );
        let next = "detach one that others stand in for, or attach to the organizational unit by hand";
        said.push(refuse(number, what, next));
    }
    if !context.account.is_known("organizations", "DescribeOrganization") {
        let what =
            "the organization was not read: whether the policy can have an effect is not known".to_owned();
        let next = "collect the organization with credentials of its management account";
        said.push(warn(number, what, next));
    }
    said
}

fn is_management(plan: &Plan, context: &LintContext<'_>) -> bool {
    let items = context
        .account
        .items("organizations", "DescribeOrganization", "Organization");
    items
        .iter()
        .any(|item| item.text("MasterAccountId") == plan.account.as_str())
}

/// Policies whose targets include the account.
fn attached(plan: &Plan, context: &LintContext<'_>) -> BTreeSet<String> {
    let policies = context
        .account
        .items("organizations", "ListPolicies", "Policies[]");
    let is_control = |id: &str| {
        policies.iter().any(|policy| {
            policy.text("Id") == id
                && policy.value.get("Type").and_then(Value::as_str) == Some("SERVICE_CONTROL_POLICY")
        })
    };
    let targets = context
        .account
        .items("organizations", "ListTargetsForPolicy", "Targets[]");
    targets
        .iter()
        .filter(|target| {
            target.text("TargetId") == plan.account.as_str() && is_control(target.asked("PolicyId"))
        })
        .map(|target| target.asked("PolicyId").to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    use serde_json::json;
    use stanch_core::plan::Param;

    use crate::lint::sample::{ACCOUNT, Sample, reading, step};

    fn above(content: String, manager: &str) -> Sample {
        let mut sample = sample();
        let mut above = step(2, "user-deny", "iam-user", "mallory");
        let call = &mut above.change.writes[0].call;
        (call.service, call.operation) = ("organizations".into(), "AttachPolicy".into());
        call.params = Param::object([("Content", Param::literal(content))]);
        sample.plan.steps.push(above);
        let organization = json!({"Organization": {"Id": "o-1", "MasterAccountId": manager}});
        sample
            .readings
            .push(reading("organizations", "DescribeOrganization", organization));
        sample
    }

    #[test]
    fn the_management_account_and_long_policies_are_refused() {
        assert_eq!(above(String::new(), "444455556666").said(), []);
        assert_eq!(
            above(String::new(), ACCOUNT).said(),
            [("organization-limits", Weight::Refuse)]
        );
        assert_eq!(
            above("x".repeat(5_121), "444455556666").said(),
            [("organization-limits", Weight::Refuse)]
        );
        assert_eq!(above("x".repeat(5_120), "444455556666").said(), []);
    }

    #[test]
    fn the_sixth_policy_is_refused() {
        let mut sample = above(String::new(), "444455556666");
        for place in 0..5 {
            let id = format!("p-{place}");
            let policy = json!({"Policies": [{"Id": id, "Type": "SERVICE_CONTROL_POLICY"}]});
            let mut list = reading("organizations", "ListPolicies", policy);
            list.params = json!({"Filter": "SERVICE_CONTROL_POLICY", "Place": place});
            let mut targets = reading(
                "organizations",
                "ListTargetsForPolicy",
                json!({"Targets": [{"TargetId": ACCOUNT}]}),
            );
            targets.params = json!({"PolicyId": id});
            sample.readings.extend([list, targets]);
            let expected: &[_] = if place < 4 {
                &[]
            } else {
                &[("organization-limits", Weight::Refuse)]
            };
            assert_eq!(sample.said(), expected, "{place}");
        }
    }

    #[test]
    fn an_organization_that_was_not_read_is_not_taken_for_none() {
        let mut sample = above(String::new(), "444455556666");
        sample.readings.pop();
        assert_eq!(sample.said(), [("organization-limits", Weight::Warn)]);
    }
}
