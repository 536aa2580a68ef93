"""IAM's limits, which decide whether a deny fits: quotas of inline and attached policies, roles that nobody may change.

Quotas: IAM User Guide, "IAM and AWS STS quotas" (2,048 characters inline for a user, 5,120 for a group, 10,240 for a role, white space
not counted; ten attached policies). Roles under `/aws-service-role/` and `/aws-reserved/` belong to AWS.
"""

from __future__ import annotations

import re
from typing import Any

from moto.iam.models import iam_backends

from ..call import Call
from ..reply import AwsError
from ..state import State

INLINE = {"User": 2048, "Group": 5120, "Role": 10_240}
ATTACHED = 10
PROTECTED = ("/aws-service-role/", "/aws-reserved/")
BOUNDARY = "PermissionsBoundaryArn"


def _owner(call: Call, kind: str) -> Any:
    """None where there is no such identity: that is moto's to say."""
    backend, name = iam_backends[call.account][call.partition], call.parameters.get(f"{kind}Name")
    kept = {"User": backend.users, "Group": backend.groups, "Role": backend.roles}[kind]
    return next((owner for owner in list(kept.values()) if owner.name == name), None)


def _size(text: Any) -> int:
    return len(re.sub(r"\s", "", str(text)))


def check_inline(kind: str) -> Any:
    def check(state: State, call: Call) -> None:
        owner = _owner(call, kind)
        if owner is None:
            return
        others = sum(_size(text) for name, text in owner.policies.items() if name != call.parameters["PolicyName"])
        if others + _size(call.parameters["PolicyDocument"]) > INLINE[kind]:
            raise AwsError("LimitExceeded", f"Maximum policy size of {INLINE[kind]} bytes exceeded for {kind.lower()} {owner.name}", 409)

    return check


def check_attached(kind: str) -> Any:
    def check(state: State, call: Call) -> None:
        owner = _owner(call, kind)
        if owner is not None and call.parameters["PolicyArn"] not in owner.managed_policies and len(owner.managed_policies) >= ATTACHED:
            raise AwsError("LimitExceeded", f"Cannot exceed quota for PoliciesPer{kind}: {ATTACHED}", 409)

    return check


def check_protected(state: State, call: Call) -> None:
    role = _owner(call, "Role")
    if role is not None and role.path.startswith(PROTECTED):
        raise AwsError("UnmodifiableEntity", f"Cannot perform the operation on the protected role '{role.name}' - this role is only modifiable by AWS", 400)


def check_saml_provider(state: State, call: Call) -> None:
    arn = call.parameters["SAMLProviderArn"]
    if all(provider.arn != arn for provider in iam_backends[call.account][call.partition].saml_providers.values()):
        raise AwsError("NoSuchEntity", f"Manifest not found for arn {arn}", 404)


def _all(*checks: Any) -> Any:
    def check(state: State, call: Call) -> None:
        for each in checks:
            each(state, call)

    return check


def keep_boundary(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """CreateUser takes a boundary, which moto drops."""
    arn = call.parameters.get("PermissionsBoundary")
    if arn:
        stated = {"PermissionsBoundaryType": "Policy", BOUNDARY: arn}
        _owner(call, "User").permissions_boundary = stated
        value["User"]["PermissionsBoundary"] = stated
    return value


def bounded_users(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """ListEntitiesForPolicy by its use as a boundary."""
    if call.parameters.get("PolicyUsageFilter") != "PermissionsBoundary":
        return value
    arn, backend = call.parameters["PolicyArn"], iam_backends[call.account][call.partition]
    users = [user for user in backend.users.values() if (getattr(user, "permissions_boundary", None) or {}).get(BOUNDARY) == arn]
    roles = [role for role in backend.roles.values() if getattr(role, "permissions_boundary_arn", None) == arn]
    return {**value, "PolicyUsers": [{"UserName": user.name, "UserId": user.id} for user in users], "PolicyGroups": [],
            "PolicyRoles": [{"RoleName": role.name, "RoleId": role.id} for role in roles]}


# Each only refuses; where nothing is wrong moto answers.
OPERATIONS: dict[tuple[str, str], Any] = {
    ("iam", "PutUserPolicy"): check_inline("User"), ("iam", "PutGroupPolicy"): check_inline("Group"),
    ("iam", "DeleteSAMLProvider"): check_saml_provider,
    ("iam", "PutRolePolicy"): _all(check_protected, check_inline("Role")),
    ("iam", "AttachUserPolicy"): check_attached("User"), ("iam", "AttachGroupPolicy"): check_attached("Group"),
    ("iam", "AttachRolePolicy"): _all(check_protected, check_attached("Role")),
} | {("iam", name): check_protected for name in (
    "DetachRolePolicy", "DeleteRolePolicy", "UpdateAssumeRolePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary", "DeleteRole", "UpdateRole")}
AMENDMENTS: dict[tuple[str, str], Any] = {("iam", "CreateUser"): keep_boundary, ("iam", "ListEntitiesForPolicy"): bounded_users}
