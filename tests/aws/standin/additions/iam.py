"""IAM: service-specific credentials (Bedrock keys too), boundaries of users, root in the credential report, simulation."""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends

from ..call import Call
from ..identities import read_role, read_user
from ..policy import Verdict, judge
from ..reply import AwsError
from ..state import State
from .common import MADE_AT, hexadecimal, identifier, secret

REPORT_DATE = "%Y-%m-%dT%H:%M:%S+00:00"
HIDDEN_AFTER_CREATION = ("ServicePassword", "ServiceCredentialSecret")


def _backend(call: Call) -> Any:
    return iam_backends[call.account][call.partition]


def _user(call: Call, name: str) -> Any:
    users = _backend(call).users
    if name not in users:
        raise AwsError("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
    return users[name]


def create_credential(state: State, call: Call) -> dict[str, Any]:
    name, service = call.parameters["UserName"], call.parameters["ServiceName"]
    _user(call, name)
    credential = {"CreateDate": MADE_AT, "ServiceName": service, "ServiceSpecificCredentialId": identifier("ACCA"), "UserName": name, "Status": "Active"}
    if service == "bedrock.amazonaws.com":
        credential |= {"ServiceCredentialAlias": f"BedrockAPIKey-{hexadecimal(4)}", "ServiceCredentialSecret": "ABSK" + secret(120)}
    else:
        credential |= {"ServiceUserName": f"{name}-at-{call.account}", "ServicePassword": secret(44)}
    state.shelf(call.account, "", "service-credentials")[credential["ServiceSpecificCredentialId"]] = credential
    return {"ServiceSpecificCredential": credential}


def list_credentials(state: State, call: Call) -> dict[str, Any]:
    asked, service = call.parameters.get("UserName"), call.parameters.get("ServiceName")
    if asked:
        _user(call, asked)
    found = [{key: value for key, value in item.items() if key not in HIDDEN_AFTER_CREATION}
             for item in state.shelf(call.account, "", "service-credentials").values()
             if asked in (None, item["UserName"]) and service in (None, item["ServiceName"])]
    return {"ServiceSpecificCredentials": found, "IsTruncated": False}


def _credential(state: State, call: Call) -> dict[str, Any]:
    shelf, key = state.shelf(call.account, "", "service-credentials"), call.parameters["ServiceSpecificCredentialId"]
    if key not in shelf:
        raise AwsError("NoSuchEntity", f"The Service Specific Credential {key} does not exist", 404)
    return dict(shelf[key]) if call.name.startswith("Get") else shelf[key]


def update_credential(state: State, call: Call) -> dict[str, Any]:
    _credential(state, call)["Status"] = call.parameters["Status"]
    return {}


def delete_credential(state: State, call: Call) -> dict[str, Any]:
    key = _credential(state, call)["ServiceSpecificCredentialId"]
    del state.shelf(call.account, "", "service-credentials")[key]
    return {}


def reset_credential(state: State, call: Call) -> dict[str, Any]:
    credential = _credential(state, call)
    member = "ServicePassword" if "ServicePassword" in credential else "ServiceCredentialSecret"
    credential[member] = secret(44)
    return {"ServiceSpecificCredential": credential}


def put_boundary(state: State, call: Call) -> dict[str, Any]:
    arn = call.parameters["PermissionsBoundary"]
    if arn not in _backend(call).managed_policies:
        raise AwsError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)
    _user(call, call.parameters["UserName"]).permissions_boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    return {}


def delete_boundary(state: State, call: Call) -> dict[str, Any]:
    user = _user(call, call.parameters["UserName"])
    if not getattr(user, "permissions_boundary", None):
        raise AwsError("NoSuchEntity", f"The user {user.name} has no permissions boundary.", 404)
    del user.permissions_boundary
    return {}


def get_device(state: State, call: Call) -> dict[str, Any]:
    """Whose device it is; that of a named user alone, where one is named."""
    serial, name = call.parameters["SerialNumber"], call.parameters.get("UserName")
    users = [_user(call, name)] if name else list(_backend(call).users.values())
    for user in users:
        if serial in user.mfa_devices:
            return {"UserName": user.name, "SerialNumber": serial, "EnableDate": user.mfa_devices[serial].enable_date}
    raise AwsError("NoSuchEntity", f"MFA Device with serial number {serial} cannot be found.", 404)


def _policies_of(call: Call, arn: str) -> tuple[list[Any], Any]:
    name = arn.rsplit("/", 1)[-1]
    found = read_user(_backend(call), name) if ":user/" in arn else read_role(_backend(call), name)
    if found is None:
        raise AwsError("NoSuchEntity", f"{arn} does not exist.", 404)
    return list(found.policies), found.boundary


def simulate(state: State, call: Call) -> dict[str, Any]:
    policies, boundary = _policies_of(call, call.parameters["PolicySourceArn"])
    context = {entry["ContextKeyName"]: entry["ContextKeyValues"] for entry in call.parameters.get("ContextEntries", [])}
    results = []
    for action in call.parameters["ActionNames"]:
        for resource in call.parameters.get("ResourceArns") or ["*"]:
            verdicts = [judge(documents, action, resource, context) for documents in ([policies, [boundary]] if boundary else [policies])]
            verdict = Verdict.DENY if Verdict.DENY in verdicts else Verdict.NONE if Verdict.NONE in verdicts else Verdict.ALLOW
            results.append({"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": verdict.value, "MatchedStatements": [], "MissingContextValues": []})
    return {"EvaluationResults": results, "IsTruncated": False}


def organizations_features(state: State, call: Call) -> dict[str, Any]:
    return {"OrganizationId": "o-standin0001", "EnabledFeatures": []}


def add_root(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """The report's first row, which moto leaves out: a root without keys, with MFA unless a fixture says otherwise."""
    text = value["Content"].decode() if isinstance(value["Content"], bytes) else value["Content"]
    header, _, rest = text.partition("\n")
    columns = dict.fromkeys(header.strip().split(","), "N/A") | {
        "user": "<root_account>", "arn": f"arn:{call.partition}:iam::{call.account}:root", "user_creation_time": MADE_AT.strftime(REPORT_DATE),
        "password_enabled": "not_supported", "password_last_used": "no_information", "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported", "mfa_active": "true", "access_key_1_active": "false", "access_key_2_active": "false",
        "cert_1_active": "false", "cert_2_active": "false"}
    return {**value, "Content": "\n".join([header, ",".join(columns.values()), rest]).encode()}


OPERATIONS = {
    "CreateServiceSpecificCredential": create_credential, "ListServiceSpecificCredentials": list_credentials,
    "UpdateServiceSpecificCredential": update_credential, "DeleteServiceSpecificCredential": delete_credential,
    "ResetServiceSpecificCredential": reset_credential, "PutUserPermissionsBoundary": put_boundary,
    "DeleteUserPermissionsBoundary": delete_boundary, "SimulatePrincipalPolicy": simulate, "GetMFADevice": get_device,
    "ListOrganizationsFeatures": organizations_features,
}


def show_boundary(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """moto writes an empty boundary, or none, where a user has one; it lists all of AWS's policies, not the attached ones, and without names."""
    users = _backend(call).users
    if "Policies" in value:
        value["Policies"] = [policy for policy in value["Policies"] if policy.get("AttachmentCount") or ":aws:policy/" not in policy["Arn"]]
    for policy in value.get("Policies", []):
        kept = _backend(call).managed_policies.get(policy["Arn"])
        if kept is not None:
            policy |= {"PolicyName": kept.name, "PolicyId": kept.id}
    for shown in [value["User"]] if "User" in value else value.get("UserDetailList", []):
        boundary = getattr(users.get(shown["UserName"]), "permissions_boundary", None)
        shown.pop("PermissionsBoundary", None)
        if boundary:
            shown["PermissionsBoundary"] = boundary
    return value


AMENDMENTS = {"GetCredentialReport": add_root, "GetUser": show_boundary, "GetAccountAuthorizationDetails": show_boundary}
