//! Denies named principals to assume an IAM role; other principals that it trusts keep using it.
//!
//! A Deny is added and nothing is removed: the statement that allows a principal may be about its whole account, which others need. Users
//! and roles are named by a condition on `aws:PrincipalArn` and not as `Principal`: IAM would turn a name there into a unique id, refuse it
//! once the principal is deleted, and allow a new principal of the same name.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Form, Param, Path, Read, Restored, Test, Wave, Write};

use super::identities::{changeable_role, role};
use super::parts::{document, iam, text};
use super::shapes::{Summary, bare};
use super::statements::{is_account, is_principal, with_statement, without_deleted, without_ids};
use crate::about::{About, Listing, Parameter, Scope, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct TrustPolicyTighten;

/// Limit of characters of a trust policy with a raised quota; 2,048 by default.
const MOST: usize = 8192;

static ABOUT: About = About {
    name: "trust-policy-tighten",
    does: "Deny named principals to assume an IAM role.",
    targets: &["iam-role"],
    parameters: &[Parameter::required_list(
        "principals",
        "ARNs of users, roles, sessions and identity providers, ids of other accounts, names of services",
    )],
    notes: "Ends new sessions, not open ones: also use role-sessions-revoke. The principals can still use another principal that the role \
            trusts. A service that is denied can't use the role for anyone in the account.",
    answers: &[
        by_call("iam", "UpdateAssumeRolePolicy"),
        by_check("role-trusts-any-token", "iam-role"),
        by_check("role-trusts-external", "iam-role"),
    ],
    listing: Some(
        &Listing::new(
            ("iam", "GetAccountAuthorizationDetails", "RoleDetailList[]"),
            "Arn",
            "RoleName",
        )
        .also("RoleId")
        .global(),
    ),
    scope: Scope::TrustedPrincipals(&["role-trusts-external", "role-trusts-any-token"]),
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
        "https://aws.amazon.com/blogs/security/how-to-use-trust-policies-with-iam-roles/",
    ],
    ..About::EMPTY
};

impl Action for TrustPolicyTighten {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let name = changeable_role(request, account)?;
        let old = trust_policy(account, name)?;
        let (saved, deleted) = without_deleted(&old);
        let new = tightened(&saved, request.values("principals"), account)?;
        let get = || iam(account, "GetRole", [("RoleName", text(name))]);
        let set = |by| {
            let params = [("RoleName", text(name)), ("PolicyDocument", by)];
            Write::new(iam(account, "UpdateAssumeRolePolicy", params))
        };
        let trust = || Path::of("Role.AssumeRolePolicyDocument");
        let denied = request.values("principals").join(", ");
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny {denied} to assume role {name}"),
            frees: format!("{denied} can assume role {name} again"),
        };
        let change = Change {
            before: vec![Read::new("role", get())],
            requires: vec![Expectation::new("role", trust(), Test::Is(old))],
            writes: vec![set(document(&new))],
            after: vec![Read::new("role-after", get())],
            verified_by: vec![Expectation::new("role-after", trust(), Test::Is(new))],
            undo: vec![set(Param::from_reply("role", trust(), Form::Document))],
            restores: vec![Restored::new("role", trust())],
            ..bare(summary, request, Wave::WayBack)
        };
        if deleted.is_empty() {
            return Ok(change);
        }
        Ok(Change {
            undo: vec![set(document(&saved))],
            restores: Vec::new(),
            reversibility: without_ids(&deleted),
            ..change
        })
    }
}

/// Returns the trust policy of a role as collected.
fn trust_policy(account: &Account, name: &str) -> Result<Value, Unplannable> {
    let unread = || Unplannable::new(format!("the trust policy of role {name} was not collected"));
    let found = role(account, name).ok_or_else(unread)?;
    match found.value.get("AssumeRolePolicyDocument") {
        Some(Value::String(written)) => serde_json::from_str(written).map_err(|_| unread()),
        Some(read @ Value::Object(_)) => Ok(read.clone()),
        _ => Err(unread()),
    }
}

/// Returns the trust policy with a Deny for these principals.
fn tightened(old: &Value, principals: &[String], account: &Account) -> Result<Value, Unplannable> {
    let mut denied = Denied::default();
    for principal in principals {
        denied.add(principal, old, account)?;
    }
    let mut new = old.clone();
    for statement in denied.statements() {
        new = with_statement(&new, statement)
            .ok_or_else(|| Unplannable::new("the trust policy has no statements"))?;
    }
    if &new == old && principals.is_empty() {
        return Err(Unplannable::new("no principals to deny are named"));
    }
    let length = new.to_string().chars().count();
    if length > MOST {
        return Err(Unplannable::new(format!(
            "the trust policy would have {length} characters, and the limit is {MOST}; revoke the sessions of the role, or deny it"
        )));
    }
    Ok(new)
}

/// Principals to deny, by the way in which a policy can name them.
#[derive(Debug, Default)]
struct Denied {
    arns: Vec<String>,
    accounts: Vec<String>,
    sessions: Vec<String>,
    services: Vec<String>,
    saml: Vec<String>,
    tokens: Vec<String>,
}

impl Denied {
    fn add(&mut self, principal: &str, trust: &Value, account: &Account) -> Result<(), Unplannable> {
        let own = |number: &str| number == account.id.0;
        let number = account_number(principal);
        let list = match number {
            Some(number) if own(number) => {
                return Err(Unplannable::new(format!(
                    "{principal} means everyone in this account, the responder too; name users and roles"
                )));
            }
            Some(number) => {
                push(&mut self.accounts, number);
                return Ok(());
            }
            None if principal.contains(":saml-provider/") => &mut self.saml,
            None if principal.contains(":oidc-provider/") => &mut self.tokens,
            None if principal.contains(":assumed-role/") => &mut self.sessions,
            None if principal.starts_with("arn:") => &mut self.arns,
            None if is_named(trust, "Service", principal) => &mut self.services,
            None if is_named(trust, "Federated", principal) => &mut self.tokens,
            None => {
                return Err(Unplannable::new(format!(
                    "{principal} is neither an ARN nor an account id nor named in the trust policy; a unique id there belongs to a \
                     deleted principal, which can't assume the role"
                )));
            }
        };
        if principal.starts_with("arn:") && !is_principal(principal) {
            return Err(Unplannable::new(format!(
                "{principal} is not the ARN of one principal; a condition would match more"
            )));
        }
        push(list, principal);
        Ok(())
    }

    fn statements(self) -> Vec<Value> {
        let everybody = json!({"AWS": "*"});
        let deny = |principal: Value, action: &str| json!({"Effect": "Deny", "Principal": principal, "Action": action});
        let under = |mut statement: Value, condition: Value| {
            if let Some(members) = statement.as_object_mut() {
                members.insert("Condition".to_owned(), condition);
            }
            statement
        };
        let assume = "sts:AssumeRole";
        let mut all = Vec::new();
        if !self.arns.is_empty() {
            let condition = json!({"ArnEquals": {"aws:PrincipalArn": self.arns}});
            all.push(under(deny(everybody.clone(), assume), condition));
        }
        if !self.accounts.is_empty() {
            let condition = json!({"StringEquals": {"aws:PrincipalAccount": self.accounts}});
            all.push(under(deny(everybody, assume), condition));
        }
        if !self.sessions.is_empty() {
            all.push(deny(json!({"AWS": self.sessions}), assume));
        }
        if !self.services.is_empty() {
            all.push(deny(json!({"Service": self.services}), assume));
        }
        if !self.saml.is_empty() {
            all.push(deny(json!({"Federated": self.saml}), "sts:AssumeRoleWithSAML"));
        }
        if !self.tokens.is_empty() {
            all.push(deny(
                json!({"Federated": self.tokens}),
                "sts:AssumeRoleWithWebIdentity",
            ));
        }
        all
    }
}

fn push(list: &mut Vec<String>, word: &str) {
    if let Err(place) = list.binary_search_by(|one| one.as_str().cmp(word)) {
        list.insert(place, word.to_owned());
    }
}

/// Returns the account that a principal names as a whole: `111122223333` or `arn:aws:iam::111122223333:root`.
fn account_number(principal: &str) -> Option<&str> {
    let number = match principal.strip_suffix(":root") {
        Some(rest) => rest.rsplit(':').next()?,
        None => principal,
    };
    is_account(number).then_some(number)
}

/// Returns true when a trust policy names a principal under a kind.
fn is_named(trust: &Value, kind: &str, principal: &str) -> bool {
    let statements = match trust.get("Statement") {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    statements.iter().any(|statement| {
        let named = statement
            .get("Principal")
            .and_then(|principals| principals.get(kind));
        match named {
            Some(Value::Array(list)) => list.iter().any(|one| one == principal),
            Some(one) => one == principal,
            None => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::TrustPolicyTighten;
    use crate::action::ActionRequest;
    use crate::actions::example::{account, account_with_role, change, params, refusal, request_named, told};

    const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root", "Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]},
        "Action": "sts:AssumeRole"}}"#;

    fn trust() -> Value {
        serde_json::from_str(TRUST).unwrap()
    }

    fn closed_to(principals: &[&str]) -> ActionRequest {
        let words = principals.iter().map(|&word| word.to_owned());
        request_named("iam-role", "deploy").with("principals", words)
    }

    fn new_trust(principals: &[&str], old: &Value) -> Value {
        let account = account_with_role("deploy", "/", old);
        let change = change(&TrustPolicyTighten, &closed_to(principals), &account);
        let sent = params(&change.writes[0].call);
        serde_json::from_str(sent["PolicyDocument"].as_str().unwrap()).unwrap()
    }

    #[test]
    fn a_deny_is_added_and_everything_else_stays() {
        let account = account_with_role("deploy", "/", &trust());
        let request = closed_to(&["arn:aws:iam::111122223333:user/mallory"]);
        insta::assert_snapshot!(told(&change(&TrustPolicyTighten, &request, &account)), @r#"
        Deny arn:aws:iam::111122223333:user/mallory to assume role deploy
        before role: us-east-1 iam GetRole {"RoleName":"deploy"}
        requires role .Role.AssumeRolePolicyDocument {"is":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root","Service":["lambda.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}}}
        do us-east-1 iam UpdateAssumeRolePolicy {"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\",\"Service\":[\"lambda.amazonaws.com\",\"ec2.amazonaws.com\"]},\"Action\":\"sts:AssumeRole\"},{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"sts:AssumeRole\",\"Condition\":{\"ArnEquals\":{\"aws:PrincipalArn\":[\"arn:aws:iam::111122223333:user/mallory\"]}},\"Sid\":\"Stanch87268d06\"}]}","RoleName":"deploy"}
        after role-after: us-east-1 iam GetRole {"RoleName":"deploy"}
        holds role-after .Role.AssumeRolePolicyDocument {"is":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root","Service":["lambda.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::111122223333:user/mallory"]}},"Sid":"Stanch87268d06"}]}}
        undo us-east-1 iam UpdateAssumeRolePolicy {"PolicyDocument":"<role .Role.AssumeRolePolicyDocument as text>","RoleName":"deploy"}
        restores role .Role.AssumeRolePolicyDocument
        "#);
    }

    #[test]
    fn each_kind_of_principal_is_named_in_its_own_way() {
        let new = new_trust(
            &[
                "999988887777",
                "arn:aws:iam::555566667777:root",
                "arn:aws:iam::111122223333:role/x/y",
                "arn:aws:sts::111122223333:assumed-role/ci/run-1",
                "lambda.amazonaws.com",
                "arn:aws:iam::111122223333:saml-provider/Okta",
                "arn:aws:iam::111122223333:oidc-provider/token.example.com",
            ],
            &trust(),
        );
        let statements = new["Statement"].as_array().unwrap();
        let lines: Vec<String> = statements.iter().map(Value::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root","Service":["lambda.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}
        {"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/x/y"]}},"Sid":"Stanchb6850a0b"}
        {"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalAccount":["555566667777","999988887777"]}},"Sid":"Stanch59f7c5d0"}
        {"Effect":"Deny","Principal":{"AWS":["arn:aws:sts::111122223333:assumed-role/ci/run-1"]},"Action":"sts:AssumeRole","Sid":"Stanch04fdc5c3"}
        {"Effect":"Deny","Principal":{"Service":["lambda.amazonaws.com"]},"Action":"sts:AssumeRole","Sid":"Stancha38834e8"}
        {"Effect":"Deny","Principal":{"Federated":["arn:aws:iam::111122223333:saml-provider/Okta"]},"Action":"sts:AssumeRoleWithSAML","Sid":"Stanch69280cf2"}
        {"Effect":"Deny","Principal":{"Federated":["arn:aws:iam::111122223333:oidc-provider/token.example.com"]},"Action":"sts:AssumeRoleWithWebIdentity","Sid":"Stanch38926908"}
        "#);
    }

    #[test]
    fn closing_it_twice_changes_nothing_and_another_principal_is_added() {
        let mallory = "arn:aws:iam::111122223333:user/mallory";
        let once = new_trust(&[mallory], &trust());
        assert_eq!(new_trust(&[mallory, mallory], &once), once);
        let twice = new_trust(&["arn:aws:iam::111122223333:user/trudy"], &once);
        let sids: Vec<_> = twice["Statement"].as_array().unwrap()[1..]
            .iter()
            .map(|statement| statement["Sid"].clone())
            .collect();
        assert!(sids.len() == 2 && sids[0] != sids[1]);
    }

    #[test]
    fn nothing_that_shuts_out_everybody_is_planned() {
        let account = account_with_role("deploy", "/", &trust());
        let hostile = [
            "111122223333",
            "arn:aws:iam::111122223333:root",
            "*",
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::111122223333:user/${aws:username}",
            "AROAEXAMPLE",
            "s3.amazonaws.com",
        ];
        for principal in hostile {
            refusal(&TrustPolicyTighten, &closed_to(&[principal]), &account);
        }
        refusal(&TrustPolicyTighten, &closed_to(&[]), &account);
    }

    #[test]
    fn a_trust_policy_that_was_not_read_or_belongs_to_aws_is_left() {
        let request = closed_to(&["999988887777"]);
        let why = refusal(&TrustPolicyTighten, &request, &account([]));
        assert!(why.contains("was not collected"), "{why}");
        let unread = account_with_role("deploy", "/", &json!(null));
        refusal(&TrustPolicyTighten, &request, &unread);
        let service = account_with_role("deploy", "/aws-service-role/x.amazonaws.com/", &trust());
        let why = refusal(&TrustPolicyTighten, &request, &service);
        assert!(why.contains("is a service-linked role"), "{why}");
    }
}
