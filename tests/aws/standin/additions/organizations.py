"""Organizations: members' access roles are administrators, control policies have limits, and only the management account asks."""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from ..call import Call
from ..reply import AwsError
from ..state import State

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
# "Quotas for AWS Organizations": policies attached to one target (the least is one), characters of one policy.
ATTACHED, CHARACTERS = 5, 5120
ASKED = ("ListRoots", "ListAccounts", "ListPolicies", "ListPoliciesForTarget", "ListTargetsForPolicy", "CreatePolicy", "AttachPolicy", "DetachPolicy",
         "DeletePolicy", "UpdatePolicy", "DescribePolicy", "EnablePolicyType", "DisablePolicyType", "ListOrganizationalUnitsForParent",
         "ListAccountsForParent", "ListParents", "ListChildren", "DescribeAccount", "CreateAccount", "ListDelegatedAdministrators",
         "ListAWSServiceAccessForOrganization")


def empower_access_role(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    member = value["CreateAccountStatus"]["AccountId"]
    name = call.parameters.get("RoleName", "OrganizationAccountAccessRole")
    iam_backends[member][call.partition].attach_role_policy(ADMINISTRATOR, name)
    return value


def _backend(call: Call) -> Any:
    return organizations_backends[call.account][call.partition]


def _check_standing(call: Call) -> None:
    """In no organization, or in one of which it is only a member."""
    if _backend(call).org is not None:
        return
    if call.account in organizations_backends.master_accounts:
        raise AwsError("AccessDeniedException", "You don't have permissions to access this resource.")
    raise AwsError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")


def check_standing(state: State, call: Call) -> None:
    _check_standing(call)


def _target(backend: Any, key: str) -> Any:
    return next((item for item in [*backend.accounts, *backend.ou] if item.id == key), None)


def _attached(call: Call) -> tuple[list[Any], Any]:
    """What is attached to the call's target, and the call's policy; None when moto shall say what is wrong."""
    _check_standing(call)
    backend = _backend(call)
    policy = next((item for item in backend.policies if item.id == call.parameters.get("PolicyId")), None)
    target = _target(backend, call.parameters.get("TargetId", ""))
    return (target.attached_policies if target is not None else []), policy if target is not None else None


def _enabled(backend: Any, kind: str) -> bool:
    return any(item == {"Type": kind, "Status": "ENABLED"} for unit in backend.ou for item in getattr(unit, "policy_types", []))


def check_attach(state: State, call: Call) -> None:
    attached, policy = _attached(call)
    if policy is None:
        return
    if policy in attached:
        raise AwsError("DuplicatePolicyAttachmentException", "A policy with the specified name and type already is attached to the specified target.")
    if not _enabled(_backend(call), policy.type):
        raise AwsError("PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types.")
    if sum(other.type == policy.type for other in attached) >= ATTACHED:
        raise AwsError("ConstraintViolationException", "You have attached the maximum number of policies to the specified target.")


def check_detach(state: State, call: Call) -> None:
    attached, policy = _attached(call)
    if policy is None:
        return
    if policy not in attached:
        raise AwsError("PolicyNotAttachedException", "The policy isn't attached to the specified target in the specified root.")
    if policy.type == "SERVICE_CONTROL_POLICY" and sum(other.type == policy.type for other in attached) == 1:
        raise AwsError("ConstraintViolationException", "You can't detach the last service control policy from a target.")


def check_content(state: State, call: Call) -> None:
    _check_standing(call)
    if len(call.parameters.get("Content") or "") > CHARACTERS:
        raise AwsError("ConstraintViolationException", f"You have exceeded the maximum policy size of {CHARACTERS} characters.")


OPERATIONS: dict[tuple[str, str], Any] = {("organizations", name): check_standing for name in ASKED} | {
    ("organizations", "AttachPolicy"): check_attach, ("organizations", "DetachPolicy"): check_detach,
    ("organizations", "CreatePolicy"): check_content, ("organizations", "UpdatePolicy"): check_content}
AMENDMENTS: dict[tuple[str, str], Any] = {("organizations", "CreateAccount"): empower_access_role}
