//! VPC is connected to a network of an external account.
//!
//! It must not read other answers than those in its `needs`.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeVpcPeeringConnections"),
    list("ec2", "DescribeTransitGatewayPeeringAttachments"),
    each(
        "ec2",
        "DescribeVpcEndpointServicePermissions",
        "DescribeVpcEndpointServiceConfigurations",
    ),
    list("ec2", "DescribeNetworkInterfacePermissions"),
    list("ec2", "DescribeAddressTransfers"),
];

/// The check.
pub(super) struct NetworkJoinedToExternal;

impl Check for NetworkJoinedToExternal {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "network-joined-to-external",
            title: "VPC is connected to a network of an external account",
            why: "A VPC peering connection, a transit gateway peering or an endpoint service gives another account network access to instances, regardless of IP allow lists at the edge.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::LateralMovement, Tactic::Exfiltration],
            techniques: &["T1199", "T1537"],
            steps: &["8", "12"],
            next: "Delete the connection and its routes; reject what is pending",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Partner account with intended access: list it with --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (operation, path, (kind, noun), id, ends, state) in CONNECTIONS {
            for item in account.items("ec2", operation, path) {
                if ENDED.contains(&item.text(state)) {
                    continue;
                }
                let ends: Vec<&str> = ends.iter().map(|end| item.text(end)).collect();
                let exposure = account.exposure_among(&ends);
                shared(
                    found,
                    &item,
                    (kind, item.text(id), ""),
                    (noun, "connects to"),
                    &exposure,
                    Severity::High,
                );
            }
        }
    }
}

/// Operation, path of the connections in the answer, kind and noun, members with id, accounts and state.
type Connection = (
    &'static str,
    &'static str,
    (&'static str, &'static str),
    &'static str,
    &'static [&'static str],
    &'static str,
);

/// Connection types.
const CONNECTIONS: [Connection; 5] = [
    (
        "DescribeVpcPeeringConnections",
        "VpcPeeringConnections",
        ("peering", "VPC peering connection"),
        "VpcPeeringConnectionId",
        &["AccepterVpcInfo.OwnerId", "RequesterVpcInfo.OwnerId"],
        "Status.Code",
    ),
    (
        "DescribeTransitGatewayPeeringAttachments",
        "TransitGatewayPeeringAttachments",
        ("transit-gateway-peering", "Transit gateway peering"),
        "TransitGatewayAttachmentId",
        &["AccepterTgwInfo.OwnerId", "RequesterTgwInfo.OwnerId"],
        "State",
    ),
    (
        "DescribeVpcEndpointServicePermissions",
        "AllowedPrincipals",
        ("endpoint-service", "VPC endpoint service"),
        "ServiceId",
        &["Principal"],
        "State",
    ),
    (
        "DescribeNetworkInterfacePermissions",
        "NetworkInterfacePermissions",
        ("interface-permission", "Network interface permission"),
        "NetworkInterfaceId",
        &["AwsAccountId"],
        "PermissionState.State",
    ),
    (
        "DescribeAddressTransfers",
        "AddressTransfers",
        ("address", "Elastic IP address transfer"),
        "AllocationId",
        &["TransferAccountId"],
        "AddressTransferStatus",
    ),
];

/// States of connections that no longer exist.
const ENDED: [&str; 7] = [
    "deleted", "rejected", "failed", "expired", "revoked", "disabled", "deleting",
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, answer, silent, suspicious};

    let peering = |account: &str, state: &str| {
        answer(
            "ec2:DescribeVpcPeeringConnections",
            json!({"VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": state},
                "RequesterVpcInfo": {"OwnerId": OWN}, "AccepterVpcInfo": {"OwnerId": account}}]}),
        )
    };
    let address = answer(
        "ec2:DescribeAddressTransfers",
        json!({"AddressTransfers": [{"AllocationId": "eipalloc-1", "TransferAccountId": STRANGER, "AddressTransferStatus": "pending"}]}),
    );
    vec![
        suspicious(vec![peering(STRANGER, "active")]),
        suspicious(vec![address]),
        silent(vec![peering(OWN, "active"), peering(STRANGER, "deleted")]),
    ]
}
