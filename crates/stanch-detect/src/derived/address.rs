//! `stanch.address.kind`.

use crate::network::AddressKind;
use crate::observation::Observation;

/// The word for the kind of the source address.
pub(super) fn kind(observation: &Observation<'_, '_>) -> &'static str {
    match observation.networks.kind(&observation.event.source_address) {
        AddressKind::Public => "public",
        AddressKind::Private => "private",
        AddressKind::Documentation => "documentation",
        AddressKind::AwsService => "aws-service",
        AddressKind::AwsInternal => "aws-internal",
        AddressKind::Invalid => "invalid",
        AddressKind::None => "none",
    }
}
