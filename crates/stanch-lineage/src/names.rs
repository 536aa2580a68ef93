//! One name for one identity, however an event writes it. Names of users and roles are unique in an account whatever their
//! path (AWS, "IAM identifiers"), and the path is missing where a session is named: so it is left out.

use std::fmt::Write as _;

use stanch_core::event::IdentityKind;
use stanch_core::{Event, text::bounded};

/// The longest name that is kept.
const LIMIT: usize = 512;

/// The partition, account and resource of an ARN of IAM or STS.
fn parts(arn: &str) -> Option<(&str, &str, &str)> {
    let mut pieces = arn.splitn(6, ':');
    let (Some("arn"), Some(partition)) = (pieces.next(), pieces.next()) else {
        return None;
    };
    let service = pieces.next()?;
    let _region = pieces.next()?;
    let account = pieces.next()?;
    let resource = pieces.next()?;
    matches!(service, "iam" | "sts").then_some((partition, account, resource))
}

/// The ARN of a user, role, federated user or root without path; of a role also when a session of it is named.
pub(super) fn principal(arn: &str) -> Option<String> {
    let (partition, account, resource) = parts(arn)?;
    let (kind, rest) = resource.split_once('/').unwrap_or((resource, ""));
    let name = match kind {
        "root" => return Some(format!("arn:{partition}:iam::{account}:root")),
        "assumed-role" => rest.split('/').next()?,
        "user" | "role" | "federated-user" => rest.rsplit('/').next()?,
        _ => return None,
    };
    let kind = if kind == "assumed-role" { "role" } else { kind };
    let service = if kind == "federated-user" { "sts" } else { "iam" };
    (!name.is_empty()).then(|| {
        bounded(
            &format!("arn:{partition}:{service}::{account}:{kind}/{name}"),
            LIMIT,
        )
    })
}

/// The ARN of a user or role of the account whose log the event stands in.
pub(super) fn here(event: &Event<'_>, kind: &str, name: &str) -> String {
    let partition = parts(&event.identity.arn).map_or("aws", |(partition, _, _)| partition);
    let mut arn = format!("arn:{partition}:iam::{}:{kind}/", account(event));
    let _ = write!(arn, "{}", name.rsplit('/').next().unwrap_or(name));
    bounded(&arn, LIMIT)
}

pub(super) fn account<'e>(event: &'e Event<'_>) -> &'e str {
    if event.account.is_empty() {
        &event.identity.account_id
    } else {
        &event.account
    }
}

/// Whether callers of this kind are, or are sessions of, a principal with an ARN.
pub(super) const fn has_owner(kind: IdentityKind) -> bool {
    matches!(
        kind,
        IdentityKind::Root
            | IdentityKind::IamUser
            | IdentityKind::Role
            | IdentityKind::FederatedUser
            | IdentityKind::AssumedRole
    )
}

/// The principal that a caller's credential is of.
pub(super) fn owner(event: &Event<'_>) -> Option<String> {
    let identity = &event.identity;
    match identity.kind {
        IdentityKind::Root if identity.arn.is_empty() => {
            Some(format!("arn:aws:iam::{}:root", identity.account_id))
        }
        IdentityKind::AssumedRole => principal(&identity.issuer_arn).or_else(|| principal(&identity.arn)),
        IdentityKind::Root | IdentityKind::IamUser | IdentityKind::Role | IdentityKind::FederatedUser => {
            principal(&identity.arn)
        }
        _ => None,
    }
}

/// Whether a text can be an access key id. Hostile logs may hold anything there.
pub(super) fn is_key(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && (text.starts_with("AKIA") || text.starts_with("ASIA"))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The name of a function's node: no log of its sessions has its ARN.
pub(super) fn function(account: &str, name: &str) -> String {
    let name = name.rsplit(":function:").next().unwrap_or(name);
    bounded(
        &format!("function {account}:{}", name.split(':').next().unwrap_or(name)),
        LIMIT,
    )
}

/// The name of a user's password.
pub(super) fn password(user: &str) -> String {
    bounded(&format!("password of {user}"), LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_has_one_name_however_it_is_written() {
        for arn in [
            "arn:aws:iam::111122223333:role/ops/teams/Admin",
            "arn:aws:iam::111122223333:role/Admin",
            "arn:aws:sts::111122223333:assumed-role/Admin/some@body",
        ] {
            assert_eq!(
                principal(arn).as_deref(),
                Some("arn:aws:iam::111122223333:role/Admin"),
                "{arn}"
            );
        }
        for arn in [
            "",
            "arn:aws:iam::1:user/",
            "arn:aws:s3:::b",
            "arn:aws:iam::1:policy/x",
            "root",
        ] {
            assert_eq!(principal(arn), None, "{arn}");
        }
        assert_eq!(
            principal("arn:aws-cn:iam::1:root").as_deref(),
            Some("arn:aws-cn:iam::1:root")
        );
    }
}
