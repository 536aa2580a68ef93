//! With whom a resource is shared by the policy on it.

use super::condition::Limits;
use super::document::{Policy, Statement};
use super::principals::{Party, party};

/// The answer, in the words of `stanch.exposes`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exposure {
    /// Kinds of parties, in a fixed order.
    pub words: Vec<&'static str>,
    /// Account numbers other than the resource's own.
    pub accounts: Vec<String>,
}

const WORDS: [&str; 5] = [
    "public",
    "external-account",
    "organization",
    "same-account",
    "service",
];

impl Exposure {
    /// Notes everybody.
    pub fn add_public(&mut self) {
        self.add("public");
    }

    /// Notes an organization.
    pub fn add_organization(&mut self) {
        self.add("organization");
    }

    /// Notes a service.
    pub fn add_service(&mut self) {
        self.add("service");
    }

    /// Notes an account whose number isn't known.
    pub fn add_some_account(&mut self) {
        self.add("external-account");
    }

    /// Notes an account.
    pub fn add_account(&mut self, account: &str, own_account: &str) {
        if account == own_account {
            self.add("same-account");
            return;
        }
        self.add("external-account");
        if let Err(place) = self
            .accounts
            .binary_search_by(|known| known.as_str().cmp(account))
        {
            self.accounts.insert(place, account.to_owned());
        }
    }

    /// Notes whom a principal of a policy names, without conditions.
    pub fn add_principal(&mut self, name: &str, own_account: &str) {
        self.add_party(party("AWS", name), &Limits::default(), own_account);
    }

    /// Notes everything that another exposure does.
    pub fn add_all(&mut self, other: &Self) {
        for word in &other.words {
            self.add(word);
        }
        for account in &other.accounts {
            self.add_account(account, "");
        }
    }

    fn add(&mut self, word: &'static str) {
        if !self.words.contains(&word) {
            self.words.push(word);
            self.words
                .sort_by_key(|word| WORDS.iter().position(|known| known == word));
        }
    }

    fn add_party(&mut self, party: Party, limits: &Limits, own_account: &str) {
        match party {
            Party::Anyone => self.add_anyone(limits, own_account),
            Party::Account(account) => self.add_account(&account, own_account),
            Party::SomeAccount | Party::Saml | Party::Oidc(_) => self.add_some_account(),
            Party::Service => self.add_service(),
            Party::Nobody => {}
        }
    }

    fn add_anyone(&mut self, limits: &Limits, own_account: &str) {
        if limits.is_open() {
            self.add_public();
        }
        if limits.organization {
            self.add_organization();
        }
        for account in &limits.accounts {
            self.add_account(account, own_account);
        }
    }
}

impl Policy {
    /// With whom the resource under this policy is shared, as seen from its account.
    #[must_use]
    pub fn exposes(&self, own_account: &str) -> Exposure {
        let mut exposure = Exposure::default();
        for statement in self.statements.iter().filter(|statement| statement.allows) {
            add_statement(&mut exposure, statement, own_account);
        }
        exposure
    }
}

fn add_statement(exposure: &mut Exposure, statement: &Statement, own_account: &str) {
    let limits = Limits::of(&statement.conditions);
    if statement.all_but_principals {
        exposure.add_party(Party::Anyone, &limits, own_account);
        return;
    }
    for (kind, name) in &statement.principals {
        exposure.add_party(party(kind, name), &limits, own_account);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn exposes(principal: &Value, condition: &Value) -> Exposure {
        Policy::parse(&json!({"Statement": [{"Effect": "Allow", "Principal": principal,
            "Action": "s3:GetObject", "Resource": "*", "Condition": condition}]}))
        .unwrap()
        .exposes("111122223333")
    }

    #[test]
    fn a_star_is_public_unless_a_condition_keeps_strangers_out() {
        for (condition, words) in [
            (json!({}), vec!["public"]),
            (
                json!({"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}),
                vec!["organization"],
            ),
            (
                json!({"StringEquals": {"AWS:SourceOwner": "111122223333"}}),
                vec!["same-account"],
            ),
            (
                json!({"StringEquals": {"aws:SourceAccount": "444455556666"}}),
                vec!["external-account"],
            ),
            (
                json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}}),
                vec!["same-account"],
            ),
            (
                json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::example-bucket"}}),
                vec![],
            ),
            (
                json!({"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}),
                vec![],
            ),
            (json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}), vec![]),
            (
                json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}),
                vec!["public"],
            ),
            (
                json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}),
                vec!["public"],
            ),
            (json!({"StringLike": {"aws:PrincipalArn": "*"}}), vec!["public"]),
        ] {
            assert_eq!(
                exposes(&json!({"AWS": "*"}), &condition).words,
                words,
                "{condition}"
            );
        }
    }

    #[test]
    fn accounts_are_named_once_and_sorted() {
        let principal = json!({"AWS": ["777788889999", "arn:aws:iam::444455556666:root",
            "arn:aws:iam::444455556666:role/x", "111122223333"], "Service": "s3.amazonaws.com"});
        let exposure = exposes(&principal, &json!({}));
        assert_eq!(exposure.words, ["external-account", "same-account", "service"]);
        assert_eq!(exposure.accounts, ["444455556666", "777788889999"]);
    }

    #[test]
    fn everybody_but_somebody_is_everybody() {
        let document = json!({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "444455556666"},
            "Action": "*", "Resource": "*"}});
        assert_eq!(
            Policy::parse(&document).unwrap().exposes("111122223333").words,
            ["public"]
        );
    }
}
