"""EC2, one instance at a time: attributes, groups of interfaces, metadata options, shared snapshots. moto has these in part."""

from __future__ import annotations

import base64
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance
from moto.ec2.models.security_groups import SecurityGroupBackend

from ..call import Call
from ..reply import AwsError
from ..state import State

# The smallest picture there is of a console: one grey pixel.
SCREENSHOT = base64.b64encode(bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "08" * 64 + "ffc0000b080001000101011100ffc40014000100000000000000000000000000000009"
    "ffc40014100100000000000000000000000000000000ffda0008010100003f002a9fffd9")).decode()
FLAGS = {"DisableApiTermination": "disable_api_termination", "DisableApiStop": "disable_api_stop", "EbsOptimized": "ebs_optimized",
         "SourceDestCheck": "source_dest_check", "InstanceInitiatedShutdownBehavior": "instance_initiated_shutdown_behavior"}
METADATA = {"HttpTokens": "http_tokens", "HttpPutResponseHopLimit": "http_put_response_hop_limit", "HttpEndpoint": "http_endpoint",
            "HttpProtocolIpv6": "http_protocol_ipv6", "InstanceMetadataTags": "instance_metadata_tags"}


class Whole(list[Any]):
    """A list that stays whole: what walks over a copy of it to take members out finds none."""

    def copy(self) -> list[Any]:
        return []


def _correct_moto() -> None:
    """The groups of an instance are those of its first interface, and an interface has its own only: moto joins both. And a rule
    for IPv6 can be revoked in a network without IPv6 as it can be authorised there: moto passes such ranges over."""
    attach, revoke = Instance.attach_eni, SecurityGroupBackend.revoke_security_group_egress

    def revoke_egress(self: Any, *arguments: Any, **named: Any) -> None:
        named |= {name: Whole(value) for name, value in named.items() if name == "ip_ranges"}
        revoke(self, *(Whole(value) if place == 4 else value for place, value in enumerate(arguments)), **named)

    def group_set(self: Any) -> list[Any]:
        first = self.instance is not None and self.device_index == 0 and self.instance.security_groups
        return list(self.instance.security_groups) if first else list(self._group_set)

    def attach_eni(self: Any, eni: Any, device_index: int) -> str:
        if int(device_index) == 0 and not self.security_groups:
            self.security_groups = list(eni._group_set)
        return attach(self, eni, device_index)

    NetworkInterface.group_set = property(group_set)
    Instance.attach_eni = attach_eni
    SecurityGroupBackend.revoke_security_group_egress = revoke_egress


_correct_moto()


def _backend(call: Call) -> Any:
    return ec2_backends[call.account][call.region]


def _instance(call: Call) -> Any:
    found = _backend(call).get_instance_by_id(call.parameters["InstanceId"])
    if found is None:
        raise AwsError("InvalidInstanceID.NotFound", f"The instance ID '{call.parameters['InstanceId']}' does not exist")
    return found


def _groups(call: Call, names: list[str]) -> list[Any]:
    found = [_backend(call).get_security_group_from_id(name) for name in names]
    for name, group in zip(names, found, strict=True):
        if group is None:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{name}' does not exist")
    return found


def _wear(interface: Any, groups: list[Any]) -> None:
    interface._group_set = groups
    if interface.instance is not None and interface.device_index == 0:
        interface.instance.security_groups = list(groups)


def _plain(value: Any) -> Any:
    return value["Value"] if isinstance(value, dict) else value


def modify_attribute(state: State, call: Call) -> dict[str, Any] | None:
    """The attributes that containment writes, one a call as on AWS; the rest is moto's."""
    given = [name for name in (*FLAGS, "Groups", "BlockDeviceMappings") if name in call.parameters]
    if not given:
        return None
    instance, name = _instance(call), given[0]
    if len(given) > 1:
        raise AwsError("InvalidParameterCombination", "Fields for multiple attribute types specified")
    if name == "Groups":
        if len(instance.nics) > 1:
            raise AwsError("InvalidInstanceID", f"There are multiple interfaces attached to instance '{instance.id}'. Please specify an interface ID for the operation instead.")
        _wear(instance.nics[0], _groups(call, call.parameters["Groups"]))
    elif name == "BlockDeviceMappings":
        for mapping in call.parameters[name]:
            if mapping["DeviceName"] not in instance.block_device_mapping:
                raise AwsError("InvalidInstanceAttributeValue", f"No device is currently mapped at {mapping['DeviceName']}")
            instance.block_device_mapping[mapping["DeviceName"]].delete_on_termination = bool(mapping.get("Ebs", {}).get("DeleteOnTermination"))
    else:
        setattr(instance, FLAGS[name], _plain(call.parameters[name]))
    return {}


def describe_attribute(state: State, call: Call) -> dict[str, Any] | None:
    instance, asked = _instance(call), call.parameters["Attribute"]
    if asked == "blockDeviceMapping":
        return {"InstanceId": instance.id, "BlockDeviceMappings": [
            {"DeviceName": device, "Ebs": {"VolumeId": block.volume_id, "Status": "attached", "AttachTime": block.attach_time,
                                           "DeleteOnTermination": bool(block.delete_on_termination)}} for device, block in instance.get_block_device_mapping]}
    if asked == "enclaveOptions":
        return {"InstanceId": instance.id, "EnclaveOptions": {"Enabled": False}}
    return None


def modify_interface(state: State, call: Call) -> dict[str, Any] | None:
    if "Groups" not in call.parameters:
        return None
    interface = _backend(call).enis.get(call.parameters["NetworkInterfaceId"])
    if interface is None:
        raise AwsError("InvalidNetworkInterfaceID.NotFound", f"The networkInterface ID '{call.parameters['NetworkInterfaceId']}' does not exist")
    _wear(interface, _groups(call, call.parameters["Groups"]))
    return {}


def check_group_unused(state: State, call: Call) -> None:
    name = call.parameters.get("GroupId")
    for interface in list(_backend(call).enis.values()):
        alive = interface.instance is None or interface.instance.state != "terminated"
        if alive and any(group.id == name for group in interface.group_set):
            raise AwsError("DependencyViolation", f"resource {name} has a dependent object")


def modify_metadata(state: State, call: Call) -> dict[str, Any]:
    """What the call leaves out stays as it was."""
    options = _instance(call).metadata_options
    for member, attribute in METADATA.items():
        if member in call.parameters:
            setattr(options, attribute, call.parameters[member])
    return {"InstanceId": call.parameters["InstanceId"],
            "InstanceMetadataOptions": {"State": "pending", **{member: getattr(options, attribute) for member, attribute in METADATA.items()}}}


def screenshot(state: State, call: Call) -> dict[str, Any]:
    return {"InstanceId": _instance(call).id, "ImageData": SCREENSHOT}


def _snapshot(call: Call) -> Any:
    found = _backend(call).snapshots.get(call.parameters["SnapshotId"])
    if found is None:
        raise AwsError("InvalidSnapshot.NotFound", f"The snapshot '{call.parameters['SnapshotId']}' does not exist.")
    return found


def share_snapshot(state: State, call: Call) -> dict[str, Any]:
    """Both spellings: lists with an operation, and a structure of what is added and removed."""
    snapshot, given = _snapshot(call), call.parameters
    changes = given.get("CreateVolumePermission") or {}
    added, removed = list(changes.get("Add", [])), list(changes.get("Remove", []))
    listed = [{"UserId": name} for name in given.get("UserIds", [])] + [{"Group": name} for name in given.get("GroupNames", [])]
    (removed if given.get("OperationType") == "remove" else added).extend(listed)
    blocked = state.shelf(call.account, call.region, "ec2-defaults").get("snapshots", "unblocked") != "unblocked"
    if blocked and any(item.get("Group") == "all" for item in added):
        raise AwsError("OperationNotPermitted", "Public access to snapshots is blocked in this region.")
    for item in added:
        snapshot.create_volume_permission_userids |= {item["UserId"]} if "UserId" in item else set()
        snapshot.create_volume_permission_groups |= {item["Group"]} if "Group" in item else set()
    for item in removed:
        snapshot.create_volume_permission_userids -= {item.get("UserId")}
        snapshot.create_volume_permission_groups -= {item.get("Group")}
    return {}


def reset_snapshot(state: State, call: Call) -> dict[str, Any]:
    snapshot = _snapshot(call)
    snapshot.create_volume_permission_userids, snapshot.create_volume_permission_groups = set(), set()
    return {}


def show_state(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    for snapshot in value.get("Snapshots", []):
        snapshot.setdefault("State", "pending")
    return value


OPERATIONS: dict[tuple[str, str], Any] = {("ec2", name): function for name, function in {
    "ModifyInstanceAttribute": modify_attribute, "DescribeInstanceAttribute": describe_attribute, "ModifyNetworkInterfaceAttribute": modify_interface,
    "DeleteSecurityGroup": check_group_unused, "ModifyInstanceMetadataOptions": modify_metadata, "GetConsoleScreenshot": screenshot,
    "ModifySnapshotAttribute": share_snapshot, "ResetSnapshotAttribute": reset_snapshot}.items()}
AMENDMENTS: dict[tuple[str, str], Any] = {("ec2", "CreateSnapshots"): show_state}
