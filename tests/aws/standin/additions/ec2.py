"""EC2: defaults of a region (metadata service, public sharing, serial console) and lists that are merely empty."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from ..call import Call
from ..state import State
from .account import OPT_IN, region_states


def _defaults(state: State, call: Call) -> dict[str, Any]:
    return state.shelf(call.account, call.region, "ec2-defaults")


def metadata_defaults(state: State, call: Call) -> dict[str, Any]:
    return {"AccountLevel": _defaults(state, call).get("metadata", {})}


def change_metadata_defaults(state: State, call: Call) -> dict[str, Any]:
    members = ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "InstanceMetadataTags")
    kept = _defaults(state, call).setdefault("metadata", {})
    kept.update({key: call.parameters[key] for key in members if key in call.parameters})
    return {"Return": True}


def _getter(name: str, member: str, default: Any) -> Any:
    return lambda state, call: {member: _defaults(state, call).get(name, default), **({"ManagedBy": "account"} if member != "SerialConsoleAccessEnabled" else {})}


def _setter(name: str, member: str, value: Any, parameter: str | None = None) -> Any:
    def put(state: State, call: Call) -> dict[str, Any]:
        _defaults(state, call)[name] = call.parameters.get(parameter, value) if parameter else value
        return {member: _defaults(state, call)[name]}

    return put


def regions(state: State, call: Call) -> dict[str, Any] | None:
    """In step with what the account has enabled; other partitions and filters are left to moto."""
    if call.partition != "aws" or call.parameters.get("Filters"):
        return None
    asked, every = call.parameters.get("RegionNames"), call.parameters.get("AllRegions")
    found = []
    for name, status in region_states(state, call.account).items():
        opt_in = "opt-in-not-required" if name not in OPT_IN else "opted-in" if status == "ENABLED" else "not-opted-in"
        if (every or opt_in != "not-opted-in") and (not asked or name in asked):
            found.append({"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": opt_in})
    return {"Regions": found}


def volume_status(state: State, call: Call) -> dict[str, Any]:
    backend = ec2_backends[call.account][call.region]
    fine = {"Status": "ok", "Details": [{"Name": "io-enabled", "Status": "passed"}]}
    return {"VolumeStatuses": [{"VolumeId": volume.id, "AvailabilityZone": volume.zone.name if hasattr(volume.zone, "name") else str(volume.zone),
                                "VolumeStatus": fine, "Actions": [], "Events": []} for volume in backend.volumes.values()]}


def snapshots(state: State, call: Call) -> dict[str, Any]:
    """Of the owners asked for only: moto passes that over, and its own images bring a thousand snapshots of other accounts."""
    owners = {call.account if owner == "self" else owner for owner in call.parameters.get("OwnerIds") or []}
    filters = {wanted["Name"]: wanted["Values"] for wanted in call.parameters.get("Filters") or []}
    found = ec2_backends[call.account][call.region].describe_snapshots(call.parameters.get("SnapshotIds"), filters)
    return {"Snapshots": [snapshot for snapshot in found if not owners or snapshot.owner_id in owners]}


def _empty(member: str) -> Any:
    return lambda state, call: {member: []}


OPERATIONS = {
    "GetInstanceMetadataDefaults": metadata_defaults, "ModifyInstanceMetadataDefaults": change_metadata_defaults,
    "GetSnapshotBlockPublicAccessState": _getter("snapshots", "State", "unblocked"),
    "EnableSnapshotBlockPublicAccess": _setter("snapshots", "State", "block-all-sharing", "State"),
    "DisableSnapshotBlockPublicAccess": _setter("snapshots", "State", "unblocked"),
    "GetImageBlockPublicAccessState": _getter("images", "ImageBlockPublicAccessState", "unblocked"),
    "EnableImageBlockPublicAccess": _setter("images", "ImageBlockPublicAccessState", "block-new-sharing", "ImageBlockPublicAccessState"),
    "DisableImageBlockPublicAccess": _setter("images", "ImageBlockPublicAccessState", "unblocked"),
    "GetSerialConsoleAccessStatus": _getter("serial", "SerialConsoleAccessEnabled", False),
    "EnableSerialConsoleAccess": _setter("serial", "SerialConsoleAccessEnabled", True),
    "DisableSerialConsoleAccess": _setter("serial", "SerialConsoleAccessEnabled", False),
    "DescribeRegions": regions, "DescribeSnapshots": snapshots, "DescribeVolumeStatus": volume_status,
    "DescribeReservedInstances": _empty("ReservedInstances"), "DescribeInstanceConnectEndpoints": _empty("InstanceConnectEndpoints"),
    "DescribeClientVpnEndpoints": _empty("ClientVpnEndpoints"), "DescribeCapacityReservations": _empty("CapacityReservations"),
}
