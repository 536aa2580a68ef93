//! Principals that may assume a role by its trust policy.

use stanch_core::unique_id;

use super::condition::{Limits, narrows};
use super::document::{Policy, Statement};
use super::principals::{Party, party};

/// The answer, in the words of `stanch.trusts`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Kinds of parties, in a fixed order.
    pub words: Vec<&'static str>,
    /// Account numbers other than the role's own.
    pub accounts: Vec<String>,
}

const WORDS: [&str; 7] = [
    "anyone",
    "external-account",
    "same-account",
    "service",
    "saml",
    "oidc",
    "oidc-unconditioned",
];

impl Policy {
    /// Trusted principals, as seen from an account.
    #[must_use]
    pub fn trusts(&self, own_account: &str) -> Trust {
        let mut trust = Trust::default();
        let mut found: Vec<&'static str> = Vec::new();
        for statement in self.statements.iter().filter(|statement| statement.allows) {
            let limits = Limits::of(&statement.conditions);
            if statement.all_but_principals {
                found.push("anyone");
                continue;
            }
            for (kind, name) in &statement.principals {
                let word = match party(kind, name) {
                    Party::Anyone => anyone(&limits, own_account, &mut trust.accounts),
                    Party::Account(account) if account == own_account => "same-account",
                    Party::Account(account) => {
                        trust.accounts.push(account);
                        "external-account"
                    }
                    Party::SomeAccount => "external-account",
                    Party::Service => "service",
                    Party::Saml => "saml",
                    Party::Oidc(provider) if names_subject(statement, &provider) => "oidc",
                    Party::Oidc(_) => "oidc-unconditioned",
                    Party::Nobody => continue,
                };
                found.push(word);
            }
        }
        trust.words = WORDS.into_iter().filter(|word| found.contains(word)).collect();
        trust.accounts.sort();
        trust.accounts.dedup();
        trust
    }
}

impl Policy {
    /// Unique ids among those whom it lets in: IAM shows them in place of a name once the principal is gone
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>).
    #[must_use]
    pub fn orphans(&self) -> Vec<String> {
        let allowing = self.statements.iter().filter(|statement| statement.allows);
        let names = allowing.flat_map(|statement| &statement.principals);
        let mut ids: Vec<String> = names
            .filter(|(kind, name)| kind == "AWS" && unique_id::meaning(name).is_some())
            .map(|(_, name)| name.clone())
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

/// Meaning of a star under conditions.
fn anyone(limits: &Limits, own_account: &str, accounts: &mut Vec<String>) -> &'static str {
    if limits.is_open() {
        return "anyone";
    }
    let others = limits.accounts.iter().filter(|account| *account != own_account);
    let before = accounts.len();
    accounts.extend(others.cloned());
    if accounts.len() > before || limits.organization {
        "external-account"
    } else {
        "same-account"
    }
}

/// Returns true when a web identity must be a certain one. Cognito's identity pools are told apart by their audience.
fn names_subject(statement: &Statement, provider: &str) -> bool {
    statement
        .conditions
        .iter()
        .filter(|condition| narrows(condition))
        .any(|condition| {
            let is_subject = condition.key.ends_with(":sub");
            let is_pool = provider.contains("cognito") && condition.key.ends_with(":aud");
            (is_subject && condition.values.iter().all(|value| is_certain(value))) || is_pool
        })
}

/// Returns true when a subject pattern names somebody: `repo:*` of GitHub names everybody.
fn is_certain(subject: &str) -> bool {
    let rest = subject.strip_prefix("repo:").unwrap_or(subject);
    rest.split(['/', ':'])
        .next()
        .is_some_and(|owner| !owner.is_empty() && !owner.starts_with('*'))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OWN: &str = "111122223333";

    fn trusts(principal: &Value, condition: &Value) -> Trust {
        let action = "sts:AssumeRole";
        Policy::parse(&json!({"Statement":
            [{"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition}]}))
        .unwrap()
        .trusts(OWN)
    }

    #[test]
    fn parties_are_told_apart() {
        for (principal, words, accounts) in [
            (json!("*"), vec!["anyone"], vec![]),
            (json!({"AWS": "*"}), vec!["anyone"], vec![]),
            (json!({"AWS": "111122223333"}), vec!["same-account"], vec![]),
            (
                json!({"AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:user/a"]}),
                vec!["external-account", "same-account"],
                vec!["444455556666"],
            ),
            (json!({"Service": "ec2.amazonaws.com"}), vec!["service"], vec![]),
            (
                json!({"Federated": "arn:aws:iam::111122223333:saml-provider/okta"}),
                vec!["saml"],
                vec![],
            ),
            (json!({"AWS": "AROACKCEVSQ6C2EXAMPLE"}), vec![], vec![]),
        ] {
            let trust = trusts(&principal, &json!({}));
            assert_eq!(
                (trust.words, trust.accounts),
                (words, accounts.into_iter().map(str::to_owned).collect())
            );
        }
    }

    #[test]
    fn conditions_limit_a_star() {
        let org = json!({"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}});
        assert_eq!(trusts(&json!("*"), &org).words, ["external-account"]);
        let own = json!({"StringEquals": {"aws:PrincipalAccount": OWN}});
        assert_eq!(trusts(&json!("*"), &own).words, ["same-account"]);
        let lax = json!({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}});
        assert_eq!(trusts(&json!("*"), &lax).words, ["anyone"]);
        let no_limit = json!({"Bool": {"aws:SecureTransport": "true"}});
        assert_eq!(trusts(&json!("*"), &no_limit).words, ["anyone"]);
    }

    #[test]
    fn a_web_identity_needs_a_subject() {
        let github = json!({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"});
        let subject = |value: &str| json!({"StringLike": {"token.actions.githubusercontent.com:sub": value}});
        assert_eq!(trusts(&github, &json!({})).words, ["oidc-unconditioned"]);
        assert_eq!(trusts(&github, &subject("repo:example/app:*")).words, ["oidc"]);
        assert_eq!(trusts(&github, &subject("repo:*")).words, ["oidc-unconditioned"]);
        assert_eq!(trusts(&github, &subject("*")).words, ["oidc-unconditioned"]);
    }

    #[test]
    fn a_denied_party_is_not_trusted() {
        let document =
            json!({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}]});
        assert_eq!(Policy::parse(&document).unwrap().trusts(OWN), Trust::default());
    }
}
