//! Identities of every log as the principal that CloudTrail's ARN would name.
//!
//! Identity Center users come without an ARN, access logs leave out the path of a role, GuardDuty gives a name or an id,
//! exports drop the type. It must not know events' meaning.

use std::borrow::Cow;

use stanch_core::arn::Arn;
use stanch_core::event::{Identity, IdentityKind};
use stanch_core::{Event, LogKind};

use crate::context::Context;
use crate::record::{Record, Shallow};

/// Returns whether nothing is known of who acted.
pub(crate) fn is_unknown(identity: &Identity<'_>) -> bool {
    let known = [
        &identity.arn,
        &identity.principal_id,
        &identity.access_key_id,
        &identity.user_name,
        &identity.invoked_by,
        &identity.issuer_arn,
        &identity.account_id,
    ];
    known.iter().all(|text| text.is_empty())
}

/// Returns the ARN of a caller that CloudTrail or an export leaves out.
pub(crate) fn known_arn(record: &Record<'_>, event: &Event<'_>, context: &Context) -> Option<String> {
    let identity = &event.identity;
    if !identity.arn.is_empty()
        || matches!(identity.kind, IdentityKind::AwsService | IdentityKind::AwsAccount)
    {
        return None;
    }
    let on_behalf = Shallow::of(record.on_behalf_of());
    if let (Some(user), true) = (
        on_behalf.text("userId"),
        identity.kind == IdentityKind::IdentityCenterUser,
    ) {
        let store = on_behalf.text("identityStoreArn").unwrap_or_default();
        let partition = Arn::parse(&store).map_or("aws", |store| store.partition);
        return Some(format!("arn:{partition}:identitystore:::user/{user}"));
    }
    let account = Some(&*event.account).filter(|account| account.len() == 12)?;
    let partition = partition_of(&event.region);
    if identity.kind == IdentityKind::Root
        || identity.kind == IdentityKind::Unknown && identity.user_name == "root"
    {
        return Some(format!("arn:{partition}:iam::{account}:root"));
    }
    let is_user = identity.kind == IdentityKind::IamUser
        || identity.kind == IdentityKind::Unknown && identity.access_key_id.starts_with("AKIA");
    (is_user && !identity.user_name.is_empty())
        .then(|| user_arn(partition, account, &identity.user_name, context))
}

fn user_arn(partition: &str, account: &str, name: &str, context: &Context) -> String {
    let known = context.arn_of(account, "user", name);
    known.map_or_else(
        || format!("arn:{partition}:iam::{account}:user/{name}"),
        str::to_owned,
    )
}

fn partition_of(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Returns the ARN with its path of the role or user behind an identity of a log that leaves the path out.
pub(crate) fn arn_with_path(identity: &Identity<'_>, context: &Context) -> Option<String> {
    let account = &identity.account_id;
    if !identity.issuer_name.is_empty() {
        return context
            .arn_of(account, "role", &identity.issuer_name)
            .map(str::to_owned);
    }
    if identity.arn.is_empty() && identity.kind == IdentityKind::IamUser {
        return context
            .arn_of(account, "user", &identity.user_name)
            .map(str::to_owned);
    }
    None
}

/// Returns whether another log may name the path of the role or user behind an event.
pub(crate) fn needs_path(event: &Event<'_>) -> bool {
    let identity = &event.identity;
    match event.log {
        LogKind::S3ServerAccess => !identity.issuer_name.is_empty(),
        LogKind::GuardDuty => {
            identity.arn.is_empty() && (!identity.user_name.is_empty() || !identity.issuer_name.is_empty())
        }
        LogKind::CloudTrail | LogKind::VpcFlow => false,
    }
}

/// Completes the identity of an event. `arn` is what other parts of the log, or other logs, say of it.
pub(crate) fn complete(event: &mut Event<'_>, arn: Option<&str>) {
    let identity = &mut event.identity;
    let is_plain = identity.kind != IdentityKind::Unknown && event.log != LogKind::GuardDuty;
    if is_plain && arn.is_none() {
        return;
    }
    let (account, partition) = (&*event.account, partition_of(&event.region));
    if let Some(arn) = arn {
        if identity.issuer_name.is_empty() {
            identity.arn = Cow::Owned(arn.to_owned());
        } else {
            identity.issuer_arn = Cow::Owned(arn.to_owned());
        }
    }
    if identity.kind == IdentityKind::Unknown && !identity.arn.is_empty() && identity.invoked_by.is_empty() {
        let arn = identity.arn.to_string();
        let mut read = Identity::default();
        from_arn(&arn, &mut read);
        identity.kind = read.kind;
        fill(&mut identity.issuer_arn, read.issuer_arn);
        fill(&mut identity.issuer_name, read.issuer_name);
        fill(&mut identity.user_name, read.user_name);
        fill(&mut identity.account_id, read.account_id);
    }
    if event.log != LogKind::GuardDuty || !identity.arn.is_empty() || account.len() != 12 {
        return;
    }
    if identity.kind == IdentityKind::IamUser && !identity.user_name.is_empty() {
        identity.arn = Cow::Owned(format!(
            "arn:{partition}:iam::{account}:user/{}",
            identity.user_name
        ));
    } else if identity.kind == IdentityKind::Root {
        identity.arn = Cow::Owned(format!("arn:{partition}:iam::{account}:root"));
    } else if !identity.issuer_name.is_empty() && identity.issuer_arn.is_empty() {
        identity.issuer_arn = Cow::Owned(format!(
            "arn:{partition}:iam::{account}:role/{}",
            identity.issuer_name
        ));
    }
    // The session's own name may say which person or instance it is.
    let session = identity
        .principal_id
        .split_once(':')
        .map(|(_, session)| session.to_owned());
    if let (IdentityKind::AssumedRole, Some(session), false) =
        (identity.kind, session, identity.issuer_name.is_empty())
    {
        let role = &identity.issuer_name;
        identity.arn = Cow::Owned(format!(
            "arn:{partition}:sts::{account}:assumed-role/{role}/{session}"
        ));
    }
}

fn fill<'e>(text: &mut Cow<'e, str>, other: Cow<'static, str>) {
    if text.is_empty() {
        *text = other;
    }
}

/// Reads an identity from the ARN of a caller.
pub(crate) fn from_arn(arn: &str, identity: &mut Identity<'static>) {
    identity.arn = arn.to_owned().into();
    let Some(arn) = Arn::parse(arn) else {
        return;
    };
    let Arn {
        partition, account, ..
    } = arn;
    identity.account_id = account.to_owned().into();
    let name = arn.name();
    match (arn.service, arn.resource.split('/').next().unwrap_or_default()) {
        ("iam", "root") | ("sts", "assumed-root") => identity.kind = IdentityKind::Root,
        ("iam", "user") => {
            identity.kind = IdentityKind::IamUser;
            identity.user_name = name.to_owned().into();
        }
        ("identitystore", "user") => identity.kind = IdentityKind::IdentityCenterUser,
        ("sts", "federated-user") => identity.kind = IdentityKind::FederatedUser,
        ("sts", "assumed-role") => {
            let role = arn.resource.split('/').nth(1).unwrap_or_default();
            identity.kind = IdentityKind::AssumedRole;
            identity.issuer_name = role.to_owned().into();
            identity.issuer_arn = format!("arn:{partition}:iam::{account}:role/{role}").into();
        }
        ("iam", "role") => {
            identity.kind = IdentityKind::Role;
            identity.issuer_name = name.to_owned().into();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_role_is_taken_from_other_logs() {
        let mut context = Context::default();
        let mut seen = Event::default();
        seen.identity.issuer_arn = "arn:aws:iam::111122223333:role/a/b/ops".into();
        context.learn(&seen);
        let mut event = Event {
            log: LogKind::S3ServerAccess,
            ..Event::default()
        };
        let mut identity = Identity::default();
        from_arn("arn:aws:sts::111122223333:assumed-role/ops/eve", &mut identity);
        event.identity = identity;
        assert!(needs_path(&event));
        let arn = arn_with_path(&event.identity, &context);
        complete(&mut event, arn.as_deref());
        assert_eq!(
            event.identity.issuer_arn,
            "arn:aws:iam::111122223333:role/a/b/ops"
        );
        assert_eq!(
            event.identity.arn,
            "arn:aws:sts::111122223333:assumed-role/ops/eve"
        );
    }

    #[test]
    fn a_finding_belongs_to_the_user_or_the_session_it_names() {
        let finding = |kind, user: &'static str, role: &'static str, principal: &'static str| {
            let mut event = Event {
                log: LogKind::GuardDuty,
                account: "111122223333".into(),
                ..Event::default()
            };
            event.identity.kind = kind;
            event.identity.user_name = user.into();
            event.identity.issuer_name = role.into();
            event.identity.principal_id = principal.into();
            complete(&mut event, None);
            event.principal_key().to_owned()
        };
        assert_eq!(
            finding(IdentityKind::IamUser, "ann", "", "AIDAX"),
            "arn:aws:iam::111122223333:user/ann"
        );
        assert_eq!(
            finding(IdentityKind::AssumedRole, "", "web", "AROAX:s"),
            "arn:aws:iam::111122223333:role/web"
        );
        assert_eq!(
            finding(IdentityKind::AssumedRole, "", "web", "AROAX:i-0abcdef1234567890"),
            "arn:aws:sts::111122223333:assumed-role/web/i-0abcdef1234567890"
        );
    }
}
