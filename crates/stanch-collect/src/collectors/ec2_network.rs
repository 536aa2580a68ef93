//! Ways in and out: ports opened to the world, traffic mirrored, networks peered with external principals, names
//! resolved elsewhere.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ec2-network",
    purpose: "Networks: security groups, interfaces, addresses, gateways, peering, mirroring, endpoints, flow logs",
    steps: &["8", "10", "12", "13"],
    service: "ec2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeVpcs"),
        Ask::new("DescribeSubnets"),
        Ask::new("DescribeSecurityGroups"),
        Ask::new("DescribeSecurityGroupRules"),
        Ask::new("DescribeNetworkInterfaces"),
        Ask::new("DescribeAddresses"),
        Ask::new("DescribeRouteTables"),
        Ask::new("DescribeNetworkAcls"),
        Ask::new("DescribeInternetGateways"),
        Ask::new("DescribeEgressOnlyInternetGateways"),
        Ask::new("DescribeNatGateways"),
        Ask::new("DescribeDhcpOptions"),
        Ask::new("DescribeVpcPeeringConnections"),
        Ask::new("DescribeVpcEndpoints"),
        Ask::new("DescribeVpcEndpointServiceConfigurations").each(
            "ServiceConfigurations[]",
            &[with(
                "DescribeVpcEndpointServicePermissions",
                &[("ServiceId", "ServiceId")],
            )],
        ),
        Ask::new("DescribeVpcEndpointConnections"),
        Ask::new("DescribeFlowLogs"),
        Ask::new("DescribeManagedPrefixLists"),
        Ask::new("DescribeTrafficMirrorSessions"),
        Ask::new("DescribeTrafficMirrorTargets"),
        Ask::new("DescribeTrafficMirrorFilters"),
        Ask::new("DescribeTransitGateways"),
        Ask::new("DescribeTransitGatewayAttachments"),
        Ask::new("DescribeTransitGatewayPeeringAttachments"),
        Ask::new("DescribeVpnConnections"),
        Ask::new("DescribeVpnGateways"),
        Ask::new("DescribeCustomerGateways"),
        Ask::new("DescribeClientVpnEndpoints").each(
            "ClientVpnEndpoints[]",
            &[
                with(
                    "DescribeClientVpnAuthorizationRules",
                    &[("ClientVpnEndpointId", "ClientVpnEndpointId")],
                ),
                with(
                    "DescribeClientVpnConnections",
                    &[("ClientVpnEndpointId", "ClientVpnEndpointId")],
                ),
            ],
        ),
        Ask::new("DescribeInstanceConnectEndpoints"),
        Ask::new("DescribeNetworkInterfacePermissions"),
        Ask::new("DescribeAddressTransfers"),
        Ask::new("DescribeVerifiedAccessEndpoints"),
    ],
};
