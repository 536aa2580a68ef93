//! One name for one identity, however an event writes it. Names of users and roles are unique in an account whatever their
//! path (AWS, "IAM identifiers"), and the path is missing where a session is named: so it is left out.

use stanch_core::Arn;
use stanch_core::arn::partition_of;
use stanch_core::event::IdentityKind;
use stanch_core::{CredentialId, Event, text::bounded};

/// The longest name that is kept.
const LIMIT: usize = 512;

/// Returns the ARN of a user, role, federated user or root without path; of a role also when a session of it is named.
pub(super) fn principal(arn: &str) -> Option<String> {
    stanch_core::arn::principal(arn).map(|arn| bounded(&arn, LIMIT))
}

/// The ARN of a user or role of the account whose log the event stands in.
pub(super) fn here(event: &Event<'_>, kind: &str, name: &str) -> String {
    let partition = partition_of(&event.identity.arn);
    let name = name.rsplit('/').next().unwrap_or(name);
    bounded(
        &format!("arn:{partition}:iam::{}:{kind}/{name}", account(event)),
        LIMIT,
    )
}

pub(super) fn account<'e>(event: &'e Event<'_>) -> &'e str {
    if event.account.is_empty() {
        &event.identity.account_id
    } else {
        &event.account
    }
}

/// Returns true when callers of this kind are, or are sessions of, a principal with an ARN.
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

/// Returns true when a text can be an access key id. Hostile logs may hold anything there.
pub(super) fn is_key(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && (text.starts_with("AKIA") || text.starts_with("ASIA"))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns the ARN, without version, of a Lambda function: functions of one name in two regions are two functions. A call may
/// name it by its name, by `account:function:name` or by its ARN; what the name leaves out is that of the event.
pub(super) fn function((partition, account, region): (&str, &str, &str), named: &str) -> String {
    let arn = Arn::parse(named);
    let (account, region) = arn.map_or((account, region), |arn| (arn.account, arn.region));
    let (account, name) = match arn.map_or(named, |arn| arn.resource).split_once("function:") {
        Some((before, name)) => {
            let other = before.trim_end_matches(':');
            (if other.is_empty() { account } else { other }, name)
        }
        None => (account, named),
    };
    let name = name.split(':').next().unwrap_or(name);
    bounded(
        &format!("arn:{partition}:lambda:{region}:{account}:function:{name}"),
        LIMIT,
    )
}

/// Returns the place of an event: partition, account and region.
pub(super) fn place<'e>(event: &'e Event<'_>) -> (&'e str, &'e str, &'e str) {
    (partition_of(&event.identity.arn), account(event), &event.region)
}

/// Returns the name of a user's password.
pub(super) fn password(user: &str) -> String {
    bounded(&CredentialId::password(user).to_string(), LIMIT)
}
