"""GuardDuty: findings and lists. Findings come from CreateSampleFindings or from a fixture."""

from __future__ import annotations

from typing import Any

from moto.guardduty.models import guardduty_backends

from ..call import Call
from ..reply import AwsError
from ..state import State
from .common import MADE_AT, hexadecimal

DEFAULT_TYPES = ["UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", "CryptoCurrency:EC2/BitcoinTool.B!DNS"]
STAMP = "%Y-%m-%dT%H:%M:%S.000Z"


def _detector(call: Call) -> Any:
    detectors = guardduty_backends[call.account][call.region].detectors
    if call.parameters["DetectorId"] not in detectors:
        raise AwsError("BadRequestException", "The request is rejected because the input detectorId is not owned by the current account.")
    return detectors[call.parameters["DetectorId"]]


def _findings(state: State, call: Call) -> dict[str, Any]:
    return state.shelf(call.account, call.region, f"findings-{_detector(call).id}")


def create_samples(state: State, call: Call) -> dict[str, Any]:
    for kind in call.parameters.get("FindingTypes") or DEFAULT_TYPES:
        key = hexadecimal(32)
        arn = f"arn:{call.partition}:guardduty:{call.region}:{call.account}:detector/{_detector(call).id}/finding/{key}"
        _findings(state, call)[key] = {
            "AccountId": call.account, "Arn": arn, "CreatedAt": MADE_AT.strftime(STAMP), "UpdatedAt": MADE_AT.strftime(STAMP), "Id": key,
            "Partition": call.partition, "Region": call.region, "SchemaVersion": "2.0", "Severity": 8.0 if "Crypto" in kind else 5.0, "Type": kind,
            "Title": f"Sample: {kind}", "Description": "Made by the stand-in.", "Resource": {"ResourceType": "Instance" if ":EC2/" in kind else "AccessKey"},
            "Service": {"Archived": False, "Count": 1, "DetectorId": _detector(call).id, "ServiceName": "guardduty",
                        "EventFirstSeen": MADE_AT.strftime(STAMP), "EventLastSeen": MADE_AT.strftime(STAMP)}}
    return {}


def _archived(call: Call) -> list[str] | None:
    criterion = (call.parameters.get("FindingCriteria") or {}).get("Criterion") or {}
    condition = criterion.get("service.archived") or {}
    return condition.get("Equals") or condition.get("Eq")


def list_findings(state: State, call: Call) -> dict[str, Any]:
    wanted = _archived(call)
    return {"FindingIds": [key for key, item in _findings(state, call).items() if not wanted or str(item["Service"]["Archived"]).lower() in wanted]}


def get_findings(state: State, call: Call) -> dict[str, Any]:
    found = _findings(state, call)
    return {"Findings": [found[key] for key in call.parameters["FindingIds"] if key in found]}


def _archive(archived: bool) -> Any:
    def change(state: State, call: Call) -> dict[str, Any]:
        for key in call.parameters["FindingIds"]:
            if key in _findings(state, call):
                _findings(state, call)[key]["Service"]["Archived"] = archived
        return {}

    return change


def list_filters(state: State, call: Call) -> dict[str, Any]:
    return {"FilterNames": sorted(_detector(call).filters)}


def _list_kind(name: str) -> tuple[Any, Any, Any]:
    """Create, list and get of IP sets and threat intelligence sets, which are alike."""
    def create(state: State, call: Call) -> dict[str, Any]:
        key = hexadecimal(32)
        given = {member: call.parameters[member] for member in ("Name", "Format", "Location") if member in call.parameters}
        state.shelf(call.account, call.region, f"{name}-{_detector(call).id}")[key] = {
            **given, "Status": "ACTIVE" if call.parameters.get("Activate") else "INACTIVE"}
        return {f"{name}Id": key}

    def every(state: State, call: Call) -> dict[str, Any]:
        return {f"{name}Ids": sorted(state.shelf(call.account, call.region, f"{name}-{_detector(call).id}"))}

    def get(state: State, call: Call) -> dict[str, Any]:
        shelf = state.shelf(call.account, call.region, f"{name}-{_detector(call).id}")
        if call.parameters[f"{name}Id"] not in shelf:
            raise AwsError("BadRequestException", f"there is no such {name}")
        return dict(shelf[call.parameters[f"{name}Id"]])

    return create, every, get


_ip, _threat = _list_kind("IpSet"), _list_kind("ThreatIntelSet")
OPERATIONS = {
    "CreateSampleFindings": create_samples, "ListFindings": list_findings, "GetFindings": get_findings,
    "ArchiveFindings": _archive(True), "UnarchiveFindings": _archive(False), "ListFilters": list_filters,
    "CreateIPSet": _ip[0], "ListIPSets": _ip[1], "GetIPSet": _ip[2],
    "CreateThreatIntelSet": _threat[0], "ListThreatIntelSets": _threat[1], "GetThreatIntelSet": _threat[2],
    "ListPublishingDestinations": lambda state, call: {"Destinations": []},
    "ListMembers": lambda state, call: {"Members": []},
}
