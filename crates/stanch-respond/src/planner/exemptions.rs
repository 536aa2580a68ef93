//! Exempt principals, as ARNs of the account, from the names that people give.
//!
//! It must not know what a plan would do.

use stanch_core::Dossier;
use stanch_core::arn::{PrincipalArn, PrincipalKind, one_name};

use crate::account::Account;

/// Returns the ARNs that a name, an ARN or a session's ARN stands for: of a user or a role, or of both where the name fits both;
/// the text itself where the account has neither.
#[must_use]
pub fn principals(name: &str, account: &Account) -> Vec<String> {
    let session = PrincipalArn::parse(name)
        .filter(|parts| parts.kind == PrincipalKind::Role && !parts.session.is_empty());
    let role = session.map(|parts| parts.name);
    let wanted = role.unwrap_or(name);
    let mut found = Vec::new();
    for (list, member) in [("UserDetailList[]", "UserName"), ("RoleDetailList[]", "RoleName")] {
        for item in account.items("iam", "GetAccountAuthorizationDetails", list) {
            let is_named = item.text(member) == wanted && (role.is_none() || member == "RoleName");
            // Of an ARN, kind and name count: people leave the path out.
            let is_arn = one_name(item.text("Arn")) == one_name(name) && name.starts_with("arn:");
            if is_named || is_arn {
                found.push(item.text("Arn").to_owned());
            }
        }
    }
    if found.is_empty() {
        found.push(name.to_owned());
    }
    found
}

/// Returns everything that the responder's credentials are derived from, as ARNs and ids: the caller, its user or role, the
/// principals that the case names as responders, and what the logs know of its key.
#[must_use]
pub fn responder_chain<'n>(
    caller: &str,
    responders: impl IntoIterator<Item = &'n str>,
    key: Option<&Dossier>,
    account: &Account,
) -> Vec<String> {
    let mut chain = vec![caller.to_owned()];
    chain.extend(principals(caller, account));
    for responder in responders.into_iter().filter(|name| !name.trim().is_empty()) {
        chain.extend(principals(responder, account));
    }
    let subjects = key.into_iter().flat_map(|dossier| &dossier.subjects);
    let ancestors = subjects.flat_map(|subject| &subject.ancestors);
    chain.extend(ancestors.map(|ancestor| ancestor.id.clone()));
    chain.sort();
    chain.dedup();
    chain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{account, reply};

    fn people() -> Account {
        let body = json!({
            "UserDetailList": [
                {"UserName": "ann", "Arn": "arn:aws:iam::111122223333:user/ops/ann"},
                {"UserName": "both", "Arn": "arn:aws:iam::111122223333:user/both"},
            ],
            "RoleDetailList": [
                {"RoleName": "Admin", "Arn": "arn:aws:iam::111122223333:role/ops/Admin"},
                {"RoleName": "both", "Arn": "arn:aws:iam::111122223333:role/both"},
            ],
        });
        account(vec![reply(
            "iam:GetAccountAuthorizationDetails",
            json!(null),
            body,
        )])
    }

    #[test]
    fn a_name_stands_for_every_principal_that_bears_it() {
        let account = people();
        let named = |name| principals(name, &account);
        assert_eq!(named("ann"), ["arn:aws:iam::111122223333:user/ops/ann"]);
        assert_eq!(named("both").len(), 2, "in doubt both are exempt");
        assert_eq!(
            named("arn:aws:sts::111122223333:assumed-role/both/me"),
            ["arn:aws:iam::111122223333:role/both"],
            "a session is of a role"
        );
        assert_eq!(
            named("arn:aws:iam::111122223333:role/ops/Admin"),
            ["arn:aws:iam::111122223333:role/ops/Admin"]
        );
        assert_eq!(
            named("arn:aws:iam::111122223333:user/ann"),
            ["arn:aws:iam::111122223333:user/ops/ann"],
            "the path is that of the account"
        );
        assert_eq!(
            named("arn:aws:iam::111122223333:user/both"),
            ["arn:aws:iam::111122223333:user/both"],
            "the kind counts"
        );
        assert_eq!(
            named("nobody"),
            ["nobody"],
            "unknown here, and exempt all the same"
        );
    }

    #[test]
    fn the_chain_holds_the_caller_its_role_and_the_responders_of_the_case() {
        let account = people();
        let caller = "arn:aws:sts::111122223333:assumed-role/Admin/me";
        assert_eq!(
            responder_chain(caller, ["ann", " "], None, &account),
            [
                "arn:aws:iam::111122223333:role/ops/Admin",
                "arn:aws:iam::111122223333:user/ops/ann",
                "arn:aws:sts::111122223333:assumed-role/Admin/me",
            ]
        );
    }

    #[test]
    fn what_the_key_is_derived_from_is_exempt() {
        use stanch_core::Timestamp;
        use stanch_core::assessment::Presence;
        use stanch_core::dossier::{Derivation, Relative, Subject, SubjectKind, Usage};
        let ancestor = Relative {
            id: "AKIA0000000000000009".to_owned(),
            kind: SubjectKind::LongTermKey,
            credential: None,
            depth: 1,
            of: "ASIA0000000000000009".to_owned(),
            how: Derivation::Assumed,
            time: None,
            event: None,
            until: None,
            calls: 1,
            last: None,
            presence: Presence::Unknown,
        };
        let subject = Subject {
            id: "ASIA0000000000000009".to_owned(),
            kind: SubjectKind::Session,
            credential: None,
            account: None,
            until: None,
            source_identities: Vec::new(),
            presence: Presence::Unknown,
            usage: Usage::default(),
            ancestors: vec![ancestor],
            descendants: Vec::new(),
            opened: Vec::new(),
            cycle: Vec::new(),
        };
        let dossier = Dossier {
            asked: "ASIA0000000000000009".to_owned(),
            meaning: None,
            account: None,
            at: Timestamp(0),
            subjects: vec![subject],
            left_out: 0,
        };
        let chain = responder_chain("me", [], Some(&dossier), &people());
        assert!(chain.contains(&"AKIA0000000000000009".to_owned()), "{chain:?}");
    }
}
