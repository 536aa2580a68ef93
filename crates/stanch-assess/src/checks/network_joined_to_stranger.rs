//! A network is joined to one of another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
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

/// See the head of this file.
pub(super) struct NetworkJoinedToStranger;

impl Check for NetworkJoinedToStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "network-joined-to-stranger",
            title: "A network is joined to one of another account",
            why: "A peering, a transit gateway or an endpoint service reaches machines from another account past every address list.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::LateralMovement, Tactic::Exfiltration],
            techniques: &["T1199", "T1537"],
            steps: &["8", "12"],
            next: "delete the connection and its routes; refuse what is pending",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (operation, path, kind, id, ends, state) in JOINED {
            for item in account.items("ec2", operation, path) {
                if GONE.contains(&item.text(state)) {
                    continue;
                }
                let ends: Vec<&str> = ends.iter().map(|end| item.text(end)).collect();
                let guests = account.guests_among(&ends);
                shared(found, &item, (kind, item.text(id), ""), &guests, Severity::High);
            }
        }
    }
}

/// A call, the path of the things in its answer, their kind, and the members that hold id, ends and state.
type Joins = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

/// What joins networks.
const JOINED: [Joins; 5] = [
    (
        "DescribeVpcPeeringConnections",
        "VpcPeeringConnections",
        "peering",
        "VpcPeeringConnectionId",
        &["AccepterVpcInfo.OwnerId", "RequesterVpcInfo.OwnerId"],
        "Status.Code",
    ),
    (
        "DescribeTransitGatewayPeeringAttachments",
        "TransitGatewayPeeringAttachments",
        "transit-gateway-peering",
        "TransitGatewayAttachmentId",
        &["AccepterTgwInfo.OwnerId", "RequesterTgwInfo.OwnerId"],
        "State",
    ),
    (
        "DescribeVpcEndpointServicePermissions",
        "AllowedPrincipals",
        "endpoint-service",
        "ServiceId",
        &["Principal"],
        "State",
    ),
    (
        "DescribeNetworkInterfacePermissions",
        "NetworkInterfacePermissions",
        "interface-permission",
        "NetworkInterfaceId",
        &["AwsAccountId"],
        "PermissionState.State",
    ),
    (
        "DescribeAddressTransfers",
        "AddressTransfers",
        "address",
        "AllocationId",
        &["TransferAccountId"],
        "AddressTransferStatus",
    ),
];

/// States of what no longer joins anything.
const GONE: [&str; 7] = [
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
