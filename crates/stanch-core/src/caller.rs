//! Facts about the caller of an event that need the event alone: AWS itself, and the client program.
//!
//! It must not judge, nor look anything up.

use crate::AddressKind;
use crate::event::{Event, IdentityKind};

/// Returns true when AWS itself made the call: a service, a service-linked role, or a call on the caller's behalf.
#[must_use]
pub fn is_aws_itself(event: &Event<'_>) -> bool {
    event.identity.kind == IdentityKind::AwsService
        || !event.identity.invoked_by.is_empty()
        || event.event_type == "AwsServiceEvent"
        || event.identity.issuer_arn.contains("/aws-service-role/")
        || comes_from_aws(&event.source_address)
}

/// Returns true when the logged address is a service's name or AWS's inside. Only names begin with a letter beyond `f`
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

/// The client's name without its version: `aws-cli/2.15 …` is `aws-cli`. The caller's own claim: it can tell a
/// change of client, never prove one.
#[must_use]
pub fn agent_family(agent: &str) -> &str {
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
