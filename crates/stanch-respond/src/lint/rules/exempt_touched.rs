//! Locks out the caller, what its credentials came out of, or a break-glass principal.
//!
//! It must not change the plan.

use serde_json::Value;
use stanch_core::Plan;
use stanch_core::arn::one_name;
use stanch_core::plan::{Param, Step};
use stanch_core::text::shown;

use crate::lint::context::{named, touched};
use crate::lint::{Complaint, LintContext, refuse};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let exempt = context.exempt(plan);
    let mut said = Vec::new();
    for step in &plan.steps {
        let mut whom = touched(step, plan);
        whom.push(one_name(&step.change.target.id));
        whom.extend(denied_from_above(step));
        whom.sort();
        whom.dedup();
        for arn in whom.iter().filter(|arn| exempt.contains(arn)) {
            said.push(refuse(
                Some(step.number),
                format!(
                    "{} would touch {}, which is you, what you came out of, or a break-glass principal",
                    named(step),
                    shown(arn, 160)
                ),
                "call with credentials from outside of what is to be contained, and plan again",
            ));
        }
    }
    said
}

/// Principals that a document of an organization's policy names as those it denies.
fn denied_from_above(step: &Step) -> Vec<String> {
    let writes = step
        .change
        .writes
        .iter()
        .filter(|write| write.call.service.as_str() == "organizations");
    let mut denied = Vec::new();
    for write in writes {
        texts(&write.call.params, &mut |text| {
            let document: Value = serde_json::from_str(text).unwrap_or(Value::Null);
            let statements = document.get("Statement").and_then(Value::as_array);
            for statement in statements.into_iter().flatten() {
                let conditions = ["ArnLike", "ArnEquals", "StringLike", "StringEquals"];
                let lists = conditions.iter().filter_map(|condition| {
                    statement
                        .get("Condition")?
                        .get(condition)?
                        .get("aws:PrincipalArn")
                });
                for list in lists {
                    let one = list.as_str().into_iter();
                    let many = list.as_array().into_iter().flatten().filter_map(Value::as_str);
                    denied.extend(one.chain(many).map(one_name));
                }
            }
        });
    }
    denied
}

fn texts(param: &Param, see: &mut impl FnMut(&str)) {
    match param {
        Param::Literal(Value::String(text)) => see(text),
        Param::Object(members) => members.values().for_each(|param| texts(param, see)),
        Param::List(parts) | Param::Text(parts) => parts.iter().for_each(|param| texts(param, see)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    use crate::lint::sample::{arn, step};

    #[test]
    fn nobody_who_is_exempt_is_touched() {
        for (action, kind, name) in [
            ("role-sessions-revoke", "iam-role", "responder"),
            ("role-sessions-revoke", "iam-role", "break-glass"),
        ] {
            let mut sample = sample();
            sample.plan.steps.push(step(2, action, kind, name));
            assert_eq!(sample.said(), [("exempt-touched", Weight::Refuse)], "{name}");
        }
        let mut sample = sample();
        sample.chain.push(arn("user", "mallory"));
        assert_eq!(sample.said(), [("exempt-touched", Weight::Refuse)]);
    }

    #[test]
    fn what_is_sent_counts_and_not_what_the_step_says() {
        let mut sample = sample();
        let mut hidden = step(2, "role-sessions-revoke", "iam-role", "responder");
        hidden.change.target.id = arn("role", "harmless");
        hidden.change.target.name = "harmless".to_owned();
        sample.plan.steps.push(hidden);
        assert_eq!(sample.said(), [("exempt-touched", Weight::Refuse)]);
    }

    #[test]
    fn a_policy_from_above_is_read() {
        let mut sample = sample();
        let document = serde_json::json!({"Statement": [{"Effect": "Deny", "Condition": {"ArnLike": {"aws:PrincipalArn": [arn("role", "ops/break-glass")]}}}]});
        let mut above = step(2, "user-deny", "iam-user", "mallory");
        let call = &mut above.change.writes[0].call;
        call.service = "organizations".into();
        call.params = stanch_core::plan::Param::object([(
            "Content",
            stanch_core::plan::Param::literal(document.to_string()),
        )]);
        sample.plan.steps.push(above);
        let organization = serde_json::json!({"Organization": {"MasterAccountId": "444455556666"}});
        let organization =
            crate::lint::sample::reading("organizations", "DescribeOrganization", organization);
        sample.readings.push(organization);
        assert_eq!(sample.said(), [("exempt-touched", Weight::Refuse)]);
    }
}
