"""Organizations: a member's access role is an administrator, which moto leaves out."""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends

from ..call import Call
from ..state import State

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def empower_access_role(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    member = value["CreateAccountStatus"]["AccountId"]
    name = call.parameters.get("RoleName", "OrganizationAccountAccessRole")
    iam_backends[member][call.partition].attach_role_policy(ADMINISTRATOR, name)
    return value


AMENDMENTS = {("organizations", "CreateAccount"): empower_access_role}
