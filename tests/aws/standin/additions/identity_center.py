"""Identity Center: an assignment makes a role in the account, provisioning carries the permission set's policies into it, the portal
gives sessions of it, and a disabled user gets none. moto keeps permission sets and assignments, and makes nothing of them.

The bearer token of the portal is the stand-in's own: `portal:` and the user's id.
"""

from __future__ import annotations

import json
import time
from typing import Any

from moto.iam.models import iam_backends
from moto.identitystore.models import identitystore_backends
from moto.ssoadmin.models import ssoadmin_backends
from moto.sts.models import sts_backends

from ..call import Call
from ..reply import AwsError
from ..state import State
from .common import MADE_AT, hexadecimal, identifier

PATH, INLINE = "/aws-reserved/sso.amazonaws.com/", "AwsSSOInlinePolicy"
SESSION_SECONDS = 3600


def _permission_sets(backend: Any) -> dict[str, Any]:
    return {item.permission_set_arn: item for item in backend.permission_sets}


def _role_of(account: str, partition: str, name: str) -> Any:
    prefix = f"AWSReservedSSO_{name}_"
    return next((role for role in list(iam_backends[account][partition].roles.values()) if role.name.startswith(prefix) and role.path == PATH), None)


def _carry(permission_set: Any, account: str, partition: str) -> None:
    """The role as the permission set has it; made when it is not there."""
    iam, role = iam_backends[account][partition], _role_of(account, partition, permission_set.name)
    if role is None:
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"], "Principal": {
            "Federated": f"arn:{partition}:iam::{account}:saml-provider/AWSSSO_{hexadecimal(16)}_DO_NOT_DELETE"}}]}
        role = iam.create_role(f"AWSReservedSSO_{permission_set.name}_{hexadecimal(16)}", json.dumps(trust), PATH, None, "", [], "43200")
    if permission_set.inline_policy:
        role.policies[INLINE] = permission_set.inline_policy
    else:
        role.policies.pop(INLINE, None)
    for attached in permission_set.managed_policies:
        if attached.arn not in role.managed_policies:
            iam.attach_role_policy(attached.arn, role.name)


def assigned(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """What is assigned already is not assigned twice, as moto would."""
    backend = ssoadmin_backends[call.account][call.region]
    once = {(item.instance_arn, item.target_id, item.permission_set_arn, item.principal_type, item.principal_id): item for item in reversed(backend.account_assignments)}
    backend.account_assignments[:] = reversed(once.values())
    _carry(_permission_sets(backend)[call.parameters["PermissionSetArn"]], call.parameters["TargetId"], call.partition)
    return value


def unassigned(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """The role goes with the last assignment of its permission set in the account."""
    backend, arn, account = ssoadmin_backends[call.account][call.region], call.parameters["PermissionSetArn"], call.parameters["TargetId"]
    if not any(item.permission_set_arn == arn and item.target_id == account for item in backend.account_assignments):
        role = _role_of(account, call.partition, _permission_sets(backend)[arn].name)
        if role is not None:
            del iam_backends[account][call.partition].roles[role.id]
    return value


def provision(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """Into every account that has it, or the one named. In progress for a first look, then done."""
    backend, arn = ssoadmin_backends[call.account][call.region], call.parameters["PermissionSetArn"]
    accounts = {item.target_id for item in backend.account_assignments if item.permission_set_arn == arn}
    for account in sorted(accounts if call.parameters["TargetType"] == "ALL_PROVISIONED_ACCOUNTS" else accounts & {call.parameters.get("TargetId")}):
        _carry(_permission_sets(backend)[arn], account, call.partition)
    if call.parameters["TargetType"] == "ALL_PROVISIONED_ACCOUNTS":
        state.shelf(call.account, call.region, "permission-sets-behind").pop(arn, None)
    key = value["PermissionSetProvisioningStatus"]["RequestId"]
    status = {"Status": "IN_PROGRESS", "RequestId": key, "PermissionSetArn": arn, "CreatedDate": MADE_AT}
    if call.parameters.get("TargetId"):
        status["AccountId"] = call.parameters["TargetId"]
    state.shelf(call.account, call.region, "provisioning")[key] = status
    return {"PermissionSetProvisioningStatus": status}


def changed(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """A permission set that was changed stands in accounts as it was, until it is provisioned."""
    state.shelf(call.account, call.region, "permission-sets-behind")[call.parameters["PermissionSetArn"]] = True
    return value


def accounts_of_set(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """moto knows one account and no status."""
    arn, status = call.parameters["PermissionSetArn"], call.parameters.get("ProvisioningStatus")
    behind = arn in state.shelf(call.account, call.region, "permission-sets-behind")
    assignments = ssoadmin_backends[call.account][call.region].account_assignments
    accounts = sorted({item.target_id for item in assignments if item.permission_set_arn == arn})
    fits = status is None or behind == (status == "LATEST_PERMISSION_SET_NOT_PROVISIONED")
    return {**value, "AccountIds": accounts if fits else []}


def provisioning_status(state: State, call: Call) -> dict[str, Any]:
    kept = state.shelf(call.account, call.region, "provisioning")
    key = call.parameters["ProvisionPermissionSetRequestId"]
    if key not in kept:
        raise AwsError("ResourceNotFoundException", f"there is no request {key}")
    shown = dict(kept[key])
    kept[key]["Status"] = "SUCCEEDED"
    return {"PermissionSetProvisioningStatus": shown}


def _user(call: Call, store: str, key: str) -> Any:
    users = identitystore_backends[call.account][call.region].identity_stores
    if store not in users or key not in users[store].users:
        raise AwsError("ResourceNotFoundException", "USER not found.")
    return users[store].users


def update_user(state: State, call: Call) -> dict[str, Any]:
    """One level deep: `userStatus` and the plain members."""
    key = call.parameters["UserId"]
    users = _user(call, call.parameters["IdentityStoreId"], key)
    for change in call.parameters["Operations"]:
        path, given = change["AttributePath"], change.get("AttributeValue")
        member = path[:1].upper() + path[1:]
        if member == "UserStatus":
            if given not in ("ENABLED", "DISABLED"):
                raise AwsError("ValidationException", "userStatus is ENABLED or DISABLED")
            state.shelf(call.account, call.region, "user-status")[key] = given
        elif member in users[key]._fields:
            users[key] = users[key]._replace(**{member: given})
        else:
            raise AwsError("ValidationException", f"there is no attribute {path}")
    return {}


def show_status(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    kept = state.shelf(call.account, call.region, "user-status")
    for shown in [value] if "UserId" in value else value.get("Users", []):
        shown["UserStatus"] = kept.get(shown["UserId"], "ENABLED")
    return value


def _disabled(state: State, user: str) -> bool:
    return any(shelf.get(user) == "DISABLED" for (_, _, name), shelf in state.shelves.items() if name == "user-status")


def role_credentials(state: State, call: Call) -> dict[str, Any]:
    """What a portal session is good for: a session of the role, for a user who is enabled and assigned."""
    user = call.environ.get("HTTP_X_AMZ_SSO_BEARER_TOKEN", "").removeprefix("portal:")
    account, name = call.parameters["accountId"], call.parameters["roleName"]
    for partitions in list(ssoadmin_backends.values()):
        for backend in list(partitions.values()):
            sets = {item.permission_set_arn for item in backend.permission_sets if item.name == name}
            if any(item.target_id == account and item.principal_id == user and item.permission_set_arn in sets for item in backend.account_assignments):
                if _disabled(state, user):
                    raise AwsError("UnauthorizedException", "Session token not found or invalid", 401)
                role = _role_of(account, call.partition, name)
                session = sts_backends[account][call.partition].assume_role(call.region, user, role.arn, None, SESSION_SECONDS, None)
                session.access_key.access_key_id = session.access_key_id = identifier("ASIA")
                state.sessions.directory_users[session.access_key_id] = user
                state.sessions.note_new_roles()
                return {"roleCredentials": {"accessKeyId": session.access_key_id, "secretAccessKey": session.secret_access_key,
                                            "sessionToken": session.session_token, "expiration": int((time.time() + SESSION_SECONDS) * 1000)}}
    raise AwsError("ForbiddenException", "No access", 403)


def check_membership(state: State, call: Call) -> None:
    """moto makes a person a member twice."""
    store = identitystore_backends[call.account][call.region].identity_stores.get(call.parameters["IdentityStoreId"])
    asked = (call.parameters["GroupId"], call.parameters["MemberId"]["UserId"])
    if store and any((item["GroupId"], item["MemberId"]["UserId"]) == asked for item in store.group_memberships.values()):
        raise AwsError("ConflictException", "Member and Group relationship already exists.")


OPERATIONS: dict[tuple[str, str], Any] = {
    ("identitystore", "CreateGroupMembership"): check_membership,
    ("sso-admin", "DescribePermissionSetProvisioningStatus"): provisioning_status, ("identitystore", "UpdateUser"): update_user,
    ("sso", "GetRoleCredentials"): role_credentials}
AMENDMENTS: dict[tuple[str, str], Any] = {
    ("sso-admin", "CreateAccountAssignment"): assigned, ("sso-admin", "DeleteAccountAssignment"): unassigned, ("sso-admin", "ProvisionPermissionSet"): provision,
    ("sso-admin", "PutInlinePolicyToPermissionSet"): changed, ("sso-admin", "DeleteInlinePolicyFromPermissionSet"): changed,
    ("sso-admin", "ListAccountsForProvisionedPermissionSet"): accounts_of_set,
    ("identitystore", "DescribeUser"): show_status, ("identitystore", "ListUsers"): show_status}
