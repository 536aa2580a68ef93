//! Principal of an event, as a responder would name it.
//!
//! A principal is what acts are grouped by: an IAM user, the root user, a role, one person's or one host's
//! session of a role. It must not know what the acts were.

use serde::{Deserialize, Serialize};

use crate::arn::{self, Arn};
use crate::event::{Identity, IdentityKind};
use crate::ids::AccountId;

/// A principal, owned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// The grouping key, as [`key_of`] gives it: mostly an ARN.
    pub key: String,
    /// Kind of identity.
    pub kind: IdentityKind,
    /// Short name for people: `user ci-deploy`, `role web / i-0abc`, `root of 111122223333`.
    pub name: String,
    /// The account it belongs to; empty when not known.
    pub account: String,
}

impl Principal {
    /// The principal a caller is.
    #[must_use]
    pub fn of(identity: &Identity<'_>, source_address: &str) -> Self {
        Self::from_key(key_of(identity, source_address))
    }

    /// The principal of a key. Everything follows from the key alone, so that it does not matter which of its
    /// events was seen first.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        let kind = kind_of(key);
        let account = arn::account_of(key).unwrap_or_default();
        Self {
            key: crate::text::bounded(key, 512),
            kind,
            name: name_of(kind, key, account),
            account: crate::text::bounded(account, 64),
        }
    }
}

fn kind_of(key: &str) -> IdentityKind {
    let Some(Arn { resource, .. }) = Arn::parse(key) else {
        return if key.ends_with(".amazonaws.com") || key.starts_with("AWS Internal") {
            IdentityKind::AwsService
        } else if AccountId::is_valid(key) || key == "ANONYMOUS_PRINCIPAL" {
            IdentityKind::AwsAccount
        } else {
            IdentityKind::Unknown
        };
    };
    if key.contains(":identitystore:") {
        return IdentityKind::IdentityCenterUser;
    }
    const KINDS: [(&str, IdentityKind); 7] = [
        ("user/", IdentityKind::IamUser),
        ("assumed-role/", IdentityKind::AssumedRole),
        ("role/", IdentityKind::AssumedRole),
        ("federated-user/", IdentityKind::FederatedUser),
        ("oidc-provider/", IdentityKind::WebIdentityUser),
        ("saml-provider/", IdentityKind::SamlUser),
        ("root", IdentityKind::Root),
    ];
    let found = KINDS.iter().find(|(prefix, _)| resource.starts_with(prefix));
    found.map_or(IdentityKind::Unknown, |(_, kind)| *kind)
}

/// The key by which a caller's acts are grouped, borrowed from the identity.
///
/// A role's sessions are one principal (its ARN), except where the session name says which person or host
/// it is: a name with `@` in a role of IAM Identity Center, or an instance id. Then the session's own ARN is the key.
#[must_use]
pub fn key_of<'i>(identity: &'i Identity<'_>, source_address: &'i str) -> &'i str {
    let candidates: [&str; 4] = match identity.kind {
        IdentityKind::AssumedRole if names_someone(&identity.arn) => {
            [&identity.arn, &identity.issuer_arn, &identity.principal_id, ""]
        }
        IdentityKind::AssumedRole => [&identity.issuer_arn, &identity.arn, &identity.principal_id, ""],
        IdentityKind::AwsService => [&identity.invoked_by, source_address, &identity.account_id, ""],
        IdentityKind::AwsAccount => [
            // The unique ids of an external account's sessions say nothing here; its number does.
            &identity.account_id,
            &identity.arn,
            &identity.principal_id,
            &identity.invoked_by,
        ],
        _ => [
            &identity.arn,
            &identity.principal_id,
            &identity.user_name,
            &identity.invoked_by,
        ],
    };
    let known = candidates.into_iter().find(|text| !text.is_empty());
    known.unwrap_or(if identity.account_id.is_empty() {
        "unknown"
    } else {
        &identity.account_id
    })
}

/// The last part of an assumed-role ARN.
#[must_use]
pub fn session_name(arn: &str) -> &str {
    arn.rsplit_once('/').map_or("", |(_, name)| name)
}

/// Returns true when a session name is that of an EC2 instance (`i-` and 8 or 17 hexadecimal digits).
#[must_use]
pub fn is_instance_id(name: &str) -> bool {
    name.strip_prefix("i-").is_some_and(|id| {
        (id.len() == 17 || id.len() == 8) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Returns true when a session's ARN says which person or host it is. A session's name is mostly its opener's
/// choice; only
/// Identity Center sets it itself, so a name with `@` counts for its roles alone.
fn names_someone(arn: &str) -> bool {
    let session = session_name(arn);
    is_instance_id(session) || (session.contains('@') && arn.contains(":assumed-role/AWSReservedSSO_"))
}

fn name_of(kind: IdentityKind, key: &str, account: &str) -> String {
    let resource = Arn::parse(key).map_or(key, |arn| arn.resource);
    let last = resource.rsplit('/').next().unwrap_or(resource);
    let text = match kind {
        IdentityKind::Root => format!("root of {account}"),
        IdentityKind::IamUser => format!("user {last}"),
        IdentityKind::IdentityCenterUser => format!("Identity Center user {last}"),
        IdentityKind::AssumedRole | IdentityKind::Role => match resource.strip_prefix("assumed-role/") {
            Some(session) => format!("role {}", session.replacen('/', " / ", 1)),
            None => format!("role {last}"),
        },
        IdentityKind::FederatedUser => format!("federated user {last}"),
        IdentityKind::AwsService => format!("service {key}"),
        IdentityKind::AwsAccount if key == "ANONYMOUS_PRINCIPAL" => "anonymous".to_owned(),
        IdentityKind::AwsAccount => format!("account {key}"),
        _ => key.to_owned(),
    };
    crate::text::bounded(&text, 160)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role_session(arn: &'static str) -> Identity<'static> {
        Identity {
            kind: IdentityKind::AssumedRole,
            arn: arn.into(),
            issuer_arn: "arn:aws:iam::111122223333:role/web".into(),
            account_id: "111122223333".into(),
            ..Identity::default()
        }
    }

    #[test]
    fn passing_sessions_of_a_role_are_one_principal() {
        let one = role_session("arn:aws:sts::111122223333:assumed-role/web/botocore-session-1700000000");
        assert_eq!(key_of(&one, ""), "arn:aws:iam::111122223333:role/web");
        assert_eq!(Principal::of(&one, "").name, "role web");
    }

    #[test]
    fn a_named_person_or_machine_is_its_own_principal() {
        let machine = role_session("arn:aws:sts::111122223333:assumed-role/web/i-0abcdef1234567890");
        assert_eq!(Principal::of(&machine, "").name, "role web / i-0abcdef1234567890");
        let person =
            role_session("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Ops_0/ann@example.com");
        assert_eq!(
            Principal::of(&person, "").name,
            "role AWSReservedSSO_Ops_0 / ann@example.com"
        );
    }

    #[test]
    fn a_principal_follows_from_its_key() {
        for (key, name, account) in [
            (
                "arn:aws:iam::111122223333:root",
                "root of 111122223333",
                "111122223333",
            ),
            (
                "arn:aws-cn:iam::111122223333:user/team/ann",
                "user ann",
                "111122223333",
            ),
            ("444455556666", "account 444455556666", "444455556666"),
            ("config.amazonaws.com", "service config.amazonaws.com", ""),
            ("ANONYMOUS_PRINCIPAL", "anonymous", ""),
            ("AIDAEXAMPLE", "AIDAEXAMPLE", ""),
            (
                "arn:aws:identitystore:::user/b4d4d8a2-10a1",
                "Identity Center user b4d4d8a2-10a1",
                "",
            ),
        ] {
            let principal = Principal::from_key(key);
            assert_eq!(
                (principal.name.as_str(), principal.account.as_str()),
                (name, account)
            );
        }
    }

    #[test]
    fn a_caller_without_any_name_is_unknown() {
        assert_eq!(key_of(&Identity::default(), ""), "unknown");
    }
}
