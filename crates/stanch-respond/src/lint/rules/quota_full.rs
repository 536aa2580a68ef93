//! Full quotas: an inline policy that no longer fits, or no free place for a managed one (AWS, "IAM and AWS STS quotas": inline
//! policies of a user hold 2,048 characters, of a role 10,240, without white space; ten managed policies can be attached).
//!
//! It must not change the plan.

use serde_json::Value;
use stanch_core::Plan;
use stanch_core::plan::{Order, Step};

use crate::lint::context::{literal, named};
use crate::lint::{Complaint, LintContext, warn};

const MANAGED: usize = 10;

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let mut said = Vec::new();
    for step in &plan.steps {
        for write in &step.change.writes {
            let params = &write.call.params;
            let (list, member, most) = match write.call.operation.as_str() {
                "PutUserPolicy" | "AttachUserPolicy" => ("UserDetailList[]", "UserName", 2_048),
                "PutRolePolicy" | "AttachRolePolicy" => ("RoleDetailList[]", "RoleName", 10_240),
                _ => continue,
            };
            let place = ("iam", "GetAccountAuthorizationDetails", list);
            let Some(name) = literal(params, member) else {
                continue;
            };
            let Some(found) = context.account.named(place, member, name) else {
                continue;
            };
            let is_inline = write.call.operation.as_str().starts_with("Put");
            let own = literal(params, "PolicyName").unwrap_or_default();
            let what = if is_inline {
                let used = inline(found.value, own);
                let needed = literal(params, "PolicyDocument").map_or(200, length);
                (used + needed > most).then(|| {
                    format!(
                        "{used} of {most} characters of inline policies are used, and {needed} more don't fit"
                    )
                })
            } else {
                let count = found
                    .value
                    .get("AttachedManagedPolicies")
                    .and_then(Value::as_array)
                    .map_or(0, Vec::len);
                (count >= MANAGED).then(|| format!("{count} managed policies are attached, and {MANAGED} are the most unless the quota was raised"))
            };
            said.extend(what.map(|what| weighed(plan, step, &what)));
        }
    }
    said
}

/// A step that another stands in for may fail.
fn weighed(plan: &Plan, step: &Step, what: &str) -> Complaint {
    let stands_in = plan.steps.iter().find(|other| {
        let mut after = other.after.iter();
        after.any(|after| after.step == step.number && after.order == Order::Instead)
    });
    let beside = plan.steps.iter().find(|other| {
        other.change.target.id == step.change.target.id && other.change.action.ends_with("-boundary")
    });
    let what = format!("{}: {what}", named(step));
    match stands_in.or(beside) {
        Some(other) => warn(
            Some(step.number),
            what,
            &format!(
                "it will fail; step {} does the same in another place",
                other.number
            ),
        ),
        None => warn(
            Some(step.number),
            what,
            "AWS will refuse this step, and the others are carried out: make room, or detach a policy, and plan again",
        ),
    }
}

/// Characters of inline policies, but for the one that would be replaced.
fn inline(value: &Value, own: &str) -> usize {
    let lists = ["UserPolicyList", "RolePolicyList"]
        .iter()
        .filter_map(|list| value.get(list)?.as_array());
    let others = lists
        .flatten()
        .filter(|policy| policy.get("PolicyName").and_then(Value::as_str) != Some(own));
    let documents = others.filter_map(|policy| policy.get("PolicyDocument"));
    documents
        .map(|document| {
            document
                .as_str()
                .map_or_else(|| length(&document.to_string()), length)
        })
        .sum()
}

fn length(text: &str) -> usize {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    use serde_json::json;
    use stanch_core::plan::{Dependency, StepNumber};

    use crate::lint::sample::{reading, step};

    #[test]
    fn a_full_quota_costs_one_step_and_never_the_plan() {
        let mut sample = sample();
        let big = json!({"Statement": [{"Sid": "x".repeat(2_000)}]});
        let user =
            json!({"UserName": "mallory", "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": big}]});
        let body = json!({"UserDetailList": [user]});
        sample
            .readings
            .push(reading("iam", "GetAccountAuthorizationDetails", body));
        assert_eq!(sample.said(), [("quota-full", Weight::Warn)]);
        let mut other = step(2, "role-sessions-revoke", "iam-role", "x");
        other.after = vec![Dependency {
            step: StepNumber(1),
            order: Order::Instead,
        }];
        sample.plan.steps.push(other);
        assert_eq!(sample.said(), [("quota-full", Weight::Warn)]);
    }

    #[test]
    fn there_is_room_where_there_is() {
        let mut sample = sample();
        let small = json!({"Statement": [{"Sid": "x".repeat(1_500)}]});
        let user =
            json!({"UserName": "mallory", "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": small}]});
        sample.readings.push(reading(
            "iam",
            "GetAccountAuthorizationDetails",
            json!({"UserDetailList": [user]}),
        ));
        assert_eq!(sample.said(), []);
    }
}
