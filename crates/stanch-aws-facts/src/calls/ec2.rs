//! Calls of EC2: instances, images, snapshots, networks.
//!
//! Sorted by service and call. It must not know other services.

use crate::fact::{CallFact, Logging, Loss};

/// See the module.
pub(super) const CALLS: &[CallFact] = &[
    CallFact::creates("ec2", "AllocateAddress", "Elastic IP address")
        .response("allocationId")
        .undone_by(&["ReleaseAddress"])
        .named_by(&["allocationid"]),
    CallFact::creates("ec2", "AllocateHosts", "Dedicated Host")
        .undone_by(&["ReleaseHosts"])
        .named_by(&["hostid"]),
    CallFact::changes("ec2", "AssociateIamInstanceProfile", "instance")
        .request("AssociateIamInstanceProfileRequest/InstanceId")
        .undone_by(&["DisassociateIamInstanceProfile"])
        .links(),
    CallFact::grants("ec2", "AuthorizeSecurityGroupIngress", "security group")
        .request("groupId")
        .undone_by(&["RevokeSecurityGroupIngress"])
        .named_by(&["groupid", "securitygroupruleid"]),
    CallFact::creates("ec2", "CopyImage", "image")
        .response("imageId")
        .undone_by(&["DeregisterImage"])
        .named_by(&["imageid"]),
    CallFact::creates("ec2", "CreateFlowLogs", "flow log")
        .undone_by(&["DeleteFlowLogs"])
        .logging(Logging::Created),
    CallFact::creates("ec2", "CreateImage", "image")
        .response("imageId")
        .undone_by(&["DeregisterImage"])
        .named_by(&["imageid"]),
    CallFact::creates("ec2", "CreateInternetGateway", "internet gateway")
        .response("internetGateway/internetGatewayId")
        .undone_by(&["DeleteInternetGateway"]),
    CallFact::creates("ec2", "CreateKeyPair", "key pair")
        .request("keyName")
        .undone_by(&["DeleteKeyPair"])
        .named_by(&["keypairid", "keyname"]),
    CallFact::creates("ec2", "CreateLaunchTemplate", "launch template")
        .undone_by(&["DeleteLaunchTemplate"])
        .named_by(&["launchtemplateid", "launchtemplatename"]),
    CallFact::creates("ec2", "CreateNatGateway", "NAT gateway")
        .response("CreateNatGatewayResponse/natGateway/natGatewayId")
        .undone_by(&["DeleteNatGateway"]),
    CallFact::creates("ec2", "CreateNetworkInterface", "network interface")
        .response("networkInterface/networkInterfaceId")
        .undone_by(&["DeleteNetworkInterface"]),
    CallFact::creates("ec2", "CreateRoute", "route").undone_by(&["DeleteRoute"]),
    CallFact::creates("ec2", "CreateRouteTable", "route table")
        .response("routeTable/routeTableId")
        .undone_by(&["DeleteRouteTable"]),
    CallFact::creates("ec2", "CreateSecurityGroup", "security group")
        .response("groupId")
        .undone_by(&["DeleteSecurityGroup"])
        .named_by(&["groupid", "groupname"]),
    CallFact::creates("ec2", "CreateSnapshot", "snapshot")
        .response("snapshotId")
        .undone_by(&["DeleteSnapshot"])
        .named_by(&["snapshotid"]),
    CallFact::creates("ec2", "CreateSubnet", "subnet")
        .response("subnet/subnetId")
        .undone_by(&["DeleteSubnet"]),
    CallFact::creates("ec2", "CreateVolume", "volume")
        .response("volumeId")
        .undone_by(&["DeleteVolume"]),
    CallFact::creates("ec2", "CreateVpc", "VPC")
        .response("vpc/vpcId")
        .undone_by(&["DeleteVpc"])
        .named_by(&["vpcid"]),
    CallFact::creates("ec2", "CreateVpcPeeringConnection", "VPC peering connection")
        .undone_by(&["DeleteVpcPeeringConnection"])
        .named_by(&["vpcpeeringconnectionid"]),
    CallFact::deletes("ec2", "DeleteFlowLogs", "flow log").logging(Logging::PartOff),
    CallFact::deletes("ec2", "DeleteInternetGateway", "internet gateway").loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteKeyPair", "key pair")
        .request("keyName")
        .loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteLaunchTemplate", "launch template").loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteNatGateway", "NAT gateway").loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteNetworkInterface", "network interface").loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteRoute", "route").loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteRouteTable", "route table").loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteSecurityGroup", "security group")
        .request("groupId")
        .loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteSnapshot", "snapshot")
        .request("snapshotId")
        .loses(Loss::Backup),
    CallFact::deletes("ec2", "DeleteSubnet", "subnet").loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeleteVolume", "volume").loses(Loss::Data),
    CallFact::deletes("ec2", "DeleteVpc", "VPC")
        .request("vpcId")
        .loses(Loss::Plumbing),
    CallFact::deletes("ec2", "DeregisterImage", "image")
        .request("imageId")
        .loses(Loss::Backup),
    CallFact::creates("ec2", "ImportKeyPair", "key pair")
        .request("keyName")
        .undone_by(&["DeleteKeyPair"])
        .named_by(&["keypairid", "keyname"]),
    CallFact::grants("ec2", "ModifyImageAttribute", "image")
        .request("imageId")
        .named_by(&["imageid"]),
    CallFact::grants("ec2", "ModifySnapshotAttribute", "snapshot").request("snapshotId"),
    CallFact::changes("ec2", "ReplaceIamInstanceProfileAssociation", "instance")
        .request("ReplaceIamInstanceProfileAssociationRequest/InstanceId")
        .links(),
    CallFact::creates("ec2", "RequestSpotInstances", "Spot request")
        .undone_by(&["CancelSpotInstanceRequests"])
        .named_by(&["spotinstancerequestid", "instanceid"]),
    CallFact::creates("ec2", "RunInstances", "instance")
        .response("instancesSet/items")
        .undone_by(&["TerminateInstances"])
        .named_by(&["instanceid"])
        .links(),
    CallFact::deletes("ec2", "TerminateInstances", "instance")
        .request("instancesSet/items")
        .loses(Loss::Workload),
];
