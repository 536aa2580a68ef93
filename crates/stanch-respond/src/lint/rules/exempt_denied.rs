//! Denies an exempt principal by a policy document that the plan writes: every document is evaluated as AWS does, for each of them.
//!
//! It must not change the plan.

use serde_json::{Value, json};
use stanch_core::Plan;
use stanch_core::arn::{PrincipalArn, PrincipalKind, one_name};
use stanch_core::plan::{Param, Step, Test};
use stanch_core::text::shown;
use stanch_iam::{Caller, Context, Decision, Guard, OnResource, Policies, Policy, Request, Target, evaluate};

use crate::lint::context::named;
use crate::lint::{Complaint, LintContext, refuse};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let callers: Vec<(String, Caller)> = context
        .exempt(plan)
        .iter()
        .filter_map(|arn| Some((arn.clone(), caller(arn, context)?)))
        .collect();
    let mut said = Vec::new();
    for step in &plan.steps {
        let denies = new_denies(step);
        for (arn, caller) in &callers {
            let mut denying = denies.iter();
            if let Some(action) = denying.find_map(|denied| denied.denies(caller, plan)) {
                said.push(refuse(
                    Some(step.number),
                    format!(
                        "{} writes a policy that denies {} to {}, which is you, what your credentials are derived from, or a \
                         break-glass principal",
                        named(step),
                        shown(&action, 80),
                        shown(arn, 160)
                    ),
                    "collect the account's identities again, so that their ARNs are known, and plan again",
                ));
            }
        }
    }
    said
}

/// Returns the caller that an exempt principal is, with its path as the account shows it.
fn caller(arn: &str, context: &LintContext<'_>) -> Option<Caller> {
    let parts = PrincipalArn::parse(arn)?;
    let full = |list: &str| {
        let items = context
            .account
            .items("iam", "GetAccountAuthorizationDetails", list);
        let found = items.iter().find(|item| one_name(item.text("Arn")) == arn);
        found.map_or(arn, |item| item.text("Arn")).to_owned()
    };
    match parts.kind {
        PrincipalKind::User => Some(Caller::user(&full("UserDetailList[]"))),
        PrincipalKind::Role => {
            let session = format!(
                "arn:{}:sts::{}:assumed-role/{}/exempt",
                parts.partition, parts.account, parts.name
            );
            Some(Caller::session(&full("RoleDetailList[]"), &session))
        }
        PrincipalKind::Root => Some(Caller::root(parts.account, parts.partition)),
        PrincipalKind::FederatedUser => None,
    }
}

/// Statements that deny and that a step adds to a policy.
struct Denies {
    statements: Vec<Value>,
    /// True for a policy of the organization, false for one of a resource.
    is_from_above: bool,
}

/// Returns the statements that deny in each document that a step writes and that did not stand there before. Documents on a user
/// or role itself concern nobody else.
fn new_denies(step: &Step) -> Vec<Denies> {
    let is_old = |statement: &Value| {
        let mut tests = step.change.requires.iter().map(|expectation| &expectation.test);
        tests.any(|test| matches!(test, Test::Is(document) if statements(document).contains(statement)))
    };
    let mut all = Vec::new();
    for write in &step.change.writes {
        let call = &write.call;
        let is_own = call.service.as_str() == "iam" && call.operation.as_str() != "UpdateAssumeRolePolicy";
        if is_own {
            continue;
        }
        texts(&call.params, &mut |text| {
            let document = Value::String(text.to_owned());
            let mut new = statements(&document);
            new.retain(|statement| statement.get("Effect") == Some(&json!("Deny")) && !is_old(statement));
            if !new.is_empty() {
                all.push(Denies {
                    statements: new,
                    is_from_above: call.service.as_str() == "organizations",
                });
            }
        });
    }
    all
}

impl Denies {
    /// Returns an action that the document denies to a caller for certain.
    fn denies(&self, caller: &Caller, plan: &Plan) -> Option<String> {
        let document = json!({"Version": "2012-10-17", "Statement": self.statements});
        let policy = Policy::parse(&document)?;
        let all = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
        let everything = Policy::parse(&all)?;
        let identity = if caller.issuer.is_none() && caller.arn.ends_with(":root") {
            Vec::new()
        } else {
            vec![everything.clone()]
        };
        let principal = caller.issuer.clone().unwrap_or_else(|| caller.arn.clone());
        let mut policies = Policies {
            identity,
            ..Policies::default()
        };
        if self.is_from_above {
            policies.service_control = Guard::Levels(vec![vec![everything, policy]]);
        } else {
            policies.resource = OnResource::Policy(policy);
        }
        let words = |member: &str| -> Vec<String> {
            let mut words = Vec::new();
            for statement in &self.statements {
                match statement.get(member) {
                    Some(Value::String(one)) => words.push(one.replace('*', "x")),
                    Some(Value::Array(many)) => {
                        words.extend(
                            many.iter()
                                .filter_map(Value::as_str)
                                .map(|one| one.replace('*', "x")),
                        );
                    }
                    _ => {}
                }
            }
            words
        };
        let actions = words("Action").into_iter().map(|action| {
            if action == "x" {
                "s3:GetObject".to_owned()
            } else {
                action
            }
        });
        let resources = words("Resource");
        let resource = resources.first().map_or("*", String::as_str);
        let resource = if resource == "x" { "*" } else { resource };
        let context = Context::closed()
            .with("aws:PrincipalArn", &principal)
            .with("aws:PrincipalAccount", plan.account.as_str())
            .with("aws:PrincipalIsAWSService", "false");
        actions.into_iter().find(|action| {
            let request = Request {
                caller: caller.clone(),
                action: action.clone(),
                target: Target::This(resource.to_owned()),
                resource_account: plan.account.to_string(),
                context: context.clone(),
            };
            evaluate(&request, &policies) == Decision::ExplicitlyDenied
        })
    }
}

/// Returns the statements of a document, which may be JSON text.
fn statements(document: &Value) -> Vec<Value> {
    let parsed = document
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let document = parsed.as_ref().unwrap_or(document);
    match document.get("Statement") {
        Some(Value::Array(list)) => list.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

fn texts(param: &Param, see: &mut impl FnMut(&str)) {
    match param {
        Param::Literal(Value::String(text)) => see(text),
        Param::Object(members) => members.values().for_each(|param| texts(param, see)),
        Param::List(parts) => parts.iter().for_each(|param| texts(param, see)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use stanch_core::assessment::Resource;

    use super::*;
    use crate::action::ActionRequest;
    use crate::lint::Weight;
    use crate::lint::sample::{ACCOUNT, arn, reading, sample, step};

    /// Returns what the linter says of a bucket policy that exempts these ARNs.
    fn said(exempt: &[String], user_arn: &str) -> Vec<(&'static str, Weight)> {
        let mut sample = sample();
        sample.readings.push(reading(
            "iam",
            "GetAccountAuthorizationDetails",
            json!({"UserDetailList": [{"UserName": "glass", "Arn": user_arn}], "RoleDetailList": []}),
        ));
        let mut policy = reading("s3", "GetBucketPolicy", json!({"Policy": null}));
        policy.params = json!({"Bucket": "b"});
        let account = crate::account::Account::new(&ACCOUNT.into(), "aws", &"us-east-1".into(), [policy]);
        let target = Resource::new("bucket", "b", "b", &ACCOUNT.into(), &"us-east-1".into());
        let request = ActionRequest::new(target)
            .with("responder", [arn("role", "responder")])
            .with("exempt", exempt.to_vec());
        let action = crate::actions::named("bucket-policy-contain").unwrap();
        let mut planned = step(2, "user-deny", "iam-user", "mallory");
        planned.change = action.change(&request, &account).unwrap();
        sample.plan.steps.push(planned);
        sample.break_glass.push(arn("user", "glass"));
        let mut said = sample.said();
        said.retain(|(rule, _)| *rule == "exempt-denied");
        said
    }

    #[test]
    fn a_document_that_denies_an_exempt_principal_is_refused() {
        let others = [arn("role", "break-glass"), arn("role", "responder")];
        let with = |more: &str| {
            let mut all = others.to_vec();
            all.push(more.to_owned());
            all
        };
        let full = "arn:aws:iam::111122223333:user/emergency/glass";
        let plain = arn("user", "glass");
        assert_eq!(said(&with(full), full), []);
        assert_eq!(said(&with(&plain), &plain), []);
        let any_path = "arn:aws:iam::111122223333:user/*/glass";
        assert_eq!(said(&with(any_path), full), []);
        let refused = [("exempt-denied", Weight::Refuse)];
        assert_eq!(
            said(&with(&plain), full),
            refused,
            "the path is part of aws:PrincipalArn"
        );
        assert_eq!(said(&others, &plain), refused);
    }
}
