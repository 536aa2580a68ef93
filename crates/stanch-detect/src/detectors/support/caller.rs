//! What kind of caller stands behind an event.

use stanch_core::Principal;
use stanch_core::event::{Event, IdentityKind};
use stanch_core::principal::{is_instance_id, session_name};

use crate::network::AddressKind;

/// Whether AWS itself made the call: a service, a service-linked role, or a call on the caller's behalf.
pub(crate) fn is_aws_itself(event: &Event<'_>) -> bool {
    event.identity.kind == IdentityKind::AwsService
        || !event.identity.invoked_by.is_empty()
        || event.event_type == "AwsServiceEvent"
        || event.identity.issuer_arn.contains("/aws-service-role/")
        || comes_from_aws(&event.source_address)
}

/// Whether the logged address is a service's name or AWS's inside. Only names begin with a letter beyond `f`
/// or end in one, so most addresses are settled by their first byte.
fn comes_from_aws(address: &str) -> bool {
    match address.as_bytes().first() {
        None => false,
        Some(byte) if byte.is_ascii_digit() => false,
        Some(_) => matches!(
            AddressKind::of(address),
            AddressKind::AwsService | AddressKind::AwsInternal
        ),
    }
}

/// Whether an access key is a long-term one.
pub(crate) fn is_long_term_key(key: &str) -> bool {
    key.starts_with("AKIA")
}

/// Whether a caller is a person or a long-term credential, for whom a place or a client is a habit; not a role
/// that many machines share.
pub(crate) fn has_habits(principal: &Principal) -> bool {
    match principal.kind {
        IdentityKind::IamUser
        | IdentityKind::Root
        | IdentityKind::FederatedUser
        | IdentityKind::IdentityCenterUser => true,
        IdentityKind::AssumedRole => session_name(&principal.key).contains('@'),
        _ => false,
    }
}

/// Whether a principal is an EC2 instance's session.
pub(crate) fn is_instance(event: &Event<'_>) -> bool {
    event.identity.kind == IdentityKind::AssumedRole && is_instance_id(session_name(&event.identity.arn))
}

/// The client's name without its version: `aws-cli/2.15 …` is `aws-cli`. The caller's own claim: it can tell a
/// change of client, never prove one.
pub(crate) fn agent_family(agent: &str) -> &str {
    // HashiCorp's and Pulumi's clients begin with the partner network's token, which names nobody.
    for tool in ["Terraform", "Pulumi"] {
        if agent.starts_with("APN/")
            && let Some(at) = agent.find(tool)
        {
            return &agent[at..at + tool.len()];
        }
    }
    let end = agent.find(['/', ' ', '(', ',', ';']).unwrap_or(agent.len());
    let family = &agent[..end];
    match family.char_indices().nth(64) {
        Some((cut, _)) => &family[..cut],
        None => family,
    }
}

/// A client's name in a sentence.
pub(crate) const fn named_agent(family: &str) -> &str {
    if family.is_empty() {
        "an unnamed client"
    } else {
        family
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_apart_without_their_versions() {
        for (agent, family) in [
            ("aws-cli/2.15.0 Python/3.11 Linux/6.1 exe/x86_64", "aws-cli"),
            (
                "APN/1.0 HashiCorp/1.0 Terraform/1.1.2 (+https://www.terraform.io)",
                "Terraform",
            ),
            ("Boto3/1.34 md/Botocore#1.34", "Boto3"),
            ("S3Console/0.4", "S3Console"),
            ("cloudformation.amazonaws.com", "cloudformation.amazonaws.com"),
            ("", ""),
        ] {
            assert_eq!(agent_family(agent), family);
        }
        assert!(agent_family(&"ä".repeat(500)).len() <= 128);
    }

    #[test]
    fn calls_made_by_aws_are_known() {
        let mut event = Event {
            source_address: "198.51.100.7".into(),
            ..Event::default()
        };
        assert!(!is_aws_itself(&event));
        event.source_address = "AWS Internal".into();
        assert!(is_aws_itself(&event));
        event.source_address = "cloudformation.amazonaws.com".into();
        assert!(is_aws_itself(&event));
        event.source_address = "fd00::1".into();
        assert!(!is_aws_itself(&event));
        event.identity.invoked_by = "config.amazonaws.com".into();
        assert!(is_aws_itself(&event));
    }
}
