//! Service-linked roles and those of IAM Identity Center: IAM refuses to change them, or AWS puts them back.
//!
//! It must not change the plan.

use stanch_core::Plan;
use stanch_core::arn::{PrincipalArn, is_reserved_sso_role, is_service_linked_role};
use stanch_core::text::shown;

use crate::lint::context::touched;
use crate::lint::{Complaint, LintContext, refuse};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let place = ("iam", "GetAccountAuthorizationDetails", "RoleDetailList[]");
    let mut said = Vec::new();
    for step in &plan.steps {
        for arn in touched(step, plan) {
            let name = PrincipalArn::parse(&arn).map_or("", |parts| parts.name);
            let read = context.account.named(place, "RoleName", name);
            let (full, is_known) = read.map_or((arn.as_str(), false), |role| (role.text("Arn"), true));
            if is_service_linked_role(full, is_known) {
                let what = format!(
                    "{} is a service-linked role: nobody can change it",
                    shown(name, 120)
                );
                said.push(refuse(Some(step.number), what, "stop what makes its service act"));
            } else if is_reserved_sso_role(full, is_known) {
                let what = format!(
                    "{} is a role of IAM Identity Center, which restores it",
                    shown(name, 120)
                );
                said.push(refuse(
                    Some(step.number),
                    what,
                    "deny in its permission set, or remove the assignment",
                ));
            }
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    use serde_json::json;

    use crate::lint::sample::{arn, reading, step};

    #[test]
    fn roles_of_aws_are_refused_and_impostors_are_not() {
        for name in [
            "AWSServiceRoleForSupport",
            "AWSReservedSSO_Admin_0123456789abcdef",
        ] {
            let mut sample = sample();
            sample
                .plan
                .steps
                .push(step(2, "role-sessions-revoke", "iam-role", name));
            assert_eq!(sample.said(), [("roles-of-aws", Weight::Refuse)]);
            let role = json!({"RoleName": name, "Arn": arn("role", name)});
            let body = json!({"RoleDetailList": [role]});
            sample
                .readings
                .push(reading("iam", "GetAccountAuthorizationDetails", body));
            assert_eq!(sample.said(), [], "{name} lies at another path than AWS's own");
        }
    }
}
