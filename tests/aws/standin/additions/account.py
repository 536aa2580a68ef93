"""Account management: regions with their opt-in state, contacts."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from ..call import Call
from ..reply import AwsError
from ..state import State

OPT_IN = frozenset({
    "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
    "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1"})
CONTACT = {"FullName": "Acme Operations", "AddressLine1": "1 Example Road", "City": "Springfield", "CountryCode": "US",
           "PostalCode": "00000", "PhoneNumber": "+15550100", "CompanyName": "Acme"}


def region_states(state: State, account: str) -> dict[str, str]:
    """Every region of the commercial partition; opt-in ones are off until somebody enables them."""
    changed = state.shelf(account, "", "regions")
    regions = sorted(name for name in ec2_backends[account].regions if not name.startswith(("us-gov", "cn-", "us-iso", "eu-iso", "eusc")))
    return {name: changed.get(name, "DISABLED" if name in OPT_IN else "ENABLED_BY_DEFAULT") for name in regions}


def list_regions(state: State, call: Call) -> dict[str, Any]:
    wanted = call.parameters.get("RegionOptStatusContains")
    return {"Regions": [{"RegionName": name, "RegionOptStatus": status}
                        for name, status in region_states(state, call.account).items() if not wanted or status in wanted]}


def _region(state: State, call: Call) -> str:
    name = call.parameters["RegionName"]
    if name not in region_states(state, call.account):
        raise AwsError("ValidationException", f"{name} is not a region")
    return str(name)


def region_status(state: State, call: Call) -> dict[str, Any]:
    name = _region(state, call)
    return {"RegionName": name, "RegionOptStatus": region_states(state, call.account)[name]}


def _switch(status: str) -> Any:
    def switch(state: State, call: Call) -> dict[str, Any]:
        name = _region(state, call)
        if name not in OPT_IN:
            raise AwsError("ValidationException", f"{name} is enabled by default and stays so")
        state.shelf(call.account, "", "regions")[name] = status
        return {}

    return switch


def contact(state: State, call: Call) -> dict[str, Any]:
    return {"ContactInformation": state.shelf(call.account, "", "contact").get("primary", CONTACT)}


def put_contact(state: State, call: Call) -> dict[str, Any]:
    state.shelf(call.account, "", "contact")["primary"] = call.parameters["ContactInformation"]
    return {}


def primary_email(state: State, call: Call) -> dict[str, Any]:
    return {"PrimaryEmail": "root@acme.example"}


OPERATIONS = {"ListRegions": list_regions, "GetRegionOptStatus": region_status, "EnableRegion": _switch("ENABLED"),
              "DisableRegion": _switch("DISABLED"), "GetContactInformation": contact, "PutContactInformation": put_contact,
              "GetPrimaryEmail": primary_email}
